"""What a statement does: declare, define, claim, condition or mention (section 1 of the language).

The left side decides.  `read_statement` also carries declarations and definitions
into the scope, so that the next statement sees them.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from texecute import functions
from texecute.dims import linear
from texecute.domains import read_domain, read_function_space
from texecute.errors import FormulaError, Span
from texecute.names import Member, Scope, Symbol
from texecute.parse_scripts import split_commas
from texecute.parser import Parser
from texecute.reader import Reader, read_atom, spell
from texecute.shapes import Inference
from texecute.statements import Statement, _parser, find_relations, read_ranges
from texecute.syntax import (
    Big,
    Call,
    Condition,
    Domain,
    Function,
    FunctionSpace,
    Mention,
    Node,
    Num,
    Ranges,
    Ref,
    Relation,
    Slice,
    Var,
    children,
)
from texecute.tokens import Token


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


@dataclass
class Head:
    """The left side of a definition: a name with labels, entries or parameters."""

    name: str
    span: Span
    style: str = ""
    labels: tuple[Node, ...] = ()
    below: list[Token] | None = None
    parameters: list[list[Token]] | None = None
    label_text: str = ""


def read_statement(statement: Statement, scope: Scope) -> list[Item]:
    """What one statement does, carried out on the scope."""
    if statement.kind == "in":
        return _declaration(statement, scope)
    if statement.kind == "maps":
        return _function_declaration(statement, scope)
    if statement.kind == "range":
        return _standing_range(statement, scope)
    if statement.kind == "relation":
        return _relation(statement, scope)
    if statement.kind == "dots":
        return [Item("mention", statement.span)]
    return [_mention(statement, scope)]


# --- declarations -----------------------------------------------------------------


def _declaration(statement: Statement, scope: Scope) -> list[Item]:
    tokens = statement.tokens
    at = next(i for i, t in enumerate(tokens) if t.is_("in"))
    names = [*statement.names, tokens[:at]]
    if not tokens[:at]:
        raise FormulaError("the name in front of \\in is missing", tokens[at].span, "as in x \\in \\mathbb{R}^{n}")
    if not tokens[at + 1 :]:
        raise FormulaError("the domain behind \\in is missing", tokens[at].span, "as in x \\in \\mathbb{R}^{n}")
    ranges = read_ranges(statement.ranges, scope, declares=True)
    domain = read_domain(tokens[at + 1 :], scope)
    return [_declare(name, domain, ranges, scope) for name in names]


def _function_declaration(statement: Statement, scope: Scope) -> list[Item]:
    tokens = statement.tokens
    colon = next(i for i, t in enumerate(tokens) if t.is_(":"))
    ranges = read_ranges(statement.ranges, scope, declares=True)
    space = read_function_space(tokens[colon + 1 :], scope)
    return [_declare(name, space, ranges, scope) for name in [*statement.names, tokens[:colon]]]


def _declare(tokens: list[Token], domain: Domain | FunctionSpace, ranges: Ranges, scope: Scope) -> Item:
    head = _declared_head(tokens, ranges, scope)
    is_integer = isinstance(domain, Domain) and domain.kind in ("integers", "natural") and not domain.shape
    if isinstance(domain, Domain) and domain.kind == "set" and not domain.shape:
        is_integer = all(isinstance(m, Num) and m.text.isdigit() for m in domain.members) and head.name in scope.indices
    role = "function" if isinstance(domain, FunctionSpace) else "integer" if is_integer else "value"
    old = scope.lookup(head.name)
    member = Member(head.labels, ranges, domain, conventions=scope.conventions)
    if old is not None and old.is_defined and not head.labels and role == "value" and old.role == "value":
        # The name has a value already: its declaration is a claim on its shape.
        return Item("claim", head.span, symbol=old, member=member)
    anew = old is not None and not head.labels and (old.role == role) and bool(old.members) and old.domain is not None
    if anew and _same_domain(old.domain, domain):
        return Item("declaration", head.span, symbol=old, member=member)
    if old is not None and old.role == "integer" and role == "value" and not old.members:
        anew = True
    symbol = scope.add_member(head.name, role, head.style, member, anew=anew)
    return Item("declaration", head.span, symbol=symbol, member=member)


def _same_domain(a, b) -> bool:
    return a == b


def _declared_head(tokens: list[Token], ranges: Ranges, scope: Scope) -> Head:
    """The name that a declaration introduces, with the labels that have a range."""
    span = tokens[0].span.to(tokens[-1].span)
    reader = Reader([*tokens, Token("eof", "", Span(span.end, span.end + 1))])
    name = ""
    while True:
        atom = read_atom(reader)
        if atom is None:
            break
        name += atom
    if not name:
        if tokens[0].kind in ("number",) or tokens[0].is_("mathbf", "mathbb"):
            raise FormulaError("a number cannot be declared", span, "declare names only")
        raise FormulaError("this cannot be declared", span, "a declaration has a name on the left, as in x \\in \\mathbb{R}^{n}")
    parser = Parser(reader, scope, integer=True)
    ranged = {b.name for b in ranges.bindings}
    parser.bound = frozenset(ranged)
    scripts = parser.scripts()
    if reader.now.kind != "eof":
        raise FormulaError("this cannot be declared", reader.now.span, "declare one name, as in x \\in \\mathbb{R}^{n}")
    if scripts.primes:
        name += "'" * scripts.primes
    style, labels = "", ()
    if scripts.labels:
        style, group, _ = scripts.labels[0]
        labels = parser.label_expressions([g for _, g, _ in scripts.labels])
    if scripts.below is not None:
        letters = {t.text for t in scripts.below if t.kind == "letter"}
        letters |= {"\\" + t.text for t in scripts.below if t.kind == "command"}
        counted = {n for n in letters if n in ranged or (scope.is_integer(n) and scope.lookup(n).domain is not None)}
        if counted and not labels:
            style, labels = "_", parser.label_expressions([scripts.below])
        elif labels and counted:
            labels = labels + parser.label_expressions([scripts.below])
        else:
            name += f"_{{{spell(scripts.below)}}}"
    for kind, group, where in scripts.above:
        if kind == "power" and isinstance(group, list):
            letters = {t.text for t in group if t.kind == "letter"}
            if letters & ranged and not labels:
                style, labels = "^", parser.label_expressions([group])
            else:
                name += f"^{{{spell(group)}}}"
        elif kind == "mark":
            name += f"^{{{group}}}"
        else:
            raise FormulaError("a transpose or inverse cannot be declared", where, "declare the name itself")
    _check_label_ranges(labels, ranges, scope, span)
    return Head(name, span, style, labels)


def _check_label_ranges(labels, ranges: Ranges, scope: Scope, span: Span) -> None:
    known = {b.name for b in ranges.bindings} | set(scope.ranges)
    for label in labels:
        for name, where in free_variables(label).items():
            if name not in known and not scope.is_integer(name):
                raise FormulaError(f"the label {name} has no range", where.span if where.span.end else span,
                                   f"state it, as in {name} = 1,\\dots,L", "range")  # fmt: skip


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
            return _definition(head, statement, parts, relations, scope, defines)
        if defines:
            raise FormulaError("this cannot be defined", parts[0][0].span.to(parts[0][-1].span),
                               "a definition has a name on the left: z := …, f(x) := …, z_i := …")  # fmt: skip
    return [_claim(statement, parts, relations, scope)]


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
                    node = _parser(part, scope).whole()
                except FormulaError:
                    continue
                return isinstance(node, Var)
        elif bare and symbol is None and (name in scope.indices or name in scope.ranges):
            return True
        elif bare and symbol is None and len(name) == 1 and _all_bare_letters(parts, scope):
            return True
        elif bare and symbol is None and relations[0][3] != "=":
            others = [p for p in parts if p is not part]
            if all(len(p) == 1 and p[0].kind == "number" for p in others):
                return True
    return False


def _all_bare_letters(parts, scope: Scope) -> bool:
    """Whether every side is one letter that names nothing yet: `j \\ne k`."""
    return all(len(p) == 1 and p[0].kind == "letter" and scope.lookup(p[0].text) is None for p in parts)


def _size_condition(statement: Statement, parts, relations, scope: Scope) -> list[Item]:
    nodes = [_parser(part, scope).whole() for part in parts]
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


def _bound(statement: Statement, scope: Scope, declares: bool) -> tuple[Ranges, frozenset[str]]:
    ranges = read_ranges(statement.ranges, scope, declares)
    return ranges, frozenset(b.name for b in ranges.bindings)


def _claim(statement: Statement, parts, relations, scope: Scope) -> Item:
    ranges, bound = _bound(statement, scope, declares=False)
    nodes, ambiguous = [], []
    for part in parts:
        parser = _expression(part, scope, bound | frozenset(_index_letters(nodes)))
        nodes.append(parser.whole())
        ambiguous += parser.ambiguous
    relation = Relation(tuple(nodes), tuple(r[3] for r in relations), ranges, span=statement.span)
    check_names(nodes, ranges, scope)
    _remember(nodes, ranges, scope)
    return Item("claim", statement.span, relation=relation, ambiguous=ambiguous)


def _remember(nodes, ranges: Ranges, scope: Scope) -> None:
    """Names that a claim uses as free are not defined later; letters that index are indices."""
    for node in nodes:
        for item in _all(node):
            if isinstance(item, Ref):
                scope.used.add(item.name)
        scope.indices.update(n for n in free_variables(node) if not scope.is_integer(n))
    scope.indices.update(b.name for b in ranges.bindings)


def _expression(tokens: list[Token], scope: Scope, bound: frozenset[str]) -> Parser:
    end = tokens[-1].span.end
    return Parser(Reader([*tokens, Token("eof", "", Span(end, end + 1))]), scope, bound)


def _index_letters(nodes) -> set[str]:
    return {name for node in nodes for name, use in free_variables(node).items() if use.index}


def _mention(statement: Statement, scope: Scope) -> Item:
    tokens = statement.tokens
    if len(tokens) == 1 and tokens[0].kind in ("symbol", "command") and not _is_name(tokens[0]):
        return Item("mention", statement.span)
    ranges, bound = _bound(statement, scope, declares=False)
    parser = _expression(tokens, scope, bound)
    start = parser.reader.position
    node = parser.bare_function()
    if node is None or parser.reader.now.kind != "eof":
        parser.reader.position = start
        node = parser.whole()
    check_names([node], ranges, scope)
    return Item("mention", statement.span, body=node, ambiguous=parser.ambiguous)


def _is_name(token: Token) -> bool:
    return read_atom(Reader([token, Token("eof", "", token.span)])) is not None or token.text in functions.BY_LATEX


# --- definitions --------------------------------------------------------------------------


def read_head(tokens, statement: Statement, scope: Scope, defines: bool, rest) -> Head | None:
    """The left side as something that can be defined here; None if the relation is a claim."""
    span = tokens[0].span.to(tokens[-1].span)
    end = Token("eof", "", Span(span.end, span.end + 1))
    reader = Reader([*tokens, end])
    name = read_atom(reader)
    if name is None or (name == "\\mathrm{d}" and scope.lookup(name) is None):
        return None
    name = _whole_name(name, reader, scope, defines)
    parser = Parser(reader, scope, integer=True)
    try:
        scripts = parser.scripts()
    except FormulaError:
        return None
    head = Head(name, span)
    if scripts.primes:
        return None
    ranges, bound = _bound(statement, scope, declares=False)
    parser.bound = bound | _subscript_letters(scripts.below)
    try:
        if scripts.labels:
            head.style = scripts.labels[0][0]
            marks = {"[]": "[%s]", "()": "(%s)"}.get(head.style, "\\langle%s\\rangle")
            head.label_text = marks % spell(scripts.labels[0][1])
            head.labels = parser.label_expressions([g for _, g, _ in scripts.labels])
    except FormulaError:
        return None
    if not _superscripts(head, scripts, parser, bound, scope):
        return None
    if scripts.below is not None and not _head_subscript(head, scripts.below, parser, bound, scope, rest):
        return None
    if reader.now.is_("("):
        close = _close(reader.tokens, reader.position)
        if close is None or reader.tokens[close + 1].kind != "eof":
            return None
        inside = reader.tokens[reader.position + 1 : close]
        head.parameters = [p for piece in split_commas(inside) for p in _semicolons(piece)]
        if not all(_is_plain(p) for p in head.parameters):
            return None
    elif reader.now.kind != "eof":
        return None
    return head if _definable(head, scope, defines, rest) else None


def _whole_name(name: str, reader: Reader, scope: Scope, defines: bool) -> str:
    """Several letters are one name where it is known, or in front of a defining sign."""
    start, text = reader.position, name
    best = (name, start)
    while (atom := read_atom(reader)) is not None:
        text += atom
        if defines or scope.lookup(text) or any(n.startswith(text + "_") for n in scope.symbols):
            best = (text, reader.position)
    reader.position = best[1]
    return best[0]


def _subscript_letters(tokens) -> frozenset[str]:
    """Letters of a head's subscript: there they are indices, whatever they name elsewhere."""
    return frozenset(t.text for t in tokens or () if t.kind == "letter")


