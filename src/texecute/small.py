"""A claim or a definition → one case in small numbers: sizes, values of the names, values of both sides.

The sizes are the smallest that differ from one another (2, 3, 4, …), so that a reader can follow by hand.
"""

from __future__ import annotations

from dataclasses import dataclass

from texecute import matrices, samples
from texecute.compare import magnitude, numbers
from texecute.context import Context
from texecute.emit.latex import Printer
from texecute.errors import FormulaError, UndefinedValue
from texecute.evaluate import Compiler
from texecute.items import Found
from texecute.point import Point
from texecute.remainder import has_big_o
from texecute.syntax import Num, Ref, Var
from texecute.trying import with_sizes
from texecute.verdict import ATTEMPTS, Case, Claim

MAX_ENTRIES = 48
"""Entries of a value that are shown; a larger one is told by its size."""
MAX_NAMES = 16
ROUNDING = 1e-13
"""What is below this part of the terms that it was computed from is rounding, and shown as 0."""

Value = tuple[tuple[str, ...], ...]
"""The rows of a value, each number as short text."""


@dataclass(frozen=True, slots=True)
class Small:
    """One case in numbers; every name is LaTeX.

    `sizes` are sizes and indices, `given` what was drawn, `found` what follows by the page's definitions,
    `sides` the two sides or, for a definition, the name that it defines; `functions` are the arbitrary
    functions in it, whose values have no table.
    """

    sizes: tuple[tuple[str, str], ...] = ()
    given: tuple[tuple[str, Value], ...] = ()
    found: tuple[tuple[str, Value], ...] = ()
    sides: tuple[tuple[str, Value], ...] = ()
    functions: tuple[str, ...] = ()
    relations: tuple[str, ...] = ()


class SmallPoint(Point):
    """A point whose sizes are the smallest that meet the conditions."""

    def __init__(self, *words, **options):
        super().__init__(*words, **options)
        self.tried: set = set()

    def _candidate(self, member, rng, node: Var, bound, count: bool) -> int:
        if member is not None and member.domain.kind != "natural":
            return super()._candidate(member, rng, node, bound, count)
        # A count of layers may be the same as a size: nothing is mistaken for the other.
        taken = {n for key, n in self.tried if key is node}
        if not count:
            taken |= {n for (name, labels), n in self.sizes.items() if labels or name not in self.counts}
        size = next((n for n in samples.SIZES if n not in taken), None)
        if size is None:
            raise UndefinedValue("no small size is left")
        self.tried.add((node, size))
        return size


def small(found: Found) -> tuple[Small, ...]:
    """A case for each claim of a formula or, if it claims nothing, for each definition; none where there is none."""
    cases = []
    for claim in found.claims():
        case = _claim(claim)
        if case:
            cases.append(case)
    if not found.claims() and found.error is None:
        made = [case for item in found.items if item.role == "definition" and (case := _definition(found, item))]
        # What a later row of the formula is computed from stands in its case already.
        cases += [case for at, case in enumerate(made) if not any(case.sides[0] in later.found for later in made[at + 1 :])]
    return tuple(cases)


def _claim(claim: Claim) -> Small | None:
    if any(has_big_o(part) for part in claim.relation.parts):  # it speaks of what shrinks, and has no value at one point
        return None
    try:
        claim.infer()
    except FormulaError:
        return None
    for attempt in range(ATTEMPTS):
        point = SmallPoint(claim.scope, claim.program, claim.seed, 0, attempt)
        try:
            cases = claim._cases_at(point)
            if cases:
                return _told(claim, _best(claim, cases))
        except UndefinedValue:
            continue
        except (FormulaError, RecursionError, OverflowError, ZeroDivisionError):
            return None
    return None


def _best(claim: Claim, cases: list[Case]) -> Case:
    """The first case at which a wrong claim differs, else the first at which a side is not zero."""
    for case in cases:
        if claim._try([case]) is not None:
            return case
    return next((case for case in cases if any(any(numbers(v)) for v in case.values if v is not None)), cases[0])


def _told(claim: Claim, case: Case) -> Small:
    printer = Printer(claim.scope)
    parts = [(part, value) for part, value in zip(claim.relation.parts, case.values) if value is not None]
    # Both sides in one measure: where terms cancel on one of them, the other may be a zero.
    terms = max((_terms(part, claim.compiler, case.context()) for part, _ in parts), default=0.0)
    sides = [(printer.print(part), _rows(value, terms)) for part, value in parts]
    indices = [(name, str(value)) for name, value in case.bound.items()]
    return _at(case.point, printer, indices, sides, claim.relation.relations)


