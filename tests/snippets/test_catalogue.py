"""The catalogue: every function of every snippet in a table made by the build, every file on some page."""

import ast
import json
import re

import pytest

from tests.catalogue import LINE, numbering, with_numbers
from texecute.mkdocs_plugin.catalogue import CatalogueError, read_snippet, with_catalogue

from .kit import ROOT

PAGE = (ROOT / "docs" / "snippets" / "index.md").read_text("utf-8")
SHOWN = "".join(page.read_text("utf-8") for page in (ROOT / "docs").rglob("*.md"))
FILES = sorted((ROOT / "snippets").glob("*.py"))


@pytest.fixture(scope="module")
def numbers():
    """The numbers of the book's formulas."""
    return numbering()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_function_is_in_the_catalogue(path):
    """With what it gives and what it was compared with, from its own docstring."""
    table = with_catalogue(PAGE, ROOT)
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            rows = [row for row in table.splitlines() if row.startswith(f"| `{node.name}`: ")]
            assert rows, node.name
            assert all(5 < len(row.split("|")[1]) - len(node.name) and row.split("|")[4].strip() for row in rows), rows


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_file_is_shown(path):
    """Whole, on some page."""
    assert f'--8<-- "snippets/{path.name}"' in SHOWN


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_numbers_of_formulas_are_those_of_the_book(numbers, path):
    """`python -m tests.catalogue numbers` renews them."""
    source = path.read_text("utf-8")
    assert source == with_numbers(source, numbers)


def test_most_functions_name_the_formula_that_they_implement():
    """All that a page derives; helpers, and steps without a formula, have none."""
    assert sum(len(LINE.findall(path.read_text("utf-8"))) for path in FILES) >= 50


def test_a_number_is_filled_in(numbers):
    """From the label alone; a label that the book does not have is an error."""
    line = with_numbers("    Formula ?: #eq-dz-hidden\n", numbers)
    assert re.fullmatch(r"    Formula \d+\.\d+: networks/recurrence.html#eq-dz-hidden\n", line)
    with pytest.raises(KeyError):
        with_numbers("    Formula ?: #eq-nothing\n", numbers)


def test_words_of_a_docstring_are_no_markdown(tmp_path):
    """Stars, underscores and bars are shown as they stand."""
    (tmp_path / "s.py").write_text('def f(x):\n    """Return a * b_c * d | e, (..., n).\n\n    Time: n * m.\n    """\n')
    entry = read_snippet(tmp_path / "s.py", {"s.f": {"JAX": 3}})[0]
    assert ("f", "a * b_c * d | e, (..., n).", (), "Time: n * m", "JAX 3") == (
        entry.name, entry.gives, entry.labels, entry.cost, entry.compared
    )  # fmt: skip
    (tmp_path / "snippets").mkdir()
    (tmp_path / "s.py").rename(tmp_path / "snippets" / "s.py")
    (tmp_path / "tests" / "snippets").mkdir(parents=True)
    (tmp_path / "tests" / "snippets" / "compared.json").write_text(json.dumps({"s.f": {"JAX": 3}}))
    table = with_catalogue("Text\n\n<!-- catalogue: s -->\n", tmp_path)
    assert "**`s.py`**" in table and r"| `f`: a \* b\_c \* d &#124; e, (..., n). |  | Time: n \* m | JAX 3 |" in table


def test_what_cannot_be_listed_is_an_error(tmp_path):
    """A file that is not there, and a function of which nothing is recorded."""
    with pytest.raises(CatalogueError, match="no snippets/nothing.py"):
        read_snippet(tmp_path / "nothing.py", {})
    (tmp_path / "s.py").write_text('def f(x):\n    """Return x."""\n')
    with pytest.raises(CatalogueError, match="run python -m tests.catalogue"):
        read_snippet(tmp_path / "s.py", {})
    with pytest.raises(CatalogueError, match="compared.json cannot be read"):
        with_catalogue("<!-- catalogue: s -->\n", tmp_path)
