"""All pages of a book: read, checked, typeset and numbered, with every problem that was found."""

from __future__ import annotations

import hashlib
import posixpath
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from texecute.check import check as check_page
from texecute.errors import Span, caret
from texecute.mkdocs_plugin.ahead import check_ahead, load_from
from texecute.mkdocs_plugin.numbering import Numbering, Target, number_pages
from texecute.mkdocs_plugin.problems import Problem
from texecute.mkdocs_plugin.store import Store
from texecute.mkdocs_plugin.typesetting import Typeset, TypesettingError, typeset
from texecute.mkdocs_plugin.workings import Working, page_workings
from texecute.pages import Formula, Page, read_page

# A build asks for the same page several times, and a save under `mkdocs serve` for all pages again.
_read = lru_cache(maxsize=1024)(read_page)

Check = Callable[[str, str], object]
"""Text and path of a page → the checker's report."""

Work = Callable[[str, str], Mapping[int, Working]]
"""The same → the workings of its formulas, by their offsets."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One formula of the book with all that is known of it."""

    formula: Formula
    typeset: Typeset | None
    report: object | None
    target: Target | None
    place: int = 0
    working: Working | None = None

    @property
    def anchor(self) -> str:
        """Where a link to this formula leads; an inline one is counted, and its anchor holds for one build."""
        return self.target.anchor if self.target else f"f{self.place}"


@dataclass(frozen=True, slots=True)
class BookPage:
    """A page and its formulas, in order."""

    page: Page
    entries: tuple[Entry, ...]


@dataclass(slots=True)
class Book:
    """Every page by its path, the numbers of its formulas, and what is wrong with them."""

    pages: dict[str, BookPage] = field(default_factory=dict)
    numbering: Numbering = field(default_factory=Numbering)
    problems: list[Problem] = field(default_factory=list)


def make_book(texts: Mapping[str, str], check: Check | None, work: Work | None = None) -> Book:
    """The book of these pages (path → source text, in reading order).

    Without `check`, formulas are typeset and numbered only; without `work` they have no workings.  Nothing is raised: whoever
    publishes the book looks at `problems` first.
    """
    book = Book()
    pages = [_read(text, path) for path, text in texts.items()]
    set_formulas = {}
    for page in pages:
        for formula in page.formulas:
            try:
                set_formulas[page.path, formula.start] = typeset(formula.latex, formula.display)
            except TypesettingError as error:
                book.problems.append(_typesetting_problem(formula, error))
    tags = {place: made.tag for place, made in set_formulas.items() if made.tag}
    book.numbering = number_pages(pages, tags)
    book.problems += book.numbering.problems
    for page in pages:
        reports = _reports(page, check, book.problems)
        workings = work(page.text, page.path) if work else {}
        entries = tuple(
            Entry(
                formula,
                set_formulas.get((page.path, formula.start)),
                reports.get(formula.start),
                book.numbering.of(formula),
                place,
                workings.get(formula.start),
            )
            for place, formula in enumerate(page.formulas)
        )
        book.pages[page.path] = BookPage(page, entries)
    book.problems.sort(key=lambda problem: (list(texts).index(problem.path), problem.line, problem.column))
    return book


