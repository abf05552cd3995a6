"""Scalars beyond floats: dual numbers, and what all kinds of scalars have in common.

A scalar is a float, a complex number (complex step), a `Dual` (nested
derivatives) or, in the exact check, a SymPy expression.
"""

from __future__ import annotations

import math

from texecute.errors import UndefinedValue

STEP = 1e-30
"""Imaginary step of the complex step: its square is lost against any real part."""


class Dual:
    """`value + tangent·ε` with ε² = 0; `level` tells nested ε apart (the higher is outside)."""

    __slots__ = ("value", "tangent", "level")

    def __init__(self, value, tangent, level: int):
        self.value = value
        self.tangent = tangent
        self.level = level

    def _parts(self, other, level):
        if isinstance(other, Dual) and other.level == level:
            return other.value, other.tangent
        return other, 0.0

    def _align(self, other):
        """Level of the result, and value and tangent of both operands at that level."""
        level = self.level
        if isinstance(other, Dual) and other.level > level:
            level = other.level
            return level, self, 0.0, other.value, other.tangent
        value, tangent = self._parts(other, level)
        return level, self.value, self.tangent, value, tangent

    def __add__(self, other):
        level, a, da, b, db = self._align(other)
        return Dual(a + b, da + db, level)

    __radd__ = __add__

    def __neg__(self):
        return Dual(-self.value, -self.tangent, self.level)

    def __sub__(self, other):
        level, a, da, b, db = self._align(other)
        return Dual(a - b, da - db, level)

    def __rsub__(self, other):
        return -self + other

    def __mul__(self, other):
        level, a, da, b, db = self._align(other)
        return Dual(a * b, da * b + a * db, level)

    __rmul__ = __mul__

    def __truediv__(self, other):
        level, a, da, b, db = self._align(other)
        quotient = a / b
        return Dual(quotient, (da - quotient * db) / b, level)

    def __rtruediv__(self, other):
        quotient = other / self.value
        return Dual(quotient, -quotient * self.tangent / self.value, self.level)

    def __repr__(self):
        return f"Dual({self.value!r}, {self.tangent!r}, {self.level})"


def real(x) -> float:
    """The real part of a scalar's innermost value: what comparisons look at."""
    while isinstance(x, Dual):
        x = x.value
    return x.real if isinstance(x, complex) else x


def is_perturbed(x) -> bool:
    """Whether a derivative is being taken through this scalar."""
    while isinstance(x, Dual):
        if not _is_zero(x.tangent):
            return True
        x = x.value
    return isinstance(x, complex) and x.imag != 0


def _is_zero(x) -> bool:
    if isinstance(x, Dual):
        return _is_zero(x.value) and _is_zero(x.tangent)
    return x == 0


def tangent(x, level: int):
    """The coefficient of the ε of `level`; level 0 is the complex step."""
    if level == 0:
        return _imaginary(x) / STEP
    if isinstance(x, Dual):
        if x.level == level:
            return x.tangent
        if x.level > level:
            return Dual(tangent(x.value, level), tangent(x.tangent, level), x.level)
    return 0.0


def _imaginary(x):
    if isinstance(x, Dual):
        return Dual(_imaginary(x.value), _imaginary(x.tangent), x.level)
    return x.imag if isinstance(x, complex) else 0.0


def perturbed(x, level: int):
    """`x` with a unit ε of `level` added."""
    if level == 0:
        return _add_imaginary(x)
    return Dual(x, 1.0, level)


def _add_imaginary(x):
    if isinstance(x, Dual):
        return Dual(_add_imaginary(x.value), x.tangent, x.level)
    return x + complex(0.0, STEP)


def integer_power(x, n: int):
    """`x` to a whole power by multiplication, so that it works for every kind of scalar."""
    if n < 0:
        return 1 / integer_power(x, -n)
    result = None
    while n:
        if n & 1:
            result = x if result is None else result * x
        n >>= 1
        if n:
            x = x * x
    return 1.0 if result is None else result


def check_finite(x):
    """`x`, or UndefinedValue where it is infinite or not a number."""
    value = real(x)
    if isinstance(value, float) and not math.isfinite(value):
        raise UndefinedValue("not finite")
    return x
