"""A network of dense layers, one example per column: forward and backward pass.

Implements, for l = 1, ..., L (page "A batch, and where the 1/m goes",
the formulas for a batch of column vectors):

    Z[l] = W[l] A[l-1] + b[l] 1^T        A[l] = g[l](Z[l])
    dZ[l] = dA[l] * g[l]'(Z[l])          dA[l-1] = W[l]^T dZ[l]
    dW[l] = dZ[l] A[l-1]^T / m           db[l] = dZ[l] 1 / m

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
    """Weights W (n_out, n_in), bias b (n_out, 1), and a name in ACTIVATIONS."""

    W: Array
    b: Array
    activation: str


class Gradient(NamedTuple):
    """The derivatives of the cost by one layer's W and b, with their shapes."""

    dW: Array
    db: Array


Cache = list[tuple[Array, Array]]


def forward(layers: Sequence[Layer], X: Array) -> tuple[Array, Cache]:
    """Return A[L] (n_L, m), and the pair (A[l-1], Z[l]) of every layer.

    X is A[0], (n_0, m). Time: one matrix product a layer.
    """
    _check(layers, X)
    A = X
    cache: Cache = []
    for W, b, activation in layers:
        Z = W @ A + b
        cache.append((A, Z))
        A = ACTIVATIONS[activation].value(Z)
    return A, cache


def backward(
    layers: Sequence[Layer], cache: Cache, dA: Array
) -> tuple[list[Gradient], Array]:
    """Return dW and db of every layer, first layer first, and dA[0] (n_0, m).

    dA is dA[L], (n_L, m): column i is the gradient of example i's own loss,
    without 1/m. Time: two matrix products a layer.

    Formula 34.56: networks/batch.html#eq-dz-batch-column
    Formula 34.58: networks/batch.html#eq-dw-batch-column
    Formula 34.59: networks/batch.html#eq-db-batch-column
    """
    _check(layers, cache[0][0])
    _expect("dA", dA, cache[-1][1].shape)
    m = dA.shape[1]
    gradients = []
    for (W, _, activation), (A_previous, Z) in zip(
        reversed(layers), reversed(cache), strict=True
    ):
        dZ = dA * ACTIVATIONS[activation].derivative(Z)
        dW = dZ @ A_previous.T / m
        db = dZ.sum(axis=1, keepdims=True) / m
        gradients.append(Gradient(dW, db))
        dA = W.T @ dZ
    return gradients[::-1], dA


def squared_error(A: Array, Y: Array) -> tuple[np.floating, Array]:
    """Return the mean over columns of |a - y|^2 / 2, and dA, shaped as A."""
    _expect("Y", Y, A.shape)
    dA = A - Y
    return (dA * dA).sum() / (2 * A.shape[1]), dA


def _check(layers: Sequence[Layer], X: Array) -> None:
    """Raise ValueError unless X and the layers fit together."""
    if X.ndim != 2 or X.shape[1] == 0:
        raise ValueError(f"X is {X.shape}, expected (n_0, m) with m at least 1")
    if not layers:
        raise ValueError("expected at least one layer")
    n = X.shape[0]
    _expect("X", X, X.shape)
    for number, (W, b, activation) in enumerate(layers, start=1):
        _expect(f"W of layer {number}", W, (b.size, n))
        _expect(f"b of layer {number}", b, (b.size, 1))
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
