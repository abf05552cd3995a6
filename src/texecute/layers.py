"""Values of names in layers: changed values over others, and recomputed what depends on them.

So `\\frac{\\partial L}{\\partial z}` cuts the graph at z: the definition of z is not
looked at, what is defined from z is.
"""

from __future__ import annotations

from texecute.errors import FormulaError, Span

Key = tuple  # (uid, labels)


class Layer:
    """Values of names; what is not here comes from the layer below unless it depends on what is."""

    __slots__ = ("point", "parent", "overridden", "memo", "children", "level")

    def __init__(self, point, parent: "Layer | None", values: dict, level: int):
        self.point = point
        self.parent = parent
        self.overridden = frozenset(values)
        self.memo = dict(values)
        self.children: dict = {}
        self.level = level

    def value(self, key: Key, span: Span = Span(0, 1)):
        """The value of a name (one member of a family) in this layer."""
        point = self.point
        if point.tracking:
            point.tracking[-1].add(key)
        memo = self.memo
        if key in memo:
            return memo[key]
        if self.parent is not None:
            if key not in point.closure:
                point.base.value(key, span)
            if not (point.closure.get(key, frozenset()) & self.overridden):
                below = memo[key] = self.parent.value(key, span)
                return below
        return self._compute(key, span)

    def _compute(self, key: Key, span: Span):
        point = self.point
        mark = (id(self), key)
        if mark in point.active:
            name = point.scope.by_uid[key[0]].name
            raise FormulaError(f"{name} is defined by itself", span, "a recurrence needs a first member", "name")
        point.active.add(mark)
        base = self.parent is None
        if base:
            point.tracking.append(set())
        try:
            value = point.compute(key, self, span)
        finally:
            point.active.discard(mark)
            if base:
                direct = point.tracking.pop()
        if base:
            closure = set(direct)
            for other in direct:
                closure |= point.closure.get(other, frozenset())
            closure.add(key)
            point.closure[key] = frozenset(closure)
        self.memo[key] = value
        return value

    def child(self, tag, make_values, level: int) -> "Layer":
        """A layer over this one, made once for each tag."""
        layer = self.children.get(tag)
        if layer is None:
            layer = self.children[tag] = Layer(self.point, self, make_values(), level)
        return layer