def _superscripts(head: Head, scripts, parser: Parser, bound, scope: Scope) -> bool:
    """Takes bare label superscripts and marks into the head; False for powers and transposes."""
    for kind, group, _ in scripts.above:
        if kind == "mark":
            head.name += f"^{{{group}}}"
            continue
        if kind != "power":
            return False
        symbol = scope.lookup(head.name)
        letters = {t.text for t in group if t.kind == "letter"}
        spelled = f"{head.name}^{{{spell(group)}}}"
        if (symbol is not None and symbol.style == "^") or (symbol is None and letters & bound):
            head.style, head.labels, head.label_text = "^", parser.label_expressions([group]), spell(group)
        elif scope.lookup(spelled) or (symbol is None and all(t.kind in ("letter", "text", "command", "open", "close") for t in group)
                                       and not letters & set(scope.indices) and len(group) > 1):  # fmt: skip
            head.name = spelled
        else:
            return False
    return True


def _head_subscript(head: Head, tokens, parser: Parser, bound, scope: Scope, rest) -> bool:
    """Decides whether a head's subscript is part of the name, a label, or entries."""
    spelled = f"{head.name}_{{{spell(tokens)}}}"
    symbol = scope.lookup(head.name)
    if scope.lookup(spelled):
        head.name = spelled
        return True
    if symbol is not None and symbol.style == "_" and not head.labels:
        head.style, head.labels, head.label_text = "_", parser.label_expressions([tokens]), spell(tokens)
        return True
    if symbol is not None and symbol.role == "function":
        return False
    letters = {t.text for t in tokens if t.kind == "letter"} | {"\\" + t.text for t in tokens if t.kind == "command"}
    slices = any(t.is_(":", "cdot") for t in tokens)
    if symbol is not None:
        head.below = tokens
        return slices or any(not scope.is_integer(n) or n in bound for n in letters)
    right = [t for part in rest for t in part]
    index_like = slices or any(n in bound or n in scope.ranges or _used_anywhere(n, right, scope) for n in letters)
    single = all(t.kind in ("letter", "number", "symbol") for t in tokens)
    if index_like and single and letters:
        head.below = tokens
    else:
        head.name = spelled
    return True


