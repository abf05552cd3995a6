"""L2 regularisation and dropout: what they add to a cost and to its gradients.

L2 (weight decay), for the weights W[1], ..., W[L] of a network:

    J = cost + strength / 2 sum_l sum_ij W[l]_ij^2
    dW[l] = dW[l] of the cost + strength W[l]

DeepLearning.AI's lambda is strength = lambda / m; PyTorch's weight_decay is
strength itself. Biases are left out by custom.

Dropout with the rate r (inverted: the scale is part of training, so that
nothing is left to do when the network is used):

    mask_i = 1 / (1 - r) with probability 1 - r, and 0 otherwise
    a_dropped = a * mask                 da = da_dropped * mask

The same mask goes forward and backward. Its mean is 1, so the mean of
a_dropped is a. Source: Srivastava and others, JMLR 15 (2014).
Time and memory grow with the number of entries.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]


def l2_penalty(weights: Sequence[Array], strength: float) -> float:
    """Return strength / 2 times the sum of all squared weights.

    Formula 40.1: networks/regularization.html#eq-l2-cost
    """
    _check_strength(strength)
    for W in weights:
        _check_floats(W)
    return strength / 2 * sum(float((W * W).sum()) for W in weights)


def l2_gradients(weights: Sequence[Array], strength: float) -> list[Array]:
    """Return what the penalty adds to each dW: strength times W.

    Formula 40.2: networks/regularization.html#eq-l2-gradient
    """
    _check_strength(strength)
    for W in weights:
        _check_floats(W)
    return [float(strength) * W for W in weights]


def dropout_mask(a: Array, rate: float, rng: np.random.Generator) -> Array:
    """Return a mask shaped as a: 0 with probability rate, else 1 / (1 - rate).

    rng is numpy.random.default_rng(seed): the same seed gives the same mask.
    """
    _check_floats(a)
    if not 0 <= rate < 1:
        raise ValueError(f"got the rate {rate}, expected 0 or more, below 1")
    kept = rng.random(a.shape) >= rate
    return kept.astype(a.dtype) / (1 - float(rate))


def dropout(a: Array, mask: Array) -> Array:
    """Return a times mask, entry by entry: the forward pass.

    The backward pass is the same: da = dropout(da_dropped, mask).

    Formula 40.3: networks/regularization.html#eq-dropout
    """
    _check_floats(a)
    _check_floats(mask)
    if a.shape != mask.shape:
        raise ValueError(f"the mask is {mask.shape}, expected {a.shape}")
    return a * mask


def _check_strength(strength: float) -> None:
    """Raise ValueError unless the strength is zero or more."""
    if not strength >= 0:
        raise ValueError(f"got the strength {strength}, expected 0 or more")


def _check_floats(array: Array) -> None:
    """Raise ValueError unless the array holds floats."""
    if not np.issubdtype(array.dtype, np.floating):
        raise ValueError(f"got {array.dtype}, expected floating-point numbers")
