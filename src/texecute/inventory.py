"""A formula → the names in it, each with its kind and the shape that it has there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from texecute.dims import shape_of_domain
from texecute.emit.latex import Printer
from texecute.errors import FormulaError
from texecute.items import Found
from texecute.names import Scope, Symbol
from texecute.shapes import Inference
from texecute.syntax import Binding, By, Call, Domain, Function, FunctionSpace, Node, Ranges, Ref, Var, walk

WORDS = {
    "positive": "positive", "nonnegative": "not negative", "interval": "in an interval", "integers": "whole", "natural": "whole, from 1 up",
    "set": "one of a set", "symmetric": "symmetric", "definite": "symmetric and positive definite", "invertible": "invertible",
    "orthogonal": "orthogonal",
}  # fmt: skip
"""What a domain says beyond the shape."""


@dataclass(frozen=True, slots=True)
class NameUse:
    """One name as a formula has it.

    `latex` has its labels (`W^{[l + 1]}`), `base` has none (`W`), `label` is what stands in them (`l + 1`);
    `kind` is `value`, `function`, `size` or `index`; `rows` and `columns` are sizes as text, empty where the
    checker gives it none; `domain` says what its values are; `defined` that it has a definition; `uid` tells
    two meanings of one name apart.
    """

    latex: str
    base: str
    label: str
    kind: str
    rows: str = ""
    columns: str = ""
    domain: str = ""
    defined: bool = False
    uid: str = ""


def names_in(found: Found) -> tuple[NameUse, ...]:
    """The names of a formula in the order in which they first stand there, each once."""
    uses: dict[tuple[str, str, str], NameUse] = {}
    for node in _nodes(found):
        use = _use(node, found)
        if use is not None:
            uses.setdefault((use.latex, use.rows, use.columns), use)
    return tuple(uses.values())


def _nodes(found: Found) -> Iterator[Node]:
    for item in found.items:
        if item.symbol is not None and item.member is not None:
            if item.symbol.role == "function":
                yield Function(item.symbol.uid, item.member.pattern, builtin=False)
            elif item.symbol.role == "integer":
                yield Var(item.symbol.name, item.member.pattern)
            else:
                yield Ref(item.symbol.uid, item.member.pattern)
            for part in (*item.member.parameters, *item.member.indices, item.member.body, item.member.domain, item.member.ranges):
                yield from _walk(part)
        yield from _walk(item.relation)
        yield from _walk(item.body)


def _walk(part) -> Iterator[Node]:
    """Every node of a part; `walk` does not go into domains and ranges, which are no expressions."""
    if isinstance(part, FunctionSpace):
        for domain in (*part.arguments, part.result):
            yield from _walk(domain)
    elif isinstance(part, Domain):
        for size in (*part.shape, part.low, part.high):
            yield from _walk(size)
    elif isinstance(part, Ranges):
        for binding in part.bindings:
            yield Var(binding.name)
            for end in (binding.low, binding.high, *binding.members):
                yield from _walk(end)
    elif part is not None:
        for node in walk(part):
            if isinstance(node, Binding):
                yield Var(node.name)
            if isinstance(node, By):
                yield from _walk(node.target)
            if isinstance(node, Call):
                yield node.function
            yield node
            if hasattr(node, "ranges"):
                yield from _walk(node.ranges)


def _use(node: Node, found: Found) -> NameUse | None:
    scope = found.scope
    if isinstance(node, Var):
        symbol = scope.lookup(node.name)
        if symbol is None and node.labels == () and len(node.name) > 1 and node.name.isalpha():
            return None  # A label that is a word, as in W^{[out]}.
        size = symbol is not None and symbol.role == "integer"
        latex, label = _print(scope, node), _labels(scope, node.labels)
        return NameUse(latex, node.name, label, "size" if size else "index", uid=symbol.uid if symbol else "")
    if not isinstance(node, Ref | Function) or getattr(node, "builtin", False):
        return None
    symbol = scope.by_uid.get(node.name)
    if symbol is None:
        return None
    label = _labels(scope, node.labels)
    if isinstance(node, Function) or symbol.role == "function":
        latex = _print(scope, Ref(symbol.uid, node.labels))
        return NameUse(latex, symbol.name, label, "function", *_function_shape(symbol), defined=symbol.is_defined, uid=symbol.uid)
    rows, columns = _shape(node, found)
    domain = symbol.domain
    words = WORDS.get(domain.kind, "") if isinstance(domain, Domain) else ""
    return NameUse(_print(scope, node), symbol.name, label, "value", rows, columns, words, _defined(symbol, node.labels), symbol.uid)


def _defined(symbol: Symbol, labels: tuple[Node, ...]) -> bool:
    """Whether this member has a definition: `a^{[0]}` may be declared where the others follow from it."""
    own = [member.body is not None for member in symbol.members if labels and member.pattern == labels]
    return any(own) if own else symbol.is_defined


def _function_shape(symbol: Symbol) -> tuple[str, str]:
    """What a declared function takes and gives."""
    space = symbol.domain
    if not isinstance(space, FunctionSpace):
        return "", ""
    try:
        return ", ".join(map(_domain, space.arguments)), _domain(space.result)
    except FormulaError:
        return "", ""


def _domain(domain: Domain) -> str:
    shape = shape_of_domain(domain)
    return " × ".join(size.text() for size in shape) if shape else "1 × 1"


def _shape(node: Ref, found: Found) -> tuple[str, str]:
    inference = Inference(found.scope, found.scope.conventions, found.formula.latex)
    try:
        shape = inference.unifier.shape(inference.shape_of_symbol(found.scope.by_uid[node.name], node.labels, node.span))
    except FormulaError:
        return "", ""
    if any(size.unknown for size in shape):
        return "", ""
    if len(shape) > 2:
        return " × ".join(size.text() for size in shape), ""
    return (shape[0].text(), shape[1].text()) if shape else ("1", "1")


def _labels(scope: Scope, labels: tuple[Node, ...]) -> str:
    return ",".join(_print(scope, label) for label in labels)


def _print(scope: Scope, node: Node) -> str:
    return Printer(scope).print(node)


__all__ = ["NameUse", "names_in"]
