"""The pytest plugin: one test a formula, named by label or line, failing in the report's own words."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytest_plugins = ("pytester",)

GOOD = """# A page

Let $x, y \\in \\mathbb{R}^{n}$.

$$
x^\\top y = y^\\top x
$$ {#eq-good}
"""
BAD = """Let $A, B \\in \\mathbb{R}^{n\\times n}$ and $a \\in \\mathbb{R}$.

$$
AB = BA
$$ {#eq-bad}

$$
A + a = B
$$

$$
AB = BA
$$ {#eq-shown .wrong}
"""


@pytest.fixture
def project(pytester):
    """A folder with pages that are configured, and others that are not."""
    pytester.makeini("[pytest]\ntexecute_paths = docs notes.md\n")
    docs = pytester.mkdir("docs")
    (docs / "good.md").write_text(GOOD, "utf8")
    (docs / "bad.md").write_text(BAD, "utf8")
    (docs / "uses.md").write_text("---\nuses: [good.md]\n---\n\n$$x^\\top x = \\lVert x\\rVert^2$$ {#eq-used}\n", "utf8")
    (pytester.path / "notes.md").write_text("$b \\in \\mathbb{R}$\n", "utf8")
    (pytester.path / "README.md").write_text("$not even a formula +$\n", "utf8")
    return pytester


def names(result):
    """The node ids that were collected."""
    return [line for line in result.outlines if "::" in line]


def test_names(project):
    """Each formula of the configured pages is one item, by label or line; other pages give none."""
    result = project.runpytest("--collect-only", "-q")
    assert names(result) == [
        "docs/bad.md::page", "docs/bad.md::L1", "docs/bad.md::L1-2", "docs/bad.md::eq-bad", "docs/bad.md::L7", "docs/bad.md::eq-shown",
        "docs/good.md::page", "docs/good.md::L3", "docs/good.md::eq-good",
        "docs/uses.md::page", "docs/uses.md::eq-used",
        "notes.md::page", "notes.md::L1",
    ]  # fmt: skip


def test_failures(project):
    """What does not pass fails, with path, line, column, caret and hint, and without a traceback."""
    result = project.runpytest()
    result.assert_outcomes(passed=11, failed=2)
    text = result.stdout.str()
    assert "docs/bad.md:4:1  the two sides differ" in text
    assert "  AB = BA\n  ^^^^^^^" in text
    assert "docs/bad.md:8:" in text and "hint:" in text
    assert "Traceback" not in text and "pytest_plugin.py" not in text


def test_one_formula_alone(project):
    """A node id runs one formula, with everything that stands before it on the page."""
    project.runpytest("docs/good.md::eq-good").assert_outcomes(passed=1)
    project.runpytest("docs/bad.md::eq-bad").assert_outcomes(failed=1)
    project.runpytest("docs/uses.md::eq-used").assert_outcomes(passed=1)


def test_faults_of_the_page_itself(project):
    """An unclosed `$$`, a bad attribute and bytes that are no UTF-8 fail the page's own item."""
    docs = project.path / "docs"
    for old in docs.glob("*.md"):
        old.unlink()
    (docs / "open.md").write_text("$x \\in \\mathbb{R}$\n\n$$\nx = x\n", "utf8")
    (docs / "bytes.md").write_bytes(b"$x$ \xff\n")
    result = project.runpytest("docs")
    result.assert_outcomes(passed=1, failed=2)
    text = result.stdout.str()
    assert "no closing $$" in text and "not UTF-8" in text


def test_without_configuration_nothing_is_collected(pytester):
    """A project that does not ask for it sees nothing of the plugin."""
    (pytester.path / "page.md").write_text(BAD, "utf8")
    result = pytester.runpytest("--collect-only", "-q")
    assert [] == names(result)


def test_the_seed_can_be_chosen(project):
    """`--texecute-seed` repeats a failure that another seed has shown."""
    result = project.runpytest("--texecute-seed=7", "docs/bad.md::eq-bad")
    assert "seed 7" in result.stdout.str()


def test_the_core_does_not_know_pytest():
    """Importing the checker imports neither pytest nor the plugin."""
    source = Path(__file__).resolve().parent.parent / "src"
    program = (
        f"import sys; sys.path.insert(0, {str(source)!r}); import texecute, texecute.cli; "
        "assert not {'pytest', '_pytest', 'texecute.pytest_plugin'} & set(sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert 0 == run.returncode, run.stderr
