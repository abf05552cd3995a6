"""A page while it is being read: scopes of its tabs, conventions in force, names that come later.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from texecute.errors import FormulaError, Span
from texecute.evaluate import Program
from texecute.judging import page_error
from texecute.names import CONVENTION_VALUES, Conventions, Scope
from texecute.pages import Formula, Page, Setting
from texecute.reader import Reader, read_atom
from texecute.report import FormulaReport
from texecute.tokens import tokenize
from texecute.verdict import Claim


@dataclass
class Settings:
    """How to check: the seed, whether wrong variants are wanted, and what proves a claim exactly (None: nothing)."""

    seed: int = 0
    mutants: bool = False
    exact: Callable[[Claim], object] | None = None


@dataclass
class PageState:
    """A page while it is being read: its scopes, one for each content tab, and its conventions."""

    page: Page
    settings: Settings
    scopes: dict[tuple, Scope] = field(default_factory=dict)
    conventions: dict[tuple, dict[str, str]] = field(default_factory=dict)
    programs: dict[int, Program] = field(default_factory=dict)
    claims: dict[str, list[Claim]] = field(default_factory=dict)
    later: dict[int, frozenset] = field(default_factory=dict)

    def scope(self, block: tuple[int, ...]) -> Scope:
        """The scope of a place: that of its innermost content tab."""
        tabs = tuple(b for b in block if b > 0)
        if tabs not in self.scopes:
            self.scopes[tabs] = self.scope(tabs[:-1]).child()
        return self.scopes[tabs]

    def conventions_at(self, block: tuple[int, ...]) -> Conventions:
        """The conventions in force at a place."""
        values: dict[str, str] = {}
        for depth in range(len(block) + 1):
            values.update(self.conventions.get(block[:depth], {}))
        return Conventions(**values)

    def program(self, scope: Scope) -> Program:
        """The compiled definitions of a scope."""
        if id(scope) not in self.programs:
            self.programs[id(scope)] = Program(scope)
        return self.programs[id(scope)]


def in_order(page: Page) -> list:
    return sorted([*page.formulas, *page.settings], key=lambda x: x.start)


def later_names(page: Page) -> dict[int, frozenset]:
    """For each formula the names with labels that it or a later one has on its left."""
    result: dict[int, frozenset] = {}
    names: set[str] = set()
    for formula in reversed(page.formulas):
        if "wrong" not in formula.classes and "unchecked" not in formula.classes:
            names |= _family_heads(formula)
        result[formula.start] = frozenset(names)
    return result


def _family_heads(formula: Formula) -> set[str]:
    if "=" not in formula.latex or not ("^" in formula.latex or "_" in formula.latex):
        return set()
    try:
        tokens = tokenize(formula.latex)
    except FormulaError:
        return set()
    found = set()
    starts = [0] + [i + 1 for i, t in enumerate(tokens) if t.kind in ("quad", "row", "begin") or t.is_(",", "&")]
    for start in starts:
        reader = Reader(tokens)
        reader.position = start
        name = ""
        try:
            while (atom := read_atom(reader)) is not None:
                name += atom
        except FormulaError:
            continue
        if name and reader.now.is_("^", "_") and "=" in formula.latex:
            try:
                labelled = reader.now.is_("_") or reader.ahead(2).is_("[", "(", "langle")
                reader.next()
                group = reader.group()
                labelled = labelled or (len(group) == 1 and group[0].kind == "letter" and group[0].text != "T")
                if reader.now.is_("_", "^"):
                    reader.next()
                    reader.group()
            except FormulaError:
                continue
            if labelled and (reader.now.is_("=", "coloneqq", ":") or (reader.now.is_("&") and reader.ahead().is_("="))):
                found.add(name)
    return found


def set_conventions(state: PageState, block: tuple[int, ...], pairs, complain) -> None:
    for key, value in pairs:
        if key not in CONVENTION_VALUES:
            complain(f"unknown setting {key}", "known are vectors= and layout=")
        elif value not in CONVENTION_VALUES[key]:
            complain(f"{key} cannot be {value}", "write one of " + ", ".join(CONVENTION_VALUES[key]))
        else:
            state.conventions.setdefault(block, {})[key] = value


def apply_setting(state: PageState, setting: Setting) -> list[FormulaReport]:
    reports: list[FormulaReport] = []
    set_conventions(state, setting.block, setting.values,
                     lambda m, h: reports.append(page_error(state.page, setting.line, m, h, setting.start)))  # fmt: skip
    return reports


def formula_conventions(state: PageState, formula: Formula) -> Conventions:
    conventions = state.conventions_at(formula.block)
    layout = formula.attribute("layout")
    if layout is None:
        return conventions
    if layout not in CONVENTION_VALUES["layout"]:
        raise FormulaError(f"layout cannot be {layout}", Span(0, 1), "write one of " + ", ".join(CONVENTION_VALUES["layout"]))
    return replace(conventions, layout=layout)
