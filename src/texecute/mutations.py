"""The slips that people make, as one table: what each makes of a node."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from texecute import functions
from texecute.errors import FormulaError
from texecute.literals import is_literal
from texecute.names import Scope, Symbol
from texecute.shapes import Inference, Typed
from texecute.syntax import (
    Add,
    Big,
    BigO,
    Binding,
    Call,
    Condition,
    Delta,
    Derivative,
    Div,
    Function,
    FunctionSpace,
    Index,
    Indicator,
    Inverse,
    Neg,
    Node,
    Num,
    Operation,
    Pow,
    Product,
    Ref,
    Slice,
    Transpose,
    Var,
    walk,
)

OTHER_FUNCTION = {
    "exp": "log", "log": "exp", "tanh": "sigmoid", "sigmoid": "tanh", "max": "min", "min": "max", "sin": "cos", "cos": "sin",
    "sinh": "cosh", "cosh": "sinh", "argmax": "argmin", "argmin": "argmax", "trace": "entrysum", "relu": "softplus",
    "softplus": "relu", "logsumexp": "entrysum", "softmax": "sigmoid", "prod": "sum", "entrymean": "entrysum",
}  # fmt: skip
"""What a function, or the sign of a big operator, is mistaken for."""

OTHER_OPERATOR = {"=": "\\ne", "\\ne": "=", "<": "\\ge", "\\le": ">", ">": "\\le", "\\ge": "<"}
MAX_NAMES = 2
"""Other names that are tried in the place of one."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rows know of the formula: its scope, the shapes of its nodes, the names of its indices."""

    scope: Scope
    typed: Typed
    indices: tuple[str, ...]

    def shape(self, node: Node):
        """The shape of a node, () where it is not known."""
        return self.typed.shape(node) if id(node) in self.typed.shapes else ()

    def scalar(self, node: Node) -> bool:
        """Whether a node is a scalar."""
        return not self.shape(node)


def _sign(node: Node, facts: Facts):
    if isinstance(node, Add):
        for i, term in enumerate(node.terms):
            if not isinstance(term, BigO):
                yield _add(node, i, term.body if isinstance(term, Neg) else Neg(term, span=term.span)), term
    elif isinstance(node, Neg):
        yield node.body, node


def _add(node: Add, at: int, *terms: Node) -> Node:
    rest = (*node.terms[:at], *terms, *node.terms[at + 1 :])
    return rest[0] if len(rest) == 1 else replace(node, terms=rest)


def _term(node: Node, facts: Facts):
    if isinstance(node, Add):
        for i, term in enumerate(node.terms):
            if not isinstance(term, BigO):
                yield _add(node, i), term


def _transpose_removed(node: Node, facts: Facts):
    if isinstance(node, Transpose) and not facts.scalar(node):
        yield node.body, node


def _transpose_added(node: Node, facts: Facts):
    if isinstance(node, Ref | Call | Index | Inverse) and not facts.scalar(node) and len(facts.shape(node)) == 2:
        yield Transpose(node, span=node.span), node


def _layout(node: Node, facts: Facts):
    if isinstance(node, Derivative) and len(facts.shape(node)) == 2:
        yield Transpose(node, span=node.span), node


def _swapped(node: Node, facts: Facts):
    if isinstance(node, Product):
        wide = [i for i, f in enumerate(node.factors) if not facts.scalar(f)]
        for i, j in zip(wide, wide[1:]):
            factors = list(node.factors)
            factors[i], factors[j] = factors[j], factors[i]
            yield replace(node, factors=tuple(factors)), _span_of(node.factors[i], node.factors[j])
    elif isinstance(node, Operation) and node.op in ("otimes", "cdot", "oslash") and not (facts.scalar(node.left) or facts.scalar(node.right)):
        yield replace(node, left=node.right, right=node.left), node
    elif isinstance(node, Div) and not (is_literal(node.top) or is_literal(node.bottom)) and facts.scalar(node.top):
        yield replace(node, top=node.bottom, bottom=node.top), node


def _span_of(first: Node, last: Node) -> Node:
    return Product((first, last), span=first.span.to(last.span))


def _product_for_circle(node: Node, facts: Facts):
    if isinstance(node, Operation) and node.op in ("circ", "odot", "ast") and not (facts.scalar(node.left) or facts.scalar(node.right)):
        yield Product((node.left, node.right), span=node.span), node


