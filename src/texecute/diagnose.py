"""A claim that fails → the nearest formula that does hold, in words.

The slips of `mutate` undo one another, so its variants are tried as repairs, one
at a time, and with them a few that only mend: another layout, a factor 1/m, a sum
over the batch, the transpose of a whole side.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from texecute.emit.latex import to_latex
from texecute.errors import FormulaError, UndefinedValue
from texecute.evaluate import Program
from texecute.mutants import MOST_VARIANTS, STEPS_OF_A_CASE, needs_own_samples, refusing_links
from texecute.mutate import Facts, Variant, facts_of, variants
from texecute.names import CONVENTION_VALUES, Conventions, Scope
from texecute.shapes import Inference
from texecute.syntax import Derivative, Div, Domain, Node, Num, Ones, Product, Ref, Relation, Transpose, Var, walk
from texecute.verdict import Claim

MOST_REPAIRS = 160
"""Repairs of one claim that are tried."""
MOST_WORK = 40_000
"""Steps after which no further repair is tried."""

MOST_SHOWN = 90
"""Characters of a side that is shown whole."""

TEXTS = {
    "transpose added": "holds with {new}",
    "transpose removed": "holds with {new} in place of {old}",
    "layout flipped": "holds with the transpose of {old}",
    "factors swapped": "holds with the factors in the other order: {new}",
    "matrix product for circ": "holds with the matrix product in place of \\circ: {new}",
    "circ for matrix product": "holds with \\circ in place of the matrix product: {new}",
    "prime changed": "holds with {new} in place of {old}: a prime is {more}",
    "argument changed": "holds with the argument {new} in place of {old}",
    "sign flipped": "holds with the other sign: {new}",
    "factor 2 added": "a factor 2 is missing on the right",
    "factor dropped": "holds without the factor {spot}",
    "factor doubled": "a factor {spot} is missing",
    "term dropped": "holds without the term {spot}",
    "inverse dropped": "holds without the inverse: {new}",
    "subscripts swapped": "holds with the indices in the other order: {new}",
    "layout": "true in {new} layout: say layout={new}, or write the transpose",
    "label shifted": "holds with {new} in place of {old}{side}",
    "index changed": "holds with {new} in place of {old}{side}",
    "number changed": "holds with {new} in place of {old}{side}",
    "symmetric": "holds for a symmetric {new}: with \\mathbb{{S}} in its declaration; otherwise think of {new}^\\top",
    "side transposed": "this is the transpose: {layout}",
    "factor missing": "a factor {new} is missing: holds with {new} before the right side",
    "sum missing": "the sum over the {what} is missing: holds with {new}",
}
"""What is said of a repair that holds; `new` in place of `old` for all others."""

ORDER = (
    "side transposed", "layout", "subscripts swapped", "transpose removed", "transpose added", "factors swapped", "circ for matrix product",
    "matrix product for circ", "sign flipped", "factor dropped", "factor missing", "prime changed", "argument changed", "layout flipped",
    "sum missing", "factor 2 added", "name changed", "number changed", "exponent changed",
    "factor doubled", "inverse dropped", "function changed", "label shifted", "index changed", "term dropped", "symmetric",
)  # fmt: skip
"""The repairs in the order in which they are tried; those that are not here are none."""


@dataclass(frozen=True, slots=True)
class Repair:
    """A changed claim, and how to say what was changed."""

    name: str
    variant: Variant | None
    conventions: Conventions
    words: dict
    scope: Scope | None = None
    relation: Relation | None = None


class LooseFacts(Facts):
    """Shapes of a claim whose parts may not fit: each node by itself, where the whole has none."""

    __slots__ = ()

    def shape(self, node: Node):
        """The shape of a node; of what does not fit, two sizes that nothing is known of."""
        if id(node) in self.typed.shapes:
            return self.typed.shape(node)
        inference = Inference(self.scope, self.typed.conventions, "", frozenset(self.indices))
        try:
            return inference.unifier.shape(inference.infer(node))
        except (FormulaError, RecursionError):
            return (inference.unifier.fresh(), inference.unifier.fresh())


def diagnose(claim: Claim) -> str:
    """What is nearest to a failed claim and holds, as a hint; "" where nothing was found."""
    if "=" not in claim.relation.relations:
        return _other_relation(claim)
    claim.spent = 0
    found = sorted(_repairs(claim), key=lambda r: (ORDER.index(r.name), -r.variant.part if r.variant else 0))
    for repair in found[:MOST_REPAIRS]:
        if claim.spent > MOST_WORK:
            break
        if _holds(claim, repair):
            return _say(claim, repair)
    return ""


def same_as(claim: Claim, others: dict[str, list[Claim]]) -> str:
    """The label of an earlier claim with the same left side: the same said in another way; "" if there is none."""
    for label, claims in others.items():
        for other in claims:
            if other is claim or other.scope is not claim.scope or other.relation.parts[0] != claim.relation.parts[0]:
                continue
            if other.cases and other.run().verdict == "holds":
                return label
    return ""


def _other_relation(claim: Claim) -> str:
    """Another sign between the sides with which a claim holds, where it has two."""
    if len(claim.relation.relations) == 1:
        for op in ("\\le", "\\ge", "="):
            if op != claim.relation.relations[0] and claim.relation.relations[0] not in ("\\ne", "\\approx"):
                if _holds(claim, Repair("relation", None, claim.conventions, {}, relation=replace(claim.relation, relations=(op,)))):
                    return f"holds with {op}"
    return ""


def _repairs(claim: Claim) -> Iterator[Repair]:
    conventions = claim.conventions
    relation = claim.relation
    typed = claim.inference.typed
    plain = facts_of(relation, claim.scope, typed, {b.name: b for b in relation.ranges.bindings})
    facts = LooseFacts(plain.scope, plain.typed, plain.indices)
    if any(isinstance(n, Derivative) for p in relation.parts for n in walk(p)):
        for layout in CONVENTION_VALUES["layout"]:
            if layout != conventions.layout:
                yield Repair("layout", None, replace(conventions, layout=layout), {"new": layout})
    last = len(relation.parts) - 1
    yield from (Repair(v.name, v, conventions, w) for v, w in _mendings(claim, relation.parts[last], last, facts))
    for variant in islice(variants(relation, facts), MOST_VARIANTS):
        if variant.name in ORDER:
            yield Repair(variant.name, variant, conventions, {})
    for name, scope in _symmetric(claim):
        yield Repair("symmetric", None, conventions, {"new": name}, scope)


def _symmetric(claim: Claim) -> Iterator[tuple[str, Scope]]:
    """The scope with one square matrix of the formula declared symmetric."""
    uids = dict.fromkeys(n.name for p in claim.relation.parts for n in walk(p) if isinstance(n, Ref))
    for symbol in (claim.scope.by_uid[uid] for uid in uids):
        domain = symbol.domain
        if symbol.is_defined or len(symbol.members) != 1 or not isinstance(domain, Domain) or domain.kind != "real":
            continue
        if len(domain.shape) == 2 and domain.shape[0] == domain.shape[1]:
            scope = claim.scope.child()
            scope.conventions = claim.scope.conventions
            member = replace(symbol.members[0], domain=replace(domain, kind="symmetric"))
            scope.set(replace(symbol, members=(member,)))
            yield symbol.name, scope


def _mendings(claim: Claim, side: Node, part: int, facts: Facts):
    """Repairs of a whole side that no slip of the table undoes."""
    if facts.shape(side):
        yield Variant("side transposed", part, Transpose(side, span=side.span), side, Transpose(side), side.span), {}
    for factor in _factors(claim):
        tree = Product((factor, side), span=side.span)
        yield Variant("factor missing", part, tree, side, tree, side.span), {"new": to_latex(factor, claim.scope)}
    for what, tree in (("rows", Product((Transpose(Ones()), side))), ("columns", Product((side, Ones())))):
        if facts.shape(side):
            yield Variant("sum missing", part, tree, side, tree, side.span), {"what": what}


def _factors(claim: Claim) -> list[Node]:
    """1/m, m for every size of the page, and 1/2."""
    sizes = [s.name for s in claim.scope.symbols.values() if s.role == "integer"]
    found: list[Node] = [Div(Num("1"), Num("2"))]
    for name in sizes[-8:]:
        found += [Div(Num("1"), Var(name)), Var(name)]
    return found


def _holds(claim: Claim, repair: Repair) -> bool:
    """Whether the repaired claim holds, at the claim's own samples first."""
    relation = repair.relation or (repair.variant.of(claim.relation) if repair.variant is not None else claim.relation)
    if repair.variant is not None and len(relation.parts) == 2 and relation.parts[0] == relation.parts[1]:
        # Both sides the same: true, and no news.
        return False
    program = claim.program if repair.scope is None else Program(repair.scope)
    mended = Claim(relation, program.scope, program, claim.source, claim.seed, repair.conventions)
    try:
        mended.infer()
        if claim.cases and repair.variant is not None and not needs_own_samples(claim):
            links = frozenset(k for k in (repair.variant.part - 1, repair.variant.part) if 0 <= k < len(relation.relations))
            if refusing_links(claim, mended, repair.variant.part, links):
                return False
        verdict = mended.run()
        claim.spent += sum(STEPS_OF_A_CASE + case.point.steps for case in mended.cases)
        return verdict.verdict == "holds"
    except (FormulaError, UndefinedValue, RecursionError, OverflowError, ZeroDivisionError):
        return False


def _say(claim: Claim, repair: Repair) -> str:
    words = dict(repair.words)
    variant = repair.variant
    if variant is not None:
        words.setdefault("new", to_latex(variant.new, claim.scope))
        words["old"] = to_latex(variant.old, claim.scope)
        words["spot"] = " ".join(claim.source[variant.span.start : variant.span.end].split()) or words["old"]
        if repair.name == "prime changed":
            words["more"] = "missing" if variant.new.function.primes > variant.old.function.primes else "too many"
        side = to_latex(variant.tree, claim.scope)
        words["side"] = f": {side}" if len(side) <= MOST_SHOWN else ""
    if repair.name == "side transposed":
        words["layout"] = _layout_words(claim)
    return TEXTS.get(repair.name, "holds with {new} in place of {old}").format(**words)


def _layout_words(claim: Claim) -> str:
    """In which layout the claim is true as it stands, if in one."""
    for layout in CONVENTION_VALUES["layout"]:
        if layout != claim.conventions.layout and _holds(claim, Repair("layout", None, replace(claim.conventions, layout=layout), {})):
            return f"true in {layout} layout; here write its transpose, or say layout={layout}"
    return "holds with the right side transposed"


__all__ = ["diagnose", "same_as"]
