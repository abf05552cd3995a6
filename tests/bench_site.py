"""The site's part of `make bench`: building, editing while it is served, the PDF, weights, memory.

    python -m tests.bench_site [--proofs] [--others]

Everything happens in a copy of the book in a temporary directory, with a store of its own.  Then the
same pages built the usual way, next to ours, in a browser: `tests/bench_usual.py`.
"""

from __future__ import annotations

import gzip
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pypdf import PdfReader

from tests import bench_usual
from tests.bench_tables import Row, columns, load

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "SOURCE_DATE_EPOCH": "0", "SITE_URL": ""}
HEAVIEST = 5
EDITED = "networks/recurrence.md"
PATIENCE = 600
"""Seconds until something that never comes is given up."""

# The largest process below a small one.  What starts a process lends it its own size, on Linux, so the build
# is started by an interpreter that has imported next to nothing.
_LARGEST = """
import subprocess, sys
code = subprocess.call(sys.argv[1:], stdout=sys.stderr)
try:
    import resource
    print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * (1 if sys.platform == "darwin" else 1024))
except ImportError:
    print(0)
sys.exit(code)
"""


class BenchError(Exception):
    """Something cannot be measured: the message says what, and what would help."""


# --- a copy of the book -------------------------------------------------------------------------


def copy_book(target: Path, root: Path = ROOT) -> Path:
    """The repository in a folder where it may be edited; without a store, so that the first build is cold."""
    made = {"site", "build", "src"}

    def skipped(folder: str, names: list[str]) -> set[str]:
        hidden = {name for name in names if name.startswith(".") or name == "__pycache__"}
        return hidden | (made.intersection(names) if Path(folder) == root else set())

    shutil.copytree(root, target, ignore=skipped)
    return target


def without_notebooks(book: Path) -> Path:
    """Takes the notebooks out of a copy, and out of its contents; links to them are then no reason to stop."""
    for notebook in (book / "docs").rglob("*.ipynb"):
        notebook.unlink()
    config = book / "mkdocs.yml"
    text = re.sub(r"^ *- .*\.ipynb\n", "", config.read_text("utf-8"), flags=re.M)
    config.write_text(re.sub(r"^strict: true$", "strict: false", text, flags=re.M), "utf-8")
    return book


# --- building -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Built:
    """One whole build in a process of its own: seconds, bytes of memory (0: not known), what it said."""

    seconds: float
    largest: int
    together: int
    said: str


