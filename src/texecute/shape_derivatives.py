"""Shape rules of derivatives, points and limits.
"""

from __future__ import annotations

from texecute.dims import Shape, shape_text
from texecute.errors import ShapeError
from texecute.layouts import layout_of
from texecute.literals import is_literal, is_zero
from texecute.syntax import By


class DerivativeShapes:
    """The rules for what differentiates."""

    def _target(self, by: By) -> Shape:
        return self.infer(by.target)

    def _Derivative(self, node):
        body = self.infer(node.body)
        targets = [self._target(by) for by in node.by]
        kind, turned, shape = layout_of(node, body, targets, self.typed.conventions.layout, self)
        self.typed.layouts[id(node)] = (kind, turned)
        return shape

    def _Differential(self, node):
        return self.infer(node.body)

    def _At(self, node):
        shape = self.infer(node.body)
        for target, value in node.points:
            wanted, given = self.infer(target), self.infer(value)
            if is_literal(value) and wanted:
                if is_zero(value):
                    continue
                raise ShapeError(f"the point is a number, but {self.text(target)} is {shape_text(wanted)}", value.span,
                                 "write 0, or a name of the same shape")  # fmt: skip
            if not self.unifier.same_shape(wanted, given):
                raise ShapeError(f"the point has shape {shape_text(given)}, but {self.text(target)} is {shape_text(wanted)}", value.span,
                                 "put in something of the same shape")  # fmt: skip
        return shape

    def _Limit(self, node):
        self.scalar(node.name, "what tends to something")
        self.scalar(node.to, "a limit")
        return self.infer(node.body)

    def _BigO(self, node):
        self.infer(node.body)
        return (self.unifier.fresh(), self.unifier.fresh())
