"""Domains in declarations: `\\mathbb{R}^{m\\times n}`, `(0,1)`, `\\{1,\\dots,N\\}`, `\\mathbb{S}^n_{++}`, `A \\to B`."""

from __future__ import annotations

from texecute.errors import FormulaError, Span
from texecute.names import Conventions, Scope
from texecute.parse_scripts import split_commas
from texecute.parser import Parser
from texecute.reader import Reader, read_atom, spell
from texecute.syntax import Domain, FunctionSpace, Node, Num
from texecute.tokens import Token

_SIGNS = {
    ">0": "positive", "++": "positive", "+": "nonnegative", "\\geq0": "nonnegative", "\\geq 0": "nonnegative", "\\ge0": "nonnegative",
    ">0}": "positive",
}  # fmt: skip
_HINT = "as in \\mathbb{R}^{m\\times n}, (0,1), \\{1,\\dots,N\\}, \\mathbb{N}, \\mathbb{S}^n_{++}, GL(n) or O(n)"


MAX_SIZE = 300
"""A size that is a number; one that is a name is drawn small."""


def read_domain(tokens: list[Token], scope: Scope) -> Domain:
    """The domain that these tokens name; a vector's shape has two sizes by the page's convention."""
    if not tokens:
        raise FormulaError("the domain is missing", Span(0, 1), _HINT)
    span = tokens[0].span.to(tokens[-1].span)
    domain = _shapeless(tokens, scope, span)
    return _oriented(domain, scope.conventions)


def read_function_space(tokens: list[Token], scope: Scope) -> FunctionSpace:
    """`A \\times B \\to C`."""
    arrow = next((i for i, t in enumerate(tokens) if t.is_("rightarrow")), None)
    if arrow is None or arrow == 0:
        raise FormulaError("this declaration of a function cannot be read", tokens[0].span if tokens else Span(0, 1),
                           "as in g : \\mathbb{R}\\to\\mathbb{R}")  # fmt: skip
    span = tokens[0].span.to(tokens[-1].span)
    if any(t.is_("rightarrow") for t in tokens[arrow + 1 :]):
        raise FormulaError("a function of functions is not in the language", span, "declare g : A \\to B with plain domains")
    arguments = tuple(read_domain(part, scope) for part in _split_times(tokens[:arrow], span))
    result = _split_times(tokens[arrow + 1 :], span)
    if len(result) != 1:
        raise FormulaError("a function with several results", span, "declare one function for each")
    return FunctionSpace(arguments, read_domain(result[0], scope), span=span)


def _split_times(tokens: list[Token], span: Span) -> list[list[Token]]:
    parts, depth = [[]], 0
    for token in tokens:
        depth += {"open": 1, "close": -1}.get(token.kind, 0)
        if token.is_("(", "[", "\\{"):
            depth += 1
        elif token.is_(")", "]", "\\}"):
            depth -= 1
        if depth == 0 and token.is_("times"):
            parts.append([])
        else:
            parts[-1].append(token)
    if not all(parts):
        raise FormulaError("a domain is missing here", span, "as in f : \\mathbb{R}^{n}\\to\\mathbb{R}")
    return parts


def _oriented(domain: Domain, conventions: Conventions) -> Domain:
    if len(domain.shape) != 1:
        return domain
    one = Num("1")
    (n,) = domain.shape
    shape = (one, n) if conventions.vectors == "row" else (n, one)
    return Domain(domain.kind, shape, domain.low, domain.high, domain.members, span=domain.span)


def _shapeless(tokens: list[Token], scope: Scope, span: Span) -> Domain:
    first = tokens[0]
    if first.is_("mathbb", "mathbf", "mathcal", "mathrm", "operatorname", "mathsf") or first.kind in ("letter", "text"):
        return _named(tokens, scope, span)
    if first.is_("\\{"):
        return _set(tokens, scope, span)
    if first.is_("(", "[", "]"):
        return _interval(tokens, scope, span)
    raise FormulaError("this domain cannot be read", span, _HINT)


def _integer(tokens: list[Token], scope: Scope, span: Span) -> Node:
    end = tokens[-1].span.end if tokens else span.end
    return Parser(Reader([*tokens, Token("eof", "", Span(end, end + 1))]), scope, integer=True).whole()


def sizes(tokens: list[Token], scope: Scope, span: Span) -> tuple[Node, ...]:
    """The sizes `m \\times n` of an exponent; new names among them become sizes."""
    found = tuple(_integer(part, scope, span) for part in _split_times(tokens, span))
    for node in found:
        _check_size(node, scope)
    scope.declare_sizes_in(*found)
    return found


def _check_size(node: Node, scope: Scope) -> None:
    from texecute.dims import dim

    number = dim(node).number
    if number is not None and number < 1:
        raise FormulaError("a size is at least 1", node.span, "write a positive size")
    if number is not None and number > MAX_SIZE:
        raise FormulaError(f"the size {number} is too large to try: the limit is {MAX_SIZE}", node.span, "use a name, as in \\mathbb{R}^n")


