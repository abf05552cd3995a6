"""Shape rules of entries, sums over indices, cases and matrices.
"""

from __future__ import annotations

from texecute.dims import ONE, Dim, Shape, dim, dim_of_number, shape_text
from texecute.errors import FormulaError, ShapeError
from texecute.literals import is_zero
from texecute.patterns import last_indices
from texecute.syntax import Cases, Domain, Dots, Index, MatrixLiteral, Node, Num, Product, Slice, Var


class EntryShapes:
    """The rules for entries and big operators."""

    def _Unit(self, node):
        size = self.unifier.fresh()
        self.note_index(node.index, size)
        symbol = self.scope.lookup(node.index.name) if isinstance(node.index, Var) else None
        if symbol is not None and isinstance(symbol.domain, Domain) and symbol.domain.high is not None:
            self.unifier.same(size, dim(symbol.domain.high))
        return (size, ONE)

    def _Index(self, node):
        shape = self.infer(node.body)
        subscripts = self._normalised(node, shape)
        self.typed.subscripts[id(node)] = subscripts
        if not shape:
            raise FormulaError(f"{self.text(node.body)} is a scalar: it has no entries", node.span,
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
                raise FormulaError(f"one index at a matrix ({shape_text(shape)})", node.span,
                                 f"write {self.text(node.body)}_{{ij}} for an entry, _{{i,:}} for a row, _{{:,j}} for a column")  # fmt: skip
        if len(subscripts) != len(sizes):
            raise FormulaError(f"{len(subscripts)} indices at {self.text(node.body)}, which has {len(sizes)}", node.span,
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
            raise ShapeError(f"a product over an index is of scalars or square matrices, but this is {shape_text(shape)}", node.body.span,
                             "index the factors, as in \\prod_k x_k")  # fmt: skip
        if node.op in ("max", "min", "argmax", "argmin"):
            if not self.unifier.same_shape(shape, ()):
                raise ShapeError(f"a maximum over an index is of scalars, but this is {shape_text(shape)}", node.body.span,
                                 "index the vector, as in \\max_k x_k")  # fmt: skip
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
                raise ShapeError(f"the cases have different shapes: ({shape_text(result)}) and ({shape_text(shape)})", value.span,
                                 "give every case the same shape")  # fmt: skip
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
                    raise ShapeError("a block must be a matrix", cell.span, "write entries of the array here, as in X_{ijk}")
                if height is None:
                    height = shape[0]
                elif not self.unifier.same(height, shape[0]):
                    raise ShapeError(f"this block has {self.unifier.resolve(shape[0]).text()} rows, its neighbour "
                                     f"{self.unifier.resolve(height).text()}", cell.span,
                                     "blocks side by side have equally many rows; transpose it, or put it into a row of its own")  # fmt: skip
                if widths[j] is None:
                    widths[j] = shape[1]
                elif not self.unifier.same(widths[j], shape[1]):
                    raise ShapeError(f"this block has {self.unifier.resolve(shape[1]).text()} columns, the one above "
                                     f"{self.unifier.resolve(widths[j]).text()}", cell.span,
                                     "blocks under one another have equally many columns; transpose it, or put it into a column of its own")  # fmt: skip
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
