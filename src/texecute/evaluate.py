"""Tree and values → value: each node becomes a closure, made once and run at many points.

Nothing is evaluated by Python's own `eval`; a formula can do no more than the
nodes that stand here.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product as cartesian

from texecute import differentiate, matrices, patterns
from texecute.dims import declared_shape
from texecute.errors import FormulaError, ShapeError, Span, UndefinedValue
from texecute.names import Member, Scope, Symbol
from texecute.point import Layer, Point, compare
from texecute.scalars import integer_power, is_perturbed, real
from texecute.shape_rules import is_literal, is_zero
from texecute.shapes import Inference, Typed
from texecute.syntax import (
    Add,
    Big,
    Binding,
    Call,
    Cases,
    Condition,
    Differential,
    Dots,
    Index,
    MatrixLiteral,
    Neg,
    Node,
    Ref,
    Slice,
    Transpose,
    Var,
    walk,
)

MAX_SIZE = 300
"""Rows or columns of a matrix whose size comes from the context."""

Code = Callable[["Context"], object]


class Context:
    """Where a closure runs: the point, the layer of values, the indices' values."""

    __slots__ = ("point", "layer", "bound", "level", "directions")

    def __init__(self, point: Point, layer: Layer, bound: dict[str, int], level: int = -1, directions=()):
        self.point = point
        self.layer = layer
        self.bound = bound
        self.level = level
        self.directions = directions

    def inside(self, layer: Layer, level: int) -> "Context":
        """The same indices over another layer."""
        return Context(self.point, layer, self.bound, level, self.directions)


class Program:
    """Compiles the definitions of a scope when they are needed, once each."""

    def __init__(self, scope: Scope):
        self.scope = scope
        self.members: dict[int, tuple] = {}
        self.keep: list = []

    def lift(self, value, symbol, labels, point):
        """A drawn value as the field has it; the exact check puts symbols in its place."""
        return value

    def lift_function(self, function, symbol, labels):
        """A drawn function as the field has it."""
        return function

    def compiled(self, member: Member, symbol: Symbol | None = None) -> tuple[Code, Typed]:
        """The closure of a definition's right side."""
        entry = self.members.get(id(member))
        if entry is None:
            inference = Inference(self.scope, member.conventions)
            inference.bound = frozenset(b.name for b in member.ranges.bindings) | {
                v.name for p in member.pattern for v in walk(p) if isinstance(v, Var)
            }
            shape = inference.infer(member.body)
            sizes = None
            declared = declared_shape(symbol) if symbol is not None and not member.pattern else None
            if member.indices:
                sizes = inference.entry_shape(member, shape, member.body.span, declared)
            elif declared is not None:
                inference.unifier.same_shape(shape, declared)
            entry = self.members[id(member)] = (compile_node(member.body, inference.typed, self), inference.typed, sizes)
            self.keep.append(member)
        return entry

    def define(self, symbol: Symbol, member: Member, point: Point, layer: Layer, bound: dict[str, int]):
        """The value of a defined name in a layer."""
        code, typed, sizes = self.compiled(member, symbol)
        context = Context(point, layer, dict(bound), layer.level)
        if not member.indices:
            return code(context)
        return self._entries(member, code, typed, sizes, context)

    def _entries(self, member: Member, code: Code, typed: Typed, sizes, context: Context):
        """A value from the definition of its entries, rows or columns."""
        point, shape = context.point, tuple(context.point.size(typed.unifier.resolve(d), context.bound) for d in sizes)
        slices = [isinstance(i, Slice) for i in member.indices]
        names = [i.name for i in member.indices if isinstance(i, Var)]
        if any(slices):
            blocks = []
            along = shape[0] if slices[1] else shape[1]
            for value in range(1, along + 1):
                context.bound[names[0]] = value
                blocks.append(matrices.entries(code(context)))
            rows = [x for block in blocks for x in block]
            if slices[1]:
                return matrices.matrix(shape[0], shape[1], rows)
            return matrices.transpose(matrices.matrix(shape[1], shape[0], rows))
        ranges = [range(1, n + 1) for n in (shape if len(names) > 1 else (shape[0] * shape[1],))]
        data = []
        for values in cartesian(*ranges):
            context.bound.update(zip(names, values))
            point.step()
            data.append(code(context))
        if len(shape) > 2:
            return matrices.Array(shape, data)
        return matrices.matrix(shape[0], shape[1], data)


