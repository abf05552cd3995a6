"""`make bench`: speeds and sizes as a table; it measures and never judges."""

from __future__ import annotations

import gzip
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from pypdf import PdfReader

from tests import bench_checker, bench_snippets

ROOT = Path(__file__).resolve().parent.parent
FONT_TARGET, PAGE_TARGET = "70 kB", "100 kB"


def table(rows: Iterable[tuple[str, str, str]], heads=("what", "measured", "target")) -> str:
    """Rows of (what, measured, target) in columns."""
    rows = [tuple(heads), *rows]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows]
    return "\n".join([lines[0], "  ".join("-" * width for width in widths), *lines[1:]])


def build(target: str) -> tuple[float, str]:
    """Seconds of one whole build in a process of its own, and what it said."""
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "SOURCE_DATE_EPOCH": "0"}
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", target]
    started = time.perf_counter()
    said = subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True).stderr
    return time.perf_counter() - started, said


def site_rows() -> list[tuple[str, str, str]]:
    """Build times, and what a reader downloads for each page beside the theme's own files."""
    with tempfile.TemporaryDirectory() as target:
        seconds, said = min(build(target) for _ in range(3))
        site = Path(target)
        rows = [("full build with the PDF, best of 3", f"{seconds:.2f} s", "5 s for 60 pages, 15 s for the PDF")]
        rows.append(_pdf_row(site, said))
        (font,) = site.glob("assets/fonts/*.woff2")
        rows.append(("math font", f"{font.stat().st_size / 1000:.1f} kB", FONT_TARGET))
        ours = [file for kind in ("*.css", "*.js") for file in (site / "assets").glob(kind)]
        for page in sorted(site.rglob("*.html")):
            html = page.read_text("utf-8")
            if "<math" in html or "tx-report" in html:
                shared = font.stat().st_size if "<math" in html else 0
                shared += sum(_compressed(file) for file in ours if f"assets/{file.name}" in html)
                first = (_compressed(page) + shared) / 1000
                name = page.relative_to(site).as_posix()
                rows.append((f"{name}, first visit, compressed", f"{first:.1f} kB", PAGE_TARGET))
    return rows


def _pdf_row(site: Path, said: str) -> tuple[str, str, str]:
    """The PDF's part of the build."""
    (pdf,) = site.glob("*.pdf")
    seconds = re.search(rf"{re.escape(pdf.name)}: .*?([\d.]+) s", said)[1]
    pages = len(PdfReader(pdf).pages)
    return (f"the PDF, {pages} pages, {pdf.stat().st_size / 1e6:.1f} MB", f"{seconds} s", f"{15 * pages / 200:.1f} s")


def _compressed(file: Path) -> int:
    return len(gzip.compress(file.read_bytes(), 9))


def main() -> None:
    """Prints one table for each part that is measured."""
    print(table(site_rows()), end="\n\n")
    bench_checker.main()
    print()
    bench_snippets.main()


if __name__ == "__main__":
    main()
