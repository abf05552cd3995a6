"""Wrong variants of a claim that holds → refused, equivalent, or also true here.

The claim's sample points and the values of its sides are used again: of a variant
only the changed side is evaluated, and compared with its unchanged neighbours.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from texecute.compare import DIFFERENT, ROUNDING, TOLERANCE, difference, numbers
from texecute.errors import FormulaError, ShapeError, UndefinedValue
from texecute.evidence import Verdict
from texecute.freely import equal_freely
from texecute.literals import is_zero
from texecute.mutate import Variant, facts_of, variants
from texecute.remainder import has_big_o
from texecute.syntax import Differential, Zeros, walk
from texecute.verdict import Case, Claim

REFUSED = ("shape", "value", "error")
MOST_VARIANTS = 400
"""Variants of one claim that are tried."""
MOST_WORK = 300_000
"""Steps after which no further variant of a claim is tried; how many were left out is counted.

Steps and not seconds: the same page gets the same counts on every machine.
"""
STEPS_OF_A_CASE = 20
"""What one evaluation costs beside the steps that it counts by itself."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What became of a variant.

    `outcome` is `shape`, `value` or `error` (an index out of range, …) where it is
    refused; else `equivalent`, `also true`, or `undefined` where it has no value at
    any sample.  `links` are the relations of the chain that refuse it.
    """

    variant: Variant
    outcome: str
    links: frozenset[int] = frozenset()

    @property
    def refused(self) -> bool:
        """Whether the check finds the variant wrong."""
        return self.outcome in REFUSED


def variants_of(claim: Claim) -> Iterator[Variant]:
    """The wrong variants of an inferred claim."""
    facts = facts_of(claim.relation, claim.scope, claim.inference.typed, claim.ranges)
    for number, variant in enumerate(variants(claim.relation, facts)):
        if number == MOST_VARIANTS:
            return
        yield variant


def judge(claim: Claim, variant: Variant, survivors: bool = True) -> Judgement:
    """What the check makes of one variant; `survivors` tells equivalent from also true."""
    links = frozenset(k for k in (variant.part - 1, variant.part) if 0 <= k < len(claim.relation.relations))
    mutated = Claim(variant.of(claim.relation), claim.scope, claim.program, claim.source, claim.seed, claim.conventions)
    try:
        if needs_own_samples(claim):
            mutated.infer()
            verdict = mutated.run()
            claim.spent += sum(STEPS_OF_A_CASE + case.point.steps for case in mutated.cases)
            if verdict.verdict != "holds":
                outcome = {"fails": verdict.reason or "value", "error": "error"}.get(verdict.verdict, "undefined")
                return Judgement(variant, outcome, links)
            refusing = frozenset()
        else:
            mutated.infer(only=variant.part)
            refusing = refusing_links(claim, mutated, variant.part, links)
    except ShapeError:
        return Judgement(variant, "shape", links)
    except FormulaError as error:
        return Judgement(variant, "undefined" if error.kind == "bound" else "error", links)
    except (UndefinedValue, RecursionError, OverflowError, ZeroDivisionError):
        return Judgement(variant, "undefined")
    if refusing:
        return Judgement(variant, "value", refusing)
    if not survivors:
        return Judgement(variant, "also true")
    return Judgement(variant, "equivalent" if equal_freely(claim, mutated, variant) else "also true")


def needs_own_samples(claim: Claim) -> bool:
    """Whether a variant needs samples of its own: a remainder, or differentials, for what varies is read from the whole formula."""
    return any(has_big_o(p) or isinstance(n, Differential) for p in claim.relation.parts for n in walk(p))


def refusing_links(claim: Claim, mutated: Claim, part: int, links: frozenset[int]) -> frozenset[int]:
    """The links that do not hold at some sample; UndefinedValue if the variant has no value at any."""
    code = mutated.codes[part]
    differing: set[int] = set()
    holes: set[int] = set()
    for case in claim.cases:
        case.point.steps = 0
        try:
            value = code(case.context())
            claim.spent += STEPS_OF_A_CASE + case.point.steps
            numbers(value)
        except (UndefinedValue, OverflowError, ZeroDivisionError):
            holes.add(id(case.point))
            continue
        values = [*case.values[:part], value, *case.values[part + 1 :]]
        tried = Case(case.point, case.bound, case.directions, values)
        refusing = set()
        for k in links:
            if claim.relation.relations[k] == "\\ne":
                differing |= {k} if _differs(tried, k) else set()
            elif not _holds(claim, mutated, tried, k):
                refusing.add(k)
        if refusing:
            return frozenset(refusing)
    if holes.issuperset(id(case.point) for case in claim.cases):
        raise UndefinedValue("no sample at which it has values for all indices")
    return frozenset(k for k in links if claim.relation.relations[k] == "\\ne" and k not in differing)


def _differs(case: Case, k: int) -> bool:
    gap = difference(case.values[k], case.values[k + 1])
    return gap.absolute > DIFFERENT * gap.scale


def _holds(claim: Claim, mutated: Claim, case: Case, k: int) -> bool:
    op = claim.relation.relations[k]
    if op != "=":
        return claim._link_holds(case, k, op) is None
    gap = difference(case.values[k], case.values[k + 1])
    if gap.absolute <= max(TOLERANCE, DIFFERENT) * gap.scale:
        return True
    return gap.absolute <= ROUNDING * mutated.terms(case, k)


# --- the whole claim ---------------------------------------------------------------------


def could_not_fail(claim: Claim) -> Verdict | None:
    """The error for an equality of which no variant is refused; None where all could have failed.

    That a derivative is zero may be claimed, though zero has no wrong forms.
    """
    open_links = {k for k, op in enumerate(claim.relation.relations) if op == "=" and not _is_zero_derivative(claim, k)}
    tried = 0
    for variant in variants_of(claim):
        if not open_links:
            return None
        if not open_links & {variant.part - 1, variant.part}:
            continue
        tried += 1
        open_links -= judge(claim, variant, survivors=False).links
    if not open_links:
        return None
    k = min(open_links)
    span = claim.relation.parts[k].span.to(claim.relation.parts[k + 1].span)
    return Verdict("error", "could not fail", f"this could not have failed: none of {tried} wrong variants of it is refused",
                   "state it with names whose values differ, or leave it out", span)  # fmt: skip


def _is_zero_derivative(claim: Claim, k: int) -> bool:
    return any(isinstance(p, Zeros) or is_zero(p) for p in claim.relation.parts[k : k + 2]) and claim.zero_is_claimed(k)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many variants of a claim had which outcome, and in words those that are also true."""

    counts: Counter
    also_true: tuple[str, ...]


