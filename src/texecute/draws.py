"""How many sample points a claim needs.

A smooth identity that is wrong is wrong almost everywhere.  An inequality, a
case distinction, a kink, or a name with few values may be wrong in a small part
of its domain only.
"""

from __future__ import annotations

from texecute import matrices
from texecute.evidence import DRAWS
from texecute.names import Scope
from texecute.point import Point
from texecute.syntax import Big, Call, Cases, Domain, Indicator, Node, Norm, Ref, Relation, walk

BRANCH_DRAWS = 40
"""Draws of a claim with an inequality, a case distinction or a kink in it."""
SCALAR_DRAWS = 240
"""The same where a draw costs nothing: a few numbers only."""
DISCRETE_DRAWS = 24
"""Draws of a claim in which a name has few values (a label, 0 or 1)."""
FEW_ENTRIES = 6
"""How many entries all drawn values together may have for a draw to cost nothing."""
KINKED = {"relu", "abs", "sign", "max", "min"}
DISCRETE = {"set", "integers", "natural", "orthogonal"}


def needed_draws(relation: Relation, scope: Scope, first: Point) -> int:
    """The number of draws for a claim; `first` is a point at which it was tried already."""
    inequality = any(op in ("\\le", "\\ge", "<", ">") for op in relation.relations)
    if inequality or has_branches(relation, scope):
        entries = sum(len(matrices.entries(value)) for value in first.base.memo.values())
        return SCALAR_DRAWS if entries <= FEW_ENTRIES else BRANCH_DRAWS
    return DISCRETE_DRAWS if has_few_values(first) else DRAWS


def has_branches(relation: Relation, scope: Scope) -> bool:
    """Whether a case distinction or a kink stands in the claim, or in what it is defined from."""
    nodes: list[Node] = [*relation.parts, *relation.ranges.conditions]
    seen: set[str] = set()
    while nodes:
        for node in walk(nodes.pop()):
            if _branches(node):
                return True
            name = node.name if isinstance(node, Ref) else node.function.name if isinstance(node, Call) else None
            symbol = scope.by_uid.get(name) if name is not None and name not in seen else None
            if symbol is not None:
                seen.add(name)
                nodes += [m.body for m in symbol.members if m.body is not None]
    return False


def _branches(node: Node) -> bool:
    if isinstance(node, Cases):
        return any(isinstance(x, Ref) for _, conditions in node.branches for c in conditions for x in walk(c))
    if isinstance(node, Indicator):
        return any(isinstance(x, Ref) for c in node.conditions for x in walk(c))
    if isinstance(node, Call):
        return node.function.builtin and node.function.name in KINKED
    if isinstance(node, Norm):
        return node.kind in ("1", "\\infty")
    return type(node).__name__ == "Abs" or (isinstance(node, Big) and node.op not in ("sum", "prod"))


def has_few_values(point: Point) -> bool:
    """Whether a name with few values has been drawn at a point."""
    drawn = [point.scope.by_uid[uid] for uid, _ in point.base.memo] + [point.scope.lookup(name) for name, _ in point.sizes]
    return any(isinstance(s.domain, Domain) and s.domain.kind in DISCRETE and not s.is_defined for s in drawn if s is not None)
