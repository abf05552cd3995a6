"""A page → its report: the whole pipeline, in order.

    text → formulas (pages) → tokens → statements → roles and tree (parser, names)
         → shapes → values at sample points → verdict → report

Read this module first.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from texecute.dims import declared_shape, shape_of_domain, shape_text
from texecute.errors import FormulaError, ShapeError, Span, caret
from texecute.evaluate import Program
from texecute.names import CONVENTION_VALUES, Conventions, Scope
from texecute.pages import Formula, Page, PageProblem, Setting, read_page
from texecute.reader import Reader, read_atom
from texecute.report import FormulaReport, Report
from texecute.roles import Item, read_statement
from texecute.shapes import Inference
from texecute.statements import split_formula
from texecute.syntax import Condition, FunctionSpace, Ranges, Relation, Var, walk
from texecute.tokens import Token, tokenize
from texecute.verdict import Claim, Verdict

ORDER = ("mention", "condition", "declaration", "definition", "claim")
MAX_USES = 50
Loader = Callable[[str], str]


@dataclass
class Settings:
    """How to check: the seed, and whether wrong variants and the exact check are wanted."""

    seed: int = 0
    mutants: bool = False
    exact: bool = False


@dataclass
class PageState:
    """A page while it is being read: its scopes, one for each content tab, and its conventions."""

    page: Page
    settings: Settings
    scopes: dict[tuple, Scope] = field(default_factory=dict)
    conventions: dict[tuple, dict[str, str]] = field(default_factory=dict)
    programs: dict[int, Program] = field(default_factory=dict)
    claims: dict[str, list[Claim]] = field(default_factory=dict)
    later: dict[int, frozenset] = field(default_factory=dict)

    def scope(self, block: tuple[int, ...]) -> Scope:
        """The scope of a place: that of its innermost content tab."""
        tabs = tuple(b for b in block if b > 0)
        if tabs not in self.scopes:
            self.scopes[tabs] = self.scope(tabs[:-1]).child()
        return self.scopes[tabs]

    def conventions_at(self, block: tuple[int, ...]) -> Conventions:
        """The conventions in force at a place."""
        values: dict[str, str] = {}
        for depth in range(len(block) + 1):
            values.update(self.conventions.get(block[:depth], {}))
        return Conventions(**values)

    def program(self, scope: Scope) -> Program:
        """The compiled definitions of a scope."""
        if id(scope) not in self.programs:
            self.programs[id(scope)] = Program(scope)
        return self.programs[id(scope)]


def check(text: str, path: str = "page.md", *, seed: int = 0, root: str | Path | None = None, mutants: bool = False,
          exact: bool = False, load: Loader | None = None) -> Report:  # fmt: skip
    """Checks all formulas of one page.

    `root` is the folder below which pages named by `uses:` may lie (default: the
    page's own folder); `load` reads such a page instead of the file system.
    """
    state, reports = run_page(text, path, Settings(seed, mutants, exact), _loader(root, path, load))
    del state
    return Report(tuple(reports))


def run_page(text: str, path: str, settings: Settings, load: Loader) -> tuple[PageState, list[FormulaReport]]:
    """Reads and checks a page; also returns the state, for those who go on with its values."""
    page = read_page(text, path)
    state = PageState(page, settings)
    reports = [_problem_report(page, p) for p in page.problems]
    reports += _front_matter(state, load, (path,))
    state.later = _later_names(page)
    for thing in _in_order(page):
        if isinstance(thing, Setting):
            reports += _apply_setting(state, thing)
        else:
            reports.append(check_formula(state, thing))
    reports += _double_labels(page)
    return state, sorted(reports, key=lambda r: (r.start, r.line, r.column))


def check_formula(state: PageState, formula: Formula) -> FormulaReport:
    """The report of one formula; its declarations and definitions go into the scope."""
    base = FormulaReport(
        formula.path, formula.line, formula.column, "mention", "ok", True, formula.latex, formula.label,
        start=formula.start, end=formula.end, display=formula.display, formula_line=formula.line,
    )  # fmt: skip
    if "unchecked" in formula.classes:
        return _unchecked(base, formula)
    scope = state.scope(formula.block)
    scope.later = state.later.get(formula.start, frozenset())
    try:
        scope.conventions = _formula_conventions(state, formula)
        outcome = _run_formula(state, formula, scope)
    except FormulaError as error:
        return _error_report(base, formula, error)
    except RecursionError:
        return _error_report(base, formula, FormulaError("the formula is nested too deep", Span(0, 1), "give inner parts names", "bound"))
    return _judge(base, formula, outcome)


@dataclass
class Outcome:
    """What came out of one formula: its roles, its claims' verdicts, the shapes of its parts."""

    roles: list[str] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    shapes: list[tuple[str, str, str]] = field(default_factory=list)


def _run_formula(state: PageState, formula: Formula, scope: Scope) -> Outcome:
    tokens = tokenize(formula.latex)
    tokens[-1:] = [*_hidden_range(formula), tokens[-1]]
    outcome = Outcome()
    if len(tokens) == 1:
        raise FormulaError("an empty formula", Span(0, 1), "write something between the dollars, or remove them")
    for statement in split_formula(tokens, scope):
        for item in read_statement(statement, scope):
            outcome.roles.append(item.role)
            if item.role == "claim":
                _run_claim(state, formula, scope, item, outcome)
            elif item.role in ("definition", "declaration"):
                _introduce(formula, scope, item, outcome, state)
    return outcome


def _hidden_range(formula: Formula) -> list[Token]:
    """The tokens of `for="l = 1,\\dots,L-1"`, a range that is not shown."""
    text = formula.attribute("for")
    if not text:
        return []
    here = Span(0, 1)
    return [Token("quad", "quad", here), *(Token(t.kind, t.text, here) for t in tokenize(text)[:-1])]


def _introduce(formula: Formula, scope: Scope, item: Item, outcome: Outcome, state: PageState) -> None:
    """Infers the shape of what was declared or defined, and remembers how many indices it has."""
    symbol, member = item.symbol, item.member
    _ambiguities(state, formula, scope, item, member.ranges, member.pattern)
    if symbol.role == "integer" or isinstance(member.domain, FunctionSpace) and member.body is None:
        return
    bound = frozenset(b.name for b in member.ranges.bindings) | {
        v.name for p in member.pattern for v in walk(p) if isinstance(v, Var)
    }
    inference = Inference(scope, member.conventions, formula.latex, bound)
    if member.body is not None:
        shape = inference.infer(member.body)
        if symbol.role == "function":
            return
        if member.indices:
            shape = inference.entry_shape(member, shape, item.span, declared_shape(symbol))
        declared = symbol.domain
        if declared is not None and not isinstance(declared, FunctionSpace):
            wanted = inference.shape_of_symbol(symbol, member.pattern, item.span)
            if not inference.unifier.same_shape(shape, wanted):
                shape, wanted = inference.unifier.shape(shape), inference.unifier.shape(wanted)
                hint = "its transpose would fit" if shape == wanted[::-1] else f"declare {symbol.name} as {shape_text(shape)}, or correct the right side"
                raise ShapeError(f"{symbol.name} is declared {shape_text(wanted)}, but here it would be {shape_text(shape)}", item.span, hint)
    else:
        shape = inference.shape_of_symbol(symbol, member.pattern, item.span)
    shape = inference.unifier.shape(shape)
    rank = 0 if not shape else 1 if len(shape) == 2 and any(d.number == 1 for d in shape) else len(shape)
    if not any(d.unknown for d in shape):
        scope.ranks[symbol.uid] = rank
    mark = symbol.name
    outcome.shapes.append((mark, *(d.text() for d in shape)) if len(shape) == 2 else (mark, "1", "1"))


def _run_claim(state: PageState, formula: Formula, scope: Scope, item: Item, outcome: Outcome) -> None:
    if item.relation is None:
        outcome.verdicts.append(_declared_again(scope, item))
        return
    scope = _with_sizes(scope, item.relation.ranges)
    claim = Claim(item.relation, scope, state.program(scope), formula.latex, state.settings.seed, scope.conventions)
    outcome.claims.append(claim)
    if formula.label:
        state.claims.setdefault(formula.label, []).append(claim)
    try:
        _ambiguities(state, formula, scope, item, item.relation.ranges, ())
        claim.infer()
        outcome.shapes += _part_shapes(claim, formula)
        outcome.verdicts.append(claim.run())
    except ShapeError as error:
        outcome.verdicts.append(Verdict("fails", "shape", error.message, error.hint, error.span))


def _with_sizes(scope: Scope, ranges: Ranges) -> Scope:
    """A scope in which the sizes that a range fixes (`n = 2` behind a claim) are conditions of the draws."""
    fixed = [b for b in ranges.bindings if len(b.members) == 1 and scope.is_integer(b.name)]
    if not fixed:
        return scope
    inner = scope.child()
    inner.conventions = scope.conventions
    inner.conditions += [Condition("=", Var(b.name), b.members[0]) for b in fixed]
    return inner


def _declared_again(scope: Scope, item: Item) -> Verdict:
    """A declaration of a name that has a value claims its shape."""
    inference = Inference(scope, scope.conventions)
    shape = inference.shape_of_symbol(item.symbol, (), item.span)
    wanted = shape_of_domain(item.member.domain)
    if inference.unifier.same_shape(shape, wanted):
        return Verdict("holds", samples=1, max_relative_error=0.0, span=item.span)
    return Verdict("fails", "shape", f"{item.symbol.name} is {shape_text(inference.unifier.shape(shape))}, not {shape_text(wanted)}",
                   "correct the declaration, or the definition above", item.span)  # fmt: skip


def _ambiguities(state: PageState, formula: Formula, scope: Scope, item: Item, ranges: Ranges, pattern) -> None:
    """Two different operators in a row want brackets if the two readings differ in value."""
    for span, left, right in item.ambiguous:
        relation = Relation((left, right), ("=",), ranges, span=span)
        claim = Claim(relation, scope, state.program(scope), formula.latex, state.settings.seed, scope.conventions)
        try:
            claim.infer()
            differ = claim.run().verdict == "fails"
        except ShapeError:
            differ = True
        except FormulaError:
            continue
        if differ:
            raise FormulaError("different operators in a row can be read in two ways, which differ in value", span,
                               "put the part that is meant first into brackets")  # fmt: skip


def _part_shapes(claim: Claim, formula: Formula) -> list[tuple[str, str, str]]:
    found = []
    for part in claim.relation.parts:
        shape = claim.inference.typed.shape(part)
        source = " ".join(formula.latex[part.span.start : part.span.end].split())
        if len(shape) in (0, 2):
            found.append((source, *(d.text() for d in shape)) if shape else (source, "1", "1"))
    return found


# --- judging one formula -----------------------------------------------------------


def _judge(base: FormulaReport, formula: Formula, outcome: Outcome) -> FormulaReport:
    """One report from all verdicts of a formula."""
    role = max(outcome.roles or ["mention"], key=ORDER.index)
    wrong = "wrong" in formula.classes
    base = replace(base, role="wrong claim" if wrong else role, claims=sum(len(c.relation.relations) for c in outcome.claims),
                   shapes=tuple(outcome.shapes))  # fmt: skip
    if wrong and role != "claim":
        error = FormulaError("a formula shown as wrong claims nothing", Span(0, len(formula.latex.rstrip())),
                             "a wrong claim is a relation between known names; a new name on the left is a definition")  # fmt: skip
        return _error_report(base, formula, error)
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
    hint = "it is true: remove .wrong, or show what is really wrong" if worst.verdict == "holds" else worst.hint
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


def _error_report(base: FormulaReport, formula: Formula, error: FormulaError) -> FormulaReport:
    shape = isinstance(error, ShapeError)
    role = "wrong claim" if "wrong" in formula.classes else "claim" if base.role == "mention" else base.role
    report = replace(base, role=role, verdict="fails" if shape else "error", passed=shape and "wrong" in formula.classes,
                     reason="shape" if shape else error.kind, message=error.message, hint=error.hint)  # fmt: skip
    return _placed(report, formula, error.span)


def _unchecked(base: FormulaReport, formula: Formula) -> FormulaReport:
    reason = formula.attribute("reason")
    if not reason:
        error = FormulaError("an unchecked formula needs a reason", Span(0, 1), 'write {.unchecked reason="…"}')
        return _error_report(replace(base, role="unchecked"), formula, error)
    return replace(base, role="unchecked", message=reason)


# --- the page around the formulas ----------------------------------------------------------


def _in_order(page: Page) -> list:
    return sorted([*page.formulas, *page.settings], key=lambda x: x.start)


def _problem_report(page: Page, problem: PageProblem) -> FormulaReport:
    return FormulaReport(page.path, problem.line, problem.column, "page", "error", False, message=problem.message, hint=problem.hint,
                         reason="page", start=problem.start, end=problem.start)  # fmt: skip


def _page_error(page: Page, line: int, message: str, hint: str, start: int = 0) -> FormulaReport:
    return _problem_report(page, PageProblem(line, 1, start, message, hint))


def _double_labels(page: Page) -> list[FormulaReport]:
    seen: dict[str, int] = {}
    reports = []
    for formula in page.formulas:
        if formula.label in seen:
            reports.append(_page_error(page, formula.line, f"the label {formula.label} stands on line {seen[formula.label]} already",
                                       "give each formula a label of its own", formula.start))  # fmt: skip
        elif formula.label:
            seen[formula.label] = formula.line
    return reports


def _later_names(page: Page) -> dict[int, frozenset]:
    """For each formula the names with labels that it or a later one has on its left."""
    result: dict[int, frozenset] = {}
    names: set[str] = set()
    for formula in reversed(page.formulas):
        if "wrong" not in formula.classes and "unchecked" not in formula.classes:
            names |= _family_heads(formula)
        result[formula.start] = frozenset(names)
    return result


def _family_heads(formula: Formula) -> set[str]:
    try:
        tokens = tokenize(formula.latex)
    except FormulaError:
        return set()
    found = set()
    starts = [0] + [i + 1 for i, t in enumerate(tokens) if t.kind in ("quad", "row", "begin") or t.is_(",", "&")]
    for start in starts:
        reader = Reader(tokens)
        reader.position = start
        name = ""
        while (atom := read_atom(reader)) is not None:
            name += atom
        if name and reader.now.is_("^", "_") and "=" in formula.latex:
            try:
                labelled = reader.now.is_("_") or reader.ahead(2).is_("[", "(", "langle")
                reader.next()
                group = reader.group()
                labelled = labelled or (len(group) == 1 and group[0].kind == "letter" and group[0].text != "T")
                if reader.now.is_("_", "^"):
                    reader.next()
                    reader.group()
            except FormulaError:
                continue
            if labelled and (reader.now.is_("=", "coloneqq", ":") or (reader.now.is_("&") and reader.ahead().is_("="))):
                found.add(name)
    return found


def _set_conventions(state: PageState, block: tuple[int, ...], pairs, complain) -> None:
    for key, value in pairs:
        if key not in CONVENTION_VALUES:
            complain(f"unknown setting {key}", "known are vectors= and layout=")
        elif value not in CONVENTION_VALUES[key]:
            complain(f"{key} cannot be {value}", "write one of " + ", ".join(CONVENTION_VALUES[key]))
        else:
            state.conventions.setdefault(block, {})[key] = value


def _apply_setting(state: PageState, setting: Setting) -> list[FormulaReport]:
    reports: list[FormulaReport] = []
    _set_conventions(state, setting.block, setting.values,
                     lambda m, h: reports.append(_page_error(state.page, setting.line, m, h, setting.start)))  # fmt: skip
    return reports


def _formula_conventions(state: PageState, formula: Formula) -> Conventions:
    conventions = state.conventions_at(formula.block)
    layout = formula.attribute("layout")
    if layout is None:
        return conventions
    if layout not in CONVENTION_VALUES["layout"]:
        raise FormulaError(f"layout cannot be {layout}", Span(0, 1), "write one of " + ", ".join(CONVENTION_VALUES["layout"]))
    return replace(conventions, layout=layout)


# --- front matter and other pages ------------------------------------------------------------


def _front_matter(state: PageState, load: Loader, chain: tuple[str, ...]) -> list[FormulaReport]:
    """Conventions and `uses:`; the page's own scope is made here."""
    page = state.page
    reports: list[FormulaReport] = []
    state.scopes[()] = Scope()
    for key in CONVENTION_VALUES:
        if key in page.front:
            line = page.front_lines.get(key, 1)
            _set_conventions(state, (), [(key, str(page.front[key]))], lambda m, h, at=line: reports.append(_page_error(page, at, m, h)))
    uses = page.front.get("uses", [])
    for name in [uses] if isinstance(uses, str) and uses else uses:
        line = page.front_lines.get("uses", 1)
        try:
            _use(state, str(name), load, chain)
        except FormulaError as error:
            reports.append(_page_error(page, line, error.message, error.hint))
    return reports


def _use(state: PageState, name: str, load: Loader, chain: tuple[str, ...]) -> None:
    """Brings the declarations and definitions of another page into this page's scope."""
    target = _relative(chain[-1], name)
    if target in chain:
        raise FormulaError(f"uses: goes in a circle: {' → '.join((*chain, target))}", hint="let one of the pages stand alone", kind="page")
    if len(chain) > MAX_USES:
        raise FormulaError("uses: is nested too deep", hint="use fewer pages", kind="bound")
    page = read_page(load(target), target)
    inner = PageState(page, state.settings, scopes=state.scopes)
    inner.later = _later_names(page)
    own = dict(state.conventions)
    nested = _front_matter_of_used(inner, load, (*chain, target))
    if nested:
        raise FormulaError(f"{target}: {nested[0].message}", hint=nested[0].hint, kind="page")
    for thing in _in_order(page):
        if isinstance(thing, Setting):
            _apply_setting(inner, thing)
            continue
        if any(b > 0 for b in thing.block) or {"wrong", "unchecked"} & set(thing.classes):
            continue
        _import_formula(inner, thing)
    state.conventions = own


def _front_matter_of_used(inner: PageState, load: Loader, chain: tuple[str, ...]) -> list[FormulaReport]:
    scope = inner.scopes[()]
    reports = _front_matter(inner, load, chain)
    fresh = inner.scopes[()]
    if fresh is not scope:
        for symbol in fresh.symbols.values():
            scope.set(symbol)
        scope.by_uid.update(fresh.by_uid)
        scope.ranks.update(fresh.ranks)
        inner.scopes[()] = scope
    return reports


def _import_formula(inner: PageState, formula: Formula) -> None:
    """Carries a formula's declarations and definitions into the scope; its claims are not looked at."""
    scope = inner.scope(())
    scope.later = inner.later.get(formula.start, frozenset())
    try:
        scope.conventions = _formula_conventions(inner, formula)
        for statement in split_formula(tokenize(formula.latex), scope):
            for item in read_statement(statement, scope):
                if item.role in ("definition", "declaration"):
                    _introduce(formula, scope, item, Outcome(), inner)
    except FormulaError:
        # The used page's own check reports it.
        return


def _relative(path: str, name: str) -> str:
    if name.startswith("/") or "\\" in name or ":" in name:
        raise FormulaError(f"uses: {name} is not a path relative to this page", hint="as in uses: [../networks/recurrence.md]", kind="page")
    parts: list[str] = []
    for part in (PurePosixPath(path).parent / name).parts:
        if part == ".." and parts and parts[-1] != "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return str(PurePosixPath(*parts)) if parts else "."


def _loader(root: str | Path | None, path: str, load: Loader | None) -> Loader:
    """Reads a page below `root`, and nothing else."""
    if load is not None:
        return load
    folder = Path(root) if root is not None else Path(path).parent
    limit = folder.resolve()

    def read(name: str) -> str:
        target = Path(name)
        resolved = target.resolve()
        if limit != resolved and limit not in resolved.parents:
            raise FormulaError(f"uses: {name} lies outside of {folder}", hint="only pages below the checked folder can be used", kind="page")
        try:
            return resolved.read_text("utf8")
        except (OSError, UnicodeDecodeError):
            raise FormulaError(f"uses: there is no page {name}", hint="give the path relative to this page", kind="page") from None

    return read


__all__ = ["check", "run_page", "check_formula", "Settings", "PageState", "Outcome"]
