"""One sample point: sizes, values and functions of a page's names, and layers of changed values over them.

A `Layer` replaces the values of some names (a perturbed entry, an argument of a
function) and recomputes only what depends on them.  So `\\frac{\\partial L}{\\partial z}`
cuts the graph at z: the definition of z is not looked at, what is defined from z is.
"""

from __future__ import annotations

from texecute import functions, matrices, samples
from texecute.dims import linear
from texecute.errors import FormulaError, Span, UndefinedValue
from texecute.names import Member, Scope, Symbol
from texecute.syntax import (
    Add,
    Binding,
    Condition,
    Div,
    Domain,
    FunctionSpace,
    Neg,
    Node,
    Num,
    Operation,
    Pow,
    Product,
    Var,
)

MAX_RANGE = 20_000
MAX_STEPS = 3_000_000
Key = tuple  # (uid, labels)


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


class Layer:
    """Values of names; what is not here comes from the layer below unless it depends on what is."""

    __slots__ = ("point", "parent", "overridden", "memo", "children", "level")

    def __init__(self, point: "Point", parent: "Layer | None", values: dict, level: int):
        self.point = point
        self.parent = parent
        self.overridden = frozenset(values)
        self.memo = dict(values)
        self.children: dict = {}
        self.level = level

    def value(self, key: Key, span: Span = Span(0, 1)):
        """The value of a name (one member of a family) in this layer."""
        point = self.point
        if point.tracking:
            point.tracking[-1].add(key)
        memo = self.memo
        if key in memo:
            return memo[key]
        if self.parent is not None:
            if key not in point.closure:
                point.base.value(key, span)
            if not (point.closure.get(key, frozenset()) & self.overridden):
                below = memo[key] = self.parent.value(key, span)
                return below
        return self._compute(key, span)

    def _compute(self, key: Key, span: Span):
        point = self.point
        mark = (id(self), key)
        if mark in point.active:
            name = point.scope.by_uid[key[0]].name
            raise FormulaError(f"{name} is defined by itself", span, "a recurrence needs a first member", "name")
        point.active.add(mark)
        base = self.parent is None
        if base:
            point.tracking.append(set())
        try:
            value = point.compute(key, self, span)
        finally:
            point.active.discard(mark)
            if base:
                direct = point.tracking.pop()
        if base:
            closure = set(direct)
            for other in direct:
                closure |= point.closure.get(other, frozenset())
            closure.add(key)
            point.closure[key] = frozenset(closure)
        self.memo[key] = value
        return value

    def child(self, tag, make_values, level: int) -> "Layer":
        """A layer over this one, made once for each tag."""
        layer = self.children.get(tag)
        if layer is None:
            layer = self.children[tag] = Layer(self.point, self, make_values(), level)
        return layer


