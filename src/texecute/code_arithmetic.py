"""Closures of sums, products, powers.
"""

from __future__ import annotations

from texecute import matrices
from texecute.context import Context
from texecute.errors import FormulaError, UndefinedValue
from texecute.literals import is_literal
from texecute.scalars import integer_power, is_perturbed, real
from texecute.syntax import Neg, Node


class ArithmeticCode:
    """The part of the compiler for arithmetic."""

    def _Neg(self, node):
        body = self.code(node.body)
        return lambda c: matrices.negate(body(c))

    def _Add(self, node):
        bare = [t.body if isinstance(t, Neg) else t for t in node.terms]
        shape = self.typed.shape(node)
        literal = [bool(shape) and is_literal(b) for b in bare]
        plain = [(self.code(t)) for t, lit in zip(node.terms, literal) if not lit]
        numbers = [self.code(t) for t, lit in zip(node.terms, literal) if lit]

        def add(c):
            total = plain[0](c)
            for code in plain[1:]:
                total = matrices.add(total, code(c))
            for code in numbers:
                number = code(c)
                total = matrices.each(lambda x, number=number: x + number, total)
            return total

        return add

    def _Product(self, node):
        codes = [self.code(f) for f in node.factors]
        plan = self.typed.groups.get(id(node))
        if plan is not None:
            return _planned(plan, codes)
        if len(codes) == 2:
            first, second = codes
            return lambda c: matrices.multiply(first(c), second(c))

        def product(c):
            total = codes[0](c)
            for code in codes[1:]:
                total = matrices.multiply(total, code(c))
            return total

        return product

    def _Operation(self, node):
        left, right = self.code(node.left), self.code(node.right)
        op = node.op
        if op in ("circ", "odot", "ast"):
            if op == "ast" and not (self.typed.shape(node.left) and self.typed.shape(node.right)):
                return lambda c: matrices.multiply(left(c), right(c))
            return lambda c: matrices.hadamard(left(c), right(c))
        if op == "oslash":
            if is_literal(node.left) and self.typed.shape(node.right):
                return lambda c: (lambda k, m: matrices.each(lambda x: matrices.quotient(k, x), m))(left(c), right(c))
            if not self.typed.shape(node.right):
                return lambda c: (lambda m, k: matrices.each(lambda x: matrices.quotient(x, k), m))(left(c), right(c))
            return lambda c: matrices.divide_entries(left(c), right(c))
        if op == "otimes":
            return lambda c: matrices.kronecker(left(c), right(c))
        if op == "inner" or self.typed.readings.get(id(node)) == "dot":
            return lambda c: matrices.inner(left(c), right(c))
        return lambda c: matrices.multiply(left(c), right(c))

    def _Div(self, node):
        top, bottom = self.code(node.top), self.code(node.bottom)

        def divide(c):
            a, b = top(c), bottom(c)
            if real(b) == 0:
                raise UndefinedValue("division by zero")
            return matrices.each(lambda x: x / b, a)

        return divide

    def _Pow(self, node):
        base = self.code(node.base)
        whole = _literal_integer(node.exponent)
        matrix = not node.elementwise and bool(self.typed.shape(node.base))
        if whole is not None:
            if matrix:
                return lambda c: matrices.power(base(c), whole)
            return lambda c: matrices.each(lambda x: _scalar_power(c, x, whole), base(c))
        if matrix:
            exponent = node.exponent
            return lambda c: matrices.power(base(c), bounded_power(c.point.integer(exponent, c.bound), exponent))
        power = self.code(node.exponent)
        return lambda c: (lambda p: matrices.each(lambda x: _scalar_power(c, x, p), base(c)))(power(c))

    def _Transpose(self, node):
        body = self.code(node.body)
        return lambda c: matrices.transpose(body(c))

    def _Inverse(self, node):
        body = self.code(node.body)
        return lambda c: matrices.inverse(body(c))


def _literal_integer(node: Node) -> int | None:
    if isinstance(node, Neg):
        inner = _literal_integer(node.body)
        return None if inner is None else -inner
    if type(node).__name__ == "Num" and node.text.isdigit():
        return bounded_power(int(node.text), node)
    return None


def bounded_power(n: int, node: Node) -> int:
    if abs(n) > 1000:
        raise FormulaError(f"the exponent {n} is too large to try: the limit is 1000", node.span, "use a smaller one", "bound")
    return n


def _scalar_power(c: Context, x, p):
    """A power of a scalar: by multiplication for whole exponents, else through the logarithm."""
    if c.point.field.exact:
        return c.point.field.power(x, p)
    exponent = real(p)
    try:
        if not is_perturbed(p) and exponent == int(exponent) and abs(exponent) <= 1000:
            n = int(exponent)
            if n < 0 and real(x) == 0:
                raise UndefinedValue("division by zero")
            return integer_power(x, n)
        if real(x) <= 0:
            raise UndefinedValue("a power of a negative number")
        apply = c.point.field.apply
        return apply("exp", 0, p * apply("log", 0, x))
    except (OverflowError, ZeroDivisionError, ValueError):
        raise UndefinedValue("a power out of range") from None


def _planned(plan, codes):
    parts = [codes[p] if isinstance(p, int) else _planned(p, codes) for p in plan]

    def product(c):
        total = parts[0](c)
        for part in parts[1:]:
            total = matrices.multiply(total, part(c))
        return total

    return product
