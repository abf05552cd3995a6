"""The symbols of a page: what each means and its shape, as one table at the page's end.

A formula names its rows (`data-s`), and a script shows the row of the symbol under the pointer or the
focus; without JavaScript, and in print, the table is read as it stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape

from texecute.inventory import NameUse
from texecute.mkdocs_plugin.book import BookPage, Entry
from texecute.mkdocs_plugin.meanings import Meaning, meaning
from texecute.mkdocs_plugin.numbers_table import latex
from texecute.mkdocs_plugin.strip import size_html

FORMS = {"": "", "row": "Row vectors", "column": "Column vectors"}


@dataclass(slots=True)
class SymbolTable:
    """The rows of one page, and for each of its formulas which of them it uses."""

    rows: dict[tuple[str, str, str, str], int] = field(default_factory=dict)
    used: dict[int, list[int]] = field(default_factory=dict)

    def of(self, entry: Entry) -> str:
        """The rows of a formula, for its `data-s`."""
        return " ".join(map(str, self.used.get(entry.formula.start, ())))

    def html(self) -> str:
        """The table, folded; nothing for a page without symbols."""
        if not self.rows:
            return ""
        both = {"row", "column"} <= {form for form, *_ in self.rows}
        groups: dict[str, list[str]] = {}
        for (form, symbol, said, shape), number in self.rows.items():
            row = f'<tr data-n="{number}"><td>{latex(symbol)}<td>{said}<td>{shape}'
            groups.setdefault(form if both else "", []).append(row)
        body = ""
        for form in FORMS:
            if form in groups:
                head = f'<tr><th colspan="3" scope="rowgroup">{FORMS[form]}' if form else ""
                body += f"<tbody>{head}{''.join(groups[form])}"
        return (
            '<details class="tx-symbols" id="tx-symbols"><summary>Symbols of this page</summary>'
            '<div class="tx-scroll" role="group" aria-label="Symbols" tabindex="0"><table class="tx-shapes">'
            f'<thead><tr><th scope="col">Symbol<th scope="col">Meaning<th scope="col">Shape{body}</table></div></details>'
        )


def symbol_table(page: BookPage, own: Mapping[str, Meaning], glossary: Mapping[str, Meaning]) -> SymbolTable:
    """The table of a page; `own` are the meanings that the page gives, which come before the glossary's."""
    table, defined = SymbolTable(), {}
    for entry in page.entries:
        if entry.working is None:
            continue
        tabs = tuple(block for block in entry.formula.block if block > 0)
        for uid in entry.working.defines:
            defined[tabs, uid] = entry
        rows = []
        for use in entry.working.names:
            form = entry.working.vectors if {use.rows, use.columns} - {"1", ""} else ""
            said = escape(meaning(use, own, glossary)) or _automatic(use, _definition(defined, tabs, use))
            key = (form, use.latex, said, _shape(use))
            rows.append(table.rows.setdefault(key, len(table.rows)))
        if rows:
            table.used[entry.formula.start] = list(dict.fromkeys(rows))
    return table


def _definition(defined: Mapping[tuple, Entry], tabs: tuple[int, ...], use: NameUse) -> Entry | None:
    """The formula that defines a name for this tab: in it, or in what is around it."""
    if not use.defined:
        return None
    around = (defined.get((tabs[:depth], use.uid)) for depth in range(len(tabs), -1, -1))
    return next(filter(None, around), None)


def _automatic(use: NameUse, by: Entry | None) -> str:
    """What the checker itself knows of a name that nobody has explained."""
    if use.kind in ("size", "index"):
        return "a size" if use.kind == "size" else "an index"
    if by is not None and by.target and by.target.number:
        return f'defined by <a href="#{escape(by.target.anchor)}">({escape(by.target.number)})</a>'
    if use.defined:
        return "defined in the text"
    if use.kind == "function":
        return "any smooth function"
    scalar, vector = (use.rows, use.columns) == ("1", "1"), "1" in (use.rows, use.columns)
    what = "number" if scalar else "vector" if vector else "matrix"
    return f"a {what}" + (f", {use.domain}" if use.domain else "")


def _shape(use: NameUse) -> str:
    if use.kind in ("size", "index"):
        return "whole number"
    if use.kind == "function":
        arguments, result = (" × ".join(size_html(size) for size in side.split(" × ")) for side in (use.rows, use.columns))
        if not use.rows:
            return "function"
        return "entry by entry" if (use.rows, use.columns) == ("1 × 1", "1 × 1") else f"{arguments} → {_number(result)}"
    if not use.rows:
        return ""
    if not use.columns:
        return " × ".join(map(size_html, use.rows.split(" × ")))
    return _number(f"{size_html(use.rows)} × {size_html(use.columns)}")


def _number(shape: str) -> str:
    return "number" if shape == "1 × 1" else shape
