"""Many pages → one report, on several processors where that is wanted."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from texecute.report import Report

Page = tuple[Path, Path]
"""A page, and the folder below which it may use others."""


def check_pages(pages: list[Page], check_page: Callable[[Path, Path], Report], jobs: int = 1) -> Report:
    """The reports of all pages, joined in the order of the pages.

    `check_page` is a function of a module (or a `partial` of one), so that other
    processes find it.
    """
    if jobs <= 1 or len(pages) < 2:
        return _joined(check_page(*page) for page in pages)
    # Not at the head: there are no processes in the browser.
    from multiprocessing import get_context

    with get_context("spawn").Pool(min(jobs, len(pages))) as pool:
        return _joined(pool.starmap(check_page, pages, chunksize=1))


def _joined(reports: Iterable[Report]) -> Report:
    return Report(tuple(formula for report in reports for formula in report.formulas))
