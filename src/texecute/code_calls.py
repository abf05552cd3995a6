"""Closures of functions and norms.
"""

from __future__ import annotations

from texecute import differentiate, matrices
from texecute.context import Context
from texecute.errors import FormulaError
from texecute.layers import Layer
from texecute.names import Member, Symbol
from texecute.point import Point
from texecute.syntax import Call
from texecute.whole import PER_EXAMPLE, pick, whole_functions


class CallCode:
    """The part of the compiler for functions."""

    def _Call(self, node):
        codes = [self.code(a) for a in node.arguments]
        function = node.function
        if function.builtin:
            return self._builtin(node, codes)
        symbol = self.program.scope.by_uid[function.name]
        labels = self._labels(function.labels)
        each = self.typed.readings.get(id(node)) == "each"
        order = function.primes

        def call(c):
            arguments = [code(c) for code in codes]
            which = labels(c)
            current = c.point.scope.by_uid[symbol.uid]
            found = _function_member(c.point, current, which)
            if found is None:
                raise c.point.no_member(current, which, node.span)
            member, bound = found
            if member.body is None:
                random = c.point.function(current, which)
                if each:
                    return matrices.each(lambda x: random([x], order, c.point.field.apply), arguments[0])
                flat = [x for a in arguments for x in matrices.entries(a)]
                return random(flat, order, c.point.field.apply)
            return self._page_function(c, member, bound, arguments, each, order)

        return call

    def _page_function(self, c: Context, member: Member, bound, arguments, each: bool, order: int):
        code = self.program.compiled(member)[0]
        keys = [(p.name, tuple(c.point.integer(label, bound) for label in p.labels)) for p in member.parameters]

        def at(values, level):
            layer = Layer(c.point, c.layer, dict(zip(keys, values)), level)
            return code(Context(c.point, layer, {**c.bound, **bound}, level))

        c.point.step(10)
        if order and each:
            return matrices.each(lambda x: differentiate.nested(lambda v, level: at([v], level), x, c.level, order, c.point.field), arguments[0])
        if order:
            value = at(arguments, c.level)
            slopes = [self._slope_of_entry(at, place, arguments[0], c, order) for place in range(len(matrices.entries(value)))]
            return matrices.like(value, slopes)
        if each and isinstance(arguments[0], matrices.Matrix | matrices.Array):
            return matrices.each(lambda x: at([x], c.level), arguments[0])
        return at(arguments, c.level)

    def _slope_of_entry(self, at, place: int, x, c: Context, order: int):
        """The derivative of one entry of a function of a number whose value is a vector or a matrix."""
        return differentiate.nested(lambda v, level: matrices.entries(at([v], level))[place], x, c.level, order, c.point.field)

    def _builtin(self, node: Call, codes):
        name, order = node.function.name, node.function.primes
        if name in ("max", "min") and len(codes) > 1:
            return self._extreme(node, codes)
        code = codes[0]
        if name in whole_functions():
            shape = self.typed.unifier.stated(self.typed.shapes[id(node.arguments[0])])
            vector = not shape or any(d.number == 1 for d in shape)
            # None: the argument is a vector; else whether each row is an example, or each column.
            row = self.typed.conventions.vectors == "row"
            row = None if vector and name in PER_EXAMPLE else row
            whole = whole_functions()[name]
            return lambda c: whole(code(c), row, c.point.field.apply)
        return lambda c: (lambda f: matrices.each(lambda x: f(name, order, x), code(c)))(c.point.field.apply)

    def _extreme(self, node: Call, codes):
        largest = node.function.name == "max"

        def extreme(c):
            values = [code(c) for code in codes]
            shaped = next((v for v in values if isinstance(v, matrices.Matrix)), None)
            if shaped is None:
                return pick(values, largest)
            columns = [matrices.entries(v) * (len(shaped.data) if not isinstance(v, matrices.Matrix) else 1) for v in values]
            return matrices.like(shaped, [pick(list(items), largest) for items in zip(*columns)])

        return extreme

    def _Norm(self, node):
        body = self.code(node.body)
        kind = node.kind

        def norm(c):
            data = matrices.entries(body(c))
            apply = c.point.field.apply
            if kind == "1":
                return matrices.sum_of([apply("abs", 0, x) for x in data])
            if kind == "\\infty":
                return pick([apply("abs", 0, x) for x in data], True)
            return apply("sqrt", 0, matrices.sum_of([x * x for x in data]))

        return norm

    def _Abs(self, node):
        body = self.code(node.body)
        return lambda c: c.point.field.apply("abs", 0, body(c))

    def _Function(self, node):
        raise FormulaError("a function without its argument", node.span, "write g(z)")


def _function_member(point: Point, symbol: Symbol, labels: tuple):
    """The member of a function family: a definition, or the declaration."""
    return point.member_for(symbol, labels)
