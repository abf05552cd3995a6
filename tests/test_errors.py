"""Messages: path, line and column, a caret under the spot, what is wrong, and what to write instead."""

from __future__ import annotations

import re

import pytest

import texecute
from texecute.errors import Span, caret

DECLARED = r"""Let $x \in \mathbb{R}^{n}$, $y \in \mathbb{R}^{m}$, $W \in \mathbb{R}^{m\times n}$, $a \in \mathbb{R}$,
$\hat y \in \mathbb{R}^{m}$, $g : \mathbb{R}\to\mathbb{R}$ and $A^{[l]} \in \mathbb{R}^{n\times n},\ l = 1,\dots,L$.
"""


def first_problem(formula, attributes="", before=DECLARED):
    """The report of the first thing that does not pass on a page with this formula on line 5."""
    page = f"{before}\n$$\n{formula}\n$$ {attributes}\n"
    report = texecute.check(page, "docs/page.md")
    assert report.problems, "nothing is wrong with it"
    return report.problems[0]


CASES = [
    # formula, text under the caret, message, hint
    (r"W q = a y", "q", "unknown name q", "declare it"),
    (r"2 \hat x = a y", r"\hat x", r"unknown name \\hat\{x\}", "did you mean"),
    (r"2 w x = y", "w", "unknown name w", "did you mean W"),
    (r"a = \frac{a}{2", "{", "never closed", "add the missing }"),
    (r"a = a}", "}", "closes nothing", "remove it"),
    (r"a = (a + 1", None, "closing|expected|ends", "add"),
    (r"2 x W = y", None, r"n × 1.*m × n", None),
    (r"2 W y = x", None, r"m × n.*m × 1", "columns|top"),
    (r"W x + x = y", None, "m × 1.*n × 1|n × 1.*m × 1", None),
    (r"2x = y", None, "different shapes", None),
    (r"a = a \foo a", r"\foo", r"unknown command \\foo", "language reference"),
    (r"a/2a = a", None, ".", "bracket|frac"),
    (r"A^{[l]}x = x, \quad l = 1,\dots,L+1", None, "L|no meaning|range", "range"),
    (r"\sum_k a = a", None, "range of k", "state the range"),
    (r"2x_i = y_i, \quad i = 1,\dots,10^9", None, "too|no entry|limit", None),
    (r"\lvert W\rvert = a", None, ".", r"\\det"),
    (r"1 - A^{[1]} = A^{[1]}", None, ".", "I"),
    (r"a \approx 2a", None, "approx", "number|digits"),
    (r"a \sim a", r"\sim", "not in the language", "domain"),
    (r"", None, "empty|write", None),
    (r"=", None, ".", "."),
    (r"a =", "=", "right of this relation", "write"),
]


@pytest.mark.parametrize("formula, under, message, hint", CASES)
def test_messages(formula, under, message, hint):
    """Each error stands on its own line of the page, points at its spot and says what to do."""
    problem = first_problem(formula)
    shown = problem.text()
    assert problem.path == "docs/page.md" and (problem.line in (4, 5, 6)), shown
    assert re.match(r"docs/page\.md:\d+:\d+  \S", shown)
    assert re.search(message, problem.message), shown
    if hint is not None:
        assert re.search(hint, problem.hint), shown
    line, marks = problem.caret.split("\n")
    assert "^" in marks and set(marks) <= {" ", "^"}
    if under is not None:
        assert line[marks.index("^") : marks.rindex("^") + 1] == under, shown
        assert 5 == problem.line and formula.index(under) + 1 == problem.column or under in formula[problem.column - 1 :], shown


def test_line_and_column_in_a_formula_of_several_lines():
    """The position is that of the spot in the file, not of the formula."""
    problem = first_problem("a\n  = a\n  + q")
    assert (7, 5) == (problem.line, problem.column) and "q" == problem.caret.split("\n")[0][-1]


def test_position_inside_tabs():
    """In a tab the indent counts, as an editor counts it."""
    page = f'{DECLARED}\n=== "Rows"\n\n    $$\n    a = q\n    $$\n'
    (problem,) = texecute.check(page).problems
    assert (7, 9) == (problem.line, problem.column)


def test_inline():
    """An inline formula's column counts from the line's start."""
    (problem,) = texecute.check("Let $x \\in \\mathbb{R}$, then $2x = q$.\n").problems
    assert (1, 36) == (problem.line, problem.column)


@pytest.mark.parametrize("before", ["$$\na\n", "$x \\in \\mathbb{R}$\n\n$$\nx = x\n"])
def test_an_unclosed_formula_names_where_it_opens(before):
    """The line of the `$$` that is never closed."""
    problem = texecute.check(before, "p.md").problems[0]
    assert "no closing $$" in problem.message and before[: before.index("$$")].count("\n") + 1 == problem.line


@pytest.mark.parametrize(
    "source, span, expected",
    [
        ("a + b", Span(4, 5), "a + b\n    ^"),
        ("a + b", Span(0, 5), "a + b\n^^^^^"),
        ("  a + b", Span(6, 7), "a + b\n    ^"),
        ("a\n+ b\n+ c", Span(4, 5), "+ b\n  ^"),
        ("a\n+ b\n+ c", Span(2, 9), "+ b\n^^^"),
        ("a", Span(1, 2), "a\n ^"),
        ("", Span(0, 1), "\n^"),
        ("\ta", Span(1, 2), "a\n^"),
    ],
)
def test_carets(source, span, expected):
    """The caret stands under the span, on the span's first line."""
    assert expected == caret(source, span)


def test_long_lines_are_cut_around_the_spot():
    """A caret far to the right stays visible."""
    line, marks = caret("x" * 500 + "Q" + "x" * 500, Span(500, 501)).split("\n")
    assert len(line) <= 165 and "Q" == line[marks.index("^")]