def compile_node(node: Node, typed: Typed, program: Program) -> Code:
    """The closure that computes `node`."""
    return Compiler(typed, program).code(node)


class Compiler:
    """Turns the nodes of one inferred tree into closures."""

    def __init__(self, typed: Typed, program: Program):
        self.typed = typed
        self.program = program

    def code(self, node: Node) -> Code:
        """The closure of a node."""
        return getattr(self, "_" + type(node).__name__)(node)

    # --- leaves -------------------------------------------------------------------

    def _Num(self, node):
        text = node.text
        return lambda c: c.point.field.number(text)

    def _Const(self, node):
        name = node.name
        return lambda c: c.point.field.number(name) if c.point.field.exact else {"e": 2.718281828459045, "pi": 3.141592653589793}[name]

    def _Var(self, node):
        return lambda c: c.point.field.integer(c.point.integer(node, c.bound))

    def _labels(self, labels):
        if not labels:
            return lambda c: ()
        if len(labels) == 1:
            (one,) = labels
            return lambda c: (c.point.integer(one, c.bound),)
        return lambda c: tuple(c.point.integer(label, c.bound) for label in labels)

    def _Ref(self, node):
        uid, span = node.name, node.span
        if not node.labels:
            key = (uid, ())
            return lambda c: c.layer.value(key, span)
        labels = self._labels(node.labels)
        return lambda c: c.layer.value((uid, labels(c)), span)

    def _size(self, node, axis: int):
        return self._dim(self.typed.shapes[id(node)][axis])

    def _dim(self, dim):
        unifier = self.typed.unifier
        cache: list = []

        def size(c):
            if not cache:
                cache.append(unifier.resolve(dim))
            n = c.point.size(cache[0], c.bound)
            if n < 1:
                raise UndefinedValue("a size below 1")
            if n > MAX_SIZE:
                raise FormulaError(f"the size {n} is too large to try: the limit is {MAX_SIZE}", Span(0, 1), "use a name or a smaller size", "bound")
            return n

        return size

    def _Ones(self, node):
        size = self._size(node, 0)
        return lambda c: matrices.full(size(c), 1, c.point.field.integer(1))

    def _Eye(self, node):
        size = self._size(node, 0)
        return lambda c: matrices.identity(size(c), c.point.field.integer(1), c.point.field.integer(0))

    def _Zeros(self, node):
        rows, columns = self._size(node, 0), self._size(node, 1)
        return lambda c: matrices.full(rows(c), columns(c), c.point.field.integer(0))

    def _Unit(self, node):
        size, index = self._size(node, 0), node.index

        def unit(c):
            n, i = size(c), c.point.integer(index, c.bound)
            if not 1 <= i <= n:
                raise FormulaError(f"there is no unit vector e_{i} of length {n}", node.span, "state the range of the index", "range")
            one, zero = c.point.field.integer(1), c.point.field.integer(0)
            return matrices.matrix(n, 1, [one if k == i else zero for k in range(1, n + 1)])

        return unit

    def _Delta(self, node):
        left, right = node.left, node.right

        def delta(c):
            return c.point.field.integer(int(c.point.integer(left, c.bound) == c.point.integer(right, c.bound)))

        return delta

    def _Indicator(self, node):
        tests = [self.condition(x) for x in node.conditions]
        return lambda c: c.point.field.integer(int(all(t(c) for t in tests)))

    def condition(self, condition: Condition):
        """The closure that tells whether a condition holds."""
        op, left, right = condition.op, self.code(condition.left), self.code(condition.right)

        def test(c):
            a, b = left(c), right(c)
            if real(a) == real(b) and (is_perturbed(a) or is_perturbed(b)):
                raise UndefinedValue("a derivative at the border of two cases")
            return compare(op, real(a), real(b))

        return test

    # --- arithmetic -----------------------------------------------------------------

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
            return lambda c: matrices.power(base(c), _bounded(c.point.integer(exponent, c.bound), exponent))
        power = self.code(node.exponent)
        return lambda c: (lambda p: matrices.each(lambda x: _scalar_power(c, x, p), base(c)))(power(c))

    def _Transpose(self, node):
        body = self.code(node.body)
        return lambda c: matrices.transpose(body(c))

    def _Inverse(self, node):
        body = self.code(node.body)
        return lambda c: matrices.inverse(body(c))

    # --- entries ------------------------------------------------------------------------

    def _Index(self, node):
        body = self.code(node.body)
        subs = self.typed.subscripts[id(node)]
        name = node
        if not any(isinstance(s, Slice) for s in subs):

            def entry(c):
                value = body(c)
                at = [c.point.integer(s, c.bound) for s in subs]
                return entry_of(value, at, name)

            return entry

        def block(c):
            value = body(c)
            return block_of(value, [_slice(s, c) for s in subs], name)

        return block

    # --- functions ----------------------------------------------------------------------------

    def _Call(self, node):
        codes = [self.code(a) for a in node.arguments]
        function = node.function
        if function.builtin:
            return self._builtin(node, codes)
        symbol = self.program.scope.by_uid[function.name]
        labels = self._labels(function.labels)
        each = self.typed.readings.get(id(node)) == "each"
        order = function.primes

        def call(c):
            arguments = [code(c) for code in codes]
            which = labels(c)
            current = c.point.scope.by_uid[symbol.uid]
            found = _function_member(c.point, current, which)
            if found is None:
                raise c.point.no_member(current, which, node.span)
            member, bound = found
            if member.body is None:
                random = c.point.function(current, which)
                if each:
                    return matrices.each(lambda x: random([x], order, c.point.field.apply), arguments[0])
                flat = [x for a in arguments for x in matrices.entries(a)]
                return random(flat, order, c.point.field.apply)
            return self._page_function(c, member, bound, arguments, each, order)

        return call

    def _page_function(self, c: Context, member: Member, bound, arguments, each: bool, order: int):
        code = self.program.compiled(member)[0]
        keys = [(p.name, tuple(c.point.integer(label, bound) for label in p.labels)) for p in member.parameters]

        def at(values, level):
            layer = Layer(c.point, c.layer, dict(zip(keys, values)), level)
            return code(Context(c.point, layer, {**c.bound, **bound}, level))

        c.point.step(10)
        if order:
            return matrices.each(lambda x: differentiate.nested(lambda v, level: at([v], level), x, c.level, order, c.point.field), arguments[0])
        if each and isinstance(arguments[0], matrices.Matrix | matrices.Array):
            return matrices.each(lambda x: at([x], c.level), arguments[0])
        return at(arguments, c.level)

    def _builtin(self, node: Call, codes):
        name, order = node.function.name, node.function.primes
        if name in ("max", "min") and len(codes) > 1:
            return self._extreme(node, codes)
        code = codes[0]
        if name in whole_functions():
            shape = self.typed.unifier.stated(self.typed.shapes[id(node.arguments[0])])
            vector = not shape or any(d.number == 1 for d in shape)
            # None: the argument is a vector; else whether each row is an example, or each column.
            row = self.typed.conventions.vectors == "row"
            row = None if vector and name in PER_EXAMPLE else row
            whole = whole_functions()[name]
            return lambda c: whole(code(c), row, c.point.field.apply)
        return lambda c: (lambda f: matrices.each(lambda x: f(name, order, x), code(c)))(c.point.field.apply)

    def _extreme(self, node: Call, codes):
        largest = node.function.name == "max"

        def extreme(c):
            values = [code(c) for code in codes]
            shaped = next((v for v in values if isinstance(v, matrices.Matrix)), None)
            if shaped is None:
                return pick(values, largest)
            columns = [matrices.entries(v) * (len(shaped.data) if not isinstance(v, matrices.Matrix) else 1) for v in values]
            return matrices.like(shaped, [pick(list(items), largest) for items in zip(*columns)])

        return extreme

    def _Norm(self, node):
        body = self.code(node.body)
        kind = node.kind

        def norm(c):
            data = matrices.entries(body(c))
            apply = c.point.field.apply
            if kind == "1":
                return matrices.sum_of([apply("abs", 0, x) for x in data])
            if kind == "\\infty":
                return pick([apply("abs", 0, x) for x in data], True)
            return apply("sqrt", 0, matrices.sum_of([x * x for x in data]))

        return norm

    def _Abs(self, node):
        body = self.code(node.body)
        return lambda c: c.point.field.apply("abs", 0, body(c))

    # --- sums, cases, matrices --------------------------------------------------------------------

    def _Big(self, node: Big):
        body = self.code(node.body)
        tests = [self.condition(x) for x in node.conditions]
        ranges = [self._range(b) for b in node.bindings]
        names = [b.name for b in node.bindings]
        op = node.op

        def run(c, depth, bound, values):
            if depth == len(names):
                inner = Context(c.point, c.layer, bound, c.level, c.directions)
                if all(t(inner) for t in tests):
                    c.point.step()
                    values.append((dict(bound), body(inner)))
                return
            inner = Context(c.point, c.layer, bound, c.level, c.directions)
            for value in ranges[depth](inner):
                bound[names[depth]] = value
                run(c, depth + 1, bound, values)
            bound.pop(names[depth], None)

        shape = self.typed.shape(node) if op == "sum" else ()
        zero = [self._dim(d) for d in shape] if len(shape) == 2 else None

        def big(c):
            values: list = []
            run(c, 0, dict(c.bound), values)
            items = [v for _, v in values]
            if op == "sum":
                if not items:
                    nothing = c.point.field.integer(0)
                    return matrices.full(zero[0](c), zero[1](c), nothing) if zero else nothing
                total = items[0]
                for item in items[1:]:
                    total = matrices.add(total, item)
                return total
            if op == "prod":
                total = c.point.field.integer(1)
                for item in items:
                    total = matrices.multiply(total, item)
                return total
            if not items:
                raise UndefinedValue("a maximum over nothing")
            largest = op in ("max", "argmax")
            best = pick(items, largest)
            if op in ("max", "min"):
                return best
            index = next(i for i, item in enumerate(items) if item is best)
            return c.point.field.integer(values[index][0][names[0]])

        return big

    def _range(self, binding: Binding):
        found = self.typed.ranges.get(id(binding))
        if binding.low is not None or binding.members:
            return lambda c: c.point.span_of(binding, c.bound)
        if isinstance(found, Binding):
            return lambda c: c.point.span_of(found, c.bound)
        size = self._dim(found)
        return lambda c: range(1, size(c) + 1)

    def _Cases(self, node: Cases):
        branches = [(self.code(value), [self.condition(x) for x in conditions]) for value, conditions in node.branches]

        def cases(c):
            for value, tests in branches:
                if all(t(c) for t in tests):
                    return value(c)
            raise UndefinedValue("no case applies")

        return cases

    def _MatrixLiteral(self, node: MatrixLiteral):
        if any(isinstance(cell, Dots) for row in node.rows for cell in row):
            return self._dotted(node)
        cells = [[self._cell(x) for x in row] for row in node.rows]

        def literal(c):
            rows = []
            for row in cells:
                blocks = [cell(c) for cell in row]
                height = matrices.shape(blocks[0])[0]
                for i in range(height):
                    rows.append([x for b in blocks for x in (matrices.entries(b)[i * matrices.shape(b)[1] : (i + 1) * matrices.shape(b)[1]])])
            return matrices.matrix(len(rows), len(rows[0]), [x for row in rows for x in row])

        return literal

    def _cell(self, node):
        if is_zero(node):
            shape = self.typed.shapes[id(node)]
            if len(shape) == 2:
                rows, columns = self._dim(shape[0]), self._dim(shape[1])
                return lambda c: matrices.full(rows(c), columns(c), c.point.field.integer(0))
        return self.code(node)

    def _dotted(self, node: MatrixLiteral):
        rows, columns = self._size(node, 0), self._size(node, 1)
        typed, program, source = self.typed, self.program, node

        def dotted(c):
            return dotted_matrix(source, rows(c), columns(c), c, typed, program)

        return dotted

    def _ShapeClaim(self, node):
        return self.code(node.body)

    # --- derivatives ------------------------------------------------------------------------------

    def _Derivative(self, node):
        return differentiate.derivative_code(node, self)

    def _Differential(self, node: Differential):
        body = self.code(node.body)

        def differential(c):
            return differentiate.directional(body, c)

        return differential

    def _At(self, node):
        body = self.code(node.body)
        points = [(self.key_code(target), self._at_value(target, value)) for target, value in node.points]

        def at(c):
            values: dict = {}
            for key_of, value in points:
                key, positions = key_of(c)
                new = value(c)
                if positions is not None:
                    old = values.get(key, c.layer.value(key))
                    data = list(matrices.entries(old))
                    for position, x in zip(positions, matrices.entries(new)):
                        data[position] = x
                    new = matrices.like(old, data)
                values[key] = new
            return body(c.inside(Layer(c.point, c.layer, values, c.level), c.level))

        return at

    def _at_value(self, target, value):
        code = self.code(value)
        if is_zero(value) and self.typed.shape(target):
            return lambda c: matrices.each(lambda x: c.point.field.integer(0), self.code(target)(c))
        return code

    def key_code(self, node: Node):
        """Gives a target's key and the positions of its entries (None: all of them)."""
        if isinstance(node, Call) and node.function.builtin and node.function.name == "vec":
            inner = self.key_code(node.arguments[0])
            shape_code = self.code(node.arguments[0])

            def vec_key(c):
                key, positions = inner(c)
                value = shape_code(c)
                order = matrices.vec(matrices.like(value, list(range(len(matrices.entries(value))))))
                places = positions or list(range(len(matrices.entries(value))))
                return key, [places[i] for i in matrices.entries(order)]

            return vec_key
        if isinstance(node, Transpose):
            inner = self.key_code(node.body)
            body = self.code(node.body)

            def transposed_key(c):
                key, positions = inner(c)
                value = body(c)
                places = positions or list(range(len(matrices.entries(value))))
                return key, matrices.entries(matrices.transpose(matrices.like(value, places)))

            return transposed_key
        if isinstance(node, Index):
            inner = self.key_code(node.body)
            body = self.code(node.body)
            subs = self.typed.subscripts[id(node)]

            def index_key(c):
                key, positions = inner(c)
                value = body(c)
                places = matrices.like(value, positions or list(range(len(matrices.entries(value)))))
                if any(isinstance(s, Slice) for s in subs):
                    return key, matrices.entries(block_of(places, [_slice(s, c) for s in subs], node))
                return key, [entry_of(places, [c.point.integer(s, c.bound) for s in subs], node)]

            return index_key
        if isinstance(node, Call):
            symbol = next(s for s in reversed(list(self.program.scope.by_uid.values())) if s.function == node.function.name)
            return lambda c: ((symbol.uid, ()), None)
        assert isinstance(node, Ref)
        labels, uid = self._labels(node.labels), node.name
        return lambda c: ((uid, labels(c)), None)

    def _Limit(self, node):
        return differentiate.limit_code(node, self)

    def _BigO(self, node):
        raise FormulaError("O(…) stands in an equation of its own", node.span, "as in f(x+h) = f(x) + h f'(x) + O(h^2)")

    def _Function(self, node):
        raise FormulaError("a function without its argument", node.span, "write g(z)")


