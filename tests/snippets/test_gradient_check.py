"""Gradient checking: it finds what is right, what is wrong, and the kinks."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given

from .kit import assert_close, awkward, load, ours, rows

code = load("gradient_check")

METHODS = {
    "forward": (code.forward_difference, 1e-6),
    "backward": (code.backward_difference, 1e-6),
    "central": (code.central_difference, 1e-9),
    "complex": (code.complex_step, 1e-14),
}


def smooth(x):
    """A function with every entry in play, for real and complex numbers."""
    weights = np.arange(1, x.size + 1).reshape(x.shape)
    return (weights * np.sin(x) * np.exp(x / 4)).sum() + (x.sum() - 1) ** 2 + 1


def slopes_of_smooth(x):
    """Its gradient, by JAX."""
    weights = jnp.arange(1, x.size + 1).reshape(x.shape)
    return jax.grad(lambda x: (weights * jnp.sin(x) * jnp.exp(x / 4)).sum() + (x.sum() - 1) ** 2 + 1)(x)


@pytest.mark.parametrize("name", METHODS)
@pytest.mark.parametrize("shape", [(), (1,), (0, 2), (2, 3)])
def test_gradients_are_jax_s(name, shape):
    """As many digits as the method has: 6, 6, 9 and 14."""
    method, tolerance = METHODS[name]
    x = np.asarray(np.random.default_rng(1).normal(size=shape))
    got = method(smooth, awkward(x))
    assert_close(got, slopes_of_smooth(x), tolerance)
    assert got.dtype == x.dtype


@ours
@given(rows(largest=3))
def test_the_methods_agree(x):
    """At every point, up to their own errors."""
    exact = code.complex_step(smooth, x)
    for method, tolerance in METHODS.values():
        assert_close(method(smooth, x), exact, tolerance)
        assert code.relative_error(method(smooth, x), exact) <= tolerance


@pytest.mark.parametrize("name", METHODS)
def test_float32_stays_and_has_fewer_digits(name):
    """The step is chosen for the precision of x: two digits and more are right, all by the complex step."""
    x = np.array([0.5, -1.0, 2.0], np.float32)
    got = METHODS[name][0](lambda x: (x**3).sum() / 4, x)
    assert got.dtype == np.float32
    assert_close(got, 3 * x**2 / 4, {"complex": 1e-6, "central": 1e-3}.get(name, 1e-2))


@pytest.mark.parametrize("name", METHODS)
def test_large_and_tiny_numbers(name):
    """The step grows with x: 6 digits of the largest entry are right, though f is rounded to 1e-8."""
    method, _ = METHODS[name]
    x = np.array([1e4, 0.0, -1e4])
    assert_close(method(lambda x: (x**2 / 2 + x).sum(), x), x + 1, 1e-6)


def test_the_step_grows_with_the_size_of_negative_numbers_too():
    """At -1e6 a step for numbers near 1 would leave no digits."""
    x = np.array([-1e6])
    for method in (code.forward_difference, code.central_difference):
        assert_close(method(lambda x: (x**2).sum(), x), [-2e6], 1e-6)


def test_the_central_step_is_better_than_ten_times_more_and_less():
    """Its error is smaller than that of steps far from the chosen one, over many points."""
    x = np.linspace(0.5, 2.5, 40)
    exact = np.exp(x)

    def error(h):
        return np.abs((np.exp(x + h) - np.exp(x - h)) / (2 * h) - exact).mean()

    ours_ = np.abs(code.central_difference(lambda x: np.exp(x).sum(), x[:1]) - exact[:1]).mean()
    assert ours_ < 1e-9
    assert error(6e-6) < error(6e-5) / 5
    assert error(6e-6) < error(6e-8) / 5


def test_the_number_of_evaluations():
    """n + 1, n + 1, 2n and n, and two in one direction."""
    x = np.ones((2, 3))
    calls = []

    def f(x):
        calls.append(x.copy())
        return (x**2).sum()

    for method, expected in zip((m for m, _ in METHODS.values()), (7, 7, 12, 6), strict=True):
        calls.clear()
        method(f, x)
        assert len(calls) == expected
    calls.clear()
    assert code.directional_error(f, 2 * x, x, np.random.default_rng(2)) < 1e-9
    assert len(calls) == 2


def test_relative_error():
    """Relative to the largest entry of the two; nothing and zeros are equal; NaN is never small."""
    assert code.relative_error(np.array([1.0, 2.0]), np.array([1.0, 2.5])) == 0.2
    assert code.relative_error(np.array([1.0, -2.5]), np.array([1.0, -2.0])) == 0.2
    assert code.relative_error(np.array([-1.0, -2.0]), np.array([-1.0, -2.5])) == 0.2
    assert code.relative_error(np.array([-1.0, -2.5]), np.array([-1.0, -2.0])) == 0.2
    assert code.relative_error(np.array([1e-12]), np.array([2e-12])) == 0.5
    assert code.relative_error(np.zeros(2), np.zeros(2)) == 0
    assert code.relative_error(np.zeros((0, 2)), np.zeros((0, 2))) == 0
    assert not code.relative_error(np.array([np.nan]), np.array([1.0])) < 1
    with pytest.raises(ValueError, match=r"got \(2,\), expected \(1, 2\)"):
        code.relative_error(np.ones(2), np.ones((1, 2)))


def test_one_sided_slopes_look_to_their_own_side():
    """At the kink of ReLU, forward is 1 and backward 0; central is between them."""
    zero = np.zeros(1)

    def relu(x):
        return np.maximum(x, 0).sum()

    assert_close(code.forward_difference(relu, zero), [1.0])
    assert_close(code.backward_difference(relu, zero), [0.0])
    assert_close(code.central_difference(relu, zero), [0.5])


def test_kinks_are_found_and_smooth_points_are_not():
    """ReLU and the absolute value at zero, the maximum where two are equal; nothing at a smooth zero."""
    x = np.array([[0.0, 1.0, -1.0], [2.0, 0.0, 0.5]])
    expected = x == 0
    np.testing.assert_array_equal(code.kinks(lambda x: np.maximum(x, 0).sum(), x), expected)
    np.testing.assert_array_equal(code.kinks(lambda x: np.abs(x).sum(), x), expected)
    np.testing.assert_array_equal(code.kinks(lambda x: max(x), np.array([1.0, 3.0, 3.0])), [False, True, True])
    assert not code.kinks(lambda x: (x**2).sum() + np.tanh(x).sum(), x).any()
    assert not code.kinks(lambda x: -np.exp(x).sum(), x).any()
    assert not code.kinks(lambda x: 5.0, x).any()
    # The tolerance is a part of the largest slope, not a slope.
    for scale in (1e-6, 1e6):
        assert not code.kinks(lambda x, scale=scale: scale * (x**2).sum(), x[:, 1:]).any()
        np.testing.assert_array_equal(code.kinks(lambda x, scale=scale: scale * np.abs(x).sum(), x), expected)
    # A small kink counts if the tolerance is smaller than it.
    slight = np.array([0.0, 1.0])

    def bent(x):
        return x[1] + 0.01 * max(x[0], 0)

    assert code.kinks(bent, slight).tolist() == [True, False]
    assert not code.kinks(bent, slight, tolerance=0.02).any()


def test_a_wrong_gradient_is_found_in_one_direction():
    """A gradient that is 0.1% too large, with a wrong sign, or zero."""
    rng = np.random.default_rng(3)
    x = rng.normal(size=(4, 5))
    right = code.complex_step(smooth, x)
    assert code.directional_error(smooth, right, x, rng) < 1e-8
    assert 0.9e-3 < code.directional_error(smooth, right * 1.001, x, rng) < 1.1e-3
    assert code.directional_error(smooth, -right, x, rng) > 1
    assert code.directional_error(smooth, 0 * right, x, rng) == 1
    assert code.directional_error(lambda x: 3.0, 0 * x, x, rng) == 0
    # Relative to the larger of the two, whatever their signs are.
    for _ in range(6):
        assert_close(code.directional_error(smooth, 3 * right, x, rng), 2 / 3, 1e-6)
    # One wrong entry, in every direction that is drawn.
    wrong = right.copy()
    wrong[1, 2] *= -1
    assert min(code.directional_error(smooth, wrong, x, rng) for _ in range(5)) > 1e-3
    # float32 and large numbers have a step of their own.
    x = np.array([3e4, -2e4], np.float32)
    assert code.directional_error(lambda x: (x.astype(float) ** 2).sum() / 2, x, x, rng) < 1e-2


BAD = [
    ("integers", code.forward_difference, (smooth, np.ones(2, int)), "got int64, expected floating"),
    ("integers", code.central_difference, (smooth, np.ones(2, int)), "got int64, expected floating"),
    ("integers", code.complex_step, (smooth, np.ones(2, int)), "got int64, expected floating"),
    ("integers", code.kinks, (smooth, np.ones(2, int)), "got int64, expected floating"),
    (
        "integers",
        code.directional_error,
        (smooth, np.ones(2), np.ones(2, int), np.random.default_rng(0)),
        "got int64, expected floating",
    ),
    (
        "a gradient of another shape",
        code.directional_error,
        (smooth, np.ones(1), np.ones(2), np.random.default_rng(0)),
        r"gradient is \(1,\), expected \(2,\)",
    ),
    ("a loss for each example", code.central_difference, (np.sin, np.ones(2)), r"f returned \(2,\) of float64, expect"),
    ("a complex loss", code.forward_difference, (lambda x: x[0] * 1j, np.ones(2)), "complex128, expected one real"),
    ("abs on the way", code.complex_step, (lambda x: np.abs(x).sum(), np.ones(2)), "float64, expected one complex"),
    ("several complex losses", code.complex_step, (np.sin, np.ones(2)), r"\(2,\) of complex128, expected one"),
]


@pytest.mark.parametrize(("function", "given_", "message"), [pytest.param(*case, id=name) for name, *case in BAD])
def test_bad_input_is_refused(function, given_, message):
    """With what was expected."""
    with pytest.raises(ValueError, match=message):
        function(*given_)
