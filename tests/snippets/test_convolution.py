"""Convolution along one axis: against JAX, differences, its own matrix, and the page."""

import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from .kit import assert_close, assert_good_manners, difference, load, ours, rows, seeds, vjp
from .pages import assert_sides

code = load("convolution")

# Any batch, at least one entry, and not more taps than entries.
signals = rows().filter(lambda x: x.ndim > 0 and x.shape[-1] > 0)


def jax_convolution(x, w, b):
    """JAX flips the taps of its convolve; a filter flipped beforehand is not flipped."""
    return jnp.vectorize(lambda row: jnp.convolve(row, w[::-1], mode="valid"), signature="(n)->(p)")(x) + b


@pytest.mark.parametrize("shape", [(3,), (2, 4), (2, 3, 5)])
@pytest.mark.parametrize("taps", [1, 2, 3])
def test_convolution_is_jax_s(shape, taps):
    """Forward and backward, with one to three taps."""
    rng = np.random.default_rng(taps)
    x, w, b = rng.normal(size=shape), rng.normal(size=taps), rng.normal(size=())
    z = code.convolution(x, w, np.asarray(b))
    dz = rng.normal(size=z.shape)
    value, dx, dw, db = vjp(jax_convolution, dz, x, w, b)
    assert_close(z, value)
    for got, expected in zip(code.convolution_backward(x, w, dz), (dx, dw, db), strict=True):
        assert_close(got, expected)


@ours
@given(signals, st.integers(1, 3), seeds)
def test_the_backward_pass_is_the_transpose(x, taps, seed):
    """<dz, x T> = <dz T^T, x>, with the banded matrix and without; batches of size zero too."""
    rng = np.random.default_rng(seed)
    w = rng.normal(size=min(taps, x.shape[-1]))
    z = code.convolution(x, w, np.asarray(0.0))
    dz = rng.normal(size=z.shape)
    dx, dw, db = code.convolution_backward(x, w, dz)
    T = code.convolution_matrix(w, x.shape[-1])
    np.testing.assert_allclose(z, x @ T, rtol=1e-12, atol=1e-10)
    np.testing.assert_allclose(dx, dz @ T.T, rtol=1e-12, atol=1e-10)
    np.testing.assert_allclose((dz * z).sum(), (dx * x).sum(), rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose((dz * z).sum(), dw @ w, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(db, dz.sum())


@pytest.mark.parametrize("shape", [(4,), (2, 3)])
def test_the_differences_agree(shape):
    """For a scalar that is not linear in the output."""
    rng = np.random.default_rng(3)
    x, w, b = rng.normal(size=shape), rng.normal(size=2), np.asarray(0.3)
    dz = np.cos(code.convolution(x, w, b))
    dx, dw, db = code.convolution_backward(x, w, dz)
    for got, at, call in (
        (dx, x, lambda x: np.sin(code.convolution(x, w, b)).sum()),
        (dw, w, lambda w: np.sin(code.convolution(x, w, b)).sum()),
        (db, b, lambda b: np.sin(code.convolution(x, w, b)).sum()),
    ):
        assert_close(got, difference(call, at), 1e-8)


@pytest.mark.parametrize("taps", [2, 3])
def test_the_page_says_the_same(pages, taps):
    """eq-conv-dw, eq-conv-dx, eq-conv-db and eq-conv-matrix, for a batch, taps and a drawn loss."""
    page = pages("networks/convolution-skip-pooling.md")
    rng = np.random.default_rng(5)
    x, w, b = rng.normal(size=(2, 5)), rng.normal(size=taps), 0.4
    values = {"p": 6 - taps, "k": taps, "X": x, "w": w[None], "b": b}
    z = code.convolution(x, w, np.asarray(b))
    dz = np.asarray(page.side("eq-conv-dz", 0, values=values))
    dx, dw, db = code.convolution_backward(x, w, dz)
    assert_sides(page, "eq-conv-layer", z, values)
    assert_sides(page, "eq-conv-dw-matrix", dw, values)
    assert_sides(page, "eq-conv-db", db, values)
    assert_sides(page, "eq-conv-dx-matrix", dx, values)
    T = code.convolution_matrix(w, 5)
    for j, i in np.ndindex(T.shape):
        assert_close(T[j, i], np.asarray(page.side("eq-conv-matrix", -1, values=values, j=j + 1, i=i + 1)))


def test_any_view_and_both_precisions():
    """Read-only views with gaps; float32 stays float32."""
    rng = np.random.default_rng(7)
    x, w, dz = rng.normal(size=(2, 5)), rng.normal(size=3), rng.normal(size=(2, 3))
    assert_good_manners(lambda x: code.windows(x, 3), x)
    assert_good_manners(code.convolution, x, w, np.asarray(0.5))
    assert_good_manners(code.convolution_backward, x, w, dz)
    assert_good_manners(lambda w: code.convolution_matrix(w, 5), w)


X, TAPS = np.ones((2, 3)), np.ones(2)
BAD = [
    ("integers", code.windows, (np.ones(3, int), 2), "x is .* of int64, expected"),
    ("no axis", code.windows, (np.asarray(1.0), 1), r"shape \(\) and 1 taps, expected"),
    ("more taps than entries", code.windows, (np.ones(3), 4), r"shape \(3,\) and 4 taps, expected"),
    ("no taps", code.convolution, (X, np.ones(0), np.asarray(0.0)), "and 0 taps"),
    ("a matrix of taps", code.convolution, (X, np.ones((1, 2)), np.asarray(0.0)), r"w is \(1, 2\)"),
    ("a bias for each output", code.convolution, (X, TAPS, np.ones(2)), r"b is \(2,\) of float64, expected \(\)"),
    ("a gradient as long as the input", code.convolution_backward, (X, TAPS, X), r"dz is \(2, 3\) .*\(2, 2\)"),
    ("too small a matrix", code.convolution_matrix, (TAPS, 1), "expected at least 2 rows"),
]


@pytest.mark.parametrize(("function", "given_", "message"), [pytest.param(*case, id=name) for name, *case in BAD])
def test_bad_input_is_refused(function, given_, message):
    """With what was expected."""
    with pytest.raises(ValueError, match=message):
        function(*given_)


@pytest.mark.parametrize(("n", "k"), [(1, 1), (4, 1), (5, 3), (3, 3)])
def test_windows_entry_by_entry(n, k):
    """Row i holds the entries i, ..., i + k - 1; a batch is a stack of such matrices."""
    x = np.random.default_rng(0).normal(size=(2, n))
    got = code.windows(x, k)
    assert got.shape == (2, n - k + 1, k)
    for batch in range(2):
        for i in range(n - k + 1):
            assert got[batch, i].tolist() == x[batch, i : i + k].tolist()
