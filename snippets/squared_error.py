"""Squared error: loss and gradient, with the factors that courses differ in.

Implements, for a prediction a and a target y, rows of n numbers (page
"Squared error"):

    half     loss = 1/2 sum_k (a_k - y_k)^2       da = a - y
    sum      loss = sum_k (a_k - y_k)^2           da = 2 (a - y)
    mean     loss = 1/n sum_k (a_k - y_k)^2       da = 2/n (a - y)

"half" is this book's; "sum" is that of the course "Mathematics for Machine
Learning"; "mean" over all entries is PyTorch's default and Keras's.

All functions work on the last axis; every axis before it is a batch, and
the losses are those of each example, without 1/m.
Time and memory grow with the size of a.
"""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]


def squared_error(a: Array, y: Array, form: str = "half") -> Array:
    """Return the losses (...) from a and y, both (..., n)."""
    loss, _ = squared_error_with_gradient(a, y, form)
    return loss


def squared_error_with_gradient(
    a: Array, y: Array, form: str = "half"
) -> tuple[Array, Array]:
    """Return the losses (...) and da (..., n) from a and y, both (..., n).

    Formula 31.14: losses/squared-error.html#eq-se-factor
    """
    factor = _check(a, y, form)
    difference = a - y
    loss = factor * (difference * difference).sum(axis=-1)
    return loss, 2 * factor * difference


def _check(a: Array, y: Array, form: str) -> float:
    """Return the form's factor; ValueError unless a and y fit together."""
    if a.ndim == 0 or a.shape[-1] == 0:
        raise ValueError(f"got {a.shape}, expected (..., n) with n at least 1")
    for name, array in (("a", a), ("y", y)):
        if array.shape != a.shape or not np.issubdtype(
            array.dtype, np.floating
        ):
            raise ValueError(
                f"{name} is {array.shape} of {array.dtype}, "
                f"expected {a.shape} of floating-point numbers"
            )
    factors = {"half": 0.5, "sum": 1.0, "mean": 1 / a.shape[-1]}
    if form not in factors:
        raise ValueError(
            f"got the form {form!r}, expected one of {', '.join(factors)}"
        )
    return factors[form]
