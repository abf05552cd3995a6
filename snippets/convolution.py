"""Convolution along one axis with a few taps, forward and backward.

Implements (page "Convolution, skip connections, pooling"), for outputs
i = 1, ..., n - k + 1 and taps t = 1, ..., k:

    z_i  = sum_t w_t x_(i+t-1) + b
    dw_t = sum_i dz_i x_(i+t-1)
    db   = sum_i dz_i
    dx_j = sum_t dz_(j-t+1) w_t        dz outside of its range is 0

The taps are not flipped, as in the libraries of neural networks. dz is the
gradient of any scalar by z. Any axes before the last are a batch; w and b are
shared by all of it, so dw and db are sums over it.
Time: entries of z times k. convolution_matrix is for looking at, not for use.
"""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]


def windows(x: Array, taps: int) -> Array:
    """Return the windows of x: (..., n) to (..., n - taps + 1, taps).

    Row i is x_i, ..., x_(i+taps-1). In two dimensions this is called im2col.
    """
    _check(x, taps)
    return np.lib.stride_tricks.sliding_window_view(x, taps, axis=-1).copy()


def convolution(x: Array, w: Array, b: Array) -> Array:
    """Return z, (..., n - k + 1), for x (..., n), taps w (k,) and bias b ().

    Formula 41.14: networks/convolution-skip-pooling.html#eq-conv
    """
    _expect("w", w, (w.size,))
    _expect("b", b, ())
    return windows(x, len(w)) @ w + b


def convolution_backward(
    x: Array, w: Array, dz: Array
) -> tuple[Array, Array, Array]:
    """Return dx, dw and db, with the shapes of x, w and b, for dz as z.

    Formula 41.21: networks/convolution-skip-pooling.html#eq-conv-dx
    Formula 41.18: networks/convolution-skip-pooling.html#eq-conv-dw
    Formula 41.19: networks/convolution-skip-pooling.html#eq-conv-db
    """
    _expect("w", w, (w.size,))
    view = windows(x, len(w))
    _expect("dz", dz, view.shape[:-1])
    k = len(w)
    dw = view.reshape(-1, k).T @ dz.reshape(-1)
    sides = [(0, 0)] * (dz.ndim - 1) + [(k - 1, k - 1)]
    dx = windows(np.pad(dz, sides), k) @ w[::-1]
    return dx, dw, np.asarray(dz.sum())


def convolution_matrix(w: Array, n: int) -> Array:
    """Return T, (n, n - k + 1), with x T = z for row vectors and no bias.

    dx is then dz T^T: a transposed convolution.

    Formula 41.22: networks/convolution-skip-pooling.html#eq-conv-matrix
    """
    _expect("w", w, (w.size,))
    if not 1 <= len(w) <= n:
        raise ValueError(
            f"got {len(w)} taps and {n} rows, expected at least {max(len(w), 1)} rows"
        )
    matrix = np.zeros((n, n - len(w) + 1), w.dtype)
    for i in range(matrix.shape[1]):
        matrix[i : i + len(w), i] = w
    return matrix


def _check(x: Array, taps: int) -> None:
    """Raise ValueError unless x has a last axis of floats for that many taps."""
    _expect("x", x, x.shape)
    if x.ndim == 0 or not 1 <= taps <= x.shape[-1]:
        raise ValueError(
            f"got x of shape {x.shape} and {taps} taps, "
            "expected (..., n) and 1 to n taps"
        )


def _expect(name: str, array: Array, shape: tuple[int, ...]) -> None:
    """Raise ValueError unless the array holds floats and has this shape."""
    if array.shape != shape or not np.issubdtype(array.dtype, np.floating):
        raise ValueError(
            f"{name} is {array.shape} of {array.dtype}, "
            f"expected {shape} of floating-point numbers"
        )