# --- helpers -----------------------------------------------------------------------------


def _function_member(point: Point, symbol: Symbol, labels: tuple):
    """The member of a function family: a definition, or the declaration."""
    return point.member_for(symbol, labels)


def _planned(plan, codes):
    parts = [codes[p] if isinstance(p, int) else _planned(p, codes) for p in plan]

    def product(c):
        total = parts[0](c)
        for part in parts[1:]:
            total = matrices.multiply(total, part(c))
        return total

    return product


def pick(values: list, largest: bool):
    """The largest or smallest scalar; UndefinedValue at a tie through which a derivative is taken."""
    best = values[0]
    for value in values[1:]:
        a, b = real(value), real(best)
        if a == b and (is_perturbed(value) or is_perturbed(best)):
            raise UndefinedValue("a derivative at a kink")
        if (a > b) == largest and a != b:
            best = value
    return best


def _literal_integer(node: Node) -> int | None:
    if isinstance(node, Neg):
        inner = _literal_integer(node.body)
        return None if inner is None else -inner
    if type(node).__name__ == "Num" and node.text.isdigit():
        return _bounded(int(node.text), node)
    return None


def _bounded(n: int, node: Node) -> int:
    if abs(n) > 1000:
        raise FormulaError(f"the exponent {n} is too large to try: the limit is 1000", node.span, "use a smaller one", "bound")
    return n