@dataclass(slots=True)
class Checker:
    """The checker for the pages of a book, which may use one another, and no other file.

    A page is checked again only when it, or a page that it `uses`, has changed.  `options` go to the
    checker (`mutants`, `exact`); with a `store`, what is known outlives the process.  While somebody
    writes (`hasty`), a page that is not known is checked without options.
    """

    texts: Mapping[str, str] = field(default_factory=dict)
    known: dict[str, object] = field(default_factory=dict)
    options: Mapping[str, bool] = field(default_factory=dict)
    store: Store | None = None
    hasty: bool = False

    def __call__(self, text: str, path: str) -> object:
        """The checker's report on a page."""
        key = self._key(text, path)
        found = self._find(key)
        if found is None:
            found = check_page(text, path, load=self.load, **self._asked)
            self._keep(key, found)
        return found

    def prepare(self) -> Iterator[str]:
        """Checks all pages that are not known, on several processors; yields the path of each when it is done."""
        keys = {path: self._key(text, path) for path, text in self.texts.items()}
        unknown = [path for path, key in keys.items() if self._find(key) is None]
        for path, report, workings in check_ahead(unknown, self.texts, self._asked):
            self._keep(keys[path], report)
            self._keep_workings(self._workings_key(self.texts[path], path), workings)
            yield path

    def workings(self, text: str, path: str) -> Mapping[int, Working]:
        """The workings of a page's formulas; they do not depend on what is tried beside checking."""
        key = self._workings_key(text, path)
        if key not in self.known:
            found = self.store.find_workings(key) if self.store else None
            if found is None:
                self._keep_workings(key, page_workings(text, path, self.load))
            else:
                self.known[key] = found
        return self.known[key]

    def _workings_key(self, text: str, path: str) -> str:
        return f"workings {self._fingerprint(text, path)}"

    def _keep_workings(self, key: str, workings: Mapping[int, Working]) -> None:
        if self.store:
            self.store.put_workings(key, workings)
        self.known[key] = workings

    def load(self, path: str) -> str:
        """The source of a page of the book."""
        return load_from(self.texts, path)

    @property
    def _asked(self) -> Mapping[str, bool]:
        return {} if self.hasty else self.options

    def _key(self, text: str, path: str) -> str:
        return f"{self._fingerprint(text, path)} {sorted(self.options.items())}"

    def _find(self, key: str) -> object | None:
        if key not in self.known:
            found = self.store.find(key) if self.store else None
            if found is None:
                return None
            self.known[key] = found
        return self.known[key]

    def _keep(self, key: str, report: object) -> None:
        if self.store and not self.hasty:
            self.store.put(key, report)
        self.known[key] = report

    def _fingerprint(self, text: str, path: str) -> str:
        digest = hashlib.sha256()
        seen, waiting = {path}, [(path, text)]
        while waiting:
            path, text = waiting.pop()
            digest.update(f"{path}\0{len(text)}\0{text}".encode())
            uses = _read(text, path).front.get("uses") or []
            for other in [uses] if isinstance(uses, str) else uses:
                name = posixpath.normpath(posixpath.join(posixpath.dirname(path), str(other)))
                if name not in seen and name in self.texts:
                    seen.add(name)
                    waiting.append((name, self.texts[name]))
        return digest.hexdigest()


def _reports(page: Page, check: Check | None, problems: list[Problem]) -> dict[int, object]:
    """The report of each formula by its offset; what does not pass is added to `problems`."""
    if check is None:
        for found in page.problems:
            problems.append(Problem(page.path, found.line, found.column, found.message, "", found.hint))
        return {}
    reports = {}
    for report in check(page.text, page.path).formulas:
        if report.role != "page":
            reports[report.start] = report
        if not report.passed:
            shown = "\n".join(filter(None, [report.caret, report.evidence and f"at {report.evidence}"]))
            problems.append(Problem(page.path, report.line, report.column, report.message, shown, report.hint))
    unread = [formula for formula in page.formulas if formula.start not in reports]
    for formula in unread:
        problems.append(
            Problem(
                page.path, formula.line, formula.column, "the checker has no verdict on this formula",
                caret(formula.latex, Span(0, len(formula.latex))),
                "this is a fault of texecute, not of the page: please report it",
            )
        )  # fmt: skip
    return reports


def _typesetting_problem(formula: Formula, error: TypesettingError) -> Problem:
    line, column = formula.position(error.offset)
    latex, at = formula.latex, error.offset
    end = at + 1
    if latex[at : at + 1] == "\\":
        while end < len(latex) and latex[end].isalpha():
            end += 1
    return Problem(formula.path, line, column, error.message, caret(latex, Span(at, end)), error.hint)
