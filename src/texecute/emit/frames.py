"""Places in the source where names have values, and what depends on what.

A `Frame` is the file itself, or a function in which one name is replaced (a
derivative, an argument, `|_{x = a}`).  A name is computed in the innermost frame
on which it depends, so a derivative by z holds fixed what z depends on, as the
language says.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from texecute.errors import FormulaError, Span
from texecute.names import Member, Scope, Symbol
from texecute.syntax import Function, Node, Ref, walk


def cannot(message: str, node: Node | None = None, hint: str = "") -> FormulaError:
    """The error for what has no code."""
    return FormulaError(message, node.span if node is not None else Span(0, 1), hint, "emit")


@dataclass
class Frame:
    """A place in the source where names have values; `cut` maps replaced names to the label that is (None: all)."""

    parent: "Frame | None" = None
    cut: dict[str, str | None] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    done: set[str] = field(default_factory=set)
    defaults: list[str] = field(default_factory=list)
    indices: dict[str, str] = field(default_factory=dict)
    block: bool = False

    def inside(self, **indices: str) -> "Frame":
        """Lines of their own in the same place, with some more indices."""
        return Frame(self, indices={**self.indices, **indices}, block=True)

    def function(self, cut: dict[str, str | None]) -> "Frame":
        """A function in which some names are replaced."""
        return Frame(self, cut, indices=dict(self.indices))


@dataclass(frozen=True)
class Given:
    """An input of the source: its identifier, what it is, its shape as a comment."""

    name: str
    uid: str
    kind: str
    comment: str


def references(member: Member) -> set[str]:
    """The names and functions that stand in a definition."""
    found = set()
    for node in walk(member.body) if member.body is not None else ():
        if isinstance(node, Ref) or (isinstance(node, Function) and not node.builtin):
            found.add(node.name)
    return found


def singles(scope: Scope, symbol: Symbol) -> dict[int, str]:
    """Members of a family that have a name of their own (`h_0` beside `h_t`), by their label."""
    found = {}
    for name, other in scope.symbols.items():
        match = re.fullmatch(re.escape(symbol.name) + r"[_^]\{(\d+)\}", name)
        if match and other.role == "value" and any(m.pattern for m in symbol.members):
            found[int(match[1])] = other.uid
    return found


def closure(scope: Scope) -> dict[str, frozenset]:
    direct: dict[str, set[str]] = {}
    hidden: dict[str, set[str]] = {}
    for uid, symbol in scope.by_uid.items():
        direct[uid] = set().union(*(references(m) for m in symbol.members), set())
        direct[uid] |= set(singles(scope, symbol).values())
        if symbol.role == "function":
            # Inside of a function its parameters are its own.
            hidden[uid] = {p.name for m in symbol.members for p in m.parameters}
    result = {uid: frozenset(names - hidden.get(uid, set())) for uid, names in direct.items()}
    changed = True
    while changed:
        changed = False
        for uid, names in direct.items():
            new = frozenset((names | set().union(*(result.get(n, frozenset()) for n in names), set())) - hidden.get(uid, set()))
            if new != result[uid]:
                result[uid], changed = new, True
    return result


__all__ = ["Frame", "Given", "cannot", "closure", "references", "singles"]