def _used_anywhere(name: str, tokens, scope: Scope) -> bool:
    """Whether a letter stands in a script that is not part of a declared name."""
    if not tokens:
        return False
    reader = Reader([*tokens, Token("eof", "", tokens[-1].span)])
    base = ""
    while reader.now.kind != "eof":
        mark = reader.take("_", "^")
        if mark is None:
            base = read_atom(reader) or ""
            if not base:
                reader.next()
            continue
        try:
            group = reader.group()
        except FormulaError:
            return False
        if mark.text == "_" and scope.lookup(f"{base}_{{{spell(group)}}}"):
            continue
        if name in {t.text if t.kind == "letter" else "\\" + t.text for t in group if t.kind in ("letter", "command")}:
            return True
    return False


def _close(tokens, at: int) -> int | None:
    depth = 0
    for position in range(at, len(tokens)):
        if tokens[position].is_("("):
            depth += 1
        elif tokens[position].is_(")"):
            depth -= 1
            if depth == 0:
                return position
    return None


def _semicolons(tokens) -> list:
    parts = [[]]
    for token in tokens:
        if token.is_(";"):
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def _is_plain(tokens) -> bool:
    """Whether these tokens are one name, possibly with scripts."""
    if not tokens:
        return False
    reader = Reader([*tokens, Token("eof", "", tokens[-1].span)])
    if read_atom(reader) is None:
        return False
    while reader.now.is_("_", "^"):
        reader.next()
        group = reader.group()
        if any(t.is_("top", "T") for t in group):
            return False
    return reader.now.kind == "eof"


