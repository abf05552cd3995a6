"""Fractions, sums over indices, limits and everything that differentiates."""

from __future__ import annotations

from texecute.errors import FormulaError, Span
from texecute.parse_big import BigParsing
from texecute.syntax import (
    Big,
    By,
    Call,
    Derivative,
    Differential,
    Div,
    Index,
    Node,
    Num,
    Pow,
    Ref,
    Transpose,
    Var,
)


class CalculusParsing(BigParsing):
    """The part of the parser that reads fractions, big operators and derivatives."""

    def calculus(self) -> Node | None:
        """What the command at the cursor begins, or None if it is none of these."""
        token = self.reader.now
        if token.text == "frac":
            return self._fraction()
        if token.text in ("sum", "prod", "argmax", "argmin"):
            return self._big(token.text)
        if token.text in ("max", "min") and self.reader.ahead().is_("_"):
            return self._big(token.text)
        if token.text in ("arg", "operatorname"):
            return self._arg()
        if token.text == "lim":
            return self._limit()
        if token.text == "nabla":
            return self._nabla()
        if token.text == "partial":
            return self._partial_slash()
        if token.text == "left.":
            return self._left_dot()
        if token.text in ("mathrm", "text", "mathsf", "mathbf"):
            return self._differential()
        return None

    # --- fractions -------------------------------------------------------------------

    def _fraction(self) -> Node:
        start = self.reader.next()
        top = self.reader.group()
        top_end = self.reader.tokens[self.reader.position - 1].span
        bottom = self.reader.group()
        span = start.span.to(self.reader.tokens[self.reader.position - 1].span)
        style = self._derivative_style(top, bottom)
        if style:
            return self._derivative(style, top, bottom, span)
        if not top or not bottom:
            raise FormulaError("an empty part of a fraction", span, "fill both parts of \\frac{…}{…}")
        return Div(self.sub(top, start.span).whole(), self.sub(bottom, top_end).whole(), span=span)

    def _derivative_style(self, top, bottom) -> str | None:
        """`partial` or `d` if both parts of a fraction begin with one of the signs, else None."""
        first, second = self._sign_width(top), self._sign_width(bottom)
        if not first or not second:
            return None
        upper, lower = top[0], bottom[0]
        if (upper.text == "partial") != (lower.text == "partial"):
            raise FormulaError("a derivative mixes \\partial and d", upper.span.to(lower.span), "write the same sign above and below")
        return "partial" if upper.text == "partial" else "d"

    def _sign_width(self, tokens) -> int:
        """How many tokens form the `∂` or `d` at the beginning; 0 if there is none."""
        if not tokens:
            return 0
        if tokens[0].is_("partial"):
            return 1
        if tokens[0].kind == "letter" and tokens[0].text == "d":
            following = "".join(t.text for t in tokens[1:2])
            known = self.scope.lookup("d") or self.scope.lookup("d" + following)
            if known and self.scope.lookup("d" + following):
                return 0
            return 0 if self.scope.lookup("d") else 1
        if tokens[0].is_("mathrm", "mathsf", "mathbf") and not self.scope.lookup("\\mathrm{d}"):
            if len(tokens) > 3 and tokens[1].kind == "open" and tokens[2].text == "d" and tokens[3].kind == "close":
                return 4
            if len(tokens) > 1 and tokens[1].text == "d" and tokens[1].kind == "letter":
                return 2
        if tokens[0].kind == "text" and tokens[0].text == "d":
            return 1
        return 0

    def _order(self, parser) -> int:
        """The order written above a `∂`, 1 if there is none."""
        if not parser.reader.take("^"):
            return 1
        group = parser.reader.group()
        if len(group) != 1 or group[0].kind != "number" or group[0].text not in ("1", "2", "3", "4"):
            raise FormulaError("the order of a derivative is a number from 1 to 4", group[0].span if group else Span(0, 1),
                               "as in \\frac{\\partial^2 f}{\\partial x\\,\\partial x^\\top}")  # fmt: skip
        return int(group[0].text)

    def _derivative(self, style: str, top, bottom, span: Span) -> Node:
        upper = self.sub(top, span)
        upper.reader.position = self._sign_width(top)
        order = self._order(upper)
        by = self._targets(bottom, span)
        if len(by) != order:
            raise FormulaError(f"the order of this derivative is {order} above and {len(by)} below", span,
                               "as in \\frac{\\partial^2 f}{\\partial x\\,\\partial x^\\top}")  # fmt: skip
        if upper.reader.now.kind != "eof":
            body = upper.term()
            if upper.reader.now.is_("+", "-"):
                raise FormulaError("a sum behind ∂ can be read in two ways", upper.reader.now.span, "put the sum into brackets")
            upper.end()
            return Derivative(body, by, style, span=span)
        bracketed = self.reader.now.is_("(", "[", "\\{")
        if not self.starts_factor():
            raise FormulaError("the derivative of what?", span, "write it above the line, or in brackets behind the fraction")
        body = self.factor()
        if self.starts_factor() and not bracketed and not isinstance(body, Big):
            raise FormulaError("a derivative sign followed by several factors can be read in two ways",
                               span.to(self.reader.now.span), "put what is differentiated into brackets, as in \\frac{\\partial}{\\partial x}(a b)")  # fmt: skip
        return Derivative(body, by, style, span=span.to(body.span))

    def _targets(self, tokens, span: Span) -> tuple[By, ...]:
        parser = self.sub(tokens, span)
        found: list[By] = []
        while parser.reader.now.kind != "eof":
            rest = parser.reader.tokens[parser.reader.position : -1]
            width = self._sign_width(rest)
            if not width:
                raise FormulaError("each name by which is differentiated needs its own sign", parser.reader.now.span,
                                   "as in \\partial x\\,\\partial y^\\top")  # fmt: skip
            parser.reader.position += width
            node = parser.factor()
            found.extend(self.targets_of(node))
        return tuple(found)

    def targets_of(self, node: Node) -> list[By]:
        """What is differentiated by: a name, an entry, a vec, possibly transposed or squared."""
        if isinstance(node, Pow) and isinstance(node.exponent, Num) and node.exponent.text in ("2", "3", "4"):
            return self.targets_of(node.base) * int(node.exponent.text)
        transposed = False
        while isinstance(node, Transpose):
            transposed = not transposed
            node = node.body
        inner = node
        if isinstance(inner, Call) and inner.function.name == "vec":
            inner = inner.arguments[0]
            if isinstance(inner, Transpose):
                inner = inner.body
        if isinstance(inner, Call) and not inner.function.builtin and not inner.function.primes:
            # After `u = u(x)`, `∂u` below the line means the value of u.
            symbol = self.scope.by_uid.get(inner.function.name)
            if symbol is not None and symbol.is_defined and inner.implicit:
                inner = Call(inner.function, inner.arguments, implicit=True, span=inner.span)
                return [By(inner, transposed, span=node.span)]
        while isinstance(inner, Index):
            inner = inner.body
            if isinstance(inner, Transpose):
                inner = inner.body
        if isinstance(inner, Var):
            raise FormulaError("one cannot differentiate by an integer", node.span,
                               f"declare {inner.name} \\in \\mathbb{{R}} if it is a number")  # fmt: skip
        if not isinstance(inner, Ref):
            raise FormulaError("one differentiates by a name, an entry of it, or its vec", node.span,
                               "give the expression a name, and differentiate by that")  # fmt: skip
        return [By(node, transposed, span=node.span)]

    def _partial_slash(self) -> Node:
        """`\\partial A/\\partial B` in running text."""
        start = self.reader.next()
        order = self._order(self)
        if not self.starts_factor():
            raise FormulaError("\\partial stands alone", start.span, "as in \\frac{\\partial f}{\\partial x}")
        body = self.factor()
        if not self.reader.take("/"):
            raise FormulaError("\\partial without what is differentiated by", start.span.to(body.span), "as in \\partial f/\\partial x")
        by: list[By] = []
        while True:
            if not self.reader.take("partial"):
                raise FormulaError("\\partial is missing below", self.reader.now.span, "as in \\partial f/\\partial x")
            by.extend(self.targets_of(self.factor()))
            if len(by) >= order:
                break
        return Derivative(body, tuple(by), "partial", span=start.span.to(by[-1].span))

    def _left_dot(self) -> Node:
        """`\\left. A \\right|_{x = a}`."""
        start = self.reader.next()
        outer, self.open_left = self.open_left, True
        bars, self.bars = self.bars, 1
        node = self.sum()
        self.bars, self.open_left = bars, outer
        if not (self.reader.now.is_("|") and self.reader.ahead().is_("_")):
            raise FormulaError("\\left. is closed by nothing", start.span, "as in \\left. f(x)\\right|_{x = a}")
        return self.evaluation(node)

    # --- nabla and differentials ---------------------------------------------------------

    def _nabla(self) -> Node:
        start = self.reader.next()
        order, target = 1, None
        for _ in range(2):
            if self.reader.now.is_("^"):
                order = self._order(self)
            elif self.reader.take("_"):
                inner = self.sub(self.reader.group(), start.span)
                target = inner.factor()
                inner.end()
        if order > 2:
            raise FormulaError("\\nabla has order 1 or 2", start.span, "write higher derivatives with \\frac{\\partial^3 …}{…}")
        if not self.starts_factor():
            raise FormulaError("the gradient of what?", start.span, "as in \\nabla_x f")
        bracketed = self.reader.now.is_("(", "[", "\\{")
        body = self.factor()
        span = start.span.to(body.span)
        turned = isinstance(body, Transpose) and not bracketed
        if turned:
            # \nabla f(x)^\top is the transposed gradient: f itself is a number.
            body = body.body
        if target is None:
            target = self._only_argument(body, start.span)
        by = self.targets_of(target)[0]
        if order == 2:
            node = Derivative(body, (by, By(by.target, True, span=by.span)), "nabla", span=span)
        else:
            node = Derivative(body, (by,), "nabla", span=span)
        return Transpose(node, span=span) if turned else node

    def _only_argument(self, body: Node, span: Span) -> Node:
        if isinstance(body, Call) and len(body.arguments) == 1 and isinstance(body.arguments[0], Ref):
            return body.arguments[0]
        raise FormulaError("\\nabla without a name by which is differentiated", span, "as in \\nabla_x f")

    def _differential(self) -> Node | None:
        """`\\mathrm d X` and `\\mathrm d(AXB)`; also `\\mathrm dy/\\mathrm dx`."""
        rest = self.reader.tokens[self.reader.position : self.reader.position + 5]
        width = self._sign_width(rest) if rest[0].kind == "command" else 0
        if not width:
            return None
        start = rest[0]
        after = self.reader.position
        self.reader.position += width
        if self.reader.now.is_("^"):
            raise FormulaError("higher differentials are not in the language", start.span.to(self.reader.now.span), "write the second derivative as a fraction")
        if not self.starts_factor():
            self.reader.position = after
            return None
        body = self.factor()
        if self.reader.now.is_("/"):
            following = self.reader.tokens[self.reader.position + 1 : self.reader.position + 6]
            width = self._sign_width(following) if following else 0
            if width and following[0].kind == "command" and following[0].text != "partial":
                self.reader.position += 1 + width
                by = self.targets_of(self.factor())
                return Derivative(body, tuple(by), "d", span=start.span.to(by[-1].span))
        return Differential(body, span=start.span.to(body.span))
