"""A part of a claim → the shapes of its factors and terms, for a picture of how they fit."""

from __future__ import annotations

from texecute.shapes import Typed
from texecute.syntax import Add, Neg, Node, Operation, Product

Box = tuple[str, str, str]
"""What stands before it (`·`, `∘`, `+`, brackets), rows, columns; a closing bracket has no sizes.

`✗` behind the sign says that the box does not fit to what stands before it.
"""

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
        own, parts = 3, [(factor, "·") for factor in node.factors if _drawn(factor, typed)]
    else:
        shape = typed.shape(node) if id(node) in typed.shapes else None
        if shape is None or len(shape) not in (0, 2):
            return False
        found.append((sign, *(size.text() for size in shape)) if shape else (sign, "1", "1"))
        return True
    misfit = None if id(node) in typed.shapes else _misfit(node, [typed.shapes.get(id(inner)) for inner, _ in parts])
    opened = 0 < level and len(parts) > 1 and (own < level or own == level == 2)
    for at, (inner, before) in enumerate(parts):
        first = f"{sign} (".strip() if opened else sign
        before = f"{before} ✗" if at == misfit else before
        if not _add(inner, typed, before if at else first, own if len(parts) > 1 else level, found):
            return False
    if opened:
        found.append((")", "", ""))
    return bool(parts)


def _drawn(factor: Node, typed: Typed) -> bool:
    """No scalar; what has no shape is drawn by its parts, one of which does not fit."""
    if id(factor) in typed.shapes:
        return bool(typed.shape(factor))
    return isinstance(factor, Add | Neg | Operation | Product)


def _misfit(node: Node, shapes: list) -> int | None:
    """Which part is the first that does not fit to those before it, where all have a shape."""
    if any(shape is None or len(shape) not in (0, 2) for shape in shapes):
        return None
    for at in range(1, len(shapes)):
        before, here = shapes[at - 1], shapes[at]
        if isinstance(node, Product):
            if before and here and before[1] != here[0]:
                return at
        elif shapes[0] != here:
            return at
    return None


__all__ = ["Box", "factors"]
