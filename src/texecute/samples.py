"""Random sizes, values and functions: readable, different from one another, repeatable by seed.

Each quantity draws from its own generator, seeded by the page's seed, the number
of the draw and its own name, so that the order of evaluation does not matter.
"""

from __future__ import annotations

import math
import random

from texecute import functions, matrices
from texecute.errors import FormulaError, UndefinedValue
from texecute.syntax import Domain, FunctionSpace

SIZES = (2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
MAX_ENTRIES = 5000
"""Entries of one drawn matrix."""


def generator(*parts) -> random.Random:
    """A random generator of its own for this name at this draw."""
    return random.Random("|".join(map(str, parts)))


def draw_size(rng: random.Random, taken: set[int], ones: bool, count: bool) -> int:
    """A size that no other has; with `ones`, often 1; a count of layers or steps stays small."""
    if ones and not count and rng.random() < 0.5:
        return 1
    pool = (2, 3, 4) if count else SIZES
    free = [n for n in pool if n not in taken] or [n for n in range(2, 40) if n not in taken]
    return rng.choice(free[:2] if count else free[:3])


def draw_real(rng: random.Random) -> float:
    """A short decimal between -2 and 2, not near zero."""
    value = rng.randint(5, 200) / 100
    return value if rng.random() < 0.5 else -value


def draw_value(domain: Domain, shape: tuple[int, ...], ends, members, rng: random.Random):
    """A value of `domain` with this concrete shape.

    `ends` are the numbers of the interval's or range's ends (None: open), `members`
    the numbers of a listed set.
    """
    total = math.prod(shape)
    if total > MAX_ENTRIES:
        raise FormulaError(f"a value with {total} entries is too large to try: the limit is {MAX_ENTRIES}", domain.span,
                           "use smaller sizes, or names", "bound")  # fmt: skip
    if any(n < 1 for n in shape):
        raise UndefinedValue("a size below 1")
    kind = domain.kind
    if kind in ("symmetric", "definite", "invertible", "orthogonal"):
        return _square(kind, shape[0], rng)
    data = [_entry(kind, ends, members, rng) for _ in range(total)]
    if len(shape) > 2:
        return matrices.Array(shape, data)
    return matrices.matrix(shape[0], shape[1], data) if shape else data[0]


def _entry(kind: str, ends, members, rng: random.Random) -> float:
    if kind == "real":
        return draw_real(rng)
    if kind == "positive":
        return rng.randint(20, 250) / 100
    if kind == "nonnegative":
        return rng.randint(0, 220) / 100
    if kind == "set":
        return float(rng.choice(members))
    if kind == "interval":
        low, high = ends
        if low is None or high is None:
            base = low if low is not None else high if high is not None else 0.0
            step = rng.randint(20, 250) / 100
            return base + step if low is not None else base - step if high is not None else draw_real(rng)
        if low >= high:
            raise UndefinedValue("an empty interval")
        return low + (high - low) * rng.randint(8, 92) / 100
    if kind == "natural":
        return float(rng.randint(1, 6))
    low, high = ends
    if low is None:
        return float(rng.randint(-4, 4))
    if low > high:
        raise UndefinedValue("an empty range")
    return float(rng.randint(int(low), int(high)))


def _square(kind: str, n: int, rng: random.Random):
    data = [draw_real(rng) for _ in range(n * n)]
    if kind == "symmetric":
        data = [data[min(i, j) * n + max(i, j)] for i in range(n) for j in range(n)]
        return matrices.matrix(n, n, data)
    if kind == "definite":
        a = matrices.matrix(n, n, data)
        square = matrices.multiply(a, matrices.transpose(a))
        return matrices.add(square, matrices.scale(0.5, matrices.identity(n)))
    if kind == "invertible":
        return matrices.matrix(n, n, data)
    return _orthogonal(n, data)


def _orthogonal(n: int, data: list[float]):
    rows: list[list[float]] = []
    for i in range(n):
        row = data[i * n : (i + 1) * n]
        for other in rows:
            k = sum(x * y for x, y in zip(row, other))
            row = [x - k * y for x, y in zip(row, other)]
        length = math.sqrt(sum(x * x for x in row))
        if length < 1e-3:
            raise UndefinedValue("rows too near to one another")
        rows.append([x / length for x in row])
    return matrices.matrix(n, n, [x for row in rows for x in row])


def draw_direction(domain: Domain | None, value, rng: random.Random):
    """A random change of `value` that stays in its domain to first order."""
    kind = domain.kind if domain is not None else "real"
    data = [draw_real(rng) for _ in matrices.entries(value)]
    if isinstance(value, matrices.Matrix) and kind in ("symmetric", "definite"):
        n = value.rows
        data = [data[min(i, j) * n + max(i, j)] for i in range(n) for j in range(n)]
    if isinstance(value, matrices.Matrix) and kind == "orthogonal":
        n = value.rows
        skew = [0.0 if i == j else data[i * n + j] if i < j else -data[j * n + i] for i in range(n) for j in range(n)]
        return matrices.multiply(value, matrices.Matrix(n, n, skew))
    if kind == "orthogonal":
        return 0.0  # One of the two 1 × 1 orthogonal matrices has no other near it.
    return matrices.like(value, data)


class ArbitraryFunction:
    """A random smooth function: sines of random projections, a linear and a quadratic part."""

    WAVES = 2

    def __init__(self, inputs: int, outputs: int, shape: tuple[int, ...], kind: str, rng: random.Random):
        self.shape = shape
        self.kind = kind
        self.inputs = inputs
        self.known: dict = {}
        self.parts = [self._part(inputs, rng) for _ in range(outputs)]

    def _part(self, inputs: int, rng: random.Random):
        waves = []
        for _ in range(self.WAVES):
            weights = [rng.choice((-1, 1)) * rng.randint(30, 110) / 100 for _ in range(inputs)]
            waves.append((rng.choice((-1, 1)) * rng.randint(40, 130) / 100, weights, rng.randint(-150, 150) / 100))
        linear = [rng.randint(-90, 90) / 100 for _ in range(inputs)]
        square = [rng.randint(-40, 40) / 100 for _ in range(inputs)]
        return waves, linear, square, rng.randint(-100, 200) / 100

    def __call__(self, arguments: list, order: int, apply, zero=0.0):
        """The value at `arguments` (all entries in one list), or a derivative for one argument.

        `apply(name, order, x)` evaluates an elementwise function of the table.
        """
        if len(arguments) != 1 or type(arguments[0]) is not float:
            return self._value(arguments, order, apply)
        # Where one entry is perturbed, the others are the same floats again and again.
        key = (arguments[0], order)
        if key not in self.known:
            self.known[key] = self._value(arguments, order, apply)
        return self.known[key]

    def _value(self, arguments: list, order: int, apply):
        values = [self._one(part, arguments, order, apply) for part in self.parts]
        if self.kind in ("positive", "nonnegative"):
            values = [apply("exp", 0, v) for v in values]
        elif self.kind == "interval":
            values = [apply("sigmoid", 0, v) for v in values]
        if len(self.shape) > 2:
            return matrices.Array(self.shape, values)
        result = matrices.matrix(*self.shape, values) if self.shape else values[0]
        if self.kind in ("symmetric", "definite"):
            result = matrices.add(result, matrices.transpose(result))
        if self.kind == "definite":
            n = self.shape[0]
            square = matrices.multiply(result, result)
            result = matrices.add(square, matrices.scale(0.5, matrices.identity(n)))
        return result

    @staticmethod
    def _one(part, x: list, order: int, apply):
        waves, linear, square, constant = part
        if order:
            return ArbitraryFunction._derivative(part, x[0], order, apply)
        total = constant
        if len(x) == 1:
            v = x[0]
            for amplitude, (w,), phase in waves:
                total = apply("sin", 0, v * w + phase) * amplitude + total
            return total + (v * linear[0] + v * v * (square[0] / 2))
        for amplitude, weights, phase in waves:
            angle = matrices.sum_of([w * v for w, v in zip(weights, x)]) + phase
            total = apply("sin", 0, angle) * amplitude + total
        for a, b, v in zip(linear, square, x):
            total = total + (v * a + v * v * (b / 2))
        return total

    @staticmethod
    def _derivative(part, x, order: int, apply):
        waves, linear, square, _ = part
        total = x * square[0] + linear[0] if order == 1 else square[0] if order == 2 else 0.0
        for amplitude, (w,), phase in waves:
            total = apply("sin", order, x * w + phase) * (amplitude * w**order) + total
        return total


def draw_function(space: FunctionSpace, argument_sizes: list[int], result: tuple[int, ...], rng: random.Random) -> ArbitraryFunction:
    """An arbitrary function of a space whose sizes are concrete."""
    outputs = math.prod(result) if result else 1
    inputs = sum(argument_sizes)
    if outputs * max(inputs, 1) > MAX_ENTRIES * 4:
        raise FormulaError("this function space is too large to try", space.span, "use smaller sizes", "bound")
    return ArbitraryFunction(inputs, outputs, result, space.result.kind, rng)


__all__ = ["functions", "generator", "draw_size", "draw_value", "draw_direction", "draw_function", "ArbitraryFunction"]