def count_variants(claim: Claim) -> Tally:
    """Tries all variants of a claim that holds."""
    counts: Counter = Counter()
    listed = []
    for variant in variants_of(claim):
        if claim.spent > MOST_WORK:
            counts["untried"] += 1
            continue
        judgement = judge(claim, variant)
        counts[judgement.outcome] += 1
        if judgement.outcome == "also true":
            listed.append(variant.text(claim.source, claim.scope))
    return Tally(counts, tuple(listed))


def summary(tallies: list[Tally]) -> dict:
    """The counts of a formula's claims as the report has them.

    `undefined` are variants without a value at any sample, `untried` those that were
    left out of a slow formula; they count as nothing else.
    """
    counts = sum((t.counts for t in tallies), Counter())
    return {
        "killed": sum(counts[o] for o in REFUSED), "equivalent": counts["equivalent"], "also_true": counts["also true"],
        "by_shape": counts["shape"], "by_value": counts["value"] + counts["error"], "undefined": counts["undefined"], "untried": counts["untried"],
        "also_true_variants": [text for t in tallies for text in t.also_true],
    }  # fmt: skip


__all__ = ["Judgement", "Tally", "judge", "variants_of", "could_not_fail", "count_variants", "summary", "refusing_links",
           "needs_own_samples"]  # fmt: skip
