"""One SymPy expression: normal forms, a value at a point, arbitrary functions in it."""

from __future__ import annotations

from functools import lru_cache

from texecute.exact.limits import NotExact


def normal_forms(difference):
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


def differs_at_a_point(difference, positive) -> bool:
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
    return {f for f in expression.atoms(the_sympy().Function) if isinstance(f, arbitrary_base())}


def clean(expression):
    """The expression with its decimals as fractions: they all came from whole numbers and halves."""
    import sympy

    if _arbitrary_in(expression):
        # The same argument in another form is the same argument.
        expression = expression.replace(lambda e: isinstance(e, arbitrary_base()), lambda e: e.func(*map(_plain, e.args)))
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
def the_sympy():
    import sympy

    return sympy


@lru_cache(maxsize=1)
def arbitrary_base():
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
