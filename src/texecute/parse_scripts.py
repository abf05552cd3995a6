"""What stands above and below a factor: labels, indices, powers, transposes, primes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from texecute.errors import FormulaError, Span
from texecute.functions import TABLE
from texecute.reader import Reader
from texecute.syntax import (
    Call,
    Function,
    FunctionSpace,
    Index,
    Inverse,
    Neg,
    Node,
    Num,
    Pow,
    Product,
    Slice,
    Transpose,
    Var,
)
from texecute.tokens import Token

TRANSPOSES = {"top", "intercal"}
LABEL_STYLES = {"[": ("]", "[]"), "(": (")", "()"), "langle": ("rangle", "<>"), "<": (">", "<>")}

MAX_PRIMES = 4
"""Order of a derivative; each more costs twice as much."""


@dataclass
class Scripts:
    """The scripts of one factor, still as tokens; `above` in the order in which they stand."""

    below: list[Token] | None = None
    below_span: Span | None = None
    labels: list[tuple[str, list[Token], Span]] = field(default_factory=list)
    above: list[tuple[str, object, Span]] = field(default_factory=list)
    primes: int = 0
    end: Span | None = None


class ScriptParsing:
    """The part of the parser that reads sub- and superscripts."""

    def scripts(self) -> Scripts:
        """All scripts at the cursor."""
        reader: Reader = self.reader
        found = Scripts()
        while True:
            token = reader.now
            if token.is_("'"):
                reader.next()
                found.primes += 1
                found.end = token.span
            elif token.is_("_"):
                if found.below is not None:
                    raise FormulaError("two subscripts at one factor", token.span, "put them into one: _{ij}")
                reader.next()
                found.below = reader.group()
                found.below_span = found.end = token.span.to(reader.tokens[reader.position - 1].span)
            elif token.is_("^"):
                if found.labels or found.above:
                    raise FormulaError("two superscripts at one factor", token.span, "put them into one: ^{[l]\\top}, or use brackets")
                reader.next()
                group = reader.group()
                span = found.end = token.span.to(reader.tokens[reader.position - 1].span)
                if not group:
                    raise FormulaError("an empty superscript", span, "remove it, or fill it")
                self._superscript(group, span, found)
            else:
                return found

    def _superscript(self, group: list[Token], span: Span, found: Scripts) -> None:
        """Splits a superscript such as `[2]\\top` into label, transpose, prime, power."""
        at = 0
        while at < len(group):
            token = group[at]
            rest = group[at:]
            if token.text in LABEL_STYLES and token.kind in ("symbol", "command"):
                close, style = LABEL_STYLES[token.text]
                stop = _matching(group, at, token.text, close)
                follows = group[stop + 1 :] if stop is not None else []
                operator = bool(follows) and follows[0].is_("+", "-", "*", "/", "cdot")
                if stop is not None and not operator and (at == 0 or found.labels):
                    found.labels.append((style, group[at + 1 : stop], span))
                    at = stop + 1
                    continue
            if token.is_(*TRANSPOSES):
                found.above.append(("transpose", False, token.span))
            elif token.kind == "letter" and token.text == "T" and len(rest) == 1:
                found.above.append(("transpose", True, token.span))
            elif (width := _styled_t(rest)) and len(rest) == width:
                found.above.append(("transpose", False, token.span))
                at += width - 1
            elif token.is_("'"):
                found.primes += 1
            elif token.is_("-") and len(rest) > 1 and (rest[1].is_(*TRANSPOSES) or (rest[1].text == "T" and len(rest) == 2) or _styled_t(rest[1:])):
                found.above.append(("inverse", None, token.span))
                found.above.append(("transpose", False, rest[1].span))
                at += _styled_t(rest[1:]) or 1
            elif token.is_("circ", "odot") and len(rest) > 1:
                found.above.append(("elementwise", rest[1:], token.span))
                return
            elif token.is_("*", "dagger", "+", "star") and len(rest) == 1:
                found.above.append(("mark", token.text, token.span))
            else:
                found.above.append(("power", rest, span))
                return
            at += 1

    def postfix(self, node: Node) -> Node:
        """`node` with the scripts that follow it: entries, transposes, powers."""
        token = self.reader.now
        if not token.is_("_", "^", "'"):
            return node
        scripts = self.scripts()
        span = node.span.to(scripts.end)
        if isinstance(node, Function):
            return self.function_scripts(node, scripts)
        if scripts.primes:
            raise FormulaError("a prime behind something that is not a function", span, "write the derivative with \\frac{\\partial …}{\\partial …}")
        if scripts.labels:
            style, tokens, where = scripts.labels[0]
            if style == "()":
                raise FormulaError("a label behind something that is not a name", where, "for a power write ^{n} without the brackets")
            raise FormulaError("a label behind something that is not a name", where, "labels hang on names: W^{[l]}")
        return self.apply_scripts(node, scripts, None)

    def apply_scripts(self, node: Node, scripts: Scripts, rank: int | None) -> Node:
        """Entries first, then powers; but a transpose with full indices is transposed first."""
        span = node.span.to(scripts.end) if scripts.end else node.span
        above = list(scripts.above)
        subscripts = self.subscripts(scripts.below, rank) if scripts.below is not None else ()
        if subscripts:
            whole = not any(isinstance(s, Slice) for s in subscripts)
            if whole and len(subscripts) == 2 and above and _inverts(above[0]) and rank in (None, 2):
                raise FormulaError("an inverse and an index at one name can be read in two ways", span,
                                   "write (X^{-1})_{ij} or 1/X_{ij}")  # fmt: skip
            while whole and above and above[0][0] == "transpose" and rank != 1:
                node = Transpose(node, letter=above[0][1], span=span)
                above.pop(0)
            node = Index(node, subscripts, span=node.span.to(scripts.below_span))
        for kind, value, where in above:
            node = self._apply_above(node, kind, value, node.span.to(where))
        return node

    def _apply_above(self, node: Node, kind: str, value, span: Span) -> Node:
        if kind == "transpose":
            if value and isinstance(node, Num):
                raise FormulaError("a transposed number", span, "leave the transpose out")
            return Transpose(node, letter=value, span=span)
        if kind == "inverse":
            return Inverse(node, span=span)
        if kind == "mark":
            what = {"*": "star", "+": "plus sign", "dagger": "dagger", "star": "star"}[value]
            raise FormulaError(f"a {what} above something has no meaning here", span,
                               "declare the name with it, as in x^* \\in \\mathbb{R}^n, or write ^\\top, ^{-1}")  # fmt: skip
        exponent = self.sub(value, span).whole()
        if kind == "elementwise":
            return Pow(node, exponent, elementwise=True, span=span)
        if exponent == Neg(Num("1")):
            return Inverse(node, span=span)
        return Pow(node, exponent, span=span)

    def function_scripts(self, function: Function, scripts: Scripts) -> Node:
        """Primes, labels and powers of a function's name: `g'`, `\\tanh^2`, `g^{[1]\\prime}`."""
        span = function.span.to(scripts.end)
        function = replace(function, primes=function.primes + scripts.primes, span=span)
        if function.primes > MAX_PRIMES:
            raise FormulaError(f"{function.primes} primes are too many: the limit is {MAX_PRIMES}", span, "as in g''(z)", "bound")
        if scripts.labels:
            if function.builtin or function.labels:
                raise FormulaError("this function has no labels", scripts.labels[0][2], "declare a family: g^{[l]} : \\mathbb{R}\\to\\mathbb{R}")
            function = replace(function, labels=self.label_expressions([scripts.labels[0][1]]))
        if scripts.below is not None:
            raise FormulaError("a subscript at a function's name", scripts.below_span, "put it behind the argument: f(x)_i")
        if not scripts.above:
            return function
        powers = [a for a in scripts.above if a[0] in ("power", "elementwise")]
        if len(powers) != len(scripts.above):
            raise FormulaError("this cannot hang on a function's name", span, "put the value into brackets: (f(x))^\\top")
        node = self.called(function)
        if isinstance(node, Function):
            raise FormulaError("a power of a function without its argument", span, "as in \\tanh^2(x)")
        for kind, tokens, where in powers:
            exponent = self.sub(tokens, where).whole()
            if exponent == Neg(Num("1")):
                raise FormulaError("f^{-1} can be read as the inverse function and as 1/f", span, "write 1/f(x), or declare the inverse")
            each = kind == "elementwise" or self._acts_on_entries(function)
            node = Pow(node, exponent, elementwise=each, span=span.to(node.span))
        return node

    def _acts_on_entries(self, function: Function) -> bool:
        """Whether a function works entry by entry, so that its power does, too."""
        if function.builtin:
            return function.name in TABLE
        space = self.scope.by_uid[function.name].domain
        return isinstance(space, FunctionSpace) and not any(a.shape for a in space.arguments) and not space.result.shape

    # --- subscripts ---------------------------------------------------------------

    def label_expressions(self, groups: list[list[Token]]) -> tuple[Node, ...]:
        """The integer expressions of labels, each group split at its commas."""
        found = []
        for group in groups:
            for part in split_commas(group):
                if not part:
                    raise FormulaError("an empty label", group[0].span if group else Span(0, 1), "as in ^{[l]}")
                found.append(self.sub(part, part[0].span, integer=True).whole())
        return tuple(found)

    def subscripts(self, tokens: list[Token], rank: int | None) -> tuple[Node, ...]:
        """The indices of a subscript; `rank` (if known) tells `_{12}` and `_{2k}` apart."""
        if not tokens:
            raise FormulaError("an empty subscript", self.reader.now.span, "remove it, or fill it")
        parts = split_commas(tokens)
        if len(parts) > 1:
            return tuple(self._one_subscript(part, tokens[0].span) for part in parts)
        return tuple(self._adjacent(tokens, rank))

    def _one_subscript(self, tokens: list[Token], fallback: Span) -> Node:
        if not tokens:
            raise FormulaError("an empty index", fallback, "write : for all of a row or column")
        if len(tokens) == 1 and tokens[0].is_(":", "cdot", "*", "bullet"):
            return Slice(span=tokens[0].span)
        depth = 0
        for at, token in enumerate(tokens):
            depth += {"open": 1, "close": -1}.get(token.kind, 0)
            if token.is_(":") and depth == 0:
                low, high = tokens[:at], tokens[at + 1 :]
                return Slice(
                    self.sub(low, fallback, integer=True).whole() if low else None,
                    self.sub(high, fallback, integer=True).whole() if high else None,
                    span=tokens[0].span.to(tokens[-1].span),
                )
        return self.sub(tokens, fallback, integer=True).whole()

    def _adjacent(self, tokens: list[Token], rank: int | None) -> list[Node]:
        """Indices without commas: `ij`, `i\\cdot`, `:`, `i+k-1`, `12`."""
        for at, token in enumerate(tokens):
            if token.is_("cdot", "bullet") or (token.is_("*") and len(tokens) > 1):
                alone_left = at == 0 and len(tokens) > 1
                alone_right = at == len(tokens) - 1 and at > 0
                if alone_left or alone_right:
                    other = tokens[1:] if alone_left else tokens[:-1]
                    index = self._one_subscript(other, token.span)
                    return [Slice(span=token.span), index] if alone_left else [index, Slice(span=token.span)]
        if any(t.is_(":") for t in tokens) or (len(tokens) == 1 and tokens[0].is_("cdot", "bullet", "*")):
            return [self._one_subscript(tokens, tokens[0].span)]
        node = self.sub(tokens, tokens[0].span, integer=True).whole()
        if rank == 1:
            return [node]
        items = list(node.factors) if isinstance(node, Product) else [node]
        split = [piece for item in items for piece in _digits(item, rank, len(items))]
        if len(split) > 1 and all(isinstance(s, Var | Num) for s in split):
            return split
        return [node]


def _digits(item: Node, rank: int | None, count: int) -> list[Node]:
    """`12` as two indices where two are wanted."""
    if isinstance(item, Num) and len(item.text) > 1 and item.text.isdigit():
        wanted = rank if rank is not None and rank > 1 else 2
        if count - 1 + len(item.text) == wanted:
            return [Num(d, span=item.span) for d in item.text]
    return [item]


def _inverts(mark: tuple[str, object, Span]) -> bool:
    """Whether a superscript begins with an inverse: `-1`, `-\\top`."""
    kind, value, _ = mark
    return kind == "inverse" or (kind == "power" and len(value) == 2 and value[0].is_("-") and value[1].text == "1")


def split_commas(tokens: list[Token]) -> list[list[Token]]:
    """Tokens split at the commas outside of brackets."""
    parts, depth = [[]], 0
    for token in tokens:
        if token.kind in ("open", "begin") or token.is_("(", "[", "\\{"):
            depth += 1
        elif token.kind in ("close", "end") or token.is_(")", "]", "\\}"):
            depth -= 1
        if depth == 0 and token.is_(","):
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def _matching(tokens: list[Token], at: int, opening: str, closing: str) -> int | None:
    depth = 0
    for position in range(at, len(tokens)):
        if tokens[position].text == opening:
            depth += 1
        elif tokens[position].text == closing:
            depth -= 1
            if depth == 0:
                return position
    return None


def _styled_t(tokens: list[Token]) -> int:
    """How many tokens spell `\\mathsf{T}` (any upright style) at the beginning; 0 if they do not."""
    if tokens and tokens[0].kind == "text" and tokens[0].text == "T":
        return 1
    if tokens and tokens[0].is_("mathsf", "mathrm", "mathit", "operatorname", "mathbf"):
        if len(tokens) > 3 and tokens[1].kind == "open" and tokens[2].text == "T" and tokens[3].kind == "close":
            return 4
        if len(tokens) > 1 and tokens[1].text == "T":
            return 2
    return 0


__all__ = ["ScriptParsing", "Scripts", "split_commas", "Call"]
