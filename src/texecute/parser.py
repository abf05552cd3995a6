"""Tokens and scope → tree: sums, products, factors, by precedence climbing.

From loose to tight: sums; explicit operators (one level, from the left);
juxtaposition and `/`; prefix operators and functions; sub- and superscripts.
What two readers would read differently is refused with a request for brackets.
"""

from __future__ import annotations

from texecute import functions
from texecute.errors import FormulaError, Span
from texecute.names import Scope
from texecute.parse_calculus import CalculusParsing
from texecute.parse_names import NameParsing
from texecute.parse_scripts import ScriptParsing
from texecute.reader import ACCENTS, GREEK, STYLES, Reader, spell
from texecute.syntax import (
    Abs,
    Add,
    At,
    Big,
    Call,
    Cases,
    Condition,
    Div,
    Dots,
    Function,
    Indicator,
    MatrixLiteral,
    Neg,
    Node,
    Norm,
    Num,
    Operation,
    Pow,
    Product,
    ShapeClaim,
)
from texecute.tokens import tokenize

MAX_DEPTH = 80
"""How deep expressions may be nested: enough for mathematics, far below Python's own limit."""

OPERATORS = {
    "circ": "circ", "odot": "circ", "*": "circ", "oslash": "oslash", "cdot": "cdot", "times": "times", "otimes": "otimes",
}  # fmt: skip
"""Explicit operators and their kind: two different kinds in a row want brackets."""

RELATIONS = {
    "=": "=", "neq": "\\ne", "leq": "\\le", "geq": "\\ge", "<": "<", ">": ">", "approx": "\\approx", "coloneqq": ":=",
}  # fmt: skip
REFUSED_RELATIONS = {
    "equiv": "write = for a claim or := for a definition", "propto": "write the factor out, as in y = c x",
    "sim": "declare a domain with \\in instead", "simeq": "write \\approx with the digits, or =",
    "cong": "write =", "mapsto": "write f(x) = …", "rightarrow": "write g : A \\to B to declare a function",
    "subset": "sets are not in the language", "ll": "write <", "gg": "write >", "mid": "write brackets",
    "leftarrow": "write := for a definition, with a new name on the left",
}  # fmt: skip
OPENING = {"(": ")", "[": "]", "\\{": "\\}"}
MATRICES = {"matrix", "pmatrix", "bmatrix", "Bmatrix", "vmatrix", "smallmatrix", "array"}


