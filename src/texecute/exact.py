"""The exact check: the same tree over SymPy entries, at a small size.

Every drawn value becomes a matrix of symbols, every arbitrary function one whose
derivatives are new functions, and each entry of the difference of two sides must
be zero as an expression.  SymPy is asked about entries only, never about matrices.
It is imported when a proof is asked for, and not before.

A proof has a budget of work, counted in calls, so that the same claim gets the
same answer on a fast machine and on a slow one.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from texecute import matrices
from texecute.context import Context
from texecute.differentiate import directions_at
from texecute.errors import FormulaError, UndefinedValue
from texecute.layers import Layer
from texecute.names import Scope
from texecute.point import Point
from texecute.remainder import has_big_o
from texecute.syntax import Big, Call, Cases, Domain, Indicator, Limit, walk

BUDGET = 500_000
"""Calls of Python functions that one proof may take at one size."""
MAX_VALUES = 16
"""Combinations of the values of discrete names that are all gone through."""
MAX_ENTRIES = 64
"""Entries of all differences of one claim."""
MAX_OPERATIONS = 4_000
"""Operations in one entry."""
SIZES = ((2, 1), (1, 2), (1, 1))
"""Sizes are 2 and 1 in turn, or 1 and 2; if that is too much work, all are 1."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What came of it: `proved`, `refuted` (an expression that is not zero) or `open`, and the report's words."""

    outcome: str
    text: str


class NotExact(Exception):
    """The claim cannot be worked in symbols, for this reason."""


class OutOfBudget(BaseException):
    """The work is more than the budget; not an Exception, so that SymPy does not catch it."""


def prove(claim) -> Proof:
    """Tries to prove a claim that holds at its samples; never raises."""
    try:
        import sympy  # noqa: F401
    except ImportError:
        return Proof("open", "not tried: SymPy is not installed")
    reason = _outside(claim)
    if reason:
        return Proof("open", f"not proved: {reason}")
    for sizes in SIZES:
        try:
            with Budget(BUDGET):
                return _prove_at(claim, sizes)
        except OutOfBudget:
            reason = "too large"
        except NotExact as error:
            return Proof("open", f"not proved: {error}")
        except UndefinedValue as error:
            reason = f"no value at this size ({error})"
        except FormulaError as error:
            reason = error.message
        except (TypeError, ValueError, ZeroDivisionError, NotImplementedError, AttributeError, RecursionError, OverflowError):
            # Comparisons of symbols, and what else SymPy does not decide.
            reason = "a choice depends on values"
    return Proof("open", f"not proved: {reason}")


def _outside(claim) -> str:
    """Why a claim cannot be proved by entries, or nothing."""
    for op in claim.relation.relations:
        if op != "=":
            return {"\\ne": "it says that the sides differ", "\\approx": "it is about digits"}.get(op, "an inequality")
    for part in claim.relation.parts:
        if has_big_o(part):
            return "it has a remainder"
        for node in walk(part):
            if isinstance(node, Limit):
                return "it has a limit"
            if isinstance(node, Big) and node.op not in ("sum", "prod"):
                return f"it uses \\{node.op}"
            if isinstance(node, Call) and node.function.builtin and node.function.name in ("max", "min", "argmax", "argmin", "relu"):
                return f"it uses {node.function.name}"
            if isinstance(node, Cases | Indicator) and not _over_integers(node):
                return "it has cases by values"
    return ""


def _over_integers(node) -> bool:
    """Whether no named value stands in the conditions of cases or indicators."""
    conditions = node.conditions if isinstance(node, Indicator) else [c for _, group in node.branches for c in group]
    return not any(type(inner).__name__ == "Ref" for c in conditions for inner in walk(c))


def _prove_at(claim, sizes: tuple[int, ...]) -> Proof:
    choice, total, point = 0, 1, None
    while choice < total:
        point = ExactPoint(claim.scope, claim.program, sizes, choice)
        refuted = _at_point(claim, point)
        if refuted:
            return Proof("refuted", f"refuted at {point.shown()}: {refuted}")
        total = point.choices
        if total > MAX_VALUES:
            raise NotExact("too many values of discrete names")
        choice += 1
    shown = point.shown()
    if not shown:
        return Proof("proved", "proved")
    if point.all_ones():
        return Proof("proved", f"proved for scalars only, at {shown}")
    return Proof("proved", f"proved at {shown}")


