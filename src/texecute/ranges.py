"""Ranges and conditions beside a formula: `l = 1,\\dots,L-1`, `j \\ne k`, `i \\in \\{1,\\dots,m\\}`.
"""

from __future__ import annotations

from texecute.errors import FormulaError, Span
from texecute.names import Scope
from texecute.parse_scripts import split_commas
from texecute.parser import Parser
from texecute.reader import Reader, read_atom
from texecute.statements import Piece, find_relations
from texecute.syntax import Binding, Condition, Node, Num, Ranges, Var
from texecute.tokens import Token


def read_ranges(pieces: list[Piece], scope: Scope, declares: bool) -> Ranges:
    """The bindings and conditions of range pieces; `declares`: unknown upper ends are new sizes."""
    bindings: list[Binding] = []
    conditions: list[Condition] = []
    for piece in pieces:
        _one_range(piece, scope, bindings, conditions)
    if declares:
        for binding in bindings:
            scope.declare_sizes_in(*(x for x in (binding.low, binding.high) if x is not None))
    return Ranges(tuple(bindings), tuple(conditions))


def integer_parser(tokens: list[Token], scope: Scope) -> Parser:
    if not tokens:
        raise FormulaError("something is missing in this range", Span(0, 1), "as in l = 1,\\dots,L")
    end = tokens[-1].span.end
    return Parser(Reader([*tokens, Token("eof", "", Span(end, end + 1))]), scope, integer=True)


def _names_of(tokens: list[Token]) -> list[str] | None:
    """The bare names that a comma-separated list consists of; None if it is something else."""
    names = []
    for part in split_commas(tokens):
        if not part:
            return None
        reader = Reader([*part, Token("eof", "", part[-1].span)])
        name = read_atom(reader)
        if name is None or reader.now.kind != "eof":
            return None
        names.append(name)
    return names


def _one_range(piece: Piece, scope: Scope, bindings: list[Binding], conditions: list[Condition]) -> None:
    tokens = piece.tokens
    span = tokens[0].span.to(tokens[-1].span)
    outer_in = next((i for i, t in enumerate(tokens) if t.is_("in")), None)
    if outer_in is not None:
        names = _names_of(tokens[:outer_in])
        if names is None:
            raise FormulaError("this range cannot be read", span, "as in i \\in \\{1,\\dots,m\\}")
        for name in names:
            parser = integer_parser(tokens[outer_in + 1 :], scope)
            bindings.append(parser.member_binding(name, tokens[outer_in + 1 :], span))
        return
    relations = find_relations(tokens)
    if not relations:
        names = _names_of(tokens)
        if names is None:
            raise FormulaError("this range cannot be read", span, "as in l = 1,\\dots,L")
        bindings.extend(Binding(name, span=span) for name in names)
        return
    left = _names_of(tokens[: relations[0][0]])
    right = tokens[relations[0][1] :]
    if left and relations[0][3] == "=" and len(relations) == 1:
        for name in left:
            bindings.append(_equality_range(name, right, scope, span))
        return
    _inequalities(tokens, relations, scope, bindings, conditions, span)


def _equality_range(name: str, right: list[Token], scope: Scope, span: Span) -> Binding:
    parts = [p for p in split_commas(right) if p]
    dots = [i for i, p in enumerate(parts) if any(t.is_("dots", "cdots") for t in p)]
    if len(parts) == 1 and dots:
        at = next(i for i, t in enumerate(right) if t.is_("dots", "cdots"))
        parts, dots = [right[:at], right[at : at + 1], right[at + 1 :]], [1]
    values = [None if i in dots else integer_parser(p, scope).whole() for i, p in enumerate(parts)]
    if dots:
        low, high = values[0], values[-1]
        if low is None or high is None:
            raise FormulaError("this range has no end", span, "as in l = 1,\\dots,L")
        if isinstance(high, Num) and not isinstance(low, Num):
            low, high = high, low
        return Binding(name, low, high, span=span)
    return Binding(name, members=tuple(values), span=span)


def _inequalities(tokens, relations, scope, bindings, conditions, span) -> None:
    """`1 \\le l \\le L`, `j \\ne k`, `i < j`."""
    cuts = [0, *[r for a, b, _, _ in relations for r in (a, b)], len(tokens)]
    parts = [_side(tokens[a:b], scope) for a, b in zip(cuts[::2], cuts[1::2])]
    ops = [r[3] for r in relations]
    if len(parts) == 3 and isinstance(parts[1], Var) and all(op in ("\\le", "<") for op in ops):
        low = parts[0] if ops[0] == "\\le" else shifted(parts[0], 1)
        high = parts[2] if ops[1] == "\\le" else shifted(parts[2], -1)
        bindings.append(Binding(parts[1].name, low, high, span=span))
        return
    for op, left, right in zip(ops, parts, parts[1:]):
        conditions.append(Condition(op, left, right, span=span))


def _side(tokens, scope: Scope) -> Node:
    """One side of a condition: an integer expression, or one in declared values (`x > 0`)."""
    try:
        return integer_parser(tokens, scope).whole()
    except FormulaError as error:
        if error.kind == "name" or "not an integer" in error.message:
            parser = integer_parser(tokens, scope)
            parser.integer = False
            return parser.whole()
        raise


def shifted(node: Node, by: int) -> Node:
    """`node + by` as a tree."""
    from texecute.syntax import Add, Neg

    step: Node = Num(str(abs(by)))
    return Add((node, step if by > 0 else Neg(step)), span=node.span)
