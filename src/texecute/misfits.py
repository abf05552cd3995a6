"""A claim whose shapes do not fit → the shapes of those parts that do have one, and where it fails."""

from __future__ import annotations

from texecute.errors import FormulaError
from texecute.shapes import Inference, Typed
from texecute.syntax import Add, Neg, Node, Operation, Product
from texecute.verdict import Claim


def shapes_that_exist(claim: Claim) -> Typed:
    """What inference finds out about each part by itself; a part that does not fit has no shape."""
    ranged = frozenset(b.name for b in claim.relation.ranges.bindings if b.low is not None or b.members)
    typed = Typed(claim.scope, claim.conventions, Inference(claim.scope, claim.conventions).unifier)
    waiting: list[Node] = list(claim.relation.parts)
    while waiting:
        part = waiting.pop()
        alone = Inference(claim.scope, claim.conventions, claim.source, ranged)
        try:
            typed.shapes[id(part)] = alone.infer(part)
        except FormulaError:
            pass
        # Also below what fits: a picture shows its factors.
        waiting += _parts(part)
    return typed


def _parts(node: Node) -> tuple[Node, ...]:
    if isinstance(node, Add):
        return node.terms
    if isinstance(node, Product):
        return node.factors
    if isinstance(node, Operation):
        return node.left, node.right
    return (node.body,) if isinstance(node, Neg) else ()


__all__ = ["shapes_that_exist"]