def _definable(head: Head, scope: Scope, defines: bool, rest) -> bool:
    """Section 1: what is a definition and what a claim."""
    symbol = scope.lookup(head.name)
    if head.parameters is not None:
        if symbol is None:
            return defines or (_free_function_name(head.name) and not head.name.startswith("\\mathrm"))
        if symbol.role == "function":
            return defines or (not symbol.is_defined and not _stands_in(head, rest, scope))
        return defines
    if defines:
        return True
    if symbol is None:
        plain = head.name.replace("\\mathrm{", "").rstrip("}")
        return plain not in functions.BY_LATEX and not _stands_in(head, rest, scope)
    if symbol.role == "function":
        return _is_value_of_itself(head, rest)
    if symbol.role == "integer":
        return False
    if head.labels:
        overlaps = any(m.body is not None and _overlaps(m, head.labels, scope) for m in symbol.members)
        return not overlaps and not (head.below is not None and _stands_in(head, rest, scope))
    if symbol.is_defined or symbol.uid in scope.used:
        return False
    if symbol.style and not symbol.is_defined:
        return False
    return not _stands_in(head, rest, scope) or _is_value_of_itself(head, rest)


def _free_function_name(name: str) -> bool:
    plain = name.replace("\\mathrm{", "").rstrip("}").lstrip("\\")
    return plain not in functions.BY_LATEX


