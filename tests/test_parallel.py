"""Several processes give the same report as one."""

from __future__ import annotations

from functools import partial

from texecute.cli import check_file, main
from texecute.parallel import check_pages, each_page

PAGE = r"""
Let $A, B \in \mathbb{R}^{n\times n}$.

$$
(AB)^\top = %s
$$ {#eq-it}
"""


def pages(folder):
    """Three pages, the second of them wrong."""
    for name, side in (("a", r"B^\top A^\top"), ("b", r"A^\top B^\top"), ("c", r"B^\top A^\top")):
        (folder / f"{name}.md").write_text(PAGE % side, "utf-8")
    return [(folder / f"{name}.md", folder) for name in "abc"]


def test_two_processes_give_the_report_of_one(tmp_path):
    """Formulas, order, verdicts and variants are the same."""
    check = partial(check_file, seed=3, mutants=True)
    one, two = (check_pages(pages(tmp_path), check, jobs) for jobs in (1, 2))
    assert one == two
    assert [f.verdict for f in one.formulas if f.label] == ["holds", "fails", "holds"]


def test_reports_come_page_by_page(tmp_path):
    """The first report is there before the others are asked for."""
    reports = each_page(pages(tmp_path), partial(check_file, seed=0), 1)
    assert next(reports).passed
    assert not next(reports).passed


def test_the_command_takes_jobs_and_variants(tmp_path, capsys):
    """`--jobs 2 --mutants -v` prints the totals, and fails as it does without them."""
    pages(tmp_path)
    assert main(["check", str(tmp_path), "--jobs", "2", "--mutants", "-v"]) == 1
    output = capsys.readouterr().out
    assert "wrong variants:" in output
    assert "holds with the factors in the other order" in output
