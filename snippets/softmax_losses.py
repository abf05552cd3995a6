"""More losses on softmax, each with its gradient in one pass over the logits.

Implements, for a row z of n logits and p = softmax(z) (page "Soft targets"):

    cross-entropy      -log p_y                        dz = p - onehot(y)
    label smoothing    -sum_k r_k log p_k              dz = p - r
                       r = (1 - eps) onehot(y) + eps / n
    temperature        -sum_k t_k log q_k              dz = (q - t) / tau
                       q = softmax(z / tau)
    Kullback-Leibler   sum_k t_k (log t_k - log p_k)   dz = p - t

In the last two t is a distribution: not negative, with the sum one; where
t_k = 0, the term of the last is zero too.

Fused means: loss and gradient share one exponential of each logit.
All functions work on the last axis; every axis before it is a batch.
Losses and gradients are those of each example, without 1/m.
Labels count from 0. Time and memory grow with the size of z.
"""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]
Labels = NDArray[np.integer]


def cross_entropy_with_gradient(z: Array, y: Labels) -> tuple[Array, Array]:
    """Return losses (...) and dz (..., n); logits z (..., n), labels y (...).

    Formula 28.2: losses/softmax-cross-entropy.html#eq-ce-result
    """
    _check_labels(z, y)
    right = y[..., None]
    shifted = z - z.max(axis=-1, keepdims=True)
    shifted_y = np.take_along_axis(shifted, right, axis=-1)
    # In place, since a large batch is slow by its memory, not its sums.
    dz = np.exp(shifted, out=shifted)
    total = dz.sum(axis=-1, keepdims=True)
    dz /= total
    dz_y = np.take_along_axis(dz, right, axis=-1)
    np.put_along_axis(dz, right, dz_y - 1, axis=-1)
    return (np.log(total) - shifted_y)[..., 0], dz


def label_smoothing_with_gradient(
    z: Array, y: Labels, eps: float = 0.1
) -> tuple[Array, Array]:
    """Return losses (...) and dz (..., n), without building the targets r.

    The right class has the share 1 - eps + eps / n, any other eps / n.

    Formula 32.2: losses/soft-targets.html#eq-smoothing-gradient
    """
    _check_labels(z, y)
    if not 0 <= eps <= 1:
        raise ValueError(f"got eps = {eps}, expected 0 to 1")
    log_p, p = _log_softmax_and_softmax(z)
    right = y[..., None]
    log_p_y = np.take_along_axis(log_p, right, axis=-1)[..., 0]
    eps = float(eps)
    loss = -(1 - eps) * log_p_y - eps * log_p.mean(axis=-1)
    dz = p - eps / z.shape[-1]
    dz_y = np.take_along_axis(dz, right, axis=-1)
    np.put_along_axis(dz, right, dz_y - (1 - eps), axis=-1)
    return loss, dz


def temperature_with_gradient(
    z: Array, t: Array, tau: float
) -> tuple[Array, Array]:
    """Return losses (...) and dz (..., n) at the temperature tau > 0.

    A high tau flattens the prediction q, a low one sharpens it.
    z and the targets t are (..., n).

    Formula 32.3: losses/soft-targets.html#eq-temperature-gradient
    """
    _check_distribution(z, t)
    if not tau > 0:
        raise ValueError(f"got tau = {tau}, expected a number above 0")
    tau = float(tau)
    log_q, q = _log_softmax_and_softmax(z / tau)
    return -(t * log_q).sum(axis=-1), (q - t) / tau


def kl_divergence_with_gradient(z: Array, t: Array) -> tuple[Array, Array]:
    """Return KL(t || softmax(z)) (...) and dz (..., n); z and t are (..., n).

    It is the cross-entropy less the entropy of t, so dz is the same.

    Formula 32.18: losses/soft-targets.html#eq-kl-gradient
    """
    _check_distribution(z, t)
    log_p, p = _log_softmax_and_softmax(z)
    log_t = np.log(np.where(t > 0, t, 1))
    return (t * (log_t - log_p)).sum(axis=-1), p - t


def _log_softmax_and_softmax(z: Array) -> tuple[Array, Array]:
    """Return log p and p, with one exponential of each logit."""
    shifted = z - z.max(axis=-1, keepdims=True)
    e = np.exp(shifted)
    total = e.sum(axis=-1, keepdims=True)
    return shifted - np.log(total), e / total


def _check_logits(z: Array) -> None:
    """Raise ValueError unless z holds floats, with at least one class."""
    if not np.issubdtype(z.dtype, np.floating):
        raise ValueError(f"got {z.dtype}, expected floating-point numbers")
    if z.ndim == 0 or z.shape[-1] == 0:
        raise ValueError(f"got {z.shape}, expected (..., n) with n at least 1")


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


def _check_distribution(z: Array, t: Array) -> None:
    """Raise ValueError unless each row of t has no negative entry and sum 1."""
    _check_logits(z)
    _check_logits(t)
    if z.shape != t.shape:
        raise ValueError(
            f"got {z.shape} and {t.shape}, expected the same shape"
        )
    # 1000 times the rounding of a sum: a target of another sum is far off.
    room = 1000 * np.finfo(t.dtype).eps
    if not (np.all(t >= 0) and np.all(np.abs(t.sum(axis=-1) - 1) <= room)):
        raise ValueError(
            "expected targets of at least 0 whose sum is 1 in every row"
        )
