"""Scalars: dual numbers nested to any depth, and the complex step outside them."""

from __future__ import annotations

import math

import pytest

from texecute.scalars import STEP, Dual, integer_power, is_perturbed, perturbed, real, tangent


def slope(f, x, level=1):
    """The derivative of f at x by one dual number."""
    return tangent(f(Dual(x, 1.0, level)), level)


@pytest.mark.parametrize(
    "f, derivative",
    [
        (lambda x: x + 3, lambda x: 1.0),
        (lambda x: 3 + x, lambda x: 1.0),
        (lambda x: x - 3, lambda x: 1.0),
        (lambda x: 3 - x, lambda x: -1.0),
        (lambda x: -x, lambda x: -1.0),
        (lambda x: x * x, lambda x: 2 * x),
        (lambda x: 3 * x, lambda x: 3.0),
        (lambda x: x / 4, lambda x: 0.25),
        (lambda x: 4 / x, lambda x: -4 / x**2),
        (lambda x: x / (x * x + 1), lambda x: (1 - x * x) / (x * x + 1) ** 2),
    ],
)
@pytest.mark.parametrize("x", [-1.7, 0.3, 2.5])
def test_arithmetic_follows_the_rules_of_differentiation(f, derivative, x):
    """Sum, difference, product and quotient of dual numbers are those of calculus."""
    assert derivative(x) == pytest.approx(slope(f, x), rel=1e-14)


def test_levels_do_not_mix():
    """The derivative of x · d(x + y)/dy by x is 1, not 2: perturbation confusion."""
    assert 1.0 == slope(lambda x: x * slope(lambda y: x + y, 1.0, 2), 1.0, 1)


def test_nested_levels_give_the_mixed_derivative():
    """The second derivative of x³y² by x and y is 6x²y, in either order of the levels."""
    for a, b in ((1, 2), (2, 1)):
        x, y = Dual(3.0, 1.0, a), Dual(5.0, 1.0, b)
        value = x * x * x * y * y
        assert 6 * 9 * 5 == tangent(tangent(value, max(a, b)), min(a, b))


def test_three_levels():
    """The third derivative of x⁴ is 24x."""
    x = perturbed(perturbed(perturbed(2.0, 1), 2), 3)
    assert 48 == tangent(tangent(tangent(integer_power(x, 4), 3), 2), 1)


def test_the_complex_step_stands_inside_dual_numbers():
    """Complex step and dual number together give the second derivative of x³: 6x."""
    x = perturbed(perturbed(2.0, 0), 1)
    assert 12 == pytest.approx(tangent(tangent(x * x * x, 1), 0), rel=1e-14)


def test_the_step_is_exact_to_rounding():
    """The complex step's square is lost against any real part, so nothing is truncated."""
    assert 1.0 + STEP * STEP == 1.0 and STEP * STEP < 1e-50
    x = perturbed(0.7, 0)
    assert 3 * 0.49 == pytest.approx(tangent(x * x * x, 0), rel=1e-15)


def test_what_does_not_depend_on_the_variable_has_no_derivative():
    """A constant, or a number perturbed at another level, has tangent zero."""
    assert 0.0 == tangent(3.0, 1)
    assert 0.0 == tangent(3.0, 0)
    assert 0.0 == tangent(Dual(3.0, 1.0, 1), 2)
    assert 1.0 == tangent(Dual(Dual(3.0, 1.0, 1), 0.0, 2), 1).value


def test_real_and_perturbed_look_through_all_levels():
    """Comparisons see the innermost real part, kinks see a perturbation at any depth."""
    x = Dual(Dual(2.0, 0.0, 1), 0.0, 2)
    assert 2.0 == real(x) and not is_perturbed(x)
    assert is_perturbed(Dual(Dual(2.0, 1.0, 1), 0.0, 2))
    assert is_perturbed(Dual(complex(2.0, STEP), 0.0, 1))
    assert not is_perturbed(2.0) and not is_perturbed(complex(2.0, 0.0))


@pytest.mark.parametrize("n", range(-5, 12))
def test_integer_powers_by_multiplication(n):
    """Whole powers agree with floats, and their derivatives with n xⁿ⁻¹."""
    assert 1.3**n == pytest.approx(integer_power(1.3, n), rel=1e-14)
    derivative = tangent(integer_power(Dual(1.3, 1.0, 1), n), 1)
    assert n * 1.3 ** (n - 1) == pytest.approx(derivative, rel=1e-13)
    assert math.isfinite(real(integer_power(complex(1.3, STEP), n)))
