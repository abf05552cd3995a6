"""Every row of the table of functions: value, derivatives, domain, kink, names elsewhere."""

from __future__ import annotations

import math

import numpy as np
import pytest

from texecute import functions
from texecute.errors import UndefinedValue
from texecute.functions import BY_LATEX, TABLE, WHOLE, apply, derivative
from texecute.scalars import Dual, perturbed, tangent

POINTS = (-2.7, -1.3, -0.81, -0.4, 0.15, 0.35, 0.77, 1.9, 3.4)
OUTSIDE = {
    "log": (0.0, -1.0), "sqrt": (-0.5,), "arcsin": (1.5, -1.0), "arccos": (1.0, -2.0), "artanh": (1.0, -1.0, 3.0), "cot": (0.0,),
}  # fmt: skip
VALUES = {
    "exp": np.exp, "log": np.log, "sqrt": np.sqrt, "sin": np.sin, "cos": np.cos, "tan": np.tan, "sinh": np.sinh, "cosh": np.cosh,
    "tanh": np.tanh, "arctan": np.arctan, "arcsin": np.arcsin, "arccos": np.arccos, "arsinh": np.arcsinh, "artanh": np.arctanh,
    "cot": lambda x: np.cos(x) / np.sin(x), "sigmoid": lambda x: 1 / (1 + np.exp(-x)), "softplus": lambda x: np.logaddexp(0, x),
    "relu": lambda x: np.maximum(x, 0), "abs": np.abs, "sign": np.sign, "erf": math.erf,
    "normal": lambda x: 0.5 * math.erfc(-x / math.sqrt(2)), "gauss": lambda x: np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi),
    "silu": lambda x: x / (1 + np.exp(-x)), "gelu": lambda x: 0.5 * x * math.erfc(-x / math.sqrt(2)),
}  # fmt: skip
"""The same functions, written a second time."""


def inside(name):
    """The points at which a function has a value and derivatives."""
    row = TABLE[name]
    return [x for x in POINTS if (row.defined is None or row.defined(x)) and x != row.kink]


def cases():
    """Every row at every one of its points."""
    return [pytest.param(name, x, id=f"{name}({x})") for name in TABLE for x in inside(name)]


def central(f, x, h=1e-3):
    """The derivative of f by central differences of sixth order: good to about 1e-11."""
    return (45 * (f(x + h) - f(x - h)) - 9 * (f(x + 2 * h) - f(x - 2 * h)) + f(x + 3 * h) - f(x - 3 * h)) / (60 * h)


def test_this_file_knows_every_row():
    """A new row of the table must be added to the values of this file, too."""
    assert set(TABLE) == set(VALUES)
    assert all(len(inside(name)) >= 3 for name in TABLE)


@pytest.mark.parametrize("name, x", cases())
def test_value(name, x):
    """The value is that of another library."""
    assert float(VALUES[name](x)) == pytest.approx(apply(name, x), rel=1e-13, abs=1e-15)
    assert apply(name, x) == derivative(name, 0, x)


@pytest.mark.parametrize("name, x", cases())
def test_derivatives_against_differences(name, x):
    """First and second derivative agree with central differences of the value and of the first."""
    assert central(lambda v: apply(name, v), x) == pytest.approx(derivative(name, 1, x), rel=1e-8, abs=1e-9)
    assert central(lambda v: derivative(name, 1, v), x) == pytest.approx(derivative(name, 2, x), rel=1e-8, abs=1e-9)


@pytest.mark.parametrize("name, x", cases())
def test_complex_step_and_dual_number_agree(name, x):
    """Complex step, dual number and the rule give the same derivative to rounding."""
    rule = derivative(name, 1, x)
    assert rule == pytest.approx(tangent(apply(name, perturbed(x, 0)), 0), rel=1e-12, abs=1e-15)
    assert rule == pytest.approx(tangent(apply(name, Dual(x, 1.0, 1)), 1), rel=1e-12, abs=1e-15)


