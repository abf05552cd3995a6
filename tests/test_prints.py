"""`{.python .run}`: what a fence prints stands below it, and what does not run stops the build."""

from pathlib import Path

import pytest

from texecute.mkdocs_plugin.prints import Prints, insert_prints
from texecute.mkdocs_plugin.running import Failure, Kept, run_sources


@pytest.fixture
def prints(tmp_path, root):
    """Runs fences of the repository, with a store of its own."""
    return Prints(root, Kept(tmp_path))


def shown(text, prints):
    """The page with its output."""
    return insert_prints(text, "docs/page.md", text, prints)


CASES = {
    "at the margin": ("```{.python .run}\nprint(1 + 1)\n```", "\n```{.text .prints .no-copy title=\"prints\"}\n2\n```\n"),
    "with a space": ("``` {.python .run}\nprint(3)\n```\n\nText", ".no-copy title=\"prints\"}\n3\n```\n"),
    "in a tab and a note": (
        '=== "A"\n\n    !!! note\n\n        ```{.python .run}\n        print("a\\n\\n  b")\n        ```',
        '        ```{.text .prints .no-copy title="prints"}\n        a\n\n          b\n        ```',
    ),
    "going on": ("```python\na = 5\n```\n\n```{.python .run .continuation}\nprint(a)\n```", "}\n5\n```"),
    "only the last prints": (
        "```python\na = 5\nprint('no')\n```\n\n```{.python .run .continuation}\nprint(a)\n```", '"prints"}\n5\n```'),
    "backticks in what is printed": ("```{.python .run}\nprint('`' * 3)\n```", '````{.text .prints .no-copy title="prints"}\n```\n````'),
    "a tilde fence": ("~~~{.python .run}\nprint(7)\n~~~", "}\n7\n```"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_what_is_printed_stands_below(name, prints):
    """At the depth of the code."""
    text, expected = CASES[name]
    made = shown(text, prints)
    assert [] == prints.problems
    assert expected in made
    assert made.startswith(text.partition("\n\nText")[0])


def test_other_fences_do_not_run(prints):
    """Nor is the page changed."""
    text = "```python\n1 / 0\n```\n\n```{.text .run}\nx\n```"
    assert text == shown(text, prints)


FAULTS = {
    "a fault": ("Text\n\n```{.python .run}\na = 1\nb = a / 0\n```", 3, "ZeroDivisionError: division by zero", "b = a / 0", ""),
    "not Python": ("```{.python .run}\nif\n```", 1, "SyntaxError", "if", ""),
    "a name of another fence": (
        "```python\na = 1\n```\n\n```{.python .run}\nprint(a)\n```", 5, "NameError: name 'a'", "print(a)", ".continuation"),
    "nothing printed": ("```{.python .run}\na = 1\n```", 1, "prints nothing", "", "leave .run out"),
    "the first line of an item": ("- ```{.python .run}\n  print(1)\n  ```", 1, "cannot stand in", "", "empty line"),
    "an exit": ("```{.python .run}\nimport sys\nsys.exit(2)\n```", 1, "SystemExit", "sys.exit(2)", ""),
    "the process dies": ("```{.python .run}\nimport os\nos._exit(3)\n```", 1, "ended with code 3", "", ""),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_what_does_not_run_is_a_problem_with_its_line(name, prints):
    """With the line of the page, the line of code, and what to do."""
    text, line, message, caret, hint = FAULTS[name]
    shown(text, prints)
    (problem,) = prints.problems
    assert ("docs/page.md", line) == (problem.path, problem.line)
    assert message in problem.message
    assert caret == problem.caret
    assert hint in problem.hint


def test_the_line_is_that_of_the_source(prints):
    """Also after an inclusion, which makes the text that is run longer."""
    source = '```python\n--8<-- "x.py"\n```\n\n```{.python .run}\n1 / 0\n```'
    insert_prints(source.replace('--8<-- "x.py"', "a = 1\nb = 2"), "p.md", source, prints)
    assert [5] == [problem.line for problem in prints.problems]


def test_all_problems_are_told(prints):
    """One that fails does not hide one that prints nothing."""
    shown("```{.python .run}\n1 / 0\n```\n\n```{.python .run}\na = 1\n```", prints)
    assert [1, 5] == [problem.line for problem in prints.problems]


def test_it_runs_once(prints):
    """The second build takes what is kept."""
    runs = []
    prints.run = lambda sources, root: runs.append(sources) or "1\n"
    text = "```{.python .run}\nprint(1)\n```"
    assert shown(text, prints) == shown(text, prints)
    assert 1 == len(runs)


def test_code_that_does_not_end_is_stopped(tmp_path):
    """After its time."""
    with pytest.raises(Failure, match="still ran after 0.5 seconds"):
        run_sources([("a", "while True: pass")], tmp_path, seconds=0.5)


def test_the_page_is_built_with_its_output(tmp_path, root):
    """Through Markdown as the site has it, with an inclusion: code, then what it prints, and no copy button there."""
    import markdown

    from texecute.mkdocs_plugin.prints import PrintsExtension

    (tmp_path / "x.py").write_text("a = 6\n", "utf-8")
    prints = Prints(Path(root), Kept(tmp_path))
    text = '=== "A"\n\n    ```{.python .run}\n    --8<-- "x.py"\n    print(a * 7)\n    ```\n'
    configs = {
        "pymdownx.snippets": {"base_path": [str(tmp_path)], "restrict_base_path": True},
        "pymdownx.highlight": {"pygments_lang_class": True},
    }
    html = markdown.markdown(
        text, extensions=["pymdownx.tabbed", "pymdownx.highlight", "pymdownx.superfences", "pymdownx.snippets", PrintsExtension(prints)],
        extension_configs=configs,
    )  # fmt: skip
    assert [] == prints.problems
    code, output = html.split('class="language-text', 1)
    assert "tabbed-content" in code and "prints no-copy" in output
    assert '<span class="filename">prints</span>' in output and ">42" in output
