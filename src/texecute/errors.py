"""Positions and errors: every complaint of the checker is a message, a span and a hint.

A `Span` counts characters of the formula's source (what stands between the
delimiters).  Only `pages` knows how these map to lines of a file.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """Characters `start` to `end` (excluded) of one formula's source."""

    start: int
    end: int

    def to(self, other: "Span") -> "Span":
        """The span from the beginning of this one to the end of `other`."""
        return Span(min(self.start, other.start), max(self.end, other.end))


NOWHERE = Span(0, 0)


class FormulaError(Exception):
    """A formula cannot be read, or what it says does not fit.

    `kind` is `"syntax"`, `"name"`, `"range"`, `"shape"`, `"bound"` or
    `"undecided"`; `message` says what is wrong, `hint` what to write instead.
    """

    def __init__(self, message: str, span: Span = NOWHERE, hint: str = "", kind: str = "syntax"):
        super().__init__(message)
        self.message = message
        self.span = span
        self.hint = hint
        self.kind = kind


class ShapeError(FormulaError):
    """The parts of a formula do not fit together by their shapes."""

    def __init__(self, message: str, span: Span = NOWHERE, hint: str = ""):
        super().__init__(message, span, hint, "shape")


class UndefinedValue(Exception):
    """A part has no value at this point (logarithm of a negative number, singular inverse).

    Never reaches a user: the sample is drawn again.
    """


def caret(source: str, span: Span) -> str:
    """The line of `source` in which `span` begins, and a line of carets under it.

    Tabs count as one column; a span over several lines is cut at the end of its first line.
    """
    start = source.rfind("\n", 0, span.start) + 1
    stop = source.find("\n", span.start)
    line = source[start : len(source) if stop < 0 else stop].replace("\t", " ")
    left = span.start - start
    width = max(1, min(span.end - span.start, len(line) - left))
    lead = len(line) - len(line.lstrip())
    line, left = line.strip(), max(0, left - lead)
    if left > 90:
        cut = left - 60
        line, left = "… " + line[cut:], left - cut + 2
    if len(line) > 160:
        line = line[:158] + " …"
    return f"{line}\n{' ' * left}{'^' * max(1, min(width, len(line) - left + 1))}"
