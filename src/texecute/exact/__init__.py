"""The exact check: the same tree over SymPy entries, at a small size.

Every drawn value becomes a matrix of symbols, every arbitrary function one whose
derivatives are new functions, and each entry of the difference of two sides must
be zero as an expression.  SymPy is asked about entries only, never about matrices.
It is imported when a proof is asked for, and not before.

A proof has a budget of work, counted in calls, so that the same claim gets the
same answer on a fast machine and on a slow one.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

from texecute import matrices
from texecute.context import Context
from texecute.differentiate import directions_at
from texecute.errors import FormulaError, UndefinedValue
from texecute.exact.forms import clean, differs_at_a_point, normal_forms
from texecute.exact.limits import BUDGET, MAX_ENTRIES, MAX_OPERATIONS, MAX_VALUES, SIZES, Budget, NotExact, OutOfBudget
from texecute.exact.symbols import ExactPoint
from texecute.remainder import has_big_o
from texecute.syntax import Big, Call, Cases, Indicator, Limit, walk


@dataclass(frozen=True, slots=True)
class Proof:
    """What came of it: `proved`, `refuted` (an expression that is not zero) or `open`, and the report's words."""

    outcome: str
    text: str


def prove(claim) -> Proof:
    """Tries to prove a claim that holds at its samples; never raises."""
    try:
        import sympy  # noqa: F401
    except ImportError:
        return Proof("open", "not tried: SymPy is not installed")
    reason = _outside(claim)
    if reason:
        return Proof("open", f"not proved: {reason}")
    for sizes in SIZES:
        try:
            with Budget(BUDGET):
                return _prove_at(claim, sizes)
        except OutOfBudget:
            reason = "too large"
        except NotExact as error:
            return Proof("open", f"not proved: {error}")
        except UndefinedValue as error:
            reason = f"no value at this size ({error})"
        except FormulaError as error:
            reason = error.message
        except (TypeError, ValueError, ZeroDivisionError, NotImplementedError, AttributeError, RecursionError, OverflowError):
            # Comparisons of symbols, and what else SymPy does not decide.
            reason = "a choice depends on values"
    return Proof("open", f"not proved: {reason}")


def _outside(claim) -> str:
    """Why a claim cannot be proved by entries, or nothing."""
    for op in claim.relation.relations:
        if op != "=":
            return {"\\ne": "it says that the sides differ", "\\approx": "it is about digits"}.get(op, "an inequality")
    for part in claim.relation.parts:
        if has_big_o(part):
            return "it has a remainder"
        for node in walk(part):
            if isinstance(node, Limit):
                return "it has a limit"
            if isinstance(node, Big) and node.op not in ("sum", "prod"):
                return f"it uses \\{node.op}"
            if isinstance(node, Call) and node.function.builtin and node.function.name in ("max", "min", "argmax", "argmin", "relu"):
                return f"it uses {node.function.name}"
            if isinstance(node, Cases | Indicator) and not _over_integers(node):
                return "it has cases by values"
    return ""


def _over_integers(node) -> bool:
    """Whether no named value stands in the conditions of cases or indicators."""
    conditions = node.conditions if isinstance(node, Indicator) else [c for _, group in node.branches for c in group]
    return not any(type(inner).__name__ == "Ref" for c in conditions for inner in walk(c))


def _prove_at(claim, sizes: tuple[int, ...]) -> Proof:
    choice, total, point = 0, 1, None
    while choice < total:
        point = ExactPoint(claim.scope, claim.program, sizes, choice)
        refuted = _at_point(claim, point)
        if refuted:
            return Proof("refuted", f"refuted at {point.shown()}: {refuted}")
        total = point.choices
        if total > MAX_VALUES:
            raise NotExact("too many values of discrete names")
        choice += 1
    shown = point.shown()
    if not shown:
        return Proof("proved", "proved")
    if point.all_ones():
        return Proof("proved", f"proved for scalars only, at {shown}")
    return Proof("proved", f"proved at {shown}")


def _at_point(claim, point: "ExactPoint") -> str:
    """The first difference that is not zero, as text; raises NotExact where one cannot be decided."""
    done = entries = 0
    for bound in islice(claim._bindings(point), MAX_ENTRIES + 1):
        directions = directions_at(claim.relation.parts, point, bound) if claim.varies else ()
        context = Context(point, point.base, dict(bound), -1, directions)
        if not all(test(context) for test in claim.tests):
            continue
        done += 1
        values = [code(Context(point, point.base, dict(bound), -1, directions)) for code in claim.codes]
        for left, right in zip(values, values[1:]):
            for a, b in _paired(left, right):
                entries += 1
                if entries > MAX_ENTRIES:
                    raise OutOfBudget
                refuted = _nonzero(a, b, point.field.positive())
                if refuted:
                    return refuted
    if not done:
        raise UndefinedValue("no index in range")
    return ""


def _paired(left, right):
    """The entries of both sides; a scalar zero fits every shape."""
    a, b = matrices.entries(left), matrices.entries(right)
    if len(a) != len(b):
        a, b = (a * len(b) if len(a) == 1 else a), (b * len(a) if len(b) == 1 else b)
    return zip(a, b, strict=True)


# --- is it zero? -------------------------------------------------------------------


def _nonzero(left, right, positive) -> str:
    """Nothing where left - right is zero; a text where it is not; NotExact where neither can be shown."""
    import sympy

    difference = clean(sympy.sympify(left) - sympy.sympify(right))
    if difference == 0:
        return ""
    if difference.has(sympy.zoo, sympy.nan, sympy.oo):
        raise UndefinedValue("division by zero")
    if sympy.count_ops(difference) > MAX_OPERATIONS:
        raise OutOfBudget
    for form in normal_forms(difference):
        if form == 0:
            return ""
    if differs_at_a_point(difference, positive):
        return f"the difference is {str(difference)[:120]}"
    raise NotExact("SymPy does not see that the difference is zero")
