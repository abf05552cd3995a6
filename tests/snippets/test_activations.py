"""Activations: values and derivatives against JAX, the complex step and exact digits."""

import math
from types import SimpleNamespace

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from .kit import assert_close, assert_good_manners, awkward, load, ours

code = SimpleNamespace(**vars(load("smooth_activations")) | vars(load("activations")))

IN_JAX = {
    "sigmoid": jax.nn.sigmoid,
    "tanh": jnp.tanh,
    "relu": jax.nn.relu,
    "leaky_relu": jax.nn.leaky_relu,
    "softplus": jax.nn.softplus,
    "silu": jax.nn.silu,
    "gelu": lambda z: jax.nn.gelu(z, approximate=False),
    "gelu_tanh": lambda z: jax.nn.gelu(z, approximate=True),
}
# The textbook's formulas, for complex numbers of moderate size.
TEXTBOOK = {
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "tanh": lambda z: (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z)),
    "relu": lambda z: z * (z.real > 0),
    "leaky_relu": lambda z: z * np.where(z.real > 0, 1, 0.01),
    "softplus": lambda z: np.log(1 + np.exp(z)),
    "silu": lambda z: z / (1 + np.exp(-z)),
    "gelu_tanh": lambda z: z / 2 * (1 + np.tanh(np.sqrt(2 / np.pi) * (z + 0.044715 * z**3))),
}
# Left and right limits of the derivative.
ENDS = dict.fromkeys(IN_JAX, (0, 1)) | {"sigmoid": (0, 0), "tanh": (0, 0), "leaky_relu": (0.01, 1)}


def both(name):
    """The function and its derivative."""
    return getattr(code, name), getattr(code, f"{name}_derivative")


@pytest.mark.parametrize("name", IN_JAX)
def test_value_and_derivative_are_jax_s(name):
    """From -30 to 30, the kink at zero apart, with the digits of small values."""
    value, derivative = both(name)
    z = np.linspace(-30, 30, 602)
    # Where JAX itself loses digits, a result may be off by an ulp of the largest term, which is 1 or z.
    np.testing.assert_allclose(value(z), IN_JAX[name](z), rtol=1e-12, atol=1e-13)
    slopes = jax.vmap(jax.grad(IN_JAX[name]))(z)
    np.testing.assert_allclose(derivative(z), slopes, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("name", TEXTBOOK)
@ours
@given(st.floats(-5, 5).filter(lambda z: abs(z) > 1e-6))
def test_derivative_is_the_complex_step_s(name, z):
    """The textbook's formula, nudged along the imaginary axis, has this derivative."""
    value, derivative = both(name)
    nudged = TEXTBOOK[name](np.array(z + 1e-30j))
    np.testing.assert_allclose(value(np.array(z)), nudged.real, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(derivative(np.array(z)), nudged.imag / 1e-30, rtol=1e-12, atol=1e-15)


def test_gelu_is_z_times_the_normal_distribution():
    """Against the error function's integral by Gauss-Legendre, and its derivative by differences."""
    nodes, weights = np.polynomial.legendre.leggauss(60)
    z = np.array([-3.0, -1.0, 0.0, 0.5, 2.0])
    upper = (nodes + 1) / 2 * z[:, None]
    area = 0.5 + np.exp(-(upper**2) / 2) @ weights * z / 2 / math.sqrt(2 * math.pi)
    assert_close(code.gelu(z), z * area, 1e-14)
    slope = (code.gelu(z + 1e-5) - code.gelu(z - 1e-5)) / 2e-5
    assert_close(code.gelu_derivative(z), slope, 1e-9)
    z = np.linspace(-6, 6, 1201)
    assert 4e-4 < np.max(np.abs(code.gelu_tanh(z) - code.gelu(z))) < 5e-4


@pytest.mark.parametrize("name", IN_JAX)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_huge_inputs_have_the_limits(name, dtype):
    """At -10,000 and 10,000 nothing overflows, and the derivative is the limit."""
    value, derivative = both(name)
    z = np.array([-1e4, 1e4], dtype)
    with np.errstate(all="raise", under="ignore"):
        got, slopes = value(z), derivative(z)
    assert got.dtype == slopes.dtype == dtype
    assert_close(got, np.asarray(IN_JAX[name](z)), 1e-6)
    np.testing.assert_array_equal(slopes, np.array(ENDS[name], dtype))


def test_small_derivatives_keep_their_digits():
    """Where 1 - s and 1 - tanh^2 would be zero, the derivatives are still right."""
    z = np.array([-50.0, 50.0, 200.0])
    assert np.all(1 - np.tanh(z) ** 2 == 0)
    np.testing.assert_allclose(code.sigmoid_derivative(z), np.exp(-np.abs(z)), rtol=1e-13)
    np.testing.assert_allclose(code.tanh_derivative(z), 4 * np.exp(-2 * np.abs(z)), rtol=1e-13)
    np.testing.assert_allclose(code.sigmoid(-np.abs(z)), np.exp(-np.abs(z)), rtol=1e-13)
    np.testing.assert_allclose(code.softplus(-np.abs(z)), np.exp(-np.abs(z)), rtol=1e-13)


def test_the_kinks_have_the_usual_choice():
    """At zero ReLU's derivative is 0 and leaky ReLU's is the slope."""
    zero = np.zeros(3)
    np.testing.assert_array_equal(code.relu_derivative(zero), [0, 0, 0])
    np.testing.assert_array_equal(code.leaky_relu_derivative(zero, 0.25), [0.25] * 3)


def test_leaky_relu_takes_any_slope():
    """Below zero the value and the derivative use it, also as a NumPy number."""
    z = np.array([-2.0, 3.0], np.float32)
    for slope in (0.5, np.float64(0.5), 0, 1):
        np.testing.assert_array_equal(code.leaky_relu(z, slope), [-2 * slope, 3])
        np.testing.assert_array_equal(code.leaky_relu_derivative(z, slope), [slope, 1])
        assert code.leaky_relu(z, slope).dtype == code.leaky_relu_derivative(z, slope).dtype == np.float32


@pytest.mark.parametrize("name", IN_JAX)
@pytest.mark.parametrize("shape", [(), (0,), (1,), (2, 0, 3), (2, 3), (2, 1, 3)])
def test_any_shape_and_any_view(name, shape):
    """Shapes with sizes of one and of zero, gaps in memory, read-only arrays."""
    z = np.asarray(np.random.default_rng(1).normal(size=shape))
    for function in both(name):
        assert function(z).shape == shape
        assert_good_manners(function, z)


@pytest.mark.parametrize("name", IN_JAX)
def test_integers_are_refused(name):
    """They would be cut to integers somewhere; the message says what was expected."""
    for function in both(name):
        with pytest.raises(ValueError, match="got int64, expected floating-point"):
            function(awkward(np.array([1, 2])))
