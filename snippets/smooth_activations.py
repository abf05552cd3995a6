"""Softplus, SiLU and GELU, with their derivatives: stable, entry by entry.

Each function acts on every entry z of an array of any shape (page "Softplus,
SiLU and GELU"):

    softplus(z) = log(1 + exp(z))        softplus' = s
    silu(z) = z s                        silu' = s + z s (1 - s)
    gelu(z) = z Phi(z)                   gelu' = Phi(z) + z phi(z)
    gelu_tanh(z) = z (1 + tanh(u)) / 2   u = sqrt(2/pi) (z + 0.044715 z^3)

s = 1 / (1 + exp(-z)) is the sigmoid, Phi the normal distribution's function
and phi its density.
For a layer a = g(z), the gradient by z is dz = da * g_derivative(z).

With e = exp(-|z|), between 0 and 1, nothing overflows and every digit is
kept. Time and memory grow with the size of z.

Source of GELU and its tanh form: Hendrycks and Gimpel, arXiv:1606.08415;
of SiLU: Elfwing, Uchibe and Doya, arXiv:1702.03118.
"""

import math

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]


def softplus(z: Array) -> Array:
    """Return log(1 + exp(z)), shaped as z.

    Formula 27.18: losses/smooth-activations.html#eq-softplus-stable
    """
    _check(z)
    return np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))


def softplus_derivative(z: Array) -> Array:
    """Return sigmoid(z), shaped as z.

    Formula 27.14: losses/smooth-activations.html#eq-softplus-derivative
    """
    return _sigmoid(z)


def silu(z: Array) -> Array:
    """Return z sigmoid(z), also called swish, shaped as z."""
    return z * _sigmoid(z)


def silu_derivative(z: Array) -> Array:
    """Return sigmoid(z) + z sigmoid(z) (1 - sigmoid(z)), shaped as z.

    Formula 27.21: losses/smooth-activations.html#eq-silu-derivative
    """
    return _sigmoid(z) + z * _sigmoid_derivative(z)


def gelu(z: Array) -> Array:
    """Return z Phi(z), shaped as z.

    NumPy has no error function, so this calls Python's for each entry:
    some 0.1 microseconds an entry. gelu_tanh is faster and off by up to 0.0005.

    Formula 27.1: losses/smooth-activations.html#eq-gelu-phi
    """
    return z * _phi_integral(z)


def gelu_derivative(z: Array) -> Array:
    """Return Phi(z) + z phi(z), shaped as z; as slow as gelu.

    Formula 27.28: losses/smooth-activations.html#eq-gelu-derivative
    """
    phi = np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)
    return _phi_integral(z) + z * phi


def gelu_tanh(z: Array) -> Array:
    """Return z (1 + tanh(u)) / 2, which is z sigmoid(2u), shaped as z.

    Formula 27.32: losses/smooth-activations.html#eq-gelu-tanh-sigmoid
    """
    return z * _sigmoid(_twice_u(z))


def gelu_tanh_derivative(z: Array) -> Array:
    """Return s + z s (1 - s) 2u' with s = sigmoid(2u), shaped as z.

    Formula 27.31: losses/smooth-activations.html#eq-gelu-tanh-derivative
    """
    v = _twice_u(z)
    dv = math.sqrt(8 / math.pi) * (1 + 3 * 0.044715 * z**2)
    return _sigmoid(v) + z * _sigmoid_derivative(v) * dv


def _sigmoid(z: Array) -> Array:
    """Return 1 / (1 + exp(-z))."""
    _check(z)
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, e) / (1 + e)


def _sigmoid_derivative(z: Array) -> Array:
    """Return the sigmoid of z times that of -z."""
    e = np.exp(-np.abs(z))
    return e / (1 + e) ** 2


def _phi_integral(z: Array) -> Array:
    """Return Phi(z) = erfc(-z / sqrt(2)) / 2: no digits lost for z < 0."""
    _check(z)
    erfc = np.vectorize(math.erfc, otypes=[float])
    return (erfc(-z / math.sqrt(2)) / 2).astype(z.dtype)


def _twice_u(z: Array) -> Array:
    """Return 2u = sqrt(8/pi) (z + 0.044715 z^3)."""
    _check(z)
    return math.sqrt(8 / math.pi) * (z + 0.044715 * z**3)


def _check(z: Array) -> None:
    """Raise ValueError unless z holds floats."""
    if not np.issubdtype(z.dtype, np.floating):
        raise ValueError(f"got {z.dtype}, expected floating-point numbers")
