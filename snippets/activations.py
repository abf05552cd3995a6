"""Sigmoid, tanh, ReLU and leaky ReLU, with their derivatives: stable, entry by entry.

Each function acts on every entry z of an array of any shape (page "Sigmoid,
tanh, ReLU and leaky ReLU"):

    sigmoid(z) = 1 / (1 + exp(-z))       sigmoid' = sigmoid(z) sigmoid(-z)
    tanh(z)                              tanh' = 1 - tanh(z)^2
    relu(z) = max(z, 0)                  relu' = [z > 0]
    leaky_relu(z) = [z > 0] z + [z <= 0] slope z

For a layer a = g(z), the gradient by z is dz = da * g_derivative(z).

Why not as written: exp(-z) overflows, and 1 - tanh(z)^2 is zero from z = 20
on, where the true value is not. With e = exp(-|z|), between 0 and 1, nothing
overflows and every digit is kept. Time and memory grow with the size of z.
"""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]


def sigmoid(z: Array) -> Array:
    """Return 1 / (1 + exp(-z)), shaped as z.

    Formula 26.12: losses/activations.html#eq-sigmoid-fraction
    """
    _check(z)
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, e) / (1 + e)


def sigmoid_derivative(z: Array) -> Array:
    """Return sigmoid(z) sigmoid(-z), shaped as z.

    Formula 26.15: losses/activations.html#eq-sigmoid-derivative
    """
    _check(z)
    e = np.exp(-np.abs(z))
    return e / (1 + e) ** 2


def tanh(z: Array) -> Array:
    """Return the hyperbolic tangent, shaped as z.

    Formula 26.23: losses/activations.html#eq-tanh-sigmoid
    """
    _check(z)
    return np.tanh(z)


def tanh_derivative(z: Array) -> Array:
    """Return 1 - tanh(z)^2, shaped as z; since tanh z = 2 sigmoid(2z) - 1.

    Formula 26.22: losses/activations.html#eq-tanh-derivative
    """
    return 4 * sigmoid_derivative(2 * z)


def relu(z: Array) -> Array:
    """Return max(z, 0), shaped as z."""
    _check(z)
    return np.maximum(z, 0)


def relu_derivative(z: Array) -> Array:
    """Return 1 where z > 0 and 0 elsewhere, shaped as z.

    At z = 0 there is no derivative; 0 is the usual choice.

    Formula 26.29: losses/activations.html#eq-relu-sides
    """
    _check(z)
    return (z > 0).astype(z.dtype)


def leaky_relu(z: Array, slope: float = 0.01) -> Array:
    """Return z where z > 0 and slope * z elsewhere, shaped as z.

    Formula 26.45: losses/activations.html#eq-leaky-cases
    """
    _check(z)
    return np.where(z > 0, z, float(slope) * z)


def leaky_relu_derivative(z: Array, slope: float = 0.01) -> Array:
    """Return 1 where z > 0 and slope elsewhere, shaped as z.

    At z = 0 there is no derivative; slope is PyTorch's choice.
    """
    _check(z)
    return np.where(z > 0, 1, z.dtype.type(slope))


def _check(z: Array) -> None:
    """Raise ValueError unless z holds floats."""
    if not np.issubdtype(z.dtype, np.floating):
        raise ValueError(f"got {z.dtype}, expected floating-point numbers")
