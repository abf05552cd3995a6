"""What came out of one formula → its report.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from texecute.errors import FormulaError, ShapeError, Span, caret
from texecute.evidence import Verdict
from texecute.mutants import Tally, summary
from texecute.pages import Formula, Page, PageProblem
from texecute.report import FormulaReport
from texecute.verdict import Claim

ORDER = ("mention", "condition", "declaration", "definition", "claim")


@dataclass
class Outcome:
    """What came out of one formula: its roles, its claims' verdicts, the shapes of its parts."""

    roles: list[str] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    shapes: list[tuple[str, str, str]] = field(default_factory=list)
    factors: list[tuple[str, tuple]] = field(default_factory=list)
    variants: list[Tally] = field(default_factory=list)
    proofs: list = field(default_factory=list)


def judge(base: FormulaReport, formula: Formula, outcome: Outcome) -> FormulaReport:
    """One report from all verdicts of a formula."""
    role = max(outcome.roles or ["mention"], key=ORDER.index)
    wrong = "wrong" in formula.classes
    base = replace(base, role="wrong claim" if wrong else role, claims=sum(len(c.relation.relations) for c in outcome.claims),
                   shapes=tuple(outcome.shapes), factors=tuple(outcome.factors), mutants=summary(outcome.variants) if outcome.variants else None,
                   exact="; ".join(dict.fromkeys(p.text for p in outcome.proofs)) or None)  # fmt: skip
    if wrong and role != "claim":
        error = FormulaError("a formula shown as wrong claims nothing", Span(0, len(formula.latex.rstrip())),
                             "a wrong claim is a relation between known names; a new name on the left is a definition")  # fmt: skip
        return error_report(base, formula, error)
    if not outcome.verdicts:
        return base
    worst = _worst(outcome.verdicts)
    report = replace(
        base, verdict=worst.verdict, reason=worst.reason, message=worst.message, hint=worst.hint,
        samples=min(v.samples for v in outcome.verdicts), evidence=worst.evidence,
        max_relative_error=max((v.max_relative_error for v in outcome.verdicts if v.max_relative_error is not None), default=None),
    )  # fmt: skip
    if wrong:
        return _judge_wrong(report, formula, worst)
    if worst.verdict == "holds":
        return replace(report, passed=True)
    return _placed(replace(report, passed=False), formula, worst.span)


def _worst(verdicts: list[Verdict]) -> Verdict:
    for wanted in ("error", "undecided", "fails"):
        for verdict in verdicts:
            if verdict.verdict == wanted:
                return verdict
    return verdicts[0]


def _judge_wrong(report: FormulaReport, formula: Formula, worst: Verdict) -> FormulaReport:
    if worst.verdict == "fails":
        return replace(report, passed=True)
    message = "this is shown as wrong, but it holds" if worst.verdict == "holds" else worst.message
    hint = worst.hint or ("it is true: remove .wrong, or show what is really wrong" if worst.verdict == "holds" else "")
    return _placed(replace(report, passed=False, message=message, hint=hint), formula, worst.span)


def _placed(report: FormulaReport, formula: Formula, span: Span) -> FormulaReport:
    """The report with line, column and carets of a span."""
    start = min(max(span.start, 0), len(formula.latex))
    while start < len(formula.latex) and formula.latex[start].isspace():
        start += 1
    if start == len(formula.latex):
        start = max(0, len(formula.latex.rstrip()) - 1)
    line, column = formula.position(start)
    return replace(report, line=line, column=column, caret=caret(formula.latex, Span(start, max(span.end, start + 1))))


def error_report(base: FormulaReport, formula: Formula, error: FormulaError) -> FormulaReport:
    shape = isinstance(error, ShapeError)
    role = "wrong claim" if "wrong" in formula.classes else "claim" if base.role == "mention" else base.role
    report = replace(base, role=role, verdict="fails" if shape else "error", passed=shape and "wrong" in formula.classes,
                     reason="shape" if shape else error.kind, message=error.message, hint=error.hint)  # fmt: skip
    return _placed(report, formula, error.span)


def unchecked_report(base: FormulaReport, formula: Formula) -> FormulaReport:
    reason = formula.attribute("reason")
    if not reason:
        error = FormulaError("an unchecked formula needs a reason", Span(0, 1), 'write {.unchecked reason="…"}')
        return error_report(replace(base, role="unchecked"), formula, error)
    return replace(base, role="unchecked", message=reason)


def problem_report(page: Page, problem: PageProblem) -> FormulaReport:
    return FormulaReport(page.path, problem.line, problem.column, "page", "error", False, message=problem.message, hint=problem.hint,
                         reason="page", start=problem.start, end=problem.start)  # fmt: skip


def page_error(page: Page, line: int, message: str, hint: str, start: int = 0) -> FormulaReport:
    return problem_report(page, PageProblem(line, 1, start, message, hint))


def double_labels(page: Page) -> list[FormulaReport]:
    seen: dict[str, int] = {}
    reports = []
    for formula in page.formulas:
        if formula.label in seen:
            reports.append(page_error(page, formula.line, f"the label {formula.label} stands on line {seen[formula.label]} already",
                                       "give each formula a label of its own", formula.start))  # fmt: skip
        elif formula.label:
            seen[formula.label] = formula.line
    return reports