class Point:
    """A draw of everything that a formula needs, made when it is asked for."""

    def __init__(self, scope: Scope, program, seed: int, draw: int, attempt: int = 0, ones: bool = False, field=FloatField):
        self.scope = scope
        self.program = program
        self.tag = (seed, draw, attempt)
        self.ones = ones
        self.field = field
        self.sizes: dict = {}
        self.functions: dict = {}
        self.closure: dict[Key, frozenset] = {}
        self.tracking: list[set] = []
        self.active: set = set()
        self.steps = 0
        self.base = Layer(self, None, {}, -1)
        self.counts = count_names(scope)

    def generator(self, *parts):
        """The random generator of one quantity at this point."""
        return samples.generator(*self.tag, *parts)

    # --- integers -----------------------------------------------------------------

    def integer(self, node: Node, bound: dict[str, int]) -> int:
        """The value of an integer expression; `bound` are indices and labels."""
        if isinstance(node, Num):
            value = float(node.text)
            if value != int(value) or abs(value) > 1e9:
                raise FormulaError(f"{node.text} is no index", node.span, "indices are whole numbers below 10^9", "bound")
            return int(value)
        if isinstance(node, Var):
            return self._integer_name(node, bound)
        if isinstance(node, Add):
            return sum(self.integer(t, bound) for t in node.terms)
        if isinstance(node, Neg):
            return -self.integer(node.body, bound)
        if isinstance(node, Product):
            total = 1
            for factor in node.factors:
                total *= self.integer(factor, bound)
            return total
        if isinstance(node, Operation) and node.op in ("cdot", "times", "ast"):
            return self.integer(node.left, bound) * self.integer(node.right, bound)
        if isinstance(node, Div):
            top, bottom = self.integer(node.top, bound), self.integer(node.bottom, bound)
            if bottom == 0 or top % bottom:
                raise UndefinedValue("a quotient that is not whole")
            return top // bottom
        if isinstance(node, Pow):
            base, exponent = self.integer(node.base, bound), self.integer(node.exponent, bound)
            if exponent < 0 or exponent > 60 or abs(base) > 1000:
                raise FormulaError("this power is too large for an index", node.span, "write smaller numbers", "bound")
            return base**exponent
        raise FormulaError("this is no integer", node.span, "indices and sizes are built from integers by +, - and products")

    def _integer_name(self, node: Var, bound: dict[str, int]) -> int:
        if not node.labels and node.name in bound:
            return bound[node.name]
        labels = tuple(self._label(label, bound) for label in node.labels)
        key = (node.name, labels)
        if key not in self.sizes:
            self.sizes[key] = self._draw_integer(node, labels, bound)
        return self.sizes[key]

    def _label(self, node: Node, bound: dict[str, int]):
        if isinstance(node, Var) and not node.labels:
            if node.name in bound:
                return bound[node.name]
            symbol = self.scope.lookup(node.name)
            if symbol is None or symbol.role != "integer":
                return node.name
        return self.integer(node, bound)

    def _draw_integer(self, node: Var, labels: tuple, bound: dict[str, int]) -> int:
        symbol = self.scope.lookup(node.name)
        if symbol is not None and symbol.role == "value":
            return self._defined_integer(symbol, node)
        key = (node.name, labels)
        fixed = self._fixed(key, node)
        if fixed is not None:
            return fixed
        member = self._integer_member(symbol, labels)
        rng = self.generator("size", node.name, labels)
        for _ in range(40):
            value = self._candidate(member, rng, node, bound, node.name in self.counts and not labels)
            self.sizes[key] = value
            if self._conditions_hold():
                return value
            del self.sizes[key]
        raise UndefinedValue("no size meets the conditions")

    def _defined_integer(self, symbol: Symbol, node: Var) -> int:
        value = self.base.value((symbol.uid, ()), node.span)
        if not isinstance(value, float) or value != int(value):
            raise FormulaError(f"{node.name} is not an integer", node.span, f"declare {node.name} \\in \\{{1,\\dots,n\\}}")
        return int(value)

    def _integer_member(self, symbol: Symbol | None, labels: tuple) -> Member | None:
        if symbol is None:
            return None
        for member in symbol.members:
            if member.domain is not None and len(member.pattern) in (0, len(labels)):
                return member
        return None

    def _candidate(self, member: Member | None, rng, node: Var, bound, count: bool) -> int:
        if member is None:
            return samples.draw_size(rng, set(self.sizes.values()), self.ones, count)
        domain = member.domain
        if domain.kind == "set":
            return int(float(rng.choice(domain.members).text))
        if domain.kind == "natural":
            return samples.draw_size(rng, set(self.sizes.values()), self.ones, count)
        low = self.integer(domain.low, bound) if domain.low is not None else -4
        high = self.integer(domain.high, bound) if domain.high is not None else 4
        if low > high:
            raise UndefinedValue("an empty range")
        return rng.randint(low, min(high, low + 10_000))

    def _fixed(self, key, node: Var) -> int | None:
        """The value that a condition such as `n = 3` or `n_0 = n_x` gives."""
        for condition in self.scope.conditions:
            if condition.op != "=":
                continue
            for one, other in ((condition.left, condition.right), (condition.right, condition.left)):
                if isinstance(one, Var) and one.name == key[0] and len(one.labels) == len(key[1]):
                    labels = tuple(self._label(label, {}) for label in one.labels)
                    if labels == key[1]:
                        if one is condition.left or self._known(other):
                            return self.integer(other, {})
        return None

    def _known(self, node: Node) -> bool:
        if isinstance(node, Var):
            return (node.name, tuple(self._label(label, {}) for label in node.labels)) in self.sizes
        return isinstance(node, Num) or all(self._known(n) for n in getattr(node, "terms", ()))

    def _conditions_hold(self) -> bool:
        return all(self._holds(c) for c in self.scope.conditions if self._known(c.left) and self._known(c.right))

    def _holds(self, condition: Condition) -> bool:
        return compare(condition.op, self.integer(condition.left, {}), self.integer(condition.right, {}))

    def span_of(self, binding: Binding, bound: dict[str, int]) -> list[int]:
        """The integers over which a binding runs."""
        if binding.members:
            return [self.integer(m, bound) for m in binding.members]
        low, high = self.integer(binding.low, bound), self.integer(binding.high, bound)
        if high - low > MAX_RANGE:
            raise FormulaError(f"a range with {high - low + 1} members is too long to try: the limit is {MAX_RANGE}", binding.span,
                               "use a name for the upper end, as in \\sum_{k=1}^{n}", "bound")  # fmt: skip
        return list(range(low, high + 1))

    def size(self, dim, bound: dict[str, int]) -> int:
        """The number that a symbolic size is at this point."""
        total = 0
        for monomial, coefficient in dim.terms.items():
            part = coefficient
            for atom in monomial:
                part *= self._atom(atom, bound)
            total += part
        return total

    def _atom(self, atom, bound: dict[str, int]) -> int:
        name, label = atom
        if name == "?":
            # Nothing in the formula decides this size: any will do.
            return self.sizes.setdefault(("?", label), 3)
        if label is None:
            return self.integer(Var(name), bound)
        if len(label) == 1:
            value: object = self._label(Var(label[0]), bound)
        else:
            if len(label[0]) == 1 and label[1] == 0 and label[0][0][1] == 1:
                value = self._label(Var(label[0][0][0]), bound)
            else:
                value = label[1] + sum(c * self.integer(Var(n), bound) for n, c in label[0])
        key = (name, (value,))
        if key not in self.sizes:
            node = Var(name, (Num(str(value)) if isinstance(value, int) and value >= 0 else Var(str(value)),))
            self.sizes[key] = self._draw_integer(node, (value,), bound)
        return self.sizes[key]

    def step(self, count: int = 1) -> None:
        """Counts work, so that nothing runs without end."""
        self.steps += count
        if self.steps > MAX_STEPS:
            raise FormulaError(f"this formula takes more than {MAX_STEPS} steps at one point", Span(0, 1),
                               "use smaller sizes, or split it", "bound")  # fmt: skip

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


def count_names(scope: Scope) -> set[str]:
    """Names that count layers or steps: upper ends of families' ranges."""
    names = set()
    for symbol in scope.symbols.values():
        for member in symbol.members:
            if member.pattern:
                for binding in member.ranges.bindings:
                    if isinstance(binding.high, Var):
                        names.add(binding.high.name)
    return names


def compare(op: str, a, b) -> bool:
    """A relation between numbers."""
    return {"=": a == b, "\\ne": a != b, "\\le": a <= b, "\\ge": a >= b, "<": a < b, ">": a > b}[op]


def _shown(node: Node | None) -> str:
    from texecute.dims import dim

    try:
        return dim(node).text() if node is not None else "?"
    except FormulaError:
        return "…"


__all__ = ["Point", "Layer", "FloatField", "compare", "matrices"]