def _stands_in(head: Head, rest, scope: Scope) -> bool:
    """Whether the name itself stands on the right too."""
    if head.parameters is None and _is_value_of_itself(head, rest):
        return False
    for part in rest:
        reader = Reader([*part, Token("eof", "", part[-1].span)])
        while reader.now.kind != "eof":
            before = reader.position
            after_script = before > 0 and reader.tokens[before - 1].is_("_", "^")
            atom = read_atom(reader)
            if atom is None:
                reader.next()
                continue
            if atom == head.name and not after_script and _is_same_member(head, reader, scope):
                return True
    return False


def _is_same_member(head: Head, reader: Reader, scope: Scope) -> bool:
    """Whether the name at the cursor (which stays) is the head's own, not another member of its family."""
    at, below, above = reader.position, None, None
    while reader.now.is_("_", "^"):
        mark = reader.next().text
        try:
            group = reader.group()
        except FormulaError:
            break
        if mark == "_":
            below = spell(group)
        else:
            above = above or spell(group)
    reader.position = at
    if below is not None and scope.lookup(f"{head.name}_{{{below}}}") is not None:
        return False
    if head.labels:
        own = head.label_text
        if head.style in ("_", "^"):
            return (below if head.style == "_" else above) == own
        return (above or "").startswith(own)
    undeclared = scope.lookup(head.name) is None
    if head.below is not None and undeclared and below is not None:
        return below == spell(head.below)
    return True


def _is_value_of_itself(head: Head, rest) -> bool:
    """`u = u(x)`."""
    if not rest:
        return False
    reader = Reader([*rest[0], Token("eof", "", rest[0][-1].span)])
    if read_atom(reader) != head.name or not reader.now.is_("("):
        return False
    close = _close(reader.tokens, reader.position)
    return close is not None and reader.tokens[close + 1].kind == "eof"