def _at_point(claim, point: "ExactPoint") -> str:
    """The first difference that is not zero, as text; raises NotExact where one cannot be decided."""
    done = entries = 0
    for bound in islice(claim._bindings(point), MAX_ENTRIES + 1):
        directions = directions_at(claim.relation.parts, point, bound) if claim.varies else ()
        context = Context(point, point.base, dict(bound), -1, directions)
        if not all(test(context) for test in claim.tests):
            continue
        done += 1
        values = [code(Context(point, point.base, dict(bound), -1, directions)) for code in claim.codes]
        for left, right in zip(values, values[1:]):
            for a, b in _paired(left, right):
                entries += 1
                if entries > MAX_ENTRIES:
                    raise OutOfBudget
                refuted = _nonzero(a, b, point.field.positive())
                if refuted:
                    return refuted
    if not done:
        raise UndefinedValue("no index in range")
    return ""


def _paired(left, right):
    """The entries of both sides; a scalar zero fits every shape."""
    a, b = matrices.entries(left), matrices.entries(right)
    if len(a) != len(b):
        a, b = (a * len(b) if len(a) == 1 else a), (b * len(a) if len(b) == 1 else b)
    return zip(a, b, strict=True)


# --- is it zero? -------------------------------------------------------------------


def _nonzero(left, right, positive) -> str:
    """Nothing where left - right is zero; a text where it is not; NotExact where neither can be shown."""
    import sympy

    difference = _clean(sympy.sympify(left) - sympy.sympify(right))
    if difference == 0:
        return ""
    if difference.has(sympy.zoo, sympy.nan, sympy.oo):
        raise UndefinedValue("division by zero")
    if sympy.count_ops(difference) > MAX_OPERATIONS:
        raise OutOfBudget
    for form in _forms(difference):
        if form == 0:
            return ""
    if _differs_at_a_point(difference, positive):
        return f"the difference is {str(difference)[:120]}"
    raise NotExact("SymPy does not see that the difference is zero")


def _forms(difference):
    """The difference in one normal form after the other, cheap ones first."""
    import sympy

    yield sympy.expand(difference)
    numerator = sympy.fraction(sympy.together(difference))[0]
    yield sympy.expand(numerator)
    logs = {f: sympy.log(sympy.factor(sympy.together(f.args[0]))) for f in difference.atoms(sympy.log)}
    plain = sympy.expand_log(sympy.powdenest(difference.xreplace(logs)))
    numerator = sympy.fraction(sympy.together(sympy.expand_power_exp(plain)))[0]
    yield sympy.expand(numerator)
    yield sympy.expand(sympy.expand_trig(numerator.rewrite(sympy.exp)) if numerator.has(sympy.sinh, sympy.cosh) else sympy.expand_trig(numerator))
    yield sympy.expand(numerator.rewrite(sympy.exp))
    yield sympy.simplify(numerator)


def _differs_at_a_point(difference, positive) -> bool:
    """Whether the difference has a value other than zero at a rational point, to many digits.

    A point at which one of the expressions `positive` is not is none: a logarithm
    or a root has no value there, and the samples are drawn again, too.
    """
    import sympy

    names = sorted(difference.free_symbols, key=lambda s: s.name)
    for signs in ((1, 1), (1, -1), (-1, 1), (-1, -1)):
        values = {
            name: (2 + k if name.is_integer else sympy.Rational(3 + 2 * k, 7 + k)) * (1 if name.is_positive else signs[k % 2])
            for k, name in enumerate(names)
        }
        here = _without_arbitrary(difference.subs(values))
        if not all(_is_positive(x.subs(values)) for x in positive):
            continue
        value = here.evalf(40)
        if value.is_number and value.is_real and not value.has(sympy.zoo, sympy.nan, sympy.oo) and abs(value) > sympy.Float("1e-20"):
            return True
    return False


def _is_positive(number) -> bool:
    """Whether a number is real and positive; what is no number yet does not matter."""
    value = _without_arbitrary(number).evalf(20)
    return bool(value.is_positive) if value.is_number else True


def _without_arbitrary(number):
    """A number with a stand-in for each arbitrary function, the same for the same arguments."""
    import sympy

    known: dict = {}
    while found := [f for f in _arbitrary_in(number) if not any(_arbitrary_in(a) for a in f.args)]:
        stand_ins = {}
        for f in sorted(found, key=str):
            key = (f.func.__name__, *(str(a.evalf(25).round(15)) if a.is_number else str(a) for a in f.args))
            stand_ins[f] = known.setdefault(key, sympy.Rational(7 + 3 * len(known), 11))
        number = number.xreplace(stand_ins)
    return number


def _arbitrary_in(expression) -> set:
    return {f for f in expression.atoms(_sympy().Function) if isinstance(f, _arbitrary_base())}


