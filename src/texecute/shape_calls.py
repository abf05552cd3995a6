"""Shape rules of functions and norms.
"""

from __future__ import annotations

from texecute import functions
from texecute.dims import ONE, Shape, linear, match_label, shape_of_domain, shape_text
from texecute.errors import FormulaError, ShapeError
from texecute.literals import WHOLE_KINDS, family_binding, is_literal
from texecute.syntax import Function, FunctionSpace, Node, Var


class CallShapes:
    """The rules for functions."""

    def _Function(self, node):
        raise FormulaError(f"{self.text(node)} is a function: its argument is missing", node.span, f"write {self.text(node)}(…)")

    def _Call(self, node):
        function = node.function
        if function.builtin:
            return self._builtin_call(node)
        symbol = self.scope.by_uid[function.name]
        for label in function.labels:
            family = family_binding(symbol)
            if family is not None:
                self.note_index(label, None, family)
        shapes = [self.infer(a) for a in node.arguments]
        member, substitution = self._function_member(symbol, function)
        arguments, result = self._signature(symbol, member)
        arguments = [tuple(d.relabel(substitution) for d in s) for s in arguments]
        if result is not None:
            result = tuple(d.relabel(substitution) for d in result)
        if len(shapes) != len(arguments):
            raise FormulaError(f"{symbol.name} takes {len(arguments)} arguments, here are {len(shapes)}", node.span,
                               "give it as many as it is declared with")  # fmt: skip
        if function.primes and (len(arguments) != 1 or arguments[0]):
            raise ShapeError(f"{symbol.name} is no function of one real number, so {symbol.name}' can be read in several ways", node.span,
                             f"write \\frac{{\\partial {symbol.name}(x)}}{{\\partial x}}")  # fmt: skip
        if len(arguments) == 1 and not arguments[0]:
            if result is None:
                result = self._body_shape(symbol, member, [()])
            if not result:
                self.typed.readings[id(node)] = "each"
                return shapes[0]
        for shape, wanted, argument in zip(shapes, arguments, node.arguments):
            if not self.unifier.same_shape(shape, wanted):
                hint = "its transpose would fit" if shape == wanted[::-1] and shape != wanted else f"declare {symbol.name} on {shape_text(shape)}"
                raise ShapeError(f"{symbol.name} takes an argument of shape {shape_text(wanted)}, but {self.text(argument)} is "
                                 f"{shape_text(shape)}", argument.span, hint)  # fmt: skip
        self.typed.readings[id(node)] = "whole"
        if result is None:
            result = self._body_shape(symbol, member, shapes)
        return result

    def _function_member(self, symbol, function: Function):
        forms = [linear(label) for label in function.labels]
        for member in reversed(symbol.members):
            substitution = match_label(member, forms)
            if substitution is not None:
                return member, substitution
        if not function.labels:
            raise FormulaError(f"{symbol.name} is a family: its label is missing", function.span, f"write {symbol.name}^{{[l]}}(…)", "name")
        return symbol.members[0], {}

    def _signature(self, symbol, member):
        space = member.domain if isinstance(member.domain, FunctionSpace) else symbol.domain
        if isinstance(space, FunctionSpace):
            return [shape_of_domain(a) for a in space.arguments], shape_of_domain(space.result)
        return [self.infer_silently(p) for p in member.parameters], None

    def infer_silently(self, node: Node) -> Shape:
        """The shape of a parameter, which is a declared name."""
        symbol = self.scope.by_uid[node.name]
        return self.shape_of_symbol(symbol, node.labels, node.span)

    def _body_shape(self, symbol, member, shapes) -> Shape:
        key = ("body", symbol.uid, id(member))
        if key in self.scope.shapes:
            return self.scope.shapes[key]
        if key in self.active:
            raise FormulaError(f"{symbol.name} is defined by itself", member.body.span, "define it without using it")
        inner = type(self)(self.scope, member.conventions, "")
        inner.active = self.active | {key}
        inner.bound = frozenset(b.name for b in member.ranges.bindings) | {
            v.name for p in member.pattern for v in [p] if isinstance(v, Var)
        }
        shape = inner.unifier.shape(inner.infer(member.body))
        self.scope.shapes[key] = shape
        return shape

    def _builtin_call(self, node):
        name = node.function.name
        shapes = [self.infer(a) for a in node.arguments]
        if name in ("max", "min") and len(shapes) > 1:
            return self._extreme(node, shapes)
        if len(shapes) != 1:
            raise ShapeError(f"{self.text(node.function)} takes one argument, here are {len(shapes)}", node.span,
                             "remove the comma; a vector is written with \\begin{bmatrix}")  # fmt: skip
        (shape,) = shapes
        if name in functions.TABLE:
            if name == "exp" and self.text(node).startswith("e") and len(shape) == 2 and shape[0] == shape[1]:
                raise ShapeError("e to a square matrix can be read entry by entry and as the matrix exponential", node.span,
                                 "write \\exp(X) for the exponential of each entry")  # fmt: skip
            return shape
        if node.function.primes:
            raise ShapeError(f"{self.text(node.function)} has no derivative written with a prime", node.span,
                             "write \\frac{\\partial …}{\\partial …}")  # fmt: skip
        return self._whole(node, name, shape)

    def _whole(self, node, name: str, shape: Shape) -> Shape:
        argument = node.arguments[0]
        vector = not shape or (len(shape) == 2 and ONE in shape)
        if len(shape) > 2:
            raise ShapeError("an array with three or more indices has only entries", argument.span, "write its entries: X_{ijk}")
        if name in WHOLE_KINDS:
            return shape
        if name in ("entrysum", "entrymean", "max", "min", "argmax", "argmin"):
            return ()
        if name == "logsumexp":
            if vector:
                return ()
            return (shape[0], ONE) if self.typed.conventions.vectors == "row" else (ONE, shape[1])
        if name == "vec":
            return (shape[0] * shape[1], ONE) if shape else ()
        if name == "diag":
            return self._diag(argument, shape)
        if shape and not self.unifier.same(*shape):
            what = {"trace": "a trace", "det": "a determinant"}[name]
            raise ShapeError(f"only square matrices have {what}, but {self.text(argument)} is {shape_text(shape)}", argument.span,
                             "a product such as A^\\top B is square where A and B have the same shape")  # fmt: skip
        return ()

    def _diag(self, argument: Node, shape: Shape) -> Shape:
        if not shape:
            return ()
        rows, columns = shape
        if columns == ONE:
            return (rows, rows)
        if rows == ONE:
            return (columns, columns)
        if not self.unifier.same(rows, columns):
            raise ShapeError(f"diag takes a vector or a square matrix, but {self.text(argument)} is {shape_text(shape)}", argument.span,
                             "take a row or a column of it, as in X_{i,:} or X_{:,j}")  # fmt: skip
        return (ONE, rows) if self.typed.conventions.vectors == "row" else (rows, ONE)

    def _extreme(self, node, shapes):
        lead = next((i for i, a in enumerate(node.arguments) if not is_literal(a)), 0)
        result = shapes[lead]
        for argument, shape in zip(node.arguments, shapes):
            if not is_literal(argument) and not self.unifier.same_shape(result, shape):
                raise ShapeError(f"the parts of this {node.function.name} have different shapes: ({shape_text(result)}) and "
                                 f"({shape_text(shape)})", argument.span,
                                 "give all parts the same shape; a number goes with any")  # fmt: skip
        return result

    def _Norm(self, node):
        shape = self.infer(node.body)
        kind = node.kind
        if len(shape) > 2:
            raise ShapeError("a norm of an array with three or more indices", node.span, "write the sum of the squares of its entries")
        vector = not shape or ONE in shape or self._can_be_scalar(shape)
        if kind not in ("", "2", "F", "1", "\\infty"):
            raise FormulaError(f"unknown norm _{kind}", node.span, "known are _2, _1, _\\infty of vectors and _F")
        if not vector and kind != "F":
            raise ShapeError(f"which norm of a matrix ({shape_text(shape)})?", node.span, "write \\lVert X\\rVert_F for the Frobenius norm")
        return ()

    def _Abs(self, node):
        shape = self.infer(node.body)
        if not self.unifier.same_shape(shape, ()):
            raise FormulaError(f"|…| of something that is {shape_text(shape)}: a determinant or a norm?", node.span,
                               "write \\det(…), or \\lVert …\\rVert (of a matrix \\lVert …\\rVert_F)")  # fmt: skip
        return ()
