"""Softmax and cross-entropy: JAX's values and gradients, the nudged ones, and huge logits."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from .kit import assert_close, difference, load, ours, rows_for_jax, seeds, with_jax

softmax = load("softmax_cross_entropy")


@st.composite
def logits(draw, largest=30):
    """Logits with 1 to 6 classes and any batch axes, sizes of zero and one included."""
    batch = draw(npst.array_shapes(min_dims=0, max_dims=2, min_side=0, max_side=4))
    n = draw(st.integers(1, 6))
    return draw(npst.arrays(np.float64, (*batch, n), elements=st.floats(-largest, largest)))


@with_jax
@given(rows_for_jax, seeds)
def test_cross_entropy_agrees_with_jax(z, seed):
    """Losses and gradients by label and by soft target are JAX's."""
    rng = np.random.default_rng(seed)
    y = rng.integers(z.shape[-1], size=z.shape[:-1])
    t = rng.normal(size=z.shape)
    onehot = np.eye(z.shape[-1])[y]

    def loss(z, target):
        return -jnp.sum(target * jax.nn.log_softmax(z), axis=-1)

    gradient = jax.grad(lambda z, target: jnp.sum(loss(z, target)))
    assert_close(softmax.softmax(z), jax.nn.softmax(z))
    assert_close(softmax.log_softmax(z), jax.nn.log_softmax(z))
    assert_close(softmax.cross_entropy(z, y), loss(z, onehot))
    assert_close(softmax.soft_cross_entropy(z, t), loss(z, t))
    # A difference of two close numbers is exact only as far as the numbers are.
    np.testing.assert_allclose(softmax.cross_entropy_gradient(z, y), gradient(z, onehot), rtol=0, atol=1e-13)
    assert_close(softmax.soft_cross_entropy_gradient(z, t), gradient(z, t))


@with_jax
@given(rows_for_jax, seeds)
def test_softmax_vjp_agrees_with_jax(z, seed):
    """One dot product gives what JAX's vector-Jacobian product gives."""
    v = np.random.default_rng(seed).normal(size=z.shape)
    p, vjp = jax.vjp(jax.nn.softmax, z)
    np.testing.assert_allclose(softmax.softmax_vjp(np.asarray(p), v), vjp(v)[0], rtol=1e-9, atol=1e-14)


@ours
@given(logits(largest=3), seeds)
def test_cross_entropy_agrees_with_central_differences(z, seed):
    """No gradient is off from what nudging each logit shows."""
    rng = np.random.default_rng(seed)
    y = rng.integers(z.shape[-1], size=z.shape[:-1])
    t = rng.normal(size=z.shape)
    for gradient, loss, target in (
        (softmax.cross_entropy_gradient, softmax.cross_entropy, y),
        (softmax.soft_cross_entropy_gradient, softmax.soft_cross_entropy, t),
    ):

        def total(z, loss=loss, target=target):
            return loss(z, target).sum()

        slopes = difference(total, z)
        np.testing.assert_allclose(gradient(z, target), slopes, atol=1e-7)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_huge_logits_give_finite_losses_and_gradients(dtype):
    """Logits of 10,000 neither overflow nor give the logarithm of zero."""
    z = np.array([[1e4, -1e4, 0], [-1e4, -1e4, -1e4]], dtype)
    y = np.array([1, 2])
    with np.errstate(all="raise", under="ignore"):
        loss = softmax.cross_entropy(z, y)
        gradient = softmax.cross_entropy_gradient(z, y)
        p = softmax.softmax(z)
    assert loss.dtype == gradient.dtype == p.dtype == dtype
    np.testing.assert_allclose(loss, [2e4, np.log(3)], rtol=1e-6)
    np.testing.assert_allclose(gradient, [[1, -1, 0], [1 / 3, 1 / 3, -2 / 3]], rtol=1e-6)


def test_softmax_keeps_the_precision_and_its_inputs():
    """Read-only, non-contiguous float32 input is read as it is and not changed."""
    z = np.arange(24, dtype=np.float32).reshape(4, 6)[::2, ::2]
    y = np.array([2, 0], np.uint8)
    z.flags.writeable = y.flags.writeable = False
    results = [
        softmax.softmax(z),
        softmax.log_softmax(z),
        softmax.softmax_vjp(z, z),
        softmax.cross_entropy(z, y),
        softmax.cross_entropy_gradient(z, y),
        softmax.soft_cross_entropy(z, z),
        softmax.soft_cross_entropy_gradient(z, z),
    ]
    assert {array.dtype for array in results} == {np.dtype(np.float32)}
    assert_close(softmax.cross_entropy(z, y), softmax.cross_entropy(z.copy(), y))


BAD_LOGITS = [
    ("integers", np.array([1, 2]), np.array(0), "expected floating-point"),
    ("no class", np.ones((2, 0)), np.array([0, 0]), "n at least 1"),
    ("a single number", np.array(1.0), np.array(0), "n at least 1"),
    ("labels that are floats", np.ones(2), np.array(0.0), "expected integers"),
    ("too few labels", np.ones((2, 3)), np.array([0]), r"expected \(2,\)"),
    ("a label too high", np.ones((2, 3)), np.array([0, 3]), "from 0 to 3, expected 0 to 2"),
    ("a label below zero", np.ones((2, 3)), np.array([-1, 2]), "from -1 to 2, expected 0 to 2"),
]


@pytest.mark.parametrize(
    ("z", "y", "message"),
    [pytest.param(*case, id=name) for name, *case in BAD_LOGITS],
)
def test_cross_entropy_says_what_it_expected(z, y, message):
    """Each bad input is refused with its shape, its type or its range."""
    for function in (softmax.cross_entropy, softmax.cross_entropy_gradient):
        with pytest.raises(ValueError, match=message):
            function(z, y)


def test_soft_targets_of_another_shape_are_refused():
    """Targets are not broadcast: one row for two examples is an error."""
    for function in (
        softmax.softmax_vjp,
        softmax.soft_cross_entropy,
        softmax.soft_cross_entropy_gradient,
    ):
        with pytest.raises(ValueError, match="expected the same"):
            function(np.ones((2, 3)), np.ones((1, 3)))