def _clean(expression):
    """The expression with its decimals as fractions: they all came from whole numbers and halves."""
    import sympy

    if _arbitrary_in(expression):
        # The same argument in another form is the same argument.
        expression = expression.replace(lambda e: isinstance(e, _arbitrary_base()), lambda e: e.func(*map(_plain, e.args)))
    floats = expression.atoms(sympy.Float)
    if not floats:
        return expression
    exact = {}
    for number in floats:
        fraction = sympy.Rational(str(float(number)))
        if fraction.q > 10**6:
            raise NotExact("a decimal number has too many digits")
        exact[number] = fraction
    return expression.xreplace(exact)


def _plain(argument):
    """An argument in a normal form, where it is a quotient of polynomials."""
    import sympy

    top, bottom = sympy.fraction(sympy.together(argument))
    return sympy.expand(top) / sympy.expand(bottom)


@lru_cache(maxsize=1)
def _sympy():
    import sympy

    return sympy


@lru_cache(maxsize=1)
def _arbitrary_base():
    """The class of all arbitrary functions: `f(orders…, arguments…)`, whose derivative has one order raised."""
    import sympy

    class Arbitrary(sympy.Function):
        """An arbitrary smooth real function, differentiated so many times by each argument."""

        is_real = True

        def fdiff(self, argindex=1):
            """The derivative by one argument: the same function with that order raised."""
            count = len(self.args) // 2
            if argindex <= count:
                return sympy.Integer(0)
            raised = list(self.args)
            raised[argindex - 1 - count] += 1
            return self.func(*raised)

    return Arbitrary


# --- the point, with symbols for values ------------------------------------------------------------


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
        base = _arbitrary_base()
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
        return _sympy().Dummy(f"t{self.count}", real=True, **facts)

    @staticmethod
    def number(text: str):
        """A literal, or a constant by its name."""
        sympy = _sympy()
        return {"e": sympy.E, "pi": sympy.pi}[text] if text in ("e", "pi") else sympy.Rational(text)

    @staticmethod
    def integer(n: int):
        """An index or size as a value."""
        return _sympy().Integer(n)

    def positive(self) -> list:
        """Expressions that must be positive where all logarithms, roots and inverse sines have a value."""
        found = self.conditions
        while any(x.free_symbols & self.origins.keys() for x in found):
            found = {x.subs(self.origins) for x in found}
        return [x for x in found if not x.is_positive]

    def power(self, x, p):
        """A power of a scalar."""
        sympy = _sympy()
        x, p = sympy.sympify(x), sympy.sympify(p)
        if not p.is_integer:
            self.conditions.add(x)
        return x**p

    def apply(self, name: str, order: int, x):
        """An elementwise function, or its derivative by SymPy."""
        sympy = _sympy()
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
        return matrices.each(lambda e: _sympy().sympify(e).diff(t).subs(t, x), value)

    def differentiate(self, f, x, order: int):
        """The derivative of a function of one number."""
        if order == 0:
            return f(x)
        t = self.fresh()
        self.origins[t] = _sympy().sympify(x)
        return matrices.each(lambda e: _sympy().sympify(e).diff(t, order).subs(t, x), f(t))

    def directional(self, c, body, key):
        """The differential along one direction of symbols, the same throughout the point."""
        t = self.fresh()
        self.origins[t] = _sympy().Integer(0)
        values = {}
        for name in key:
            base = c.point.base.value(name)
            direction = self._direction(c.point, name, base)
            values[name] = matrices.like(base, [x + t * d for x, d in zip(matrices.entries(base), matrices.entries(direction))])
        layer = Layer(c.point, c.layer, values, c.level)
        value = body(c.inside(layer, c.level))
        return matrices.each(lambda e: _sympy().sympify(e).diff(t).subs(t, 0), value)

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
    sympy = _sympy()
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


class Budget:
    """Stops the work in its block after so many calls of Python functions."""

    def __init__(self, calls: int):
        self.left = calls

    def __enter__(self):
        _sympy().core.cache.clear_cache()
        self.before, self.hook = sys.gettrace(), sys.unraisablehook
        sys.unraisablehook = self._unraisable
        sys.settrace(self._count)
        return self

    def __exit__(self, *_):
        sys.settrace(self.before)
        sys.unraisablehook = self.hook

    def _count(self, frame, event, argument):
        self.left -= 1
        if self.left < 0:
            raise OutOfBudget
        return None

    def _unraisable(self, problem):
        """What stops inside of a generator that is thrown away stops at the next call instead."""
        if problem.exc_type is OutOfBudget:
            sys.settrace(self._count)
        else:
            self.hook(problem)
