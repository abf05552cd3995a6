"""`x, y \\in D` and `g : A \\to B`: names get a domain.
"""

from __future__ import annotations

from texecute.claims import Item
from texecute.domains import read_domain, read_function_space
from texecute.errors import FormulaError, Span
from texecute.free_names import free_variables
from texecute.heads import Head, overlaps
from texecute.names import Member, Scope
from texecute.parser import Parser
from texecute.ranges import read_ranges
from texecute.reader import Reader, read_atom, spell
from texecute.statements import Statement
from texecute.syntax import Domain, FunctionSpace, Num, Ranges
from texecute.tokens import Token


def read_declaration(statement: Statement, scope: Scope) -> list[Item]:
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


def read_function_declaration(statement: Statement, scope: Scope) -> list[Item]:
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
    if old is not None and head.labels and old.role == role:
        anew = any(_replaces(member, known, ranges, scope) for known in old.members)
    symbol = scope.add_member(head.name, role, head.style, member, anew=anew)
    return Item("declaration", head.span, symbol=symbol, member=member)


def _same_domain(a, b) -> bool:
    return a == b


def _replaces(member: Member, known: Member, ranges: Ranges, scope: Scope) -> bool:
    """Whether a family's declaration gives members that were declared before another shape or set."""
    if known.domain is None or known.body is not None or _same_domain(member.domain, known.domain):
        return False
    return overlaps(known, member.pattern, ranges, scope)


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
    check_label_ranges(labels, ranges, scope, span)
    return Head(name, span, style, labels)


def check_label_ranges(labels, ranges: Ranges, scope: Scope, span: Span) -> None:
    known = {b.name for b in ranges.bindings} | set(scope.ranges)
    for label in labels:
        for name, where in free_variables(label).items():
            if name not in known and not scope.is_integer(name):
                raise FormulaError(f"the label {name} has no range", where.span if where.span.end else span,
                                   f"state it, as in {name} = 1,\\dots,L", "range")  # fmt: skip
