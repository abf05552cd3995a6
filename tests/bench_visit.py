"""A first visit to a page in a slowed browser: what it downloads, and when its last formula stands.

Only `make bench` uses this.  What is measured, in the page itself, is the first moment after which
all of this stays true, looked at in every frame:

- the page is parsed, and it shows a formula;
- its last formula that is shown (none in a closed tab or a closed box) is drawn and has a size: a
  `<math>` element is its own drawing; for a renderer in the browser it is the `mjx-container` or the
  `.katex` in the place of the source;
- a font that the drawing uses is loaded, and no font of the page is still on its way.

The moment is counted from the beginning of the visit, so the network is in it.
"""

from __future__ import annotations

import gzip
import math
import mimetypes
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

SLOWER = 4
"""How many times the processor is slowed."""
MEGABITS, DELAY = 1.6, 150
"""The slow network: megabits a second, and milliseconds there and back; what Lighthouse takes for a phone."""
QUIET = 1500
"""Milliseconds for which nothing may change any more."""
LONGEST = 120_000
"""Milliseconds."""

_RECORD = """
const bench = window.__bench = {stood: null, shift: 0};
new PerformanceObserver(list => { for (const one of list.getEntries()) bench.shift += one.value; })
  .observe({type: "layout-shift", buffered: true});
const stands = () => {
  if (document.readyState == "loading") return false;
  const shown = [...document.querySelectorAll(FORMULAS)].filter(one => one.checkVisibility());
  const place = shown.at(-1);
  if (!place) return false;
  const drawn = place.matches("math") ? place : place.querySelector("mjx-container, .katex");
  const box = drawn?.getBoundingClientRect();
  if (!box || !box.width || !box.height) return false;
  const fonts = [...document.fonts];
  return fonts.every(one => one.status != "loading")
    && fonts.some(one => one.status == "loaded" && /STIX|MJX|MathJax|KaTeX/i.test(one.family));
};
const look = () => {
  if (!stands()) bench.stood = null;
  else if (bench.stood === null) bench.stood = performance.now();
  requestAnimationFrame(look);
};
requestAnimationFrame(look);
"""
_SETTLED = f"window.__bench.stood !== null && performance.now() - window.__bench.stood > {QUIET}"
_FOUND = """formulas => ({
  stood: __bench.stood, shift: __bench.shift, formulas: document.querySelectorAll(formulas).length,
  errors: document.querySelectorAll("mjx-merror, [data-mjx-error], .katex-error").length,
})"""


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit: seconds until the last formula stands, bytes on the wire, what could not be drawn."""

    seconds: float
    bytes: int
    requests: int
    shift: float
    formulas: int
    errors: int
    failed: tuple[str, ...]


def visit(browser, url: str, formulas: str, slower: float = SLOWER, slow_network: bool = False, longest: int = LONGEST) -> Visit:
    """Opens a page in a context of its own; `formulas` is the selector of the places of formulas.

    Where the last one never stands, the seconds are infinite.
    """
    from playwright.sync_api import TimeoutError as PlaywrightTimeout

    context = browser.new_context(viewport={"width": 1280, "height": 900})
    try:
        page = context.new_page()
        sizes: list[int] = []
        failed: list[str] = []
        page.on("requestfailed", lambda request: failed.append(request.url))
        page.on("response", lambda answer: failed.append(answer.url) if answer.status >= 400 else None)
        wire = context.new_cdp_session(page)
        wire.on("Network.loadingFinished", lambda event: sizes.append(int(event["encodedDataLength"])))
        wire.send("Network.enable")
        wire.send("Emulation.setCPUThrottlingRate", {"rate": slower})
        if slow_network:
            speed = MEGABITS * 1e6 / 8
            wire.send("Network.emulateNetworkConditions",
                      {"offline": False, "latency": DELAY, "downloadThroughput": speed, "uploadThroughput": speed / 2})  # fmt: skip
        page.add_init_script(f"(() => {{ const FORMULAS = {formulas!r}; {_RECORD} }})()")
        page.goto(url, wait_until="load", timeout=longest)
        with suppress(PlaywrightTimeout):
            page.wait_for_function(_SETTLED, timeout=longest)
        found = page.evaluate(_FOUND, formulas)
        stood = math.inf if found["stood"] is None else found["stood"] / 1000
        return Visit(stood, sum(sizes), len(sizes), found["shift"], found["formulas"], found["errors"], tuple(failed))
    finally:
        context.close()


# --- a server like those of the web: it keeps connections, and compresses ---------------------------


class _Host(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        """A file, compressed if it is text."""
        found = _answer(self.translate_path(self.path))
        if found is None:
            self.send_error(404)
            return
        data, kind, packed = found
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        if packed:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *words):
        """Says nothing."""


@cache
def _answer(path: str) -> tuple[bytes, str, bool] | None:
    file = Path(path)
    if file.is_dir():
        file /= "index.html"
    if not file.is_file():
        return None
    data, kind = file.read_bytes(), mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    packed = kind.startswith("text/") or kind.rpartition("/")[2] in ("javascript", "json", "svg+xml")
    return gzip.compress(data, 9, mtime=0) if packed else data, kind, packed


@contextmanager
def hosted(folder: Path) -> Iterator[str]:
    """The address of this folder; its files must not change any more once they were fetched."""
    _answer.cache_clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Host, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
