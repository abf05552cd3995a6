"""Claims with a remainder: `f(x+h) = f(x) + h f'(x) + O(h^2)`.

The rest, divided by what stands in O(…), must stay bounded while the small
quantity shrinks; with one power less it would grow by 2 at each halving.
"""

from __future__ import annotations

from texecute import matrices
from texecute.compare import numbers
from texecute.context import Context
from texecute.differentiate import directions_at
from texecute.errors import FormulaError, UndefinedValue
from texecute.evidence import DRAWS, Verdict, counterexample
from texecute.layers import Layer
from texecute.point import Point
from texecute.syntax import Add, BigO, Node, Ref, walk

STEPS = 6


def check_remainder(claim):
    """The verdict of a claim that has an O(…) in it."""
    relation = claim.relation
    if len(relation.parts) != 2 or relation.relations != ("=",):
        raise FormulaError("O(…) stands in an equation of its own", relation.span, "as in f(x+h) = f(x) + h f'(x) + O(h^2)")
    order = [n for p in relation.parts for n in walk(p) if isinstance(n, BigO)]
    if len(order) != 1:
        raise FormulaError("one O(…) in a formula", relation.span, "keep the largest one")
    small = _small(order[0])
    sides = [claim.stripped.get(id(p), p) for p in relation.parts]
    if any(isinstance(n, BigO) for s in sides for n in walk(s)):
        raise FormulaError("O(…) stands alone or as a term of a sum", order[0].span, "as in f(x) + O(h)")
    codes = [claim.compiler.code(s) for s in sides]
    bound_code = claim.compiler.code(order[0].body)
    tried = 0
    for draw in range(DRAWS - 1):
        for attempt in range(20):
            point = Point(claim.scope, claim.program, claim.seed, draw, attempt)
            try:
                growth, size = _growth(claim, point, codes, bound_code, small)
            except UndefinedValue:
                continue
            tried += 1
            if growth > 1.45:
                return Verdict("fails", "value", f"the rest is not of this order: divided by it, it grows by {growth:.2f} at each halving of "
                               f"{claim.scope.by_uid[small.name].name}", "lower the power in O(…), or correct the terms before it",
                               relation.span, tried, evidence=counterexample(point, claim.seed))  # fmt: skip
            break
    if not tried:
        return Verdict("undecided", "undefined", "no sample was found at which every part has a value", "", relation.span)
    return Verdict("holds", samples=tried, span=relation.span, limit=True)


def _small(node: BigO) -> Ref:
    """The name that shrinks: the only one that O(…) mentions."""
    body: Node = node.body
    refs = {n for n in walk(body) if isinstance(n, Ref)}
    if len(refs) != 1:
        raise FormulaError("O(…) needs exactly one name that shrinks", node.span, "as in O(h^2) with h \\in \\mathbb{R}")
    return next(iter(refs))


def _growth(claim, point: Point, codes, bound_code, small: Ref) -> tuple[float, float]:
    """The median factor by which rest/O grows when the small quantity is halved, and the last ratio."""
    worst, last = 0.0, 0.0
    for bound in claim._bindings(point):
        directions = directions_at(claim.relation.parts, point, bound)
        ratios = []
        for step in range(STEPS):
            h = 0.2 * 2.0**-step
            layer = Layer(point, point.base, {(small.name, ()): h}, -1)
            c = Context(point, layer, dict(bound), -1, directions)
            left, right = (code(c) for code in codes)
            rest = max(map(abs, numbers(matrices.subtract(left, right))))
            size = abs(numbers(bound_code(c))[0])
            scale = max(map(abs, numbers(left)))
            if rest > 1e-11 * max(scale, 1e-300):
                ratios.append(rest / size)
        factors = sorted(b / a for a, b in zip(ratios, ratios[1:]) if a > 0)
        if len(factors) >= 2:
            worst = max(worst, factors[len(factors) // 2])
        last = ratios[-1] if ratios else 0.0
    return worst, last


def has_big_o(node: Node) -> bool:
    """Whether an O(…) stands in an expression."""
    return any(isinstance(n, BigO) for n in walk(node))


def without_big_o(node: Add) -> Node:
    """A sum without its O(…)."""
    rest = tuple(t for t in node.terms if not isinstance(t, BigO))
    return rest[0] if len(rest) == 1 else Add(rest, span=node.span)


__all__ = ["check_remainder", "has_big_o", "without_big_o"]
