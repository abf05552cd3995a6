"""Where the nodes of a side stand: each with how it is read, and how the side looks with another one there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace

from texecute.syntax import Call, Node

_MODES = {
    ("Ref", "labels"): "integer", ("Var", "labels"): "integer", ("Function", "labels"): "integer",
    ("Index", "subscripts"): "integer", ("Unit", "index"): "integer", ("Delta", "left"): "integer", ("Delta", "right"): "integer",
    ("Slice", "low"): "integer", ("Slice", "high"): "integer", ("By", "target"): "target", ("Limit", "name"): "none",
    ("Limit", "to"): "none", ("BigO", "body"): "none", ("Ones", "size"): "none", ("Eye", "size"): "none", ("Zeros", "size"): "none",
    ("ShapeClaim", "rows"): "none", ("ShapeClaim", "columns"): "none", ("Pow", "exponent"): "exponent", ("At", "points"): "point",
    ("Condition", "left"): "integer", ("Condition", "right"): "integer", ("Big", "bindings"): "none", ("Call", "function"): "function",
    ("Index", "body"): "entry",
}  # fmt: skip
"""How a field's nodes are read: as a value (nothing stands here), an integer, what is differentiated by, …"""


@dataclass(frozen=True, slots=True)
class Place:
    """A node, in which way it is read, and how the whole side looks with another node there."""

    node: Node
    mode: str
    put: Callable[[Node], Node]


def places(root: Node) -> Iterator[Place]:
    """All nodes of a side, parents first."""
    stack = [Place(root, "value", lambda new: new)]
    while stack:
        place = stack.pop()
        yield place
        stack.extend(reversed(list(_below(place))))


def _below(place: Place) -> Iterator[Place]:
    node = place.node
    for f in fields(node):
        value = getattr(node, f.name)
        mode = _mode(node, f.name, place.mode)
        if mode == "none":
            continue
        if isinstance(value, Node):
            yield Place(value, mode, _putter(place, f.name, ()))
        elif isinstance(value, tuple):
            for path, item in _items(value, ()):
                yield Place(item, "target" if mode == "point" and path[-1] == 0 else "value" if mode == "point" else mode,
                            _putter(place, f.name, path))  # fmt: skip


def _items(value: tuple, path: tuple[int, ...]):
    for number, item in enumerate(value):
        if isinstance(item, Node):
            yield (*path, number), item
        elif isinstance(item, tuple):
            yield from _items(item, (*path, number))


def _mode(node: Node, field: str, mode: str) -> str:
    own = _MODES.get((type(node).__name__, field))
    if own == "entry" and mode == "target":
        return mode
    if own is not None:
        return "inner" if own == "integer" and mode in ("integer", "inner") else own
    if mode in ("integer", "inner"):
        return "inner"
    if field == "arguments" and isinstance(node, Call) and len(node.arguments) == 1 and mode != "target":
        return "argument"
    return mode if mode in ("target", "function") else "value"


def _putter(place: Place, field: str, path: tuple[int, ...]) -> Callable[[Node], Node]:
    def put(new: Node) -> Node:
        value = _with(getattr(place.node, field), path, new) if path else new
        return place.put(replace(place.node, **{field: value}))

    return put


def _with(items: tuple, path: tuple[int, ...], new: Node) -> tuple:
    at = path[0]
    inner = new if len(path) == 1 else _with(items[at], path[1:], new)
    return (*items[:at], inner, *items[at + 1 :])
