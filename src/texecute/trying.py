"""Carries one item of a formula out: shapes of what is introduced, verdicts of what is claimed.
"""

from __future__ import annotations

from dataclasses import replace

from texecute.claims import Item
from texecute.diagnose import diagnose, same_as
from texecute.dims import declared_shape, shape_of_domain, shape_text
from texecute.errors import FormulaError, ShapeError, Span
from texecute.evidence import Verdict
from texecute.factors import Box, factors
from texecute.judging import Outcome
from texecute.misfits import shapes_that_exist
from texecute.mutants import could_not_fail, count_variants
from texecute.names import Scope
from texecute.page_state import PageState
from texecute.pages import Formula
from texecute.shapes import Inference, Typed
from texecute.syntax import Condition, FunctionSpace, Node, Ranges, Relation, Var, walk
from texecute.verdict import Claim


def introduce(formula: Formula, scope: Scope, item: Item, outcome: Outcome, state: PageState) -> None:
    """Infers the shape of what was declared or defined, and remembers how many indices it has."""
    symbol, member = item.symbol, item.member
    refuse_ambiguities(state, formula, scope, item, member.ranges, member.pattern)
    if symbol.role == "integer" or isinstance(member.domain, FunctionSpace) and member.body is None:
        return
    bound = frozenset(b.name for b in member.ranges.bindings) | {
        v.name for p in member.pattern for v in walk(p) if isinstance(v, Var)
    }
    inference = Inference(scope, member.conventions, formula.latex, bound)
    if member.body is not None:
        shape = inference.infer(member.body)
        if symbol.role == "function":
            _check_signature(inference, symbol, member, shape, item.span)
            return
        if member.indices:
            shape = inference.entry_shape(member, shape, item.span, declared_shape(symbol))
        declared = symbol.domain
        if declared is not None and not isinstance(declared, FunctionSpace):
            wanted = inference.shape_of_symbol(symbol, member.pattern, item.span)
            if not inference.unifier.same_shape(shape, wanted):
                shape, wanted = inference.unifier.shape(shape), inference.unifier.shape(wanted)
                hint = "the transpose of the right side would fit" if shape == wanted[::-1] else f"declare {symbol.name} as {shape_text(shape)}, or correct the right side"
                raise ShapeError(f"{symbol.name} is declared {shape_text(wanted)}, but here it would be {shape_text(shape)}", item.span, hint)
    else:
        shape = inference.shape_of_symbol(symbol, member.pattern, item.span)
    shape = inference.unifier.shape(shape)
    rank = 0 if not shape else 1 if len(shape) == 2 and any(d.number == 1 for d in shape) else len(shape)
    if not any(d.unknown for d in shape):
        scope.ranks[symbol.uid] = rank
    mark = symbol.name
    outcome.shapes.append((mark, *(d.text() for d in shape)) if len(shape) == 2 else (mark, "1", "1"))


def run_claim(state: PageState, formula: Formula, scope: Scope, item: Item, outcome: Outcome) -> None:
    if item.relation is None:
        outcome.verdicts.append(_declared_again(scope, item))
        return
    scope = with_sizes(scope, item.relation.ranges)
    claim = Claim(item.relation, scope, state.program(scope), formula.latex, state.settings.seed, scope.conventions)
    outcome.claims.append(claim)
    if formula.label:
        state.claims.setdefault(formula.label, []).append(claim)
    try:
        refuse_ambiguities(state, formula, scope, item, item.relation.ranges, ())
        claim.infer()
        outcome.shapes += _part_shapes(claim, formula, claim.inference.typed)
        outcome.factors += _part_factors(claim, formula, claim.inference.typed)
        verdict = claim.run()
    except ShapeError as error:
        verdict = Verdict("fails", "shape", error.message, error.hint, error.span)
        if "wrong" in formula.classes:
            typed = shapes_that_exist(claim)
            outcome.shapes += _part_shapes(claim, formula, typed)
            outcome.factors += _part_factors(claim, formula, typed)
    if "wrong" not in formula.classes:
        verdict = _tried_out(state, claim, verdict, outcome)
    elif verdict.verdict == "holds" and (label := same_as(claim, state.claims)):
        verdict = replace(verdict, hint=f"it is true, and says what @{label} says, written differently: remove .wrong, or show what is really wrong")
    outcome.verdicts.append(verdict)


