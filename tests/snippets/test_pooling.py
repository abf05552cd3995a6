"""Pooling: against JAX, differences, and the page; ties go to the first."""

import numpy as np
import pytest
from hypothesis import given

from .kit import assert_close, assert_good_manners, difference, load, ours, rows, vjp
from .pages import assert_sides

code = load("pooling")


def jax_windows(x, k):
    """The windows, as an axis of their own."""
    return x.reshape(*x.shape[:-1], -1, k)


@pytest.mark.parametrize("shape", [(6,), (2, 6), (2, 3, 12), (0, 6)])
@pytest.mark.parametrize("k", [1, 2, 3, 6])
def test_pooling_is_jax_s(shape, k):
    """Forward and backward; drawn numbers have no ties."""
    rng = np.random.default_rng(k)
    x = rng.normal(size=shape)
    dz = rng.normal(size=(*shape[:-1], shape[-1] // k))
    if x.size:
        value, dx = vjp(lambda x: jax_windows(x, k).max(axis=-1), dz, x)
        assert_close(code.max_pool(x, k), value)
        assert_close(code.max_pool_backward(x, k, dz), dx)
        value, dx = vjp(lambda x: jax_windows(x, k).mean(axis=-1), dz, x)
        assert_close(code.average_pool(x, k), value)
        assert_close(code.average_pool_backward(k, dz), dx)
    assert code.max_pool_backward(x, k, dz).shape == code.average_pool_backward(k, dz).shape == shape


@ours
@given(rows().filter(lambda x: x.ndim and x.shape[-1]))
def test_one_entry_gets_all_of_it(x):
    """Also with ties: what goes back adds up to what came, in one entry of each window."""
    k = x.shape[-1]
    dz = np.ones((*x.shape[:-1], 1))
    dx = code.max_pool_backward(x, k, dz)
    assert np.all(dx.sum(axis=-1) == 1) and np.all((dx == 0) | (dx == 1))
    assert np.all((dx * x).sum(axis=-1) == x.max(axis=-1))


def test_ties_go_to_the_first():
    """As in PyTorch and TensorFlow."""
    x = np.array([2.0, 2.0, 1.0, 5.0, 7.0, 7.0])
    assert_close(code.max_pool_backward(x, 3, np.array([3.0, 4.0])), np.array([3.0, 0, 0, 0, 4.0, 0]), 0)


def test_the_differences_agree():
    """Away from ties."""
    x = np.random.default_rng(3).normal(size=(2, 6))
    assert_close(
        code.max_pool_backward(x, 3, np.cos(code.max_pool(x, 3))),
        difference(lambda x: np.sin(code.max_pool(x, 3)).sum(), x),
        1e-8,
    )
    dz = np.cos(code.average_pool(x, 2))
    assert_close(
        code.average_pool_backward(2, dz), difference(lambda x: np.sin(code.average_pool(x, 2)).sum(), x), 1e-8
    )


def test_the_page_says_the_same(pages):
    """eq-maxpool-entries and eq-avgpool-entries, for a drawn loss; the page's windows are the rows of a matrix."""
    page = pages("networks/convolution-skip-pooling.md")
    x = np.random.default_rng(4).normal(size=(2, 3))
    for label, backward in (
        ("eq-maxpool-entries", lambda dz: code.max_pool_backward(x.ravel(), 3, dz)),
        ("eq-avgpool-entries", lambda dz: code.average_pool_backward(3, dz)),
    ):
        for i, r in np.ndindex(2, 3):
            dz = np.ravel(page.side(label.replace("entries", "dz"), 0, values={"X": x}))
            assert_sides(page, label, backward(dz).reshape(2, 3)[i, r], {"X": x}, i=i + 1, r=r + 1)


def test_any_view_and_both_precisions():
    """Read-only views with gaps; float32 stays float32."""
    rng = np.random.default_rng(7)
    x, dz = rng.normal(size=(2, 6)), rng.normal(size=(2, 3))
    assert_good_manners(lambda x: code.max_pool(x, 2), x)
    assert_good_manners(lambda x: code.average_pool(x, 2), x)
    assert_good_manners(lambda x, dz: code.max_pool_backward(x, 2, dz), x, dz)
    assert_good_manners(lambda dz: code.average_pool_backward(2, dz), dz)


BAD = [
    ("integers", code.max_pool, (np.ones(4, int), 2), "x is .* of int64, expected"),
    ("a rest", code.average_pool, (np.ones(5), 2), r"shape \(5,\) and windows of 2, expected .* divisor"),
    ("no window", code.max_pool, (np.ones(4), 0), "windows of 0, expected"),
    ("no axis", code.max_pool, (np.asarray(1.0), 1), r"shape \(\)"),
    ("too long a gradient", code.max_pool_backward, (np.ones(4), 2, np.ones(4)), r"dz is \(4,\) .*expected \(2,\)"),
    ("windows of none", code.average_pool_backward, (0, np.ones(2)), "windows of 0 entries, expected 1"),
]


@pytest.mark.parametrize(("function", "given_", "message"), [pytest.param(*case, id=name) for name, *case in BAD])
def test_bad_input_is_refused(function, given_, message):
    """With what was expected."""
    with pytest.raises(ValueError, match=message):
        function(*given_)
