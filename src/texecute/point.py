"""One sample point: sizes, values and functions of a page's names, and layers of changed values over them.

A `Layer` replaces the values of some names (a perturbed entry, an argument of a
function) and recomputes only what depends on them.  So `\\frac{\\partial L}{\\partial z}`
cuts the graph at z: the definition of z is not looked at, what is defined from z is.
"""

from __future__ import annotations

from texecute import functions, samples
from texecute.dims import linear
from texecute.errors import FormulaError, Span
from texecute.integers import Integers, compare, count_names
from texecute.layers import Key, Layer
from texecute.names import Member, Scope, Symbol
from texecute.syntax import (
    Div,
    Domain,
    FunctionSpace,
    Neg,
    Node,
    Num,
    Var,
)

MAX_STEPS = 200_000
"""Terms of sums, entries and derivatives at one point; the longest formulas of real pages take some thousand."""


class FloatField:
    """Arithmetic over floats; `exact` has another one over SymPy."""

    exact = False

    @staticmethod
    def number(text: str) -> float:
        """A literal."""
        return float(text)

    @staticmethod
    def integer(n: int) -> float:
        """An index or size as a value."""
        return float(n)

    @staticmethod
    def apply(name: str, order: int, x):
        """An elementwise function of the table, or its derivative."""
        return functions.derivative(name, order, x)


