"""Entries, rows and blocks of values, by indices that count from 1.
"""

from __future__ import annotations

from itertools import product as cartesian

from texecute import matrices
from texecute.context import Context
from texecute.errors import FormulaError
from texecute.syntax import Index, Slice


def entry_of(value, at: list[int], node: Index):
    """One entry, by indices that count from 1."""
    sizes = matrices.shape(value)
    if len(at) == 1 and len(sizes) == 2:
        n = sizes[0] * sizes[1]
        if not 1 <= at[0] <= n:
            raise no_entry(at, n, node)
        return matrices.entries(value)[at[0] - 1]
    for i, n in zip(at, sizes):
        if not 1 <= i <= n:
            raise no_entry(at, n, node)
    if isinstance(value, matrices.Array):
        return value.data[value.offset([i - 1 for i in at])]
    if not isinstance(value, matrices.Matrix):
        return value
    return value.data[(at[0] - 1) * value.columns + at[1] - 1]


def no_entry(at, n, node) -> FormulaError:
    shown = ",".join(map(str, at))
    return FormulaError(f"there is no entry {shown}: the indices go from 1 to {n}", node.span,
                        "state the range of the index, as in i = 1,\\dots,n-1", "range")  # fmt: skip


def slice_of(sub, c: Context):
    if isinstance(sub, Slice):
        low = c.point.integer(sub.low, c.bound) if sub.low is not None else 1
        high = c.point.integer(sub.high, c.bound) if sub.high is not None else None
        return low, high
    return c.point.integer(sub, c.bound)


def block_of(value, subs: list, node: Index):
    """Rows, columns or blocks; a single index keeps one row or column."""
    sizes = matrices.shape(value)
    if len(subs) == 1:
        subs = [subs[0], 1] if sizes[1] == 1 else [1, subs[0]]
    lists = []
    for sub, n in zip(subs, sizes):
        low, high = sub if isinstance(sub, tuple) else (sub, sub)
        high = n if high is None else high
        if not (1 <= low and high <= n and low <= high):
            raise no_entry([low, high], n, node)
        lists.append(range(low - 1, high))
    if isinstance(value, matrices.Array):
        kept = [len(x) for x, s in zip(lists, subs) if isinstance(s, tuple)]
        data = [value.data[value.offset(at)] for at in cartesian(*lists)]
        if len(kept) > 2:
            return matrices.Array(tuple(kept), data)
        return matrices.matrix(kept[0], kept[1] if len(kept) == 2 else 1, data)
    if not isinstance(value, matrices.Matrix):
        return value
    data = [value.data[i * value.columns + j] for i in lists[0] for j in lists[1]]
    return matrices.matrix(len(lists[0]), len(lists[1]), data)
