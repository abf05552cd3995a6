"""What holds for every snippet: NumPy and nothing else, a docstring for all that can be copied."""

import ast
import sys

import numpy as np
import pytest

from .kit import ROOT, assert_close

FILES = sorted((ROOT / "snippets").glob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_snippet_needs_numpy_and_nothing_else(path):
    """Every import of a snippet is NumPy's or the standard library's, at the top."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    imports = [n for n in ast.walk(tree) if isinstance(n, ast.Import | ast.ImportFrom)]
    modules = {
        name.split(".")[0]
        for node in imports
        for name in ([node.module] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names])
    }
    assert modules <= {"numpy", *sys.stdlib_module_names}
    assert all(node in tree.body for node in imports)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_public_name_of_a_snippet_has_a_docstring(path):
    """A function or class that can be copied says what it does."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree)
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            assert ast.get_docstring(node), node.name


def test_a_planted_error_of_a_thousandth_is_noticed():
    """A comparison fails when a gradient is 0.1% off."""
    rng = np.random.default_rng(4)
    expected = rng.normal(size=(3, 4))
    with pytest.raises(AssertionError):
        assert_close(expected * 1.001, expected)
