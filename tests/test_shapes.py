"""Shapes: inferred symbolically, and refused where parts do not fit."""

from __future__ import annotations

import re

import pytest

import texecute

DECLARED = r"""
$a \in \mathbb{R}$, $x \in \mathbb{R}^{n}$, $r \in \mathbb{R}^{1\times n}$, $y \in \mathbb{R}^{m}$, $A \in \mathbb{R}^{m\times n}$,
$S \in \mathbb{R}^{n\times n}$, $W^{[l]} \in \mathbb{R}^{n_l\times n_{l-1}},\ l = 1,\dots,L$, $g : \mathbb{R}\to\mathbb{R}$,
$f : \mathbb{R}^{n}\to\mathbb{R}$, $F : \mathbb{R}^{n}\to\mathbb{R}^{m}$, $X \in \mathbb{R}^{C\times H\times K}$
"""


def check(formula, **options):
    """The report of one formula after the declarations."""
    return texecute.check(f"{DECLARED}\n\n$${formula}$$\n", **options).formulas[-1]


@pytest.mark.parametrize(
    "expression, rows, columns",
    [
        ("a", "1", "1"),
        ("x", "n", "1"),
        (r"x^\top", "1", "n"),
        ("Ax", "m", "1"),
        (r"x^\top A^\top", "1", "m"),
        (r"x^\top x", "1", "1"),
        (r"y x^\top", "m", "n"),
        ("A S", "m", "n"),
        ("S^{-1}", "n", "n"),
        ("g(A)", "m", "n"),
        ("F(x)", "m", "1"),
        (r"\operatorname{vec}(A)", "mn", "1"),
        (r"A \otimes S", "mn", "nn"),
        (r"\operatorname{diag}(x)", "n", "n"),
        (r"\operatorname{diag}(S)", "n", "1"),
        (r"A_{i\cdot}", "1", "n"),
        ("A_{:,j}", "m", "1"),
        (r"W^{[l]}(W^{[l]})^\top, \quad l = 1,\dots,L", "n_l", "n_l"),
        (r"W^{[l+1]}W^{[l]}, \quad l = 1,\dots,L-1", "n_{l+1}", "n_{l-1}"),
        (r"\frac{\partial f(x)}{\partial x}", "n", "1"),
        (r"\frac{\partial f(x)}{\partial x^\top}", "1", "n"),
        (r"\frac{\partial (Ax)}{\partial x}", "m", "n"),
        (r"\frac{\partial^2 f(x)}{\partial x\,\partial x^\top}", "n", "n"),
        (r"\nabla_A (y^\top A x)", "m", "n"),
        (r"\mathbf 1^\top A", "1", "n"),
        (r"\sum_i x_i A_{:,i}", "m", "1"),
        (r"\begin{bmatrix} A \\ S \end{bmatrix}", "m+n", "n"),
        (r"\operatorname{softmax}(x)", "n", "1"),
        ("1 - x", "n", "1"),
    ],
)
def test_shape_of(expression, rows, columns):
    """The shape of an expression is these two sizes, as symbols."""
    body, _, ranges = expression.partition(r", \quad")
    report = check(body + " = " + body + (r", \quad" + ranges if ranges else ""))
    spelled = {(r.replace(" ", "").replace(r"\cdot", ""), c.replace(" ", "").replace(r"\cdot", "")) for _, r, c in report.shapes}
    assert spelled == {(rows, columns)} or {(r.replace("nm", "mn"), c) for r, c in spelled} == {(rows, columns)}, report


@pytest.mark.parametrize(
    "formula, words, hint",
    [
        ("x A = y", r"does not fit|do not fit", ""),
        (r"A^\top x = y", r"fit", ""),
        ("x + y = x", r"shape|fit|differ", ""),
        ("x + r = x", "fit|shape|sum", "transpose"),
        ("A = A^\\top", "shapes: ", "transpose"),
        (r"A \circ S = A", "fit|shape|elementwise", ""),
        ("A^2 = A", "square", ""),
        ("A^{-1} = A", "square", ""),
        (r"\operatorname{tr}(A) = a", "square", ""),
        ("2f(y) = a", "takes an argument of shape n × 1", ""),
        ("f(x, y) = a", "arguments", ""),
        ("F(r) + y = y", "takes an argument of shape", "transpose"),
        ("W^{[l]}W^{[l+1]} = W^{[l]}, \\quad l = 1,\\dots,L-1", "fit", ""),
        ("A_{ii} = a", "runs to|m|n", ""),
        ("2x = y", "different shapes", ""),
        ("x = y", "declared n × 1, but here it would be m × 1", ""),
        ("f(x) = x", "declared to be 1 × 1", ""),
        (r"\underbrace{A}_{n\times m} = A", "shape|n × m", ""),
        ("1 - S = S", "1 -|square|I", "I|every|entr"),
    ],
)
def test_what_does_not_fit(formula, words, hint):
    """A shape that does not fit fails by shape, and says which."""
    report = check(formula)
    assert not report.passed
    assert (report.verdict, report.reason) == ("fails", "shape") or "error" == report.verdict, report
    assert re.search(words, report.message), report.message
    assert re.search(hint, report.hint), report.hint
    assert "^" in report.caret


def test_sizes_are_symbols_not_numbers():
    """Two sizes that happen to be equal in a draw are still different: no seed makes x + y fit."""
    for seed in range(12):
        assert "shape" == check("x + y = y + x", seed=seed).reason


def test_a_condition_makes_sizes_equal():
    """`n = m` makes n and m one size from there on."""
    text = DECLARED + "\n\nLet $n = m$.\n\n$$x + y = y + x$$\n"
    assert texecute.check(text).passed
    assert not texecute.check(text.replace("Let $n = m$.", "")).passed


@pytest.mark.parametrize("layout, holds", [("numerator", "A"), ("denominator", r"A^\top"), ("mixed", "A")])
def test_layouts(layout, holds):
    """∂(Ax)/∂x is A or its transpose, as the page's layout has it."""
    for right in ("A", r"A^\top"):
        report = texecute.check(f"---\nlayout: {layout}\n---\n{DECLARED}\n\n$$\\frac{{\\partial (Ax)}}{{\\partial x}} = {right}$$\n")
        assert (right == holds) == report.passed, report.text()
