"""Sums, products, maxima over indices, limits: what stands under and over the sign.
"""

from __future__ import annotations

from texecute.errors import FormulaError, Span
from texecute.parse_scripts import split_commas
from texecute.reader import read_atom
from texecute.syntax import Add, Big, Binding, Condition, Function, Limit, Neg, Node, Num, Ref, Var

_BIG = {"sum": "sum", "prod": "prod", "max": "max", "min": "min", "argmax": "argmax", "argmin": "argmin"}


class BigParsing:
    """The part of the parser for operators with indices."""

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
        names = [b.name for b in bindings]
        twice = next((b for b in bindings if names.count(b.name) > 1), None)
        if twice is not None:
            raise FormulaError(f"the index {twice.name} is bound twice", twice.span, "give each index one range, and two indices two letters")
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
        for token in group[at + 1 :]:
            if token.is_("infty"):
                raise FormulaError("a limit at infinity is not in the language", token.span, "substitute: \\lim_{h\\to 0} with 1/h in its place")
            if token.is_("+", "-") and group[-2].is_("^"):
                raise FormulaError("a limit from one side is not in the language", token.span, "write \\lim_{h\\to 0}, or the inequality that is meant")
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
