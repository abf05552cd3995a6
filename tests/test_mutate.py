"""Wrong variants: the table makes the slips that people make, and each is judged rightly."""

from __future__ import annotations

import pytest

import texecute
from texecute import mutants
from texecute.check import run_page
from texecute.emit.latex import to_latex
from texecute.mutants import could_not_fail, judge, variants_of
from texecute.mutate import TABLE
from texecute.page_state import Settings

NETWORK = r"""
Let $W \in \mathbb{R}^{m\times n}$, $V \in \mathbb{R}^{m\times m}$, $S \in \mathbb{S}^{m}$, $x \in \mathbb{R}^{n}$, $y, b \in \mathbb{R}^{m}$,
$c \in \mathbb{R}$, $p \in \mathbb{R}_{>0}$, $g : \mathbb{R}\to\mathbb{R}$, $f : \mathbb{R}^{m}\to\mathbb{R}$; $z = Wx + b$, $a = g(z)$ and $L = f(a)$.
"""


def claim_of(formula: str, page: str = NETWORK):
    """The claim of one formula that holds after the declarations."""
    state, reports = run_page(f"{page}\n\n$${formula}$$ {{#eq-it}}\n", "page.md", Settings(), lambda name: "")
    assert reports[-1].verdict == "holds", reports[-1].text()
    return state.claims["eq-it"][0]


def outcomes(formula: str) -> dict[tuple[str, str], str]:
    """What became of each variant, by its name and the side that it makes."""
    claim = claim_of(formula)
    return {(v.name, to_latex(v.tree, claim.scope)): judge(claim, v).outcome for v in variants_of(claim)}


MADE = [
    # formula, name of the slip, the side that it makes, what is found
    (r"\frac{\partial L}{\partial x} = W^\top\frac{\partial L}{\partial z}", "transpose removed", r"W \frac{\partial L}{\partial z}", "shape"),
    (r"\frac{\partial L}{\partial x} = W^\top\frac{\partial L}{\partial z}", "factors swapped", r"\frac{\partial L}{\partial z} W^\top", "shape"),
    (r"\frac{\partial L}{\partial z} = \frac{\partial L}{\partial a}\circ g'(z)", "matrix product for circ",
     r"\frac{\partial L}{\partial a} g'(z)", "shape"),
    (r"\frac{\partial L}{\partial z} = \frac{\partial L}{\partial a}\circ g'(z)", "prime changed",
     r"\frac{\partial L}{\partial a} \circ g(z)", "value"),
    (r"\frac{\partial L}{\partial z} = \frac{\partial L}{\partial a}\circ g'(z)", "argument changed",
     r"\frac{\partial L}{\partial a} \circ g'(a)", "value"),
    (r"\frac{\partial z_i}{\partial W_{jk}} = [i = j]\,x_k", "index changed", r"\mathbb{1}[i = j] x_{j}", "shape"),
    (r"(Vy)_i = \sum_{j=1}^{m} V_{ij}y_j", "subscripts swapped", r"\sum_{j=1}^{m} V_{ji} y_{j}", "value"),
    (r"(Vy)_i = \sum_{j=1}^{m} V_{ij}y_j", "sum dropped", r"\sum_{j=1}^{1} V_{ij} y_{j}", "value"),
    (r"(Vy)_i = \sum_{j=1}^{m} V_{ij}y_j", "range shortened", r"\sum_{j=1}^{m - 1} V_{ij} y_{j}", "value"),
    (r"(Vy)_i = \sum_{j=1}^{m} V_{ij}y_j", "label shifted", r"\sum_{j=1}^{m} V_{ij} y_{j + 1}", "error"),
    (r"\tanh'(c) = 1 - \tanh(c)^2", "sign flipped", r"1 + \tanh(c)^{2}", "value"),
    (r"\tanh'(c) = 1 - \tanh(c)^2", "term dropped", "1", "value"),
    (r"\tanh'(c) = 1 - \tanh(c)^2", "function changed", r"1 - \sigma(c)^{2}", "value"),
    (r"\tanh'(c) = 1 - \tanh(c)^2", "exponent changed", r"1 - \tanh(c)^{3}", "value"),
    (r"\frac{\partial (b^\top b)}{\partial b} = 2b", "factor dropped", "b", "value"),
    (r"\frac{\partial (b^\top b)}{\partial b} = 2b", "number changed", "3 b", "value"),
    (r"(Vy)^\top = y^\top V^\top", "factors swapped", r"V^\top y^\top", "shape"),
    (r"VV^{-1} = V^{-1}V", "inverse dropped", "V V", "value"),
    (r"\operatorname{tr}(VS) = \operatorname{tr}(SV)", "factors swapped", r"\operatorname{tr}(V S)", "equivalent"),
    (r"\operatorname{tr}(VS) = \operatorname{tr}(SV)", "transpose added", r"\operatorname{tr}(S^\top V)", "equivalent"),
    (r"\frac{\partial L}{\partial b} = \frac{\partial L}{\partial z}\circ(a - a + \mathbf 1)", "name changed",
     r"\frac{\partial L}{\partial z} \circ (z - a + \mathbf{1})", "value"),
    (r"\frac{\partial a}{\partial z} = \operatorname{diag}(g'(z))", "layout flipped", r"\left(\frac{\partial a}{\partial z}\right)^\top", "also true"),
    (r"(c\,y)_i = c\,y_i", "factor doubled", r"c c y_{i}", "value"),
    (r"\log p^2 = 2\log p", "number changed", r"3 \log(p)", "value"),
]  # fmt: skip


