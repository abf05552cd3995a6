"""Tree → LaTeX in one canonical spelling, with exactly the brackets that are needed.

`Printer(scope).print(tree)` read again in the same scope gives the same tree.
"""

from __future__ import annotations

import re

from texecute import functions
from texecute.names import Scope, Symbol
from texecute.signs import OPERATORS
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
    Inverse,
    Limit,
    Neg,
    Node,
    Num,
    Operation,
    Product,
    Ranges,
    Ref,
    Relation,
    Slice,
    Transpose,
    Var,
)

SUM, TERM, FACTORS, FACTOR = range(4)
"""How tight a text holds together: a sum, a product with signs, juxtaposed factors, one factor."""

COMMANDS = {
    "exp", "log", "ln", "sin", "cos", "tan", "sinh", "cosh", "tanh", "arctan", "arcsin", "arccos", "cot", "sigma",
    "Phi", "phi", "max", "min", "det",
}  # fmt: skip
"""Functions that have a LaTeX command of their own; others are written with \\operatorname."""

OPERATOR_TEXT = {"ast": "*"}
MARKS = {"[]": "^{[%s]}", "()": "^{(%s)}", "<>": "^{\\langle %s\\rangle}", "_": "_{%s}", "^": "^{%s}"}
DOTS = {"c": "\\cdots", "v": "\\vdots", "d": "\\ddots"}
TALL = re.compile(r"\\(?:frac|sum|prod|begin|lim|underbrace)")
NOT_A_POWER = ("(", "[", "\\left(", "\\langle", "\\mathsf", "\\mathrm{T}", "'", "*", "-T", "-\\mathrm{T}")
"""What a superscript may not begin with: it would be read as a label, a transpose or a mark."""
GREEDY = (Big, Limit)
"""What takes everything that follows it at its level."""


