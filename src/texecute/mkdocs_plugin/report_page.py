"""The report: every formula of this build in tables, put where a page has `<div data-tx-report="…"></div>`.

The page itself has the totals and a form that looks through all formulas; their rows stand on a side page for
each part of the book, so that nobody loads all of them to see one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape

from texecute.mkdocs_plugin.book import Book, Entry
from texecute.mkdocs_plugin.card import MARKS, mark_of

_PLACE = re.compile(r'<div data-tx-report="(\w+)"></div>')
LONGEST = 90
"""Characters of a formula that a table shows; the whole of it is behind the link."""
SAYING_NOTHING = ("declaration", "definition", "condition", "mention")

Link = Callable[[str], str]
"""Path of a page → its address from the report."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the book: its title, and the paths of its pages."""

    title: str
    paths: tuple[str, ...]

    @property
    def file(self) -> str:
        """The file of its tables, beside the report."""
        return f"report.{re.sub(r'[^a-z0-9]+', '-', self.title.lower()).strip('-')}.html"


@dataclass(frozen=True, slots=True)
class Contents:
    """What the report is made of."""

    book: Book
    titles: dict[str, str]
    link: Link
    parts: Sequence[Part]

    def entries(self, paths: Iterable[str]) -> list[tuple[str, Entry]]:
        """The checked formulas of these pages, each with its page."""
        return [(path, entry) for path in paths for entry in self.book.pages[path].entries if entry.report]

    @property
    def filled(self) -> list[Part]:
        """The parts that have formulas."""
        return [part for part in self.parts if self.entries(part.paths)]


def has_report(html: str) -> bool:
    """Whether a page wants a part of the report."""
    return bool(_PLACE.search(html))


def insert_report(html: str, contents: Contents) -> str:
    """Every marker replaced by what it asks for."""
    return _PLACE.sub(lambda place: _MARKERS[place[1]](contents), html)


# --- totals ----------------------------------------------------------------------------------


def _totals(contents: Contents) -> str:
    heads = ("Page", "Formulas", "Claims that hold", "Mistakes found wrong", "Not checked", "Points",
             "Largest error", "Proved", "Variants refused")  # fmt: skip
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    bodies = "".join(_part_body(part, contents) for part in contents.filled)
    book = [entry for part in contents.parts for _, entry in contents.entries(part.paths)]
    table = (
        f'<table class="tx-report"><thead><tr>{head}</tr></thead>{bodies}'
        f"<tfoot>{_total_row('The book', book)}</tfoot></table>"
    )
    return scrolling(table, "Totals")


def _part_body(part: Part, contents: Contents) -> str:
    """The row of a part, which leads to its formulas, and the rows of its pages."""
    name = f'<a class="tx-part" href="{part.file}">{escape(part.title)}: all formulas</a>'
    rows = [_total_row(name, [entry for _, entry in contents.entries(part.paths)])]
    for path in part.paths:
        entries = [entry for _, entry in contents.entries([path])]
        if entries:
            rows.append(_total_row(f'<a href="{escape(contents.link(path))}">{escape(contents.titles[path])}</a>', entries))
    return f"<tbody>{''.join(rows)}</tbody>"


def _total_row(name: str, entries: Iterable[Entry]) -> str:
    reports = [entry.report for entry in entries if entry.report]
    claims = [report for report in reports if report.role == "claim"]
    errors = [report.max_relative_error for report in claims if report.max_relative_error is not None]
    proved = [report for report in claims if report.exact]
    tried = [report.mutants for report in reports if report.mutants]
    cells = (
        len(reports),
        len(claims),
        sum(report.role == "wrong claim" for report in reports),
        sum(report.role == "unchecked" for report in reports),
        sum(report.samples for report in reports),
        _small_number(max(errors)) if errors else "",
        sum(_is_proved(report) for report in proved) if proved else "",
        sum(counts["killed"] for counts in tried) if tried else "",
    )
    return f'<tr><th scope="row">{name}</th>{"".join(f"<td>{_number(cell)}</td>" for cell in cells)}</tr>'


def _small_number(value: float) -> str:
    return f"{value:.0e}" if value else "0"


def _number(cell: object) -> str:
    return f"{cell:,}" if isinstance(cell, int) else str(cell)


# --- formulas --------------------------------------------------------------------------------

HEADS = ("Number", "Page", "Formula", "Role", "Verdict", "Points", "Largest error", "Exact", "Variants refused")
KINDS: dict[str, Callable[[Entry], bool]] = {
    "Numbered formulas": lambda entry: entry.formula.display,
    "Claims in the text": lambda entry: not entry.formula.display and entry.report.role not in SAYING_NOTHING,
    "Names in the text": lambda entry: not entry.formula.display and entry.report.role in SAYING_NOTHING,
}
"""Title of a table → which formulas stand in it."""


