"""Fractions, sums over indices, limits and everything that differentiates."""

from __future__ import annotations

from texecute.errors import FormulaError, Span
from texecute.parse_scripts import split_commas
from texecute.reader import read_atom
from texecute.syntax import (
    Add,
    Big,
    Binding,
    By,
    Call,
    Condition,
    Derivative,
    Differential,
    Div,
    Function,
    Index,
    Limit,
    Neg,
    Node,
    Num,
    Pow,
    Ref,
    Transpose,
    Var,
)

_BIG = {"sum": "sum", "prod": "prod", "max": "max", "min": "min", "argmax": "argmax", "argmin": "argmin"}


class CalculusParsing:
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
        if len(group) != 1 or group[0].kind != "number" or not 1 <= int(group[0].text) <= 4:
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
                               span.to(self.reader.now.span), "put what is differentiated into brackets")  # fmt: skip
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
        body = self.factor()
        span = start.span.to(body.span)
        if target is None:
            target = self._only_argument(body, start.span)
        by = self.targets_of(target)[0]
        if order == 2:
            return Derivative(body, (by, By(by.target, True, span=by.span)), "nabla", span=span)
        return Derivative(body, (by,), "nabla", span=span)

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

    # --- sums, products, maxima, limits -----------------------------------------------------

    def _arg(self) -> Node | None:
        """`\\arg\\max_k` and `\\operatorname*{arg\\,max}_k`."""
        reader = self.reader
        start = reader.position
        token = reader.next()
        if token.text == "arg":
            which = reader.take("max", "min")
            if which is None:
                raise FormulaError("\\arg needs \\max or \\min behind it", token.span, "as in \\arg\\max_k z_k")
            return self._big_from("arg" + which.text, token.span)
        group = reader.group()
        word = "".join(t.text for t in group)
        if word in ("argmax", "argmin"):
            return self._big_from(word, token.span)
        if word in ("max", "min") and reader.now.is_("_"):
            return self._big_from(word, token.span)
        reader.position = start
        return None

    def _big(self, op: str) -> Node:
        token = self.reader.next()
        return self._big_from(_BIG[op], token.span)

    def _big_from(self, op: str, start: Span) -> Node:
        below, above = None, None
        for _ in range(2):
            if self.reader.now.is_("_") and below is None:
                self.reader.next()
                below = self.reader.group()
            elif self.reader.now.is_("^") and above is None:
                self.reader.next()
                above = self.reader.group()
        if below is None:
            if op in ("argmax", "argmin"):
                return self.called(Function(op, span=start))
            raise FormulaError(f"this \\{op} has no index", start, f"as in \\{op}_{{k=1}}^{{n}} or \\{op}_k")
        bindings, conditions = self._bindings(below, above, start)
        outer = self.bound
        self.bound = outer | {b.name for b in bindings}
        if not self.starts_factor() and not self.reader.now.is_("-"):
            raise FormulaError(f"nothing stands behind this \\{op}", start, "write what is summed")
        if self.reader.now.is_("-"):
            raise FormulaError("a sign behind a sum sign", self.reader.now.span, "put the signed term into brackets")
        body = self.term()
        self.bound = outer
        return Big(op, bindings, conditions, body, span=start.to(body.span))

    def _bindings(self, below, above, start: Span) -> tuple[tuple[Binding, ...], tuple[Condition, ...]]:
        """The ranges and conditions that stand below and above a big operator."""
        high = self.sub(above, start, integer=True).whole() if above else None
        groups = [part for piece in split_commas(below) for part in _split_at(piece, ":", "mid", "|")]
        bindings: list[Binding] = []
        conditions: list[Condition] = []
        pending: list[tuple[str, Span]] = []
        for group in groups:
            if not group:
                raise FormulaError("an empty index below a sum", start, "as in \\sum_{k=1}^{n}")
            parser = self.sub(group, start, integer=True)
            parser.bound = self.bound | {n for n, _ in pending} | {b.name for b in bindings} | set(_letters(group))
            if parser.reader.take("forall"):
                pass
            first = group[0]
            atom_reader = parser.reader.inner(group, start)
            name = read_atom(atom_reader)
            follows = atom_reader.now
            if name is not None and follows.kind == "eof":
                pending.append((name, first.span))
            elif name is not None and follows.is_("="):
                low = self._after(group, atom_reader.position + 1, start)
                if high is None:
                    raise FormulaError(f"the sum over {name} has no upper end", first.span, f"as in \\sum_{{{name}=1}}^{{n}}")
                for other, where in pending:
                    bindings.append(Binding(other, low, high, span=where))
                pending = []
                bindings.append(Binding(name, low, high, span=first.span))
            elif name is not None and follows.is_("in"):
                bindings.append(self.member_binding(name, group[atom_reader.position + 1 :], first.span))
            else:
                self._chain(parser, bindings, conditions, pending)
        if high is not None and pending and not bindings:
            raise FormulaError("this sum has an upper end but no lower one", start, "as in \\sum_{k=1}^{n}")
        bindings.extend(Binding(name, span=where) for name, where in pending)
        if not bindings:
            raise FormulaError("this sum has no index", start, "as in \\sum_{k=1}^{n}")
        return tuple(bindings), tuple(conditions)

    def _after(self, group, at: int, start: Span) -> Node:
        return self.sub(group[at:], start, integer=True).whole()

    def member_binding(self, name: str, tokens, span: Span) -> Binding:
        """`k \\in \\{1,\\dots,n\\}`, `k \\in \\{1, 3\\}` or `k \\in [n]`."""
        parts = split_commas(tokens[1:-1]) if len(tokens) > 2 and tokens[0].is_("\\{") and tokens[-1].is_("\\}") else None
        if parts is None:
            if len(tokens) > 2 and tokens[0].is_("[") and tokens[-1].is_("]"):
                return Binding(name, Num("1"), self.sub(tokens[1:-1], span, integer=True).whole(), span=span)
            raise FormulaError(f"the set over which {name} runs cannot be read", span, "as in k \\in \\{1,\\dots,n\\}")
        if any(len(p) == 1 and p[0].is_("dots", "cdots") for p in parts):
            return Binding(name, self.sub(parts[0], span, integer=True).whole(), self.sub(parts[-1], span, integer=True).whole(), span=span)
        return Binding(name, members=tuple(self.sub(p, span, integer=True).whole() for p in parts), span=span)

    def _chain(self, parser, bindings, conditions, pending) -> None:
        """`k \\ne j`, `i < j`, `1 \\le k \\le n` below a sum."""
        left = parser.sum()
        parts = parser.conditions_after(left)
        parser.end()
        if not parts:
            raise FormulaError("this index cannot be read", left.span, "as in \\sum_{k=1}^{n} or \\sum_{k\\ne j}")
        known = {b.name for b in bindings} | {n for n, _ in pending}
        fresh = []
        if len(parts) == 2 and isinstance(parts[0].right, Var) and parts[0].right.name not in known:
            name = parts[0].right.name
            if parts[0].op in ("\\le", "<") and parts[1].op in ("\\le", "<"):
                low = parts[0].left if parts[0].op == "\\le" else _plus_one(parts[0].left, 1)
                high = parts[1].right if parts[1].op == "\\le" else _plus_one(parts[1].right, -1)
                bindings.append(Binding(name, low, high, span=left.span))
                return
        for part in parts:
            sides = (part.left, part.right) if part.op in ("<", ">", "\\le", "\\ge") and part.left is not part.right else (part.left,)
            for side in sides:
                if isinstance(side, Var) and not side.labels and side.name not in known | set(fresh) | self.bound:
                    if not self.scope.is_integer(side.name) and side.name not in self.scope.ranges:
                        fresh.append(side.name)
            conditions.append(part)
        if not fresh and not known:
            raise FormulaError("this sum binds no index", left.span, "name the index first: \\sum_{k : k\\ne j}")
        bindings.extend(Binding(name, span=left.span) for name in fresh)

    def _limit(self) -> Node:
        start = self.reader.next()
        self.reader.expect("_", "a subscript such as h\\to 0")
        group = self.reader.group()
        at = next((i for i, t in enumerate(group) if t.is_("rightarrow")), None)
        if at is None:
            raise FormulaError("this limit does not say what tends to what", start.span, "as in \\lim_{h\\to 0}")
        name = self.sub(group[:at], start.span).whole()
        to = self.sub([t for t in group[at + 1 :] if not t.is_("^")], start.span).whole()
        if not isinstance(name, Ref):
            raise FormulaError("in a limit a declared scalar tends to something", start.span, "declare it: h \\in \\mathbb{R}")
        body = self.term()
        return Limit(name, to, body, span=start.span.to(body.span))


def _plus_one(node: Node, by: int) -> Node:
    return Add((node, Num("1") if by > 0 else Neg(Num("1"))), span=node.span)


def _letters(tokens):
    for token in tokens:
        if token.kind == "letter":
            yield token.text


def _split_at(tokens, *texts):
    parts, depth = [[]], 0
    for token in tokens:
        depth += {"open": 1, "close": -1}.get(token.kind, 0)
        if depth == 0 and token.is_(*texts):
            parts.append([])
        else:
            parts[-1].append(token)
    return parts
