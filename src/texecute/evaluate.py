"""Tree and values → value: each node becomes a closure, made once and run at many points.

Nothing is evaluated by Python's own `eval`; a formula can do no more than the
nodes that stand here.
"""

from __future__ import annotations

from itertools import product as cartesian

from texecute import matrices
from texecute.code_arithmetic import ArithmeticCode
from texecute.code_calls import CallCode
from texecute.code_derivatives import DerivativeCode
from texecute.code_entries import EntryCode
from texecute.context import MAX_SIZE, Code, Context
from texecute.dims import declared_shape
from texecute.errors import FormulaError, Span, UndefinedValue
from texecute.integers import compare
from texecute.layers import Layer
from texecute.names import Member, Scope, Symbol
from texecute.point import Point
from texecute.scalars import is_perturbed, real
from texecute.shapes import Inference, Typed
from texecute.syntax import (
    Condition,
    Node,
    Slice,
    Var,
    walk,
)


class Program:
    """Compiles the definitions of a scope when they are needed, once each."""

    def __init__(self, scope: Scope):
        self.scope = scope
        self.members: dict[int, tuple] = {}
        self.keep: list = []

    def lift(self, value, symbol, labels, point):
        """A drawn value as the field has it; the exact check puts symbols in its place."""
        return value

    def lift_function(self, function, symbol, labels):
        """A drawn function as the field has it."""
        return function

    def compiled(self, member: Member, symbol: Symbol | None = None) -> tuple[Code, Typed]:
        """The closure of a definition's right side."""
        entry = self.members.get(id(member))
        if entry is None:
            inference = Inference(self.scope, member.conventions)
            inference.bound = frozenset(b.name for b in member.ranges.bindings) | {
                v.name for p in member.pattern for v in walk(p) if isinstance(v, Var)
            }
            shape = inference.infer(member.body)
            sizes = None
            declared = declared_shape(symbol) if symbol is not None and not member.pattern else None
            if member.indices:
                sizes = inference.entry_shape(member, shape, member.body.span, declared)
            elif declared is not None:
                inference.unifier.same_shape(shape, declared)
            entry = self.members[id(member)] = (compile_node(member.body, inference.typed, self), inference.typed, sizes)
            self.keep.append(member)
        return entry

    def value_of(self, node: Node, typed: Typed, context: Context):
        """The value of an expression that was made at this very point, such as an entry between dots."""
        inference = Inference(self.scope, typed.conventions)
        inference.bound = frozenset(context.bound)
        inference.infer(node)
        return compile_node(node, inference.typed, self)(context)

    def define(self, symbol: Symbol, member: Member, point: Point, layer: Layer, bound: dict[str, int]):
        """The value of a defined name in a layer."""
        code, typed, sizes = self.compiled(member, symbol)
        context = Context(point, layer, dict(bound), layer.level)
        if not member.indices:
            return code(context)
        return self._entries(member, code, typed, sizes, context)

    def _entries(self, member: Member, code: Code, typed: Typed, sizes, context: Context):
        """A value from the definition of its entries, rows or columns."""
        point, shape = context.point, tuple(context.point.size(typed.unifier.resolve(d), context.bound) for d in sizes)
        slices = [isinstance(i, Slice) for i in member.indices]
        names = [i.name for i in member.indices if isinstance(i, Var)]
        if any(slices):
            blocks = []
            along = shape[0] if slices[1] else shape[1]
            for value in range(1, along + 1):
                context.bound[names[0]] = value
                blocks.append(matrices.entries(code(context)))
            rows = [x for block in blocks for x in block]
            if slices[1]:
                return matrices.matrix(shape[0], shape[1], rows)
            return matrices.transpose(matrices.matrix(shape[1], shape[0], rows))
        ranges = [range(1, n + 1) for n in (shape if len(names) > 1 else (shape[0] * shape[1],))]
        data = []
        for values in cartesian(*ranges):
            context.bound.update(zip(names, values))
            point.step()
            data.append(code(context))
        if len(shape) > 2:
            return matrices.Array(shape, data)
        return matrices.matrix(shape[0], shape[1], data)