def tables(contents: Contents, part: Part) -> str:
    """The formulas of a part; the tables of all parts have the same columns."""
    made = []
    for title, wanted in KINDS.items():
        shown = _columns([entry for other in contents.parts for _, entry in contents.entries(other.paths) if wanted(entry)])
        # A cell and a row need no end tag in HTML: a tenth of the page.
        rows = "\n".join(
            f"<tr data-role={mark_of(entry)[0]}>" + "".join(f"<td>{cells[column]}" for column in shown)
            for path, entry in contents.entries(part.paths)
            if wanted(entry)
            for cells in [_cells(entry, contents.titles[path], f"{contents.link(path)}#{entry.anchor}")]
        )
        head = "".join(f'<th scope="col">{HEADS[column]}</th>' for column in shown)
        table = f'<table class="tx-report tx-report--formulas"><thead><tr>{head}</tr></thead><tbody>\n{rows}</tbody></table>'
        made.append(f"<section{'' if rows else ' hidden'}><h2>{title}</h2>{scrolling(table, title)}</section>")
    return "".join(made)


def _columns(entries: list[Entry]) -> list[int]:
    """Those that are not empty in all rows of the book."""
    rows = [_cells(entry, "page", "#") for entry in entries]
    return [column for column in range(len(HEADS)) if any(cells[column] for cells in rows)]


def form(contents: Contents, paths: Iterable[str]) -> str:
    """What filters the rows by a script; it has its place from the start, so that nothing moves."""
    entries = contents.entries(paths)
    roles = {mark_of(entry)[0]: _role(entry).split(" ", 1)[1] for _, entry in entries}
    pages = dict.fromkeys(contents.titles[path] for path, _ in entries)
    return (
        '<form class="tx-filter" role="search" aria-label="Formulas of the report">'
        '<label>Words or LaTeX <input type="search"></label>'
        f"<label>Role {_select('role', roles.items())}</label>"
        f"<label>Page {_select('page', zip(pages, pages))}</label>"
        f"<output>{len(entries)} formulas</output></form>"
    )


def _select(name: str, values: Iterable[tuple[str, str]]) -> str:
    options = "".join(f'<option value="{escape(value)}">{escape(words)}</option>' for value, words in values)
    return f'<select name="{name}"><option value="">all</option>{options}</select>'


def _look(contents: Contents) -> str:
    """The form for the whole book, and the place of what it finds."""
    return form(contents, [path for part in contents.parts for path in part.paths]) + '<div class="tx-found"></div>'


_MARKERS = {"totals": _totals, "look": _look}


def _role(entry: Entry) -> str:
    _, sign, word = MARKS.get(entry.report.role, ("", "?", entry.report.role))
    return f"{sign} {'claim' if entry.report.role == 'claim' else word}"


def _cells(entry: Entry, title: str, address: str) -> tuple[str, ...]:
    report = entry.report
    number = entry.target.number if entry.target and entry.target.number else f"line {entry.formula.line}"
    latex = " ".join(entry.formula.latex.split())
    if len(latex) > LONGEST:
        latex = latex[: LONGEST - 2] + " …"
    error, counts = report.max_relative_error, report.mutants
    claimed = report.role in ("claim", "wrong claim")
    return (
        f'<a href="{escape(address)}">{escape(number)}</a>',
        escape(title),
        f"<code>{escape(latex, quote=False)}</code>",
        _role(entry),
        _verdict(report),
        str(report.samples) if claimed and report.samples else "",
        _small_number(error) if error is not None and report.role == "claim" else "",
        _exactness(report),
        _variants(counts) if counts else "",
    )


def _verdict(report: object) -> str:
    if report.role == "claim":
        return report.verdict
    if report.role == "wrong claim":
        return {"shape": "refused by shape", "value": "refused by value"}.get(report.reason, "refused")
    return ""


def _is_proved(report: object) -> bool:
    return (report.exact or "").startswith("proved")


def _exactness(report: object) -> str:
    if not report.exact:
        return ""
    return "proved" if _is_proved(report) else "not proved"


def _variants(counts: dict) -> str:
    left = counts["equivalent"] + counts["also_true"]
    return f"{counts['killed']} of {counts['killed'] + left}"


def scrolling(table: str, name: str) -> str:
    """Wide tables scroll by themselves, by keyboard too."""
    return f'<div class="tx-scroll" role="region" aria-label="{escape(name)}" tabindex="0">{table}</div>'
