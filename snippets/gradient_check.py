"""Gradient checking: forward, central and complex-step differences.

For a function f of an array x that returns one number, and each entry x_i
with the unit vector e_i:

    forward   (f(x + h e_i) - f(x)) / h               error about h
    central   (f(x + h e_i) - f(x - h e_i)) / (2 h)   error about h^2
    complex   Im f(x + i h e_i) / h                   error about h^2

A step must not be too small: f is rounded to about eps f, and the difference
loses that over h. What is best balances the two errors: h about eps^(1/2)
forward and eps^(1/3) central, times the size of x_i. For float64 that is
1.5e-8 and 6e-6, and 8 and 10 digits are right at best. The complex step
subtracts nothing, so h = 1e-30 gives all digits; but f must be smooth, take
complex numbers, and use no abs, max, comparison or conjugate.

At a kink (relu at 0) there is no derivative. Then the slopes to the left and
to the right differ, however small the step: see `kinks`. Such an entry says
nothing about a formula; leave it out or move x.

Time: n + 1, 2n and n evaluations of f for n entries. `directional_error`
takes two evaluations for any n. Use float64; float32 leaves 3 digits or 4.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]
Function = Callable[[Array], float]


def forward_difference(f: Function, x: Array) -> Array:
    """Return the slopes to the right, shaped as x.

    Formula 42.1: computing/gradient-checking.html#eq-gradient-checking-forward
    """
    return _one_sided(f, x, 1)


def backward_difference(f: Function, x: Array) -> Array:
    """Return the slopes to the left, shaped as x."""
    return _one_sided(f, x, -1)


def central_difference(f: Function, x: Array) -> Array:
    """Return the slopes over a step to both sides, shaped as x.

    Formula 42.2: computing/gradient-checking.html#eq-gradient-checking-central
    """
    _check(x)
    moved = x.copy()
    slopes = np.empty(x.shape, x.dtype)
    for index in np.ndindex(x.shape):
        h = _step(x[index], 1 / 3)
        right, left = x[index] + h, x[index] - h
        moved[index] = right
        rise = _number(f(moved))
        moved[index] = left
        rise -= _number(f(moved))
        # x + h is rounded: the width is that of the numbers that f has seen.
        slopes[index] = rise / float(right - left)
        moved[index] = x[index]
    return slopes


def complex_step(f: Function, x: Array, h: float = 1e-30) -> Array:
    """Return the imaginary parts over h, shaped as x; f takes complex x.

    Formula 42.16: computing/gradient-checking.html#eq-gradient-checking-complex
    """
    _check(x)
    z = x.astype(np.result_type(x, np.complex64))
    slopes = np.empty(x.shape, x.dtype)
    for index in np.ndindex(x.shape):
        z[index] += 1j * h
        value = f(z)
        if np.size(value) != 1 or not np.iscomplexobj(value):
            raise ValueError(
                f"f returned {np.shape(value)} of {np.asarray(value).dtype}, "
                "expected one complex number: no abs, max or real on the way"
            )
        slopes[index] = np.imag(value) / h
        z[index] = x[index]
    return slopes


def relative_error(got: Array, expected: Array) -> float:
    """Return the largest difference, relative to the largest entry of the two.

    Relative to the array and not to each entry: an entry that is small beside
    the others has fewer digits in any difference. 0 if all entries are zero.
    A right gradient in float64 is below 1e-7; one above 1e-4 is wrong, or
    stands at a kink.
    """
    if got.shape != expected.shape:
        raise ValueError(f"got {got.shape}, expected {expected.shape}")
    largest = max(
        np.max(np.abs(got), initial=0.0), np.max(np.abs(expected), initial=0.0)
    )
    error = np.max(np.abs(got - expected), initial=0.0)
    return float(error / largest) if largest != 0 else 0.0


def kinks(f: Function, x: Array, tolerance: float = 1e-3) -> NDArray[np.bool_]:
    """Return, shaped as x, where the slopes to the left and right differ.

    They differ by more than tolerance times the largest slope.
    """
    left, right = backward_difference(f, x), forward_difference(f, x)
    scale = np.max(np.abs([left, right]), initial=0.0)
    return np.abs(right - left) > tolerance * scale


def directional_error(
    f: Function, gradient: Array, x: Array, rng: np.random.Generator
) -> float:
    """Return how far the gradient is off in one random direction.

    Two evaluations of f, whatever the size of x. 0 is right, 1 as wrong as no
    gradient at all. A single wrong entry among many is hard to see: use
    central_difference for small cases.
    """
    _check(x)
    if gradient.shape != x.shape:
        raise ValueError(f"gradient is {gradient.shape}, expected {x.shape}")
    v = rng.choice(np.array([-1, 1], x.dtype), size=x.shape)
    h = _step(x, 1 / 3)
    slope = (_number(f(x + h * v)) - _number(f(x - h * v))) / (2 * h)
    claim = float((gradient * v).sum())
    scale = max(abs(claim), abs(slope))
    return abs(claim - slope) / scale if scale else 0.0


def _one_sided(f: Function, x: Array, side: int) -> Array:
    """Return the slopes over a step to the right (1) or to the left (-1)."""
    _check(x)
    moved = x.copy()
    here = _number(f(moved))
    slopes = np.empty(x.shape, x.dtype)
    for index in np.ndindex(x.shape):
        moved[index] += side * _step(x[index], 1 / 2)
        rise = _number(f(moved)) - here
        slopes[index] = rise / float(moved[index] - x[index])
        moved[index] = x[index]
    return slopes


def _step(x: Array, power: float) -> np.floating:
    """Return eps^power times the largest |x|, or times 1 if x is smaller."""
    eps = np.finfo(x.dtype).eps
    return eps**power * np.max(np.abs(x), initial=1.0)


def _number(value: float) -> float:
    """Return the value as a float; ValueError unless it is one real number."""
    if np.size(value) != 1 or np.iscomplexobj(value):
        raise ValueError(
            f"f returned {np.shape(value)} of {np.asarray(value).dtype}, "
            "expected one real number"
        )
    return float(np.reshape(value, ()))


def _check(x: Array) -> None:
    """Raise ValueError unless x holds floats."""
    if not np.issubdtype(x.dtype, np.floating):
        raise ValueError(f"got {x.dtype}, expected floating-point numbers")