def _overlaps(member: Member, labels, scope: Scope) -> bool:
    """Whether a member covers these labels, as far as can be seen without numbers."""
    if len(member.pattern) != len(labels):
        return False
    for pattern, label in zip(member.pattern, labels):
        a, b = linear(pattern), linear(label)
        if len(a) == 1 or len(b) == 1:
            return a == b
        if not a[0] and not b[0]:
            if a[1] != b[1]:
                return False
            continue
        if a[0] and not b[0]:
            if _outside(member.ranges, a, b, scope):
                return False
        elif a[0] and b[0] and len(b[0]) == 1:
            high = _upper(member.ranges, a)
            if high is not None and high[0] == b[0] and b[1] > high[1]:
                return False
        elif not a[0] and b[0]:
            return False
    return True


def _outside(ranges: Ranges, pattern, label, scope: Scope) -> bool:
    name, _ = pattern[0][0]
    binding = next((b for b in ranges.bindings if b.name == name), scope.ranges.get(name))
    if binding is None or binding.low is None:
        return False
    low = linear(binding.low)
    return len(low) == 2 and not low[0] and label[1] < low[1] + pattern[1]


def _upper(ranges: Ranges, pattern):
    name, coefficient = pattern[0][0]
    binding = next((b for b in ranges.bindings if b.name == name), None)
    if binding is None or binding.high is None or coefficient != 1:
        return None
    high = linear(binding.high)
    return (high[0], high[1] + pattern[1]) if len(high) == 2 else None


def _definition(head: Head, statement: Statement, parts, relations, scope: Scope, defines: bool) -> list[Item]:
    for piece in statement.ranges:
        del piece
    if head.parameters is not None:
        return _function_definition(head, statement, parts, relations, scope)
    ranges, bound = _bound(statement, scope, declares=True)
    if _is_value_of_itself(head, parts[1:]):
        return [_own_function(head, parts[1], ranges, scope)]
    letters = _subscript_letters(head.below) if head.below is not None else frozenset()
    label_names = {n for label in head.labels for n in free_variables(label)}
    parser = _expression(parts[1], scope, bound | letters | label_names)
    body = parser.whole()
    symbol = scope.lookup(head.name)
    indices: tuple[Node, ...] = ()
    if head.below is not None and _defines_family(head, symbol, body, ranges, bound | letters, scope):
        below = Parser(Reader([*head.below, Token("eof", "", head.span)]), scope, bound | letters, integer=True)
        head.style, head.labels, head.below = "_", below.label_expressions([head.below]), None
        label_names |= letters
    if head.below is not None:
        rank = scope.ranks.get(symbol.uid) if symbol is not None else None
        below = Parser(Reader([*head.below, Token("eof", "", head.span)]), scope, bound | letters, integer=True)
        indices = below.subscripts(head.below, rank)
    check_names([body, *head.labels, *indices], ranges, scope, extra=letters | label_names)
    _check_label_ranges(head.labels, ranges, scope, head.span)
    member = Member(head.labels, ranges, None, body, indices, conventions=scope.conventions)
    anew = defines and symbol is not None and symbol.is_defined and not head.labels and not indices
    if symbol is not None and symbol.role != "value":
        anew = True
    symbol = scope.add_member(head.name, "value", head.style, member, anew=anew)
    _remember([body], ranges, scope)
    scope.used.discard(symbol.uid)
    scope.indices.update(letters | label_names)
    items = [Item("definition", statement.span, symbol=symbol, member=member, ambiguous=parser.ambiguous)]
    return items + _rest_of_chain(statement, parts, relations, scope)


def _defines_family(head: Head, symbol: Symbol | None, body: Node, ranges: Ranges, bound, scope: Scope) -> bool:
    """Whether `h_t = …` defines a member of a family (a vector for each t), and not the entries of h."""
    if symbol is not None and (symbol.members or symbol.style != "_"):
        return False
    if any(t.is_(":", "cdot", ",") for t in head.below):
        return False
    if symbol is not None:
        return True
    inference = Inference(scope, scope.conventions, "", frozenset(bound))
    try:
        shape = inference.unifier.shape(inference.infer(body))
    except FormulaError:
        return False
    if shape and all(d.unknown for d in shape):
        return any(t.text == b.name for t in head.below for b in ranges.bindings)
    return bool(shape)


