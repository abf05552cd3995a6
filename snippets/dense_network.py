"""A network of dense layers, one example per row: forward and backward pass.

Implements, for l = 1, ..., L (page "A batch, and where the 1/m goes",
the formulas for a batch of row vectors):

    Z[l] = A[l-1] W[l] + 1 b[l]          A[l] = g[l](Z[l])
    dZ[l] = dA[l] * g[l]'(Z[l])          dA[l-1] = dZ[l] W[l]^T
    dW[l] = A[l-1]^T dZ[l] / m           db[l] = 1^T dZ[l] / m

m is the number of examples. dA and dZ belong to the loss of each example,
dW and db to the cost, which is the mean of these losses.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]


class Activation(NamedTuple):
    """A function of each entry of z, and its derivative, also taken at z."""

    value: Callable[[Array], Array]
    derivative: Callable[[Array], Array]


def sigmoid(z: Array) -> Array:
    """1 / (1 + exp(-z)), without overflow for any z."""
    return np.exp(-np.logaddexp(0, -z))


ACTIVATIONS = {
    "identity": Activation(lambda z: z, np.ones_like),
    "sigmoid": Activation(sigmoid, lambda z: sigmoid(z) * sigmoid(-z)),
    "tanh": Activation(np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    # At z = 0 relu has no derivative; 0 is the usual choice.
    "relu": Activation(
        lambda z: np.maximum(z, 0), lambda z: (z > 0).astype(z.dtype)
    ),
}


class Layer(NamedTuple):
    """Weights W (n_in, n_out), bias b (1, n_out), and a name in ACTIVATIONS."""

    W: Array
    b: Array
    activation: str


class Gradient(NamedTuple):
    """The derivatives of the cost by one layer's W and b, with their shapes."""

    dW: Array
    db: Array


Cache = list[tuple[Array, Array]]


def forward(layers: Sequence[Layer], X: Array) -> tuple[Array, Cache]:
    """Return A[L] (m, n_L), and the pair (A[l-1], Z[l]) of every layer.

    X is A[0], (m, n_0). Time: one matrix product a layer.
    """
    _check(layers, X)
    A = X
    cache: Cache = []
    for W, b, activation in layers:
        Z = A @ W + b
        cache.append((A, Z))
        A = ACTIVATIONS[activation].value(Z)
    return A, cache


def backward(
    layers: Sequence[Layer], cache: Cache, dA: Array
) -> tuple[list[Gradient], Array]:
    """Return dW and db of every layer, first layer first, and dA[0] (m, n_0).

    dA is dA[L], (m, n_L): row i is the gradient of example i's own loss,
    without 1/m. Time: two matrix products a layer.

    Formula 34.38: networks/batch.html#eq-dz-batch
    Formula 34.40: networks/batch.html#eq-dw-batch
    Formula 34.41: networks/batch.html#eq-db-batch
    """
    _check(layers, cache[0][0])
    _expect("dA", dA, cache[-1][1].shape)
    m = len(dA)
    gradients = []
    for (W, _, activation), (A_previous, Z) in zip(
        reversed(layers), reversed(cache), strict=True
    ):
        dZ = dA * ACTIVATIONS[activation].derivative(Z)
        dW = A_previous.T @ dZ / m
        db = dZ.sum(axis=0, keepdims=True) / m
        gradients.append(Gradient(dW, db))
        dA = dZ @ W.T
    return gradients[::-1], dA


def squared_error(A: Array, Y: Array) -> tuple[np.floating, Array]:
    """Return the mean over the rows of |a - y|^2 / 2, and dA, shaped as A."""
    _expect("Y", Y, A.shape)
    dA = A - Y
    return (dA * dA).sum() / (2 * len(A)), dA


def _check(layers: Sequence[Layer], X: Array) -> None:
    """Raise ValueError unless X and the layers fit together."""
    if X.ndim != 2 or len(X) == 0:
        raise ValueError(f"X is {X.shape}, expected (m, n_0) with m at least 1")
    if not layers:
        raise ValueError("expected at least one layer")
    n = X.shape[1]
    _expect("X", X, X.shape)
    for number, (W, b, activation) in enumerate(layers, start=1):
        _expect(f"W of layer {number}", W, (n, b.size))
        _expect(f"b of layer {number}", b, (1, b.size))
        if activation not in ACTIVATIONS:
            raise ValueError(
                f"layer {number} has the activation {activation!r}, "
                f"expected one of {', '.join(ACTIVATIONS)}"
            )
        n = b.size


def _expect(name: str, array: Array, shape: tuple[int, ...]) -> None:
    """Raise ValueError unless the array holds floats and has this shape."""
    if array.shape != shape or not np.issubdtype(array.dtype, np.floating):
        raise ValueError(
            f"{name} is {array.shape} of {array.dtype}, "
            f"expected {shape} of floating-point numbers"
        )
