"""Sizes, indices and labels at a sample point.
"""

from __future__ import annotations

from texecute import samples
from texecute.errors import FormulaError, UndefinedValue
from texecute.names import Member, Scope, Symbol
from texecute.syntax import Add, Binding, Condition, Div, Neg, Node, Num, Operation, Pow, Product, Var


class Integers:
    """The part of a point that gives integers their values."""

    def integer(self, node: Node, bound: dict[str, int]) -> int:
        """The value of an integer expression; `bound` are indices and labels."""
        if isinstance(node, Var):
            return bound[node.name] if not node.labels and node.name in bound else self._integer_name(node, bound)
        if isinstance(node, Num):
            if len(node.text) < 9 and node.text.isdecimal():
                return int(node.text)
            value = float(node.text)
            if value != int(value) or abs(value) > 1e9:
                raise FormulaError(f"{node.text} is no index", node.span, "indices are whole numbers below 10^9", "bound")
            return int(value)
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


MAX_RANGE = 20_000


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
