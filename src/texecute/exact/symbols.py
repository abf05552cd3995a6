"""A sample point whose values are symbols, and the arithmetic of their entries."""

from __future__ import annotations

from texecute import matrices
from texecute.errors import UndefinedValue
from texecute.exact.forms import arbitrary_base, the_sympy
from texecute.exact.limits import MAX_VALUES, NotExact
from texecute.layers import Layer
from texecute.names import Scope
from texecute.point import Point
from texecute.syntax import Domain


class ExactPoint(Point):
    """A point at which values are symbols, and sizes are small."""

    def __init__(self, scope: Scope, program, sizes: tuple[int, ...], choice: int):
        super().__init__(scope, Symbols(program), 0, 0, field=Entries())
        self.pattern = sizes
        self.choice = choice
        self.choices = 1
        self.chosen: set[str] = set()

    def choose(self, options):
        """One of a few values; every combination is a point of its own."""
        picked = options[self.choice // self.choices % len(options)]
        self.choices *= len(options)
        return picked

    def _candidate(self, member, rng, node, bound, count):
        domain = member.domain if member is not None else None
        if domain is not None and domain.kind != "natural":
            # All of its values are gone through: it is no size of the proof.
            self.chosen.add(node.name)
        if domain is not None and domain.kind == "set":
            return int(self.choose([self.constant(m, {}) for m in domain.members]))
        if domain is not None and domain.kind != "natural":
            if domain.low is None or domain.high is None:
                raise NotExact("an integer without bounds")
            low, high = self.integer(domain.low, bound), self.integer(domain.high, bound)
            if low > high:
                raise UndefinedValue("an empty range")
            if high - low >= MAX_VALUES:
                raise NotExact("too many values of an integer")
            return self.choose(list(range(low, high + 1)))
        tries = self.sizes.setdefault(("tries", node.name, str(node.labels)), [])
        plan = [2 if count else self.pattern[self._counted() % len(self.pattern)], 2, 1, 3, 4, 5]
        tries.append(plan[len(tries) % len(plan)])
        return tries[-1]

    def _counted(self) -> int:
        return sum(1 for key, value in self.sizes.items() if isinstance(value, int) and key[0] not in self.counts)

    def all_ones(self) -> bool:
        """Whether every free size is 1, so that the order of factors and transposes went unseen."""
        free = [v for k, v in self.sizes.items() if isinstance(v, int) and k[0] not in self.counts]
        return bool(free) and max(free) == 1

    def shown(self) -> str:
        """The sizes, as a reader writes them."""
        parts = []
        for key, value in self.sizes.items():
            if isinstance(value, int) and key[0] != "?" and key[0] not in self.chosen:
                name, labels = key
                parts.append(f"{name}{'_' + ','.join(map(str, labels)) if labels else ''}={value}")
        return ", ".join(dict.fromkeys(parts))


class Symbols:
    """The page's program, with symbols in the place of what it draws."""

    def __init__(self, program):
        self.program = program

    def __getattr__(self, name):
        return getattr(self.program, name)

    def lift(self, value, symbol, labels, point):
        """Symbols for the entries of a drawn value, such that they cover its domain."""
        domain = next((m.domain for m in symbol.members if isinstance(m.domain, Domain)), Domain("real"))
        name = "".join(c for c in symbol.uid if c.isalnum()) + "".join(f"_{label}" for label in labels)
        count = len(matrices.entries(value))
        data = _symbols(domain, name, count, matrices.shape(value), point)
        return matrices.like(value, data)

    def lift_function(self, function, symbol, labels):
        """An arbitrary function of SymPy with as many arguments and results."""
        name = "".join(c for c in symbol.uid if c.isalnum()) + "".join(f"_{label}" for label in labels)
        return SymbolicFunction(function, name)


def _symbols(domain: Domain, name: str, count: int, shape, point: ExactPoint) -> list:
    """One expression for each entry of a value in its domain."""
    import sympy

    def fresh(k, **facts):
        return sympy.Symbol(f"{name}__{k}", real=True, **facts)

    kind = domain.kind
    if kind == "natural" or (kind == "integers" and (domain.low is None or domain.high is None)):
        facts = {"positive": True} if kind == "natural" else {}
        return [sympy.Symbol(f"{name}__{k}", integer=True, **facts) for k in range(count)]
    if kind in ("set", "integers"):
        if kind == "set":
            options = [sympy.nsimplify(point.constant(m, {}), rational=True) for m in domain.members]
        else:
            low, high = point.constant(domain.low, {}), point.constant(domain.high, {})
            if high - low >= MAX_VALUES:
                raise NotExact("too many values of a discrete name")
            options = [sympy.Integer(k) for k in range(int(low), int(high) + 1)]
        if len(options) ** count > MAX_VALUES:
            raise NotExact("too many values of a discrete name")
        return [point.choose(options) for _ in range(count)]
    if kind in ("positive", "nonnegative"):
        return [fresh(k, positive=True) for k in range(count)]
    if kind == "interval":
        return [_between(domain, fresh(k, positive=True), point) for k in range(count)]
    if kind == "orthogonal":
        raise NotExact("orthogonal matrices have no free entries")
    n = shape[0]
    if kind == "symmetric":
        return [fresh(f"{min(i, j)}{max(i, j)}") for i in range(n) for j in range(n)]
    if kind == "definite":
        # Every positive definite matrix is L Lᵀ with a positive diagonal of L.
        lower = [fresh(f"{i}{j}", **({"positive": True} if i == j else {})) if j <= i else sympy.Integer(0) for i in range(n) for j in range(n)]
        factor = matrices.matrix(n, n, lower)
        return matrices.entries(matrices.multiply(factor, matrices.transpose(factor)))
    return [fresh(k) for k in range(count)]


def _between(domain: Domain, free, point: ExactPoint):
    """An expression that runs through the interval while `free` runs through the positive numbers."""
    import sympy

    low, high = (None if e is None else sympy.nsimplify(point.constant(e, {}), rational=True) for e in (domain.low, domain.high))
    if low is None and high is None:
        return sympy.Symbol(free.name, real=True)
    if high is None:
        return low + free
    if low is None:
        return high - free
    return low + (high - low) * free / (1 + free)


class SymbolicFunction:
    """An arbitrary function; a call gives its value or, of one argument, a derivative."""

    def __init__(self, drawn, name: str):
        base = arbitrary_base()
        self.shape, self.kind, self.inputs = drawn.shape, drawn.kind, drawn.inputs
        self.parts = [type(f"{name}_{k}" if len(drawn.parts) > 1 else name, (base,), {}) for k in range(len(drawn.parts))]

    def __call__(self, arguments: list, order: int, apply):
        """As `samples.ArbitraryFunction`."""
        import sympy

        orders = [sympy.Integer(order)] + [sympy.Integer(0)] * (len(arguments) - 1)
        values = [part(*orders, *map(sympy.sympify, arguments)) for part in self.parts]
        if self.kind in ("positive", "nonnegative", "interval") and order:
            raise NotExact("a derivative of a function into a part of the reals")
        if self.kind in ("positive", "nonnegative"):
            values = [sympy.exp(v) for v in values]
        elif self.kind == "interval":
            values = [1 / (1 + sympy.exp(-v)) for v in values]
        if len(self.shape) > 2:
            return matrices.Array(self.shape, values)
        result = matrices.matrix(*self.shape, values) if self.shape else values[0]
        if self.kind in ("symmetric", "definite"):
            result = matrices.add(result, matrices.transpose(result))
        if self.kind == "definite":
            one = matrices.identity(self.shape[0], sympy.Rational(1, 2), sympy.Integer(0))
            result = matrices.add(matrices.multiply(result, result), one)
        return result


# --- arithmetic over expressions ------------------------------------------------------------------


class Entries:
    """What `point.FloatField` is for floats, for SymPy expressions."""

    exact = True

    def __init__(self):
        self.count = 0
        self.directions: dict = {}
        self.origins: dict = {}
        self.conditions: set = set()

    def fresh(self, **facts):
        """A symbol that occurs nowhere else."""
        self.count += 1
        return the_sympy().Dummy(f"t{self.count}", real=True, **facts)

    @staticmethod
    def number(text: str):
        """A literal, or a constant by its name."""
        sympy = the_sympy()
        return {"e": sympy.E, "pi": sympy.pi}[text] if text in ("e", "pi") else sympy.Rational(text)

    @staticmethod
    def integer(n: int):
        """An index or size as a value."""
        return the_sympy().Integer(n)

    def positive(self) -> list:
        """Expressions that must be positive where all logarithms, roots and inverse sines have a value."""
        found = self.conditions
        while any(x.free_symbols & self.origins.keys() for x in found):
            found = {x.subs(self.origins) for x in found}
        return [x for x in found if not x.is_positive]

    def power(self, x, p):
        """A power of a scalar."""
        sympy = the_sympy()
        x, p = sympy.sympify(x), sympy.sympify(p)
        if not p.is_integer:
            self.conditions.add(x)
        return x**p

    def apply(self, name: str, order: int, x):
        """An elementwise function, or its derivative by SymPy."""
        sympy = the_sympy()
        x = sympy.sympify(x)
        if name in ("log", "sqrt"):
            self.conditions.add(x)
        elif name in ("arcsin", "arccos", "artanh"):
            self.conditions.add(1 - x**2)
        if order == 0:
            return _elementwise(name, x)
        t = sympy.Dummy("t", real=True)
        return _elementwise(name, t).diff(t, order).subs(t, x)

    def derivative(self, c, body, key, base, place: int):
        """The derivative of the body's value by one entry of a name."""
        t = self.fresh()
        data = list(matrices.entries(base))
        x, data[place] = data[place], t
        self.origins[t] = x
        layer = Layer(c.point, c.layer, {key: matrices.like(base, data)}, c.level)
        value = body(c.inside(layer, c.level))
        return matrices.each(lambda e: the_sympy().sympify(e).diff(t).subs(t, x), value)

    def differentiate(self, f, x, order: int):
        """The derivative of a function of one number."""
        if order == 0:
            return f(x)
        t = self.fresh()
        self.origins[t] = the_sympy().sympify(x)
        return matrices.each(lambda e: the_sympy().sympify(e).diff(t, order).subs(t, x), f(t))

    def directional(self, c, body, key):
        """The differential along one direction of symbols, the same throughout the point."""
        t = self.fresh()
        self.origins[t] = the_sympy().Integer(0)
        values = {}
        for name in key:
            base = c.point.base.value(name)
            direction = self._direction(c.point, name, base)
            values[name] = matrices.like(base, [x + t * d for x, d in zip(matrices.entries(base), matrices.entries(direction))])
        layer = Layer(c.point, c.layer, values, c.level)
        value = body(c.inside(layer, c.level))
        return matrices.each(lambda e: the_sympy().sympify(e).diff(t).subs(t, 0), value)

    def _direction(self, point, name, base):
        if name not in self.directions:
            symbol = point.scope.by_uid[name[0]]
            kind = symbol.domain.kind if isinstance(symbol.domain, Domain) and not symbol.is_defined else "real"
            data = [self.fresh() for _ in matrices.entries(base)]
            if kind in ("symmetric", "definite") and isinstance(base, matrices.Matrix):
                n = base.rows
                data = [data[min(i, j) * n + max(i, j)] for i in range(n) for j in range(n)]
            self.directions[name] = matrices.like(base, data)
        return self.directions[name]


def _elementwise(name: str, x):
    """The function of the table, in terms that SymPy can add and multiply: exponentials where there is a choice."""
    sympy = the_sympy()
    exp = sympy.exp
    table = {
        "exp": lambda: exp(x), "log": lambda: sympy.log(x), "sqrt": lambda: sympy.sqrt(x), "sin": lambda: sympy.sin(x),
        "cos": lambda: sympy.cos(x), "tan": lambda: sympy.sin(x) / sympy.cos(x), "cot": lambda: sympy.cos(x) / sympy.sin(x),
        "sinh": lambda: (exp(x) - exp(-x)) / 2, "cosh": lambda: (exp(x) + exp(-x)) / 2,
        "tanh": lambda: (exp(x) - exp(-x)) / (exp(x) + exp(-x)), "arctan": lambda: sympy.atan(x), "arcsin": lambda: sympy.asin(x),
        "arccos": lambda: sympy.acos(x), "arsinh": lambda: sympy.log(x + sympy.sqrt(x**2 + 1)),
        "artanh": lambda: sympy.log((1 + x) / (1 - x)) / 2, "sigmoid": lambda: 1 / (1 + exp(-x)), "softplus": lambda: sympy.log(1 + exp(x)),
        "erf": lambda: sympy.erf(x), "normal": lambda: (1 + sympy.erf(x / sympy.sqrt(2))) / 2,
        "gauss": lambda: exp(-(x**2) / 2) / sympy.sqrt(2 * sympy.pi), "silu": lambda: x / (1 + exp(-x)),
        "gelu": lambda: x * (1 + sympy.erf(x / sympy.sqrt(2))) / 2, "abs": lambda: sympy.Abs(x), "sign": lambda: sympy.sign(x),
    }  # fmt: skip
    if name not in table:
        raise NotExact(f"it uses {name}")
    return table[name]()


# --- the budget -----------------------------------------------------------------------------------
