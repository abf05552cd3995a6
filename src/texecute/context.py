"""Where compiled formulas run: the point, the layer of values, the indices.
"""

from __future__ import annotations

from collections.abc import Callable

from texecute.layers import Layer
from texecute.point import Point

MAX_SIZE = 300
"""Rows or columns of a matrix whose size comes from the context."""


Code = Callable[["Context"], object]


class Context:
    """Where a closure runs: the point, the layer of values, the indices' values."""

    __slots__ = ("point", "layer", "bound", "level", "directions")

    def __init__(self, point: Point, layer: Layer, bound: dict[str, int], level: int = -1, directions=()):
        self.point = point
        self.layer = layer
        self.bound = bound
        self.level = level
        self.directions = directions

    def inside(self, layer: Layer, level: int) -> "Context":
        """The same indices over another layer."""
        return Context(self.point, layer, self.bound, level, self.directions)