def _rest_of_chain(statement: Statement, parts, relations, scope: Scope) -> list[Item]:
    """What follows the definition in `z = Wx = …` is claimed."""
    if len(parts) < 3:
        return []
    return [_claim(statement, parts[1:], relations[1:], scope)]


def _own_function(head: Head, tokens, ranges: Ranges, scope: Scope) -> Item:
    """`u = u(x)`: u is an arbitrary smooth function and its value at x."""
    reader = Reader([*tokens, Token("eof", "", tokens[-1].span)])
    read_atom(reader)
    close = _close(reader.tokens, reader.position)
    inside = reader.tokens[reader.position + 1 : close]
    arguments = tuple(_expression(p, scope, frozenset()).whole() for p in split_commas(inside))
    symbol = scope.lookup(head.name)
    if symbol is not None and symbol.role == "function":
        function = symbol.uid
    else:
        # What is not declared otherwise is a number.
        result = (symbol.domain if symbol is not None else None) or Domain("real")
        domains = tuple(_domain_of(a, scope) for a in arguments)
        function = scope.fresh_uid(f"{head.name}(·)")
        space = FunctionSpace(domains, result)
        scope.by_uid[function] = Symbol(function, function, "function", "", (Member(domain=space, conventions=scope.conventions),))
    body = Call(Function(function, builtin=False, span=head.span), arguments, span=head.span)
    member = Member((), ranges, None, body, conventions=scope.conventions)
    uid = scope.fresh_uid(head.name)
    value = Symbol(head.name, uid, "value", "", (member,), function)
    scope.set(value)
    return Item("definition", head.span, symbol=value, member=member)


def _domain_of(node: Node, scope: Scope) -> Domain:
    if isinstance(node, Ref):
        domain = scope.by_uid[node.name].domain
        if isinstance(domain, Domain):
            return domain
        shape = scope.dim_nodes(node)
        if shape is not None:
            return Domain("real", shape)
    raise FormulaError("the argument of such a function is a declared name", node.span, "as in u = u(x)")


def _function_definition(head: Head, statement: Statement, parts, relations, scope: Scope) -> list[Item]:
    ranges, bound = _bound(statement, scope, declares=True)
    symbol = scope.lookup(head.name)
    space = symbol.domain if symbol is not None and symbol.role == "function" else None
    inner = scope.child()
    parameters = []
    for number, tokens in enumerate(head.parameters):
        parameters.append(_parameter(tokens, number, space, inner, scope, head))
    parser = _expression(parts[1], inner, bound)
    body = parser.whole()
    check_names([body], ranges, inner, extra={n for label in head.labels for n in free_variables(label)})
    scope.by_uid.update({p.name: inner.by_uid[p.name] for p in parameters if p.name not in scope.by_uid})
    scope.symbols.update({n: s for n, s in inner.symbols.items() if n not in scope.symbols and s.role == "integer"})
    member = Member(head.labels, ranges, space, body, (), tuple(parameters), scope.conventions)
    anew = symbol is not None and (symbol.is_defined or symbol.role != "function")
    new = scope.add_member(head.name, "function", head.style, member, anew=anew)
    scope.indices.update(free_variables(body))
    items = [Item("definition", statement.span, symbol=new, member=member, ambiguous=parser.ambiguous)]
    if len(parts) > 2:
        nodes = [_expression(p, inner, bound).whole() for p in parts[1:]]
        scope.by_uid.update({k: v for k, v in inner.by_uid.items() if k not in scope.by_uid})
        relation = Relation(tuple(nodes), tuple(r[3] for r in relations[1:]), ranges, span=statement.span)
        items.append(Item("claim", statement.span, relation=relation))
    return items