def _tried_out(state: PageState, claim: Claim, verdict: Verdict, outcome: Outcome) -> Verdict:
    """The verdict after wrong variants of what holds, and repairs of what fails, were tried."""
    if verdict.verdict == "fails":
        found, hint = diagnose(claim), verdict.hint
        if found and hint and not hint.startswith("this is the transpose"):
            found = f"{hint}; {found}"
        return replace(verdict, hint=found or hint)
    if verdict.verdict != "holds":
        return verdict
    if state.settings.mutants:
        outcome.variants.append(count_variants(claim))
    if state.settings.exact is not None:
        proof = state.settings.exact(claim)
        outcome.proofs.append(proof)
        if proof.outcome == "refuted":
            return Verdict("error", "exact", "it holds at every sample, but not in symbols: " + proof.text,
                           "one of the two checks is wrong: report this formula to texecute", claim.relation.span)  # fmt: skip
    return could_not_fail(claim) or verdict


def with_sizes(scope: Scope, ranges: Ranges) -> Scope:
    """A scope in which the sizes that a range fixes (`n = 2` behind a claim) are conditions of the draws."""
    fixed = [b for b in ranges.bindings if len(b.members) == 1 and scope.is_integer(b.name)]
    if not fixed:
        return scope
    inner = scope.child()
    inner.conventions = scope.conventions
    inner.conditions += [Condition("=", Var(b.name), b.members[0]) for b in fixed]
    return inner


def _declared_again(scope: Scope, item: Item) -> Verdict:
    """A declaration of a name that has a value claims its shape."""
    inference = Inference(scope, scope.conventions)
    shape = inference.shape_of_symbol(item.symbol, (), item.span)
    wanted = shape_of_domain(item.member.domain)
    if inference.unifier.same_shape(shape, wanted):
        return Verdict("holds", samples=1, max_relative_error=0.0, span=item.span)
    return Verdict("fails", "shape", f"{item.symbol.name} is {shape_text(inference.unifier.shape(shape))}, not {shape_text(wanted)}",
                   "correct the declaration, or the definition above", item.span)  # fmt: skip


def refuse_ambiguities(state: PageState, formula: Formula, scope: Scope, item: Item, ranges: Ranges, pattern) -> None:
    """Two different operators in a row want brackets if the two readings differ in value."""
    for span, left, right in item.ambiguous:
        relation = Relation((left, right), ("=",), ranges, span=span)
        claim = Claim(relation, scope, state.program(scope), formula.latex, state.settings.seed, scope.conventions)
        try:
            claim.infer()
            differ = claim.run().verdict == "fails"
        except ShapeError:
            differ = True
        except FormulaError:
            continue
        if differ:
            raise FormulaError("different operators in a row can be read in two ways, which differ in value", span,
                               "put the part that is meant first into brackets")  # fmt: skip


def _part_shapes(claim: Claim, formula: Formula, typed: Typed) -> list[tuple[str, str, str]]:
    """The shape of each side; one that has none because it does not fit has empty sizes."""
    found = []
    for part in claim.relation.parts:
        source = _source(part, formula)
        if id(part) not in typed.shapes:
            found.append((source, "", ""))
            continue
        shape = typed.shape(part)
        if len(shape) in (0, 2):
            found.append((source, *(d.text() for d in shape)) if shape else (source, "1", "1"))
    return found


def _part_factors(claim: Claim, formula: Formula, typed: Typed) -> list[tuple[str, tuple[Box, ...]]]:
    found = ((_source(part, formula), factors(part, typed)) for part in claim.relation.parts)
    return [(source, boxes) for source, boxes in found if boxes]


def _source(part: Node, formula: Formula) -> str:
    return " ".join(formula.latex[part.span.start : part.span.end].split())


def _check_signature(inference: Inference, symbol, member, result, span: Span) -> None:
    """A function that was declared takes as many arguments as declared, and is what it was declared to be."""
    space = symbol.domain
    if not isinstance(space, FunctionSpace):
        return
    if len(space.arguments) != len(member.parameters):
        raise ShapeError(f"{symbol.name} is declared with {len(space.arguments)} arguments, but here it has {len(member.parameters)}", span,
                         "correct the declaration, or the left side")  # fmt: skip
    declared = shape_of_domain(space.result)
    given = [inference.infer_silently(p) for p in member.parameters]
    if len(given) == 1 and declared == () == shape_of_domain(space.arguments[0]):
        # `g : \mathbb{R}\to\mathbb{R}` may be defined on a vector, entry by entry.
        declared = given[0]
    if not inference.unifier.same_shape(result, declared):
        raise ShapeError(f"{symbol.name} is declared to be {shape_text(declared)}, but here it would be {shape_text(inference.unifier.shape(result))}",
                         span, "correct the declaration, or the right side")  # fmt: skip
