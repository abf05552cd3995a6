"""Pages: which characters are formulas, where they stand, and what belongs to them."""

from __future__ import annotations

import json

import pytest

from texecute.pages import MAX_PAGE, read_page


def found(text, path="page.md"):
    """The LaTeX of a page's formulas."""
    return [f.latex.strip() for f in read_page(text, path).formulas]


@pytest.mark.parametrize(
    "text, expected",
    [
        ("$x$ and $y$", ["x", "y"]),
        ("$$x$$", ["x"]),
        ("$$\nx\n$$", ["x"]),
        ("it costs $5 and $7", []),
        ("$5 or $x$", ["x"]),
        ("$ x$", []),
        ("a$x$5", []),
        (r"\$x\$ $y$", ["y"]),
        (r"$\text{a \$ b}$", [r"\text{a \$ b}"]),
        ("`$x$` and ``a ` $y$``", []),
        ("```\n$x$\n```\n$y$", ["y"]),
        ("~~~~\n```\n$x$\n~~~~\n$y$", ["y"]),
        ("=== \"A\"\n\n    ```python\n    $x$\n    ```\n\n    $y$", ["y"]),
        ("text\n\n    $x$ is code\n\n$y$", ["y"]),
        ("- item\n\n    $x$ in a list\n", ["x"]),
        ("<!-- $x$ --> $y$", ["y"]),
        ("<pre>$x$</pre> $y$", ["y"]),
        ("<script>$x$</script> $y$", ["y"]),
        ("---\ntitle: $x$\n---\n$y$", ["y"]),
        ("$x\n\ny$", []),
        ("$x\ny$", ["x\ny"]),
        ("> $$\n> x\n> $$", ["x"]),
        ("| $x$ | $y$ |", ["x", "y"]),
        ("# On $x$", ["x"]),
        ("$x$.$y$", ["x", "y"]),
        ("", []),
    ],
)
def test_what_is_a_formula(text, expected):
    """Mathematics is told from code, comments, front matter and money."""
    assert expected == found(text)


def test_positions():
    """Line and column count from 1 in the file, also inside of a formula of several lines."""
    text = "---\nvectors: row\n---\n\nsay $x$\n\n$$\na\n = b\n$$ {#eq-one}\n"
    first, second = read_page(text, "p.md").formulas
    assert (5, 6) == (first.line, first.column)
    assert (9, 4) == second.position(second.latex.index("b"))
    assert text[second.start : second.end] == "$$\na\n = b\n$$ {#eq-one}"
    assert ("eq-one", True, False) == (second.label, second.display, first.display)


def test_attributes():
    """Label, classes and keys follow the closing delimiter."""
    (formula,) = read_page('$x$ {#eq-a .wrong layout=numerator reason="two words"}').formulas
    assert "eq-a" == formula.label and ("wrong",) == formula.classes
    assert "numerator" == formula.attribute("layout") and "two words" == formula.attribute("reason")
    assert formula.attribute("for") is None


@pytest.mark.parametrize(
    "text, words, line",
    [
        ("a\n\n$$\nx\n", "no closing $$", 3),
        ("$x$ {#eq-a .worng}", "unknown class .worng", 1),
        ("$x$ {#eq-a lay=1}", "unknown attribute lay=", 1),
        ("<!-- texecute: vectors -->", "cannot be read: vectors", 1),
        ("x" * (MAX_PAGE + 1), "the limit is", 1),
    ],
)
def test_problems(text, words, line):
    """What is wrong with the page itself is a problem with line and words."""
    (problem,) = read_page(text).problems
    assert words in problem.message and line == problem.line


def test_tabs_are_scopes_and_admonitions_are_not():
    """A content tab has a positive number of its own, an admonition a negative one."""
    text = '$a$\n\n=== "Rows"\n\n    $b$\n\n    !!! note\n\n        $c$\n\n=== "Columns"\n\n    $d$\n\n$e$\n'
    blocks = {f.latex: f.block for f in read_page(text).formulas}
    assert () == blocks["a"] == blocks["e"]
    assert blocks["b"] == blocks["c"][:1] != blocks["d"]
    assert blocks["b"][0] > 0 > blocks["c"][1]


def test_settings():
    """A comment changes conventions; front matter is read as far as the checker needs it."""
    page = read_page("---\nuses: [a.md, 'b.md']\nvectors: row # here\nother: {x: 1}\n---\n<!-- texecute: layout=numerator -->\n")
    assert ["a.md", "b.md"] == page.front["uses"] and "row" == page.front["vectors"]
    assert (("layout", "numerator"),) == page.settings[0].values and 6 == page.settings[0].line


def test_notebooks_and_scripts():
    """Markdown cells of a notebook, and of a script for jupytext, are a page."""
    cells = [{"cell_type": "markdown", "source": ["$x$\n", "$y$"]}, {"cell_type": "code", "source": "$no$"}, {"cell_type": "markdown", "source": "$z$"}]
    assert ["x", "y", "z"] == found(json.dumps({"cells": cells}), "n.ipynb")
    assert ["x"] == found("# %% [markdown]\n# $x$\n# %%\ny = '$no$'\n", "s.py")


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"cells": 3}', '{"cells": [1]}', "[" * 100_000])
def test_what_is_no_notebook(text):
    """A broken notebook is a problem, not a traceback."""
    (problem,) = read_page(text, "n.ipynb").problems
    assert "not a notebook" in problem.message and problem.hint


def test_lines_of_a_notebook_are_those_of_its_file():
    """A formula of a notebook is reported at the line on which an editor shows it."""
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": ["# Größe\n", "\n", "Let $x \\in \\mathbb{R}$.\n"]},
        {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": ["x = 1\n", "y = 2"]},
        {"cell_type": "markdown", "metadata": {}, "source": ["$$\n", "x = x^2\n", "$$"]},
    ]
    text = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1, ensure_ascii=False)
    lines = text.split("\n")
    first, second = read_page(text, "n.ipynb").formulas
    assert "Let $x" in lines[first.line - 1]
    assert "x = x^2" in lines[second.position(second.latex.index("x"))[0] - 1]
