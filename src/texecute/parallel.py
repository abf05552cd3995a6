"""Many pages → one report, on several processors where that is wanted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from texecute.report import Report

Page = tuple[Path, Path]
"""A page, and the folder below which it may use others."""


def check_pages(pages: list[Page], check_page: Callable[[Path, Path], Report], jobs: int = 1) -> Report:
    """The reports of all pages, joined in the order of the pages."""
    return Report(tuple(formula for report in each_page(pages, check_page, jobs) for formula in report.formulas))


def each_page(pages: list[Page], check_page: Callable[[Path, Path], Report], jobs: int = 1) -> Iterator[Report]:
    """The report of each page, in the order of the pages, as soon as it is there.

    `check_page` is a function of a module (or a `partial` of one), so that other
    processes find it.
    """
    if jobs <= 1 or len(pages) < 2:
        for page in pages:
            yield check_page(*page)
        return
    # Not at the head: there are no processes in the browser.
    from multiprocessing import get_context

    with get_context("spawn").Pool(min(jobs, len(pages))) as pool:
        yield from pool.imap(partial(_check, check_page), pages)


def _check(check_page: Callable[[Path, Path], Report], page: Page) -> Report:
    return check_page(*page)
