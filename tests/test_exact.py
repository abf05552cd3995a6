"""The exact check: what is proved at which size, what is not and why, and that it cannot prove what is false."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

import texecute
from texecute import exact, trying
from texecute.exact import BUDGET, Budget, OutOfBudget, Proof
from texecute.verdict import Claim

pytest.importorskip("sympy")

DECLARED = r"""
$a, b, t \in \mathbb{R}$, $p, q \in \mathbb{R}_{>0}$, $r \in (0,1)$, $x, y \in \mathbb{R}^{n}$, $A, B \in \mathbb{R}^{n\times n}$,
$W \in \mathbb{R}^{m\times n}$, $S \in \mathbb{S}^{n}$, $P \in \mathbb{S}^{n}_{++}$, $v \in \{0,1\}^{n}$, $Q \in O(n)$, $k \in \{1,\dots,n\}$,
$g, h : \mathbb{R}\to\mathbb{R}$, $f : \mathbb{R}^{n}\to\mathbb{R}$, $F : \mathbb{R}^{n}\to\mathbb{R}^{m}$, $u : \mathbb{R}\to\mathbb{R}_{>0}$
"""


def check(formula):
    """The report of one formula, with the exact check."""
    return texecute.check(f"{DECLARED}\n\n$${formula}$$\n", exact=True).formulas[-1]


def proof_of(formula):
    """What the exact check alone says of a claim, whatever the samples say."""
    found = []
    original, other = Claim.run, trying.diagnose

    def run(claim):
        verdict = original(claim)
        found.append(exact.prove(claim))
        return verdict

    Claim.run, trying.diagnose = run, lambda claim: ""
    try:
        texecute.check(f"{DECLARED}\n\n$${formula}$$\n")
    finally:
        Claim.run, trying.diagnose = original, other
    return found[0]


PROVED = [
    r"(AB)^\top = B^\top A^\top",
    r"(AB)^{-1} = B^{-1}A^{-1}",
    r"\det(AB) = \det(A)\det(B)",
    r"\operatorname{tr}(AB) = \operatorname{tr}(BA)",
    r"\frac{\partial (x^\top A x)}{\partial x} = (A + A^\top)x",
    r"\frac{\partial \log\det P}{\partial P} = P^{-1}",
    r"\frac{\partial \det A}{\partial A} = \det(A)A^{-\top}",
    r"\frac{\partial \lVert x\rVert}{\partial x} = \frac{x}{\lVert x\rVert}",
    r"\frac{\partial \operatorname{softmax}(x)}{\partial x} = \operatorname{diag}(\operatorname{softmax}(x)) - \operatorname{softmax}(x)\operatorname{softmax}(x)^\top",
    r"\frac{\mathrm d \sigma(t)}{\mathrm d t} = \sigma(t)(1 - \sigma(t))",
    r"\frac{\mathrm d \tanh(t)}{\mathrm d t} = 1 - \tanh^2(t)",
    r"\tanh(t) = 2\sigma(2t) - 1",
    r"\sin^2(t) + \cos^2(t) = 1",
    r"\log(pq) = \log p + \log q",
    r"\log(1 - r) + \log(r) = \log(r - r^2)",
    r"\frac{\mathrm d g(h(t))}{\mathrm d t} = g'(h(t))h'(t)",
    r"\frac{\mathrm d^2 g(h(t))}{\mathrm d t^2} = g''(h(t))\left(h'(t)\right)^2 + g'(h(t))h''(t)",
    r"\frac{\partial f(Ax)}{\partial x} = A^\top\left.\frac{\partial f(y)}{\partial y}\right|_{y = Ax}",
    r"\nabla^2_x f(x) = \left(\nabla^2_x f(x)\right)^\top",
    r"\mathrm d(A^{-1}) = -A^{-1}(\mathrm d A)A^{-1}",
    r"\operatorname{vec}(WAB) = (B^\top\otimes W)\operatorname{vec}(A)",
    r"v\circ v = v",
    r"g(a(b + t)) = g(ab + at)",
    r"g\left(\frac{a}{p} + \frac{b}{q}\right) = g\left(\frac{aq + bp}{pq}\right)",
    r"g(h(t(a + b))) = g(h(bt + at))",
    r"\sum_{i=1}^{n} x_i \delta_{ik} = x_k",
    r"\frac{0.1}{3}a = \frac{a}{30}",
    r"(a + b)^{7} = (b + a)^{7}",
]
REFUTED = [
    r"AB = BA",
    r"(AB)^\top = A^\top B^\top",
    r"\frac{\partial (x^\top A x)}{\partial x} = 2Ax",
    r"\frac{\partial \log\det A}{\partial A} = A^{-1}",
    r"\lvert t\rvert = t",
    r"\sqrt{t^2} = t",
    r"\frac{\mathrm d \tanh(t)}{\mathrm d t} = 1 + \tanh^2(t)",
    r"\frac{\partial \operatorname{softmax}(x)}{\partial x} = \operatorname{diag}(\operatorname{softmax}(x))",
    r"\log(p + q) = \log p + \log q",
    r"g(a + b) = g(a) + g(b)",
    r"g(h(t)) = h(g(t))",
    r"\frac{\mathrm d g(h(t))}{\mathrm d t} = g'(t)h'(t)",
    r"f(Ax) = f(x)",
    r"2u(t) = 2",
    r"v\circ x = x",
    r"x_k = x_1",
    r"(a + b)^{7} = a^{7} + b^{7}",
    r"t = 1.000000001t",
    r"e^{t} = 1 + t + \frac{t^2}{2}",
]
OPEN = [
    (r"x^\top x \ge 0", "an inequality"),
    (r"AB \ne BA", "differ"),
    (r"\log 2 \approx 0.693", "digits"),
    (r"\max(a, b) = \max(b, a)", "max"),
    (r"\operatorname{ReLU}(2p) = 2\operatorname{ReLU}(p)", "relu"),
    (r"Q^\top Q = I", "orthogonal"),
    (r"\lim_{t\to 0}\frac{\sin t}{t} = 1", "limit"),
    (r"g(a + t) = g(a) + tg'(a) + O(t^2)", "remainder"),
]


def test_a_maximum_in_a_definition_is_left_open():
    """A choice between symbols cannot be made; it is never made in silence."""
    page = "Let $a, b \\in \\mathbb{R}$, $r(a,b) = \\max(a,b)$ and $s = \\max(a,b)$.\n"
    for claim in ("r(a,b) = r(b,a)", "s = \\max(b,a)"):
        report = texecute.check(f"{page}$$ {claim} $$", exact=True).formulas[-1]
        assert report.passed, report.text()
        assert report.exact.startswith("not proved"), report.exact


@pytest.mark.parametrize("formula", PROVED)
def test_proved(formula):
    """These hold entry by entry as expressions, and the report says at which size."""
    report = check(formula)
    assert report.passed, report.text()
    assert re.fullmatch(r"proved( at \w+=\d+(, \w+=\d+)*)?", report.exact), report.exact


@pytest.mark.parametrize("formula", REFUTED)
def test_what_is_false_is_refuted_or_left_open(formula):
    """The exact check on its own finds these false, too: it could fail."""
    proof = proof_of(formula)
    assert "refuted" == proof.outcome, proof


@pytest.mark.parametrize("formula, words", OPEN)
def test_open(formula, words):
    """What cannot be worked in symbols passes by its samples, and the report says why there is no proof."""
    report = check(formula)
    assert report.passed, report.text()
    assert report.exact.startswith("not proved: ") and words in report.exact


def test_too_large(monkeypatch):
    """A proof that takes more than its budget is given up, at the same place on every machine."""
    monkeypatch.setattr(exact, "BUDGET", 300)
    report = check(r"\frac{\partial \det A}{\partial A} = \det(A)A^{-\top}")
    assert report.passed and "not proved: too large" == report.exact


def test_a_disagreement_is_an_error(monkeypatch):
    """What holds at every sample but is refuted in symbols is reported, and does not pass."""
    monkeypatch.setattr(exact, "prove", lambda claim: Proof("refuted", "refuted at n=2: the difference is x"))
    report = check("a + b = b + a")
    assert ("error", "exact", False) == (report.verdict, report.reason, report.passed)
    assert "not in symbols" in report.message and report.hint


def test_without_sympy_it_says_so(monkeypatch):
    """SymPy is optional: without it nothing is proved, and nothing breaks."""
    monkeypatch.setitem(sys.modules, "sympy", None)
    report = check("a + b = b + a")
    assert report.passed and "not tried: SymPy is not installed" == report.exact


def test_without_being_asked_nothing_is_proved():
    """No proof is tried by default."""
    assert all(f.exact is None for f in texecute.check(f"{DECLARED}\n\n$$a + b = b + a$$\n").formulas)


def test_a_proof_for_scalars_only_says_so():
    """At size 1 every order of factors is right: such a proof is named for what it is."""
    text = exact._prove_at(_claim("AB = BA"), (1, 1)).text
    assert "proved for scalars only, at n=1" == text


def _claim(formula):
    found = []
    original = Claim.run
    Claim.run = lambda claim: found.append(claim) or original(claim)
    try:
        texecute.check(f"{DECLARED}\n\n$${formula}$$\n")
    finally:
        Claim.run = original
    return found[0]


def test_discrete_names_take_all_their_values():
    """A claim that holds for one value of an index only is refuted, whichever value is drawn first."""
    assert "refuted" == proof_of(r"x_k = x_1").outcome
    assert "refuted" == proof_of(r"x_k = x_n").outcome
    assert "proved" == proof_of(r"v_1^2 = v_1").outcome


@pytest.mark.parametrize(
    "formula",
    [r"\log(a) + \log(b) = \log(ab)", r"\sqrt{a}\sqrt{b} = \sqrt{ab}", r"a^{t}b^{t} = (ab)^{t}", r"g(\log(ab)) = g(\log a + \log b)",
     r"g(\sin^2(a) + \cos^2(a)) = g(1)", r"\log(a^2b^2) = 2\log(ab)", r"\sqrt{a}\sqrt{a} = \lvert a\rvert",
     r"a^{0.5}a^{0.5} = \lvert a\rvert", r"e^{\log a} = \lvert a\rvert"],
)  # fmt: skip
def test_what_holds_where_it_is_defined_is_never_refuted(formula):
    """A logarithm of a negative number is no counterexample: samples are drawn again there, and so are points here."""
    report = check(formula)
    assert report.passed, report.text()


def test_the_budget_counts_calls():
    """The budget stops what runs on, and leaves the interpreter's tracing as it was."""
    before = sys.gettrace()
    with pytest.raises(OutOfBudget), Budget(1000):
        while True:
            abs_of(1)
    assert before is sys.gettrace() and BUDGET > 1000


def abs_of(x):
    """Some function to call."""
    return abs(x)


ENOUGH = 400
"""Claims of each group that are tried here; `texecute check --exact docs` tries all."""


def test_the_book_and_the_cases(root):
    """Of the book's claims nearly all are proved, none is refuted; of the cases that hold, most."""
    pages = sorted((root / "docs").rglob("*.md"))
    cases = sorted((root / "tests" / "cases").glob("*-ok.md"))[::12]
    for group, share in ((pages, 0.8), (cases, 0.7)):
        proved, others = 0, []
        for path in group:
            if proved + len(others) >= ENOUGH:
                break
            for report in _reports(path):
                if report.verdict == "holds" and report.role == "claim":
                    if report.exact and report.exact.startswith("proved"):
                        proved += 1
                    else:
                        others.append((path.name, report.line, report.exact))
                assert report.reason != "exact", report.text()
        assert proved >= share * (proved + len(others)), others


def _reports(path: Path):
    root = next(p for p in path.parents if p.name in ("docs", "cases"))
    return texecute.check(path.read_text("utf8"), str(path), root=root, exact=True).formulas
