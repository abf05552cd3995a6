"""Front matter, and the pages that `uses:` brings in.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path, PurePosixPath

from texecute.errors import FormulaError
from texecute.judging import Outcome, page_error
from texecute.names import CONVENTION_VALUES, Scope
from texecute.page_state import PageState, apply_setting, formula_conventions, in_order, later_names, set_conventions
from texecute.pages import Formula, Setting, read_page
from texecute.report import FormulaReport
from texecute.roles import read_statement
from texecute.statements import split_formula
from texecute.tokens import tokenize
from texecute.trying import introduce

MAX_USES = 50


Loader = Callable[[str], str]


def read_front_matter(state: PageState, load: Loader, chain: tuple[str, ...]) -> list[FormulaReport]:
    """Conventions and `uses:`; the page's own scope is made here."""
    page = state.page
    reports: list[FormulaReport] = []
    state.scopes[()] = Scope()
    for key in CONVENTION_VALUES:
        if key in page.front:
            line = page.front_lines.get(key, 1)
            set_conventions(state, (), [(key, str(page.front[key]))], lambda m, h, at=line: reports.append(page_error(page, at, m, h)))
    uses = page.front.get("uses", [])
    for name in [uses] if isinstance(uses, str) and uses else uses:
        line = page.front_lines.get("uses", 1)
        try:
            _use(state, str(name), load, chain)
        except FormulaError as error:
            reports.append(page_error(page, line, error.message, error.hint))
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
    inner.later = later_names(page)
    own = dict(state.conventions)
    nested = _front_matter_of_used(inner, load, (*chain, target))
    if nested:
        raise FormulaError(f"{target}: {nested[0].message}", hint=nested[0].hint, kind="page")
    for thing in in_order(page):
        if isinstance(thing, Setting):
            apply_setting(inner, thing)
            continue
        if any(b > 0 for b in thing.block) or {"wrong", "unchecked"} & set(thing.classes):
            continue
        _import_formula(inner, thing)
    state.conventions = own


def _front_matter_of_used(inner: PageState, load: Loader, chain: tuple[str, ...]) -> list[FormulaReport]:
    scope = inner.scopes[()]
    reports = read_front_matter(inner, load, chain)
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
        scope.conventions = formula_conventions(inner, formula)
        for statement in split_formula(tokenize(formula.latex), scope):
            for item in read_statement(statement, scope):
                if item.role in ("definition", "declaration"):
                    introduce(formula, scope, item, Outcome(), inner)
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


def file_loader(root: str | Path | None, path: str, load: Loader | None) -> Loader:
    """Reads a page below `root`, and nothing else."""
    if load is not None:
        return load
    folder = Path(root) if root is not None else Path(path).parent
    limit = folder.resolve()

    def read(name: str) -> str:
        try:
            resolved = Path(name).resolve()
        except (OSError, ValueError, RuntimeError):
            raise FormulaError("uses: this is no path", hint="give the path relative to this page", kind="page") from None
        if limit != resolved and limit not in resolved.parents:
            raise FormulaError(f"uses: {name} lies outside of {folder}", hint="only pages below the checked folder can be used", kind="page")
        try:
            return resolved.read_text("utf8")
        except (OSError, ValueError):
            raise FormulaError(f"uses: there is no page {name}", hint="give the path relative to this page", kind="page") from None

    return read