class Parser(NameParsing, ScriptParsing, CalculusParsing):
    """Parses expressions from a reader; `bound` are the indices that have a range around here."""

    def __init__(self, reader: Reader, scope: Scope, bound: frozenset[str] = frozenset(), integer: bool = False, depth: int = 0):
        self.reader = reader
        self.scope = scope
        self.bound = bound
        self.integer = integer
        self.depth = depth
        self.bars = 0
        self.open_left = False
        self.ambiguous: list[tuple[Span, Node, Node]] = []

    # --- helpers -------------------------------------------------------------

    def sub(self, tokens, fallback: Span, integer: bool = False) -> "Parser":
        """A parser for the tokens of a group, in the same surroundings."""
        inner = Parser(self.reader.inner(tokens, fallback), self.scope, self.bound, integer or self.integer, self.depth)
        inner.ambiguous = self.ambiguous
        return inner

    def whole(self) -> Node:
        """The expression that all tokens form."""
        node = self.sum()
        self.end()
        return node

    def end(self) -> None:
        """Raises unless all tokens are used."""
        token = self.reader.now
        if token.kind != "eof":
            raise self.unexpected(token)

    def unexpected(self, token) -> FormulaError:
        """The error for a token that cannot stand here."""
        if token.text in REFUSED_RELATIONS and token.kind == "command":
            return FormulaError(f"\\{token.text} is not in the language", token.span, REFUSED_RELATIONS[token.text])
        if token.kind in ("symbol", "command") and token.text in RELATIONS:
            return FormulaError(f"a relation cannot stand here: {RELATIONS[token.text]}", token.span,
                                "write each relation outside of brackets, or as [ … ] for an indicator")  # fmt: skip
        if token.text in (")", "]", "\\}", "|"):
            return FormulaError(f"this {token.text} closes nothing", token.span, "add the bracket that opens it, or remove it")
        if token.kind == "row":
            return FormulaError("\\\\ outside of an environment", token.span, "put the rows into \\begin{aligned} … \\end{aligned}")
        if token.is_("&"):
            return FormulaError("& outside of an environment", token.span, "put the rows into \\begin{aligned} … \\end{aligned}")
        if token.kind == "eof":
            return FormulaError("the formula ends where something is expected", token.span, "add what is missing on the right")
        if token.kind == "command":
            return FormulaError(f"unknown command \\{token.text}", token.span,
                                "write it in the commands of the language reference, or put words into \\text{…}")  # fmt: skip
        return FormulaError(f"{token.text} cannot stand here", token.span, "remove it, or add what is missing before it")

    def deeper(self) -> None:
        """Counts one level of nesting."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise FormulaError(f"the formula is nested too deep: more than {MAX_DEPTH} levels", self.reader.now.span,
                               "give inner parts names of their own", "bound")  # fmt: skip

    # --- sums ----------------------------------------------------------------

    def sum(self) -> Node:
        """A sum or difference of terms."""
        self.deeper()
        start = self.reader.now.span
        terms = []
        sign = self.reader.take("-", "+", "pm", "mp")
        while True:
            if sign is not None and sign.text in ("pm", "mp"):
                raise FormulaError(f"\\{sign.text} says two things at once", sign.span, "write two formulas")
            if self.reader.now.is_("-", "+") and sign is not None:
                raise FormulaError("two signs in a row", sign.span.to(self.reader.now.span), "put the second one into brackets: x - (-y)")
            term = self.term()
            if sign is not None and sign.text == "-":
                term = Neg(term, span=sign.span.to(term.span))
            terms.append(term)
            sign = self.reader.take("-", "+", "pm", "mp")
            if sign is None:
                break
        self.depth -= 1
        if len(terms) == 1:
            return terms[0]
        return Add(tuple(terms), span=start.to(terms[-1].span))

    # --- explicit operators ----------------------------------------------------

    def term(self) -> Node:
        """Products joined by explicit operators, from left to right."""
        operands, operators = [self.juxtaposition()], []
        while self.reader.now.kind in ("symbol", "command") and self.reader.now.text in OPERATORS:
            token = self.reader.next()
            if self.reader.now.is_("-", "+"):
                raise FormulaError("a sign after an operator", self.reader.now.span, "put the signed factor into brackets")
            operators.append(token.text)
            operands.append(self.juxtaposition())
        if not operators:
            return operands[0]
        left = _fold_left(operands, operators)
        kinds = [OPERATORS[op] for op in operators]
        if len(set(kinds)) > 1:
            self.ambiguous.append((left.span, left, _fold_right(operands, operators)))
        return left

    def juxtaposition(self) -> Node:
        """Factors side by side, and at most one `/` with one factor below."""
        factors = [self.factor()]
        while True:
            token = self.reader.now
            if token.is_("/"):
                return self._slash(factors)
            if not self.starts_factor():
                break
            if token.kind == "number" and not self.integer and not isinstance(factors[-1], Call | Abs | Norm):
                what = "two numbers side by side" if isinstance(factors[-1], Num) else "a number behind its factor"
                raise FormulaError(what, token.span, "write \\cdot between them, or put the number first")
            factors.append(self.factor())
        return _product(factors)

    def _slash(self, factors: list[Node]) -> Node:
        slash = self.reader.next()
        bottom = self.factor()
        top = _product(factors)
        span = top.span.to(bottom.span)
        if self.starts_factor() or self.reader.now.is_("/"):
            raise FormulaError("a/bc can be read as (a/b)c and as a/(bc)", span.to(self.reader.now.span),
                               "put the part that is meant into brackets, or use \\frac")  # fmt: skip
        if self.reader.now.kind in ("symbol", "command") and self.reader.now.text in OPERATORS and OPERATORS[self.reader.now.text] == "circ":
            raise FormulaError("a/b∘c can be read in two ways", slash.span, "put the part that is meant into brackets")
        return Div(top, bottom, slash=True, span=span)

    def starts_factor(self) -> bool:
        """Whether a factor can begin at the cursor."""
        token = self.reader.now
        if token.kind in ("letter", "number", "open", "text"):
            return True
        if token.kind == "begin":
            return True
        if token.kind == "symbol":
            if token.text == "|":
                return not self.bars and not self.reader.ahead().is_("_")
            return token.text in ("(", "[", "\\{") or (token.text == "\\|" and not self.bars)
        if token.kind == "command":
            return token.text in _PREFIX or token.text in GREEK or token.text in STYLES or token.text in ACCENTS or token.text in functions.BY_LATEX
        return False

    # --- factors ---------------------------------------------------------------

    def factor(self) -> Node:
        """One factor with everything that hangs on it."""
        self.deeper()
        node = self.postfix(self.atom())
        if isinstance(node, Function):
            node = self.called(node)
            if not isinstance(node, Function):
                node = self.postfix(node)
        node = self._evaluation_bar(node)
        self.depth -= 1
        return node

    def called(self, function: Function) -> Node:
        """A function with its arguments: in brackets, or the one factor that follows."""
        token = self.reader.now
        if token.kind == "symbol" and token.text in OPENING and not (token.text == "[" and not function.builtin):
            return self._call(function)
        if not function.builtin:
            return self._bare(function)
        if function.primes:
            raise FormulaError("a derivative of a function needs its argument in brackets", function.span, "as in \\tanh'(x)")
        if not self.starts_factor():
            return function
        argument = self.factor()
        if self.starts_factor() and not isinstance(argument, Big):
            raise FormulaError("a function without brackets followed by several factors",
                               function.span.to(self.reader.now.span), "put its argument into brackets")  # fmt: skip
        return Call(function, (argument,), span=function.span.to(argument.span))

    def _call(self, function: Function) -> Node:
        opening = self.reader.next()
        closing = OPENING[opening.text]
        arguments = [self._in_brackets()]
        while self.reader.take(",", ";"):
            arguments.append(self._in_brackets())
        end = self.reader.expect(closing, f"a closing {closing.lstrip(chr(92))}")
        return Call(function, tuple(arguments), span=function.span.to(end.span))

    def _in_brackets(self) -> Node:
        bars, self.bars = self.bars, 0
        node = self.sum()
        self.bars = bars
        return node

    def _bare(self, function: Function) -> Node:
        """A page's function without arguments: its value at the names it was defined with."""
        symbol = self.scope.by_uid[function.name]
        defaults = next((m.parameters for m in symbol.members if m.parameters), ())
        if defaults and not function.primes:
            return Call(function, defaults, implicit=True, span=function.span)
        return function

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

    def atom(self) -> Node:
        """A factor without its scripts."""
        token = self.reader.now
        if token.kind == "number":
            self.reader.next()
            return Num(token.text, span=token.span)
        if token.kind == "open":
            return self.braces()
        if token.kind == "begin":
            return self.environment()
        if token.kind == "symbol":
            return self._symbol(token)
        if token.kind == "command":
            handler = getattr(self, f"_c_{token.text}", None) if token.text in _OWN else None
            if handler:
                return handler()
            node = self.calculus()
            if node is not None:
                return node
        node = self.name()
        if node is None:
            raise self.unexpected(token)
        return node

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
            return node
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
        self.reader.expect("]", "a closing ]")
        return node

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

    # --- commands with a shape of their own ------------------------------------

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

    # --- environments ------------------------------------------------------------

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


_OWN = {"lVert", "lvert", "langle", "sqrt", "underbrace", "overbrace", "overset", "underset", "stackrel", "boxed"}
_PREFIX = _OWN | {
    "frac", "sum", "prod", "lim", "nabla", "partial", "arg", "argmax", "argmin", "max", "min", "mathbb", "det", "infty",
    "leftdot",
}  # fmt: skip


def _has_relation(parser: Parser) -> bool:
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


def _product(factors: list[Node]) -> Node:
    if len(factors) == 1:
        return factors[0]
    return Product(tuple(factors), span=factors[0].span.to(factors[-1].span))


def _fold_left(operands: list[Node], operators: list[str]) -> Node:
    node = operands[0]
    for op, right in zip(operators, operands[1:]):
        node = Operation("ast" if op == "*" else op, node, right, span=node.span.to(right.span))
    return node


def _fold_right(operands: list[Node], operators: list[str]) -> Node:
    node = operands[-1]
    for op, left in zip(reversed(operators), reversed(operands[:-1])):
        node = Operation("ast" if op == "*" else op, left, node, span=left.span.to(node.span))
    return node
