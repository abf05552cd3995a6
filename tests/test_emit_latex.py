"""Printed trees read back as the same trees."""

import os
from functools import cache
from pathlib import Path

import pytest

from texecute.emit.latex import Printer
from texecute.errors import FormulaError
from texecute.free_names import free_variables
from texecute.items import read_formulas
from texecute.parser import Parser
from texecute.ranges import read_ranges
from texecute.reader import Reader
from texecute.statements import split_formula
from texecute.syntax import BigO, Var, walk
from texecute.tokens import tokenize

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
ELSEWHERE = Path(os.environ.get("TEXECUTE_CASES") or ROOT.parent / "shared" / "cases")
FOLDERS = {"docs": ROOT / "docs", "cases": HERE / "cases", "elsewhere": ELSEWHERE}


@cache
def pages(folder: Path):
    """All pages of a folder, read."""
    found = []
    for path in sorted(folder.rglob("*.md")):
        text = path.read_bytes().decode("utf8")
        for formula in read_formulas(text, str(path), root=folder):
            found.append((path, formula))
    return found


def scope_for(found, item):
    """The scope in which an item's trees were read; a function's parameters are names in its body."""
    scope = found.scope.child()
    if item.member is not None:
        for parameter in item.member.parameters:
            symbol = scope.by_uid[parameter.name]
            scope.symbols[symbol.name] = symbol
    return scope


def trees(item):
    """All expressions of an item, with the letters that are indices in them."""
    if item.relation is not None:
        parts, ranges = item.relation.parts, item.relation.ranges
    elif item.body is not None:
        parts, ranges = (item.body,), None
    elif item.member is not None and item.member.body is not None:
        parts, ranges = (item.member.body,), item.member.ranges
    else:
        return
    bound = {b.name for b in ranges.bindings} if ranges is not None else set()
    if item.member is not None:
        for label in (*item.member.pattern, *item.member.indices):
            bound |= {v.name for v in walk(label) if isinstance(v, Var)}
    for part in parts:
        if type(part).__name__ != "Function":
            yield part, frozenset(bound)
        bound |= {name for name, use in free_variables(part).items() if use.index}


def reread(text, scope, bound):
    return Parser(Reader(tokenize(text)), scope, bound).whole()


@pytest.mark.parametrize("where", FOLDERS)
def test_printed_expressions_read_back_as_the_same_trees(where):
    """For every expression of every page."""
    count, wrong = 0, []
    for path, found in pages(FOLDERS[where]):
        for item in found.items:
            scope = scope_for(found, item)
            for tree, bound in trees(item):
                count += 1
                text = "?"
                try:
                    text = Printer(scope).print(tree)
                    again = reread(text, scope.child(), bound)
                except FormulaError as error:
                    again = error.message
                if again != tree:
                    wrong.append(f"{path.name}:{found.formula.line}  {' '.join(found.formula.latex.split())}\n    {text}\n    {again}\n    {tree}")
    assert not wrong, f"{len(wrong)} of {count}\n" + "\n".join(wrong[:int(os.environ.get("SHOW", 12))])
    if FOLDERS[where].exists():
        assert count > 10


@pytest.mark.parametrize("where", FOLDERS)
def test_printed_claims_read_back_with_their_ranges(where):
    """The ranges behind a claim too."""
    for _, found in pages(FOLDERS[where]):
        for item in found.items:
            if item.relation is None or any(isinstance(n, BigO) for n in walk(item.relation)):
                continue
            scope = scope_for(found, item)
            text = "1 = 1" + Printer(scope).ranges(item.relation.ranges)
            statements = split_formula(tokenize(text), scope.child())
            # What the text says of an index depends on where it is used; here it is used nowhere.
            if len(statements) == 1:
                assert item.relation.ranges == read_ranges(statements[0].ranges, scope.child(), False)
