"""What keeps a page from being built: a message with path, line, column, caret and hint."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One complaint about one place of a page; `str()` is what the reader of the log sees."""

    path: str
    line: int
    column: int
    message: str
    caret: str = ""
    hint: str = ""

    def __str__(self) -> str:
        lines = [f"{self.path}:{self.line}:{self.column}  {self.message}"]
        lines += [f"  {line}" for line in self.caret.splitlines()]
        if self.hint:
            lines.append(f"hint: {self.hint}")
        return "\n".join(lines)


class PageProblems(Exception):
    """Pages that cannot be published, with every problem that was found on them."""

    def __init__(self, problems: Iterable[Problem]):
        self.problems = tuple(problems)
        super().__init__(listing(self.problems))


def listing(problems: Iterable[Problem]) -> str:
    """All problems, a blank line between two, and their number at the end."""
    problems = tuple(problems)
    count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
    return "\n\n".join([*(str(problem) for problem in problems), f"{count}; nothing was published"])
