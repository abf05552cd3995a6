"""logsumexp, log-softmax and softmax: values and products with the Jacobian, against JAX and the complex step."""

import jax
import numpy as np
import pytest
from hypothesis import given

from .kit import assert_close, assert_good_manners, complex_step, load, ours, rows, rows_for_jax, seeds, vjp, with_jax

code = load("logsumexp")
softmax = load("softmax_cross_entropy")


@with_jax
@given(rows_for_jax, seeds)
def test_values_and_gradients_are_jax_s(z, seed):
    """logsumexp and what goes back through it and through log-softmax."""
    rng = np.random.default_rng(seed)
    v, row = rng.normal(size=z.shape[:-1]), rng.normal(size=z.shape)
    s, dz = vjp(lambda z: jax.nn.logsumexp(z, axis=-1), v, z)
    np.testing.assert_allclose(code.logsumexp(z), s, rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(code.logsumexp_vjp(z, np.asarray(v)), dz, rtol=1e-10, atol=1e-13)
    log_p, dz = vjp(jax.nn.log_softmax, row, z)
    np.testing.assert_allclose(code.log_softmax_vjp(np.asarray(log_p), row), dz, rtol=1e-10, atol=1e-12)


@ours
@given(rows(largest=5), seeds)
def test_gradients_are_the_complex_step_s(z, seed):
    """The textbook's formulas, nudged along the imaginary axis, entry by entry."""
    v = np.random.default_rng(seed).normal(size=z.shape)

    def textbook(z):
        return np.log(np.exp(z).sum(axis=-1))

    assert_close(code.logsumexp_vjp(z, v[..., 0]), complex_step(lambda z: (textbook(z) * v[..., 0]).sum(), z))
    dz = complex_step(lambda z: ((z - textbook(z)[..., None]) * v).sum(), z)
    np.testing.assert_allclose(code.log_softmax_vjp(softmax.log_softmax(z), v), dz, rtol=1e-10, atol=1e-12)


@ours
@given(rows(), seeds)
def test_the_jacobian_is_what_the_product_multiplies_with(z, seed):
    """v times the matrix is softmax_vjp, and its columns add up to zero."""
    p = softmax.softmax(z)
    v = np.random.default_rng(seed).normal(size=z.shape)
    jacobian = code.softmax_jacobian(p)
    assert jacobian.shape == (*z.shape, z.shape[-1])
    product = (v[..., None, :] @ jacobian)[..., 0, :]
    np.testing.assert_allclose(product, softmax.softmax_vjp(p, v), rtol=0, atol=1e-14)
    np.testing.assert_allclose(jacobian.sum(axis=-2), np.zeros(z.shape), atol=1e-15)


def test_the_jacobian_of_the_page_s_numbers():
    """Logits 0, ln 2 and ln 5, as on the page."""
    p = np.array([1, 2, 5]) / 8
    assert_close(64 * code.softmax_jacobian(p), [[7, -2, -5], [-2, 12, -10], [-5, -10, 15]], 1e-15)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_huge_logits_do_not_overflow(dtype):
    """Logits of 10,000 in both precisions."""
    z = np.array([[1e4, -1e4, 0], [-1e4, -1e4, -1e4], [1e4, 1e4, -1e4]], dtype)
    with np.errstate(all="raise", under="ignore"):
        s = code.logsumexp(z)
        dz = code.logsumexp_vjp(z, np.ones(3, dtype))
        back = code.log_softmax_vjp(softmax.log_softmax(z), np.ones_like(z))
    assert s.dtype == dz.dtype == back.dtype == dtype
    np.testing.assert_allclose(s, np.array([1e4, np.log(3) - 1e4, np.log(2) + 1e4]), rtol=1e-7)
    np.testing.assert_allclose(dz, [[1, 0, 0], [1 / 3] * 3, [1 / 2, 1 / 2, 0]], rtol=1e-6)
    np.testing.assert_allclose(back, [[-2, 1, 1], [0] * 3, [-1 / 2, -1 / 2, 1]], atol=1e-6)


def test_any_view_and_both_precisions():
    """Read-only views with gaps; nothing is written to, no precision changes."""
    rng = np.random.default_rng(5)
    for shape in ((4,), (1,), (0, 3), (2, 3, 4)):
        z, v = rng.normal(size=(2, *shape))
        assert_good_manners(code.logsumexp, z)
        assert_good_manners(code.logsumexp_vjp, z, np.asarray(v[..., 0]))
        assert_good_manners(code.log_softmax_vjp, z, v)
        assert_good_manners(code.softmax_jacobian, z)


BAD = [
    ("integers", code.logsumexp, (np.array([1, 2]),), r"z is \(2,\) of int64, expected \(2,\) of floating"),
    ("no class", code.logsumexp, (np.ones((2, 0)),), "n at least 1"),
    ("one number", code.softmax_jacobian, (np.array(1.0),), "n at least 1"),
    ("a gradient for each class", code.logsumexp_vjp, (np.ones((2, 3)), np.ones((2, 3))), r"expected \(2,\)"),
    ("no classes to go back to", code.logsumexp_vjp, (np.ones((2, 0)), np.ones(2)), "n at least 1"),
    ("a gradient for each row", code.log_softmax_vjp, (np.ones((2, 3)), np.ones(2)), r"expected \(2, 3\)"),
    ("a row for a batch", code.log_softmax_vjp, (np.ones((2, 3)), np.ones((1, 3))), r"expected \(2, 3\)"),
    ("integers to go back", code.log_softmax_vjp, (np.ones(2, int), np.ones(2)), "of int64"),
]


@pytest.mark.parametrize(("function", "given_", "message"), [pytest.param(*case, id=name) for name, *case in BAD])
def test_bad_input_is_refused(function, given_, message):
    """With its shape or type and what was expected."""
    with pytest.raises(ValueError, match=message):
        function(*given_)
