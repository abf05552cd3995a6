"""The snippets' speed beside PyTorch's autograd and JAX's compiled gradients, on one CPU in one run.

    python -m tests.bench_snippets

Every way gets the same arrays and must give the same gradients before it is timed.  Rounds of all
ways take turns, so that a busy machine slows all of them; the table has the best round of each, and
its ratio to the fastest framework.  A framework that is not installed is named as missing.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tests.snippets.kit import load

ROUNDS = 12
SECONDS_A_ROUND = 0.15

Run = Callable[[], list[np.ndarray]]


@dataclass(frozen=True, slots=True)
class Case:
    """Something to compute: its name, and the ways to do it; each way returns the gradients."""

    name: str
    ways: dict[str, Run]


def network(m: int, widths: tuple[int, ...], dtype: type) -> Case:
    """Forward and backward pass of a dense network with tanh inside and half the squared error."""
    rng = np.random.default_rng(0)
    W = [rng.normal(size=(a, b)).astype(dtype) / np.sqrt(a).astype(dtype) for a, b in zip(widths, widths[1:], strict=False)]
    b = [np.zeros((1, width), dtype) for width in widths[1:]]
    X = rng.normal(size=(m, widths[0])).astype(dtype)
    Y = rng.normal(size=(m, widths[-1])).astype(dtype)
    names = ["tanh"] * (len(W) - 1) + ["identity"]
    ours = load("dense_network")
    layers = [ours.Layer(*layer) for layer in zip(W, b, names, strict=True)]

    def snippet() -> list[np.ndarray]:
        A, cache = ours.forward(layers, X)
        gradients, _ = ours.backward(layers, cache, ours.squared_error(A, Y)[1])
        return [gradient.dW for gradient in gradients]

    ways = {"snippet": snippet}
    if torch := _torch():
        tW = [torch.tensor(w, requires_grad=True) for w in W]
        tb = [torch.tensor(v, requires_grad=True) for v in b]
        tX, tY = torch.tensor(X), torch.tensor(Y)

        def with_torch() -> list[np.ndarray]:
            A = tX
            for place, (w, v) in enumerate(zip(tW, tb, strict=True)):
                A = A @ w + v
                A = torch.tanh(A) if place < len(tW) - 1 else A
            found = torch.autograd.grad(((A - tY) ** 2).sum() / (2 * m), tW + tb)
            return [gradient.numpy() for gradient in found[: len(tW)]]

        ways["PyTorch autograd"] = with_torch
    jax = _jax()

    def cost(W, b, X, Y):
        A = X
        for place, (w, v) in enumerate(zip(W, b, strict=True)):
            A = A @ w + v
            A = jax.numpy.tanh(A) if place < len(W) - 1 else A
        return ((A - Y) ** 2).sum() / (2 * m)

    gradient = jax.jit(jax.grad(cost, argnums=(0, 1)))
    given = [jax.device_put(value) for value in (W, b, X, Y)]
    ways["JAX jit"] = lambda: [np.asarray(w) for w in jax.block_until_ready(gradient(*given))[0]]
    sizes = "-".join(map(str, widths))
    return Case(f"network {sizes}, {m} rows, {np.dtype(dtype).name}", ways)


def softmax(m: int, n: int, dtype: type) -> Case:
    """The mean cross-entropy of softmax by class numbers, with its gradient, in one go."""
    rng = np.random.default_rng(0)
    Z, y = rng.normal(size=(m, n)).astype(dtype), rng.integers(0, n, size=m)
    ours = load("softmax_losses")
    ways: dict[str, Run] = {"snippet": lambda: [ours.cross_entropy_with_gradient(Z, y)[1] / m]}
    if torch := _torch():
        tZ, ty = torch.tensor(Z, requires_grad=True), torch.tensor(y)

        def with_torch() -> list[np.ndarray]:
            loss = torch.nn.functional.cross_entropy(tZ, ty)
            return [torch.autograd.grad(loss, tZ)[0].numpy()]

        ways["PyTorch autograd"] = with_torch
    jax = _jax()

    def loss(Z, y):
        return -jax.numpy.take_along_axis(jax.nn.log_softmax(Z), y[:, None], axis=-1).mean()

    gradient = jax.jit(jax.grad(loss))
    given = jax.device_put(Z), jax.device_put(y)
    ways["JAX jit"] = lambda: [np.asarray(jax.block_until_ready(gradient(*given)))]
    return Case(f"softmax cross-entropy, {m} rows of {n}, {np.dtype(dtype).name}", ways)


def cases() -> list[Case]:
    """Sizes as they occur: digits, a wide network, a vocabulary."""
    return [
        network(64, (64, 100, 10), np.float64),
        network(128, (784, 512, 512, 10), np.float32),
        network(256, (1024, 1024, 1024, 1024), np.float32),
        softmax(128, 10, np.float32),
        softmax(256, 1000, np.float32),
        softmax(256, 32000, np.float32),
    ]


def agree(case: Case) -> None:
    """Raises AssertionError where a way has other gradients than the snippet."""
    expected = case.ways["snippet"]()
    tolerance = 1e-10 if expected[0].dtype == np.float64 else 2e-4
    for way, run in case.ways.items():
        for ours, theirs in zip(expected, run(), strict=True):
            scale = np.abs(ours).max()
            assert np.abs(ours - theirs).max() <= tolerance * scale, f"{case.name}: {way} has other gradients"


def seconds(case: Case) -> dict[str, float]:
    """The best time of each way in seconds a run; the ways take turns."""
    repeats = {way: max(1, int(SECONDS_A_ROUND / max(_time(run, 1), 1e-6))) for way, run in case.ways.items()}
    best = dict.fromkeys(case.ways, math.inf)
    for _ in range(ROUNDS):
        for way, run in case.ways.items():
            best[way] = min(best[way], _time(run, repeats[way]))
    return best


def _time(run: Run, times: int) -> float:
    started = time.perf_counter()
    for _ in range(times):
        run()
    return (time.perf_counter() - started) / times


def _torch():
    try:
        import torch
    except ImportError:
        return None
    return torch


def _jax():
    import jax

    jax.config.update("jax_enable_x64", True)
    return jax


def main() -> None:
    """Prints a row for each case and way."""
    print(f"{'forward and backward':48}  {'way':16}  {'ms':>9}  beside the fastest framework")
    for case in cases():
        agree(case)
        best = seconds(case)
        fastest = min(value for way, value in best.items() if way != "snippet")
        for way, value in best.items():
            print(f"{case.name:48}  {way:16}  {1e3 * value:9.3f}  {value / fastest:.2f}")
    if not _torch():
        print("PyTorch is not installed: pip install torch, and run this again")


if __name__ == "__main__":
    main()
