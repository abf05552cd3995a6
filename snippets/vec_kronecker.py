"""vec, the Kronecker product and the commutation matrix.

vec puts the columns of an m x n matrix below one another, rvec its rows one
after the other:

    vec [1 2; 3 4] = [1 3 2 4]           rvec [1 2; 3 4] = [1 2 3 4]
    vec(A X B)  = (B^T kron A) vec(X)    d vec(A X B)  / d vec(X)
    rvec(A X B) = (A kron B^T) rvec(X)   d rvec(A X B) / d rvec(X)
    K(m, n) vec(X) = vec(X^T)            K(m, n)^T = K(n, m) = K(m, n)^-1

So the Jacobian of a matrix by a matrix is an ordinary matrix. It has as many
entries as the two sizes multiplied: use it to prove and to test. The gradient
itself needs two products of small matrices, dX = A^T dY B^T.

NumPy stores rows one after the other, so rvec is what reshape does, and vec is
reshape of the transpose. vec and rvec return vectors with one axis. Any axes
before the last two are a batch.

Source: Magnus and Neudecker, Matrix Differential Calculus, chapters 2 and 3.
"""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]


def vec(X: Array) -> Array:
    """Return the columns of X (..., m, n) below one another, (..., m n).

    A copy where X is stored by rows, as usual; time m n.
    """
    return rvec(_transposed(X))


def rvec(X: Array) -> Array:
    """Return the rows of X (..., m, n) one after the other, (..., m n).

    X itself in another shape, without a copy, where X is stored by rows.
    """
    m, n = _sides(X)
    return X.reshape(*X.shape[:-2], m * n)


def unvec(v: Array, m: int, n: int) -> Array:
    """Return the matrix X (..., m, n) whose vec is v (..., m n), no copy."""
    return _transposed(unrvec(v, n, m))


def unrvec(v: Array, m: int, n: int) -> Array:
    """Return the matrix X (..., m, n) whose rvec is v (..., m n), no copy."""
    if v.ndim == 0 or v.shape[-1] != m * n:
        raise ValueError(f"got {v.shape}, expected (..., {m * n})")
    return v.reshape(*v.shape[:-1], m, n)


def kronecker(A: Array, B: Array) -> Array:
    """Return A kron B, (..., m p, n q), from A (..., m, n) and B (..., p, q).

    Its blocks are A_ij B. Time and memory grow with m n p q.
    For single matrices it is numpy.kron; batch axes must be the same.
    """
    m, n = _sides(A)
    p, q = _sides(B)
    if A.shape[:-2] != B.shape[:-2]:
        raise ValueError(
            f"got {A.shape} and {B.shape}, expected the same batch axes"
        )
    blocks = A[..., :, None, :, None] * B[..., None, :, None, :]
    return blocks.reshape(*A.shape[:-2], m * p, n * q)


def commutation_matrix(m: int, n: int, dtype: type = np.float64) -> Array:
    """Return K (m n, m n) with K vec(X) = vec(X^T) for every X (m, n).

    In each row and each column stands a single one.

    Formula 21.33: chain-rule/matrix-by-matrix.html#eq-mbm-commutation
    """
    if m < 0 or n < 0:
        raise ValueError(f"got {m} and {n}, expected sizes of zero or more")
    # Entry k of vec(X^T) is that entry of vec(X) whose number stands there.
    places = vec(unvec(np.arange(m * n), m, n).T)
    return np.eye(m * n, dtype=dtype)[places]


def product_jacobian(A: Array, B: Array) -> Array:
    """Return d vec(A X B) / d vec(X) = B^T kron A, (..., m q, n p).

    A is (..., m, n), X (..., n, p), B (..., p, q); X does not matter.

    Formula 21.3: chain-rule/matrix-by-matrix.html#eq-mbm-vec
    """
    return kronecker(_transposed(B), A)


def product_vjp(A: Array, B: Array, dY: Array) -> Array:
    """Return dX = A^T dY B^T (..., n, p): Y = A X B, dY (..., m, q).

    The same as (B^T kron A)^T vec(dY), without the large matrix.

    Formula 21.4: chain-rule/matrix-by-matrix.html#eq-mbm-vjp
    """
    m, _ = _sides(A)
    _, q = _sides(B)
    if _sides(dY) != (m, q):
        raise ValueError(f"dY is {dY.shape}, expected (..., {m}, {q})")
    return _transposed(A) @ dY @ _transposed(B)


def _transposed(X: Array) -> Array:
    """Return X with its last two axes exchanged, without a copy."""
    _sides(X)
    return np.swapaxes(X, -1, -2)


def _sides(X: Array) -> tuple[int, int]:
    """Return m and n of X (..., m, n); ValueError if it is no matrix."""
    if X.ndim < 2:
        raise ValueError(f"got {X.shape}, expected a matrix (..., m, n)")
    return X.shape[-2], X.shape[-1]