def _scalar_power(c: Context, x, p):
    """A power of a scalar: by multiplication for whole exponents, else through the logarithm."""
    if c.point.field.exact:
        return x**p
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


def entry_of(value, at: list[int], node: Index):
    """One entry, by indices that count from 1."""
    sizes = matrices.shape(value)
    if len(at) == 1 and len(sizes) == 2:
        n = sizes[0] * sizes[1]
        if not 1 <= at[0] <= n:
            raise _outside(at, n, node)
        return matrices.entries(value)[at[0] - 1]
    for i, n in zip(at, sizes):
        if not 1 <= i <= n:
            raise _outside(at, n, node)
    if isinstance(value, matrices.Array):
        return value.data[value.offset([i - 1 for i in at])]
    if not isinstance(value, matrices.Matrix):
        return value
    return value.data[(at[0] - 1) * value.columns + at[1] - 1]


def _outside(at, n, node) -> FormulaError:
    shown = ",".join(map(str, at))
    return FormulaError(f"there is no entry {shown}: the indices go from 1 to {n}", node.span,
                        "state the range of the index, as in i = 1,\\dots,n-1", "range")  # fmt: skip


def _slice(sub, c: Context):
    if isinstance(sub, Slice):
        low = c.point.integer(sub.low, c.bound) if sub.low is not None else 1
        high = c.point.integer(sub.high, c.bound) if sub.high is not None else None
        return low, high
    return c.point.integer(sub, c.bound)


