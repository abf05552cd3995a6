"""The parser: precedences, scripts, calls, and requests for brackets where two readings remain."""

from __future__ import annotations

import re

import pytest

from texecute.check import check_formula
from texecute.errors import FormulaError
from texecute.names import Scope
from texecute.page_state import PageState, Settings, in_order
from texecute.pages import read_page
from texecute.parser import MAX_DEPTH, Parser
from texecute.reader import Reader
from texecute.syntax import Binding, Call, Num, Operation, Ref, Var, children, walk
from texecute.tokens import tokenize

NAMES = r"""
$a, b, c, h \in \mathbb{R}$, $x, y \in \mathbb{R}^{n}$, $A, B, X \in \mathbb{R}^{n\times n}$,
$W^{[l]} \in \mathbb{R}^{n\times n},\ l = 1,\dots,L$, $g : \mathbb{R}\to\mathbb{R}$, $f : \mathbb{R}^{n}\to\mathbb{R}$
"""


@pytest.fixture(scope="module")
def scope():
    """A scope with scalars, vectors, matrices, a family and functions."""
    page = read_page(NAMES)
    state = PageState(page, Settings())
    state.scopes[()] = Scope()
    for formula in in_order(page):
        assert check_formula(state, formula).passed
    return state.scopes[()]


def parse(source, scope):
    """The tree of a whole expression."""
    return Parser(Reader(tokenize(source)), scope, frozenset({"i", "j", "k"})).whole()


def show(node):
    """A tree in short: operators in front of their operands."""
    if isinstance(node, Num):
        return node.text
    if isinstance(node, Ref | Var):
        return node.name + "".join(f"[{show(x)}]" for x in node.labels)
    name = type(node).__name__
    if isinstance(node, Operation):
        name = node.op
    if isinstance(node, Call):
        primes = "'" * node.function.primes
        return f"{node.function.name}{primes}({', '.join(map(show, node.arguments))})"
    return f"{name}({', '.join(show(x) for x in children(node))})"


@pytest.mark.parametrize(
    "source, tree",
    [
        ("a", "a"),
        ("a + b - c", "Add(a, b, Neg(c))"),
        ("-a + b", "Add(Neg(a), b)"),
        ("a b + c", "Add(Product(a, b), c)"),
        ("2a", "Product(2, a)"),
        ("a(b + c)", "Product(a, Add(b, c))"),
        ("(a + b)c", "Product(Add(a, b), c)"),
        (r"A x \circ y", "circ(Product(A, x), y)"),
        (r"x \circ y + x", "Add(circ(x, y), x)"),
        (r"\frac{a}{b}c", "Product(Div(a, b), c)"),
        ("a/b", "Div(a, b)"),
        ("a b/c", "Div(Product(a, b), c)"),
        (r"\frac12", "Div(1, 2)"),
        ("a^2", "Pow(a, 2)"),
        ("-a^2", "Neg(Pow(a, 2))"),
        ("2a^2", "Product(2, Pow(a, 2))"),
        ("a^{-1}", "Inverse(a)"),
        (r"A^\top", "Transpose(A)"),
        ("A^T", "Transpose(A)"),
        (r"A^{-\top}", "Transpose(Inverse(A))"),
        (r"A^\top x", "Product(Transpose(A), x)"),
        (r"(AB)^\top", "Transpose(Product(A, B))"),
        ("A_{ij}", "Index(A, i, j)"),
        ("x_i", "Index(x, i)"),
        ("(AB)_{ij}", "Index(Product(A, B), i, j)"),
        (r"W^{[l]}x", "Product(W[l], x)"),
        (r"W^{[l+1]\top}", "Transpose(W[Add(l, 1)])"),
        (r"{W^{[l]}}^\top", "Transpose(W[l])"),
        ("g(a)", "g(a)"),
        ("g'(a)", "g'(a)"),
        ("g''(a)", "g''(a)"),
        ("f(x)", "f(x)"),
        (r"\exp(a)", "exp(a)"),
        ("e^a", "exp(a)"),
        (r"\log a", "log(a)"),
        (r"\log\frac{a}{b}", "log(Div(a, b))"),
        (r"\tanh^2(a)", "Pow(tanh(a), 2)"),
        (r"\sqrt{a}", "sqrt(a)"),
        (r"\sum_{k=1}^{n} x_k", "Big(Binding(1, n), Index(x, k))"),
        (r"\sum_k x_k + a", "Add(Big(Binding(), Index(x, k)), a)"),
        (r"\frac{\partial f(x)}{\partial x}", "Derivative(f(x), By(x))"),
        (r"\operatorname{tr}(A)", "trace(A)"),
        (r"x \cdot y", "cdot(x, y)"),
        (r"A \otimes B", "otimes(A, B)"),
    ],
)
def test_trees(source, tree, scope):
    """Each expression has this tree and no other."""
    assert tree == show(parse(source, scope))


