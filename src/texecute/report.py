"""What a check found, as data, as text and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class FormulaReport:
    """The result for one formula; immutable.

    Where it stands: `path`; `line` and `column` count from 1, and name the spot of the
    complaint where there is one; `formula_line` is where the formula begins; `start` and
    `end` are offsets into the page's text; `label` is its `#eq-…`, `display` tells `$$`
    from `$`; `latex` is what stands between the dollars.

    What it is: `role` is `declaration`, `definition`, `claim`, `wrong claim`,
    `condition`, `mention`, `unchecked` or, for a fault of the page itself, `page`;
    `claims` counts the links of its chains; `shapes` are (LaTeX, rows, columns) of the
    main parts, all as text: sizes are symbols such as `n_{l-1}`, empty for a part of a
    wrong claim that does not fit; `factors` has, for a part that is a product or a sum,
    the same of its factors (see `texecute.factors`).

    What came out: `verdict` is `ok` for what claims nothing, else `holds`, `fails`,
    `undecided` or `error`; `passed` is what counts, also for wrong claims; `reason` is
    `shape` or `value` for `fails`, else the kind of the error; `message` and `hint` say
    what is wrong and what to write, `caret` shows the spot, `evidence` the sizes, the
    values and the seed at which it is wrong.

    How well it was tried: `samples` counts the points; `max_relative_error` is the
    largest difference of two equal sides there, relative to the larger one, None
    where there is no `=`; `exact` says at which size
    the claim is proved in symbols, or why it is not, None if that was not asked for;
    `mutants` counts wrong variants (`killed`, `equivalent`, `also_true`), None if none
    were tried.
    """

    path: str
    line: int
    column: int
    role: str
    verdict: str
    passed: bool
    latex: str = ""
    label: str | None = None
    message: str = ""
    hint: str = ""
    caret: str = ""
    evidence: str = ""
    samples: int = 0
    max_relative_error: float | None = None
    exact: str | None = None
    reason: str | None = None
    claims: int = 0
    shapes: tuple[tuple[str, str, str], ...] = ()
    factors: tuple[tuple[str, tuple[tuple[str, str, str], ...]], ...] = ()
    mutants: dict | None = None
    start: int = 0
    end: int = 0
    display: bool = False
    formula_line: int = 0

    def as_dict(self) -> dict:
        """The public fields, for JSON."""
        keys = (
            "path", "line", "column", "label", "role", "verdict", "passed", "latex", "message", "hint", "samples",
            "max_relative_error", "exact", "reason",
        )  # fmt: skip
        result = {key: getattr(self, key) for key in keys}
        result["latex"] = " ".join(self.latex.split())
        result["mutants"] = self.mutants
        return result

    def text(self) -> str:
        """Path, line, message, caret and hint, as a terminal shows them."""
        lines = [f"{self.path}:{self.line}:{self.column}  {self.message}"]
        if self.caret:
            lines += ["  " + line for line in self.caret.split("\n")]
        if self.evidence:
            lines.append(f"  at {self.evidence}")
        if self.hint:
            lines.append(f"hint: {self.hint}")
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Report:
    """The results for all formulas of one or several pages, in order; immutable.

    Reports add up: `a + b` has the formulas of both.  The texts of the command
    `texecute check` and its JSON are made here.
    """

    formulas: tuple[FormulaReport, ...] = ()

    def __add__(self, other: "Report") -> "Report":
        return Report(self.formulas + other.formulas)

    @property
    def passed(self) -> bool:
        """Whether every formula passes."""
        return all(f.passed for f in self.formulas)

    @property
    def problems(self) -> tuple[FormulaReport, ...]:
        """The formulas that do not pass."""
        return tuple(f for f in self.formulas if not f.passed)

    def summary(self) -> dict:
        """Counts, by the keys that the JSON report has."""
        real = [f for f in self.formulas if f.role != "page"]
        counts = [f.mutants for f in real if f.mutants]
        return {
            "formulas": len(real),
            "passed": sum(f.passed for f in real),
            "failed": sum(f.verdict == "fails" and not f.passed for f in real),
            "undecided": sum(f.verdict == "undecided" for f in real),
            "errors": sum(f.verdict == "error" for f in self.formulas),
            "unchecked": sum(f.role == "unchecked" for f in real),
            "wrong_claims": sum(f.role == "wrong claim" for f in real),
            "mutants_killed": sum(m["killed"] for m in counts),
            "mutants_equivalent": sum(m["equivalent"] for m in counts),
            "mutants_also_true": sum(m["also_true"] for m in counts),
            "could_not_fail": sum(f.reason == "could not fail" for f in real),
        }

    def to_json(self) -> str:
        """The report as JSON, version 1."""
        return json.dumps(
            {"version": 1, "summary": self.summary(), "formulas": [f.as_dict() for f in self.formulas]},
            ensure_ascii=False, indent=1,
        )  # fmt: skip

    def text(self, verbose: bool = False) -> str:
        """Each formula that does not pass, then a summary; all of them when `verbose`."""
        blocks = [block for _, block in self.blocks(verbose)]
        return ("\n" if verbose else "\n\n").join([*blocks, self.summary_line()])

    def blocks(self, verbose: bool = False) -> Iterator[tuple[FormulaReport, str]]:
        """The formulas that are shown, each with its text."""
        for formula in self.formulas:
            if not formula.passed:
                yield formula, formula.text()
            elif verbose:
                shown = " ".join(formula.latex.split())
                yield formula, f"{formula.path}:{formula.line}:{formula.column}  {formula.role}: {formula.verdict}  {shown[:100]}"
            if verbose and formula.mutants:
                for text in formula.mutants["also_true_variants"]:
                    yield formula, f"  also true here, {text}"

    def summary_line(self) -> str:
        """One line: how many formulas, how many pass, and what the others are."""
        s = self.summary()
        parts = [f"{s['formulas']} formulas", f"{s['passed']} passed"]
        for key in ("failed", "undecided", "errors", "unchecked"):
            if s[key]:
                parts.append(f"{s[key]} {key if s[key] > 1 else key.removesuffix('s')}")
        if s["wrong_claims"]:
            parts.append(f"{s['wrong_claims']} shown as wrong")
        if s["mutants_killed"]:
            parts.append(f"wrong variants: {s['mutants_killed']} refused, {s['mutants_equivalent']} equivalent, {s['mutants_also_true']} also true")
        return ", ".join(parts)


__all__ = ["FormulaReport", "Report", "replace"]