class Printer:
    """Prints trees that were read in `scope`."""

    def __init__(self, scope: Scope):
        self.scope = scope

    def print(self, node: Node) -> str:
        """The LaTeX of an expression, a relation or its ranges."""
        return self.at(node, SUM)

    def at(self, node: Node, level: int) -> str:
        """The text of a node where something at least as tight as `level` is wanted."""
        own, text = self._text(node)
        return text if own >= level else _brackets(text)

    def _text(self, node: Node) -> tuple[int, str]:
        result = getattr(self, "_" + type(node).__name__)(node)
        return result if isinstance(result, tuple) else (FACTOR, result)

    # --- names and numbers ---------------------------------------------------------

    def _Num(self, node):
        return node.text

    def _Const(self, node):
        return "e" if node.name == "e" else "\\pi"

    def _Var(self, node):
        symbol = self.scope.lookup(node.name)
        name = node.name
        if not node.labels:
            return name
        labels = ", ".join(map(self.print, node.labels))
        return name + MARKS.get(symbol.style if symbol is not None else "", "_{%s}") % labels

    def _Ref(self, node):
        symbol = self.scope.by_uid[node.name]
        name = symbol.name
        return name + MARKS[symbol.style or "[]"] % ", ".join(map(self.print, node.labels)) if node.labels else name

    def _free(self, *names: str) -> str:
        """The first of several spellings that the page has not taken for itself."""
        for name in names:
            if self.scope.lookup(name) is None and name not in self.scope.later:
                return name
        return names[-1]

    def _sized(self, name: str, size: Node | None) -> str:
        return name if size is None else f"{name}_{{{self.print(size)}}}"

    def _Ones(self, node):
        return self._sized("\\mathbf{1}", node.size)

    def _Zeros(self, node):
        return self._sized("\\mathbf{0}", node.size)

    def _Eye(self, node):
        return self._sized(self._free("I", "\\mathbf{I}", "\\mathrm{I}", "\\mathbb{I}"), node.size)

    def _Unit(self, node):
        return self._sized(self._free("e", "\\mathbf{e}"), node.index)

    def _Delta(self, node):
        return f"\\delta_{{{self._subscripts((node.left, node.right), 2)}}}"

    def _Condition(self, node):
        return f"{self.print(node.left)} {node.op} {self.print(node.right)}"

    def _conditions(self, conditions) -> str:
        return ", ".join(map(self.print, conditions))

    def _Indicator(self, node):
        return f"\\mathbb{{1}}[{self._conditions(node.conditions)}]"

    # --- arithmetic ------------------------------------------------------------------

    def _Neg(self, node):
        return SUM, "-" + self.at(node.body, TERM)

    def _Add(self, node):
        text = ""
        for i, term in enumerate(node.terms):
            if isinstance(term, Neg):
                text += (" - " if i else "-") + self.at(term.body, TERM)
            else:
                text += (" + " if i else "") + self.at(term, TERM)
        return SUM, text

    def _Product(self, node):
        parts: list[str] = []
        for i, factor in enumerate(node.factors):
            text = self.at(factor, FACTOR)
            last = i == len(node.factors) - 1
            if (isinstance(factor, GREEDY) and not last) or (i and text[0] in "0123456789."):
                text = _brackets(text)
            elif not last and self._swallows(factor, node.factors[i + 1]):
                text = "{" + text + "}"
            parts.append(text)
        return FACTORS, " ".join(parts)

    def _swallows(self, left: Node, right: Node) -> bool:
        """Whether a name would read the factor behind it as a part of itself or as its argument."""
        if not isinstance(left, Ref | Var) and type(left).__name__ != "Const":
            return False
        name = self._text(left)[1]
        following = self.at(right, FACTOR)
        if following.startswith(("(", "\\left(")):
            symbol = self.scope.by_uid.get(left.name) if isinstance(left, Ref) else None
            return type(left).__name__ == "Const" or (symbol is not None and symbol.function is not None)
        if getattr(left, "labels", ()):
            return False
        together = _plain(name + following)
        return any(n.startswith(_plain(name)) and len(n) > len(_plain(name)) and _overlap(n, together, len(_plain(name)))
                   for n in map(_plain, self.scope.symbols))  # fmt: skip

    def _Operation(self, node):
        if node.op == "inner":
            return f"\\langle {self.print(node.left)}, {self.print(node.right)}\\rangle"
        left, right = self.at(node.left, FACTORS), self.at(node.right, FACTORS)
        first = node.left
        if isinstance(first, Operation) and first.op != "inner" and _kind(first.op) == _kind(node.op):
            left = self.at(first, TERM)
            first = first.right
        if _ends_greedy(first) and not left.endswith(")"):
            left = _brackets(left)
        op = OPERATOR_TEXT.get(node.op, "\\" + node.op)
        return TERM, f"{left} {op} {right}"

    def _Div(self, node):
        top, bottom = self.print(node.top), self.print(node.bottom)
        if _looks_differential(top) and _looks_differential(bottom):
            top = _brackets(top)
        return f"\\frac{{{top}}}{{{bottom}}}"

    def _Transpose(self, node):
        if isinstance(node.body, Inverse):
            return self._base(node.body.body) + "^{-\\top}"
        if isinstance(node.body, Ref | Var) or (isinstance(node.body, Index) and isinstance(node.body.body, Ref)):
            text = self._text(node.body)[1]
            bare = isinstance(node.body, Ref | Var) and "^" not in text and not self._collides(text, "^{\\top}")
            return (text if bare else "{" + text + "}") + "^\\top"
        if isinstance(node.body, Transpose):
            return "{" + self._text(node.body)[1] + "}^\\top"
        return self._base(node.body) + "^\\top"

    def _Inverse(self, node):
        return self._base(node.body) + "^{-1}"

    def _base(self, node: Node) -> str:
        """What a superscript can hang on."""
        own, text = self._text(node)
        if isinstance(node, Ref | Var):
            if self._has_style_without_label(node) or self._collides(text, "^"):
                return "{" + text + "}"
            return _brackets(text) if "^" in text else text
        if isinstance(node, Num) or (isinstance(node, Index) and "^" not in text):
            if isinstance(node, Index) and isinstance(node.body, Ref):
                return text if self._rank(node.body) == 1 else _brackets(text)
            return text if isinstance(node, Num) else _brackets(text)
        if isinstance(node, Call) and own == FACTOR and text.endswith(")"):
            return text
        if type(node).__name__ in ("Eye", "Abs", "MatrixLiteral", "Ones", "Zeros") or (type(node).__name__ == "Const" and node.name == "pi"):
            return text if type(node).__name__ not in ("Const",) else "{" + text + "}"
        return _brackets(text)

    def _has_style_without_label(self, node: Node) -> bool:
        symbol = self.scope.by_uid.get(node.name) if isinstance(node, Ref) else self.scope.lookup(node.name)
        return symbol is not None and bool(symbol.style) and not node.labels

    def _collides(self, name: str, script: str) -> bool:
        """Whether the page has a name that consists of this one and a script that begins so."""
        return any(n.startswith(_plain(name) + _plain(script)) for n in map(_plain, self.scope.symbols))

    def _Pow(self, node):
        exponent = self.print(node.exponent)
        base = node.base
        if node.elementwise:
            if isinstance(base, Call) and base.function.builtin and base.function.name != "sqrt" and not base.function.primes:
                return f"{self._function(base.function)}^{{{exponent}}}" + _brackets(", ".join(map(self.print, base.arguments)))
            return f"{self._base(base)}^{{\\circ {exponent}}}"
        if exponent.startswith(NOT_A_POWER) or exponent == "T":
            exponent = "{" + exponent + "}"
        return f"{self._base(base)}^{{{exponent}}}"

    # --- entries ------------------------------------------------------------------------

    def _rank(self, node: Node) -> int | None:
        return self.scope.ranks.get(node.name) if isinstance(node, Ref) else None

    def _Index(self, node):
        body = node.body
        rank = self._rank(body)
        subs = self._subscripts(node.subscripts, rank)
        if isinstance(body, Ref):
            text = self._text(body)[1]
            symbol = self.scope.by_uid[body.name]
            if body.labels and symbol.style == "_":
                return f"{text[:-1]}, {self._subscripts(node.subscripts, rank, commas=True)}}}"
            if "_" in re.sub(r"\{[^{}]*\}", "", text) or (symbol.style and not body.labels):
                return f"{_brackets(text)}_{{{subs}}}"
            spelled = f"{text}_{{{subs}}}"
            if self.scope.lookup(spelled) or self.scope.lookup(_plain(spelled)):
                return f"{{{text}}}_{{{subs}}}"
            if body.labels or "^" not in text:
                return spelled
            return f"{_brackets(text)}_{{{subs}}}"
        if isinstance(body, Transpose) and isinstance(body.body, Ref) and not body.body.labels and not any(isinstance(s, Slice) for s in node.subscripts):
            return f"{_brackets(self._text(body)[1])}_{{{subs}}}"
        if isinstance(body, Call) and self._text(body)[1].endswith(")"):
            return f"{self._text(body)[1]}_{{{subs}}}"
        return f"{_brackets(self.print(body))}_{{{subs}}}"

    def _subscripts(self, subscripts, rank: int | None, commas: bool = False) -> str:
        texts = [self._subscript(s) for s in subscripts]
        letters = all(isinstance(s, Var) and not s.labels and (len(s.name) == 1 or s.name.startswith("\\")) and "{" not in s.name for s in subscripts)
        if len(texts) == 1 or commas or rank == 1 or not letters or self._joined(subscripts):
            return ", ".join(texts)
        return " ".join(texts) if any(t.startswith("\\") for t in texts) else "".join(texts)

    def _joined(self, subscripts) -> bool:
        """Whether letters side by side would be read as one longer name."""
        text = "".join(s.name for s in subscripts)
        return any(len(n) > 1 and n in text for n in self.scope.symbols)

    def _subscript(self, node: Node) -> str:
        if isinstance(node, Slice):
            ends = ["" if e is None else self.print(e) for e in (node.low, node.high)]
            return ":".join(ends)
        return self.print(node)

    # --- functions ------------------------------------------------------------------------

    def _symbol_of(self, function: Function) -> Symbol:
        for symbol in reversed(list(self.scope.by_uid.values())):
            if symbol.function == function.name:
                return symbol
        return self.scope.by_uid[function.name]

    def _Function(self, node):
        return self._function(node)

    def _function(self, node: Function) -> str:
        if node.builtin:
            return self._builtin_name(node.name) + "'" * node.primes
        symbol = self._symbol_of(node)
        name = symbol.name
        if not node.labels:
            return ("{" + name + "}" if "^" in name and node.primes else name) + "'" * node.primes
        label = ", ".join(map(self.print, node.labels))
        if symbol.style in ("_", "^"):
            text = name + MARKS[symbol.style] % label
            return ("{" + text + "}" if symbol.style == "^" and node.primes else text) + "'" * node.primes
        mark = MARKS[symbol.style or "[]"] % label
        return name + mark[:-1] + "\\prime" * node.primes + "}" if node.primes else name + mark

    def _builtin_name(self, name: str) -> str:
        if name in ("argmax", "argmin"):
            return "\\arg\\" + name[3:]
        spellings = functions.TABLE[name].latex if name in functions.TABLE else [k for k, v in functions.WHOLE.items() if v == name]
        texts = [("\\" + s, s) if s in COMMANDS else (f"\\operatorname{{{s}}}", s) for s in spellings]
        for text, spelling in texts:
            taken = (self.scope.lookup("\\" + spelling), self.scope.lookup(f"\\mathrm{{{spelling}}}"))
            if not any(taken):
                return text
        return texts[0][0]

    def _Call(self, node):
        arguments = ", ".join(map(self.print, node.arguments))
        if node.function.builtin and node.function.name == "sqrt" and not node.function.primes:
            return f"\\sqrt{{{arguments}}}"
        return self._function(node.function) + _brackets(arguments)

    def _Norm(self, node):
        return f"\\lVert {self.print(node.body)}\\rVert" + (f"_{{{node.kind}}}" if node.kind else "")

    def _Abs(self, node):
        return f"\\lvert {self.print(node.body)}\\rvert"

    # --- sums, matrices ---------------------------------------------------------------------

    def _Big(self, node):
        name = "\\arg\\" + node.op[3:] if node.op.startswith("arg") else "\\" + node.op
        below, above = self._below(node.bindings, node.conditions)
        head = f"{name}_{{{below}}}" + (f"^{{{above}}}" if above else "")
        body = self.at(node.body, TERM)
        return FACTOR, f"{head} {body}"

    def _below(self, bindings: tuple[Binding, ...], conditions) -> tuple[str, str]:
        """What stands below and above a big operator."""
        ranged = [b for b in bindings if b.low is not None]
        plain = [b.name for b in bindings]
        tail = [self.print(c) for c in conditions]
        if len(ranged) == len(bindings) and all((b.low, b.high) == (ranged[0].low, ranged[0].high) for b in ranged):
            return ", ".join([f"{', '.join(plain)}={self.print(ranged[0].low)}", *tail]), self.print(ranged[0].high)
        if not ranged and not any(b.members for b in bindings):
            return ", ".join(plain) + (" : " + ", ".join(tail) if tail else ""), ""
        parts = [b.name if b.low is None and not b.members else f"{b.name} \\in {self._set(b)}" for b in bindings]
        return ", ".join([*parts, *tail]), ""

    def _set(self, binding: Binding) -> str:
        if binding.members:
            return "\\{" + ", ".join(map(self.print, binding.members)) + "\\}"
        return f"\\{{{self.print(binding.low)}, \\dots, {self.print(binding.high)}\\}}"

    def _Dots(self, node):
        return DOTS[node.kind]

    def _MatrixLiteral(self, node):
        rows = " \\\\ ".join(" & ".join(map(self.print, row)) for row in node.rows)
        return f"\\begin{{bmatrix}} {rows} \\end{{bmatrix}}"

    def _Cases(self, node):
        rows = []
        for value, conditions in node.branches:
            rows.append(f"{self.print(value)} & {self._conditions(conditions) if conditions else chr(92) + 'text{otherwise}'}")
        return "\\begin{cases} " + " \\\\ ".join(rows) + " \\end{cases}"

    def _ShapeClaim(self, node):
        return f"\\underbrace{{{self.print(node.body)}}}_{{{self.print(node.rows)} \\times {self.print(node.columns)}}}"

    # --- derivatives -------------------------------------------------------------------------

    def _by(self, by: By) -> str:
        target = by.target
        if isinstance(target, Call) and not target.function.builtin:
            return self._function(target.function)
        return self.at(Transpose(target) if by.transposed else target, FACTOR)

    def _Derivative(self, node):
        if node.style == "nabla":
            order = "^{2}" if len(node.by) == 2 else ""
            return f"\\nabla{order}_{{{self._by(node.by[0])}}} {self._closed(node.body)}"
        sign = "\\partial" if node.style == "partial" else "\\mathrm{d}"
        order = f"^{{{len(node.by)}}}" if len(node.by) > 1 else ""
        body = self.at(node.body, TERM)
        return f"\\frac{{{sign}{order} {body}}}{{{' '.join(f'{sign} {self._by(b)}' for b in node.by)}}}"

    def _closed(self, node: Node) -> str:
        """One factor that takes nothing of what follows."""
        text = self.at(node, FACTOR)
        return _brackets(text) if isinstance(node, GREEDY) else text

    def _Differential(self, node):
        return f"\\mathrm{{d}} {self._closed(node.body)}"

    def _At(self, node):
        points = ", ".join(f"{self.at(target, FACTOR)} = {self.print(value)}" for target, value in node.points)
        return f"\\left. {self.print(node.body)} \\right|_{{{points}}}"

    def _Limit(self, node):
        return FACTOR, f"\\lim_{{{self.print(node.name)} \\to {self.print(node.to)}}} {self.at(node.body, TERM)}"

    def _BigO(self, node):
        return f"O({self.print(node.body)})"

    # --- whole formulas ---------------------------------------------------------------------

    def _Relation(self, node: Relation):
        text = self.print(node.parts[0])
        for op, part in zip(node.relations, node.parts[1:]):
            text += f" {op} {self.print(part)}"
        return SUM, text + self.ranges(node.ranges)

    def ranges(self, ranges: Ranges) -> str:
        """Ranges and conditions as they stand behind a formula."""
        parts = [self._range(b) for b in ranges.bindings] + [self.print(c) for c in ranges.conditions]
        return "".join(f", \\quad {p}" for p in parts)

    def _range(self, binding: Binding) -> str:
        if binding.low is not None:
            return f"{binding.name} = {self.print(binding.low)}, \\dots, {self.print(binding.high)}"
        if binding.members:
            return f"{binding.name} \\in {self._set(binding)}"
        return f"\\forall {binding.name}"


