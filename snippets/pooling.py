"""Maximum and average of neighbours along the last axis, forward and backward.

Implements (page "Convolution, skip connections, pooling"), for windows of k
entries side by side, i = 1, ..., n / k and r = 1, ..., k:

    max_pool      z_i = max_r x_((i-1)k+r)     dx of the largest entry: dz_i
                                               dx of the others: 0
    average_pool  z_i = mean_r x_((i-1)k+r)    dx of every entry: dz_i / k

Where several entries are the largest, the maximum has no derivative; here the
first of them gets dz, and one entry gets all of it.
Any axes before the last are a batch. Time: entries of x.
"""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]


def max_pool(x: Array, k: int) -> Array:
    """Return the largest of every k neighbours: (..., n) to (..., n / k)."""
    return _windows(x, k).max(axis=-1)


def max_pool_backward(x: Array, k: int, dz: Array) -> Array:
    """Return dx, (..., n), for the x of the forward pass and dz (..., n / k).

    Formula 41.64: networks/convolution-skip-pooling.html#eq-maxpool-entries
    """
    view = _windows(x, k)
    _expect("dz", dz, view.shape[:-1])
    winner = view.argmax(axis=-1)[..., None]
    dx = np.where(np.arange(k) == winner, dz[..., None], 0)
    return dx.astype(dz.dtype).reshape(x.shape)


def average_pool(x: Array, k: int) -> Array:
    """Return the mean of every k neighbours: (..., n) to (..., n / k)."""
    return _windows(x, k).mean(axis=-1)


def average_pool_backward(k: int, dz: Array) -> Array:
    """Return dx, (..., n), for dz (..., n / k).

    Formula 41.80: networks/convolution-skip-pooling.html#eq-avgpool-entries
    """
    _windows(dz, 1)
    if k < 1:
        raise ValueError(f"got windows of {k} entries, expected 1 or more")
    return np.repeat(dz / k, k, axis=-1)


def _windows(x: Array, k: int) -> Array:
    """Return (..., n / k, k); ValueError unless x divides into such windows."""
    _expect("x", x, x.shape)
    if x.ndim == 0 or k < 1 or x.shape[-1] % k:
        raise ValueError(
            f"got x of shape {x.shape} and windows of {k}, "
            "expected (..., n) and a divisor of n"
        )
    return x.reshape(*x.shape[:-1], x.shape[-1] // k, k)


def _expect(name: str, array: Array, shape: tuple[int, ...]) -> None:
    """Raise ValueError unless the array holds floats and has this shape."""
    if array.shape != shape or not np.issubdtype(array.dtype, np.floating):
        raise ValueError(
            f"{name} is {array.shape} of {array.dtype}, "
            f"expected {shape} of floating-point numbers"
        )
