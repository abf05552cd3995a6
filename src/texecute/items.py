"""A page → what each of its formulas says, without trying a single claim.

For those who go on with a page's trees: printers, code, speech, numbers.  Each
formula comes with the scope as it stood there.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from pathlib import Path

from texecute.check import formula_tokens
from texecute.claims import Item
from texecute.errors import FormulaError
from texecute.evaluate import Program
from texecute.judging import Outcome
from texecute.names import Scope
from texecute.page_state import PageState, Settings, apply_setting, formula_conventions, in_order, later_names
from texecute.pages import Formula, Setting, read_page
from texecute.roles import read_statement
from texecute.statements import split_formula
from texecute.trying import introduce, with_sizes
from texecute.uses import file_loader, read_front_matter
from texecute.verdict import Claim


@dataclass
class Found:
    """One formula with its items (declarations, definitions, claims, …) and the scope behind it.

    `error` says why it could not be read, if it could not.
    """

    formula: Formula
    items: list[Item] = field(default_factory=list)
    scope: Scope = field(default_factory=Scope)
    program: Program | None = None
    error: FormulaError | None = None
    seed: int = 0

    def claims(self) -> list[Claim]:
        """The formula's claims, not yet inferred."""
        found = []
        for item in self.items:
            if item.relation is not None:
                scope = with_sizes(self.scope, item.relation.ranges)
                program = self.program if scope is self.scope else Program(scope)
                found.append(Claim(item.relation, scope, program, self.formula.latex, self.seed, scope.conventions))
        return found


def read_formulas(text: str, path: str = "page.md", *, root: str | Path | None = None, load=None, seed: int = 0) -> list[Found]:
    """All formulas of a page, in order, read and carried into the scope; `.unchecked` ones are left out."""
    page = read_page(text, path)
    state = PageState(page, Settings(seed))
    read_front_matter(state, load or file_loader(root, path, None), (path,))
    state.later = later_names(page)
    snapshots: dict = {}
    found = []
    for thing in in_order(page):
        if isinstance(thing, Setting):
            apply_setting(state, thing)
        elif "unchecked" not in thing.classes:
            found.append(_read(state, thing, snapshots, seed))
    return found


def _read(state, formula: Formula, snapshots: dict, seed: int) -> Found:
    found = Found(formula, seed=seed)
    scope = state.scope(formula.block)
    scope.later = state.later.get(formula.start, frozenset())
    try:
        scope.conventions = formula_conventions(state, formula)
        for statement in split_formula(formula_tokens(formula), scope):
            for item in read_statement(statement, scope):
                if item.role in ("definition", "declaration"):
                    introduce(formula, scope, item, Outcome(), state)
                found.items.append(item)
    except FormulaError as error:
        found.error = error
    except RecursionError:
        found.error = FormulaError("the formula is nested too deep", kind="bound")
    found.scope, found.program = _snapshot(scope, snapshots)
    return found


def _snapshot(scope: Scope, snapshots: dict) -> tuple[Scope, Program]:
    """The scope as it stands, and the compiled definitions that belong to it; shared while nothing changes."""
    key = (id(scope), scope.version, len(scope.conditions), tuple(map(id, scope.ranges.values())), scope.conventions,
           scope.later, len(scope.ranks))  # fmt: skip
    if key not in snapshots:
        copy = scope.child()
        copy.shapes = {}
        snapshots[key] = (copy, Program(copy))
    return snapshots[key]


def find_label(formulas: list[Found], label: str, path: str) -> Found:
    """The formula with this label; FormulaError with the nearest labels if there is none."""
    for found in formulas:
        if found.formula.label == label:
            return found
    labels = [f.formula.label for f in formulas if f.formula.label]
    near = difflib.get_close_matches(label, labels, 3, 0.3) or labels[:5]
    hint = "did you mean " + " or ".join(f"{path}#{name}" for name in near) + "?" if near else f"give a formula of {path} a label, as in $$ … $$ {{#eq-name}}"
    raise FormulaError(f"{path} has no formula with the label {label}", hint=hint, kind="name")


__all__ = ["Found", "read_formulas", "find_label"]