def block_of(value, subs: list, node: Index):
    """Rows, columns or blocks; a single index keeps one row or column."""
    sizes = matrices.shape(value)
    if len(subs) == 1:
        subs = [subs[0], 1] if sizes[1] == 1 else [1, subs[0]]
    lists = []
    for sub, n in zip(subs, sizes):
        low, high = sub if isinstance(sub, tuple) else (sub, sub)
        high = n if high is None else high
        if not (1 <= low and high <= n and low <= high):
            raise _outside([low, high], n, node)
        lists.append(range(low - 1, high))
    if isinstance(value, matrices.Array):
        kept = [len(x) for x, s in zip(lists, subs) if isinstance(s, tuple)]
        data = [value.data[value.offset(at)] for at in cartesian(*lists)]
        if len(kept) > 2:
            return matrices.Array(tuple(kept), data)
        return matrices.matrix(kept[0], kept[1] if len(kept) == 2 else 1, data)
    if not isinstance(value, matrices.Matrix):
        return value
    data = [value.data[i * value.columns + j] for i in lists[0] for j in lists[1]]
    return matrices.matrix(len(lists[0]), len(lists[1]), data)


def dotted_matrix(node: MatrixLiteral, rows: int, columns: int, c: Context, typed: Typed, program: Program):
    """A matrix with dots: entries that are shown, and between them the pattern of the corners."""
    row_of = _places([all(isinstance(x, Dots) for x in row) for row in node.rows], rows, node)
    column_of = _places([all(isinstance(row[j], Dots) for row in node.rows) for j in range(len(node.rows[0]))], columns, node)
    shown = {}
    for i, row in zip(row_of, node.rows):
        for j, cell in zip(column_of, row):
            if i is not None and j is not None and not isinstance(cell, Dots):
                shown[i, j] = cell
    known_rows = sorted({i for i, _ in shown})
    known_columns = sorted({j for _, j in shown})
    diagonal = len(known_rows) > 1 and len(known_columns) > 1 and all(is_zero(x) for (i, j), x in shown.items() if (i == known_rows[0]) != (j == known_columns[0]) and (i, j) in ((known_rows[0], known_columns[-1]), (known_rows[-1], known_columns[0])))
    evaluate = lambda n: c.point.integer(n, c.bound)  # noqa: E731
    data = []
    for i in range(rows):
        for j in range(columns):
            cell = shown.get((i, j)) or _filled(shown, i, j, rows, columns, evaluate, diagonal, node)
            data.append(_cell_value(cell, c, typed, program))
    return matrices.matrix(rows, columns, data)


