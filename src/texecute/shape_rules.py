"""One shape rule for each kind of node; `shapes.Inference` calls them."""

from __future__ import annotations

from texecute.dims import ONE, Shape, dim, shape_said, shape_text
from texecute.errors import FormulaError, ShapeError
from texecute.literals import family_binding, is_integer_expression, is_literal, is_zero
from texecute.shape_calls import CallShapes
from texecute.shape_derivatives import DerivativeShapes
from texecute.shape_entries import EntryShapes
from texecute.syntax import (
    Neg,
    Node,
    Transpose,
)


class ShapeRules(CallShapes, EntryShapes, DerivativeShapes):
    """Rules of inference, by the name of the node's class."""

    # --- leaves -----------------------------------------------------------------------

    def _Num(self, node):
        return ()

    _Const = _Num

    def _Var(self, node):
        return ()

    def _Ref(self, node):
        symbol = self.scope.by_uid[node.name]
        for label in node.labels:
            family = family_binding(symbol)
            if family is not None:
                self.note_index(label, None, family)
        return self.shape_of_symbol(symbol, node.labels, node.span)

    def _Ones(self, node):
        return (dim(node.size) if node.size is not None else self.unifier.fresh(), ONE)

    def _Eye(self, node):
        size = dim(node.size) if node.size is not None else self.unifier.fresh()
        return (size, size)

    def _Zeros(self, node):
        if node.size is not None:
            return (dim(node.size), ONE)
        return (self.unifier.fresh(), self.unifier.fresh())

    def _Delta(self, node):
        return ()

    def _Indicator(self, node):
        for condition in node.conditions:
            self.condition(condition)
        return ()

    def condition(self, condition) -> None:
        """Infers both sides of a condition; both must be scalars."""
        for side in (condition.left, condition.right):
            self.scalar(side, "each side of a condition")

    # --- arithmetic -----------------------------------------------------------------------

    def _Neg(self, node):
        return self.infer(node.body)

    def _Add(self, node):
        if not node.terms:
            raise FormulaError("one O(…) in a formula", node.span, "keep the largest one")
        shapes = [self.infer(t) for t in node.terms]
        bare = [t.body if isinstance(t, Neg) else t for t in node.terms]
        lead = next((i for i, t in enumerate(bare) if not is_literal(t) and type(t).__name__ != "BigO"), 0)
        result = shapes[lead]
        for i, (term, shape) in enumerate(zip(bare, shapes)):
            if i == lead or type(term).__name__ == "BigO":
                continue
            result = self.unifier.shape(result)
            if is_literal(term) and result and not self._can_be_scalar(result):
                self._literal_on(node, term, result)
                continue
            if not self.unifier.same_shape(result, shape):
                raise self._sum_error(node.terms[lead], self.unifier.shape(result), node.terms[i], self.unifier.shape(shape))
        return result

    def _can_be_scalar(self, shape: Shape) -> bool:
        return all(d == ONE or d.unknown is not None for d in shape)

    def _literal_on(self, node, term, shape: Shape) -> None:
        if is_zero(term):
            return
        if len(shape) == 2 and shape[0] == shape[1]:
            raise ShapeError(f"a number plus a square matrix ({shape_text(shape)}) can be read in two ways", term.span,
                             "write I for the identity, or \\mathbf 1\\mathbf 1^\\top for ones everywhere")  # fmt: skip

    def _sum_error(self, a: Node, first: Shape, b: Node, second: Shape) -> ShapeError:
        hint = f"{self.text(a)} is {shape_said(first)}, {self.text(b)} is {shape_said(second)}"
        first2, second2 = first or (ONE, ONE), second or (ONE, ONE)
        small, text = (second2, self.text(b)) if second2 != (ONE, ONE) else (first2, self.text(a))
        big = first2 if small is second2 else second2
        if len(first2) == 2 and len(second2) == 2:
            if first2 == second2[::-1]:
                hint += f"; the transpose of {self.text(b)} would fit"
            elif small[0] == ONE and big[1] == small[1]:
                hint += f"; to add a row to every row write \\mathbf 1 {text}"
            elif small[1] == ONE and big[0] == small[0]:
                hint += f"; to add a column to every column write {text} \\mathbf 1^\\top"
            elif second2 == (ONE, ONE) or first2 == (ONE, ONE):
                scalar = self.text(b) if second2 == (ONE, ONE) else self.text(a)
                hint += f"; to add a scalar to every entry write {scalar}\\mathbf 1"
        return ShapeError(f"the sum does not fit: ({shape_text(first)}) and ({shape_text(second)})", b.span, hint)

    def _Product(self, node):
        shapes = [self.infer(f) for f in node.factors]
        try:
            result, plan = self._left_to_right(node, shapes)
        except ShapeError as error:
            grouped = self._grouped(shapes)
            if grouped is None:
                raise error
            result, plan = grouped
            self.typed.groups[id(node)] = plan
        return result

    def _left_to_right(self, node, shapes):
        left = shapes[0]
        for i in range(1, len(shapes)):
            left = self._times(left, shapes[i], node.factors[i - 1] if i == 1 else None, node.factors[i], node)
        return left, None

    def _times(self, a: Shape, b: Shape, left_node, right_node, node) -> Shape:
        a, b = self.unifier.shape(a), self.unifier.shape(b)
        if not a:
            return b
        if not b:
            return a
        if len(a) != 2 or len(b) != 2:
            raise ShapeError("an array with three or more indices has no product", right_node.span, "write its entries: X_{ijk}")
        if not self.unifier.same(a[1], b[0]):
            if self._can_be_scalar(b) and (b[0].unknown or b[1].unknown) is None:
                return a
            hint = self._product_hint(a, b, left_node, right_node)
            raise ShapeError(f"the product does not fit: ({shape_text(a)}) times ({shape_text(b)})", right_node.span, hint)
        return self.unifier.shape((a[0], b[1]))

    def _turned(self, node) -> str:
        """How the transpose of a factor is written."""
        text = self.text(node)
        if isinstance(node, Transpose):
            return self.text(node.body)
        return f"{{{text}}}^\\top" if "^" in text else f"{text}^\\top"

    def _product_hint(self, a: Shape, b: Shape, left_node, right_node) -> str:
        turned = self._turned(right_node)
        if b[1] == a[1] and b[0] != b[1]:
            return f"{turned} is {shape_text(b[::-1])} and would fit"
        if left_node is not None and a[0] == b[0] and a[0] != a[1]:
            return f"{self._turned(left_node)} is {shape_text(a[::-1])} and would fit"
        if b[1] == a[0]:
            return "the two factors in the other order would fit"
        if a == b:
            return "for the elementwise product write \\circ"
        return f"the left factor has {a[1].text()} columns, the right one {b[0].text()} rows; these must be equal"

    def _grouped(self, shapes):
        """Groups a product so that inner products become scalars, as in `A x^\\top x`."""
        n = len(shapes)
        for start in range(1, n - 1):
            for stop in range(start + 2, n + 1):
                inner = self._fits([(s, i) for i, s in enumerate(shapes)][start:stop])
                if inner != ():
                    continue
                whole = shapes[:start] + [()] + shapes[stop:]
                result = self._fits(list(zip(whole, range(len(whole)))))
                if result is not None:
                    plan = (*range(start), tuple(range(start, stop)), *range(stop, n))
                    return result, plan
        return None

    def _fits(self, items) -> Shape | None:
        left = self.unifier.shape(items[0][0])
        for shape, _ in items[1:]:
            b = self.unifier.shape(shape)
            if not left:
                left = b
            elif b:
                if len(left) != 2 or len(b) != 2 or left[1] != b[0]:
                    return None
                left = self.unifier.shape((left[0], b[1]))
        return left

    def _Operation(self, node):
        a, b = self.infer(node.left), self.infer(node.right)
        op = node.op
        if op in ("circ", "odot", "ast", "oslash"):
            return self._elementwise(node, a, b)
        if op == "inner":
            if not self.unifier.same_shape(a, b):
                raise ShapeError(f"the two parts of an inner product have different shapes: ({shape_text(a)}) and ({shape_text(b)})",
                                 node.right.span, f"{self.text(node.left)} is {shape_said(a)}, {self.text(node.right)} is {shape_said(b)}")  # fmt: skip
            return ()
        if op == "otimes":
            if not a or not b:
                return a or b
            if len(a) != 2 or len(b) != 2:
                raise ShapeError("a Kronecker product is of matrices", node.span)
            return (a[0] * b[0], a[1] * b[1])
        if not a or not b:
            self.typed.readings[id(node)] = "product"
            return a or b
        if op == "times":
            raise ShapeError("\\times between two vectors or matrices is not in the language", node.span,
                             "write the matrix product without a sign, \\circ for entries, \\otimes for Kronecker")  # fmt: skip
        return self._dot(node, a, b)

    def _dot(self, node, a: Shape, b: Shape) -> Shape:
        vectors = len(a) == 2 and len(b) == 2 and ONE in a and ONE in b
        if vectors and a == b:
            self.typed.readings[id(node)] = "dot"
            return ()
        self.typed.readings[id(node)] = "product"
        if len(a) == 2 and len(b) == 2 and ONE in a and ONE in b and a[1] != b[0] and self.unifier.same_shape(a, b):
            self.typed.readings[id(node)] = "dot"
            return ()
        return self._times(a, b, node.left, node.right, node)

    def _elementwise(self, node, a: Shape, b: Shape) -> Shape:
        if node.op == "ast" and (not a or not b):
            return a or b
        if node.op == "oslash" and (is_literal(node.left) or not b):
            return b if is_literal(node.left) else a
        if self.unifier.same_shape(a, b):
            return a
        sign = {"ast": "*"}.get(node.op, "\\" + node.op)
        hint = f"{self.text(node.left)} is {shape_said(a)}, {self.text(node.right)} is {shape_said(b)}"
        if a == b[::-1]:
            hint += "; the transpose of one of them would fit"
        elif len(a) == 2 and len(b) == 2 and a[1] == b[0]:
            hint += "; their matrix product would fit"
        elif not a or not b:
            hint += f"; a scalar times anything is written without {sign}"
        raise ShapeError(f"the elementwise product {sign} does not fit: ({shape_text(a)}) and ({shape_text(b)})", node.right.span, hint)

    def _Div(self, node):
        top, bottom = self.infer(node.top), self.infer(node.bottom)
        if not self.unifier.same_shape(bottom, ()):
            same = "for a quotient of entries write \\oslash" if top == bottom else "for a matrix write its inverse"
            raise ShapeError(f"one divides by scalars only, but {self.text(node.bottom)} is {shape_text(bottom)}", node.bottom.span, same)
        return top

    def _Pow(self, node):
        base = self.infer(node.base)
        self.scalar(node.exponent, "an exponent")
        if node.elementwise or not base or self._can_be_scalar(base):
            return base
        if len(base) != 2 or not self.unifier.same(*base):
            raise ShapeError(f"a power of something that is not square: {self.text(node.base)} is {shape_text(base)}", node.span,
                             "for powers of the entries write ^{\\circ 2}; for a squared norm \\lVert x\\rVert^2")  # fmt: skip
        if not is_integer_expression(node.exponent, self.scope):
            raise ShapeError("a matrix has whole powers only", node.exponent.span, "for entries write ^{\\circ …}; for the exponential \\exp(…)")
        return base

    def _Transpose(self, node):
        shape = self.infer(node.body)
        if len(shape) > 2:
            raise ShapeError("an array with three or more indices has no transpose", node.span, "write its entries")
        if node.letter and (self.scope.lookup("T") is not None or "T" in self.bound) and (not shape or shape[0] == shape[1]):
            raise FormulaError("^T can be read as a transpose and as the power T", node.span, "write ^\\top for the transpose")
        return shape[::-1]

    def _Inverse(self, node):
        shape = self.infer(node.body)
        if shape and (len(shape) != 2 or not self.unifier.same(*shape)):
            raise ShapeError(f"only square matrices have an inverse, but {self.text(node.body)} is {shape_text(shape)}", node.span,
                             "for entries write ^{\\circ -1}")  # fmt: skip
        return shape
