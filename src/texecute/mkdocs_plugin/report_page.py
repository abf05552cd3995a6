"""The report: every formula of this build in tables, put where a page has `<div data-tx-report="…"></div>`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from html import escape

from texecute.mkdocs_plugin.book import Book, Entry
from texecute.mkdocs_plugin.card import MARKS, mark_of

_PLACE = re.compile(r'<div data-tx-report="(\w+)"></div>')
LONGEST = 90
"""Characters of a formula that a table shows; the whole of it is behind the link."""
SAYING_NOTHING = ("declaration", "definition", "condition", "mention")

Link = Callable[[str], str]
"""Path of a page → its address from the report."""


def has_report(html: str) -> bool:
    """Whether a page wants a part of the report."""
    return bool(_PLACE.search(html))


def insert_report(html: str, book: Book, titles: dict[str, str], link: Link) -> str:
    """Every marker replaced by its table."""
    return _PLACE.sub(lambda place: _PARTS[place[1]](book, titles, link), html)


# --- totals ----------------------------------------------------------------------------------


def _totals(book: Book, titles: dict[str, str], link: Link) -> str:
    entries = [entry for page in book.pages.values() for entry in page.entries]
    pages = [(path, page.entries) for path, page in book.pages.items() if page.entries]
    rows = [_total_row(f'<a href="{escape(link(path))}">{escape(titles[path])}</a>', found) for path, found in pages]
    heads = ("Page", "Formulas", "Claims that hold", "Mistakes found wrong", "Not checked", "Points",
             "Largest error", "Proved", "Variants refused")  # fmt: skip
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    table = (
        f'<table class="tx-report"><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody>'
        f"<tfoot>{_total_row('The book', entries)}</tfoot></table>"
    )
    return _scrolling(table, "Totals")


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


def _numbered(book: Book, titles: dict[str, str], link: Link) -> str:
    return _formulas(book, titles, link, "Numbered formulas", lambda entry: entry.formula.display)


def _claims_in_text(book: Book, titles: dict[str, str], link: Link) -> str:
    return _formulas(
        book, titles, link, "Claims in the text",
        lambda entry: not entry.formula.display and entry.report.role not in SAYING_NOTHING,
    )  # fmt: skip


def _names_in_text(book: Book, titles: dict[str, str], link: Link) -> str:
    table = _formulas(
        book, titles, link, "Declarations, definitions and names in the text",
        lambda entry: not entry.formula.display and entry.report.role in SAYING_NOTHING,
    )  # fmt: skip
    return f"<details><summary>Show them</summary>{table}</details>"


_PARTS = {"totals": _totals, "numbered": _numbered, "claims": _claims_in_text, "names": _names_in_text}


def _formulas(book: Book, titles: dict[str, str], link: Link, name: str, wanted: Callable[[Entry], bool]) -> str:
    """One table; columns that are empty in all rows are left out."""
    heads = ("Number", "Page", "Formula", "Role", "Verdict", "Points", "Largest error", "Exact", "Variants refused")
    rows = [
        (entry, _cells(entry, titles[path], f"{link(path)}#{entry.anchor}"))
        for path, page in book.pages.items()
        for entry in page.entries
        if entry.report and wanted(entry)
    ]
    if not rows:
        return "<p>None.</p>"
    shown = [column for column in range(len(heads)) if any(cells[column] for _, cells in rows)]
    head = "".join(f'<th scope="col">{heads[column]}</th>' for column in shown)
    # A cell and a row need no end tag in HTML: a tenth of the page.
    body = "\n".join(
        f"<tr data-role={mark_of(entry)[0]}>" + "".join(f"<td>{cells[column]}" for column in shown) for entry, cells in rows
    )
    table = f'<table class="tx-report tx-report--formulas"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
    return _scrolling(table, name)


def _cells(entry: Entry, title: str, address: str) -> tuple[str, ...]:
    report = entry.report
    number = entry.target.number if entry.target and entry.target.number else f"line {entry.formula.line}"
    latex = " ".join(entry.formula.latex.split())
    if len(latex) > LONGEST:
        latex = latex[: LONGEST - 2] + " …"
    _, sign, word = MARKS.get(report.role, ("", "", report.role))
    error, counts = report.max_relative_error, report.mutants
    claimed = report.role in ("claim", "wrong claim")
    return (
        f'<a href="{escape(address)}">{escape(number)}</a>',
        escape(title),
        f"<code>{escape(latex, quote=False)}</code>",
        f"{sign} {'claim' if report.role == 'claim' else word}",
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


def _scrolling(table: str, name: str) -> str:
    """Wide tables scroll by themselves, by keyboard too."""
    return f'<div class="tx-scroll" role="region" aria-label="{escape(name)}" tabindex="0">{table}</div>'