def _places(dotted: list[bool], size: int, node) -> list[int | None]:
    """For each written row (or column) its place; those before the dots count from the start, others from the end."""
    if not any(dotted):
        if len(dotted) != size:
            raise ShapeError(f"{len(dotted)} rows or columns are written, but there are {size}", node.span)
        return list(range(size))
    first = dotted.index(True)
    after = len(dotted) - first - 1
    if size < first + 1 and size < after + 1:
        raise UndefinedValue("fewer entries than are shown")
    places: list[int | None] = []
    for number in range(len(dotted)):
        place = number if number < first else None if number == first else size - (len(dotted) - number)
        places.append(place if place is not None and 0 <= place < size else None)
    return places


def _filled(shown, i, j, rows, columns, evaluate, diagonal, node):
    from texecute.syntax import Num

    last_row, last_column = rows - 1, columns - 1
    if diagonal:
        if i != j:
            return Num("0")
        found = patterns.between(shown[0, 0], shown[last_row, last_column], evaluate, i, rows)
        if found is not None:
            return found
    if (i, 0) in shown and (i, last_column) in shown:
        found = patterns.between(shown[i, 0], shown[i, last_column], evaluate, j, columns)
    elif (0, j) in shown and (last_row, j) in shown:
        found = patterns.between(shown[0, j], shown[last_row, j], evaluate, i, rows)
    elif all(k in shown for k in ((0, 0), (0, last_column), (last_row, 0), (last_row, last_column))):
        top = patterns.between(shown[0, 0], shown[0, last_column], evaluate, j, columns)
        bottom = patterns.between(shown[last_row, 0], shown[last_row, last_column], evaluate, j, columns)
        found = patterns.between(top, bottom, evaluate, i, rows) if top is not None and bottom is not None else None
    else:
        found = None
    if found is None:
        raise FormulaError("the pattern of these dots cannot be read", node.span, "show the corners, as in a_1 & \\cdots & a_n", "range")
    return found