class Point(Integers):
    """A draw of everything that a formula needs, made when it is asked for."""

    def __init__(self, scope: Scope, program, seed: int, draw: int, attempt: int = 0, ones: bool = False, field=FloatField):
        self.scope = scope
        self.program = program
        self.tag = (seed, draw, attempt)
        self.ones = ones
        self.field = field
        self.sizes: dict = {}
        self.functions: dict = {}
        self.members: dict = {}
        self.closure: dict[Key, frozenset] = {}
        self.tracking: list[set] = []
        self.active: set = set()
        self.steps = 0
        self.base = Layer(self, None, {}, -1)
        self.counts = count_names(scope)

    def generator(self, *parts):
        """The random generator of one quantity at this point."""
        return samples.generator(*self.tag, *parts)

    def step(self, count: int = 1) -> None:
        """Counts work, so that nothing runs without end."""
        self.steps += count
        if self.steps > MAX_STEPS:
            raise FormulaError(f"this formula has more than {MAX_STEPS:,} terms and entries to compute".replace(",", " "), Span(0, 1),
                               "use names for the upper ends, as in \\sum_{k=1}^{n}: a few small values are tried then", "bound")  # fmt: skip

    # --- values ------------------------------------------------------------------------

    def compute(self, key: Key, layer: Layer, span: Span):
        """The value of a name by its definition or, if it has none, by drawing it."""
        uid, labels = key
        symbol = self.scope.by_uid[uid]
        found = self.member_for(symbol, labels)
        if found is None:
            shown = ",".join(map(str, labels))
            extra = (self.scope.lookup(f"{symbol.name}_{{{shown}}}") or self.scope.lookup(f"{symbol.name}^{{{shown}}}")) if labels else None
            if extra is not None and extra.uid != uid:
                return layer.value((extra.uid, ()), span)
            raise self.no_member(symbol, labels, span)
        member, bound = found
        if member.body is not None:
            return self.program.define(symbol, member, self, layer, bound)
        if not isinstance(member.domain, Domain):
            raise FormulaError(f"{symbol.name} is a function: its argument is missing", span, f"write {symbol.name}(…)")
        return self.draw(symbol, member, labels, bound)

    def no_member(self, symbol: Symbol, labels: tuple, span: Span) -> FormulaError:
        """The error for a member of a family that does not exist."""
        shown = ",".join(map(str, labels))
        mark = {"_": "_{%s}", "^": "^{%s}", "()": "^{(%s)}", "<>": "^{\\langle %s\\rangle}"}.get(symbol.style, "^{[%s]}") % shown
        ranges = [f"{b.name} = {_shown(b.low)},\\dots,{_shown(b.high)}" for m in symbol.members for b in m.ranges.bindings if b.low is not None]
        known = f" ({symbol.name} has {ranges[-1]})" if ranges else ""
        return FormulaError(f"{symbol.name}{mark} has no meaning{known}", span,
                            "state the range, as in l = 1,\\dots,L-1", "range")  # fmt: skip

    def member_for(self, symbol: Symbol, labels: tuple) -> tuple[Member, dict[str, int]] | None:
        """The member with these labels, and what its label variables are; definitions first, the latest first."""
        known = self.members.get((symbol.uid, labels))
        if known is not None and known[0] is symbol:
            return known[1]
        found = self._member_for(symbol, labels)
        self.members[symbol.uid, labels] = symbol, found
        return found

    def _member_for(self, symbol: Symbol, labels: tuple) -> tuple[Member, dict[str, int]] | None:
        for defined in (True, False):
            for member in reversed(symbol.members):
                if (member.body is not None) != defined or len(member.pattern) != len(labels):
                    continue
                bound = self._match(member, labels)
                if bound is not None:
                    return member, bound
        return None

    def _match(self, member: Member, labels: tuple) -> dict[str, int] | None:
        bound: dict[str, int] = {}
        for pattern, label in zip(member.pattern, labels):
            form = linear(pattern)
            if isinstance(label, str) or len(form) == 1:
                if not (isinstance(pattern, Var) and pattern.name == label):
                    return None
                continue
            names = [(n, c) for n, c in form[0] if n not in bound and self._is_label(member, n)]
            if not names:
                if self.integer(pattern, bound) != label:
                    return None
            elif len(names) == 1 and names[0][1] == 1:
                rest = form[1] + sum(c * self.integer(Var(n), bound) for n, c in form[0] if n != names[0][0])
                bound[names[0][0]] = label - rest
            else:
                return None
        for name in list(bound):
            binding = next((b for b in member.ranges.bindings if b.name == name), self.scope.ranges.get(name))
            if binding is not None and (binding.low is not None or binding.members):
                if bound[name] not in self.span_of(binding, bound):
                    return None
        for condition in member.ranges.conditions:
            if not compare(condition.op, self.integer(condition.left, bound), self.integer(condition.right, bound)):
                return None
        return bound

    def _is_label(self, member: Member, name: str) -> bool:
        """Whether a letter in a member's pattern runs (and is no fixed size such as L)."""
        if any(b.name == name for b in member.ranges.bindings):
            return True
        symbol = self.scope.lookup(name)
        return symbol is None or symbol.role != "integer" or symbol.domain is not None

    def draw(self, symbol: Symbol, member: Member, labels: tuple, bound: dict[str, int]):
        """A random value of a declared name."""
        domain = member.domain
        shape = tuple(self.integer(n, bound) for n in domain.shape)
        if domain.kind == "interval" or (domain.low is not None or domain.high is not None):
            ends = tuple(None if e is None else self.constant(e, bound) for e in (domain.low, domain.high))
        else:
            ends = (None, None)
        members = [self.constant(m, bound) for m in domain.members]
        rng = self.generator("value", symbol.uid, labels)
        return self.program.lift(samples.draw_value(domain, shape, ends, members, rng), symbol, labels, self)

    def constant(self, node: Node, bound: dict[str, int]) -> float:
        """A number in a domain: an end of an interval, a member of a set."""
        if isinstance(node, Neg):
            return -self.constant(node.body, bound)
        if isinstance(node, Div):
            return self.constant(node.top, bound) / self.constant(node.bottom, bound)
        if isinstance(node, Num):
            return float(node.text)
        return float(self.integer(node, bound))

    def function(self, symbol: Symbol, labels: tuple):
        """The random function that a declared function is at this point."""
        key = (symbol.uid, labels)
        if key not in self.functions:
            found = self.member_for(symbol, labels)
            if found is None:
                raise self.no_member(symbol, labels, Span(0, 1))
            member, bound = found
            space = member.domain
            if not isinstance(space, FunctionSpace):
                raise FormulaError(f"{symbol.name} is not a function", Span(0, 1))
            inputs = []
            for argument in space.arguments:
                size = 1
                for n in argument.shape:
                    size *= self.integer(n, bound)
                inputs.append(size)
            result = tuple(self.integer(n, bound) for n in space.result.shape)
            rng = self.generator("function", symbol.uid, labels)
            self.functions[key] = self.program.lift_function(samples.draw_function(space, inputs, result, rng), symbol, labels)
        return self.functions[key]


def _shown(node: Node | None) -> str:
    from texecute.dims import dim

    try:
        return dim(node).text() if node is not None else "?"
    except FormulaError:
        return "…"
