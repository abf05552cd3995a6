"""Brackets, bars, and commands with an argument of their own: norms, roots, braces.
"""

from __future__ import annotations

from dataclasses import replace

from texecute.errors import FormulaError
from texecute.reader import spell
from texecute.signs import OPENING, RELATIONS
from texecute.syntax import (
    Abs,
    At,
    Call,
    Condition,
    Div,
    Function,
    Indicator,
    Node,
    Norm,
    Num,
    Operation,
    Pow,
    ShapeClaim,
)
from texecute.tokens import tokenize


class BracketParsing:
    """The part of the parser for brackets."""

    def braces(self) -> Node:
        """A braced group: transparent, except that scripts hang on the whole."""
        token = self.reader.now
        inner = self.sub(self.reader.group(), token.span)
        end = self.reader.tokens[self.reader.position - 1].span
        if inner.reader.now.kind == "eof":
            raise FormulaError("an empty group", token.span.to(end), "remove {}, or fill it")
        start = inner.reader.position
        node = inner.bare_function()
        if node is not None and inner.reader.now.kind == "eof":
            return node
        inner.reader.position = start
        return inner.whole()

    def _symbol(self, token) -> Node:
        if token.text in OPENING:
            if token.text == "[":
                return self._square()
            self.reader.next()
            node = self._in_brackets()
            end = self.reader.now
            if end.is_(",") and token.text == "(":
                raise FormulaError("a list in brackets is not a value", token.span.to(end.span), "write a column with \\begin{bmatrix}")
            end = self.reader.expect(OPENING[token.text], f"a closing {OPENING[token.text].lstrip(chr(92))}")
            return replace(node, span=token.span.to(end.span))
        if token.text == "|":
            self.reader.next()
            self.bars += 1
            node = self.sum()
            self.bars -= 1
            end = self.reader.expect("|", "a closing |")
            return Abs(node, span=token.span.to(end.span))
        if token.text == "\\|":
            return self._norm("\\|")
        raise self.unexpected(token)

    def _square(self) -> Node:
        """`[j = k]` is an indicator, `[a + b]` a bracket."""
        token = self.reader.next()
        node = self._in_brackets()
        if self.reader.now.kind in ("symbol", "command") and self.reader.now.text in RELATIONS:
            conditions = self.conditions_after(node)
            end = self.reader.expect("]", "a closing ]")
            return Indicator(conditions, span=token.span.to(end.span))
        end = self.reader.expect("]", "a closing ]")
        return replace(node, span=token.span.to(end.span))

    def conditions_after(self, left: Node) -> tuple[Condition, ...]:
        """The conditions of a chain `a = b < c`, and of further ones behind commas."""
        found = []
        while True:
            while self.reader.now.kind in ("symbol", "command") and self.reader.now.text in RELATIONS:
                op = self.reader.next()
                right = self.sum()
                found.append(Condition(RELATIONS[op.text], left, right, span=left.span.to(right.span)))
                left = right
            if not self.reader.take(",", "wedge"):
                return tuple(found)
            left = self.sum()

    def _norm(self, mark: str) -> Node:
        start = self.reader.next()
        self.bars += 1
        node = self.sum()
        self.bars -= 1
        end = self.reader.expect(mark, "the closing bars of the norm")
        kind = ""
        if self.reader.take("_"):
            kind = spell(self.reader.group()).removeprefix("\\mathrm").removeprefix("\\mathsf").strip(" {}")
        return Norm(node, kind, span=start.span.to(end.span))

    def _c_lVert(self) -> Node:
        return self._norm("rVert")

    def _c_lvert(self) -> Node:
        start = self.reader.next()
        node = self._in_brackets()
        end = self.reader.expect("rvert", "\\rvert")
        return Abs(node, span=start.span.to(end.span))

    def _c_langle(self) -> Node:
        start = self.reader.next()
        left = self._in_brackets()
        if not self.reader.take(",", "mid", "|", ";"):
            raise FormulaError("an inner product has two parts", start.span.to(self.reader.now.span), "as in \\langle a, b\\rangle")
        right = self._in_brackets()
        end = self.reader.expect("rangle", "\\rangle")
        return Operation("inner", left, right, span=start.span.to(end.span))

    def _c_sqrt(self) -> Node:
        start = self.reader.next()
        root = None
        if self.reader.take("["):
            tokens = []
            while not self.reader.now.is_("]"):
                if self.reader.now.kind == "eof":
                    raise FormulaError("this [ of a root is never closed", start.span, "as in \\sqrt[3]{x}")
                tokens.append(self.reader.next())
            self.reader.next()
            root = self.sub(tokens, start.span).whole()
        body = self.sub(self.reader.group(), start.span).whole()
        span = start.span.to(self.reader.tokens[self.reader.position - 1].span)
        if root is not None:
            return Pow(body, Div(Num("1"), root), span=span)
        return Call(Function("sqrt", span=start.span), (body,), span=span)

    def _c_underbrace(self) -> Node:
        start = self.reader.next()
        body = self.sub(self.reader.group(), start.span).whole()
        if self.reader.take("_", "^"):
            note = self.reader.group()
            shape = self._shape_note(note, start.span)
            if shape is not None:
                return ShapeClaim(body, *shape, span=start.span.to(note[-1].span))
        return body

    _c_overbrace = _c_underbrace

    def _shape_note(self, tokens, span) -> tuple[Node, Node] | None:
        """The two sizes of a note such as `n\\times m`; None for other notes."""
        depth = 0
        for at, token in enumerate(tokens):
            depth += {"open": 1, "close": -1}.get(token.kind, 0)
            if token.is_("times") and depth == 0:
                rows = self.sub(tokens[:at], span, integer=True).whole()
                columns = self.sub(tokens[at + 1 :], span, integer=True).whole()
                return rows, columns
        if len(tokens) == 1 and tokens[0].kind == "text":
            text = tokens[0].text.replace("$", "").replace("×", "\\times ")
            try:
                inner = tokenize(text)[:-1]
                return self._shape_note(inner, span) if any(t.is_("times") for t in inner) else None
            except FormulaError:
                return None
        return None

    def _c_overset(self) -> Node:
        start = self.reader.next()
        self.reader.group()
        return self.sub(self.reader.group(), start.span).whole()

    _c_underset = _c_overset

    _c_stackrel = _c_overset

    def _c_boxed(self) -> Node:
        start = self.reader.next()
        return self.sub(self.reader.group(), start.span).whole()

    def _evaluation_bar(self, node: Node) -> Node:
        if self.open_left:
            return node
        while self.reader.now.is_("|") and self.reader.ahead().is_("_") and not (self.bars and not _has_relation(self)):
            node = self.evaluation(node)
        return node

    def evaluation(self, node: Node) -> Node:
        """`|_{x = a}` behind an expression."""
        bar = self.reader.next()
        self.reader.expect("_", "a subscript that says at which point")
        inner = self.sub(self.reader.group(), bar.span)
        points = []
        while True:
            target = inner.factor()
            inner.reader.expect("=", "x = a point")
            points.append((target, inner.sum()))
            if not inner.reader.take(","):
                break
        inner.end()
        return At(node, tuple(points), span=node.span.to(bar.span))


def _has_relation(parser) -> bool:
    """Whether the subscript behind a bar holds `=`: then the bar evaluates, else it closes."""
    reader = parser.reader
    at, depth = reader.position + 2, 0
    while at < len(reader.tokens):
        token = reader.tokens[at]
        depth += {"open": 1, "close": -1}.get(token.kind, 0)
        if token.is_("="):
            return True
        at += 1
        if depth <= 0:
            return False
    return False
