"""`name = expr`, entries, families, functions: names get a value.
"""

from __future__ import annotations

from texecute.claims import Item, bound_names, expression_parser, read_claim, remember
from texecute.declarations import check_label_ranges
from texecute.errors import FormulaError
from texecute.free_names import check_names, free_variables
from texecute.heads import Head, closing_bracket, is_value_of_itself, subscript_letters
from texecute.names import Member, Scope, Symbol
from texecute.parse_scripts import split_commas
from texecute.parser import Parser
from texecute.reader import Reader, read_atom, spell
from texecute.shapes import Inference
from texecute.statements import Statement
from texecute.syntax import Call, Domain, Function, FunctionSpace, Node, Ranges, Ref, Relation
from texecute.tokens import Token


def read_definition(head: Head, statement: Statement, parts, relations, scope: Scope, defines: bool) -> list[Item]:
    for piece in statement.ranges:
        del piece
    if head.parameters is not None:
        return _function_definition(head, statement, parts, relations, scope)
    ranges, bound = bound_names(statement, scope, declares=True)
    if is_value_of_itself(head, parts[1:]):
        return [_own_function(head, parts[1], ranges, scope)]
    letters = subscript_letters(head.below) if head.below is not None else frozenset()
    label_names = {n for label in head.labels for n in free_variables(label)}
    parser = expression_parser(parts[1], scope, bound | letters | label_names)
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
    check_label_ranges(head.labels, ranges, scope, head.span)
    member = Member(head.labels, ranges, None, body, indices, conventions=scope.conventions)
    anew = defines and symbol is not None and symbol.is_defined and not head.labels
    if symbol is not None and symbol.role != "value":
        anew = True
    symbol = scope.add_member(head.name, "value", head.style, member, anew=anew)
    remember([body], ranges, scope)
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
    return [read_claim(statement, parts[1:], relations[1:], scope)]


def _own_function(head: Head, tokens, ranges: Ranges, scope: Scope) -> Item:
    """`u = u(x)`: u is an arbitrary smooth function and its value at x."""
    reader = Reader([*tokens, Token("eof", "", tokens[-1].span)])
    read_atom(reader)
    close = closing_bracket(reader.tokens, reader.position)
    inside = reader.tokens[reader.position + 1 : close]
    arguments = tuple(expression_parser(p, scope, frozenset()).whole() for p in split_commas(inside))
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
    ranges, bound = bound_names(statement, scope, declares=True)
    symbol = scope.lookup(head.name)
    space = symbol.domain if symbol is not None and symbol.role == "function" else None
    inner = scope.child()
    parameters = []
    for number, tokens in enumerate(head.parameters):
        parameters.append(_parameter(tokens, number, space, inner, scope, head))
    parser = expression_parser(parts[1], inner, bound)
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
        nodes = [expression_parser(p, inner, bound).whole() for p in parts[1:]]
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
        node = expression_parser(tokens, scope, frozenset()).whole()
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
