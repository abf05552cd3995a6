"""Optimizers: against JAX's, PyTorch's where it is installed, and the sums that they stand for."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jax.example_libraries import optimizers as in_jax

from .kit import assert_close, assert_good_manners, load, ours, rows, seeds

code = load("optimizers")

STEPS = {
    "sgd": (lambda x, dx, t: (code.sgd(x, dx, 0.1),), 0),
    "momentum": (lambda x, dx, t, v: code.momentum(x, dx, v, 0.1, 0.8), 1),
    "rmsprop": (lambda x, dx, t, s: code.rmsprop(x, dx, s, 0.1, 0.8, 1e-3), 1),
    "adam": (lambda x, dx, t, v, s: code.adam(x, dx, v, s, t, 0.1, 0.8, 0.95, 1e-3), 2),
}
IN_JAX = {
    "sgd": in_jax.sgd(0.1),
    "momentum": in_jax.momentum(0.1, 0.8),
    "adam": in_jax.adam(0.1, 0.8, 0.95, 1e-3),
}


def run(name, x, gradients):
    """All x on the way."""
    step, remembered = STEPS[name]
    state, path = [np.zeros_like(x)] * remembered, []
    for t, dx in enumerate(gradients, start=1):
        x, *state = step(x, dx, t, *state)
        path.append(x)
    return path


def some(shape=(2, 3), seed=1, steps=5):
    """A parameter and gradients of very different sizes."""
    rng = np.random.default_rng(seed)
    return rng.normal(size=shape), rng.normal(size=(steps, *shape)) * 10.0 ** rng.integers(-3, 3, (steps, *shape))


@pytest.mark.parametrize("name", IN_JAX)
def test_five_steps_are_jax_s(name):
    """With rates, betas and eps that are not the defaults."""
    x, gradients = some()
    init, update, value = IN_JAX[name]
    state = init(x)
    for t, (dx, got) in enumerate(zip(gradients, run(name, x, gradients), strict=True)):
        state = update(t, dx, state)
        assert_close(got, value(state))


@pytest.mark.parametrize("name", STEPS)
def test_five_steps_are_pytorch_s(name):
    """Where it is installed; with our defaults, which are to be PyTorch's."""
    torch = pytest.importorskip("torch")
    x, gradients = some()
    kinds = {
        "sgd": (torch.optim.SGD, {}),
        "momentum": (torch.optim.SGD, {"momentum": 0.9}),
        "rmsprop": (torch.optim.RMSprop, {}),
        "adam": (torch.optim.Adam, {}),
    }
    kind, options = kinds[name]
    parameter = torch.nn.Parameter(torch.tensor(x))
    optimizer = kind([parameter], **options)
    state = [np.zeros_like(x)] * STEPS[name][1]
    for t, dx in enumerate(gradients, start=1):
        parameter.grad = torch.tensor(dx)
        optimizer.step()
        arguments = (*state, t) if name == "adam" else state
        result = getattr(code, name)(x, dx, *arguments)
        x, *state = result if isinstance(result, tuple) else (result,)
        assert_close(x, parameter.detach().numpy())


@ours
@given(st.floats(0, 0.99), st.floats(0, 0.999), st.integers(1, 6), seeds)
def test_what_is_remembered_is_a_sum_over_all_steps(beta, beta2, steps, seed):
    """Step k of t counts beta^(t - k) times; Adam divides by the sum of its weights."""
    rng = np.random.default_rng(seed)
    gradients = rng.normal(size=(steps, 3))
    x = u = s_only = v = s = np.zeros(3)
    for t, dx in enumerate(gradients, start=1):
        old = x
        _, u = code.momentum(x, dx, u, 0.1, beta)
        _, s_only = code.rmsprop(x, dx, s_only, 0.1, beta2)
        x, v, s = code.adam(x, dx, v, s, t, 0.1, beta, beta2, 1e-8)
    age = np.arange(steps)[::-1, None]
    assert_close(u, (beta**age * gradients).sum(axis=0))
    first, second = beta**age, beta2**age
    mean = (first * gradients).sum(axis=0) / first.sum()
    squares = (second * gradients**2).sum(axis=0) / second.sum()
    assert_close(old - x, 0.1 * mean / (np.sqrt(squares) + 1e-8), 1e-9)
    assert_close(s, (1 - beta2) * (second * gradients**2).sum(axis=0), 1e-9)
    assert_close(s_only, s, 1e-9)


def test_the_first_steps_in_numbers():
    """From x = 1 with dx = 4: written out by hand, eps outside the root."""
    x, dx, zero = np.array([1.0]), np.array([4.0]), np.zeros(1)
    assert_close(code.sgd(x, dx, 0.5), [-1.0])
    assert_close(code.momentum(x, dx, np.array([2.0]), 0.5, 0.5), [[-1.5], [5.0]])
    assert_close(code.rmsprop(x, dx, zero, 0.5, 0.75, 2.0), [[0.5], [4.0]])
    assert_close(code.adam(x, dx, zero, zero, 1, 0.5, 0.75, 0.5, 4.0), [[0.75], [1.0], [8.0]])