def _parameter(tokens, number: int, space, inner: Scope, scope: Scope, head: Head) -> Ref:
    """One parameter of a function: a declared name, or a new one whose domain the function knows."""
    spelled = spell(tokens)
    reader = Reader([*tokens, Token("eof", "", tokens[-1].span)])
    atom = read_atom(reader)
    span = tokens[0].span.to(tokens[-1].span)
    if reader.now.kind == "eof" or scope.lookup(spelled) is None:
        name = atom if reader.now.kind == "eof" else spelled
    else:
        name = spelled
    known = scope.lookup(name) or scope.lookup(spelled)
    if known is None and reader.now.kind != "eof":
        node = _expression(tokens, scope, frozenset()).whole()
        if isinstance(node, Ref):
            return node
    domain = space.arguments[number] if space is not None and number < len(space.arguments) else None
    if known is not None and known.role == "value" and domain is None:
        return Ref(known.uid, span=span)
    if domain is None:
        raise FormulaError(f"the shape of the argument {name} is not known", span,
                           f"declare {name} \\in \\mathbb{{R}}, or the function: {head.name} : \\mathbb{{R}}\\to\\mathbb{{R}}", "name")  # fmt: skip
    uid = scope.fresh_uid(f"{name}@{head.name}")
    symbol = Symbol(name, uid, "value", "", (Member(domain=domain, conventions=scope.conventions),))
    inner.set(symbol)
    return Ref(uid, span=span)


# --- names that an expression leaves free ------------------------------------------------------


@dataclass
class Use:
    """Where a free index stands first, and whether it stands where an index belongs."""

    span: Span
    index: bool


def free_variables(node: Node) -> dict[str, Use]:
    """The integer names of an expression that no sum inside it binds."""
    found: dict[str, Use] = {}
    _collect(node, frozenset(), False, found)
    return found


def _collect(node: Node, bound: frozenset[str], index: bool, found: dict[str, Use]) -> None:
    from texecute.syntax import Delta, Index, Unit

    if isinstance(node, Var):
        if node.name not in bound:
            old = found.get(node.name)
            found[node.name] = Use(old.span if old else node.span, index or bool(old and old.index))
        if node.labels:
            for label in node.labels:
                if not isinstance(label, Var):
                    _collect(label, bound, True, found)
                elif label.name in bound or label.name in found:
                    _collect(label, bound, True, found)
        return
    if isinstance(node, Big):
        inner = bound | {b.name for b in node.bindings}
        for binding in node.bindings:
            for side in (binding.low, binding.high, *binding.members):
                if side is not None:
                    _collect(side, inner, False, found)
        for condition in node.conditions:
            _collect(condition, inner, False, found)
        _collect(node.body, inner, False, found)
        return
    if isinstance(node, Index):
        _collect(node.body, bound, False, found)
        for sub in node.subscripts:
            for child in children(sub) if isinstance(sub, Slice) else (sub,):
                _collect(child, bound, True, found)
        return
    labels = getattr(node, "labels", ())
    for label in labels:
        _collect(label, bound, True, found)
    for child in children(node):
        if child not in labels:
            _collect(child, bound, isinstance(node, Delta | Unit), found)


def check_names(nodes, ranges: Ranges, scope: Scope, extra=frozenset()) -> None:
    """Every letter that is no index of the formula must be known."""
    known = {b.name for b in ranges.bindings} | set(scope.ranges) | set(extra)
    uses: dict[str, Use] = {}
    for node in nodes:
        for name, use in free_variables(node).items():
            old = uses.get(name)
            uses[name] = Use(old.span if old else use.span, use.index or bool(old and old.index))
    for binding in ranges.bindings:
        for side in (binding.low, binding.high, *binding.members):
            if side is not None:
                for name, use in free_variables(side).items():
                    uses.setdefault(name, Use(use.span, False))
    for name, use in uses.items():
        if name in known or scope.is_integer(name) or use.index:
            continue
        symbol = scope.lookup(name)
        if symbol is not None and symbol.role == "value":
            continue
        if len(nodes) == 1 and isinstance(nodes[0], Var) and name in scope.indices:
            continue
        raise scope.unknown(name, use.span)


def _all(node: Node):
    from texecute.syntax import walk

    return walk(node)


__all__ = ["Item", "read_statement", "free_variables", "check_names", "replace", "Mention"]
