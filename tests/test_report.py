"""The report: text for people, JSON by a schema that others rely on."""

from __future__ import annotations

import json

import pytest

import texecute
from texecute.report import FormulaReport, Report

PAGE = r"""---
title: A page of everything
---

Let $A, B \in \mathbb{R}^{n\times n}$, $a \in \mathbb{R}$ and $p \in \mathbb{R}_{>0}$.

$$(AB)^\top = B^\top A^\top$$ {#eq-holds}

$$AB = BA$$ {#eq-fails}

$$A + a = A$$ {#eq-shape}

$$\log(-p) = 2a$$ {#eq-undecided}

$$A q = A$$ {#eq-error}

$$AB = BA$$ {#eq-wrong .wrong}

$$\text{anything}$$ {#eq-unchecked .unchecked reason="a drawing"}

Mention $A$; condition $n \ge 2$; definition $C = AB$.
"""
MUTANTS = {"killed": int, "equivalent": int, "also_true": int}
"""What `mutants` has at least; how they were killed may stand beside it."""
SCHEMA = {
    "version": 1,
    "summary": {
        key: int
        for key in (
            "formulas", "passed", "failed", "undecided", "errors", "unchecked", "wrong_claims", "mutants_killed",
            "mutants_equivalent", "mutants_also_true", "could_not_fail",
        )
    },
    "formulas": [
        {
            "path": str, "line": int, "column": int, "label": (str, None), "verdict": {"ok", "holds", "fails", "undecided", "error"},
            "role": {"declaration", "definition", "claim", "wrong claim", "condition", "mention", "unchecked", "page"},
            "passed": bool, "latex": str, "message": str, "hint": str, "samples": int, "max_relative_error": (float, None),
            "exact": (str, None), "reason": (str, None),
            "mutants": (MUTANTS, None),
        }
    ],
}  # fmt: skip
"""What `--json` prints: every key is there, and no other; None beside a type: may be null."""


def conform(value, schema, where="report"):
    """Raises AssertionError where a value is not what the schema says."""
    if isinstance(schema, dict):
        assert isinstance(value, dict), where
        more = set(value) - set(schema) if schema is MUTANTS else set()
        assert set(value) - more == set(schema), f"{where}: {set(value) ^ set(schema)}"
        for key, inner in schema.items():
            conform(value[key], inner, f"{where}.{key}")
    elif isinstance(schema, list):
        assert isinstance(value, list), where
        for number, item in enumerate(value):
            conform(item, schema[0], f"{where}[{number}]")
    elif isinstance(schema, tuple):
        if value is not None:
            conform(value, schema[0], where)
    elif isinstance(schema, set):
        assert value in schema, f"{where}: {value!r}"
    elif isinstance(schema, type):
        assert type(value) is schema, f"{where}: {value!r}"
    else:
        assert value == schema, f"{where}: {value!r}"


@pytest.fixture(scope="module")
def report():
    """The report of a page on which everything occurs."""
    return texecute.check(PAGE, "docs/page.md")


@pytest.mark.parametrize("options", [{}, {"mutants": True}], ids=["plain", "variants"])
def test_json_conforms_to_the_schema(options):
    """Section 8 of the language: every key, its type, no other key."""
    conform(json.loads(texecute.check(PAGE, "docs/page.md", **options).to_json()), SCHEMA)


def test_json_of_an_empty_page_and_of_a_broken_one():
    """No formulas, or only a fault of the page, is a report like any other."""
    for text in ("", "no formula", "$$\nx"):
        conform(json.loads(texecute.check(text).to_json()), SCHEMA)


def test_json_is_one_document_in_unicode():
    """Names and messages stay readable, and nothing in them can break the document."""
    text = texecute.check('$α \\in \\mathbb{R}$ "and" $β$\n').to_json()
    assert "α" in text and json.loads(text)["formulas"][1]["latex"] == "β"


def test_counts(report):
    """The summary counts each formula once, by what became of it."""
    summary = report.summary()
    found = {key: summary[key] for key in ("formulas", "failed", "undecided", "errors", "unchecked", "wrong_claims")}
    assert {"formulas": 13, "failed": 2, "undecided": 1, "errors": 1, "unchecked": 1, "wrong_claims": 1} == found
    assert 13 - 4 == summary["passed"] and not report.passed


def test_verdicts(report):
    """Each labelled formula has its verdict, its reason and whether it passes."""
    found = {f.label: (f.verdict, f.reason, f.passed) for f in report.formulas if f.label}
    assert found == {
        "eq-holds": ("holds", None, True),
        "eq-fails": ("fails", "value", False),
        "eq-shape": ("fails", "shape", False),
        "eq-undecided": ("undecided", "undefined", False),
        "eq-error": ("error", "name", False),
        "eq-wrong": ("fails", "value", True),
        "eq-unchecked": ("ok", None, True),
    }


def test_text_shows_what_does_not_pass_and_a_summary(report):
    """Passing formulas leave no line; each other one has path, line, column, caret."""
    text = report.text()
    assert "docs/page.md:9:3  the two sides differ" in text
    assert "eq-holds" not in text and "(AB)^" not in text
    last = text.splitlines()[-1]
    assert last == report.summary_line()
    assert "13 formulas, 9 passed, 2 failed, 1 undecided, 1 error, 1 unchecked, 1 shown as wrong" == last
    assert 4 == sum(line.startswith("docs/page.md:") for line in text.splitlines())


def test_verbose_text_has_a_line_for_each_formula(report):
    """With -v what passes is listed, too."""
    assert 13 == sum(line.startswith("docs/page.md:") for line in report.text(verbose=True).splitlines())


def test_reports_add_up(report):
    """The report of several pages is the sum of theirs."""
    both = report + texecute.check("$x \\in \\mathbb{R}$", "other.md")
    assert 14 == both.summary()["formulas"] and "other.md" == both.formulas[-1].path


def test_nothing_at_all_passes():
    """An empty report passes: there is nothing that does not."""
    assert Report().passed and "0 formulas, 0 passed" == Report().summary_line()


def test_a_fault_of_the_page_is_an_error_but_no_formula():
    """It counts among the errors, not among the formulas."""
    report = Report((FormulaReport("p.md", 1, 1, "page", "error", False, message="m"),))
    assert 0 == report.summary()["formulas"] and 1 == report.summary()["errors"] and not report.passed
