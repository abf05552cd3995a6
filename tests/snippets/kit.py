"""What the tests of the snippets share: loading, comparing, difficult inputs."""

from __future__ import annotations

import runpy
from functools import partial
from pathlib import Path
from types import FunctionType, SimpleNamespace

import jax
import jax.numpy as jnp
import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from . import record

jax.config.update("jax_enable_x64", True)
for transformation in ("grad", "vjp", "jvp", "jacobian", "jacfwd", "jacrev", "hessian", "value_and_grad"):
    setattr(jax, transformation, record.opinion(record.JAX, getattr(jax, transformation)))

ROOT = Path(__file__).parent.parent.parent

ours = settings(derandomize=True, deadline=None, max_examples=50)
with_jax = settings(ours, max_examples=15)
seeds = st.integers(0, 2**32 - 1)


def load(name: str) -> SimpleNamespace:
    """Execute snippets/name.py in a fresh namespace and return its names; calls of its functions are counted."""
    names = runpy.run_path(str(ROOT / "snippets" / f"{name}.py"))
    for key, value in names.items():
        if isinstance(value, FunctionType) and not key.startswith("_"):
            names[key] = record.counted(f"{name}.{key}", value)
    return SimpleNamespace(**names)


def assert_close(got, expected, tolerance=1e-10):
    """Compare relative to the largest entry that is expected; shapes must be equal."""
    got, expected = np.asarray(got), np.asarray(expected)
    assert got.shape == expected.shape
    scale = np.max(np.abs(expected), initial=1e-300)
    assert np.max(np.abs(got - expected), initial=0) <= tolerance * scale


@partial(record.opinion, record.DIFFERENCES)
def difference(function, x, step=1e-5):
    """The derivative of a scalar function by each entry of x, in x's shape, by central differences."""
    gradient = np.empty_like(x)
    for index in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[index] += step
        down[index] -= step
        gradient[index] = (function(up) - function(down)) / (2 * step)
    return gradient


@partial(record.opinion, record.COMPLEX_STEP)
def complex_step(function, x):
    """The derivative of a scalar function of complex numbers by each entry of x, in x's shape."""
    gradient = np.empty_like(x)
    for index in np.ndindex(x.shape):
        nudged = x.astype(complex)
        nudged[index] += 1e-30j
        gradient[index] = function(nudged).imag / 1e-30
    return gradient


def awkward(array):
    """The same entries in a view with gaps that cannot be written to."""
    array = np.asarray(array)
    room = np.zeros([2 * side for side in array.shape], array.dtype)
    view = room[(..., *(slice(None, None, 2),) * array.ndim)]
    view[...] = array
    room.flags.writeable = view.flags.writeable = False
    return view


@st.composite
def rows(draw, largest=30, shapes=None):
    """Rows of 1 to 5 numbers with any batch axes, sizes of zero and one included."""
    batch = npst.array_shapes(min_dims=0, max_dims=2, min_side=0, max_side=3)
    if shapes is None:
        shapes = st.tuples(batch, st.integers(1, 5)).map(lambda pair: (*pair[0], pair[1]))
    shape = draw(shapes)
    return draw(npst.arrays(np.float64, shape, elements=st.floats(-largest, largest)))


# JAX compiles anew for every shape.
rows_for_jax = rows(shapes=st.sampled_from([(3,), (2, 1), (0, 2), (2, 3, 4)]))


def vjp(function, v, *inputs):
    """The value and JAX's vector-Jacobian products by every input."""
    value, back = jax.vjp(function, *(jnp.asarray(array) for array in inputs))
    return value, *back(jnp.asarray(v, value.dtype))


def flat(results):
    """The arrays of a result: an array, or a tuple of them, nested."""
    if isinstance(results, tuple | list):
        return [array for result in results for array in flat(result)]
    return [results]


def assert_good_manners(function, *inputs, tolerance=1e-6):
    """float32 and float64 stay what they are; views are read as they are and never written to.

    Floats among the inputs are given in both precisions, all arrays as read-only views with
    gaps; the results equal those of plain arrays and share no memory with an input.
    """
    for dtype in (np.float32, np.float64):
        plain = [array.astype(dtype) if np.asarray(array).dtype.kind == "f" else array for array in inputs]
        given = [awkward(array) for array in plain]
        results, expected = flat(function(*given)), flat(function(*plain))
        assert {result.dtype for result in results} == {np.dtype(dtype)}
        for result, other in zip(results, expected, strict=True):
            assert_close(result, other, tolerance if dtype is np.float32 else 1e-12)
            assert not any(np.shares_memory(result, array) for array in given)
