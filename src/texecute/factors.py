"""A part of a claim → the shapes of its factors and terms, for a picture of how they fit."""

from __future__ import annotations

from texecute.shapes import Typed
from texecute.syntax import Add, Neg, Node, Operation, Product

Box = tuple[str, str, str]
"""What stands before it (`·`, `∘`, `+`, brackets), rows, columns; a closing bracket has no sizes."""

SIGNS = {"circ": "∘", "odot": "∘", "ast": "∘", "otimes": "⊗"}
MOST = 8
"""Boxes of one picture."""


def factors(part: Node, typed: Typed) -> tuple[Box, ...]:
    """The boxes of a product or a sum, factors that are scalars left out; nothing if there are fewer than two boxes."""
    found: list[Box] = []
    if not _add(part, typed, "", 0, found):
        return ()
    return tuple(found) if 2 <= sum(bool(rows) for _, rows, _ in found) <= MOST else ()


def _add(node: Node, typed: Typed, sign: str, level: int, found: list[Box]) -> bool:
    """Adds a node's boxes; false if something in it has no rows and columns.

    `level` is how tightly what stands around binds: 1 a sum, 2 entry by entry, 3 a product.
    """
    if isinstance(node, Neg):
        return _add(node.body, typed, "−" if sign == "+" else f"{sign} −".strip(), max(level, 1), found)
    if isinstance(node, Add):
        own, parts = 1, [(term, "+") for term in node.terms]
    elif isinstance(node, Operation) and node.op in SIGNS:
        own, parts = 2, [(node.left, ""), (node.right, SIGNS[node.op])]
    elif isinstance(node, Product):
        own, parts = 3, [(factor, "·") for factor in node.factors if id(factor) in typed.shapes and typed.shape(factor)]
    else:
        shape = typed.shape(node) if id(node) in typed.shapes else None
        if shape is None or len(shape) not in (0, 2):
            return False
        found.append((sign, *(size.text() for size in shape)) if shape else (sign, "1", "1"))
        return True
    opened = 0 < level and len(parts) > 1 and (own < level or own == level == 2)
    for at, (inner, before) in enumerate(parts):
        first = f"{sign} (".strip() if opened else sign
        if not _add(inner, typed, before if at else first, own if len(parts) > 1 else level, found):
            return False
    if opened:
        found.append((")", "", ""))
    return bool(parts)


__all__ = ["Box", "factors"]