def compile_node(node: Node, typed: Typed, program: Program) -> Code:
    """The closure that computes `node`."""
    return Compiler(typed, program).code(node)


class Compiler(ArithmeticCode, CallCode, EntryCode, DerivativeCode):
    """Turns the nodes of one inferred tree into closures."""

    def __init__(self, typed: Typed, program: Program):
        self.typed = typed
        self.program = program

    def code(self, node: Node) -> Code:
        """The closure of a node."""
        return getattr(self, "_" + type(node).__name__)(node)


    def _Num(self, node):
        text = node.text
        return lambda c: c.point.field.number(text)

    def _Const(self, node):
        name = node.name
        return lambda c: c.point.field.number(name) if c.point.field.exact else {"e": 2.718281828459045, "pi": 3.141592653589793}[name]

    def _Var(self, node):
        return lambda c: c.point.field.integer(c.point.integer(node, c.bound))

    def _labels(self, labels):
        if not labels:
            return lambda c: ()
        if len(labels) == 1:
            (one,) = labels
            return lambda c: (c.point.integer(one, c.bound),)
        return lambda c: tuple(c.point.integer(label, c.bound) for label in labels)

    def _Ref(self, node):
        uid, span = node.name, node.span
        if not node.labels:
            key = (uid, ())
            return lambda c: c.layer.value(key, span)
        labels = self._labels(node.labels)
        return lambda c: c.layer.value((uid, labels(c)), span)

    def _size(self, node, axis: int):
        return self._dim(self.typed.shapes[id(node)][axis])

    def _dim(self, dim):
        unifier = self.typed.unifier
        cache: list = []

        def size(c):
            if not cache:
                cache.append(unifier.resolve(dim))
            n = c.point.size(cache[0], c.bound)
            if n < 1:
                raise UndefinedValue("a size below 1")
            if n > MAX_SIZE:
                raise FormulaError(f"the size {n} is too large to try: the limit is {MAX_SIZE}", Span(0, 1), "use a name or a smaller size", "bound")
            return n

        return size

    def _Ones(self, node):
        size = self._size(node, 0)
        return lambda c: matrices.full(size(c), 1, c.point.field.integer(1))

    def _Eye(self, node):
        size = self._size(node, 0)
        return lambda c: matrices.identity(size(c), c.point.field.integer(1), c.point.field.integer(0))

    def _Zeros(self, node):
        rows, columns = self._size(node, 0), self._size(node, 1)
        return lambda c: matrices.full(rows(c), columns(c), c.point.field.integer(0))

    def _Unit(self, node):
        size, index = self._size(node, 0), node.index

        def unit(c):
            n, i = size(c), c.point.integer(index, c.bound)
            if not 1 <= i <= n:
                raise FormulaError(f"there is no unit vector e_{i} of length {n}", node.span, "state the range of the index", "range")
            one, zero = c.point.field.integer(1), c.point.field.integer(0)
            return matrices.matrix(n, 1, [one if k == i else zero for k in range(1, n + 1)])

        return unit

    def _Delta(self, node):
        left, right = node.left, node.right

        def delta(c):
            return c.point.field.integer(int(c.point.integer(left, c.bound) == c.point.integer(right, c.bound)))

        return delta

    def _Indicator(self, node):
        tests = [self.condition(x) for x in node.conditions]
        return lambda c: c.point.field.integer(int(all(t(c) for t in tests)))

    def condition(self, condition: Condition):
        """The closure that tells whether a condition holds."""
        op, left, right = condition.op, self.code(condition.left), self.code(condition.right)

        def test(c):
            a, b = left(c), right(c)
            if real(a) == real(b) and (is_perturbed(a) or is_perturbed(b)):
                raise UndefinedValue("a derivative at the border of two cases")
            return compare(op, real(a), real(b))

        return test
