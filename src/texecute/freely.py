"""Whether two forms of one side are equal for arbitrary values of all names.

Definitions are ignored and derivatives are values of their own: what is equal
here is equal by the rules of algebra alone, not by what the page says.
"""

from __future__ import annotations

from itertools import islice

from texecute import matrices, samples
from texecute.compare import ROUNDING, TOLERANCE, difference, magnitude, numbers
from texecute.context import Context
from texecute.errors import FormulaError, UndefinedValue
from texecute.evaluate import Compiler
from texecute.free_names import free_variables
from texecute.layers import Layer
from texecute.point import Point
from texecute.syntax import Big, Derivative, Differential, Domain, Node, children

DRAWS = 3
MAX_CASES = 40
KINDS = ("real", "positive", "unit", "real", "positive", "unit")
"""From which numbers the values are drawn, one attempt after the other."""


class FreePoint(Point):
    """A point at which every defined name has an arbitrary value of its shape."""

    kind = "real"

    def __init__(self, *arguments, kind: str = "real", **more):
        super().__init__(*arguments, **more)
        self.kind = kind
        self.given: dict = {}

    def compute(self, key, layer: Layer, span):
        """A random value; a declared name stays in its domain."""
        uid, labels = key
        symbol = self.scope.by_uid[uid]
        found = self.member_for(symbol, labels)
        if key not in self.given or (found is not None and found[0].body is None and isinstance(found[0].domain, Domain)):
            return super().compute(key, layer, span)
        return self.free(key, self.given[key])

    def free(self, key, shape: tuple[int, ...], kind: str | None = None):
        """The arbitrary value of this key."""
        kind = kind or self.kind
        domain, ends = (Domain("interval"), (0.0, 1.0)) if kind == "unit" else (Domain(kind), (None, None))
        return samples.draw_value(domain, shape, ends, (), self.generator("free", key))

    def free_function(self, key, inputs: int, shape: tuple[int, ...]):
        """The arbitrary function of this key."""
        key = ("function", key, inputs, shape)
        if key not in self.functions:
            outputs = 1
            for n in shape:
                outputs *= n
            self.functions[key] = samples.ArbitraryFunction(inputs, outputs, shape, "real", self.generator(*key))
        return self.functions[key]


class FreeCompiler(Compiler):
    """Compiles names, derivatives and the page's functions to arbitrary values."""

    def _concrete(self, node: Node):
        dims = [self._dim(d) for d in self.typed.shapes[id(node)]]

        def shape(c) -> tuple[int, ...]:
            found = tuple(d(c) for d in dims)
            return () if found == (1, 1) else found

        return shape

    def _Ref(self, node):
        shape, labels, uid, span = self._concrete(node), self._labels(node.labels), node.name, node.span

        def ref(c):
            key = (uid, labels(c))
            if key not in c.point.given:
                c.point.given[key] = shape(c)
            return c.layer.value(key, span)

        return ref

    def _free(self, node):
        shape = self._concrete(node)
        names = sorted(free_variables(node))

        def value(c):
            return c.point.free((node, tuple((n, c.bound[n]) for n in names if n in c.bound)), shape(c), "real")

        return value

    _Derivative = _free
    _Differential = _free

    def _Call(self, node):
        if node.function.builtin:
            return super()._Call(node)
        codes = [self.code(a) for a in node.arguments]
        labels, shape = self._labels(node.function.labels), self._concrete(node)
        each = self.typed.readings.get(id(node)) == "each"
        name, order = node.function.name, node.function.primes

        def call(c):
            arguments = [code(c) for code in codes]
            apply = c.point.field.apply
            if each:
                f = c.point.free_function((name, labels(c)), 1, ())
                return matrices.each(lambda x: f([x], order, apply), arguments[0])
            flat = [x for a in arguments for x in matrices.entries(a)]
            return c.point.free_function((name, labels(c)), len(flat), shape(c))(flat, order, apply)

        return call


def equal_freely(claim, mutated, variant) -> bool:
    """Whether the changed side equals the old one whatever the names mean."""
    old, new = claim.relation.parts[variant.part], variant.tree
    return any(_equal(claim, mutated, a, b, names) for a, b, names in _comparable(old, new))


def _comparable(old: Node, new: Node):
    """The two sides, and the two bodies where all that differs stands inside of one derivative."""
    yield old, new, ()
    names: tuple[str, ...] = ()
    while type(old) is type(new):
        before, after = list(children(old)), list(children(new))
        differing = [(a, b) for a, b in zip(before, after) if a is not b and a != b]
        if len(before) != len(after) or len(differing) != 1:
            return
        if isinstance(old, Big):
            names += tuple(b.name for b in old.bindings)
        inside = isinstance(old, Derivative | Differential)
        (old, new), = differing
        if inside:
            yield old, new, names


def _equal(claim, mutated, old: Node, new: Node, names: tuple[str, ...]) -> bool:
    try:
        first, second = FreeCompiler(claim.inference.typed, claim.program), FreeCompiler(mutated.inference.typed, claim.program)
        if id(old) not in first.typed.shapes or id(new) not in second.typed.shapes:
            return False
        codes = first.code(old), second.code(new)
    except FormulaError:
        return False
    seen = 0
    for draw in range(DRAWS):
        for attempt, kind in enumerate(KINDS):
            point = FreePoint(claim.scope, claim.program, claim.seed, draw, attempt, kind=kind)
            try:
                if not _equal_at(point, claim, codes, (old, new), (first, second), names):
                    return False
            except (UndefinedValue, OverflowError, ZeroDivisionError):
                continue
            except (FormulaError, RecursionError, KeyError):
                return False
            seen += 1
            break
    return seen > 1


def _equal_at(point, claim, codes, nodes, compilers, names) -> bool:
    any_case = False
    for number, bound in enumerate(islice(claim._bindings(point), MAX_CASES)):
        for offset, name in enumerate(names):
            bound.setdefault(name, 1 + (number + offset) % 2)
        c = Context(point, point.base, bound)
        if not all(test(Context(point, point.base, dict(bound))) for test in claim.tests):
            continue
        a, b = (code(Context(point, point.base, dict(bound))) for code in codes)
        numbers(a), numbers(b)
        any_case = True
        if len(matrices.entries(a)) != len(matrices.entries(b)):
            return False
        gap = difference(a, b)
        if gap.absolute > TOLERANCE * gap.scale:
            if gap.absolute > ROUNDING * max(magnitude(n, k, c) for n, k in zip(nodes, compilers)):
                return False
    if not any_case:
        raise UndefinedValue("no case")
    return True


__all__ = ["equal_freely", "FreePoint", "FreeCompiler"]
