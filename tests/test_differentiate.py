"""Derivatives as pages state them: closed forms, central differences of the same values, nested ones."""

from __future__ import annotations

import re

import pytest

import texecute

DECLARED = r"""
$a, t \in \mathbb{R}$, $x, y \in \mathbb{R}^{n}$, $A, B \in \mathbb{R}^{n\times n}$, $W \in \mathbb{R}^{m\times n}$, $S \in \mathbb{S}^{n}_{++}$,
$p \in \mathbb{R}_{>0}$, $g, h : \mathbb{R}\to\mathbb{R}$, $f : \mathbb{R}^{n}\to\mathbb{R}$, $F : \mathbb{R}^{n}\to\mathbb{R}^{m}$
"""


def check(formula, seed=0, before=""):
    """The report of one formula after the declarations."""
    return texecute.check(f"{DECLARED}\n\n{before}\n\n$${formula}$$\n", seed=seed).formulas[-1]


CLOSED = [
    (r"\frac{\partial (x^\top A x)}{\partial x}", r"(A + A^\top)x"),
    (r"\frac{\partial (y^\top W^\top W x)}{\partial W}", r"W(x y^\top + y x^\top)"),
    (r"\frac{\partial \operatorname{tr}(AB)}{\partial A}", r"B^\top"),
    (r"\frac{\partial \log\det S}{\partial A}", "0"),
    (r"\frac{\partial \det A}{\partial A}", r"\det(A)A^{-\top}"),
    (r"\frac{\partial \lVert x\rVert}{\partial x}", r"\frac{x}{\lVert x\rVert}"),
    (r"\frac{\partial \operatorname{softmax}(x)_i}{\partial x_j}", r"\operatorname{softmax}(x)_i(\delta_{ij} - \operatorname{softmax}(x)_j)"),
    (r"\frac{\mathrm d}{\mathrm d t}\left(\sin(t)\,e^{t}\right)", r"e^t(\sin t + \cos t)"),
    (r"\frac{\mathrm d g(h(t))}{\mathrm d t}", "g'(h(t))h'(t)"),
    (r"\frac{\partial g(x)}{\partial x}", r"\operatorname{diag}(g'(x))"),
    (r"\frac{\partial (x^\top y)}{\partial x_i}", "y_i"),
    (r"\nabla_x f(x)", r"\frac{\partial f(x)}{\partial x}"),
    (r"\frac{\partial A_{ij}}{\partial A_{kl}}", r"\delta_{ik}\delta_{jl}"),
    (r"\frac{\partial^2 (x^\top A x)}{\partial x\,\partial x^\top}", r"A + A^\top"),
    (r"\frac{\partial^2 (x_i^2x_j)}{\partial x_i\,\partial x_j}", r"2x_i, \quad i \ne j"),
    (r"\frac{\mathrm d^2 g(t^2)}{\mathrm d t^2}", "4t^2g''(t^2) + 2g'(t^2)"),
    (r"\frac{\mathrm d}{\mathrm d t}\left(p^{t}\right)", r"p^t\log p"),
    (r"\mathrm d(A^{-1})", r"-A^{-1}(\mathrm d A)A^{-1}"),
    (r"\mathrm d(x^\top A x)", r"x^\top(A + A^\top)\mathrm d x"),
]


@pytest.mark.parametrize("left, right", CLOSED)
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_closed_forms(left, right, seed):
    """The derivative is what every textbook says it is, to rounding."""
    report = check(f"{left} = {right}", seed)
    if (left, right) == CLOSED[3]:
        # log det S does not depend on A: a derivative may be claimed to be zero.
        assert report.passed, report.text()
        return
    assert "holds" == report.verdict, report.text()
    assert report.max_relative_error < 1e-9


@pytest.mark.parametrize("left, right", [c for i, c in enumerate(CLOSED) if i != 3])
@pytest.mark.parametrize("factor", ["1.001", "0.999"])
def test_a_gradient_off_by_a_thousandth_fails(left, right, factor):
    """A derivative that is wrong by 0.1% is refused, whatever it is."""
    right, mark, ranges = right.partition(r", \quad")
    report = check(f"{left} = {factor}\\left({right}\\right){mark}{ranges}")
    assert ("fails", "value") == (report.verdict, report.reason), report.text()


