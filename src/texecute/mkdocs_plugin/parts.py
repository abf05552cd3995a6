"""Parts of a formula that can be set on their own: with the brackets and braces they stand in."""

from __future__ import annotations

import re

_BRACKET = re.compile(
    r"(?P<open>\\left(?![A-Za-z])\s*(?:\\[A-Za-z]+|\\.|.)|(?<!\\)\{)"
    r"|(?P<close>\\right(?![A-Za-z])\s*(?:\\[A-Za-z]+|\\.|.)|(?<!\\)\})"
)


def closed(part: str, latex: str) -> str:
    """The part of `latex`, made longer until all that opens in it closes in it, and the reverse.

    The span of a part ends with its last name; what only groups (`{…}`, `\\left(…\\right)`) may stand
    outside of it.
    """
    whole = " ".join(latex.split())
    start = whole.find(part)
    if start < 0:
        return part
    stop = start + len(part)
    pairs = _pairs(whole)
    while True:
        reach = [pair for pair in pairs if _cuts(pair, start, stop)]
        if not reach:
            return whole[start:stop]
        start = min(start, *(pair[0] for pair in reach))
        stop = max(stop, *(pair[1] for pair in reach))


def _pairs(latex: str) -> list[tuple[int, int]]:
    """From where to where each pair of brackets reaches, itself included."""
    stack, pairs = [], []
    for match in _BRACKET.finditer(latex):
        if match["open"]:
            stack.append(match.start())
        elif stack:
            pairs.append((stack.pop(), match.end()))
    return pairs


def _cuts(pair: tuple[int, int], start: int, stop: int) -> bool:
    """Whether just one end of the pair lies inside."""
    first, last = pair
    return (start <= first < stop) != (start < last <= stop)