def _brackets(text: str) -> str:
    return f"\\left({text}\\right)" if TALL.search(text) else f"({text})"


def _kind(op: str) -> str:
    return OPERATORS["*" if op == "ast" else op]


def _ends_greedy(node: Node) -> bool:
    """Whether the text of a node ends in something that takes what follows."""
    while True:
        if isinstance(node, GREEDY):
            return True
        if isinstance(node, Product):
            node = node.factors[-1]
        elif isinstance(node, Operation) and node.op != "inner":
            node = node.right
        else:
            return False


def _looks_differential(text: str) -> bool:
    return bool(re.match(r"\\mathrm\{d\}|\\partial|d(?![a-z{])|d$|\\text\{d\}", text))


def _plain(text: str) -> str:
    return text.replace(" ", "")


def _overlap(name: str, together: str, start: int) -> bool:
    """Whether a longer name goes on the way the text goes on, up to its own scripts."""
    stop = next((i for i, c in enumerate(name) if i >= start and c in "_^"), len(name))
    return stop > start and together.startswith(name[:stop])


def to_latex(node: Node, scope: Scope) -> str:
    """The canonical LaTeX of a tree."""
    return Printer(scope).print(node)


__all__ = ["Printer", "to_latex", "Condition", "Differential", "Div", "Add", "Derivative"]
