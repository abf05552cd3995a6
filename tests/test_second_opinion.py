"""Claims of the book and of the cases, by a stated rule, once more through JAX: a disagreement fails.

The rule: of each folder the pages whose place in the sorted list is a multiple of the
folder's step.  `TEXECUTE_ALL=1` takes all of them; the book alone is four minutes then.
"""

import os
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

pytest.importorskip("jax")

from texecute import matrices  # noqa: E402
from texecute.errors import FormulaError  # noqa: E402
from texecute.items import read_formulas  # noqa: E402
from texecute.second_opinion import opinion  # noqa: E402

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
ELSEWHERE = Path(os.environ.get("TEXECUTE_CASES") or ROOT.parent / "shared" / "cases")
ALL = bool(os.environ.get("TEXECUTE_ALL"))
# Folder: every how many-th page, and how many of its claims must be compared at least.
FOLDERS = {"docs": (ROOT / "docs", 4, 400), "cases": (HERE / "cases", 4, 250), "elsewhere": (ELSEWHERE, 1, 40)}


def pages(where):
    """The pages of a folder that are looked at."""
    folder, step, _ = FOLDERS[where]
    return sorted(folder.rglob("*.md"))[:: 1 if ALL else step]


@cache
def opinions(where):
    """Claims compared, reasons why others were not, and disagreements, of one folder."""
    folder = FOLDERS[where][0]
    compared, reasons, wrong = 0, Counter(), []
    for path in pages(where):
        for found in read_formulas(path.read_bytes().decode("utf8"), str(path), root=folder):
            for claim in found.claims() if found.error is None else ():
                try:
                    claim.infer()
                    verdict = claim.run()
                except FormulaError:
                    continue
                if verdict.verdict not in ("holds", "fails") or not claim.cases:
                    continue
                place = f"{path.name}:{found.formula.line}"
                try:
                    said = opinion(claim, verdict.verdict, 2)
                except KeyError as error:
                    wrong.append(f"{place}: no member {error}")
                    continue
                except FormulaError as error:
                    assert "emit" == error.kind, f"{place}: {error.message}"
                    reasons[error.message] += 1
                    continue
                compared += 1
                wrong += [f"{place}: {d}" for d in said.disagreements]
    return compared, reasons, wrong


@pytest.mark.parametrize("where", FOLDERS)
def test_jax_agrees_with_the_checker(where, record_property):
    """Both sides and the verdict of every claim that has code."""
    folder, _, least = FOLDERS[where]
    if not folder.exists():
        pytest.skip(f"{folder.name} is not here")
    compared, reasons, wrong = opinions(where)
    record_property("compared", compared)
    record_property("without code", dict(reasons))
    print(f"{where}: {compared} claims compared, {sum(reasons.values())} without code")
    for reason, count in reasons.most_common():
        print(f"  {count}  {reason}")
    assert not wrong, "\n".join(wrong[:20])
    assert compared >= least


@pytest.mark.parametrize("where", FOLDERS)
def test_nearly_every_claim_has_code(where):
    """At most one claim in twenty has none."""
    if not FOLDERS[where][0].exists():
        pytest.skip("not here")
    compared, reasons, _ = opinions(where)
    assert sum(reasons.values()) <= 0.05 * compared + 1, reasons


def test_a_wrong_gradient_is_seen():
    """A checker that were off by 0.1% would disagree with JAX."""
    text = "Let $x \\in \\mathbb{R}^{n}$.\n\n$$ \\frac{\\partial x^\\top x}{\\partial x} = 2x $$ {#eq-g}\n"
    claim = read_formulas(text)[-1].claims()[0]
    claim.infer()
    assert "holds" == claim.run().verdict
    assert [] == opinion(claim, "holds").disagreements
    for case in claim.cases:
        if len(matrices.entries(case.values[0])) > 1:
            case.values[0].data[0] *= 1.001
    assert opinion(claim, "holds").disagreements
