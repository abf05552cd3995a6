"""Samples: repeatable by the seed, of different sizes, inside of their domains, short to read."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from texecute import functions, matrices, samples
from texecute.errors import FormulaError, UndefinedValue
from texecute.syntax import Domain, FunctionSpace, Num

SEEDS = range(60)


def draw(kind, shape=(3, 4), ends=(None, None), members=(), seed=0):
    """A value of a kind of domain."""
    return samples.draw_value(Domain(kind), shape, ends, members, samples.generator(seed))


def array(value):
    """A value as an array of NumPy."""
    return np.array(matrices.entries(value)).reshape(matrices.shape(value))


def test_a_seed_repeats_its_draw():
    """The same seed and name give the same value; another seed or name another one."""
    first = [samples.generator(7, 0, "W", n).random() for n in range(3)]
    assert first == [samples.generator(7, 0, "W", n).random() for n in range(3)]
    assert 3 == len(set(first))
    assert samples.generator(8, 0, "W", 0).random() != first[0]
    assert draw("real", seed=3).data == draw("real", seed=3).data != draw("real", seed=4).data


@pytest.mark.parametrize("seed", SEEDS)
def test_sizes_differ_from_one_another(seed):
    """Ten sizes of one draw are ten numbers, none of them 1: so a product that does not fit is seen."""
    taken = set()
    for number in range(10):
        size = samples.draw_size(samples.generator(seed, number), taken, ones=False, count=False)
        assert size > 1 and size not in taken
        taken.add(size)


def test_the_last_draw_has_ones():
    """With `ones` about half of the sizes are 1, but never a count of layers."""
    sizes = [samples.draw_size(samples.generator(seed), set(), ones=True, count=False) for seed in SEEDS]
    assert 0.25 < sum(n == 1 for n in sizes) / len(sizes) < 0.75
    counts = [samples.draw_size(samples.generator(seed), set(), ones=True, count=True) for seed in SEEDS]
    assert {2, 3} == set(counts)


DOMAINS = {
    "real": (lambda x: 0.05 <= abs(x) <= 2, {}),
    "positive": (lambda x: 0 < x <= 2.5, {}),
    "nonnegative": (lambda x: 0 <= x <= 2.5, {}),
    "interval": (lambda x: -1 < x < 3, {"ends": (-1.0, 3.0)}),
    "set": (lambda x: x in (0.0, 1.0, 5.0), {"members": [0.0, 1.0, 5.0]}),
    "integers": (lambda x: x in (2.0, 3.0, 4.0), {"ends": (2.0, 4.0)}),
    "natural": (lambda x: x >= 1 and x == int(x), {}),
}


@pytest.mark.parametrize("kind", DOMAINS)
@pytest.mark.parametrize("seed", SEEDS)
def test_entries_lie_in_their_domain(kind, seed):
    """Every entry of a draw lies in the domain, and has at most four decimals to read."""
    inside, more = DOMAINS[kind]
    value = draw(kind, seed=seed, **more)
    assert (3, 4) == matrices.shape(value)
    for x in value.data:
        assert inside(x)
        assert round(x, 4) == pytest.approx(x, abs=1e-12)


@pytest.mark.parametrize("ends, inside", [((0.0, None), lambda x: x > 0), ((None, 2.0), lambda x: x < 2), ((None, None), lambda x: True)])
def test_half_open_intervals(ends, inside):
    """An interval without one end stays on its side of the other."""
    assert all(inside(x) for seed in SEEDS for x in draw("interval", ends=ends, seed=seed).data)


@pytest.mark.parametrize("n", [1, 2, 4])
@pytest.mark.parametrize("seed", range(20))
def test_square_domains(n, seed):
    """Symmetric, positive definite, invertible and orthogonal matrices are what they are called."""
    symmetric = array(draw("symmetric", (n, n), seed=seed))
    np.testing.assert_array_equal(symmetric, symmetric.T)
    definite = array(draw("definite", (n, n), seed=seed))
    assert (np.linalg.eigvalsh(definite) > 0.1).all()
    np.testing.assert_allclose(definite, definite.T)
    assert (n, n) == array(draw("invertible", (n, n), seed=seed)).shape
    try:
        orthogonal = array(draw("orthogonal", (n, n), seed=seed))
    except UndefinedValue:
        return
    np.testing.assert_allclose(orthogonal @ orthogonal.T, np.eye(n), atol=1e-12)


@pytest.mark.parametrize("kind", ["symmetric", "orthogonal", "real"])
def test_directions_stay_in_the_domain(kind):
    """A change of a symmetric matrix is symmetric; of an orthogonal Q, Qᵀ dQ is skew."""
    value = draw(kind, (4, 4))
    direction = samples.draw_direction(Domain(kind), value, samples.generator("direction"))
    q, d = array(value), array(direction)
    if kind == "symmetric":
        np.testing.assert_array_equal(d, d.T)
    elif kind == "orthogonal":
        np.testing.assert_allclose(q.T @ d, -(q.T @ d).T, atol=1e-12)
    else:
        assert not np.allclose(d, d.T)


def test_what_cannot_be_drawn_says_so():
    """An empty interval or size is drawn again, a huge matrix is an error with a hint."""
    for more in ({"kind": "interval", "ends": (2.0, 2.0)}, {"kind": "integers", "ends": (3.0, 2.0)}, {"kind": "real", "shape": (0, 3)}):
        with pytest.raises(UndefinedValue):
            draw(**more)
    with pytest.raises(FormulaError) as caught:
        draw("real", (1000, 1000))
    assert caught.value.hint and "bound" == caught.value.kind


def arbitrary(inputs, outputs, kind="real", seed=0):
    """A random function of some numbers with a column of results."""
    shape = () if outputs == 1 else (Num(str(outputs)), Num("1"))
    space = FunctionSpace((Domain("real"),), Domain(kind, shape))
    return samples.draw_function(space, [inputs], (outputs, 1) if outputs > 1 else (), samples.generator("f", seed))


def test_arbitrary_functions_are_different_and_repeatable():
    """Two seeds give two functions, one seed the same function again."""
    at = [0.3, -1.2]
    values = [arbitrary(2, 1, seed=s)(at, 0, functions.derivative) for s in (0, 1, 0)]
    assert values[0] == values[2] != values[1]


@pytest.mark.parametrize("seed", range(8))
def test_derivatives_of_arbitrary_functions(seed):
    """The derivatives of a function of one number agree with differences, up to the fourth."""
    f, h = arbitrary(1, 1, seed=seed), 1e-4
    for order, x in itertools.product(range(4), (-1.1, 0.2, 1.7)):
        slope = (f([x + h], order, functions.derivative) - f([x - h], order, functions.derivative)) / (2 * h)
        assert slope == pytest.approx(f([x], order + 1, functions.derivative), rel=1e-5, abs=1e-5)


def test_no_derivative_of_an_arbitrary_function_vanishes():
    """Nothing holds for arbitrary functions because a derivative happens to be zero or constant."""
    f = arbitrary(1, 1)
    for order in range(5):
        values = [f([x], order, functions.derivative) for x in (-1.0, 0.1, 0.9)]
        assert all(abs(v) > 1e-3 for v in values) and len(set(values)) == 3


def test_functions_into_a_domain_stay_in_it():
    """A positive function is positive, one into an interval lies between 0 and 1."""
    for seed, x in itertools.product(range(5), (-2.0, 0.0, 1.5)):
        assert arbitrary(1, 1, "positive", seed)([x], 0, functions.derivative) > 0
        assert 0 < arbitrary(1, 1, "interval", seed)([x], 0, functions.derivative) < 1
