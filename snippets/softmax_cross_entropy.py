"""Softmax and cross-entropy: stable values, gradients, vector-Jacobian product.

Implements, for a row z of n logits (page "Softmax and cross-entropy"):

    p_k = exp(z_k) / sum_i exp(z_i)
    loss = -log p_y                      dz = p - onehot(y)
    loss = -sum_k t_k log p_k            dz = (sum_k t_k) p - t
    dz = p * (v - (v . p))               where v is the gradient by p

All functions work on the last axis; every axis before it is a batch.
Losses and gradients are those of each example, without 1/m.
Labels count from 0. Time and memory grow with the size of z, not with n * n.
"""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]
Labels = NDArray[np.integer]


def softmax(z: Array) -> Array:
    """Return p, shaped as the logits z; no overflow for any finite z.

    Formula 28.25: losses/softmax-cross-entropy.html#eq-softmax
    """
    _check_logits(z)
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def log_softmax(z: Array) -> Array:
    """Return log p, shaped as the logits z; finite for every finite z.

    Formula 29.5: losses/logsumexp.html#eq-lsm
    """
    _check_logits(z)
    shifted = z - z.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


def softmax_vjp(p: Array, v: Array) -> Array:
    """Return dz from p = softmax(z) and v, the gradient by p, all (..., n).

    This is v times the Jacobian, without building the Jacobian.

    Formula 28.65: losses/softmax-cross-entropy.html#eq-softmax-vjp
    """
    _check_same_shape(p, v)
    return p * (v - (v * p).sum(axis=-1, keepdims=True))


def cross_entropy(z: Array, y: Labels) -> Array:
    """Return the losses -log p_y for logits z (..., n), labels y (...).

    Formula 28.42: losses/softmax-cross-entropy.html#eq-ce-loss-logits
    """
    _check_labels(z, y)
    return -np.take_along_axis(log_softmax(z), y[..., None], axis=-1)[..., 0]


def cross_entropy_gradient(z: Array, y: Labels) -> Array:
    """Return dz = p - onehot(y) for logits z (..., n), labels y (...).

    Formula 28.2: losses/softmax-cross-entropy.html#eq-ce-result
    """
    _check_labels(z, y)
    dz = softmax(z)
    p_y = np.take_along_axis(dz, y[..., None], axis=-1)
    np.put_along_axis(dz, y[..., None], p_y - 1, axis=-1)
    return dz


def soft_cross_entropy(z: Array, t: Array) -> Array:
    """Return the losses -sum_k t_k log p_k for z and targets t, (..., n)."""
    _check_same_shape(z, t)
    return -(t * log_softmax(z)).sum(axis=-1)


def soft_cross_entropy_gradient(z: Array, t: Array) -> Array:
    """Return dz = (sum_k t_k) p - t, (..., n): p - t where t sums to one.

    Formula 28.47: losses/softmax-cross-entropy.html#eq-ce-gradient-any
    """
    _check_same_shape(z, t)
    return t.sum(axis=-1, keepdims=True) * softmax(z) - t


def _check_logits(z: Array) -> None:
    """Raise ValueError unless z holds floats, with at least one class."""
    if not np.issubdtype(z.dtype, np.floating):
        raise ValueError(f"got {z.dtype}, expected floating-point numbers")
    if z.ndim == 0 or z.shape[-1] == 0:
        raise ValueError(f"got {z.shape}, expected (..., n) with n at least 1")


def _check_same_shape(z: Array, t: Array) -> None:
    """Raise ValueError unless both hold floats and have the same shape."""
    _check_logits(z)
    _check_logits(t)
    if z.shape != t.shape:
        raise ValueError(
            f"got {z.shape} and {t.shape}, expected the same shape"
        )


def _check_labels(z: Array, y: Labels) -> None:
    """Raise ValueError unless y holds a label, 0 to n - 1, per row of z."""
    _check_logits(z)
    if not np.issubdtype(y.dtype, np.integer):
        raise ValueError(f"got labels of {y.dtype}, expected integers")
    if y.shape != z.shape[:-1]:
        raise ValueError(f"got labels {y.shape}, expected {z.shape[:-1]}")
    n = z.shape[-1]
    if y.size and not 0 <= y.min() <= y.max() < n:
        raise ValueError(
            f"got labels from {y.min()} to {y.max()}, expected 0 to {n - 1}"
        )
