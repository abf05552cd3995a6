"""Matrices and case distinctions.
"""

from __future__ import annotations

from texecute.errors import FormulaError, Span
from texecute.syntax import Call, Cases, Dots, Function, MatrixLiteral, Node

MATRICES = {"matrix", "pmatrix", "bmatrix", "Bmatrix", "vmatrix", "smallmatrix", "array"}


class EnvironmentParsing:
    """The part of the parser for environments."""

    def environment(self) -> Node:
        """A matrix or a case distinction."""
        begin = self.reader.next()
        if begin.text == "cases":
            return self._cases(begin)
        if begin.text not in MATRICES:
            hint = "aligned rows stand around whole formulas" if begin.text in ("aligned", "align", "split", "gather") else "use bmatrix or cases"
            raise FormulaError(f"\\begin{{{begin.text}}} cannot stand here", begin.span, hint)
        rows = [[self._cell(cell, begin.span) for cell in row] for row in self._cells()]
        end = self.reader.tokens[self.reader.position - 1].span
        widths = {len(row) for row in rows}
        if len(widths) > 1:
            raise FormulaError("the rows of this matrix have different lengths: " + ", ".join(str(len(r)) for r in rows),
                               begin.span.to(end), "give every row the same number of entries")  # fmt: skip
        node = MatrixLiteral(tuple(tuple(row) for row in rows), span=begin.span.to(end))
        if begin.text == "vmatrix":
            return Call(Function("det", span=begin.span), (node,), span=node.span)
        return node

    def _cells(self) -> list[list[list]]:
        """The tokens of an environment's cells, row by row; the cursor goes behind its end."""
        rows, depth = [[[]]], 0
        while True:
            token = self.reader.next()
            if token.kind == "eof":
                raise FormulaError("this environment is never closed here", token.span, "close the brackets inside it, and add its \\end")
            if token.kind == "end" and depth == 0:
                if rows[-1] == [[]] and len(rows) > 1:
                    rows.pop()
                return rows
            depth += {"open": 1, "close": -1, "begin": 1, "end": -1}.get(token.kind, 0)
            if token.kind == "row" and depth == 0:
                rows.append([[]])
            elif token.is_("&") and depth == 0:
                rows[-1].append([])
            elif not token.is_("hline"):
                rows[-1][-1].append(token)

    def _cell(self, tokens, fallback: Span) -> Node:
        tokens = [t for t in tokens if t.kind != "quad"]
        if len(tokens) == 1 and tokens[0].text in ("cdots", "dots", "vdots", "ddots"):
            kind = {"vdots": "v", "ddots": "d"}.get(tokens[0].text, "c")
            return Dots(kind, span=tokens[0].span)
        if not tokens:
            raise FormulaError("an empty entry in a matrix", fallback, "write 0 for a zero")
        return self.sub(tokens, fallback).whole()

    def _cases(self, begin) -> Node:
        branches = []
        for row in self._cells():
            cells = [[t for t in cell if t.kind != "quad"] for cell in row]
            if not any(cells):
                continue
            value = [t for t in cells[0] if not (t.is_(",") and t is cells[0][-1])]
            condition = [t for cell in cells[1:] for t in cell]
            words = " ".join(t.text.lower() for t in condition if t.kind == "text")
            rest = [t for t in condition if t.kind != "text"]
            while rest and rest[-1].is_(",", ".", ";"):
                rest.pop()
            if not rest and len(cells) > 1 and not any(w in words for w in ("otherwise", "else", "sonst")):
                raise FormulaError("a case without a condition", begin.span, "write & \\text{if } x > 0, or & \\text{otherwise}")
            conditions = ()
            if rest:
                inner = self.sub(rest, begin.span)
                conditions = inner.conditions_after(inner.sum())
                inner.end()
                if not conditions:
                    raise FormulaError("this condition has no relation", rest[0].span, "as in x > 0")
            branches.append((self.sub(value, begin.span).whole(), conditions))
        end = self.reader.tokens[self.reader.position - 1].span
        return Cases(tuple(branches), span=begin.span.to(end))
