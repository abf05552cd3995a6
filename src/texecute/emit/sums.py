"""Sums over one index of numbers, as sums over an axis: `\\sum_j W_{ij} x_j` is `np.sum(W[i - 1, :] * x[:, 0])`."""

from __future__ import annotations

from texecute import functions
from texecute.dims import ONE, dim
from texecute.emit.frames import Frame
from texecute.syntax import (
    Add,
    Big,
    Call,
    Div,
    Index,
    Inverse,
    Neg,
    Node,
    Num,
    Pow,
    Product,
    Ref,
    Slice,
    Var,
    walk,
)

ENTRYWISE = (Add, Product, Neg, Div, Pow, Inverse)


def vectorised(expressions, node: Big, frame: Frame) -> str | None:
    """The text of a sum over a whole axis; None where a loop is needed."""
    if len(node.bindings) != 1 or node.conditions or node.bindings[0].members:
        return None
    name = node.bindings[0].name
    axes: list = []
    if not _plain(expressions, node.body, name, axes) or not axes:
        return None
    if not _whole_axis(expressions, node, axes):
        return None
    inner = Vector(expressions, name)
    text = inner.text(node.body, frame)
    return expressions.word("sum", text)


def _plain(expressions, node: Node, name: str, axes: list) -> bool:
    """Whether a number is built entry by entry from numbers and from entries along the index."""
    if expressions.typed.shape(node):
        return False
    if not any(isinstance(n, Var) and n.name == name for n in walk(node)):
        return type(node).__name__ in ("Num", "Const", "Var", "Ref", "Index") and not isinstance(node, Index)
    if isinstance(node, ENTRYWISE):
        parts = getattr(node, "terms", None) or getattr(node, "factors", None)
        if parts is None:
            parts = [node.top, node.bottom] if isinstance(node, Div) else [node.base, node.exponent] if isinstance(node, Pow) else [node.body]
        return all(_plain(expressions, p, name, axes) for p in parts)
    if isinstance(node, Call) and node.function.builtin and node.function.name in functions.TABLE and not node.function.primes:
        return _plain(expressions, node.arguments[0], name, axes)
    if isinstance(node, Index):
        if not isinstance(node.body, Ref) or any(isinstance(v, Var) and v.name == name for v in walk(node.body)):
            return False
        subs = expressions.typed.subscripts[id(node)]
        hits = [i for i, s in enumerate(subs) if isinstance(s, Var) and s.name == name and not s.labels]
        others = [s for i, s in enumerate(subs) if i not in hits]
        if len(hits) != 1 or any(isinstance(s, Slice) or any(isinstance(v, Var) and v.name == name for v in walk(s)) for s in others):
            return False
        shape = expressions.typed.shape(node.body)
        axes.append(next(d for d in shape if d != ONE) if len(subs) == 1 else shape[hits[0]])
        return True
    return False


def _whole_axis(expressions, node: Big, axes: list) -> bool:
    """Whether the index runs over all of the axes along which it stands."""
    binding = node.bindings[0]
    unifier = expressions.typed.unifier
    if binding.low is None:
        found = expressions.typed.ranges.get(id(binding))
        size = unifier.resolve(found) if hasattr(found, "terms") else None
    else:
        size = dim(binding.high) if isinstance(binding.low, Num) and binding.low.text == "1" else None
    return size is not None and all(unifier.resolve(a) == unifier.resolve(size) for a in axes)


class Vector:
    """Writes a number as a vector along the summed index."""

    def __init__(self, expressions, name: str):
        name_ = name

        class Along(type(expressions)):
            """The same rules, but entries along the index become the whole axis."""

            def _Index(self, node, frame):
                subs = self.typed.subscripts[id(node)]
                if not any(isinstance(v, Var) and v.name == name_ for s in subs for v in walk(s)):
                    return super()._Index(node, frame)
                shape = self.shape(node.body)
                parts = [":" if isinstance(s, Var) and s.name == name_ else self.place(s, frame) for s in subs]
                if len(parts) == 1 and len(shape) == 2:
                    parts = [":", "0"] if shape[1] == ONE else ["0", ":"]
                return f"{self.text(node.body, frame)}[{', '.join(parts)}]"

        self.text = Along(expressions.generator, expressions.typed).text


__all__ = ["vectorised"]