def test_the_defaults():
    """Those of PyTorch, as the first lines of the file say."""
    x, dx, zero = np.array([1.0]), np.array([4.0]), np.zeros(1)
    one = np.ones(1)
    assert_close(code.sgd(x, dx), [1 - 4e-3])
    assert_close(code.momentum(x, dx, one), [[1 - 4.9e-3], [4.9]])
    assert_close(code.rmsprop(x, dx, one), [[1 - 0.04 / (np.sqrt(1.15) + 1e-8)], [1.15]], 1e-13)
    assert_close(code.rmsprop(x, 0 * dx + 1e-8, zero), [[1 - 1e-10 / (1e-9 + 1e-8)], [1e-18]], 1e-12)
    got = code.adam(x, 0 * dx + 1e-8, zero, zero, 1)
    assert_close(got[0], [1 - 1e-3 * 1e-8 / 2e-8], 1e-12)
    assert_close(got[1], [1e-9])
    assert_close(got[2], [1e-19])


@pytest.mark.parametrize("name", STEPS)
def test_a_bowl_is_descended(name):
    """The gradient is subtracted and not added: |x|^2 / 2 falls from 2 to almost nothing."""
    x = np.array([2.0, -1.0])
    state = [np.zeros_like(x)] * STEPS[name][1]
    for t in range(1, 101):
        x, *state = STEPS[name][0](x, x, t, *state)
    assert (x @ x) / 2 < 0.02


@ours
@given(rows(), st.sampled_from(sorted(STEPS)))
def test_any_shape(x, name):
    """Sizes of zero and one, any number of axes."""
    step, remembered = STEPS[name]
    results = step(x, np.ones_like(x), 1, *[np.zeros_like(x)] * remembered)
    assert all(result.shape == x.shape for result in results)


@pytest.mark.parametrize("name", STEPS)
def test_any_view_and_both_precisions(name):
    """Read-only views with gaps; a rate in NumPy's double precision changes no type."""
    rng = np.random.default_rng(2)
    step, remembered = STEPS[name]
    arrays = rng.uniform(0.5, 1, size=(2 + remembered, 2, 3))
    assert_good_manners(lambda x, dx, *state: step(x, dx, 1, *state), *arrays)
    double = np.float64(0.5)
    for dtype in (np.float32, np.float64):
        x = np.ones(2, dtype)
        results = [
            code.sgd(x, x, double),
            *code.momentum(x, x, x, double, double),
            *code.rmsprop(x, x, x, double, double, double),
            *code.adam(x, x, x, x, np.int64(3), double, double, double, double),
        ]
        assert {result.dtype for result in results} == {np.dtype(dtype)}


def test_large_gradients_in_float32():
    """A gradient of 10,000 gives a step of the rate with Adam, and no overflow."""
    x = np.zeros(2, np.float32)
    dx = np.array([1e4, -1e4], np.float32)
    with np.errstate(all="raise"):
        x, _, _ = code.adam(x, dx, x, x, 1)
    assert_close(x, [-1e-3, 1e-3], 1e-6)


X = np.ones((2, 3))
BAD = [
    ("integers", code.sgd, (np.ones(2, int), np.ones(2)), r"x is \(2,\) of int64, expected \(2,\) of floating"),
    ("another gradient", code.sgd, (X, np.ones(3)), r"dx is \(3,\) of float64, expected \(2, 3\)"),
    ("another v", code.momentum, (X, X, np.ones(3)), r"v is \(3,\) .*expected \(2, 3\)"),
    ("another s", code.rmsprop, (X, X, np.ones(3)), r"s is \(3,\) .*expected \(2, 3\)"),
    ("an integer gradient", code.rmsprop, (X, X.astype(int), X), "dx is .*of int64"),
    ("another v", code.adam, (X, X, np.ones(3), X, 1), r"v is \(3,\) .*expected \(2, 3\)"),
    ("another s", code.adam, (X, X, X, np.ones(3), 1), r"s is \(3,\) .*expected \(2, 3\)"),
    ("another gradient", code.adam, (X, np.ones(3), X, X, 1), r"dx is \(3,\) .*expected \(2, 3\)"),
    ("another gradient", code.momentum, (X, np.ones(3), X), r"dx is \(3,\) .*expected \(2, 3\)"),
    ("step zero", code.adam, (X, X, X, X, 0), "t = 0, expected 1 for the first"),
    ("beta of one", code.momentum, (X, X, X, 0.1, 1), "beta = 1, expected 0 or more, below 1"),
    ("beta below zero", code.rmsprop, (X, X, X, 0.1, -0.1), "beta = -0.1, expected"),
    ("beta1", code.adam, (X, X, X, X, 1, 0.1, 1.0), "beta1 = 1.0, expected"),
    ("beta2", code.adam, (X, X, X, X, 1, 0.1, 0.9, 1.0), "beta2 = 1.0, expected"),
]


@pytest.mark.parametrize(("function", "given_", "message"), [pytest.param(*case, id=name) for name, *case in BAD])
def test_bad_input_is_refused(function, given_, message):
    """With its name and what was expected."""
    with pytest.raises(ValueError, match=message):
        function(*given_)
