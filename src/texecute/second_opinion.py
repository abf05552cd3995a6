"""An independent second opinion: a claim as JAX code, differentiated by JAX, at the checker's own sample points.

The code comes from `emit`; JAX evaluates and differentiates it in double
precision.  For the tests only: the checker never imports this module, since
running generated code has no place in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count

import jax
import jax.numpy as jnp
import numpy as np

from texecute import matrices
from texecute.compare import numbers
from texecute.differentiate import direction_of
from texecute.dims import shape_of_domain
from texecute.emit.code import Generator
from texecute.emit.frames import cannot
from texecute.emit.jax import JAX
from texecute.emit.source import Sides, assemble, sides_of
from texecute.errors import FormulaError, UndefinedValue
from texecute.names import Member, Symbol
from texecute.samples import ArbitraryFunction
from texecute.second_opinion_numpy import evaluate
from texecute.syntax import Domain, FunctionSpace, Num, Var
from texecute.verdict import Case, Claim

jax.config.update("jax_enable_x64", True)

CLOSE = 1e-8
"""How near the two engines must be to one another, as a part of the largest entry."""
CANCELLED = 1e-11
"""Or as a part of the terms from which a value is computed."""
DIFFERENT = 1e-8
_count = count()


@dataclass
class Opinion:
    """What JAX says of a claim: `verdict` is `holds` or `fails`; `disagreements` in words, none if all is well."""

    verdict: str
    disagreements: list[str]
    points: int


def code_of(claim: Claim) -> tuple[str, Sides]:
    """The source whose `parts` gives the values of all sides of an inferred claim."""
    sides = sides_of(claim, JAX)
    arguments = ", ".join(name for name, _ in sides.indices)
    lines = [f"def parts({arguments}):", *("    " + line for line in sides.block.lines)]
    lines.append(f"    return [{', '.join(text or 'None' for text in sides.texts)}]")
    return assemble(sides.generator, lines), sides


def opinion(claim: Claim, verdict: str, most: int = 3) -> Opinion:
    """Compares the values of all sides, and the verdict, at no more than `most` of the checker's cases.

    Raises FormulaError of kind `emit` where there is no code.
    """
    if next(_count) % 50 == 49:
        # What JAX remembers of every shape would fill the memory.
        jax.clear_caches()
    source, sides = code_of(claim)
    program = compile(source, "<emitted>", "exec")
    cases = _chosen(claim, verdict, most)
    disagreements, failed = [], False
    for case in cases:

        def run(case=case):
            # All of it is traced, the definitions too: nothing is compiled.
            space = namespace(sides.generator, case)
            exec(program, space)
            return space["parts"](*(case.bound[n] for n, _ in claim._order()))

        values = evaluate(run)
        for number, (own, other) in enumerate(zip(case.values, values)):
            disagreements += _compare(claim, case, number, own, other)
        failed = failed or _fails(claim, case, values)
    said = "fails" if failed else "holds"
    if {"\\ne", "\\approx"} & set(claim.relation.relations):
        # Both engines' values are compared; the rest is a question of digits or of all points at once.
        said = verdict
    if said != verdict:
        disagreements.append(f"the checker says {verdict}, JAX {said}")
    return Opinion(said, disagreements, len(cases))


def _chosen(claim: Claim, verdict: str, most: int) -> list[Case]:
    if verdict == "fails":
        bad = [c for c in claim.cases if any(claim._link_holds(c, k, op) for k, op in enumerate(claim.relation.relations))]
        return bad[:1]
    step = max(1, len(claim.cases) // most)
    return claim.cases[::step][:most]


def _flat(value) -> list[float]:
    return [float(x) for x in np.ravel(np.asarray(value, dtype=float))]


def _compare(claim: Claim, case: Case, number: int, own, other) -> list[str]:
    mine, yours = numbers(own), _flat(other)
    if len(mine) != len(yours):
        return [f"side {number + 1} has {len(mine)} entries, in JAX {len(yours)}"]
    scale = max(max(map(abs, mine)), max(map(abs, yours)))
    gap = max(abs(a - b) if a == a and b == b else float("inf") for a, b in zip(mine, yours))
    if gap <= CLOSE * scale:
        return []
    k = min(number, len(claim.relation.relations) - 1)
    if gap <= CANCELLED * claim.terms(case, k):
        return []
    return [f"side {number + 1}: {mine[:6]}, in JAX {yours[:6]}"]


def _fails(claim: Claim, case: Case, values) -> bool:
    for k, (op, a, b) in enumerate(zip(claim.relation.relations, values, values[1:])):
        left, right = _flat(a), _flat(b)
        if len(left) != len(right):
            left, right = (left * len(right), right) if len(left) == 1 else (left, right * len(left))
        scale = max(max(map(abs, left)), max(map(abs, right)))
        gap = max(abs(x - y) for x, y in zip(left, right))
        # A sum that cancels leaves rounding of its terms, in JAX as in the checker.
        if op == "=" and gap > DIFFERENT * scale and gap > CANCELLED * claim.terms(case, k):
            return True
        if op in ("\\le", "<") and any(x > y + DIFFERENT * scale for x, y in zip(left, right)):
            return True
        if op in ("\\ge", ">") and any(x < y - DIFFERENT * scale for x, y in zip(left, right)):
            return True
    return False


# --- what the code is given -----------------------------------------------------------


def namespace(generator: Generator, case: Case) -> dict:
    """The checker's own values, sizes and functions at one point, by the code's names."""
    point, space = case.point, {}
    for given in generator.given.values():
        if given.kind == "value":
            space[given.name] = _value(point, point.scope.by_uid[given.uid])
        elif given.kind == "integer":
            space[given.name] = _integer(point, given.uid)
        elif given.kind == "function":
            space[given.name] = _function(point, point.scope.by_uid[given.uid])
        elif given.kind == "direction":
            key = (given.uid, ())
            base = point.base.value(key)
            space[given.name] = _array(direction_of(point, key, base), _shape(point.scope.by_uid[given.uid].domain, base))
        else:
            raise cannot(f"nothing is known of {given.name}")
    return space


def _shape(domain, value):
    scalar = isinstance(domain, Domain) and not shape_of_domain(domain)
    return () if scalar or (domain is None and not isinstance(value, matrices.Matrix)) else matrices.shape(value)


def _array(value, shape):
    return jnp.asarray(np.array(numbers(value), dtype=float).reshape(shape))


def _value(point, symbol: Symbol):
    if not any(m.pattern for m in symbol.members):
        value = point.base.value((symbol.uid, ()))
        return _array(value, _shape(symbol.domain, value))
    found = {}
    for member in symbol.members:
        if member.body is None:
            for labels in _labels(point, member):
                try:
                    value = point.base.value((symbol.uid, labels))
                except (FormulaError, UndefinedValue):
                    continue
                found[labels[0] if len(labels) == 1 else labels] = _array(value, _shape(member.domain, value))
    return found


def _labels(point, member: Member):
    """The labels of a declared member."""
    names = list(dict.fromkeys(v.name for p in member.pattern for v in [p] if isinstance(v, Var)))
    bindings = {b.name: b for b in member.ranges.bindings}

    def choose(rest, bound):
        if not rest:
            yield tuple(point._label(p, bound) for p in member.pattern)
            return
        binding = bindings.get(rest[0]) or point.scope.ranges.get(rest[0])
        if binding is None:
            yield from choose(rest[1:], bound)
            return
        for value in point.span_of(binding, bound):
            yield from choose(rest[1:], {**bound, rest[0]: value})

    yield from choose(names, {})


class _Sizes:
    """`n[l]`: the size that the point draws for this label."""

    def __init__(self, point, name: str):
        self.point, self.name = point, name

    def __getitem__(self, label):
        node = Num(str(label)) if isinstance(label, int) else Var(label)
        return self.point.integer(Var(self.name, (node,)), {})

    def __index__(self):
        return self.point.integer(Var(self.name), {})


def _integer(point, name: str):
    labelled = any(key[0] == name and key[1] for key in point.sizes)
    return _Sizes(point, name) if labelled else point.integer(Var(name), {})


class _Functions:
    """`g[l]`: a member of a family of arbitrary functions."""

    def __init__(self, point, symbol: Symbol):
        self.point, self.symbol = point, symbol

    def __getitem__(self, label):
        return arbitrary(self.point.function(self.symbol, (label,)))


def _function(point, symbol: Symbol):
    if any(m.pattern for m in symbol.members):
        return _Functions(point, symbol)
    space = symbol.domain
    assert isinstance(space, FunctionSpace)
    return arbitrary(point.function(symbol, ()))


def arbitrary(function: ArbitraryFunction):
    """The checker's random function, written out for JAX."""

    def one(part, x):
        waves, linear, square, constant = part
        total = constant + sum((a * v + 0.5 * b * v**2 for a, b, v in zip(linear, square, x)), 0.0)
        for amplitude, weights, phase in waves:
            total = total + amplitude * jnp.sin(sum(w * v for w, v in zip(weights, x)) + phase)
        return total

    def shaped(values):
        if function.kind in ("positive", "nonnegative"):
            values = [jnp.exp(v) for v in values]
        elif function.kind == "interval":
            values = [1 / (1 + jnp.exp(-v)) for v in values]
        if not function.shape:
            return values[0]
        result = jnp.stack(values).reshape(function.shape)
        if function.kind in ("symmetric", "definite"):
            result = result + result.T
        if function.kind == "definite":
            result = result @ result + 0.5 * jnp.eye(function.shape[0])
        return result

    def call(*arguments):
        if function.inputs == 1 and not function.shape and len(arguments) == 1:
            # A function of one number acts entry by entry.
            value = shaped([one(function.parts[0], [arguments[0]])])
            return value
        flat = jnp.concatenate([jnp.ravel(a) for a in arguments]) if arguments else []
        return shaped([_vector(part, flat) for part in function.parts])

    def _vector(part, x):
        waves, linear, square, constant = part
        total = constant + jnp.dot(jnp.array(linear), x) + 0.5 * jnp.dot(jnp.array(square), x**2)
        for amplitude, weights, phase in waves:
            total = total + amplitude * jnp.sin(jnp.dot(jnp.array(weights), x) + phase)
        return total

    return call


__all__ = ["Opinion", "opinion", "code_of", "namespace", "arbitrary"]
