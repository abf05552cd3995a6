"""Closures of derivatives, and of what they are taken by.
"""

from __future__ import annotations

from texecute import differentiate, matrices
from texecute.entries import block_of, entry_of, slice_of
from texecute.errors import FormulaError
from texecute.layers import Layer
from texecute.literals import is_zero
from texecute.syntax import Call, Differential, Index, Node, Ref, Slice, Transpose


class DerivativeCode:
    """The part of the compiler that differentiates."""

    def _Derivative(self, node):
        return differentiate.derivative_code(node, self)

    def _Differential(self, node: Differential):
        body = self.code(node.body)

        def differential(c):
            return differentiate.directional(body, c)

        return differential

    def _At(self, node):
        body = self.code(node.body)
        points = [(self.key_code(target), self._at_value(target, value)) for target, value in node.points]

        def at(c):
            values: dict = {}
            for key_of, value in points:
                key, positions = key_of(c)
                new = value(c)
                if positions is not None:
                    old = values.get(key, c.layer.value(key))
                    data = list(matrices.entries(old))
                    for position, x in zip(positions, matrices.entries(new)):
                        data[position] = x
                    new = matrices.like(old, data)
                values[key] = new
            return body(c.inside(Layer(c.point, c.layer, values, c.level), c.level))

        return at

    def _at_value(self, target, value):
        code = self.code(value)
        if is_zero(value) and self.typed.shape(target):
            return lambda c: matrices.each(lambda x: c.point.field.integer(0), self.code(target)(c))
        return code

    def key_code(self, node: Node):
        """Gives a target's key and the positions of its entries (None: all of them)."""
        if isinstance(node, Call) and node.function.builtin and node.function.name == "vec":
            inner = self.key_code(node.arguments[0])
            shape_code = self.code(node.arguments[0])

            def vec_key(c):
                key, positions = inner(c)
                value = shape_code(c)
                order = matrices.vec(matrices.like(value, list(range(len(matrices.entries(value))))))
                places = positions or list(range(len(matrices.entries(value))))
                return key, [places[i] for i in matrices.entries(order)]

            return vec_key
        if isinstance(node, Transpose):
            inner = self.key_code(node.body)
            body = self.code(node.body)

            def transposed_key(c):
                key, positions = inner(c)
                value = body(c)
                places = positions or list(range(len(matrices.entries(value))))
                return key, matrices.entries(matrices.transpose(matrices.like(value, places)))

            return transposed_key
        if isinstance(node, Index):
            inner = self.key_code(node.body)
            body = self.code(node.body)
            subs = self.typed.subscripts[id(node)]

            def index_key(c):
                key, positions = inner(c)
                value = body(c)
                places = matrices.like(value, positions or list(range(len(matrices.entries(value)))))
                if any(isinstance(s, Slice) for s in subs):
                    return key, matrices.entries(block_of(places, [slice_of(s, c) for s in subs], node))
                return key, [entry_of(places, [c.point.integer(s, c.bound) for s in subs], node)]

            return index_key
        if isinstance(node, Call):
            symbol = next(s for s in reversed(list(self.program.scope.by_uid.values())) if s.function == node.function.name)
            return lambda c: ((symbol.uid, ()), None)
        assert isinstance(node, Ref)
        labels, uid = self._labels(node.labels), node.name
        return lambda c: ((uid, labels(c)), None)

    def _Limit(self, node):
        return differentiate.limit_code(node, self)

    def _BigO(self, node):
        raise FormulaError("O(…) stands in an equation of its own", node.span, "as in f(x+h) = f(x) + h f'(x) + O(h^2)")
