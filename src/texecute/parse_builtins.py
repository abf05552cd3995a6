"""Names that mean something by themselves: functions, 1-vectors, identities, e, Kronecker delta.
"""

from __future__ import annotations

from texecute import functions
from texecute.errors import FormulaError, Span
from texecute.reader import read_atom
from texecute.syntax import BigO, Call, Const, Delta, Eye, Function, Indicator, Node, Ones, Unit, Zeros

_PLAIN = ("\\mathbf{%s}", "\\mathbb{%s}", "\\mathrm{%s}", "\\boldsymbol{%s}", "%s")


class BuiltinParsing:
    """The part of the parser for built-in names."""

    def _bold_number(self) -> Node | None:
        """`\\mathbf 1`, `\\mathbb 1_m`, `\\mathbf 0`, `\\mathbb 1[j = k]`."""
        reader = self.reader
        token = reader.now
        if not token.is_("mathbf", "mathbb", "mathrm", "boldsymbol", "mathds", "vec"):
            return None
        start = reader.position
        reader.next()
        try:
            group = reader.group()
        except FormulaError:
            reader.position = start
            return None
        if len(group) != 1 or group[0].kind != "number" or group[0].text not in ("0", "1"):
            reader.position = start
            return None
        span = token.span.to(reader.tokens[reader.position - 1].span)
        if group[0].text == "1" and token.text in ("mathbb", "mathbf", "mathds"):
            indicator = self._indicator(span)
            if indicator is not None:
                return indicator
        size = None
        if reader.take("_"):
            sub = reader.group()
            size = self.sub(sub, span, integer=True).whole()
            self.scope.declare_sizes_in(size)
        span = span.to(reader.tokens[reader.position - 1].span)
        return Ones(size, span=span) if group[0].text == "1" else Zeros(size, span=span)

    def _indicator(self, span: Span) -> Node | None:
        reader = self.reader
        if reader.now.is_("_"):
            inner = reader.ahead()
            stop = reader.position + 1
            depth = 0
            relation = False
            while inner.kind == "open" and stop < len(reader.tokens):
                depth += {"open": 1, "close": -1}.get(reader.tokens[stop].kind, 0)
                relation = relation or reader.tokens[stop].is_("=", "neq", "<", ">", "leq", "geq")
                stop += 1
                if depth == 0:
                    break
            if not relation:
                return None
            reader.next()
            tokens = [t for t in reader.group() if not t.is_("\\{", "\\}", "[", "]")]
            parser = self.sub(tokens, span)
            conditions = parser.conditions_after(parser.sum())
            parser.end()
            return Indicator(conditions, span=span.to(reader.tokens[reader.position - 1].span))
        if reader.now.is_("[", "\\{", "("):
            start = reader.position
            closing = {"[": "]", "\\{": "\\}", "(": ")"}[reader.next().text]
            left = self.sum()
            conditions = self.conditions_after(left)
            if conditions and reader.now.is_(closing):
                end = reader.next()
                return Indicator(conditions, span=span.to(end.span))
            reader.position = start
        return None

    def _builtin_name(self) -> str | None:
        """The key of the built-in function at the cursor, which moves behind it."""
        reader = self.reader
        start, token = reader.position, reader.now
        name = None
        if token.kind == "command" and token.text in functions.BY_LATEX:
            reader.next()
            name = token.text
        elif token.kind in ("command", "text"):
            atom = read_atom(reader)
            if atom and atom.startswith("\\mathrm{"):
                name = atom[8:-1]
        if name in functions.BY_LATEX:
            if name in functions.LETTERS_ONLY_IF_FREE and not (
                reader.now.is_("(", "'", "^", "[", "\\{") or reader.now.kind == "eof"
            ):
                reader.position = start
                return None
            return functions.BY_LATEX[name]
        reader.position = start
        return None

    def _builtin(self, token) -> Node | None:
        """Built-in functions and constants, where the page has not taken the name."""
        start = self.reader.position
        name = self._builtin_name()
        if name is not None:
            return Function(name, span=token.span.to(self.reader.tokens[self.reader.position - 1].span))
        atom = read_atom(self.reader)
        if atom is None:
            return None
        handler = {"e": self._e, "\\delta": self._delta, "O": self._big_o, "\\mathcal{O}": self._big_o, "\\pi": self._pi}.get(atom)
        if handler and not self.integer and atom not in self.bound:
            node = handler(token.span)
            if node is not None:
                return node
        if atom in ("\\mathbf{e}", "\\mathrm{e}", "\\boldsymbol{e}"):
            node = self._e(token.span)
            if node is not None:
                return node
        if atom in [p % "I" for p in _PLAIN] and not self.integer and atom not in self.bound:
            size = None
            if self.reader.take("_"):
                size = self.sub(self.reader.group(), token.span, integer=True).whole()
                self.scope.declare_sizes_in(size)
            return Eye(size, span=token.span.to(self.reader.tokens[self.reader.position - 1].span))
        self.reader.position = start
        return None

    def _e(self, span: Span) -> Node | None:
        reader = self.reader
        if reader.now.is_("_"):
            reader.next()
            group = reader.group()
            return Unit(self.sub(group, span, integer=True).whole(), span=span.to(reader.tokens[reader.position - 1].span))
        if reader.now.is_("^"):
            reader.next()
            group = reader.group()
            exponent = self.sub(group, span).whole()
            return Call(Function("exp", span=span), (exponent,), span=span.to(reader.tokens[reader.position - 1].span))
        return Const("e", span=span)

    def _pi(self, span: Span) -> Node | None:
        return None if self.reader.now.is_("_", "(", "'") else Const("pi", span=span)

    def _delta(self, span: Span) -> Node | None:
        reader = self.reader
        if not reader.now.is_("_"):
            return None
        reader.next()
        pair = self.subscripts(reader.group(), 2)
        if len(pair) != 2:
            raise FormulaError("Kronecker's delta has two indices", span, "as in \\delta_{ij}; or declare \\delta as a name of the page")
        return Delta(*pair, span=span.to(reader.tokens[reader.position - 1].span))

    def _big_o(self, span: Span) -> Node | None:
        if not self.reader.now.is_("("):
            return None
        self.reader.next()
        body = self.sum()
        end = self.reader.expect(")", "a closing )")
        return BigO(body, span=span.to(end.span))
