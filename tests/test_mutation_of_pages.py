"""Every formula of the book, changed by machine in its own text: the check must name its line."""

from __future__ import annotations

import os
import random
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.slips import changed_texts
from texecute import trying
from texecute.check import check_formula
from texecute.page_state import PageState, Settings, apply_setting, in_order, later_names
from texecute.pages import Formula, Setting, read_page
from texecute.uses import file_loader, read_front_matter

DOCS = Path(__file__).resolve().parent.parent / "docs"
PAGES = sorted(str(p.relative_to(DOCS)) for p in DOCS.rglob("*.md"))
MOST_OF_ONE_FORMULA = 16 if os.environ.get("TEXECUTE_ALL") else 2
"""Changed texts of one formula; a formula with more gives as many of them, chosen once and for all."""
OTHER_SEEDS = (101, 202, 303)
AT_MOST_TRUE = 0.05
AT_MOST_DEFINITIONS = 0.005
MOST_OF_ONE_DEFINITION = 4
AT_MOST_UNSEEN = 0.1


@dataclass(frozen=True)
class Change:
    """One changed formula, and the report of it in its place on the page."""

    formula: Formula
    name: str
    latex: str
    report: object
    defines: bool

    def __str__(self) -> str:
        return f"{self.formula.path}:{self.formula.line} {self.name}: {' '.join(self.latex.split())}"


def at_this_point(state: PageState, formula: Formula, seed: int = 0) -> PageState:
    """A state that knows what stands before the formula, for one try."""
    scope = state.scope(formula.block)
    inner = PageState(state.page, replace(state.settings, seed=seed), conventions=state.conventions, later=state.later)
    inner.scopes = {tuple(b for b in formula.block if b > 0): scope.child()}
    return inner


def meanings(state: PageState) -> dict:
    """How many declarations and definitions each name of the page has."""
    return {uid: len(symbol.members) for scope in state.scopes.values() for uid, symbol in scope.by_uid.items() if symbol.role != "integer"}


def changes_of(path: str):
    """Changed claims of a page that were tried, and those among them that pass."""
    page = read_page((DOCS / path).read_text("utf-8"), path)
    state = PageState(page, Settings())
    assert not read_front_matter(state, file_loader(DOCS, str(DOCS / path), None), (str(DOCS / path),))
    state.later = later_names(page)
    tried, passing = [], []
    for thing in in_order(page):
        if isinstance(thing, Setting):
            apply_setting(state, thing)
            continue
        before = at_this_point(state, thing)
        report = check_formula(state, thing)
        if report.role != "claim" or not report.passed:
            continue
        texts = list(changed_texts(thing.latex))
        if len(texts) > MOST_OF_ONE_FORMULA:
            texts = random.Random(thing.latex).sample(texts, MOST_OF_ONE_FORMULA)
        for name, latex in texts:
            changed = replace(thing, latex=latex)
            place = at_this_point(before, thing)
            known = meanings(place)
            report = check_formula(place, changed)
            change = Change(changed, name, latex, report, meanings(place) != known)
            tried.append(change)
            if change.report.passed:
                again = [check_formula(at_this_point(before, thing, seed), changed) for seed in OTHER_SEEDS]
                passing.append((change, all(r.passed and r.verdict == "holds" for r in again)))
    return tried, passing


def first_complaint(state: PageState, scopes: dict, conventions: dict, things: list, latex: str):
    """The first report that does not pass when the first of `things` is changed, None if all pass."""
    place = PageState(state.page, state.settings, later=state.later)
    place.scopes = {block: scope.child() for block, scope in scopes.items()}
    place.conventions = {block: dict(values) for block, values in conventions.items()}
    for number, thing in enumerate(things):
        if isinstance(thing, Setting):
            apply_setting(place, thing)
            continue
        report = check_formula(place, thing if number else replace(thing, latex=latex))
        if not report.passed:
            return report
    return None


def definitions_of(path: str):
    """How many changed definitions of a page were tried, and those of which no formula complains."""
    page = read_page((DOCS / path).read_text("utf-8"), path)
    state = PageState(page, Settings())
    read_front_matter(state, file_loader(DOCS, str(DOCS / path), None), (str(DOCS / path),))
    state.later = later_names(page)
    things = in_order(page)
    tried, unseen = 0, []
    for number, thing in enumerate(things):
        if isinstance(thing, Setting):
            apply_setting(state, thing)
            continue
        scopes = {block: scope.child() for block, scope in state.scopes.items()}
        conventions = {block: dict(values) for block, values in state.conventions.items()}
        report = check_formula(state, thing)
        if report.role != "definition" or not report.passed:
            continue
        texts = list(changed_texts(thing.latex))
        if len(texts) > MOST_OF_ONE_DEFINITION:
            texts = random.Random(thing.latex).sample(texts, MOST_OF_ONE_DEFINITION)
        for name, latex in texts:
            tried += 1
            if first_complaint(state, scopes, conventions, things[number:], latex) is None:
                unseen.append(f"{path}:{thing.line} {name}: {' '.join(latex.split())}")
    return tried, unseen


@pytest.fixture(scope="module")
def results():
    """All pages' changes, made once; what fails is not diagnosed."""
    patch = pytest.MonkeyPatch()
    patch.setattr(trying, "diagnose", lambda claim: "")
    yield {path: changes_of(path) for path in PAGES}
    patch.undo()


@pytest.mark.parametrize("path", PAGES)
def test_a_changed_formula_fails_at_its_own_line(results, path):
    """The report of a changed formula that does not pass names a line of that formula."""
    tried, _ = results[path]
    for change in tried:
        if not change.report.passed:
            last = change.formula.line + change.latex.count("\n")
            assert change.formula.line <= change.report.line <= last, str(change)
            assert change.report.message, str(change)


@pytest.mark.parametrize("path", PAGES)
def test_a_changed_formula_that_passes_is_true(results, path):
    """What passes holds at other seeds too: it is another true formula."""
    _, passing = results[path]
    missed = [str(change) for change, true in passing if not true and not change.defines]
    assert missed == []


def test_few_changes_leave_a_formula_true(results, capsys):
    """At most 5% of the changes make another true formula, most of them by a rule of algebra; they can be read in the output."""
    tried = sum(len(t) for t, _ in results.values())
    passing = [change for _, p in results.values() for change, _ in p if not change.defines]
    with capsys.disabled():
        print(f"\n{tried} changed formulas, {len(passing)} of them true")
    for change in passing:
        print(change)
    assert tried > 1000
    assert len(passing) <= AT_MOST_TRUE * tried


def test_few_changes_define_another_member(results):
    """A changed label on the left can define a member of the family that had no value; this is rare."""
    tried = sum(len(t) for t, _ in results.values())
    defining = [change for _, p in results.values() for change, _ in p if change.defines]
    for change in defining:
        print(change)
    assert len(defining) <= AT_MOST_DEFINITIONS * tried


def test_a_changed_definition_is_seen_by_the_formulas_after_it(monkeypatch):
    """A slip in a definition cannot be false, but what is claimed about the name then is: most are found."""
    monkeypatch.setattr(trying, "diagnose", lambda claim: "")
    # The manual shows definitions that nothing uses; the book's own chapters use theirs.
    found = [definitions_of(path) for path in PAGES if not path.startswith("checking")]
    unseen = [line for _, lines in found for line in lines]
    tried = sum(t for t, _ in found)
    print(f"{tried} changed definitions, {len(unseen)} unseen")
    for line in unseen:
        print(line)
    assert tried > 100
    assert len(unseen) <= AT_MOST_UNSEEN * tried