def _definition(found: Found, item) -> Small | None:
    symbol = found.scope.by_uid.get(item.symbol.uid)
    if item.member is None or item.member.body is None or symbol is None or symbol.role != "value":
        return None
    scope = with_sizes(found.scope, item.member.ranges)
    printer = Printer(scope)
    for attempt in range(20):
        point = SmallPoint(scope, found.program, found.seed, 0, attempt)
        try:
            labels = tuple(_label(point, item, pattern) for pattern in item.member.pattern)
            value = point.base.value((symbol.uid, labels))
            numbers(value)
        except UndefinedValue:
            continue
        except (FormulaError, RecursionError, OverflowError, ZeroDivisionError):
            return None
        name = _name(printer, symbol.uid, labels)
        sides = [(name, _rows(value, _terms_of_name(point, symbol, labels)))]
        return _at(point, printer, [], sides, (), {(symbol.uid, labels)})
    return None


def _label(point: Point, item, pattern):
    bindings = {b.name: b for b in item.member.ranges.bindings}
    if isinstance(pattern, Var) and pattern.name in bindings:
        return point.span_of(bindings[pattern.name], {})[0]
    return point.integer(pattern, {})


def _at(point: Point, printer: Printer, indices, sides, relations, without=frozenset()) -> Small:
    sizes = [(_size(name, labels), str(n)) for (name, labels), n in point.sizes.items() if name != "?"]
    given, found = [], []
    for (uid, labels), value in list(point.base.memo.items()):
        symbol = point.scope.by_uid[uid]
        if (uid, labels) not in without:
            rows = _rows(value, _terms_of_name(point, symbol, labels))
            (found if symbol.is_defined and not _drawn(symbol, labels, point) else given).append((_name(printer, uid, labels), rows))
    functions = dict.fromkeys(point.scope.by_uid[key[0]].name for key in point.functions if key and key[0] in point.scope.by_uid)
    if len(given) + len(found) > MAX_NAMES:
        found = found[: max(0, MAX_NAMES - len(given))]
    return Small(tuple(sorted(dict.fromkeys(sizes)) + indices), tuple(given), tuple(found), tuple(sides), tuple(functions), tuple(relations))


def _drawn(symbol, labels: tuple, point: Point) -> bool:
    member = point.member_for(symbol, labels)
    return member is None or member[0].body is None


def _size(name: str, labels: tuple) -> str:
    return f"{name}_{{{','.join(map(str, labels))}}}" if labels else name


def _name(printer: Printer, uid: str, labels: tuple) -> str:
    return printer.print(Ref(uid, tuple(Num(str(x)) for x in labels)))


def _terms(part, compiler: Compiler, context: Context) -> float:
    """The size of the terms that a value was computed from; 1 where that cannot be told."""
    try:
        return magnitude(part, compiler, context)
    except (FormulaError, LookupError, ArithmeticError, RecursionError):
        return 1.0


def _terms_of_name(point: Point, symbol, labels: tuple) -> float:
    """The same for a name: the terms of its definition; 0 for what was drawn, which has no rounding."""
    member, bound = point.member_for(symbol, labels) or (None, {})
    if member is None or member.body is None:
        return 0.0
    if member.indices:  # defined entry by entry
        return 1.0
    return _terms(member.body, Compiler(point.program.compiled(member, symbol)[1], point.program), Context(point, point.base, bound))


def _rows(value, terms: float) -> Value:
    """The numbers of a value, row by row; a large one, or one with more than two axes, has a word instead."""
    if isinstance(value, matrices.Array):
        return ((f"an array of {' × '.join(map(str, value.shape))} numbers",),)
    data = [_short(x, ROUNDING * terms) for x in numbers(value)]
    if not isinstance(value, matrices.Matrix):
        return ((data[0],),)
    if len(data) > MAX_ENTRIES:
        return ((f"a matrix of {value.rows} × {value.columns} numbers",),)
    return tuple(tuple(data[i * value.columns : (i + 1) * value.columns]) for i in range(value.rows))


def _short(x: float, rounding: float) -> str:
    return "0" if abs(x) <= rounding else f"{x:.4g}"


__all__ = ["Small", "SmallPoint", "small"]