def _scripts(tokens: list[Token], at: int, span: Span) -> tuple[list[Token] | None, str]:
    """Superscript tokens and the spelled subscript behind position `at`; all must be used."""
    reader = Reader([*tokens, Token("eof", "", Span(span.end, span.end + 1))])
    reader.position = at
    above, below = None, ""
    while reader.now.is_("^", "_"):
        if reader.next().text == "^":
            above = reader.group()
        else:
            below = spell(reader.group())
    if reader.now.kind != "eof":
        raise FormulaError("this domain cannot be read to its end", reader.now.span, _HINT)
    return above, below


def _named(tokens: list[Token], scope: Scope, span: Span) -> Domain:
    reader = Reader([*tokens, Token("eof", "", Span(span.end, span.end + 1))])
    name = ""
    while (atom := read_atom(reader)) is not None:
        name += atom
    bare = name.replace("\\mathbb", "").replace("\\mathrm", "").replace("\\mathbf", "").replace("\\mathcal", "")
    bare = bare.replace("\\mathsf", "").replace("{", "").replace("}", "").replace("\\operatorname", "")
    at = reader.position
    if bare in ("GL", "O", "SO"):
        return _group(bare, tokens, at, scope, span)
    above, below = _scripts(tokens, at, span)
    shape = sizes(above, scope, span) if above else ()
    if bare == "R":
        kind = "real"
        if below:
            kind = _SIGNS.get(below.replace(" ", "").replace("\\ge0", "\\geq0"))
            if kind is None:
                raise FormulaError(f"unknown part of the reals: _{{{below}}}", span, "as in \\mathbb{R}_{>0} or \\mathbb{R}_{\\ge 0}")
        return Domain(kind, shape, span=span)
    if bare in ("N", "Z"):
        return Domain("natural" if bare == "N" else "integers", shape, None, None, span=span)
    if bare == "S":
        if len(shape) != 1:
            raise FormulaError("symmetric matrices have one size", span, "as in \\mathbb{S}^n")
        kinds = {"": "symmetric", "++": "definite", "+": "definite", ">0": "definite"}
        if below not in kinds:
            raise FormulaError(f"unknown kind of symmetric matrices: _{{{below}}}", span, "as in \\mathbb{S}^n or \\mathbb{S}^n_{++}")
        return Domain(kinds[below], (shape[0], shape[0]), span=span)
    raise FormulaError(f"unknown domain {name}", span, _HINT)


def _group(name: str, tokens: list[Token], at: int, scope: Scope, span: Span) -> Domain:
    rest = tokens[at:]
    if rest and rest[0].is_("_"):
        reader = Reader([*rest[1:], Token("eof", "", span)])
        inner = reader.group()
    elif len(rest) > 2 and rest[0].is_("(") and rest[-1].is_(")"):
        inner = split_commas(rest[1:-1])[0]
    else:
        raise FormulaError(f"{name} needs its size", span, f"as in {name}(n)")
    n = sizes(inner, scope, span)[0]
    return Domain("invertible" if name == "GL" else "orthogonal", (n, n), span=span)


def _until(tokens: list[Token], closing: tuple[str, ...], span: Span) -> int:
    depth = 0
    for at, token in enumerate(tokens):
        if token.kind == "open" or token.is_("(", "[", "\\{"):
            depth += 1
        elif token.kind == "close" or token.is_(")", "]", "\\}"):
            depth -= 1
            if depth == 0 and token.is_(*closing):
                return at
    raise FormulaError("this set is never closed", span, "close it with \\} or )")


def _set(tokens: list[Token], scope: Scope, span: Span) -> Domain:
    end = _until(tokens, ("\\}",), span)
    parts = split_commas(tokens[1:end])
    above, below = _scripts(tokens, end + 1, span)
    shape = sizes(above, scope, span) if above else ()
    if any(len(p) == 1 and p[0].is_("dots", "cdots") for p in parts):
        low, high = _integer(parts[0], scope, span), _integer(parts[-1], scope, span)
        scope.declare_sizes_in(low, high)
        return Domain("integers", shape, low, high, span=span)
    if not parts or not all(parts):
        raise FormulaError("an empty set", span, "as in \\{0, 1\\}")
    members = []
    for part in parts:
        end_token = Token("eof", "", Span(part[-1].span.end, part[-1].span.end + 1))
        members.append(Parser(Reader([*part, end_token]), scope).whole())
    return Domain("set", shape, members=tuple(members), span=span)


def _interval(tokens: list[Token], scope: Scope, span: Span) -> Domain:
    depth = 0
    end = None
    for at, token in enumerate(tokens):
        if token.is_("(", "["):
            depth += 1
        elif token.is_(")", "]"):
            depth -= 1
            if depth == 0:
                end = at
                break
    if end is None:
        raise FormulaError("this interval is never closed", span, "as in (0,1)")
    parts = split_commas(tokens[1:end])
    if len(parts) != 2 or not all(parts):
        raise FormulaError("an interval has two ends", span, "as in (0,1)")
    above, _ = _scripts(tokens, end + 1, span)
    shape = sizes(above, scope, span) if above else ()
    low, high = (None if any(t.is_("infty") for t in p) else
                 Parser(Reader([*p, Token("eof", "", span)]), scope).whole() for p in parts)  # fmt: skip
    return Domain("interval", shape, low, high, span=span)
