"""One shape rule for each kind of node; `shapes.Inference` calls them."""

from __future__ import annotations

from texecute import functions
from texecute.dims import ONE, Dim, Shape, dim, dim_of_number, linear, match_label, shape_of_domain, shape_text
from texecute.errors import FormulaError, ShapeError, Span
from texecute.syntax import (
    Add,
    By,
    Call,
    Cases,
    Const,
    Div,
    Domain,
    Dots,
    Function,
    FunctionSpace,
    Index,
    MatrixLiteral,
    Neg,
    Node,
    Num,
    Operation,
    Product,
    Ref,
    Slice,
    Transpose,
    Var,
)

WHOLE_KINDS = {"softmax", "logsoftmax"}


def is_literal(node: Node) -> bool:
    """Whether a node is a number written out: `1`, `-2`, `\\frac12`, `\\pi`."""
    if isinstance(node, Num | Const):
        return True
    if isinstance(node, Neg):
        return is_literal(node.body)
    if isinstance(node, Div):
        return is_literal(node.top) and is_literal(node.bottom)
    return False


def is_zero(node: Node) -> bool:
    """Whether a node is the literal 0."""
    return isinstance(node, Num) and float(node.text) == 0


class ShapeRules:
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
            family = _family_binding(symbol)
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

    def _Unit(self, node):
        size = self.unifier.fresh()
        self.note_index(node.index, size)
        symbol = self.scope.lookup(node.index.name) if isinstance(node.index, Var) else None
        if symbol is not None and isinstance(symbol.domain, Domain) and symbol.domain.high is not None:
            self.unifier.same(size, dim(symbol.domain.high))
        return (size, ONE)

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

    def _Function(self, node):
        raise FormulaError(f"{self.text(node)} is a function: its argument is missing", node.span, f"write {self.text(node)}(…)")

    # --- arithmetic -----------------------------------------------------------------------

    def _Neg(self, node):
        return self.infer(node.body)

    def _Add(self, node):
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
        hint = f"{self.text(a)} is {shape_text(first)}, {self.text(b)} is {shape_text(second)}"
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

    def _product_hint(self, a: Shape, b: Shape, left_node, right_node) -> str:
        text = self.text(right_node)
        turned = self.text(right_node.body) if isinstance(right_node, Transpose) else "{" + text + "}^\\top"
        if b[1] == a[1] and b[0] != b[1]:
            return f"{turned} is {shape_text(b[::-1])} and would fit"
        if left_node is not None and a[0] == b[0] and a[0] != a[1]:
            left = self.text(left_node.body) if isinstance(left_node, Transpose) else "{" + self.text(left_node) + "}^\\top"
            return f"{left} is {shape_text(a[::-1])} and would fit"
        if b[1] == a[0]:
            return "the two factors in the other order would fit"
        if a == b:
            return "for the elementwise product write \\circ"
        return "the columns of the left factor must be as many as the rows of the right one"

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
                                 node.right.span)  # fmt: skip
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
        hint = f"{self.text(node.left)} is {shape_text(a)}, {self.text(node.right)} is {shape_text(b)}"
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
        if not _is_integer(node.exponent, self.scope):
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

    # --- entries ---------------------------------------------------------------------------

    def _Index(self, node):
        shape = self.infer(node.body)
        subscripts = self._normalised(node, shape)
        self.typed.subscripts[id(node)] = subscripts
        if not shape:
            raise ShapeError(f"{self.text(node.body)} is a scalar: it has no entries", node.span,
                             "declare the name with its subscript, if that is part of it")  # fmt: skip
        sizes = shape
        if len(subscripts) == 1 and len(shape) == 2:
            if shape[1] == ONE:
                sizes = (shape[0],)
            elif shape[0] == ONE or shape[0].unknown is not None and shape[1].unknown is None:
                sizes = (shape[1],)
            elif shape[1].unknown is not None:
                self.unifier.same(shape[1], ONE)
                sizes = (shape[0],)
            else:
                raise ShapeError(f"one index at a matrix ({shape_text(shape)})", node.span,
                                 f"write {self.text(node.body)}_{{ij}} for an entry, _{{i,:}} for a row, _{{:,j}} for a column")  # fmt: skip
        if len(subscripts) != len(sizes):
            raise ShapeError(f"{len(subscripts)} indices at {self.text(node.body)}, which has {len(sizes)}", node.span,
                             "give one index for each size")  # fmt: skip
        kept = []
        for sub, size in zip(subscripts, sizes):
            if isinstance(sub, Slice):
                kept.append(self._slice_size(sub, size))
            else:
                self._check_entry(sub, size)
                self.note_index(sub, size)
                kept.append(None)
        return self._kept_shape(shape, sizes, kept, node)

    def _kept_shape(self, shape, sizes, kept, node) -> Shape:
        if all(k is None for k in kept):
            return ()
        if len(sizes) == 1:
            return (kept[0], ONE) if shape[1] == ONE else (ONE, kept[0])
        if len(sizes) == 2:
            return tuple(ONE if k is None else k for k in kept)
        left = [k for k in kept if k is not None]
        if len(left) > 2:
            return tuple(left)
        return (left[0], left[1]) if len(left) == 2 else (left[0], ONE)

    def _slice_size(self, sub: Slice, size: Dim) -> Dim:
        if sub.low is None and sub.high is None:
            return size
        low = dim(sub.low) if sub.low is not None else ONE
        high = dim(sub.high) if sub.high is not None else size
        return high - low + ONE

    def _check_entry(self, sub: Node, size: Dim) -> None:
        try:
            number = dim(sub).number
        except FormulaError:
            return
        limit = size.number
        if number is not None and (number < 1 or (limit is not None and number > limit)):
            raise FormulaError(f"there is no entry {number}: indices go from 1 to {size.text()}", sub.span,
                               "indices count from 1", "range")  # fmt: skip

    def _normalised(self, node: Index, shape: Shape) -> tuple[Node, ...]:
        subs = node.subscripts
        rank = 1 if len(shape) == 2 and ONE in shape else len(shape)
        if len(subs) == 1 and rank == 2 and isinstance(subs[0], Slice) and subs[0].low is not None:
            return (subs[0], Slice(span=subs[0].span))
        if len(subs) == 1 and rank >= 2:
            sub = subs[0]
            if isinstance(sub, Num) and len(sub.text) == rank and sub.text.isdigit():
                return tuple(Num(d, span=sub.span) for d in sub.text)
            if isinstance(sub, Product) and len(sub.factors) == rank:
                return sub.factors
        if len(subs) == 2 and rank == 1 and all(isinstance(s, Num) for s in subs) and ONE not in (dim(s) for s in subs):
            return (Num("".join(s.text for s in subs), span=subs[0].span),)
        return subs

    # --- functions -------------------------------------------------------------------------------

    def _Call(self, node):
        function = node.function
        if function.builtin:
            return self._builtin_call(node)
        symbol = self.scope.by_uid[function.name]
        for label in function.labels:
            family = _family_binding(symbol)
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
        if len(arguments) == 1 and not arguments[0] and (result is None or not result):
            self.typed.readings[id(node)] = "each"
            if result is None:
                self._body_shape(symbol, member, [()])
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
            raise ShapeError(f"{self.text(node.function)} takes one argument, here are {len(shapes)}", node.span)
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
            raise ShapeError(f"only square matrices have {what}, but {self.text(argument)} is {shape_text(shape)}", argument.span)
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
            raise ShapeError(f"diag takes a vector or a square matrix, but {self.text(argument)} is {shape_text(shape)}", argument.span)
        return (ONE, rows) if self.typed.conventions.vectors == "row" else (rows, ONE)

    def _extreme(self, node, shapes):
        lead = next((i for i, a in enumerate(node.arguments) if not is_literal(a)), 0)
        result = shapes[lead]
        for argument, shape in zip(node.arguments, shapes):
            if not is_literal(argument) and not self.unifier.same_shape(result, shape):
                raise ShapeError(f"the parts of this {node.function.name} have different shapes: ({shape_text(result)}) and "
                                 f"({shape_text(shape)})", argument.span)  # fmt: skip
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
                               "write \\det(…) or \\lVert …\\rVert")  # fmt: skip
        return ()

    # --- sums, cases, matrices --------------------------------------------------------------------

    def _Big(self, node):
        outer = self.bound
        ranged = {b.name for b in node.bindings if b.low is not None or b.members}
        bare = {b.name for b in node.bindings} - ranged
        saved = {name: self.uses.pop(name) for name in {b.name for b in node.bindings} if name in self.uses}
        for binding in node.bindings:
            for side in (binding.low, binding.high, *binding.members):
                if side is not None:
                    self.scalar(side, "a bound")
        outer_open = self.open
        self.bound, self.open = (outer | ranged) - bare, (outer_open | bare) - ranged
        shape = self.infer(node.body)
        for condition in node.conditions:
            self.condition(condition)
        for binding in node.bindings:
            self.close_binding(binding, node.span)
        self.bound, self.open = outer, outer_open
        self.uses.update(saved)
        if node.op == "prod" and shape and (len(shape) != 2 or not self.unifier.same(*shape)):
            raise ShapeError(f"a product over an index is of scalars or square matrices, but this is {shape_text(shape)}", node.body.span)
        if node.op in ("max", "min", "argmax", "argmin"):
            if not self.unifier.same_shape(shape, ()):
                raise ShapeError(f"a maximum over an index is of scalars, but this is {shape_text(shape)}", node.body.span)
            return ()
        return shape

    def _Cases(self, node: Cases):
        result = None
        for value, conditions in node.branches:
            shape = self.infer(value)
            for condition in conditions:
                self.condition(condition)
            if result is None:
                result = shape
            elif not self.unifier.same_shape(result, shape):
                raise ShapeError(f"the cases have different shapes: ({shape_text(result)}) and ({shape_text(shape)})", value.span)
        return result

    def _MatrixLiteral(self, node: MatrixLiteral):
        if any(isinstance(cell, Dots) for row in node.rows for cell in row):
            return self._dotted(node)
        blocks = []
        for row in node.rows:
            blocks.append([(self.unifier.fresh(), self.unifier.fresh()) if is_zero(c) else self.infer(c) or (ONE, ONE) for c in row])
            for cell, shape in zip(row, blocks[-1]):
                if is_zero(cell):
                    self.typed.shapes[id(cell)] = shape
                    self.typed.keep.append(cell)
        heights, widths = [], [None] * len(node.rows[0])
        for row, cells in zip(blocks, node.rows):
            height = None
            for j, (shape, cell) in enumerate(zip(row, cells)):
                if len(shape) != 2:
                    raise ShapeError("a block must be a matrix", cell.span)
                if height is None:
                    height = shape[0]
                elif not self.unifier.same(height, shape[0]):
                    raise ShapeError(f"this block has {self.unifier.resolve(shape[0]).text()} rows, its neighbour "
                                     f"{self.unifier.resolve(height).text()}", cell.span)  # fmt: skip
                if widths[j] is None:
                    widths[j] = shape[1]
                elif not self.unifier.same(widths[j], shape[1]):
                    raise ShapeError(f"this block has {self.unifier.resolve(shape[1]).text()} columns, the one above "
                                     f"{self.unifier.resolve(widths[j]).text()}", cell.span)  # fmt: skip
            heights.append(height)
        for size in (*heights, *widths):
            # A zero whose block nothing decides is one entry.
            if self.unifier.resolve(size).unknown is not None:
                self.unifier.same(size, ONE)
        total_rows, total_columns = heights[0], widths[0]
        for h in heights[1:]:
            total_rows = total_rows + h
        for w in widths[1:]:
            total_columns = total_columns + w
        return (total_rows, total_columns)

    def _dotted(self, node: MatrixLiteral) -> Shape:
        for row in node.rows:
            for cell in row:
                if not isinstance(cell, Dots):
                    self.scalar(cell, "an entry of a matrix with dots")
        rows_dotted = any(all(isinstance(c, Dots) for c in row) for row in node.rows)
        columns_dotted = any(all(isinstance(row[j], Dots) for row in node.rows) for j in range(len(node.rows[0])))
        rows = self.unifier.fresh() if rows_dotted else dim_of_number(len(node.rows))
        columns = self.unifier.fresh() if columns_dotted else dim_of_number(len(node.rows[0]))
        hint = self._dotted_size(node, rows_dotted, columns_dotted)
        if hint[0] is not None and rows_dotted:
            self.unifier.same(rows, hint[0])
        if hint[1] is not None and columns_dotted:
            self.unifier.same(columns, hint[1])
        return (rows, columns)

    def _dotted_size(self, node: MatrixLiteral, rows_dotted: bool, columns_dotted: bool):
        """The size that the last corner's subscripts show, where they do."""
        from texecute.patterns import last_indices

        first, last = node.rows[0][0], node.rows[-1][-1]
        return last_indices(first, last, rows_dotted, columns_dotted)

    def _Dots(self, node):
        raise FormulaError("dots outside of a matrix or a range", node.span, "write the sum or the range out")

    def _ShapeClaim(self, node):
        shape = self.infer(node.body)
        wanted = (dim(node.rows), dim(node.columns))
        if not self.unifier.same_shape(shape, wanted):
            raise ShapeError(f"the brace says {shape_text(wanted)}, but {self.text(node.body)} is {shape_text(shape)}", node.span,
                             f"write {shape_text(shape).replace('×', chr(92) + 'times')}")  # fmt: skip
        return shape

    # --- derivatives ---------------------------------------------------------------------------------

    def _target(self, by: By) -> Shape:
        return self.infer(by.target)

    def _Derivative(self, node):
        from texecute.layouts import layout_of

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
                raise ShapeError(f"the point has shape 1 × 1, but {self.text(target)} is {shape_text(wanted)}", value.span)
            if not self.unifier.same_shape(wanted, given):
                raise ShapeError(f"the point has shape {shape_text(given)}, but {self.text(target)} is {shape_text(wanted)}", value.span)
        return shape

    def _Limit(self, node):
        self.scalar(node.name, "what tends to something")
        self.scalar(node.to, "a limit")
        return self.infer(node.body)

    def _BigO(self, node):
        self.infer(node.body)
        return (self.unifier.fresh(), self.unifier.fresh())


def _family_binding(symbol):
    """The binding of a family's label, from the first member that has one (definitions first)."""
    for member in symbol.members:
        if member.pattern and isinstance(member.pattern[0], Var) and member.ranges.bindings:
            name = member.pattern[0].name
            for binding in member.ranges.bindings:
                if binding.name == name and (binding.low is not None or binding.members):
                    return binding
    return None


def _is_integer(node: Node, scope) -> bool:
    try:
        dim(node)
    except FormulaError:
        return False
    return not any(isinstance(x, Ref) for x in [node])


__all__ = ["ShapeRules", "is_literal", "is_zero", "Call", "Add", "Operation", "Ref", "Span"]