def _circle_for_product(node: Node, facts: Facts):
    if isinstance(node, Product):
        for i, (a, b) in enumerate(zip(node.factors, node.factors[1:])):
            if not (facts.scalar(a) or facts.scalar(b)):
                pair = Operation("circ", a, b, span=a.span.to(b.span))
                rest = (*node.factors[:i], pair, *node.factors[i + 2 :])
                yield (pair if len(rest) == 1 else replace(node, factors=rest)), pair


def _factor(node: Node, facts: Facts):
    if isinstance(node, Product):
        for i, factor in enumerate(node.factors):
            rest = node.factors[:i] + node.factors[i + 1 :]
            yield (rest[0] if len(rest) == 1 else replace(node, factors=rest)), factor
    elif isinstance(node, Operation) and node.op not in ("inner", "oslash"):
        yield node.right, node.left
        yield node.left, node.right
    elif isinstance(node, Div):
        yield node.top, node.bottom


def _factor_doubled(node: Node, facts: Facts):
    if isinstance(node, Product):
        for i, factor in enumerate(node.factors):
            if facts.scalar(factor) and not is_literal(factor):
                yield replace(node, factors=(*node.factors[:i], factor, *node.factors[i:])), factor


def _number(node: Node, facts: Facts):
    if isinstance(node, Num):
        value = float(node.text)
        step = 1 if value == int(value) else 0.1
        text = str(int(value + 1)) if step == 1 else repr(round(value + step, 6))
        yield replace(node, text=text), node


def _prime(node: Node, facts: Facts):
    """A prime more or less at an elementwise function."""
    if not isinstance(node, Call) or len(node.arguments) != 1:
        return
    if node.function.primes:
        yield replace(node, function=replace(node.function, primes=node.function.primes - 1)), node
    elif _elementwise(node.function, facts.scope) and (not node.function.builtin or node.function.name != "exp"):
        yield replace(node, function=replace(node.function, primes=1)), node


def _elementwise(function: Function, scope: Scope) -> bool:
    if function.builtin:
        return function.name in functions.TABLE
    space = scope.by_uid[function.name].domain
    if isinstance(space, FunctionSpace):
        return len(space.arguments) == 1 and not space.arguments[0].shape and not space.result.shape
    return True


def _name(node: Node, facts: Facts):
    if isinstance(node, Ref):
        for other in _related(node, facts):
            yield replace(node, name=other.uid), node


def _related(node: Ref, facts: Facts) -> list[Symbol]:
    """Names with the same labels and shape that are defined by this one, or by which it is."""
    symbol = facts.scope.by_uid[node.name]
    shape = facts.shape(node)
    mine = _names_in(symbol)
    found = []
    for other in list(facts.scope.symbols.values()):
        if other.uid == symbol.uid or other.role != "value" or not other.members or len(found) == MAX_NAMES:
            continue
        if other.uid not in mine and symbol.uid not in _names_in(other):
            continue
        try:
            inference = Inference(facts.scope, facts.typed.conventions)
            if inference.unifier.shape(inference.shape_of_symbol(other, node.labels, node.span)) == shape:
                found.append(other)
        except FormulaError:
            continue
    return found


def _names_in(symbol: Symbol) -> set[str]:
    return {n.name for m in symbol.members if m.body is not None for n in walk(m.body) if isinstance(n, Ref)}


def _function(node: Node, facts: Facts):
    if isinstance(node, Call) and node.function.builtin and not node.function.primes:
        other = OTHER_FUNCTION.get(node.function.name)
        if other is not None and (len(node.arguments) == 1 or node.function.name in ("max", "min")):
            yield replace(node, function=replace(node.function, name=other)), node
    elif isinstance(node, Big) and node.op in OTHER_FUNCTION:
        yield replace(node, op=OTHER_FUNCTION[node.op]), node


def _inverse(node: Node, facts: Facts):
    if isinstance(node, Inverse):
        yield node.body, node


def _exponent(node: Node, facts: Facts):
    if isinstance(node, Pow):
        for step in (1, -1):
            exponent = _plus(node.exponent, step)
            yield (node.base if exponent == Num("1") else replace(node, exponent=exponent)), node.exponent


def _plus(node: Node, step: int) -> Node:
    """`node + step`, as it would be written."""
    if isinstance(node, Num) and float(node.text) == int(float(node.text)):
        value = int(float(node.text)) + step
        number = Num(str(abs(value)), span=node.span)
        return number if value >= 0 else Neg(number, span=node.span)
    if isinstance(node, Add) and is_literal(node.terms[-1]):
        last = node.terms[-1]
        value = (-_whole(last.body) if isinstance(last, Neg) else _whole(last)) + step
        number = Num(str(abs(value)), span=last.span)
        terms = node.terms[:-1] + ((number,) if value > 0 else (Neg(number),) if value < 0 else ())
        return terms[0] if len(terms) == 1 else replace(node, terms=terms)
    one = Num("1", span=node.span)
    return Add((node, one if step > 0 else Neg(one)), span=node.span)


