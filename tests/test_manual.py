"""The checker's manual shows what the checker says: every message, output, function and bound on its pages."""

import doctest
import re
import sys
from pathlib import Path

import pytest

import texecute
from tests.manual import BOUNDS, FOLDER, answers, bounds, everything, in_code, refused_rows
from texecute import cli, functions

PAGES = sorted(FOLDER.glob("*.md"))


@pytest.mark.parametrize("page", PAGES, ids=[page.stem for page in PAGES])
def test_the_manual_shows_what_the_checker_says(page: Path):
    """After a change of a message: python -m tests.manual, and look at the difference."""
    wrong = [s for s in everything(page) if s.shown != s.said]
    said = "\n\n".join(f"{s.page}:{s.line}  {s.what}\nshown:\n{s.shown}\nsaid:\n{s.said}" for s in wrong)
    assert not wrong, f"python -m tests.manual writes these anew\n\n{said}"


def test_no_example_of_the_manual_is_lost():
    """Tables and fences are found: a heading or a fence that is spelled otherwise would not be tested."""
    texts = {page.stem: page.read_text("utf-8") for page in PAGES}
    rows = [row for text in texts.values() for row in refused_rows(text)]
    assert 120 <= len(rows)
    errors = texts["errors"]
    assert len(re.findall("^### ", errors, re.M)) == len(list(answers(errors, "errors.md")))
    commands = sum(text.count("\n$ texecute ") for text in texts.values())
    assert commands == sum(s.what.startswith("$") for n, text in texts.items() for s in answers(text, n))


@pytest.mark.parametrize("page", PAGES, ids=[page.stem for page in PAGES])
def test_every_formula_of_the_manual_passes(page: Path):
    """Also with another seed."""
    for seed in (0, 1):
        report = texecute.check(page.read_text("utf-8"), str(page), seed=seed)
        assert report.passed, report.text()


def table(heading: str) -> list[list[str]]:
    """The rows of the first table behind a heading of the page of functions, cell by cell."""
    text = (FOLDER / "functions.md").read_text("utf-8").split(heading)[1].split("\n## ")[0]
    return [line.strip("| ").split(" | ") for line in text.split("\n") if line.startswith("| `")]


def names(cell: str) -> set[str]:
    """The names in a table's first cell: `\\log` is log, `erf` is erf; what is no name is left out."""
    return set(re.findall(r"`\\?([A-Za-z]+)(?:\([^`]*\))?`", cell))


def test_the_table_of_functions_is_the_checkers():
    """Every elementwise function has a row with all its names, and no other has one."""
    shown = {frozenset(names(cells[0])) for cells in table("## Functions of each entry")}
    assert {frozenset(row.latex) for row in functions.TABLE.values()} == shown


def test_the_table_of_whole_functions_is_the_checkers():
    """Every function of a whole vector or matrix has a row with all its names, and no other has one."""
    shown = {name for cells in table("## Functions of a whole") for name in names(cells[0])}
    assert {name for name, operation in functions.WHOLE.items() if operation} == shown


@pytest.mark.parametrize("heading", ["## Functions of each entry", "## Functions of a whole"])
def test_each_function_has_a_value_and_a_derivative(heading: str):
    """As claims, in which its name stands."""
    page = FOLDER / "functions.md"
    claims = {f.latex for f in texecute.check(page.read_text("utf-8"), str(page)).formulas if f.role == "claim"}
    for cells in table(heading):
        formulas = [f for cell in cells for f in re.findall(r"(?<!`)\$([^$]+)\$", cell)]
        assert 2 == len(formulas) and set(formulas) <= claims, cells[0]
        derivative = formulas[1]
        assert "'" in derivative or "partial" in derivative or "\\mathrm d" in derivative
        assert all(any(name in formula for name in names(cells[0])) for formula in formulas)


def test_every_bound_has_a_row():
    """The table of bounds names each of them once."""
    page = FOLDER / "language-domains.md"
    assert sorted(BOUNDS) == sorted(row.what for row in bounds(page.read_text("utf-8"), page.name))


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ("unknown name z", "unknown name z"),
        ("as in z \\in \\mathbb{R}^{n}", "as in `z \\in \\mathbb{R}^{n}`"),
        ("state it, as in l = 1,\\dots,L", "state it, as in `l = 1,\\dots,L`"),
        ("write \\mathbf 1, or I", "write `\\mathbf 1`, or I"),
        ("(W has l = 1,\\dots,L)", "(W has `l = 1,\\dots,L`)"),
        ("which _3?", "which `_3`?"),
    ],
)
def test_messages_in_tables_have_their_latex_in_backticks(message: str, shown: str):
    """So that Markdown shows it as it is."""
    assert shown == in_code(message)


def test_the_exact_check_refuses_what_is_too_small_for_numbers():
    """The page says so of a formula that random values let pass."""
    pytest.importorskip("sympy")
    text = (FOLDER / "index.md").read_text("utf-8").split('title="tiny.md"\n')[1].split("```")[0]
    assert texecute.check(text).passed
    assert not texecute.check(text, exact=True).passed


def test_the_options_of_the_command_are_those_of_the_page(capsys):
    """`texecute check --help` knows each option of the table, and no other."""
    with pytest.raises(SystemExit):
        cli.main(["check", "--help"])
    known = set(re.findall(r"^  (?:-\w, )?(--?[\w-]+)", capsys.readouterr().out, re.M)) - {"--help"}
    table = (FOLDER / "your-notes.md").read_text("utf-8").split("## Options of")[1].split("\n## ")[0]
    shown = set(re.findall(r"^\| `(--?\w+)", table, re.M))
    assert {"--verbose" if option == "-v" else option for option in shown} == known


def test_the_examples_in_the_docstrings_run():
    """As they are printed."""
    # `texecute.check` is the function; the module of that name is found by its full name.
    found = doctest.testmod(sys.modules["texecute.check"])
    assert (0, 3) == (found.failed, found.attempted)


def test_what_is_exported_says_what_it_does():
    """Each public name has a docstring, and so has each of its public methods."""
    for name in set(texecute.__all__) - {"__version__"}:
        thing = getattr(texecute, name)
        assert thing.__doc__, name
        members = vars(thing).items() if isinstance(thing, type) else ()
        for member, value in members:
            if not member.startswith("_") and (callable(value) or isinstance(value, property)):
                assert value.__doc__, f"{name}.{member}"
