"""Printed trees read back as the same trees."""

import os
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from texecute.emit.latex import Printer
from texecute.errors import FormulaError
from texecute.free_names import free_variables
from texecute.items import read_formulas
from texecute.parser import Parser
from texecute.ranges import read_ranges
from texecute.reader import Reader
from texecute.statements import split_formula
from texecute.syntax import (
    Abs,
    Add,
    At,
    Big,
    BigO,
    Binding,
    By,
    Call,
    Cases,
    Condition,
    Const,
    Delta,
    Derivative,
    Differential,
    Div,
    Eye,
    Function,
    Index,
    Indicator,
    Inverse,
    MatrixLiteral,
    Neg,
    Norm,
    Num,
    Ones,
    Operation,
    Pow,
    Product,
    Ref,
    Transpose,
    Unit,
    Var,
    Zeros,
    walk,
)
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


# --- trees that no page has --------------------------------------------------------------

PAGE = r"""
Let $x, y, u \in \mathbb{R}^{n}$, $A, B, W_1 \in \mathbb{R}^{n\times n}$, $s, t, \hat y \in \mathbb{R}$, $x^* \in \mathbb{R}^n$,
$g : \mathbb{R}\to\mathbb{R}$, $Z^{[l]} \in \mathbb{R}^{n\times n},\ l = 1,\dots,L$, $h_k \in \mathbb{R}^n,\ k = 0,\dots,K$, and $xy \in \mathbb{R}$.
"""


@cache
def lettered():
    """The scope of a page with names of all kinds."""
    return read_formulas(PAGE)[-1].scope


def integers():
    """Indices and sizes."""
    names = st.sampled_from([Var("i"), Var("j"), Var("n"), Var("L"), Num("1"), Num("2"), Num("12")])
    plus = st.tuples(st.sampled_from([Var("i"), Var("j")]), st.sampled_from([Num("1"), Neg(Num("1"))]))
    return names | plus.map(lambda p: Add(p))


def expressions():
    """Trees of all kinds of nodes, without regard to shapes."""
    leaves = st.one_of(
        st.sampled_from([Ref("x"), Ref("y"), Ref("u"), Ref("A"), Ref("B"), Ref("W_{1}"), Ref("s"), Ref("t"), Ref("\\hat{y}"), Ref("x^{*}"), Ref("xy"),
                         Num("2"), Num("0.5"), Const("pi"), Const("e"), Ones(), Ones(Var("n")), Eye(), Eye(Var("n")), Zeros()]),
        integers().map(lambda i: Ref("Z", (i,))),
        integers().map(lambda i: Ref("h", (i,))),
        st.tuples(integers(), integers()).map(lambda p: Index(Ref("A"), p)),
        integers().map(lambda i: Index(Ref("x"), (i,))),
        st.sampled_from([Var("i"), Var("n")]),
        st.tuples(integers(), integers()).map(lambda p: Delta(*p)),
        integers().map(Unit),
    )  # fmt: skip
    return st.recursive(leaves, _branches, max_leaves=14)


def _branches(inner):
    several = st.lists(inner, min_size=2, max_size=3).map(tuple)
    target = st.sampled_from([Ref("x"), Ref("A"), Ref("Z", (Var("i"),)), Index(Ref("x"), (Var("i"),))])
    by = st.tuples(target, st.booleans()).map(lambda p: By(*p))
    return st.one_of(
        inner.filter(lambda n: not isinstance(n, Neg)).map(Neg), inner.map(Transpose), inner.map(Inverse), inner.map(Abs), inner.map(lambda n: Norm(n, "2")),
        several.map(Add), several.map(Product),
        st.tuples(st.sampled_from(["circ", "odot", "ast", "oslash", "cdot", "times", "otimes", "inner"]), inner, inner).map(lambda p: Operation(*p)),
        st.tuples(inner, inner).map(lambda p: Div(*p)),
        st.tuples(inner, inner.filter(lambda e: e != Neg(Num("1"))), st.booleans()).map(lambda p: Pow(*p)),
        st.tuples(st.sampled_from(["tanh", "log", "relu", "sqrt", "softmax", "trace", "vec", "sigmoid"]), inner).map(lambda p: Call(Function(p[0]), (p[1],))),
        st.tuples(st.integers(0, 2), inner).map(lambda p: Call(Function("g", primes=p[0], builtin=False), (p[1],))),
        st.tuples(inner, st.tuples(integers(), integers())).filter(lambda p: not isinstance(p[0], Ref | Transpose | Num | Index)).map(lambda p: Index(*p)),
        st.tuples(st.sampled_from(["sum", "prod", "max"]), inner).map(lambda p: Big(p[0], (Binding("k", Num("1"), Var("n")),), (), p[1])),
        st.tuples(inner, by, st.sampled_from(["partial", "d", "nabla"])).map(lambda p: Derivative(p[0], (p[1],), p[2])),
        inner.map(Differential),
        st.tuples(inner, inner).map(lambda p: At(p[0], ((Ref("x"), p[1]),))),
        st.lists(inner, min_size=2, max_size=2).map(lambda cells: MatrixLiteral((tuple(cells),))),
        st.tuples(inner, inner).map(lambda p: Cases(((p[0], (Condition("<", Var("i"), Var("j")),)), (p[1], ())))),
        st.just(Indicator((Condition("=", Var("i"), Var("j")),))),
    )  # fmt: skip


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(expressions())
def test_any_tree_reads_back_as_itself(tree):
    """Printing and reading again is the identity on every tree, shapes or not."""
    scope = lettered()
    text = Printer(scope).print(tree)
    assert tree == reread(text, scope.child(), frozenset("ijk")), text