def _whole(node: Node) -> int:
    return int(float(node.text)) if isinstance(node, Num) else 0


def _label(node: Node, facts: Facts):
    """A label or subscript one higher or lower."""
    if not isinstance(node, Slice | Condition):
        yield _plus(node, 1), node
        yield _plus(node, -1), node


def _index(node: Node, facts: Facts):
    """Another index of the formula in the place of one."""
    if isinstance(node, Var) and not node.labels and node.name in facts.indices:
        for other in facts.indices:
            if other != node.name:
                yield replace(node, name=other), node


def _subscripts(node: Node, facts: Facts):
    if isinstance(node, Index) and len(node.subscripts) == 2 and node.subscripts[0] != node.subscripts[1]:
        yield replace(node, subscripts=node.subscripts[::-1]), node


def _sum_dropped(node: Node, facts: Facts):
    """A sum of which only the first term is left."""
    if isinstance(node, Big) and node.op in ("sum", "prod"):
        for i, binding in enumerate(node.bindings):
            if binding.low is not None:
                yield _bound(node, i, replace(binding, high=binding.low)), node
            elif binding.members:
                yield _bound(node, i, replace(binding, members=binding.members[:1])), node
            else:
                yield replace(node, conditions=(*node.conditions, Condition("=", Var(binding.name), Num("1")))), node


def _sum_shortened(node: Node, facts: Facts):
    """A sum without its first or its last term, or with a condition less."""
    if isinstance(node, Big) and node.op in ("sum", "prod", "max", "min"):
        for i, binding in enumerate(node.bindings):
            if binding.low is not None:
                yield _bound(node, i, replace(binding, low=_plus(binding.low, 1))), node
                yield _bound(node, i, replace(binding, high=_plus(binding.high, -1))), node
            elif len(binding.members) > 1:
                yield _bound(node, i, replace(binding, members=binding.members[1:])), node
            elif not binding.members:
                yield replace(node, conditions=(*node.conditions, Condition("\\ne", Var(binding.name), Num("1")))), node
        for i in range(len(node.conditions)):
            yield replace(node, conditions=node.conditions[:i] + node.conditions[i + 1 :]), node


def _bound(node: Big, at: int, binding: Binding) -> Big:
    return replace(node, bindings=(*node.bindings[:at], binding, *node.bindings[at + 1 :]))


def _condition(node: Node, facts: Facts):
    if isinstance(node, Indicator):
        for i, c in enumerate(node.conditions):
            changed = replace(c, op=OTHER_OPERATOR[c.op])
            yield replace(node, conditions=(*node.conditions[:i], changed, *node.conditions[i + 1 :])), node
    elif isinstance(node, Delta):
        yield Indicator((Condition("\\ne", node.left, node.right),), span=node.span), node


VALUES = ("value", "argument", "entry")
_COMMON = ("value", "argument", "entry", "exponent")
_WHOLE = ("value", "argument")

TABLE: tuple[tuple[str, tuple[str, ...], Callable], ...] = (
    ("sign flipped", _COMMON, _sign),
    ("transpose removed", VALUES, _transpose_removed),
    ("transpose added", _WHOLE, _transpose_added),
    ("layout flipped", _WHOLE, _layout),
    ("factors swapped", VALUES, _swapped),
    ("matrix product for circ", VALUES, _product_for_circle),
    ("circ for matrix product", VALUES, _circle_for_product),
    ("prime changed", VALUES, _prime),
    ("argument changed", ("argument",), _name),
    ("name changed", ("value", "entry", "exponent"), _name),
    ("term dropped", _COMMON, _term),
    ("factor dropped", _COMMON, _factor),
    ("factor doubled", VALUES, _factor_doubled),
    ("number changed", VALUES, _number),
    ("exponent changed", VALUES, _exponent),
    ("function changed", VALUES, _function),
    ("inverse dropped", VALUES, _inverse),
    ("sum dropped", VALUES, _sum_dropped),
    ("range shortened", VALUES, _sum_shortened),
    ("condition changed", VALUES, _condition),
    ("label shifted", ("integer",), _label),
    ("index changed", ("integer", "inner"), _index),
    ("subscripts swapped", ("value", "argument", "entry", "target"), _subscripts),
)
"""Name of the slip, in which modes it applies, and the function that makes it at a node.

Each function yields (new node, the part of the old one that was changed).
"""