@pytest.mark.parametrize("formula, name, side, outcome", MADE)
def test_a_slip_is_made_and_found(formula, name, side, outcome):
    """The variant exists, and the check finds out about it what the table says."""
    found = outcomes(formula)
    assert (name, side) in found, "\n".join(f"{n}: {s}" for n, s in found if n == name)
    assert found[name, side] == outcome


def test_every_row_of_the_table_makes_a_variant():
    """No row is idle: over the formulas above and a few more, each makes at least one variant."""
    more = [r"\frac{\partial L}{\partial a} = \frac{\partial L}{\partial a}", r"y = y + b - b", r"[c > 0] = 1 - [c \le 0]", r"VS - SV = -(SV - VS)"]
    names = {v.name for formula in [r[0] for r in MADE] + more for v in variants_of(claim_of(formula))}
    assert {row[0] for row in TABLE} <= names


def test_variants_come_in_a_fixed_order_each_once():
    """Two runs give the same variants in the same order, and none twice."""
    formula = r"\frac{\partial L}{\partial x} = W^\top\left(\frac{\partial L}{\partial a}\circ g'(z)\right)"
    first, second = (list(variants_of(claim_of(formula))) for _ in range(2))
    assert [(v.name, v.part, v.tree, v.span) for v in first] == [(v.name, v.part, v.tree, v.span) for v in second]
    assert len({(v.part, v.tree) for v in first}) == len(first)


def test_the_span_of_a_variant_is_in_the_source():
    """A variant tells where in the formula the slip is."""
    formula = r"\frac{\partial L}{\partial z} = \frac{\partial L}{\partial a}\circ g'(z)"
    claim = claim_of(formula)
    spots = {v.name: formula[v.span.start : v.span.end] for v in variants_of(claim) if v.part == 1}
    assert spots["prime changed"] == "g'(z)"
    assert spots["argument changed"] == "z"


def test_a_chain_is_tried_link_by_link():
    """A variant of the middle of a chain is refused by one link or the other."""
    claim = claim_of(r"(c + p)^2 = c^2 + 2cp + p^2 = p^2 + 2pc + c^2")
    middle = [judge(claim, v) for v in variants_of(claim) if v.part == 1]
    assert middle
    assert all(j.links <= {0, 1} for j in middle)
    assert any(j.outcome == "value" for j in middle)


@pytest.mark.parametrize("formula", [r"\frac{\partial b}{\partial y} = 0", r"Vb = Vb", r"VS \ne SV", r"c^2 \ge 0", r"f(b)^2 = f(b)\,f(b)"])
def test_what_could_have_failed_passes(formula):
    """An equality with a variant that is refused passes; other relations, and zero derivatives, are not asked."""
    assert could_not_fail(claim_of(formula)) is None


def test_an_equality_without_a_refused_variant_does_not_pass(monkeypatch):
    """Where nothing that was tried is refused, the formula is an error of its own kind."""
    monkeypatch.setattr(mutants, "variants_of", lambda claim: [v for v in variants_of(claim) if v.name == "transpose added"])
    report = texecute.check(f"{NETWORK}\n\n$$\\operatorname{{tr}}(S) = \\operatorname{{tr}}(S)$$\n").formulas[-1]
    assert ("error", "could not fail", False) == (report.verdict, report.reason, report.passed)
    assert "none of" in report.message
    assert report.hint


def test_counts_are_in_the_report_only_when_asked_for():
    """`mutants=True` counts every variant of every claim; without it the field is None."""
    page = f"{NETWORK}\n\n$$\\frac{{\\partial L}}{{\\partial x}} = W^\\top\\frac{{\\partial L}}{{\\partial z}}$$\n\n$$VS \\ne SV$$\n"
    assert texecute.check(page).formulas[-1].mutants is None
    report = texecute.check(page, mutants=True)
    first, second = (f.mutants for f in report.formulas[-2:])
    assert first["killed"] == first["by_shape"] + first["by_value"] > 5
    assert first["also_true"] == 0
    assert second["also_true"] == len(second["also_true_variants"]) > 0
    summary = report.summary()
    assert summary["mutants_killed"] == sum(f.mutants["killed"] for f in report.formulas if f.mutants)
    assert summary["could_not_fail"] == 0


def test_a_wrong_claim_is_not_varied():
    """Variants are made of what holds, not of what is shown as wrong."""
    report = texecute.check(f"{NETWORK}\n\n$$VS = SV$$ {{.wrong}}\n", mutants=True).formulas[-1]
    assert report.passed
    assert report.mutants is None
