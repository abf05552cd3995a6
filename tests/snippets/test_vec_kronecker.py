"""vec, Kronecker and commutation: against their definitions, NumPy and JAX."""

import jax
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from .kit import assert_close, awkward, difference, flat, load, ours, seeds, vjp

code = load("vec_kronecker")

sizes = st.integers(0, 4)
batches = st.lists(st.integers(0, 2), max_size=2).map(tuple)


def random(seed, *shapes):
    """Random matrices of these shapes."""
    rng = np.random.default_rng(seed)
    return [rng.normal(size=shape) for shape in shapes]


@ours
@given(batches, sizes, sizes, seeds)
def test_entry_by_entry(batch, m, n, seed):
    """Entry i + m j of vec and entry j + n i of rvec are X_ij, counted from zero; unvec goes back."""
    (X,) = random(seed, (*batch, m, n))
    v, r = code.vec(X), code.rvec(X)
    assert v.shape == r.shape == (*batch, m * n)
    for i, j in np.ndindex(m, n):
        assert_close(v[..., i + m * j], X[..., i, j], 0)
        assert_close(r[..., j + n * i], X[..., i, j], 0)
    assert_close(code.unvec(v, m, n), X, 0)
    assert_close(code.unrvec(r, m, n), X, 0)


@ours
@given(sizes, sizes, sizes, sizes, seeds)
def test_kronecker_is_numpy_s(m, n, p, q, seed):
    """numpy.kron for single matrices, sizes of zero and one included; a batch is a stack of them."""
    A, B = random(seed, (m, n), (p, q))
    assert_close(code.kronecker(A, B), np.kron(A, B).reshape(m * p, n * q), 0)
    stack = code.kronecker(np.stack([A, 2 * A]), np.stack([B, B]))
    assert_close(stack, np.stack([code.kronecker(A, B), 2 * code.kronecker(A, B)]), 1e-15)


@ours
@given(batches, sizes, sizes, sizes, sizes, seeds)
def test_the_rules_of_the_product(batch, m, n, p, q, seed):
    """vec(AXB) and rvec(AXB) by Kronecker products; and what goes back, with and without them."""
    A, X, B, dY = random(seed, (*batch, m, n), (*batch, n, p), (*batch, p, q), (*batch, m, q))
    J = code.product_jacobian(A, B)
    assert J.shape == (*batch, m * q, n * p)
    assert_close(code.vec(A @ X @ B), np.einsum("...ij,...j->...i", J, code.vec(X)))
    by_rows = code.kronecker(A, np.swapaxes(B, -1, -2))
    assert_close(code.rvec(A @ X @ B), np.einsum("...ij,...j->...i", by_rows, code.rvec(X)))
    dX = code.product_vjp(A, B, dY)
    assert dX.shape == X.shape
    assert_close(code.vec(dX), np.einsum("...ij,...i->...j", J, code.vec(dY)))


def test_the_jacobian_is_jax_s_and_the_differences():
    """Of vec(A X B) by vec(X), each as a table; and the product with it."""
    A, X, B, dY = random(1, (2, 3), (3, 4), (4, 2), (2, 2))
    table = jax.jacobian(lambda v: (A @ v.reshape(4, 3).T @ B).T.reshape(-1))(code.vec(X))
    assert_close(code.product_jacobian(A, B), table)
    _, dX = vjp(lambda X: A @ X @ B, dY, X)
    assert_close(code.product_vjp(A, B, dY), dX)
    assert_close(code.product_vjp(A, B, dY), difference(lambda X: (A @ X @ B * dY).sum(), X), 1e-8)


@ours
@given(sizes, sizes, sizes, sizes, seeds)
def test_the_commutation_matrix_commutes(m, n, p, q, seed):
    """K vec(X) = vec(X^T); its transpose is its inverse; it exchanges the factors of a Kronecker product."""
    X, A, B = random(seed, (m, n), (p, q), (m, n))
    K = code.commutation_matrix(m, n)
    assert K.shape == (m * n, m * n)
    assert_close(K @ code.vec(X), code.vec(X.T), 0)
    assert_close(K.T, code.commutation_matrix(n, m), 0)
    assert_close(K @ K.T, np.eye(m * n), 0)
    exchanged = code.commutation_matrix(m, p) @ code.kronecker(A, B) @ code.commutation_matrix(q, n)
    assert_close(exchanged, code.kronecker(B, A))


def test_the_smallest_case_in_numbers():
    """As in the file's first lines."""
    X = np.array([[1, 2], [3, 4]])
    assert code.vec(X).tolist() == [1, 3, 2, 4]
    assert code.rvec(X).tolist() == [1, 2, 3, 4]
    K = [[1, 0, 0, 0], [0, 0, 1, 0], [0, 1, 0, 0], [0, 0, 0, 1]]
    assert code.commutation_matrix(2, 2).tolist() == K


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_precision_is_kept_and_inputs_are_read_as_they_are(dtype):
    """Read-only views with gaps, of 10,000 and more."""
    A, X, B, dY = (awkward((1e4 * x).astype(dtype)) for x in random(2, (2, 3), (3, 4), (4, 2), (2, 2)))
    results = [code.vec(X), code.rvec(X), code.unvec(code.vec(X), 3, 4), code.kronecker(A, B)]
    results += [code.product_jacobian(A, B), code.product_vjp(A, B, dY), code.commutation_matrix(2, 3, dtype)]
    assert {x.dtype for x in flat(results)} == {np.dtype(dtype)}
    assert_close(code.product_vjp(A, B, dY), A.astype(float).T @ dY @ B.astype(float).T, 1e-6)
    # Nothing is copied that need not be.
    plain = np.ascontiguousarray(X)
    v = code.rvec(plain)
    assert np.shares_memory(v, plain)
    assert np.shares_memory(code.unvec(v, 4, 3), v)
    assert np.shares_memory(code.unrvec(v, 4, 3), v)
    by_columns = np.asfortranarray(X)
    assert np.shares_memory(code.vec(by_columns), by_columns)
    assert not np.shares_memory(code.vec(plain), plain)


BAD = [
    ("a vector", code.vec, (np.ones(3),), r"got \(3,\), expected a matrix"),
    ("a vector by rows", code.rvec, (np.ones(3),), r"got \(3,\), expected a matrix"),
    ("a number", code.unvec, (np.array(1.0), 1, 1), r"got \(\), expected \(..., 1\)"),
    ("five entries as 2 by 3", code.unrvec, (np.ones(5), 2, 3), r"got \(5,\), expected \(..., 6\)"),
    ("a vector as a factor", code.kronecker, (np.ones(2), np.ones((2, 2))), "expected a matrix"),
    ("other batches", code.kronecker, (np.ones((2, 1, 1)), np.ones((1, 1, 1))), "expected the same batch axes"),
    ("a negative size", code.commutation_matrix, (2, -1), "got 2 and -1, expected sizes of zero or more"),
    ("a negative size", code.commutation_matrix, (-2, 1), "got -2 and 1, expected sizes of zero or more"),
    ("dY transposed", code.product_vjp, (np.ones((2, 3)), np.ones((3, 4)), np.ones((4, 2))), r"expected \(..., 2, 4\)"),
]


@pytest.mark.parametrize(("function", "given_", "message"), [pytest.param(*case, id=name) for name, *case in BAD])
def test_bad_input_is_refused(function, given_, message):
    """With its shape and what was expected."""
    with pytest.raises(ValueError, match=message):
        function(*given_)
