"""L2 and dropout: against JAX, differences, and the law of large numbers."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from .kit import assert_close, assert_good_manners, complex_step, difference, load, ours, rows, seeds, vjp

code = load("l2_dropout")


def test_l2_is_jax_s():
    """The gradients of the penalty by every matrix, for two layers of different shape."""
    rng = np.random.default_rng(1)
    weights = [rng.normal(size=(3, 2)), rng.normal(size=(1, 3)), np.ones((0, 2))]

    def penalty(weights):
        return 0.7 / 2 * sum(jnp.sum(W**2) for W in weights)

    assert_close(code.l2_penalty(weights, 0.7), penalty(weights))
    for got, expected in zip(code.l2_gradients(weights, 0.7), jax.grad(penalty)(weights), strict=True):
        assert_close(got, expected)


@ours
@given(rows(largest=5), st.floats(0, 3))
def test_l2_is_the_complex_step_s_and_the_differences(W, strength):
    """For any shape, sizes of zero and strength zero included."""
    (gradient,) = code.l2_gradients([W], strength)
    slopes = complex_step(lambda W: strength / 2 * (W * W).sum(), W)
    np.testing.assert_allclose(gradient, slopes, rtol=1e-12, atol=1e-15)
    slopes = difference(lambda W: code.l2_penalty([W], strength), W)
    np.testing.assert_allclose(gradient, slopes, rtol=1e-7, atol=1e-7)


@ours
@given(rows(), st.floats(0, 0.99), seeds)
def test_a_mask_has_two_values_and_the_gradient_passes_the_same_way(a, rate, seed):
    """Zero or 1 / (1 - rate); forward is linear, so backward multiplies with the same mask."""
    mask = code.dropout_mask(a, rate, np.random.default_rng(seed))
    assert mask.shape == a.shape
    assert np.all((mask == 0) | (np.abs(mask * (1 - rate) - 1) < 1e-15))
    assert_close(mask, code.dropout_mask(a, rate, np.random.default_rng(seed)), 0)
    v = np.random.default_rng(seed).normal(size=a.shape)
    dropped = code.dropout(a, mask)
    assert np.all(dropped[mask == 0] == 0)
    # <v, dropout(a)> = <dropout(v), a>: the backward pass is the transpose.
    np.testing.assert_allclose((v * dropped).sum(), (code.dropout(v, mask) * a).sum(), rtol=1e-10, atol=1e-10)


def test_at_the_rate_zero_nothing_is_dropped():
    """Not even where the generator draws its smallest number, zero."""

    class Zeros:
        random = staticmethod(np.zeros)

    assert_close(code.dropout_mask(np.ones((2, 3)), 0, Zeros()), np.ones((2, 3)), 0)
    assert_close(code.dropout_mask(np.ones((2, 3)), 0.1, Zeros()), np.zeros((2, 3)), 0)


def test_dropout_s_gradient_is_jax_s():
    """Through the product with a mask."""
    a = np.random.default_rng(2).normal(size=(2, 3))
    mask = code.dropout_mask(a, 0.5, np.random.default_rng(3))
    assert 0 < np.count_nonzero(mask) < 6
    value, da, _ = vjp(lambda a, mask: a * mask, a + 1, a, mask)
    assert_close(code.dropout(a, mask), value)
    assert_close(code.dropout(a + 1, mask), da)


@pytest.mark.parametrize("rate", [0, 0.2, 0.5, 0.9])
def test_the_share_and_the_mean_are_right(rate):
    """Of 40,000 entries the rate is dropped, and their mean is one, within five standard deviations."""
    mask = code.dropout_mask(np.empty(40000), rate, np.random.default_rng(4))
    deviation = np.sqrt(rate * (1 - rate) / 40000)
    assert abs(np.mean(mask == 0) - rate) <= 5 * deviation
    assert abs(mask.mean() - 1) <= 5 * deviation / (1 - rate)


def test_any_view_and_both_precisions():
    """Read-only views with gaps; a strength or a rate in NumPy's double precision changes no type."""
    for shape in ((), (0,), (1, 3), (2, 3)):
        a = np.asarray(np.random.default_rng(5).normal(size=shape))
        assert_good_manners(lambda a: code.l2_gradients([a], np.float64(0.1)), a)
        assert_good_manners(lambda a: code.dropout_mask(a, np.float64(0.5), np.random.default_rng(6)), a)
        assert_good_manners(code.dropout, a, a)


def test_large_weights_in_float32():
    """Weights of 10,000 square to a number that float32 holds."""
    W = np.full((2, 2), 1e4, np.float32)
    assert code.l2_penalty([W], 0.5) == 1e8
    assert_close(code.l2_gradients([W], 0.5)[0], np.full((2, 2), 5e3), 0)


RNG = np.random.default_rng(0)
BAD = [
    ("a negative strength", code.l2_penalty, ([np.ones(2)], -1), "strength -1, expected 0 or more"),
    ("no number as strength", code.l2_gradients, ([np.ones(2)], float("nan")), "strength nan"),
    ("integer weights", code.l2_penalty, ([np.ones(2), np.ones(2, int)], 1), "got int64, expected fl"),
    ("integer weights", code.l2_gradients, ([np.ones(2), np.ones(2, int)], 1), "got int64, expected fl"),
    ("a rate of one", code.dropout_mask, (np.ones(2), 1, RNG), "rate 1, expected 0 or more, below 1"),
    ("a negative rate", code.dropout_mask, (np.ones(2), -0.1, RNG), "rate -0.1, expected"),
    ("integers to drop", code.dropout_mask, (np.ones(2, int), 0.5, RNG), "got int64"),
    ("integers", code.dropout, (np.ones(2, int), np.ones(2)), "got int64"),
    ("a mask of truth values", code.dropout, (np.ones(2), np.ones(2, bool)), "got bool, expected floating"),
    ("a mask for one row", code.dropout, (np.ones((2, 3)), np.ones(3)), r"mask is \(3,\), expected \(2, 3\)"),
]


@pytest.mark.parametrize(("function", "given_", "message"), [pytest.param(*case, id=name) for name, *case in BAD])
def test_bad_input_is_refused(function, given_, message):
    """With what was expected."""
    with pytest.raises(ValueError, match=message):
        function(*given_)
