"""What the tests of the snippets compare, counted while they run: function → numbers, and what with.

`kit.load` counts the numbers that each public function gives; the ways to a second opinion (JAX's
transformations, `kit.difference`, `kit.complex_step`, the pages, PyTorch) say that they were used.
A number counts when the test that got it has used one of them, and when it was not got on the way
to a difference.  The catalogue of the book shows the counts: `python -m tests.catalogue` writes
them down.
"""

from __future__ import annotations

import functools
import inspect
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np

FILE = Path(__file__).with_name("compared.json")

JAX, PYTORCH, PAGE = "JAX", "PyTorch", "the page"
DIFFERENCES, COMPLEX_STEP = "differences", "complex step"
ORDER = (PAGE, JAX, PYTORCH, COMPLEX_STEP, DIFFERENCES)

# What is no formula: how else it is tested.
OTHERWISE = {
    "convolution.windows": "entry by entry",
    "gradient_check.directional_error": "planted errors of 0.1 %",
    "gradient_check.kinks": "ReLU, absolute value, maximum",
    "gradient_check.relative_error": "by hand",
    "vec_kronecker.commutation_matrix": "vec of X and of its transpose",
    "vec_kronecker.kronecker": "NumPy's kron",
    "vec_kronecker.rvec": "entry by entry",
    "vec_kronecker.unrvec": "entry by entry",
    "vec_kronecker.unvec": "entry by entry",
}

# Of the whole run, and of the test that is running.
_compared: dict[str, Counter[str]] = {}
_given: Counter[str] = Counter()
_used: set[str] = set()
_asking: list[str] = []


def counted(name: str, function: Callable) -> Callable:
    """The same function, with the numbers of its results counted under this name."""

    @functools.wraps(function)
    def call(*arguments, **options):
        result = function(*arguments, **options)
        if not _asking:
            _given[name] += _numbers(result)
        return result

    return call


def _numbers(result: object) -> int:
    if isinstance(result, tuple | list):
        return sum(map(_numbers, result))
    return int(np.size(result)) if isinstance(result, np.ndarray | np.generic | float) else 1


def opinion(name: str, function: Callable) -> Callable:
    """The same function, which says that a second opinion was asked for."""

    @functools.wraps(function)
    def call(*arguments, **options):
        _used.add(name)
        _asking.append(name)
        try:
            return function(*arguments, **options)
        finally:
            _asking.pop()

    return call


def begin() -> None:
    """A test starts."""
    _given.clear()
    _used.clear()


def end(item) -> None:
    """A test has passed: its numbers count for every opinion that it asked."""
    if "pages" in item.fixturenames:
        _used.add(PAGE)
    source = inspect.getsource(item.function)
    for word, name in (("torch", PYTORCH), ("jax.", JAX), ("jnp.", JAX)):
        # Or the test says so by its name, and asks through a helper.
        if word in source or f"_{word.rstrip('.')}_s" in item.name:
            _used.add(name)
    for name, numbers in _given.items():
        for used in _used:
            _compared.setdefault(name, Counter())[used] += numbers


def found() -> dict[str, dict[str, int]]:
    """snippet.function → opinion → numbers, in the order of ORDER."""
    return {name: {used: _compared[name][used] for used in ORDER if _compared[name][used]} for name in sorted(_compared)}


def written() -> dict[str, dict[str, int]]:
    """What stands in the file."""
    return json.loads(FILE.read_text("utf-8"))


def write(compared: dict[str, dict[str, int]]) -> None:
    """Puts these counts into the file, a function a line."""
    lines = [f" {json.dumps(name)}: {json.dumps(counts)}" for name, counts in compared.items()]
    FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")
