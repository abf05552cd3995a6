"""logsumexp, and what goes back through it, log-softmax and softmax.

Implements, for a row z of n logits (page "logsumexp and log-softmax"; the file
softmax_cross_entropy.py has softmax and log_softmax themselves):

    s = log sum_k exp(z_k)               dz = v softmax(z)
    log p = z - s                        dz = v - (sum_k v_k) p
    p = softmax(z)                       dp/dz = diag(p) - p^T p

v is the gradient of the loss by the result, a number for each row of s and a
row for each row of log p; dz is then the gradient by z.

exp(z) overflows from z = 710 on, 89 in float32. Taking the largest logit out
changes nothing in s and leaves exponents of zero and less.
All functions work on the last axis; every axis before it is a batch.
Time and memory grow with the size of z; the Jacobian's with n times that.
"""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]


def logsumexp(z: Array) -> Array:
    """Return s (...) from z (..., n); finite for every finite z.

    Formula 29.15: losses/logsumexp.html#eq-lse-stable
    """
    _check(z)
    largest = z.max(axis=-1, keepdims=True)
    s = largest + np.log(np.exp(z - largest).sum(axis=-1, keepdims=True))
    return s[..., 0]


def logsumexp_vjp(z: Array, v: Array) -> Array:
    """Return dz (..., n) from z (..., n) and v (...), the gradient by s.

    Formula 29.3: losses/logsumexp.html#eq-lse-gradient
    """
    _check(z)
    _expect("v", v, z.shape[:-1])
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return v[..., None] * e / e.sum(axis=-1, keepdims=True)


def log_softmax_vjp(log_p: Array, v: Array) -> Array:
    """Return dz from log p and v, the gradient by log p, all (..., n).

    Formula 29.7: losses/logsumexp.html#eq-lsm-vjp
    """
    _check(log_p)
    _expect("v", v, log_p.shape)
    return v - v.sum(axis=-1, keepdims=True) * np.exp(log_p)


def softmax_jacobian(p: Array) -> Array:
    """Return the matrices dp_k / dz_j, (..., n, n), from p (..., n).

    To see it, or to test with it: a product with it is softmax_vjp, which
    takes n steps in place of n times n.

    Formula 28.3: losses/softmax-cross-entropy.html#eq-softmax-result
    """
    _check(p)
    n = p.shape[-1]
    return p[..., None] * (np.eye(n, dtype=p.dtype) - p[..., None, :])


def _check(z: Array) -> None:
    """Raise ValueError unless z holds floats, with at least one class."""
    if z.ndim == 0 or z.shape[-1] == 0:
        raise ValueError(f"got {z.shape}, expected (..., n) with n at least 1")
    _expect("z", z, z.shape)


def _expect(name: str, array: Array, shape: tuple[int, ...]) -> None:
    """Raise ValueError unless the array holds floats and has this shape."""
    if array.shape != shape or not np.issubdtype(array.dtype, np.floating):
        raise ValueError(
            f"{name} is {array.shape} of {array.dtype}, "
            f"expected {shape} of floating-point numbers"
        )
