"""Binary cross-entropy from logits: loss and gradient, stable for any logit.

Implements, for a logit z and a target t (page "Binary cross-entropy"):

    loss = -t log sigmoid(z) - (1 - t) log(1 - sigmoid(z))
         = softplus(z) - t z,       softplus(z) = log(1 + exp(z))
    dz = sigmoid(z) - t

t is 0 or 1, or a share between them. The second line has no logarithm of
zero and no overflow. Every entry of z is a case of its own: for several
labels at once, sum or average the entries as you like, and dz with them.
Time and memory grow with the size of z.
"""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]


def binary_cross_entropy(z: Array, t: Array) -> Array:
    """Return the loss of each entry, from logits z and targets t, one shape.

    Formula 30.4: losses/binary-cross-entropy.html#eq-bce-stable
    """
    loss, _ = binary_cross_entropy_with_gradient(z, t)
    return loss


def binary_cross_entropy_with_gradient(
    z: Array, t: Array
) -> tuple[Array, Array]:
    """Return the losses and dz = sigmoid(z) - t, both shaped as z and t.

    One exponential serves both.

    Formula 30.3: losses/binary-cross-entropy.html#eq-bce-gradient
    """
    _check(z, t)
    e = np.exp(-np.abs(z))
    # log(1 + exp(z)) - t z, in which the two parts that grow with z are one.
    loss = np.where(z >= 0, (1 - t) * z, -t * z) + np.log1p(e)
    sigmoid = np.where(z >= 0, 1, e) / (1 + e)
    return loss, sigmoid - t


def _check(z: Array, t: Array) -> None:
    """Raise ValueError unless z and t are floats of one shape, t in 0 to 1."""
    for name, array in (("z", z), ("t", t)):
        if array.shape != z.shape or not np.issubdtype(
            array.dtype, np.floating
        ):
            raise ValueError(
                f"{name} is {array.shape} of {array.dtype}, "
                f"expected {z.shape} of floating-point numbers"
            )
    if t.size and not 0 <= t.min() <= t.max() <= 1:
        raise ValueError(
            f"got targets from {t.min()} to {t.max()}, expected 0 to 1"
        )
