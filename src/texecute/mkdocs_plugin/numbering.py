"""Numbers and anchors of displayed formulas over a whole book, and what `@eq-…` points at."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

from texecute.mkdocs_plugin.problems import Problem
from texecute.pages import Formula, Page

REFERENCE = r"@(eq-[\w:.-]*\w)"


@dataclass(frozen=True, slots=True)
class Target:
    """Where a formula stands: its page, its anchor there, and its number (none if inline)."""

    path: str
    line: int
    anchor: str
    number: str | None


@dataclass(slots=True)
class Numbering:
    """The target of every label and of every displayed formula."""

    by_label: dict[str, Target] = field(default_factory=dict)
    by_place: dict[tuple[str, int], Target] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def of(self, formula: Formula) -> Target | None:
        """The target of a formula; None for an inline one without a label."""
        return self.by_place.get((formula.path, formula.start))

    def find(self, label: str) -> Target | None:
        """What `@label` points at; None if no formula has this label and a number."""
        target = self.by_label.get(label)
        return target if target and target.number else None

    def unknown(self, label: str, path: str, line: int, column: int) -> Problem:
        """The complaint about a reference that points at nothing."""
        caret = f"@{label}\n{'^' * (len(label) + 1)}"
        if label in self.by_label:
            target = self.by_label[label]
            where = f"{target.path}:{target.line}"
            hint = f"the formula is inline ({where}): display it between $$ to give it a number"
            return Problem(path, line, column, f"@{label} has no number", caret, hint)
        near = get_close_matches(label, [name for name, t in self.by_label.items() if t.number], n=1)
        hint = f"did you mean @{near[0]}?" if near else f"give the formula its label: $$ … $$ {{#{label}}}"
        return Problem(path, line, column, f"no formula has the label {label}", caret, hint)


def number_pages(pages: Iterable[Page], tags: Mapping[tuple[str, int], str]) -> Numbering:
    """Numbers such as 3.2: the second displayed formula of the third page that has any.

    The pages come in reading order.  `tags` holds what `\\tag{…}` said, by path and offset: it
    replaces the number, not the count.  A label must be the only one of its name in the book.
    """
    numbering = Numbering()
    chapter = 0
    for page in pages:
        displayed = [formula for formula in page.formulas if formula.display]
        chapter += bool(displayed)
        numbers = {formula.start: f"{chapter}.{n}" for n, formula in enumerate(displayed, 1)}
        for formula in page.formulas:
            number = numbers.get(formula.start)
            anchor = formula.label or (f"eq-{number.replace('.', '-')}" if number else "")
            if not anchor:
                continue
            if number:
                number = tags.get((page.path, formula.start), number)
            target = Target(page.path, formula.line, anchor, number)
            numbering.by_place[page.path, formula.start] = target
            if formula.label:
                _add_label(numbering, formula, target)
    return numbering


def _add_label(numbering: Numbering, formula: Formula, target: Target) -> None:
    label = formula.label
    first = numbering.by_label.setdefault(label, target)
    if first is not target:
        numbering.problems.append(
            Problem(
                formula.path, formula.line, formula.column,
                f"the label {label} is used twice", "",
                f"its first use is at {first.path}:{first.line}; labels are unique over the whole site",
            )
        )  # fmt: skip
    elif not label.startswith("eq-") or re.fullmatch(r"eq-\d+-\d+", label):
        numbering.problems.append(
            Problem(
                formula.path, formula.line, formula.column,
                f"{label} cannot be the label of a formula", "",
                "a label begins with eq- and is no number: {#eq-dz-hidden}",
            )
        )  # fmt: skip
