"""The catalogue names every function of every snippet, and shows every file on some page."""

import ast

import pytest

from .kit import ROOT

PAGE = (ROOT / "docs" / "snippets" / "index.md").read_text("utf-8")
SHOWN = "".join(page.read_text("utf-8") for page in (ROOT / "docs").rglob("*.md"))
FILES = sorted((ROOT / "snippets").glob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_function_is_in_the_catalogue(path):
    """By its name, after the name of its file; the network of columns has those of the rows."""
    rows = PAGE.split(f"\n| `{path.stem}` |")[1].split("\n| `")[0]
    if path.stem == "dense_network_columns":
        assert rows.startswith(" the same |")
        return
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and node.name != "sigmoid":
            assert f"`{node.name}`" in rows, node.name


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_file_is_shown(path):
    """Whole, on some page."""
    assert f'--8<-- "snippets/{path.name}"' in SHOWN
