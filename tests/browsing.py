"""A real browser for tests: where it is, what it is told, and a page opened in it."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

CHROMIUM = os.environ.get("CHROMIUM") or next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)

NEEDS_CHROMIUM = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not CHROMIUM, reason="Chromium is not installed: apt-get install chromium, or CHROMIUM=/path/to/chromium"
    ),
]

# No call home: each would count as a request of ours, and most machines that test have no network.
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
PHONE = {"width": 390, "height": 800}
DESK = {"width": 1280, "height": 900}


class _Silent(SimpleHTTPRequestHandler):
    def log_message(self, *words):
        """Says nothing."""


@contextmanager
def served(site: Path) -> Iterator[str]:
    """The address of this folder, on this machine only."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Silent, directory=site))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


@contextmanager
def browser() -> Iterator[object]:
    """A headless Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield started
        started.close()


def open_page(context, base: str, path: str):
    """A page of the site in this context; what goes wrong there is in `page.faults`."""
    page = context.new_page()
    page.faults = []
    page.on("console", lambda said: page.faults.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.on("requestfailed", lambda request: page.faults.append(f"failed: {request.url}"))
    page.on("request", lambda request: None if _ours(request.url, base) else page.faults.append(request.url))

    def go(path: str) -> None:
        # On a busy machine the network falls silent before the page is parsed.
        page.goto(base + path, wait_until="load")
        page.wait_for_load_state("networkidle")

    page.go = go
    page.go(path)
    return page


def _ours(url: str, address: str) -> bool:
    return url.startswith((address, "data:", "blob:"))
