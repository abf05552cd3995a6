"""Which names an expression leaves free: indices, and letters that nothing declares.
"""

from __future__ import annotations

from dataclasses import dataclass

from texecute.errors import Span
from texecute.names import Scope
from texecute.syntax import Big, Delta, Index, Node, Ranges, Slice, Unit, Var, children


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
            _collect(child, bound, index or isinstance(node, Delta | Unit), found)


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
