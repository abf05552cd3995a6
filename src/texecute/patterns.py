"""Matrices with dots: the pattern between the corners.

The entries at the two ends of a dotted row or column differ in some integers
only; between the ends these integers run on in equal steps.
"""

from __future__ import annotations

from dataclasses import fields, replace

from texecute.dims import Dim, dim
from texecute.errors import FormulaError
from texecute.syntax import Add, Neg, Node, Num, Product, Var


def _differences(a: Node, b: Node) -> list[tuple[Node, Node]] | None:
    """Pairs of integer leaves in which two trees differ; None if they differ otherwise."""
    if a == b:
        return []
    if _is_integer(a) and _is_integer(b):
        return [(a, b)]
    if type(a) is not type(b):
        return None
    found = []
    for f in fields(a):
        if f.name == "span":
            continue
        x, y = getattr(a, f.name), getattr(b, f.name)
        inner = _value_differences(x, y)
        if inner is None:
            return None
        found += inner
    return found


def _value_differences(x, y):
    if isinstance(x, Node) and isinstance(y, Node):
        return _differences(x, y)
    if isinstance(x, tuple) and isinstance(y, tuple) and len(x) == len(y):
        found = []
        for a, b in zip(x, y):
            inner = _value_differences(a, b)
            if inner is None:
                return None
            found += inner
        return found
    return [] if x == y else None


def _is_integer(node: Node) -> bool:
    if isinstance(node, Num):
        return node.text.isdigit()
    if isinstance(node, Var):
        return True
    return isinstance(node, Add | Neg | Product) and all(_is_integer(t) for t in getattr(node, "terms", None) or getattr(node, "factors", None) or (node.body,))


def last_indices(first: Node, last: Node, rows_dotted: bool, columns_dotted: bool) -> tuple[Dim | None, Dim | None]:
    """How many rows and columns the subscripts of the two corners show."""
    pairs = _differences(first, last)
    if not pairs:
        return None, None
    sizes = []
    for a, b in pairs:
        try:
            if dim(a).number == 1 and dim(b) not in sizes or len(pairs) == 2:
                sizes.append(dim(b) - dim(a) + dim(Num("1")))
        except FormulaError:
            return None, None
    if rows_dotted and columns_dotted:
        return (sizes[0], sizes[1]) if len(sizes) == 2 else (sizes[0], sizes[0]) if len(sizes) == 1 else (None, None)
    size = sizes[0] if len(sizes) == 1 else None
    if len(sizes) == 2:
        size = sizes[0] if rows_dotted else sizes[1]
    return (size, None) if rows_dotted else (None, size)


def between(a: Node, b: Node, evaluate, at: int, count: int) -> Node | None:
    """The entry at place `at` (0 to count-1) on the way from `a` to `b`; None if there is no pattern.

    `evaluate` gives the value of an integer expression.
    """
    if a == b or at == 0:
        return a
    if at == count - 1:
        return b
    if _is_integer(a) and _is_integer(b):
        low, high = evaluate(a), evaluate(b)
        if (high - low) % (count - 1):
            return None
        return Num(str(low + (high - low) // (count - 1) * at)) if low + (high - low) // (count - 1) * at >= 0 else None
    if type(a) is not type(b):
        return None
    new = {}
    for f in fields(a):
        if f.name == "span":
            continue
        value = _between_values(getattr(a, f.name), getattr(b, f.name), evaluate, at, count)
        if value is None and getattr(a, f.name) is not None:
            return None
        new[f.name] = value
    return replace(a, **new)


def _between_values(x, y, evaluate, at: int, count: int):
    if isinstance(x, Node) and isinstance(y, Node):
        return between(x, y, evaluate, at, count)
    if isinstance(x, tuple) and isinstance(y, tuple) and len(x) == len(y):
        items = []
        for p, q in zip(x, y):
            item = _between_values(p, q, evaluate, at, count)
            if item is None:
                return None
            items.append(item)
        return tuple(items)
    return x if x == y else None