def build(book: Path, target: Path, exact: bool = False) -> Built:
    """Builds a copy; raises `BenchError` with what MkDocs said."""
    command = [sys.executable, "-S", "-E", "-c", _LARGEST, sys.executable, "-m", "mkdocs", "build", "--site-dir", str(target)]
    environment = {**ENVIRONMENT, "TEXECUTE_EXACT": "true" if exact else "false"}
    started = time.perf_counter()
    with subprocess.Popen(
        command, cwd=book, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        with _sampled(process.pid) as sizes:
            out, said = process.communicate()
        seconds = time.perf_counter() - started
    if process.returncode:
        raise BenchError(f"the build of {book} failed:\n{said[-3000:]}")
    return Built(seconds, int(out.split()[-1]), max(sizes, default=0), said)


@contextmanager
def _sampled(pid: int) -> Iterator[list[int]]:
    """The memory of a process and of all below it, four times a second (on Linux; nothing elsewhere)."""
    sizes: list[int] = []
    over = threading.Event()

    def sample() -> None:
        while not over.wait(0.25):
            sizes.append(_together(pid))

    thread = threading.Thread(target=sample, daemon=True)
    if sys.platform == "linux":
        thread.start()
    try:
        yield sizes
    finally:
        over.set()
        if thread.is_alive():
            thread.join()


def _together(pid: int) -> int:
    """What is shared counts once: the proportional sizes of the processes, added up."""
    total, waiting = 0, [pid]
    while waiting:
        process = Path("/proc", str(waiting.pop()))
        try:
            for children in process.glob("task/*/children"):
                waiting += map(int, children.read_text().split())
            found = re.search(r"^Pss:\s+(\d+)", (process / "smaps_rollup").read_text(), re.M)
        except OSError:
            continue  # ended meanwhile
        total += 1024 * int(found[1]) if found else 0
    return total


def builds(folder: Path, root: Path = ROOT, rounds: int = 3, proofs: bool = False) -> tuple[list[Row], Built, Built]:
    """Cold and warm, without notebooks and with them: rows for the table, the cold and the warm build.

    With `proofs` also as `make site` builds, which proves each claim in symbols where it can.
    Leaves the whole book in `folder/book` and its site in `folder/site`.
    """
    book, site = folder / "book", folder / "site"
    cold = build(without_notebooks(copy_book(book, root)), site)
    warm = _best(build(book, site) for _ in range(rounds))
    pages = sum(1 for _ in (book / "docs").rglob("*.md"))
    found = re.search(r"(\d+) formulas", cold.said)
    what = f"build, cold: {pages} pages, {found[1] if found else 'no'} formulas with all variants, PDF"
    rows: list[Row] = [(what, f"{cold.seconds:.1f} s", "15 s"), (f"build, warm, best of {rounds}", f"{warm.seconds:.1f} s", "5 s")]
    rows += _pdf_rows(site, warm.said)
    runs = {"cold": cold, "warm": warm}
    notebooks = put_notebooks(book, root)
    if notebooks:
        runs["new notebooks"] = built = build(book, site)
        rows.append((f"  {notebooks} notebooks add, when they are new", f"{built.seconds - warm.seconds:.1f} s", ""))
    if proofs:
        runs["proofs"] = built = build(book, site, exact=True)
        rows.append(("make site, every formula new: all variants and proofs", f"{built.seconds:.1f} s", ""))
        again = _best(build(book, site, exact=True) for _ in range(rounds))
        rows.append((f"make site again, nothing changed, best of {rounds}", f"{again.seconds:.1f} s", ""))
    rows += [row for when, built in runs.items() for row in _memory_rows(when, built)]
    return rows, cold, warm


def _best(runs: Iterable[Built]) -> Built:
    return min(runs, key=lambda built: built.seconds)


def put_notebooks(book: Path, root: Path) -> int:
    """Puts the notebooks into a copy, and into its contents; how many there are."""
    found = [file for file in (root / "docs").rglob("*.ipynb") if not file.parent.name.startswith(".")]
    for notebook in found:
        shutil.copy(notebook, book / notebook.relative_to(root))
    shutil.copy(root / "mkdocs.yml", book)
    return len(found)


def _memory_rows(when: str, built: Built) -> Iterator[Row]:
    if built.largest:
        yield f"peak memory, {when}: the largest process", f"{built.largest / 1e6:.0f} MB", "700 MB"
    if built.together:
        yield f"peak memory, {when}: all processes together", f"{built.together / 1e6:.0f} MB", "700 MB"


def _pdf_rows(site: Path, said: str) -> Iterator[Row]:
    """The PDF's part of the build."""
    for pdf in site.glob("*.pdf"):
        seconds = re.search(rf"{re.escape(pdf.name)}: .*?([\d.]+) s", said)
        pages = len(PdfReader(pdf).pages)
        took = f"{seconds[1]} s" if seconds else "not said"
        yield f"  the PDF of it: {pages} pages, {pdf.stat().st_size / 1e6:.1f} MB", took, f"{15 * pages / 200:.1f} s"


# --- one page edited ----------------------------------------------------------------------------


def edit_rows(book: Path, page: str = EDITED) -> Iterator[Row]:
    """Saving one page under `mkdocs serve` until it is served anew, its formulas checked: median of 3.

    Each time the page has one more formula; at the end it is as before.
    """
    text = (book / "docs" / page).read_bytes()
    with serving(book) as address:
        spent = [edit(book, page, address, number)[0] for number in (1, 2, 3)]
    (book / "docs" / page).write_bytes(text)
    yield f"{page} edited under mkdocs serve, median of 3", f"{statistics.median(spent):.2f} s", "1.5 s"


@contextmanager
def serving(book: Path) -> Iterator[str]:
    """`mkdocs serve` of a copy, once it answers; gives the address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{free.getsockname()[1]}"
    command = [sys.executable, "-m", "mkdocs", "serve", "--dev-addr", host]
    if (book / "snippets").is_dir():
        command += ["--watch", "snippets"]
    with open(book / "serve.log", "w+", encoding="utf-8") as log:
        server = subprocess.Popen(command, cwd=book, env=ENVIRONMENT, stdout=log, stderr=subprocess.STDOUT)
        try:
            _wait(lambda: _get(f"http://{host}/"), server, log)
            yield f"http://{host}/"
        finally:
            server.terminate()
            server.wait()


def edit(book: Path, page: str, address: str, number: int) -> tuple[float, str]:
    """Adds a formula to the page; the seconds until it is served with the verdict, and the page as served.

    A correct formula is not served without a verdict, and a wrong one is not served at all: the build fails.
    """
    file = book / "docs" / page
    label = f"eq-bench-{number}"
    text = file.read_text("utf-8").rstrip()
    # A heading of its own: the formula is no part of what stands above it.
    file.write_text(f"{text}\n\n## Bench {number}\n\n$$\n{number} + 1 = {number + 1}\n$$ {{#{label}}}\n", "utf-8")
    started = time.perf_counter()
    url = address + re.sub(r"\.md$", ".html", page)

    def served() -> str | None:
        html = _get(url)
        return html if html and f'id="{label}"' in html else None

    html = _wait(served)
    seconds = time.perf_counter() - started
    if f'class="tx tx--claim" id="{label}"' not in html:
        raise BenchError(f"{page} is served, but its new formula has no verdict")
    return seconds, html


def _wait(look: Callable[[], str | None], server: subprocess.Popen | None = None, log=None) -> str:
    """What `look` gives as soon as it gives something."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        found = look()
        if found:
            return found
        if server and server.poll() is not None:
            log.seek(0)
            raise BenchError(f"mkdocs serve ended:\n{log.read()[-3000:]}")
        time.sleep(0.02)
    raise BenchError(f"nothing came within {PATIENCE} seconds")


def _get(url: str) -> str | None:
    try:
        with urllib.request.urlopen(url, timeout=PATIENCE) as answer:
            return answer.read().decode()
    except (urllib.error.URLError, ConnectionError):
        return None


# --- what a reader downloads ----------------------------------------------------------------------


def weight_rows(site: Path) -> Iterator[Row]:
    """The font, and the heaviest pages on a first visit, beside the theme's own files."""
    (font,) = site.glob("assets/fonts/*.woff2")
    yield "math font", f"{font.stat().st_size / 1000:.1f} kB", "70 kB"
    ours = [file for kind in ("*.css", "*.js") for file in (site / "assets").glob(kind)]
    weights = []
    for page in sorted(site.rglob("*.html")):
        html = page.read_text("utf-8")
        if "<article" not in html:
            continue
        shared = font.stat().st_size if "<math" in html else 0
        shared += sum(_compressed(file) for file in ours if f"assets/{file.name}" in html)
        weights.append((_compressed(page) + shared, page.relative_to(site).as_posix()))
    weights.sort(reverse=True)
    for weight, name in weights[:HEAVIEST]:
        yield f"{name}, first visit, compressed", f"{weight / 1000:.1f} kB", "100 kB"
    yield f"  median of {len(weights)} pages", f"{statistics.median(weight for weight, _ in weights) / 1000:.1f} kB", ""


def _compressed(file: Path) -> int:
    return len(gzip.compress(file.read_bytes(), 9))


# --- all of it --------------------------------------------------------------------------------------


def main(others: bool = False, proofs: bool = False) -> None:
    """Prints the site's table, then the tables beside the usual ways."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        try:
            rows, cold, warm = builds(folder, proofs=proofs)
            rows += [*edit_rows(folder / "book"), *weight_rows(folder / "site")]
        except BenchError as error:
            print(f"The site was not measured: {error}", flush=True)
            return
        print(columns(rows, ("the site", "measured", "target")))
        print(f"After these: {load()}", flush=True)
        ours = bench_usual.Way("this book", "site/", bench_usual.OURS, f"{cold.seconds:.1f} s", f"{warm.seconds:.1f} s")
        bench_usual.main(folder, ours, others)


if __name__ == "__main__":
    main("--others" in sys.argv[1:], "--proofs" in sys.argv[1:])
