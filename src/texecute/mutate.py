"""Tree → wrong trees: every slip of the table at every node of a claim, in a fixed order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain, islice

from texecute.emit.latex import to_latex
from texecute.errors import Span
from texecute.mutations import TABLE, Facts
from texecute.names import Scope
from texecute.places import places
from texecute.shapes import Typed
from texecute.syntax import Add, Big, Neg, Node, Num, Product, Relation, walk

MOST_PLACES = 2000
"""Nodes of a side that are changed; a longer one is changed at its beginning."""
MOST_OF_A_ROW = 200
"""Changes of one kind in one side."""


@dataclass(frozen=True, slots=True)
class Variant:
    """One wrong form of a claim: `old` within side `part` became `new`; `tree` is the whole side."""

    name: str
    part: int
    tree: Node
    old: Node
    new: Node
    span: Span

    def of(self, relation: Relation) -> Relation:
        """The relation with this side."""
        parts = (*relation.parts[: self.part], self.tree, *relation.parts[self.part + 1 :])
        return replace(relation, parts=parts)

    def text(self, source: str, scope: Scope) -> str:
        """What was changed, in the source's own spelling, and into what."""
        here = " ".join(source[self.span.start : self.span.end].split())
        return f"{self.name}: {here}, giving {to_latex(self.tree, scope)}"


def variants(relation: Relation, facts: Facts) -> Iterator[Variant]:
    """All wrong forms of a claim that the table makes, each once; the likeliest to be refused first."""
    seen: set = set()
    for part in range(len(relation.parts) - 1, -1, -1):
        side = relation.parts[part]
        seen.add((part, side))
        for variant in chain(_whole_side(side, part), _inside(side, part, facts)):
            try:
                mark = (part, variant.tree)
                if mark not in seen:
                    seen.add(mark)
                    yield variant
            except RecursionError:
                continue


def _whole_side(side: Node, part: int) -> Iterator[Variant]:
    """The other sign and a factor 2; on the first side they say the same as on the last."""
    if part and not isinstance(side, Add | Neg):
        yield Variant("sign flipped", part, Neg(side, span=side.span), side, Neg(side), side.span)
    elif part and isinstance(side, Add):
        yield Variant("sign flipped", part, Neg(side, span=side.span), side, Neg(side), side.span)
    if part:
        yield Variant("factor 2 added", part, Product((Num("2"), side), span=side.span), side, Product((Num("2"), side)), side.span)


def _inside(side: Node, part: int, facts: Facts) -> Iterator[Variant]:
    found: list[list[tuple]] = [[] for _ in TABLE]
    for place in islice(places(side), MOST_PLACES):
        for row, (_, modes, make) in enumerate(TABLE):
            if place.mode in modes and len(found[row]) < MOST_OF_A_ROW:
                found[row] += [(place, new, spot.span) for new, spot in make(place.node, facts)]
    for (name, _, _), items in zip(TABLE, found):
        # The whole side is built only when it is asked for: in a long formula that is most of the work.
        for place, new, span in items:
            yield Variant(name, part, place.put(new), place.node, new, span)


def facts_of(relation: Relation, scope: Scope, typed: Typed, ranges) -> Facts:
    """What the rows need to know of an inferred claim; `ranges` are its free indices."""
    names = dict.fromkeys(ranges)
    for part in relation.parts:
        for node in walk(part):
            if isinstance(node, Big):
                names.update(dict.fromkeys(b.name for b in node.bindings))
    return Facts(scope, typed, tuple(names))


__all__ = ["Variant", "Facts", "variants", "facts_of", "places", "TABLE"]