@pytest.mark.parametrize(
    "one, other",
    [
        ("a + b", "{a} + {b}"),
        (r"\frac{a}{b}", r"\dfrac{a}{b}"),
        (r"\frac{a}{b}", r"{a}/{b}"),
        (r"A^\top", r"A^{\top}"),
        ("A^T", r"A^{\mathsf{T}}"),
        (r"\left(a+b\right)c", "(a+b)c"),
        (r"[a+b]c", "(a+b)c"),
        ("x_{i}", "x_i"),
        (r"\ln a", r"\log a"),
        ("a\\,b", "a b"),
    ],
)
def test_spellings_of_the_same(one, other, scope):
    """Spans apart, two spellings of one thing are equal trees."""
    assert parse(one, scope) == parse(other, scope)


@pytest.mark.parametrize(
    "source, words",
    [
        ("a/bc", "bracket"),
        ("a--b", "bracket|sign|-"),
        (r"\log a b", "bracket"),
        (r"\frac{\partial}{\partial x} a f(x)", "bracket"),
        ("a +", "ends"),
        ("(a", "close|expected|ends"),
        ("a)", "closes nothing"),
        ("a = b", "relation"),
        (r"\foo a", "unknown command"),
        (r"a \\ b", "environment"),
        ("a & b", "environment"),
        ("a^", "missing"),
        ("a^b^c", "."),
        (r"\frac{a}", "missing"),
        ("", "ends"),
    ],
)
def test_refused(source, words, scope):
    """Two readings, an unknown name or half a formula is an error with place and hint."""
    with pytest.raises(FormulaError) as caught:
        parse(source, scope)
    assert re.search(words, f"{caught.value.message} {caught.value.hint}")
    assert 0 <= caught.value.span.start <= len(source) and caught.value.hint


@pytest.mark.parametrize("source", [r"a + \frac{b}{c}x_i", r"\sum_{k=1}^n A_{ik}B_{kj}", r"(A + B)^\top x - y"])
def test_spans_lie_inside_their_parents(source, scope):
    """A node's span covers its parts, so that a caret can point at it."""
    for node in walk(parse(source, scope)):
        assert 0 <= node.span.start <= node.span.end <= len(source) + 1
        for part in children(node) if not isinstance(node, Binding) else ():
            assert node.span.start <= part.span.start and part.span.end <= node.span.end


@pytest.mark.parametrize("opening, closing", [("(", ")"), ("{", "}"), (r"\sqrt{", "}"), ("-", ""), (r"\frac{1}{", "}"), ("a^{", "}")])
def test_nesting_is_bounded(opening, closing, scope):
    """Deep nesting is an error of its own, far below Python's limit."""
    for depth in (MAX_DEPTH + 20, 350):
        with pytest.raises(FormulaError) as caught:
            parse(opening * depth + "a" + closing * depth, scope)
        assert caught.value.hint
