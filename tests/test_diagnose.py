"""Diagnosis: of a claim that fails, the slip is named that makes it hold."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import texecute

HERE = Path(__file__).resolve().parent
ELSEWHERE = Path(os.environ.get("TEXECUTE_CASES") or HERE.parent.parent / "shared" / "cases")
NETWORK = r"""
Let $W \in \mathbb{R}^{n\times n}$, $V \in \mathbb{R}^{m\times n}$, $x, y, b \in \mathbb{R}^{n}$, $A, B \in \mathbb{R}^{n\times n}$,
$c \in \mathbb{R}$, $X \in \mathbb{R}^{m\times n}$, $w \in \mathbb{R}^{n}$, $g : \mathbb{R}\to\mathbb{R}$, $f : \mathbb{R}^{n}\to\mathbb{R}$;
$z = Wx + b$, $a = g(z)$, $L = f(a)$, $r = Xw$, $J = \frac{1}{m}r^\top r$ and $u = Vx$.
"""

TABLE = [
    # what is written, what is said
    (r"\frac{\partial L}{\partial x} = W\frac{\partial L}{\partial z}", r"holds with W^\top"),
    (r"u^\top = x^\top V", r"holds with V^\top"),
    (r"\frac{\partial L}{\partial W} = x\left(\frac{\partial L}{\partial z}\right)^\top", "this is the transpose: holds with the right side transposed"),
    (r"\frac{\partial\operatorname{tr}(AB)}{\partial A} = B", "this is the transpose: true in numerator layout"),
    (r"\frac{\partial u}{\partial x} = V^\top", "this is the transpose: true in denominator layout"),
    (r"\frac{\partial z}{\partial x^\top} = W^\top", "this is the transpose: holds with the right side transposed"),
    (r"(AB)^\top = A^\top B^\top", r"holds with the factors in the other order: B^\top A^\top"),
    (r"\frac{\partial L}{\partial z} = \frac{\partial L}{\partial a}\,g'(z)", r"holds with \circ in place of the matrix product"),
    (r"A^2 = A\circ A", r"holds with the matrix product in place of \circ"),
    (r"\frac{\partial L}{\partial z} = \frac{\partial L}{\partial a}\circ g(z)", r"holds with g'(z) in place of g(z): a prime is missing"),
    (r"\frac{\partial L}{\partial z} = \frac{\partial L}{\partial a}\circ g'(a)", r"holds with the argument z in place of a"),
    (r"\frac{\partial L}{\partial z} = -\frac{\partial L}{\partial a}\circ g'(z)", "holds with the other sign"),
    (r"\frac{\partial J}{\partial w} = 2X^\top r", r"a factor \frac{1}{m} is missing"),
    (r"\frac{\partial J}{\partial w} = \frac1m X^\top r", "a factor 2 is missing"),
    (r"\frac{\partial J}{\partial w} = \frac{2}{m^2} X^\top r", "a factor m is missing"),
    (r"\frac{\partial (x^\top x)}{\partial x} = x", "a factor 2 is missing"),
    (r"\frac{\partial (x^\top y)}{\partial x} = 2y", "holds without the factor 2"),
    (r"\frac{\partial L}{\partial z} = \frac{\partial L}{\partial a}\circ g'(z) + b", "holds without the term b"),
    (r"x^\top y = x\circ y", "the sum over the rows is missing"),
    (r"(Ax)_i = \sum_{j=1}^{n} A_{ji}x_j", "A_{ij}"),
    (r"\tanh'(c) = 1 - \tanh(c)^3", r"holds with \tanh(c)^{2} in place of \tanh(c)^{3}"),
    (r"\frac{\partial (x^\top Ax)}{\partial x} = 2Ax", "holds for a symmetric A"),
    (r"c^2 \le 0", r"holds with \ge"),
]


def check(formula: str, attributes: str = "", page: str = NETWORK):
    """The report of one formula after the declarations."""
    return texecute.check(f"{page}\n\n$${formula}$$ {attributes}\n").formulas[-1]


@pytest.mark.parametrize("formula, said", TABLE)
def test_the_slip_is_named(formula, said):
    """The hint of a failed claim says what makes it hold."""
    report = check(formula)
    assert report.verdict == "fails"
    assert said in report.hint


@pytest.mark.parametrize("formula", [r"c^3 + c = c^2 - 17", r"AB + BA = A^\top B", r"f(x) = f(y)"])
def test_nothing_is_said_where_nothing_is_near(formula):
    """A formula that no single slip mends gets no diagnosis."""
    report = check(formula)
    assert report.verdict == "fails"
    assert "holds with" not in report.hint


def test_a_repair_that_says_nothing_is_none():
    """A change that makes both sides the same is no diagnosis."""
    assert "in place of" not in check(r"g'(c) = g(c)").hint


def test_a_claim_shown_as_wrong_is_not_diagnosed(monkeypatch):
    """No repair is tried of what is meant to be wrong."""
    monkeypatch.setattr("texecute.trying.diagnose", lambda claim: pytest.fail("tried"))
    assert check(r"(AB)^\top = A^\top B^\top", "{.wrong}").passed


def test_a_true_claim_shown_as_wrong_is_said_to_be_the_same():
    """Equivalent, but written differently: the earlier formula is named."""
    page = NETWORK + "\n\n$$\n\\frac{\\partial L}{\\partial x} = W^\\top\\frac{\\partial L}{\\partial z}\n$$ {#eq-right}\n"
    report = check(r"\frac{\partial L}{\partial x} = W^\top\left(g'(z)\circ\frac{\partial L}{\partial a}\right)", "{.wrong}", page)
    assert not report.passed
    assert "@eq-right" in report.hint
    assert "written differently" in report.hint


def test_the_same_diagnosis_each_time():
    """A diagnosis is repeatable."""
    hints = {check(r"\frac{\partial L}{\partial x} = W\frac{\partial L}{\partial z}").hint for _ in range(3)}
    assert len(hints) == 1


def diagnosed(folder: Path) -> tuple[int, int]:
    """How many failing claims the pages of a folder have, and how many of them are diagnosed."""
    total = found = 0
    for page in sorted(folder.glob("*.md")):
        if page.name == "README.md":
            continue
        report = texecute.check(page.read_text("utf-8"), str(page), root=folder.parent)
        failing = [f for f in report.formulas if f.verdict == "fails" and f.role == "claim"]
        total += len(failing)
        found += sum("holds" in f.hint or "missing" in f.hint or "true in" in f.hint for f in failing)
    return total, found


@pytest.mark.skipif(not (ELSEWHERE / "wrong").is_dir(), reason="the sample pages are not here")
def test_most_wrong_sample_pages_are_diagnosed(capsys):
    """Of the mistakes that were collected elsewhere, at least half are named."""
    total, found = diagnosed(ELSEWHERE / "wrong")
    with capsys.disabled():
        print(f"\n{found} of {total} wrong pages diagnosed")
    assert found >= total / 2
