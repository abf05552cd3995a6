"""After all other tests of the snippets: every line ran, every function was compared."""

import ast

import pytest

from . import record
from .conftest import SNIPPETS

FILES = sorted(SNIPPETS.glob("*.py"))

def functions(path):
    """The public functions of a file."""
    tree = ast.parse(path.read_text("utf-8"))
    return [node.name for node in tree.body if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_line_of_a_snippet_runs(all_ran, lines, path):
    """100 % of the lines, in the tests of the snippets alone."""
    _, _, missing, _ = lines.analysis(str(path))
    assert missing == []


def test_every_function_is_compared_with_a_second_opinion(all_ran):
    """Or it is named in `record.OTHERWISE`, with what is looked at instead; PyTorch's word counts where it is not installed."""
    compared = set(record.found())
    if not _has_torch():
        compared |= {name for name, opinions in record.written().items() if record.PYTORCH in opinions}
    names = {f"{path.stem}.{name}" for path in FILES for name in functions(path)}
    assert sorted(names - compared - set(record.OTHERWISE)) == []


def test_the_catalogue_says_no_more_than_was_compared(all_ran):
    """`python -m tests.catalogue` writes anew what the catalogue shows."""
    found, written = record.found(), record.written()
    assert written, "python -m tests.catalogue"
    for name, opinions in written.items():
        if name in record.OTHERWISE:
            continue
        for opinion, numbers in opinions.items():
            if opinion == record.PYTORCH and not _has_torch():
                continue
            # Hypothesis also draws constants of the modules that are loaded: the whole suite draws
            # other shapes than this folder alone, from which the written numbers are.
            assert found.get(name, {}).get(opinion, 0) >= 0.25 * numbers, f"{name}, {opinion}: run python -m tests.catalogue"
    assert set(found) <= set(written), "new functions: run python -m tests.catalogue"


def _has_torch():
    try:
        import torch
    except ImportError:
        return False
    return bool(torch)
