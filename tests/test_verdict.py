"""Verdicts: what holds, what fails, what cannot be decided, and what says nothing."""

from __future__ import annotations

import pytest

import texecute

DECLARED = r"""
$a, b \in \mathbb{R}$, $p \in \mathbb{R}_{>0}$, $x \in \mathbb{R}^{n}$, $A, B \in \mathbb{R}^{n\times n}$, $g : \mathbb{R}\to\mathbb{R}$
"""


def check(formula, attributes="", seed=0):
    """The report of one formula after the declarations."""
    return texecute.check(f"{DECLARED}\n\n$${formula}$$ {attributes}\n", seed=seed).formulas[-1]


TABLE = [
    # true
    (r"(a + b)^2 = a^2 + 2ab + b^2", "holds", None),
    (r"(AB)^\top = B^\top A^\top", "holds", None),
    (r"AB \ne BA", "holds", None),
    (r"a^2 + b^2 \ge 2ab", "holds", None),
    (r"\lvert a + b\rvert \le \lvert a\rvert + \lvert b\rvert", "holds", None),
    (r"\log(p^2) = 2\log p", "holds", None),
    (r"\frac{\partial (x^\top x)}{\partial x} = 2x", "holds", None),
    (r"\frac{\partial b}{\partial a} = 0", "holds", None),
    (r"a = \frac{2a}{2} = 3a - 2a", "holds", None),
    # false
    (r"(a + b)^2 = a^2 + b^2", "fails", "value"),
    (r"AB = BA", "fails", "value"),
    (r"(AB)^\top = A^\top B^\top", "fails", "value"),
    (r"a + b \ne b + a", "fails", "value"),
    (r"a^2 \le a", "fails", "value"),
    (r"a < a", "fails", "value"),
    (r"g(a + b) = g(a) + g(b)", "fails", "value"),
    (r"g'(a) = g(a)", "fails", "value"),
    (r"a = \frac{2a}{2} = 3a - a", "fails", "value"),
    (r"2x^\top = 2x", "fails", "shape"),
    (r"Ax + x^\top = Ax", "fails", "shape"),
    # neither
    (r"\log(-p) = 2a", "undecided", "undefined"),
    (r"\sqrt{-1 - a^2} = b", "undecided", "undefined"),
    (r"\frac{1}{a - a} = b", "undecided", "undefined"),
    (r"(A - A)^{-1} = B", "undecided", "undefined"),
    # nothing
    (r"0a = 0b", "error", "vacuous"),
    (r"A - A = B - B", "error", "vacuous"),
    (r"x_i = 2x_i, \quad i \in \{1,\dots,0\}", "error", "vacuous"),
]


@pytest.mark.parametrize("formula, verdict, reason", TABLE)
@pytest.mark.parametrize("seed", [0, 1])
def test_table(formula, verdict, reason, seed):
    """Every formula gets its verdict, at any seed; only what holds passes."""
    report = check(formula, seed=seed)
    assert (verdict, reason) == (report.verdict, report.reason), report.text()
    assert (verdict == "holds") == report.passed
    if not report.passed:
        assert report.message and report.caret
    if verdict in ("error", "undecided"):
        assert report.hint


@pytest.mark.parametrize("formula, verdict, reason", TABLE)
def test_a_wrong_claim_passes_only_where_it_fails(formula, verdict, reason):
    """`.wrong` turns holds into a failure and fails into a pass; what cannot be read or decided never passes."""
    report = check(formula, "{.wrong}")
    assert (verdict == "fails") == report.passed, report.text()


@pytest.mark.parametrize("percent, verdict", [("1.001", "fails"), ("0.999", "fails"), ("1.00001", "fails"), ("1.0000001", "fails"), ("1.000000003", "undecided"), ("1.0", "holds")])
def test_a_gradient_off_by_a_little(percent, verdict):
    """A gradient off by 0.1% fails; one off by 3·10⁻⁹ of its size never passes."""
    assert verdict == check(rf"\frac{{\partial (x^\top A x)}}{{\partial x}} = {percent}(A + A^\top)x").verdict


@pytest.mark.parametrize("scale", [r"10^{12}", r"10^{-12}", r"10^{-30}", r"10^{25}"])
def test_the_comparison_is_relative_to_the_scale(scale):
    """Tiny numbers are not all equal, and huge ones not all different."""
    assert check(rf"{scale}(a + b) = {scale}a + {scale}b").passed
    assert "fails" == check(rf"{scale}(a + b) = {scale}a + 1.001\cdot{scale}b").verdict


def test_cancellation_does_not_hide_a_difference():
    """A small rest of large terms is compared with the terms' rounding, not with the terms."""
    assert check(r"(10^8 + a) - 10^8 = a").verdict in ("holds", "undecided")
    assert "fails" == check(r"(10^4 + a) - 10^4 = 1.001a").verdict


@pytest.mark.parametrize(
    "formula, verdict",
    [
        (r"\log 2 \approx 0.693", "holds"),
        (r"\log 2 \approx 0.6931", "holds"),
        (r"\log 2 \approx 0.694", "fails"),
        (r"\log 2 \approx 0.69", "holds"),
        (r"\log 2 \approx 0.7", "holds"),
        (r"\log 2 \approx 0.70", "fails"),
        (r"\sqrt{2} \approx 1.414", "holds"),
        (r"\sqrt{2} \approx 1.4143", "fails"),
        (r"e^{10} \approx 2.2\times 10^{4}", "holds"),
        (r"e^{10} \approx 2.3\times 10^{4}", "fails"),
        (r"a \approx b", "error"),
    ],
)
def test_approx_claims_the_digits_that_are_shown(formula, verdict):
    """Every digit that stands there must be right, rounded; without a number \\approx is refused."""
    report = check(formula)
    assert verdict == report.verdict, report.text()


def test_ne_needs_one_point_only_and_equal_all():
    """\\ne holds where the sides differ somewhere, = only where they agree everywhere."""
    assert check(r"\max(0, a) \ne a").passed
    assert "fails" == check(r"\max(0, a) = a").verdict or "holds" != check(r"\lvert a\rvert = a").verdict


def test_a_failure_shows_the_evidence():
    """A failure names the entry, both values, a counterexample and the seed that repeats it."""
    report = check("AB = BA", seed=5)
    assert "in entry (" in report.message and "left" in report.message and "right" in report.message
    assert "seed 5" in report.evidence and "n = " in report.evidence
    assert "holds" == check("AB = AB", seed=5).verdict


def test_the_number_of_samples_is_told():
    """Four draws; the relative error stands in the report."""
    report = check("(a + b)^2 = a^2 + 2ab + b^2")
    assert 4 == report.samples and 0 <= report.max_relative_error < 1e-12


def test_a_seed_repeats_the_report():
    """The same seed gives the same report to the last character, another one other samples."""
    assert check("AB = BA", seed=3) == check("AB = BA", seed=3)
    assert check("AB = BA", seed=3).evidence != check("AB = BA", seed=4).evidence
