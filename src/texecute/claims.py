"""Relations that claim something, and what every reading of an expression needs.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from texecute.errors import FormulaError, Span
from texecute.free_names import check_names, free_variables
from texecute.names import Member, Scope, Symbol
from texecute.parser import Parser
from texecute.ranges import read_ranges
from texecute.reader import Reader
from texecute.statements import Statement
from texecute.syntax import Node, Ranges, Ref, Relation, walk
from texecute.tokens import Token

MAX_LINKS = 100
"""Relations of one chain `A = B = C`."""


@dataclass
class Item:
    """One thing that a formula does.

    `role` is `declaration`, `definition`, `claim`, `condition` or `mention`;
    `relation` holds a claim's chain, `body` a mention's expression, `symbol` and
    `member` what was introduced.
    """

    role: str
    span: Span
    relation: Relation | None = None
    body: Node | None = None
    symbol: Symbol | None = None
    member: Member | None = None
    ambiguous: list = field(default_factory=list)


def bound_names(statement: Statement, scope: Scope, declares: bool) -> tuple[Ranges, frozenset[str]]:
    ranges = read_ranges(statement.ranges, scope, declares)
    return ranges, frozenset(b.name for b in ranges.bindings)


def read_claim(statement: Statement, parts, relations, scope: Scope) -> Item:
    if len(relations) > MAX_LINKS:
        raise FormulaError(f"a chain of {len(relations)} relations is too long: the limit is {MAX_LINKS}", statement.span,
                           "split it into several formulas", "bound")  # fmt: skip
    ranges, bound = bound_names(statement, scope, declares=False)
    nodes, ambiguous = [], []
    for part in parts:
        parser = expression_parser(part, scope, bound | frozenset(_index_letters(nodes)))
        nodes.append(parser.whole())
        ambiguous += parser.ambiguous
    relation = Relation(tuple(nodes), tuple(r[3] for r in relations), ranges, span=statement.span)
    check_names(nodes, ranges, scope)
    remember(nodes, ranges, scope)
    return Item("claim", statement.span, relation=relation, ambiguous=ambiguous)


def remember(nodes, ranges: Ranges, scope: Scope) -> None:
    """Names that a claim uses as free are not defined later; letters that index are indices."""
    for node in nodes:
        for item in walk(node):
            if isinstance(item, Ref):
                scope.used.add(item.name)
        scope.indices.update(n for n in free_variables(node) if not scope.is_integer(n))
    scope.indices.update(b.name for b in ranges.bindings)


def expression_parser(tokens: list[Token], scope: Scope, bound: frozenset[str]) -> Parser:
    end = tokens[-1].span.end
    return Parser(Reader([*tokens, Token("eof", "", Span(end, end + 1))]), scope, bound)


def _index_letters(nodes) -> set[str]:
    return {name for node in nodes for name, use in free_variables(node).items() if use.index}