@pytest.mark.parametrize(
    "before, value, by",
    [
(r"$L = \lVert g(Ax) - y\rVert^2$", "L", "x"),
        (r"$L = \sum_i \log(1 + e^{x_i})$", "L", "x"),
        (r"$z = Wx$, $L = \sum_i g(z_i)h(z_i)$", "L", "x"),
        (r"$L = f(\tanh(Ax) \circ y)$", "L", "x"),
        (r"$L = \log\det(S + a^2 I)$", "L", "a"),
    ],
)
def test_central_differences(before, value, by):
    """Derivatives agree with difference quotients that the page itself states, as their step shrinks."""
    # In the language itself: a limit along each coordinate, by extrapolation.
    body = re.findall(r"L = (.*?)\$$", before)[0]
    if "z" in before.split("$")[1]:
        body = body.replace("z_i", "(Wx)_i")
    direction = "e_j" if by == "x" else "1"
    moved = re.sub(rf"(?<![\\a-z]){by}(?![a-z])", rf"({by} + p{direction})" if by == "x" else rf"({by} + p)", body)
    index = "_j" if by == "x" else ""
    report = check(rf"\lim_{{p\to 0}}\frac{{{moved} - {body}}}{{p}} = \frac{{\partial {value}}}{{\partial {by}{index}}}", before=before)
    assert "holds" == report.verdict, report.text()


def test_hessians_are_nested_derivatives():
    """The Hessian of an arbitrary function is symmetric, and is the Jacobian of its gradient."""
    assert check(r"\nabla^2_x f(x) = \left(\nabla^2_x f(x)\right)^\top").passed
    gradient = r"$u := \nabla_x f(x)$"
    assert check(r"\frac{\partial u}{\partial x^\top} = \nabla^2_x f(x)", before=gradient).passed


@pytest.mark.parametrize("order", [2, 3, 4])
def test_higher_derivatives(order):
    """The n-th derivative of e^{2t} is 2ⁿ e^{2t}, and of an arbitrary g it is g with n primes."""
    assert check(rf"\frac{{\mathrm d^{order}}}{{\mathrm d t^{order}}}\left(e^{{2t}}\right) = {2**order}e^{{2t}}").passed
    assert check(rf"\frac{{\mathrm d^{order} g(t)}}{{\mathrm d t^{order}}} = g{chr(39) * order}(t)").passed
    assert not check(rf"\frac{{\mathrm d^{order} g(t)}}{{\mathrm d t^{order}}} = g{chr(39) * (order - 1)}(t)").passed


def test_nested_variables_are_not_confused():
    """∂/∂t (t · ∂(t + s)/∂s) is 1 and not 2."""
    before = r"$s \in \mathbb{R}$"
    assert check(r"\frac{\partial}{\partial t}\left(t\frac{\partial (t + s)}{\partial s}\right) = 1", before=before).passed
    assert not check(r"\frac{\partial}{\partial t}\left(t\frac{\partial (t + s)}{\partial s}\right) = 2", before=before).passed


def test_what_lies_behind_a_value_is_held_fixed():
    """∂L/∂z cuts the graph at z: what z is made of does not matter."""
    before = r"$z = Wx$, $q = z$, $L = \lVert q\rVert^2$"
    assert check(r"\frac{\partial L}{\partial z} = 2z", before=before).passed
    assert check(r"\frac{\partial L}{\partial x} = 2W^\top z", before=before).passed
    assert check(r"\frac{\partial z}{\partial q} = 0", before=before).passed


def test_a_kink_is_no_derivative():
    """At a tie of a maximum there is no derivative: undecided, and not some value."""
    report = check(r"\frac{\mathrm d}{\mathrm d t}\left(\max(t, t)\right) = 1")
    assert "undecided" == report.verdict
