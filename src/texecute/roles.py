"""What a statement does: declare, define, claim, condition or mention (section 1 of the language).

The left side decides.  `read_statement` also carries declarations and definitions
into the scope, so that the next statement sees them.
"""

from __future__ import annotations

from texecute import functions
from texecute.claims import Item, bound_names, expression_parser, read_claim
from texecute.declarations import read_declaration, read_function_declaration
from texecute.definitions import read_definition
from texecute.domains import read_domain
from texecute.errors import FormulaError
from texecute.free_names import check_names
from texecute.heads import read_head
from texecute.names import Scope, is_words
from texecute.ranges import integer_parser, read_ranges
from texecute.reader import Reader, read_atom
from texecute.statements import Statement, find_relations
from texecute.syntax import (
    Condition,
    Var,
)
from texecute.tokens import Token

CONSTANTS = {"\\pi", "e"}
"""Numbers that need no declaration: `\\pi > 3` claims something, `m > 3` is a condition."""


def read_statement(statement: Statement, scope: Scope) -> list[Item]:
    """What one statement does, carried out on the scope."""
    if statement.kind == "in":
        return read_declaration(statement, scope)
    if statement.kind == "maps":
        return read_function_declaration(statement, scope)
    if statement.kind == "range":
        return _standing_range(statement, scope)
    if statement.kind == "relation":
        return _relation(statement, scope)
    if statement.kind == "dots":
        return [Item("mention", statement.span)]
    return [_mention(statement, scope)]


# --- ranges and conditions that stand alone --------------------------------------------


def _standing_range(statement: Statement, scope: Scope) -> list[Item]:
    ranges = read_ranges(statement.ranges, scope, declares=True)
    for binding in ranges.bindings:
        symbol = scope.lookup(binding.name)
        if symbol is not None and symbol.role == "value":
            raise FormulaError(f"{binding.name} is not an index", statement.span, "use a letter that names nothing else", "name")
        if symbol is not None and symbol.role == "integer" and (len(binding.members) == 1):
            scope.conditions.append(Condition("=", Var(binding.name), binding.members[0]))
        else:
            scope.ranges[binding.name] = binding
            scope.indices.add(binding.name)
    scope.conditions.extend(ranges.conditions)
    return [Item("condition", statement.span)]


# --- relations --------------------------------------------------------------------------


def _relation(statement: Statement, scope: Scope) -> list[Item]:
    tokens = statement.tokens
    relations = find_relations(tokens)
    if not relations:
        return [_mention(statement, scope)]
    cuts = [0, *[r for a, b, _, _ in relations for r in (a, b)], len(tokens)]
    parts = [tokens[a:b] for a, b in zip(cuts[::2], cuts[1::2])]
    for at, part in enumerate(parts):
        if not part:
            where = tokens[relations[min(at, len(relations) - 1)][0]].span
            side = "left" if at == 0 else "right"
            raise FormulaError(f"nothing stands on the {side} of this relation", where, f"the {side} side is missing: write it")
    if _is_size_condition(parts, relations, scope):
        return _size_condition(statement, parts, relations, scope)
    defines = relations[0][2]
    if any(r[2] for r in relations[1:]):
        raise FormulaError("a definition in the middle of a chain", tokens[relations[1][0]].span, "write it as a formula of its own")
    if relations[0][3] == "=":
        head = read_head(parts[0], statement, scope, defines, parts[1:])
        if head is not None:
            return read_definition(head, statement, parts, relations, scope, defines)
        if defines:
            raise FormulaError("this cannot be defined", parts[0][0].span.to(parts[0][-1].span),
                               "a definition has a name on the left: z := …, f(x) := …, z_i := …")  # fmt: skip
    try:
        return [read_claim(statement, parts, relations, scope)]
    except FormulaError as error:
        letters = "".join(t.text for t in parts[0])
        if error.kind == "name" and error.span == parts[0][0].span and len(letters) > 1 and all(t.kind == "letter" for t in parts[0]):
            error.hint = f"{error.hint}; for one name of several letters write {letters} := …"
        raise


