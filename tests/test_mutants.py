"""The variants of the book: few are true as well, and each is judged as the whole checker judges it."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import texecute
from texecute import mutants, trying
from texecute.check import check_formula
from texecute.emit.latex import to_latex
from texecute.page_state import PageState, Settings, apply_setting, in_order, later_names
from texecute.pages import Setting, read_page
from texecute.uses import file_loader, read_front_matter

DOCS = Path(__file__).resolve().parent.parent / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
# Each variant is written in its formula's place here, which takes one claim a formula and what it needs before it.
ONE_CLAIM_A_FORMULA = [DOCS / name for name in ("losses/softmax-cross-entropy.md", "networks/batch.md", "networks/mistakes.md",
                                                "networks/recurrence.md")]  # fmt: skip
AT_MOST_ALSO_TRUE = 0.02
OF_ONE_CLAIM = 2


def test_few_variants_of_the_book_are_also_true(capsys):
    """At most 2% of all wrong variants are true here and not by algebra; the report lists each of them."""
    counts = {"killed": 0, "equivalent": 0, "also_true": 0}
    listed = 0
    for page in PAGES:
        report = texecute.check(page.read_text("utf-8"), str(page), root=DOCS, mutants=True)
        assert report.summary()["could_not_fail"] == 0
        for formula in report.formulas:
            if formula.mutants and formula.passed:
                listed += len(formula.mutants["also_true_variants"])
                for key in counts:
                    counts[key] += formula.mutants[key]
    with capsys.disabled():
        print(f"\nvariants of the book: {counts}")
    assert listed == counts["also_true"]
    assert counts["also_true"] <= AT_MOST_ALSO_TRUE * sum(counts.values())


def variants_in_place(page_path: Path, claims: list):
    """For some variants of each claim of a page: what was judged, and the report of the variant's LaTeX in its place."""
    chosen = random.Random(str(page_path.relative_to(DOCS)))
    page = read_page(page_path.read_text("utf-8"), str(page_path))
    state = PageState(page, Settings())
    read_front_matter(state, file_loader(DOCS, str(page_path), None), (str(page_path),))
    state.later = later_names(page)
    for thing in in_order(page):
        if isinstance(thing, Setting):
            apply_setting(state, thing)
            continue
        scopes = {block: scope.child() for block, scope in state.scopes.items()}
        claims.clear()
        report = check_formula(state, thing)
        if not report.passed or len(claims) != 1:
            continue
        claim = claims[0]
        every = list(mutants.variants_of(claim))
        for variant in chosen.sample(every, min(OF_ONE_CLAIM, len(every))):
            latex = to_latex(variant.of(claim.relation), claim.scope)
            place = PageState(page, state.settings, conventions=state.conventions, later=state.later)
            place.scopes = {block: scope.child() for block, scope in scopes.items()}
            yield mutants.judge(claim, variant), check_formula(place, replace(thing, latex=latex)), latex


def test_variants_are_judged_as_the_checker_does(monkeypatch):
    """A variant that is refused does not pass when it is written on the page; one that is true does."""
    claims: list = []
    monkeypatch.setattr(trying, "diagnose", lambda claim: "")
    monkeypatch.setattr(trying, "could_not_fail", lambda claim: claims.append(claim))
    tried = 0
    for page in ONE_CLAIM_A_FORMULA:
        for judgement, report, latex in variants_in_place(page, claims):
            tried += 1
            where = f"{page.name}:{report.formula_line} {judgement.variant.name}: {judgement.outcome}, {report.verdict}: {latex}"
            if judgement.refused:
                assert not report.passed, where
            elif judgement.outcome in ("equivalent", "also true"):
                assert report.passed, where
    assert tried > 300
