"""Names in expressions: the longest known name wins, an unknown one is an error."""

from __future__ import annotations

from texecute.errors import FormulaError, Span
from texecute.names import Symbol
from texecute.parse_builtins import BuiltinParsing
from texecute.parse_scripts import Scripts, split_commas
from texecute.reader import read_atom, spell
from texecute.syntax import (
    Function,
    Node,
    Ref,
    Var,
)
from texecute.tokens import Token


class NameParsing(BuiltinParsing):
    """The part of the parser that reads names."""

    def name(self) -> Node | None:
        """The value, function or index that a name at the cursor stands for."""
        reader = self.reader
        token = reader.now
        special = self._bold_number()
        if special is not None:
            return special
        start = reader.position
        symbol = self._longest(start)
        if symbol is not None:
            return self._known(symbol, token.span.to(reader.tokens[reader.position - 1].span))
        reader.position = start
        builtin = self._builtin(token)
        if builtin is not None:
            return builtin
        reader.position = start
        atom = read_atom(reader)
        if atom is None:
            return None
        return self._unknown(atom, start, token.span.to(reader.tokens[reader.position - 1].span))

    def bare_function(self) -> Function | None:
        """A function's name with its scripts and nothing else; else None and the cursor back."""
        start = self.reader.position
        symbol = self._longest(start)
        if symbol is None or symbol.role != "function":
            builtin = self._builtin_name() if symbol is None else None
            if builtin is None:
                self.reader.position = start
                return None
            function = Function(builtin, span=self.reader.tokens[start].span)
        else:
            function = Function(symbol.uid, builtin=False, span=self.reader.tokens[start].span)
        scripts = self.scripts()
        if self.reader.now.kind != "eof" or scripts.above or scripts.below is not None:
            self.reader.position = start
            return None
        return self.function_scripts(function, scripts) if scripts.end else function

    # --- known names ---------------------------------------------------------------

    def _longest(self, start: int) -> Symbol | None:
        """The known name of most symbols at the cursor, which moves behind it."""
        reader, scope = self.reader, self.scope
        first = read_atom(reader)
        if first is None:
            return None
        best = self._with_scripts(first, reader.position)
        best_end = reader.position
        text, longer = first, [n for n in scope.symbols if n.startswith(first) and n != first]
        while longer and reader.now.kind in ("letter", "command", "number"):
            atom = reader.next().text if reader.now.kind == "number" else read_atom(reader)
            if atom is None:
                break
            text += atom
            longer = [n for n in longer if n.startswith(text)]
            if any(n == text or n.startswith(text + "_") or n.startswith(text + "^") for n in longer):
                found = self._with_scripts(text, reader.position)
                if found is not None:
                    best, best_end = found, reader.position
        reader.position = best_end
        if best is not None and self.integer and best.role != "integer" and not best.style:
            return None if best.role == "function" or best.name in self.bound else best
        if best is not None and best.name in self.bound and best.role != "integer":
            return None
        return best

    def _with_scripts(self, name: str, after: int) -> Symbol | None:
        """The symbol of `name`, or of `name` with the marks that are declared with it."""
        reader = self.reader
        for suffix, end in self._marks(after):
            symbol = self.scope.lookup(name + suffix)
            if symbol is not None:
                reader.position = end
                return symbol
        reader.position = after
        return self.scope.lookup(name)

    def _marks(self, after: int) -> list[tuple[str, int]]:
        """Spellings of the scripts at `after` that may belong to a declared name, longest first.

        `x^a_b` and `x_b^a` are the same on the page, so the subscript is put first.
        """
        reader = self.reader
        reader.position = after
        groups: list[tuple[str, int, int]] = []
        while len(groups) < 2 and reader.now.is_("_", "^"):
            mark, begin = reader.next().text, reader.position - 1
            try:
                text = spell(reader.group())
            except FormulaError:
                break
            groups.append((f"{mark}{{{text}}}", begin, reader.position))
        if len(groups) == 2 and groups[0][0][0] == "^" and groups[1][0][0] == "_":
            (_, a, b), (_, _, c) = groups
            tokens = reader.tokens
            reader.tokens = tokens[:a] + tokens[b:c] + tokens[a:b] + tokens[c:]
            return self._marks(after)
        found, text = [], ""
        for spelled, _, end in groups:
            text += spelled
            found.append((text, end))
        reader.position = after
        return found[::-1]

    def _known(self, symbol: Symbol, span: Span) -> Node:
        reader = self.reader
        span = span.to(reader.tokens[max(reader.position - 1, 0)].span)
        if symbol.role == "function":
            function = Function(symbol.uid, builtin=False, span=span)
            return self._family_function(function, symbol)
        if symbol.function is not None and self.reader.now.is_("("):
            return Function(symbol.function, builtin=False, span=span)
        scripts = self.scripts()
        labels = self._labels(symbol, scripts)
        if scripts.primes:
            raise FormulaError(f"{symbol.name} is not a function, so it has no derivative '", scripts.end,
                               f"declare {symbol.name} : \\mathbb{{R}}\\to\\mathbb{{R}}, or write \\frac{{\\partial …}}{{\\partial …}}")  # fmt: skip
        where = span.to(scripts.end) if scripts.end and labels else span
        if symbol.role == "integer":
            node: Node = Var(symbol.name, labels, span=where)
            return self.apply_scripts(node, scripts, None)
        if self.integer:
            raise FormulaError(f"{symbol.name} is not an integer, so it cannot be an index", span,
                               f"declare it as one, {symbol.name} \\in \\{{1,\\dots,n\\}}, or use another letter")  # fmt: skip
        node = Ref(symbol.uid, labels, span=where)
        return self.apply_scripts(node, scripts, self.scope.ranks.get(symbol.uid))

    def _family_function(self, function: Function, symbol: Symbol) -> Node:
        if symbol.style in ("_", "^") and self.reader.now.is_(symbol.style):
            self.reader.next()
            labels = self.label_expressions([self.reader.group()])
            function = Function(symbol.uid, labels, builtin=False, span=function.span)
        return function

    def _labels(self, symbol: Symbol, scripts: Scripts) -> tuple[Node, ...]:
        """The label of a family's member, taken out of the scripts."""
        if symbol.style in ("[]", "()", "<>") or scripts.labels:
            if not scripts.labels:
                return ()
            style, tokens, where = scripts.labels.pop(0)
            if symbol.style not in ("[]", "()", "<>"):
                if symbol.role == "integer":
                    return self.label_expressions([tokens])
                hint = "for a power leave out the brackets" if style == "()" else f"declare the family: {symbol.name}^{{[l]}} \\in …"
                raise FormulaError(f"{symbol.name} is not declared with labels", where, hint, "name")
            more = [tokens for _, tokens, _ in scripts.labels]
            scripts.labels.clear()
            return self.label_expressions([tokens, *more])
        if symbol.style == "_" and scripts.below is not None:
            parts = split_commas(scripts.below)
            labels = self.label_expressions([parts[0]])
            rest = [t for part in parts[1:] for t in [*part, _comma(part)]][:-1] if len(parts) > 1 else None
            scripts.below = rest
            return labels
        if symbol.style == "^" and scripts.above and scripts.above[0][0] == "power":
            _, tokens, where = scripts.above.pop(0)
            return self.label_expressions([tokens])
        if symbol.role == "integer" and scripts.below is not None:
            labels = self._size_label(scripts.below)
            scripts.below = None
            return labels
        return ()

    def _size_label(self, tokens) -> tuple[Node, ...]:
        """The label of a size: an integer expression, or any word (`n_x`, `d_{model}`)."""
        reader = self.reader.inner(tokens, self.reader.now.span)
        atom = read_atom(reader)
        if atom is not None and reader.now.kind == "eof":
            return (Var(atom, span=tokens[0].span),)
        try:
            return self.label_expressions([tokens])
        except FormulaError:
            return (Var(spell(tokens), span=tokens[0].span),)

    # --- unknown names ---------------------------------------------------------------------

    def _unknown(self, atom: str, start: int, span: Span) -> Node:
        """An index, a name that the page defines later, or an error."""
        scope = self.scope
        if self.reader.now.is_("_") and atom not in self.bound:
            at = self.reader.position
            self.reader.next()
            group = self.reader.group()
            spelled = f"{atom}_{{{spell(group)}}}"
            if self.integer:
                return Var(atom, self._size_label(group), span=span)
            self.reader.position = at
            if atom not in scope.later:
                raise scope.unknown(spelled, span.to(group[-1].span if group else span))
        if atom in scope.later and atom not in self.bound and not self.integer:
            return self._forward(atom, span)
        if self.integer or atom in self.bound or atom in scope.indices:
            scripts_follow = self.reader.now.is_("^") and self.reader.ahead().kind == "open"
            if self.integer and scripts_follow and self.reader.ahead(2).is_("[", "("):
                scripts = self.scripts()
                if scripts.labels:
                    return Var(atom, self.label_expressions([scripts.labels[0][1]]), span=span)
            return Var(atom, span=span)
        if len(atom) == 1 and atom.isalpha():
            if self.reader.now.is_("^") and self._label_follows():
                raise scope.unknown(atom, span)
            # An index may also stand outside of subscripts; whether it is one shows at the end.
            return Var(atom, span=span)
        raise scope.unknown(atom, span, self.reader.now.is_("("))

    def _label_follows(self) -> bool:
        """Whether the superscript at the cursor is a layer label: an index has none, so this is an unknown name."""
        return self.reader.ahead().kind == "open" and self.reader.ahead(2).is_("[", "langle")

    def _forward(self, atom: str, span: Span) -> Node:
        """A member of a family that is defined further down."""
        style = "[]"
        scripts = self.scripts()
        if scripts.labels:
            style, tokens, _ = scripts.labels.pop(0)
            labels = self.label_expressions([tokens])
        elif scripts.below is not None:
            style, labels = "_", self.label_expressions([scripts.below])
            scripts.below = None
        elif scripts.above and scripts.above[0][0] == "power":
            style, labels = "^", self.label_expressions([scripts.above.pop(0)[1]])
        else:
            raise self.scope.unknown(atom, span)
        symbol = self.scope.add_forward(atom, style)
        node = Ref(symbol.uid, labels, span=span.to(scripts.end or span))
        return self.apply_scripts(node, scripts, None)


def _comma(part):
    span = part[-1].span if part else Span(0, 0)
    return Token("symbol", ",", span)