def _is_size_condition(parts, relations, scope: Scope) -> bool:
    """Whether the left side is a bare index or size (and the relation defines nothing)."""
    if relations[0][2]:
        return False
    candidates = [parts[0]]
    if len(parts) > 2 and parts[0][0].kind == "number" and len(parts[0]) == 1:
        candidates.append(parts[1])
    for part in candidates:
        reader = Reader([*part, Token("eof", "", part[-1].span)])
        name = read_atom(reader)
        if name is None:
            continue
        bare = reader.now.kind == "eof"
        symbol = scope.lookup(name)
        if symbol is not None and symbol.role == "integer":
            if bare or reader.now.is_("_", "^"):
                try:
                    node = integer_parser(part, scope).whole()
                except FormulaError:
                    continue
                return isinstance(node, Var)
        elif bare and symbol is None and (name in scope.indices or name in scope.ranges):
            return True
        elif bare and symbol is None and len(name) == 1 and _all_bare_letters(parts, scope):
            return True
        elif bare and symbol is None and name not in CONSTANTS and relations[0][3] not in ("=", "\\approx"):
            others = [p for p in parts if p is not part]
            if all(len(p) == 1 and p[0].kind == "number" for p in others):
                return True
    return False


def _all_bare_letters(parts, scope: Scope) -> bool:
    """Whether every side is one letter that names nothing yet: `j \\ne k`."""
    return all(len(p) == 1 and p[0].kind == "letter" and scope.lookup(p[0].text) is None for p in parts)


def _size_condition(statement: Statement, parts, relations, scope: Scope) -> list[Item]:
    nodes = [integer_parser(part, scope).whole() for part in parts]
    for op, left, right in zip((r[3] for r in relations), nodes, nodes[1:]):
        for side in (left, right):
            if isinstance(side, Var) and not scope.is_integer(side.name) and side.name not in scope.indices | set(scope.ranges):
                if _all_bare_letters(parts, scope):
                    scope.indices.add(side.name)
                else:
                    scope.declare_size(side.name)
        scope.conditions.append(Condition(op, left, right, span=statement.span))
        if op == "=" and isinstance(left, Var) and left.name in scope.indices and not scope.is_integer(left.name) and not isinstance(right, Var):
            from texecute.syntax import Binding

            scope.ranges[left.name] = Binding(left.name, members=(right,), span=statement.span)
    return [Item("condition", statement.span)]


def _mention(statement: Statement, scope: Scope) -> Item:
    tokens = statement.tokens
    if len(tokens) == 1 and tokens[0].kind in ("symbol", "command") and not _is_name(tokens[0]):
        return Item("mention", statement.span)
    if len(tokens) == 1 and tokens[0].kind == "text" and is_words(tokens[0].text) and scope.lookup(f"\\mathrm{{{tokens[0].text}}}") is None:
        return Item("mention", statement.span)
    if _is_domain(tokens, scope):
        return Item("mention", statement.span)
    ranges, bound = bound_names(statement, scope, declares=False)
    parser = expression_parser(tokens, scope, bound)
    start = parser.reader.position
    node = parser.bare_function()
    if node is None or parser.reader.now.kind != "eof":
        parser.reader.position = start
        node = parser.whole()
    check_names([node], ranges, scope)
    return Item("mention", statement.span, body=node, ambiguous=parser.ambiguous)


def _is_domain(tokens: list[Token], scope: Scope) -> bool:
    """Whether a mention names a set, as in "a vector in `\\mathbb{R}^n`"."""
    if not tokens[0].is_("mathbb") or read_atom(Reader([*tokens, Token("eof", "", tokens[-1].span)])) in scope.symbols:
        return False
    try:
        read_domain(tokens, scope)
    except FormulaError:
        return False
    return True


def _is_name(token: Token) -> bool:
    return read_atom(Reader([token, Token("eof", "", token.span)])) is not None or token.text in functions.BY_LATEX
