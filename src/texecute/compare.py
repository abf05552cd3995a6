"""Values of both sides → equal, different or too near to tell; and the scale of the terms."""

from __future__ import annotations

from dataclasses import dataclass

from texecute import matrices
from texecute.context import Context
from texecute.entries import entry_of
from texecute.errors import ShapeError, UndefinedValue
from texecute.evaluate import Compiler
from texecute.layers import Layer
from texecute.scalars import real
from texecute.syntax import (
    Add,
    Big,
    Call,
    Derivative,
    Differential,
    Div,
    Index,
    Neg,
    Node,
    Num,
    Operation,
    Pow,
    Product,
    Transpose,
)

TOLERANCE = 1e-9
"""Two values are equal when they differ by less than this part of the larger one."""
ROUNDING = 1e-12
"""Or by less than this part of the terms from which they were computed: what cancels leaves rounding."""
DIFFERENT = 1e-8
"""They are different when they differ by more than this part; in between is undecided."""


@dataclass(frozen=True, slots=True)
class Difference:
    """How far two values are from one another: the largest difference, where, and the scale."""

    absolute: float
    scale: float
    place: tuple[int, ...]
    left: float
    right: float

    @property
    def relative(self) -> float:
        """The largest difference as a part of the scale; 0 for two zeros."""
        return self.absolute / self.scale if self.scale else 0.0


def numbers(value) -> list[float]:
    """The real parts of all entries; UndefinedValue for what is not finite."""
    found = [real(x) for x in matrices.entries(value)]
    for x in found:
        if x != x or x in (float("inf"), float("-inf")):
            raise UndefinedValue("not finite")
    return found


def difference(a, b) -> Difference:
    """The difference of two values of the same shape; a scalar zero fits every shape."""
    left, right = numbers(a), numbers(b)
    shape = matrices.shape(a)
    if len(left) != len(right):
        if len(left) == 1 and left[0] == 0:
            left, shape = [0.0] * len(right), matrices.shape(b)
        elif len(right) == 1 and right[0] == 0:
            right = [0.0] * len(left)
        else:
            raise ShapeError(f"the two sides have {len(left)} and {len(right)} entries", hint="write both sides with the same shape")
    scale = max(max(map(abs, left)), max(map(abs, right)))
    worst = max(range(len(left)), key=lambda i: abs(left[i] - right[i]))
    place, rest = [], worst
    for size in reversed(shape):
        place.append(rest % size + 1)
        rest //= size
    return Difference(abs(left[worst] - right[worst]), scale, tuple(reversed(place)), left[worst], right[worst])


def magnitude(node: Node, compiler: Compiler, c: Context) -> float:
    """The size of the terms from which a value is computed: an upper bound without cancellation."""
    if isinstance(node, Add):
        return sum(magnitude(t, compiler, c) for t in node.terms)
    if isinstance(node, Neg | Transpose):
        return magnitude(node.body, compiler, c)
    if isinstance(node, Product):
        total = 1.0
        for factor in node.factors:
            total *= magnitude(factor, compiler, c)
        return total
    if isinstance(node, Operation):
        return magnitude(node.left, compiler, c) * magnitude(node.right, compiler, c)
    if isinstance(node, Div):
        return magnitude(node.top, compiler, c) / max(abs(real(compiler.code(node.bottom)(c))), 1e-300)
    if isinstance(node, Pow) and isinstance(node.exponent, Num):
        return magnitude(node.base, compiler, c) ** min(float(node.exponent.text), 20.0)
    if isinstance(node, Big) and node.op == "sum":
        return _magnitude_of_sum(node, compiler, c)
    if isinstance(node, Derivative | Differential | Index):
        return max(_largest(node, compiler, c), magnitude(node.body, compiler, c))
    if isinstance(node, Call) and node.function.builtin and node.function.name in ("trace", "entrysum", "vec", "diag", "entrymean"):
        return magnitude(node.arguments[0], compiler, c)
    if isinstance(node, Call) and not node.function.builtin:
        return max(_largest(node, compiler, c), _magnitude_of_call(node, compiler, c))
    return _largest(node, compiler, c)


def _largest(node: Node, compiler: Compiler, c: Context) -> float:
    try:
        return max(map(abs, numbers(compiler.code(node)(c))))
    except UndefinedValue:
        return 0.0


def _magnitude_of_call(node: Call, compiler: Compiler, c: Context) -> float:
    """The terms of a function that the page defines; of its slope, about the terms over the argument."""
    symbol = compiler.program.scope.by_uid[node.function.name]
    member = next((m for m in symbol.members if m.body is not None and not m.pattern), None)
    if member is None or len(member.parameters) != len(node.arguments):
        return 0.0
    values = [compiler.code(argument)(c) for argument in node.arguments]
    if compiler.typed.readings.get(id(node)) == "each" and matrices.shape(values[0]) != (1, 1):
        return 0.0
    keys = [(parameter.name, ()) for parameter in member.parameters]
    layer = Layer(c.point, c.layer, dict(zip(keys, values)), c.level)
    inner = Compiler(compiler.program.compiled(member)[1], compiler.program)
    terms = magnitude(member.body, inner, Context(c.point, layer, c.bound, c.level))
    if not node.function.primes:
        return terms
    smallest = min((abs(x) for x in numbers(values[0]) if x), default=1.0)
    return terms / min(smallest, 1.0) ** node.function.primes


def _magnitude_of_sum(node: Big, compiler: Compiler, c: Context) -> float:
    total = 0.0

    def run(depth: int, inner: Context) -> None:
        nonlocal total
        if depth == len(node.bindings):
            total += magnitude(node.body, compiler, inner)
            return
        for value in compiler._range(node.bindings[depth])(inner):
            bound = {**inner.bound, node.bindings[depth].name: value}
            run(depth + 1, Context(c.point, c.layer, bound, c.level, c.directions))

    run(0, c)
    return total


__all__ = ["Difference", "difference", "magnitude", "numbers", "entry_of"]