@pytest.mark.parametrize("name, x", cases())
def test_nested_derivatives_agree(name, x):
    """The second derivative by two dual numbers, or by one around the complex step, is that of the rule."""
    rule = derivative(name, 2, x)
    two = apply(name, Dual(Dual(x, 1.0, 1), 1.0, 2))
    assert rule == pytest.approx(tangent(tangent(two, 2), 1), rel=1e-10, abs=1e-12)
    mixed = apply(name, perturbed(perturbed(x, 0), 1))
    assert rule == pytest.approx(tangent(tangent(mixed, 1), 0), rel=1e-10, abs=1e-12)


@pytest.mark.parametrize("name, x", cases())
def test_third_derivative(name, x):
    """The third derivative agrees with differences of the second."""
    assert central(lambda v: derivative(name, 2, v), x) == pytest.approx(derivative(name, 3, x), rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("name, x", cases())
def test_a_rule_off_by_a_thousandth_would_be_seen(name, x):
    """The comparison with differences above can fail: 0.1% is more than its tolerance."""
    rule = derivative(name, 1, x)
    if abs(rule) > 1e-3:
        assert 1.001 * rule != pytest.approx(central(lambda v: apply(name, v), x), rel=1e-8, abs=1e-9)


@pytest.mark.parametrize("name, x", [(name, x) for name, xs in OUTSIDE.items() for x in xs])
def test_outside_of_its_domain_a_function_has_no_value(name, x):
    """UndefinedValue, and never a traceback of the math module."""
    for value in (x, complex(x, 1e-30), Dual(x, 1.0, 1)):
        with pytest.raises(UndefinedValue):
            apply(name, value)
    for order in (1, 2):
        with pytest.raises(UndefinedValue):
            derivative(name, order, x)


def test_every_domain_has_a_point_outside():
    """No row with a domain is missing above."""
    assert {name for name, row in TABLE.items() if row.defined is not None} == set(OUTSIDE)


@pytest.mark.parametrize("name", [name for name, row in TABLE.items() if row.kink is not None])
def test_at_a_kink_there_is_a_value_but_no_derivative(name):
    """At a kink the value is defined; a derivative through it is not."""
    x = TABLE[name].kink
    assert apply(name, x) == float(VALUES[name](x))
    for value in (perturbed(x, 0), Dual(x, 1.0, 1), Dual(Dual(x, 1.0, 1), 0.0, 2)):
        with pytest.raises(UndefinedValue):
            apply(name, value)
    for order in (1, 2):
        with pytest.raises(UndefinedValue):
            derivative(name, order, x)


@pytest.mark.parametrize("name", TABLE)
@pytest.mark.parametrize("x", [-1e5, -745.0, -50.0, 50.0, 710.0, 1e5, 1e308])
def test_far_out_it_is_a_number_or_undefined(name, x):
    """Large arguments overflow to UndefinedValue, nothing else."""
    for value in (x, complex(x, 1e-30), Dual(x, 1.0, 1)):
        try:
            result = apply(name, value)
        except UndefinedValue:
            continue
        assert isinstance(result, type(value))


@pytest.mark.parametrize("name", TABLE)
def test_the_expression_for_numpy_has_the_same_value(name):
    """The NumPy expression of a row, where it needs nothing but NumPy, computes the row's function."""
    code = TABLE[name].numpy
    assert "{" in code and "{" in TABLE[name].jax and "{" in TABLE[name].torch
    if "scipy" in code:
        return
    for x in inside(name):
        assert apply(name, x) == pytest.approx(float(eval(code.format("x"), {"np": np, "x": np.float64(x)})), rel=1e-12, abs=1e-15)


def test_every_latex_name_leads_to_one_function():
    """No LaTeX name belongs to two rows, and all lead to the table or to an operation."""
    names = [latex for row in TABLE.values() for latex in row.latex]
    assert len(names) == len(set(names))
    assert set(BY_LATEX.values()) <= set(TABLE) | set(WHOLE.values())
    assert functions.LETTERS_ONLY_IF_FREE <= set(BY_LATEX)
