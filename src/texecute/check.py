"""A page → its report: the whole pipeline, in order.

    text → formulas (pages) → tokens → statements → roles and tree (parser, names)
         → shapes → values at sample points → verdict → report

Read this module first.
"""

from __future__ import annotations

from pathlib import Path

from texecute.errors import FormulaError, Span
from texecute.judging import Outcome, double_labels, error_report, judge, problem_report, unchecked_report
from texecute.names import Scope
from texecute.page_state import PageState, Settings, apply_setting, formula_conventions, in_order, later_names
from texecute.pages import Formula, Setting, read_page
from texecute.report import FormulaReport, Report
from texecute.roles import read_statement
from texecute.statements import split_formula
from texecute.tokens import Token, tokenize
from texecute.trying import introduce, run_claim
from texecute.uses import Loader, file_loader, read_front_matter


def check(text: str, path: str = "page.md", *, seed: int = 0, root: str | Path | None = None, mutants: bool = False,
          exact: bool = False, load: Loader | None = None) -> Report:  # fmt: skip
    r"""The report of one page: a verdict for each of its formulas.

    `text` is a page in Markdown or, with a `path` that ends in `.ipynb`, a notebook's
    JSON; `path` names the page in the report, and no file of that name is read.  The
    same `seed` gives the same random values.  `mutants` tries wrong variants of each
    claim too, `exact` proves each claim in symbols at a small size.

    Pages named by `uses:` are read from below `root` (default: the page's own folder),
    or through `load`, which takes a path and returns the text of that page.

    What is wrong with a page stands in the report and is never raised; only `exact`
    raises ImportError, where SymPy is not installed.

    >>> report = check(r"Let $x \in \mathbb{R}^{n}$. Then $x^\top x = \lVert x\rVert^2$.")
    >>> [(formula.role, formula.verdict) for formula in report.formulas]
    [('declaration', 'ok'), ('claim', 'holds')]
    >>> check(r"Let $x \in \mathbb{R}^{n}$. Then $x^\top x = xx^\top$.").problems[0].message
    'the two sides have different shapes: (1 × 1) and (n × n)'

    The language is described in docs/checking/language.md, the ideas behind the check in
    docs/checking/index.md.
    """
    state, reports = run_page(text, path, Settings(seed, mutants, _prover() if exact else None), file_loader(root, path, load))
    del state
    return Report(tuple(reports))


def _prover():
    """What proves a claim over SymPy's expressions; nothing else of the core knows of it."""
    from texecute.exact import prove

    return prove


def run_page(text: str, path: str, settings: Settings, load: Loader) -> tuple[PageState, list[FormulaReport]]:
    """Reads and checks a page; also returns the state, for those who go on with its values."""
    page = read_page(text, path)
    state = PageState(page, settings)
    reports = [problem_report(page, p) for p in page.problems]
    reports += read_front_matter(state, load, (path,))
    state.later = later_names(page)
    for thing in in_order(page):
        if isinstance(thing, Setting):
            reports += apply_setting(state, thing)
        else:
            reports.append(check_formula(state, thing))
    reports += double_labels(page)
    return state, sorted(reports, key=lambda r: (r.start, r.line, r.column))


def check_formula(state: PageState, formula: Formula) -> FormulaReport:
    """The report of one formula; its declarations and definitions go into the scope."""
    base = FormulaReport(
        formula.path, formula.line, formula.column, "mention", "ok", True, formula.latex, formula.label,
        start=formula.start, end=formula.end, display=formula.display, formula_line=formula.line,
    )  # fmt: skip
    if "unchecked" in formula.classes:
        return unchecked_report(base, formula)
    scope = state.scope(formula.block)
    scope.later = state.later.get(formula.start, frozenset())
    try:
        scope.conventions = formula_conventions(state, formula)
        outcome = _run_formula(state, formula, scope)
    except FormulaError as error:
        return error_report(base, formula, error)
    except RecursionError:
        return error_report(base, formula, FormulaError("the formula is nested too deep", Span(0, 1), "give inner parts names", "bound"))
    return judge(base, formula, outcome)


def _run_formula(state: PageState, formula: Formula, scope: Scope) -> Outcome:
    tokens = formula_tokens(formula)
    outcome = Outcome()
    if len(tokens) == 1:
        raise FormulaError("an empty formula", Span(0, 1), "write something between the dollars, or remove them")
    for statement in split_formula(tokens, scope):
        for item in read_statement(statement, scope):
            outcome.roles.append(item.role)
            if item.role == "claim":
                run_claim(state, formula, scope, item, outcome)
            elif item.role in ("definition", "declaration"):
                introduce(formula, scope, item, outcome, state)
    return outcome


def formula_tokens(formula: Formula) -> list[Token]:
    """The tokens of a formula, a range that is not shown among them."""
    tokens = tokenize(formula.latex)
    return [*tokens[:-1], *_hidden_range(formula), tokens[-1]]


def _hidden_range(formula: Formula) -> list[Token]:
    """The tokens of `for="l = 1,\\dots,L-1"`, a range that is not shown."""
    text = formula.attribute("for")
    if not text:
        return []
    here = Span(0, 1)
    return [Token("quad", "quad", here), *(Token(t.kind, t.text, here) for t in tokenize(text)[:-1])]
