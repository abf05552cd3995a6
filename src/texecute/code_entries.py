"""Closures of entries, sums over indices, cases and matrices.
"""

from __future__ import annotations

from texecute import matrices
from texecute.context import Context
from texecute.dotted import dotted_entries
from texecute.entries import block_of, entry_of, slice_of
from texecute.errors import UndefinedValue
from texecute.literals import is_zero
from texecute.syntax import Big, Binding, Cases, Dots, MatrixLiteral, Slice
from texecute.whole import pick


class EntryCode:
    """The part of the compiler for entries and big operators."""

    def _Index(self, node):
        body = self.code(node.body)
        subs = self.typed.subscripts[id(node)]
        name = node
        if not any(isinstance(s, Slice) for s in subs):

            def entry(c):
                value = body(c)
                at = [c.point.integer(s, c.bound) for s in subs]
                return entry_of(value, at, name)

            return entry

        def block(c):
            value = body(c)
            return block_of(value, [slice_of(s, c) for s in subs], name)

        return block

    def _Big(self, node: Big):
        body = self.code(node.body)
        tests = [self.condition(x) for x in node.conditions]
        ranges = [self._range(b) for b in node.bindings]
        names = [b.name for b in node.bindings]
        op = node.op

        def run(c, depth, bound, values):
            if depth == len(names):
                inner = Context(c.point, c.layer, bound, c.level, c.directions)
                if all(t(inner) for t in tests):
                    c.point.step()
                    values.append((dict(bound), body(inner)))
                return
            inner = Context(c.point, c.layer, bound, c.level, c.directions)
            for value in ranges[depth](inner):
                bound[names[depth]] = value
                run(c, depth + 1, bound, values)
            bound.pop(names[depth], None)

        shape = self.typed.shape(node) if op == "sum" else ()
        zero = [self._dim(d) for d in shape] if len(shape) == 2 else None

        def big(c):
            values: list = []
            run(c, 0, dict(c.bound), values)
            items = [v for _, v in values]
            if op == "sum":
                if not items:
                    nothing = c.point.field.integer(0)
                    return matrices.full(zero[0](c), zero[1](c), nothing) if zero else nothing
                total = items[0]
                for item in items[1:]:
                    total = matrices.add(total, item)
                return total
            if op == "prod":
                total = c.point.field.integer(1)
                for item in items:
                    total = matrices.multiply(total, item)
                return total
            if not items:
                raise UndefinedValue("a maximum over nothing")
            largest = op in ("max", "argmax")
            best = pick(items, largest)
            if op in ("max", "min"):
                return best
            index = next(i for i, item in enumerate(items) if item is best)
            return c.point.field.integer(values[index][0][names[0]])

        return big

    def _range(self, binding: Binding):
        found = self.typed.ranges.get(id(binding))
        if binding.low is not None or binding.members:
            return lambda c: c.point.span_of(binding, c.bound)
        if isinstance(found, Binding):
            return lambda c: c.point.span_of(found, c.bound)
        size = self._dim(found)
        return lambda c: range(1, size(c) + 1)

    def _Cases(self, node: Cases):
        branches = [(self.code(value), [self.condition(x) for x in conditions]) for value, conditions in node.branches]

        def cases(c):
            for value, tests in branches:
                if all(t(c) for t in tests):
                    return value(c)
            raise UndefinedValue("no case applies")

        return cases

    def _MatrixLiteral(self, node: MatrixLiteral):
        if any(isinstance(cell, Dots) for row in node.rows for cell in row):
            return self._dotted(node)
        cells = [[self._cell(x) for x in row] for row in node.rows]

        def literal(c):
            rows = []
            for row in cells:
                blocks = [cell(c) for cell in row]
                height = matrices.shape(blocks[0])[0]
                for i in range(height):
                    rows.append([x for b in blocks for x in (matrices.entries(b)[i * matrices.shape(b)[1] : (i + 1) * matrices.shape(b)[1]])])
            return matrices.matrix(len(rows), len(rows[0]), [x for row in rows for x in row])

        return literal

    def _cell(self, node):
        if is_zero(node):
            shape = self.typed.shapes[id(node)]
            if len(shape) == 2:
                rows, columns = self._dim(shape[0]), self._dim(shape[1])
                return lambda c: matrices.full(rows(c), columns(c), c.point.field.integer(0))
        return self.code(node)

    def _dotted(self, node: MatrixLiteral):
        rows, columns = self._size(node, 0), self._size(node, 1)

        def dotted(c):
            height, width = rows(c), columns(c)
            cells = dotted_entries(node, height, width, lambda n: c.point.integer(n, c.bound))
            return matrices.matrix(height, width, [self.program.value_of(cell, self.typed, c) for cell in cells])

        return dotted

    def _ShapeClaim(self, node):
        return self.code(node.body)
