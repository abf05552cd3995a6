"""A verdict, and what is shown with it: a point's sizes and values in short decimals."""

from __future__ import annotations

from dataclasses import dataclass

from texecute import matrices
from texecute.compare import numbers
from texecute.errors import Span

DRAWS = 4
"""Sample points of a claim; the last one has ones among its sizes."""


@dataclass
class Verdict:
    """What came out, and why."""

    verdict: str
    reason: str | None = None
    message: str = ""
    hint: str = ""
    span: Span = Span(0, 1)
    samples: int = 0
    max_relative_error: float | None = None
    evidence: str = ""
    limit: bool = False
    gap: float | None = None


def short(x: float) -> str:
    """A number in short decimals."""
    if x == 0:
        return "0"
    return f"{x:.4g}"


def counterexample(point, seed: int) -> str:
    """Sizes and values of a point, in short decimals, and the seed that repeats it."""
    parts = []
    for (name, labels), value in list(point.sizes.items())[:8]:
        if name != "?":
            parts.append(f"{name}{'_' + str(labels[0]) if labels else ''} = {value}")
    for (uid, labels), value in point.base.memo.items():
        symbol = point.scope.by_uid[uid]
        if symbol.is_defined or len(matrices.entries(value)) > 6 or len(parts) > 12:
            continue
        shown = ", ".join(short(real_number(x)) for x in matrices.entries(value))
        mark = f"^[{','.join(map(str, labels))}]" if labels else ""
        parts.append(f"{symbol.name}{mark} = {shown if shape_is_scalar(value) else '(' + shown + ')'}")
    return "; ".join([*parts, f"seed {seed}"])


def shape_is_scalar(value) -> bool:
    """Whether a value is a scalar."""
    return matrices.shape(value) == (1, 1)


def real_number(x) -> float:
    """The real part of an entry."""
    return numbers(x)[0]
