"""The pages of a book that no store knows, checked on several processors at once."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context

from texecute.check import check
from texecute.errors import FormulaError
from texecute.mkdocs_plugin.workings import Working, page_workings
from texecute.report import Report

FEWEST = 3
"""A process takes longer to start than two pages take to check."""


def check_ahead(
    paths: list[str], texts: Mapping[str, str], options: Mapping[str, bool], jobs: int | None = None
) -> Iterator[tuple[str, Report, dict[int, Working]]]:
    """Path, report and workings of each of these pages, as soon as each is there.

    `texts` holds the source of every page of the book, since a page may use another.
    With fewer than `FEWEST` pages, or one processor, nothing is yielded: whoever asks
    then checks a page when its turn comes.
    """
    jobs = min(jobs or _processors(), len(paths))
    if jobs < 2 or len(paths) < FEWEST:
        return
    # The long ones first, so that no processor waits at the end for one of them.
    longest_first = sorted(paths, key=lambda path: (-len(texts[path]), path))
    started = get_context("spawn")
    with ProcessPoolExecutor(jobs, mp_context=started, initializer=_remember, initargs=(dict(texts), dict(options))) as pool:
        waiting = {pool.submit(_check_one, path): path for path in longest_first}
        for done in as_completed(waiting):
            yield waiting[done], *done.result()


def _processors() -> int:
    """How many of them this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


# What every task of one process needs; sent once, when the process starts.
_book: dict[str, Mapping] = {}


def _remember(texts: dict[str, str], options: dict[str, bool]) -> None:
    _book.update(texts=texts, options=options)


def load_from(texts: Mapping[str, str], path: str) -> str:
    """The source of a page of the book."""
    if path not in texts:
        raise FormulaError(f"uses: the book has no page {path}", hint="give the path relative to this page")
    return texts[path]


def _check_one(path: str) -> tuple[Report, dict[int, Working]]:
    texts = _book["texts"]

    def load(other: str) -> str:
        return load_from(texts, other)

    return check(texts[path], path, load=load, **_book["options"]), page_workings(texts[path], path, load)
