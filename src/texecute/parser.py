"""Tokens and scope → tree: sums, products, factors, by precedence climbing.

From loose to tight: sums; explicit operators (one level, from the left);
juxtaposition and `/`; prefix operators and functions; sub- and superscripts.
What two readers would read differently is refused with a request for brackets.
"""

from __future__ import annotations

from texecute import functions
from texecute.errors import FormulaError, Span
from texecute.names import Scope
from texecute.parse_brackets import BracketParsing
from texecute.parse_calculus import CalculusParsing
from texecute.parse_environments import EnvironmentParsing
from texecute.parse_names import NameParsing
from texecute.parse_scripts import ScriptParsing
from texecute.reader import ACCENTS, GREEK, STYLES, Reader
from texecute.signs import OPENING, OPERATORS, REFUSED_RELATIONS, RELATIONS
from texecute.syntax import (
    Abs,
    Add,
    Big,
    Call,
    Div,
    Function,
    Inverse,
    Neg,
    Node,
    Norm,
    Num,
    Operation,
    Pow,
    Product,
)

MAX_DEPTH = 80
"""How deep expressions may be nested: enough for mathematics, far below Python's own limit."""
_INTEGRAL = ("integrals are not in the language", "claim the derivative of the result instead")
_ROUNDING = ("rounding is not in the language", "declare the whole number, as in k \\in \\mathbb{Z}")
REFUSED = {
    "int": _INTEGRAL, "iint": _INTEGRAL, "oint": _INTEGRAL,
    "lfloor": _ROUNDING, "lceil": _ROUNDING,
    "!": ("factorials are not in the language", "write \\prod_{k=1}^{n} k"),
    "binom": ("binomial coefficients are not in the language", "write the quotient of two products, \\prod_{j=1}^{k} \\frac{n-k+j}{j}"),
    "infty": ("infinity is not a value", "it can be the end of an interval, as in (0,\\infty), and the kind of a norm, \\lVert x\\rVert_\\infty"),
}  # fmt: skip
"""What is well known but not in the language: message and hint."""
TRIGONOMETRIC = {"sin", "cos", "tan", "cot", "sinh", "cosh", "tanh"}


class Parser(BracketParsing, EnvironmentParsing, NameParsing, ScriptParsing, CalculusParsing):
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
        if token.is_("dots", "cdots", "vdots", "ddots"):
            return FormulaError("dots outside of a matrix or a range", token.span, "write the sum with \\sum, as in \\sum_{k=1}^{n} x_k")
        if token.text in (")", "]", "\\}", "|"):
            return FormulaError(f"this {token.text} closes nothing", token.span, "add the bracket that opens it, or remove it")
        if token.kind == "row":
            return FormulaError("\\\\ outside of an environment", token.span, "put the rows into \\begin{aligned} … \\end{aligned}")
        if token.is_("&"):
            return FormulaError("& outside of an environment", token.span, "put the rows into \\begin{aligned} … \\end{aligned}")
        if token.kind == "eof":
            return FormulaError("the formula ends where something is expected", token.span, "add what is missing on the right")
        if token.text in REFUSED and token.kind in ("command", "symbol"):
            return FormulaError(REFUSED[token.text][0], token.span, REFUSED[token.text][1])
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
            if token.kind == "number" and not self.integer and not isinstance(factors[-1], Call | Abs | Norm | Pow | Inverse):
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
        if self.starts_factor() and not isinstance(argument, Big) and not self._goes_with(function):
            raise FormulaError("a function without brackets followed by several factors",
                               function.span.to(self.reader.now.span), "put its argument into brackets, as in \\log(a) b or \\log(a b)")  # fmt: skip
        return Call(function, (argument,), span=function.span.to(argument.span))

    def _goes_with(self, function: Function) -> bool:
        """Whether another function of the same kind follows: nobody reads `\\sin x\\cos x` as `\\sin(x\\cos x)`."""
        token = self.reader.now
        other = functions.BY_LATEX.get(token.text) if token.kind == "command" else None
        return other is not None and (other == function.name or {other, function.name} <= TRIGONOMETRIC)

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


_OWN = {"lVert", "lvert", "langle", "sqrt", "underbrace", "overbrace", "overset", "underset", "stackrel", "boxed"}
_PREFIX = _OWN | {
    "frac", "sum", "prod", "lim", "nabla", "partial", "arg", "argmax", "argmin", "max", "min", "mathbb", "det", "infty",
    "left.",
}  # fmt: skip


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
