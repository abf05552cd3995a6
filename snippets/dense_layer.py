"""One dense layer, forward and backward, for row and for column vectors.

Implements (pages "The backward pass of a dense network", for one example, and
"A batch, and where the 1/m goes", the plain formulas):

              rows: an example is a row     columns: an example is a column
    forward   z = a W + b                   z = W a + b
    backward  da = dz W^T                   da = W^T dz
              dW = a^T dz                   dW = dz a^T
              db = sum of dz's rows         db = sum of dz's columns

dz is the gradient of any scalar by z. If that scalar is a mean over the
examples, its 1/m is in dz already and must not be written again. For one
example the sum has one term, and db = dz.

Any axes before the last two are a batch too: with rows, a is (..., m, n_in);
with columns, (..., n_in, m). Time: one matrix product forward, two backward.
An input whose batch axes cannot be merged in memory is copied once.
"""

from math import prod

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]


def forward_rows(a: Array, W: Array, b: Array) -> Array:
    """Return z = a W + b, (..., m, n_out).

    a is (..., m, n_in), W (n_in, n_out), b (1, n_out).
    """
    _expect("W", W, (_side(a, -1), _side(W, 1)))
    _expect("b", b, (1, W.shape[1]))
    _expect("a", a, a.shape)
    return a @ W + b


def backward_rows(a: Array, W: Array, dz: Array) -> tuple[Array, Array, Array]:
    """Return da, dW and db, with the shapes of a, W and b (1, n_out).

    a and W are those of the forward pass; dz is (..., m, n_out).

    Formula 33.82: networks/recurrence.html#eq-da-layer
    Formula 33.4: networks/recurrence.html#eq-dw
    Formula 33.5: networks/recurrence.html#eq-db
    """
    _expect("W", W, (_side(a, -1), _side(W, 1)))
    _expect("a", a, a.shape)
    _expect("dz", dz, (*a.shape[:-1], W.shape[1]))
    examples = prod(a.shape[:-1])
    A = a.reshape(examples, a.shape[-1])
    dZ = dz.reshape(examples, dz.shape[-1])
    return dz @ W.T, A.T @ dZ, dZ.sum(axis=0, keepdims=True)


def forward_columns(a: Array, W: Array, b: Array) -> Array:
    """Return z = W a + b, (..., n_out, m).

    a is (..., n_in, m), W (n_out, n_in), b (n_out, 1).
    """
    _expect("W", W, (_side(W, 0), _side(a, -2)))
    _expect("b", b, (W.shape[0], 1))
    _expect("a", a, a.shape)
    return W @ a + b


def backward_columns(
    a: Array, W: Array, dz: Array
) -> tuple[Array, Array, Array]:
    """Return da, dW and db, with the shapes of a, W and b (n_out, 1).

    a and W are those of the forward pass; dz is (..., n_out, m).

    Formula 33.92: networks/recurrence.html#eq-da-layer-column
    Formula 33.9: networks/recurrence.html#eq-dw-column
    Formula 33.10: networks/recurrence.html#eq-db-column
    """
    _expect("W", W, (_side(W, 0), _side(a, -2)))
    _expect("a", a, a.shape)
    _expect("dz", dz, (*a.shape[:-2], W.shape[0], a.shape[-1]))
    # All columns side by side: (n, ..., m) with the axes after n merged.
    examples = prod(a.shape[:-2]) * a.shape[-1]
    A = np.moveaxis(a, -2, 0).reshape(a.shape[-2], examples)
    dZ = np.moveaxis(dz, -2, 0).reshape(dz.shape[-2], examples)
    return W.T @ dz, dZ @ A.T, dZ.sum(axis=1, keepdims=True)


def _side(array: Array, axis: int) -> int:
    """Return the length of an axis; ValueError if there are no two axes."""
    if array.ndim < 2:
        raise ValueError(
            f"got a or W of shape {array.shape}, expected a matrix: "
            "one example is (1, n_in) as a row, (n_in, 1) as a column"
        )
    return array.shape[axis]


def _expect(name: str, array: Array, shape: tuple[int, ...]) -> None:
    """Raise ValueError unless the array holds floats and has this shape."""
    if array.shape != shape or not np.issubdtype(array.dtype, np.floating):
        raise ValueError(
            f"{name} is {array.shape} of {array.dtype}, "
            f"expected {shape} of floating-point numbers"
        )
