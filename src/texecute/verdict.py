"""A claim → holds, fails, undecided or an error, with the evidence.

A claim is inferred once, then evaluated at several sample points; the points and
the values of its parts are kept, so that wrong variants can be tried on them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice

from texecute import matrices
from texecute.compare import DIFFERENT, ROUNDING, TOLERANCE, Difference, difference, magnitude, numbers
from texecute.context import Context
from texecute.differentiate import directions_at
from texecute.digits import is_decimal, place_values, rounded
from texecute.dims import shape_kind, shape_text
from texecute.draws import needed_draws
from texecute.errors import FormulaError, ShapeError, Span, UndefinedValue
from texecute.evaluate import Compiler, Program
from texecute.evidence import DRAWS, Verdict, counterexample, short
from texecute.free_names import free_variables
from texecute.literals import is_zero
from texecute.names import Conventions, Scope
from texecute.point import MAX_STEPS, Point
from texecute.remainder import check_remainder, has_big_o, without_big_o
from texecute.shapes import Inference
from texecute.syntax import (
    Add,
    BigO,
    Binding,
    Derivative,
    Differential,
    Function,
    Limit,
    Node,
    Relation,
    Var,
    walk,
)

ATTEMPTS = 40
"""How often one draw is repeated where some part has no value."""
SUSPICIOUS = 1e-4
"""A difference below this part of the values may still be rounding."""
RETRIES = 6
"""Other points at which a suspicious difference is looked for."""
MAX_CASES = 1500
"""Index values tried at one point."""


@dataclass
class Case:
    """One point and one choice of the free indices, with the values of all parts there."""

    point: Point
    bound: dict[str, int]
    directions: tuple
    values: list

    def context(self) -> Context:
        """A context for evaluating something else here."""
        return Context(self.point, self.point.base, dict(self.bound), -1, self.directions)


@dataclass
class Claim:
    """One chain `A = B = C`, inferred, ready to be tried."""

    relation: Relation
    scope: Scope
    program: Program
    source: str
    seed: int = 0
    conventions: Conventions = Conventions()
    cases: list[Case] = field(default_factory=list)
    extrapolated: bool = False
    work: int = 0
    spent: int = 0

    def infer(self, only: int | None = None) -> None:
        """Checks the shapes of all parts and of each link; raises ShapeError or FormulaError.

        With `only`, no other part is made ready to be evaluated.
        """
        relation = self.relation
        ranged = frozenset(b.name for b in relation.ranges.bindings if b.low is not None or b.members)
        self.inference = inference = Inference(self.scope, self.conventions, self.source, ranged)
        for binding in relation.ranges.bindings:
            inference.fix(binding.name, binding)
        shapes = []
        self.stripped: dict[int, Node] = {}
        for part in relation.parts:
            shapes.append(self._infer_part(part))
        for op, a, b, left, right in zip(relation.relations, relation.parts, relation.parts[1:], shapes, shapes[1:]):
            self._link(op, a, b, left, right)
        self.ranges = inference.close_formula(relation.ranges)
        inference.refuse_open_sizes(relation.parts)
        self.compiler = Compiler(inference.typed, self.program)
        self.codes = [
            self.compiler.code(p) if not has_big_o(p) and only in (None, k) else None for k, p in enumerate(relation.parts)
        ]
        self.tests = [self.compiler.condition(x) for x in self._conditions()]
        self.extrapolated = any(isinstance(n, Limit) for p in relation.parts for n in walk(p))
        self.varies = any(isinstance(n, Differential) for p in relation.parts for n in walk(p))

    def _infer_part(self, part: Node):
        if has_big_o(part) and isinstance(part, Add):
            for term in part.terms:
                if isinstance(term, BigO):
                    self.inference.infer(term)
            rest = self.stripped[id(part)] = without_big_o(part)
            shape = self.inference.infer(rest)
            self.inference.typed.shapes[id(part)] = shape
            return shape
        return self.inference.infer(part)

    def _conditions(self):
        found = []
        for condition in self.relation.ranges.conditions:
            self.inference.condition(condition)
            found.append(condition)
        for condition in self.scope.conditions:
            # `j \ne k` in running text is about the indices of every claim that has both.
            names = {n.name for n in walk(condition) if isinstance(n, Var)}
            if names & set(self.ranges) and all(n in self.ranges or self.scope.is_integer(n) for n in names):
                self.inference.condition(condition)
                found.append(condition)
        return found

    def _link(self, op: str, a: Node, b: Node, left, right) -> None:
        unifier = self.inference.unifier
        if is_zero(a) or is_zero(b):
            self._comparable(op, a, b, unifier.shape(right if is_zero(a) else left))
            return
        if not unifier.same_shape(left, right):
            left, right = unifier.shape(left), unifier.shape(right)
            hint = ""
            if len(left) == 2 and left == right[::-1]:
                hint = "this is the transpose" + ("" if not _has_derivative(a, b) else ": true in the other layout")
            if not hint and shape_kind(left) != shape_kind(right):
                hint = f"the left side is {shape_kind(left)}, the right side {shape_kind(right)}" + _outer(left, right)
            raise ShapeError(f"the two sides have different shapes: ({shape_text(left)}) and ({shape_text(right)})", a.span.to(b.span), hint)
        self._comparable(op, a, b, unifier.shape(left))

    def _comparable(self, op: str, a: Node, b: Node, shape) -> None:
        if op in ("\\le", "\\ge", "<", ">") and shape and not all(d.number == 1 or d.unknown for d in shape):
            raise FormulaError(f"{op} between matrices ({shape_text(shape)}) can be read in two ways", a.span.to(b.span),
                               "compare entries, as in A_{ij} \\ge 0, or norms")  # fmt: skip

    # --- trying ---------------------------------------------------------------------

    def run(self) -> Verdict:
        """The verdict of the claim."""
        if any(has_big_o(p) for p in self.relation.parts):
            return self._remainder()
        if "\\approx" in self.relation.relations:
            for op, a, b in zip(self.relation.relations, self.relation.parts, self.relation.parts[1:]):
                if op == "\\approx" and not (is_decimal(b) or is_decimal(a)):
                    raise FormulaError("\\approx claims the digits that are shown, and no number stands here", a.span.to(b.span),
                                       "write a decimal number on the right, or =")  # fmt: skip
        draws = generic = 0
        undefined: str = ""
        self.cases = []
        # A page of fixed numbers has nothing to draw, but two points cost nothing.
        wanted, draw = DRAWS, 0
        while draw < wanted:
            try:
                found, failure = self._draw_and_try(draw)
            except UndefinedValue as error:
                undefined, found, failure = str(error), [], None
            if found:
                draws += 1
                generic += not any(case.point.ones for case in found)
                self.cases.extend(found)
                if draw == 0:
                    wanted = needed_draws(self.relation, self.scope, found[0].point)
            if failure is not None:
                failure.samples = draws
                return failure
            draw += 1
        if not generic:
            if undefined:
                return Verdict("undecided", "undefined", f"no sample was found at which every part has a value ({undefined})",
                               "restrict the domains, as in \\mathbb{R}_{>0}, \\mathbb{S}^n_{++} or (0,1)", self.relation.span)  # fmt: skip
            return Verdict("error", "vacuous", "the range is empty: there is nothing to check", "state a range that has members",
                           self.relation.span)  # fmt: skip
        return self._judge(draws)

    def _draw_and_try(self, draw: int) -> tuple[list[Case], Verdict | None]:
        """The cases of one draw, and the failure that they show.

        A difference that is tiny beside the values may be rounding at an unlucky
        point (a matrix that is nearly singular): it counts only if most other
        points show it too.
        """
        found = self._draw(draw)
        failure = self._try(found)
        if failure is None or failure.gap is None or failure.gap > SUSPICIOUS:
            return found, failure
        agreeing, again = None, 0
        for number in range(1, RETRIES + 1):
            try:
                other = self._draw(draw, number * ATTEMPTS)
            except UndefinedValue:
                continue
            if self._try(other) is None:
                agreeing = agreeing or other
            else:
                again += 1
        if agreeing and again <= RETRIES // 2:
            return agreeing, None
        return found, failure

    def _draw(self, draw: int, first: int = 0) -> list[Case]:
        last = UndefinedValue("no value")
        for attempt in range(first, first + ATTEMPTS):
            ones = draw == DRAWS - 1 and attempt - first < ATTEMPTS // 2
            point = Point(self.scope, self.program, self.seed, draw, attempt, ones)
            try:
                return self._cases_at(point)
            except UndefinedValue as error:
                last = error
                self._count_work(point)
            except RecursionError:
                raise FormulaError("a definition is nested too deep", self.relation.span, "use fewer layers", "bound") from None
            except (OverflowError, ZeroDivisionError):
                last = UndefinedValue("a number out of range")
        if draw == DRAWS - 1:
            return []
        raise last

    def _count_work(self, point: Point) -> None:
        """Bounds the work at points where some part has no value, over all draws."""
        self.work += point.steps
        if self.work > 4 * MAX_STEPS:
            raise FormulaError("too much work without finding a sample at which every part has a value", self.relation.span,
                               "use smaller numbers, or restrict the domains", "bound")  # fmt: skip

    def _cases_at(self, point: Point) -> list[Case]:
        cases = []
        for bound in islice(self._bindings(point), MAX_CASES):
            directions = directions_at(self.relation.parts, point, bound) if self.varies else ()
            context = Context(point, point.base, bound, -1, directions)
            if not all(t(context) for t in self.tests):
                continue
            values = [None if code is None else code(Context(point, point.base, dict(bound), -1, directions)) for code in self.codes]
            for value in values:
                if value is not None:
                    numbers(value)
            cases.append(Case(point, bound, directions, values))
        if not cases and self.relation.ranges.conditions and any(True for _ in islice(self._bindings(point), 1)):
            raise UndefinedValue("no sample meets the conditions")
        return cases

    def _bindings(self, point: Point):
        """All values of the free indices at a point."""
        order = self._order()

        def choose(depth: int, bound: dict[str, int]):
            if depth == len(order):
                yield dict(bound)
                return
            name, what = order[depth]
            if isinstance(what, Binding):
                members = point.span_of(what, bound)
            else:
                members = range(1, point.size(self.inference.unifier.resolve(what), bound) + 1)
            for value in members:
                yield from choose(depth + 1, {**bound, name: value})

        yield from choose(0, {})

    def _order(self) -> list[tuple[str, object]]:
        """Free indices so that a range that needs another index comes after it."""
        rest, order = dict(self.ranges), []
        while rest:
            for name, what in rest.items():
                needs: set[str] = set()
                if isinstance(what, Binding):
                    for side in (what.low, what.high, *what.members):
                        if side is not None:
                            needs |= set(free_variables(side))
                else:
                    needs = {x for atom in what.atoms() for x in _names_in_atom(atom)}
                if not (needs & set(rest)) - {name}:
                    order.append((name, rest.pop(name)))
                    break
            else:
                name = next(iter(rest))
                raise FormulaError(f"the range of {name} depends on itself", self.relation.span, "state the ranges one after the other", "range")
        return order

    def _try(self, cases: list[Case]) -> Verdict | None:
        """The failure that these cases show, if any."""
        for case in cases:
            for k, op in enumerate(self.relation.relations):
                failure = self._link_holds(case, k, op)
                if failure is not None:
                    return failure
        return None

    def _link_holds(self, case: Case, k: int, op: str) -> Verdict | None:
        a, b = case.values[k], case.values[k + 1]
        if op == "\\ne":
            return None
        if op == "\\approx":
            return self._digits_hold(case, k)
        if op != "=":
            return self._inequality(case, k, op)
        gap = difference(a, b)
        if gap.absolute <= TOLERANCE * gap.scale:
            return None
        terms = self.terms(case, k)
        if gap.absolute <= ROUNDING * terms:
            return None
        if gap.absolute <= DIFFERENT * gap.scale:
            return Verdict("undecided", "rounding", f"the two sides differ by {gap.relative:.1e} of their size, which may be rounding or not",
                           "rewrite it so that less cancels", self.relation.span, gap=gap.relative)  # fmt: skip
        return self._failure(case, k, gap)

    def terms(self, case: Case, k: int) -> float:
        """The size of the terms of both sides of link k."""
        return max(magnitude(self.relation.parts[i], self.compiler, case.context()) for i in (k, k + 1))

    def _inequality(self, case: Case, k: int, op: str) -> Verdict | None:
        a, b = numbers(case.values[k])[0], numbers(case.values[k + 1])[0]
        slack = TOLERANCE * max(abs(a), abs(b))
        holds = {"\\le": a <= b + slack, "\\ge": a >= b - slack, "<": a < b, ">": a > b}[op]
        return None if holds else self._failure(case, k, Difference(abs(a - b), max(abs(a), abs(b)), (1, 1), a, b))

    def _digits_hold(self, case: Case, k: int) -> Verdict | None:
        a, b = self.relation.parts[k], self.relation.parts[k + 1]
        number, other = (b, case.values[k]) if is_decimal(b) else (a, case.values[k + 1])
        shown = numbers(case.values[k + 1] if number is b else case.values[k])
        steps = place_values(number)
        for x, y, step in zip(numbers(other), shown, steps):
            if abs(x - y) > step / 2 * (1 + 1e-9):
                gap = difference(case.values[k], case.values[k + 1])
                verdict = self._failure(case, k, gap)
                verdict.hint = f"to these digits it is {rounded(x, step)}"
                return verdict
        return None

    # --- judging -----------------------------------------------------------------------

    def _judge(self, draws: int) -> Verdict:
        errors = []
        for k, op in enumerate(self.relation.relations):
            if op == "\\ne":
                if not any(self._differ(case, k) for case in self.cases):
                    return Verdict("fails", "value", "the two sides are equal at every sampled point", "write = , or remove the claim",
                                   self._link_span(k), draws)  # fmt: skip
                continue
            if op == "=":
                errors.append(max(difference(c.values[k], c.values[k + 1]).relative for c in self.cases))
                if not self._any_nonzero(k) and not self.zero_is_claimed(k):
                    return Verdict("error", "vacuous", "both sides are zero whatever the values: nothing is checked",
                                   "state it so that it could fail", self._link_span(k), draws)  # fmt: skip
        # Only two equal sides have a distance that says something: an inequality or rounded digits have none.
        error = max(errors, default=None)
        if error is not None and error >= DIFFERENT:
            error = TOLERANCE
        return Verdict("holds", samples=draws, max_relative_error=error, span=self.relation.span, limit=self.extrapolated)

    def _differ(self, case: Case, k: int) -> bool:
        gap = difference(case.values[k], case.values[k + 1])
        return gap.absolute > DIFFERENT * gap.scale

    def _any_nonzero(self, k: int) -> bool:
        for case in self.cases:
            terms = None
            for value in (case.values[k], case.values[k + 1]):
                largest = max(map(abs, numbers(value)))
                if largest > 0:
                    terms = self.terms(case, k) if terms is None else terms
                    if largest > ROUNDING * terms:
                        return True
        return False

    def zero_is_claimed(self, k: int) -> bool:
        """A derivative or differential may be claimed to be zero."""
        return any(isinstance(n, Derivative | Differential) or (isinstance(n, Function) and n.primes)
                   for p in self.relation.parts[k : k + 2] for n in walk(p))  # fmt: skip

    def _link_span(self, k: int) -> Span:
        return self.relation.parts[k].span.to(self.relation.parts[k + 1].span)

    def _failure(self, case: Case, k: int, gap: Difference) -> Verdict:
        shape = matrices.shape(case.values[k])
        if shape == (1, 1):
            shape = matrices.shape(case.values[k + 1])
        where = "" if shape == (1, 1) else f" in entry ({','.join(map(str, gap.place))})"
        bound = ", ".join(f"{n} = {v}" for n, v in case.bound.items())
        at = f" for {bound}" if bound else ""
        op = self.relation.relations[k]
        message = f"the two sides differ{where}{at}: left {short(gap.left)}, right {short(gap.right)}"
        if op in ("\\le", "\\ge", "<", ">"):
            message = f"{op} does not hold{at}: left {short(gap.left)}, right {short(gap.right)}"
        return Verdict("fails", "value", message, "", self._link_span(k), evidence=counterexample(case.point, self.seed), gap=gap.relative)

    # --- remainders ---------------------------------------------------------------------

    def _remainder(self) -> Verdict:
        """`f(x+h) = f(x) + h f'(x) + O(h^p)`: the rest divided by h^p stays bounded as h shrinks."""
        return check_remainder(self)


def _names_in_atom(atom):
    name, label = atom
    if name == "?":
        return
    yield name
    if label is not None and len(label) == 2:
        for inner, _ in label[0]:
            yield inner


def _outer(left, right) -> str:
    """A reminder where a square matrix stands against a scalar: the order of the two factors may be meant."""
    square = [s for s in (left, right) if len(s) == 2 and s[0] == s[1]]
    return "; x^\\top y is a scalar, x y^\\top a matrix" if square and () in (left, right) else ""


def _has_derivative(*nodes: Node) -> bool:
    return any(isinstance(n, Derivative) for node in nodes for n in walk(node))