def _cell_value(cell: Node, c: Context, typed: Typed, program: Program):
    inference = Inference(program.scope, typed.conventions)
    inference.bound = frozenset(c.bound)
    inference.infer(cell)
    return compile_node(cell, inference.typed, program)(c)


PER_EXAMPLE = {"softmax", "logsoftmax", "logsumexp"}


def whole_functions() -> dict:
    """Functions of whole vectors and matrices, by operation: (value, rows are examples, apply) → value."""
    return _WHOLE


def _per_example(f):
    def run(value, row, apply):
        if not isinstance(value, matrices.Matrix):
            return f([value], apply)[0]
        if row is None:
            return matrices.like(value, f(value.data, apply))
        turned = value if row else matrices.transpose(value)
        data = []
        for i in range(turned.rows):
            data += f(turned.data[i * turned.columns : (i + 1) * turned.columns], apply)
        result = matrices.Matrix(turned.rows, turned.columns, data)
        return result if row else matrices.transpose(result)

    return run


def _softmax(data, apply):
    shift = max(real(x) for x in data) if not _symbolic(data) else 0
    powers = [apply("exp", 0, x - shift) for x in data]
    total = matrices.sum_of(powers)
    return [p / total for p in powers]


def _logsumexp(data, apply):
    shift = max(real(x) for x in data) if not _symbolic(data) else 0
    return apply("log", 0, matrices.sum_of([apply("exp", 0, x - shift) for x in data])) + shift


def _symbolic(data) -> bool:
    return not isinstance(real(data[0]), int | float)


def _logsumexp_whole(value, row, apply):
    if not isinstance(value, matrices.Matrix):
        return value
    if row is None:
        return _logsumexp(value.data, apply)
    turned = value if row else matrices.transpose(value)
    data = [_logsumexp(turned.data[i * turned.columns : (i + 1) * turned.columns], apply) for i in range(turned.rows)]
    return matrices.matrix(turned.rows, 1, data) if row else matrices.matrix(1, turned.rows, data)


def _logsoftmax(data, apply):
    total = _logsumexp(data, apply)
    return [x - total for x in data]


def _position(largest):
    def run(value, row, apply):
        data = matrices.entries(value)
        best = pick(data, largest)
        return float(next(i for i, x in enumerate(data) if x is best) + 1)

    return run


_WHOLE = {
    "softmax": _per_example(_softmax),
    "logsoftmax": _per_example(_logsoftmax),
    "logsumexp": _logsumexp_whole,
    "trace": lambda v, row, apply: matrices.trace(v),
    "det": lambda v, row, apply: matrices.determinant(v),
    "diag": lambda v, row, apply: matrices.diagonal(v, row),
    "vec": lambda v, row, apply: matrices.vec(v),
    "entrysum": lambda v, row, apply: matrices.sum_of(matrices.entries(v)),
    "entrymean": lambda v, row, apply: matrices.sum_of(matrices.entries(v)) / len(matrices.entries(v)),
    "max": lambda v, row, apply: pick(matrices.entries(v), True),
    "min": lambda v, row, apply: pick(matrices.entries(v), False),
    "argmax": _position(True),
    "argmin": _position(False),
}

__all__ = ["Context", "Program", "compile_node", "Add"]
