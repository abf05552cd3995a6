"""Every Python fence that the site shows is collected once, and runs as it is shown."""

import re
import subprocess
import sys
from html.parser import HTMLParser
from textwrap import dedent

import pytest

from texecute.mkdocs_plugin.fences import FenceError, expand_includes, fences, section

PAGES = {
    "at the margin": ("```python\na = 1\n```", ["a = 1\n"]),
    "tilde": ("~~~python\na = 1\n~~~", ["a = 1\n"]),
    "in a tab": ('=== "A"\n\n    ```python\n    a = 1\n    ```', ["a = 1\n"]),
    "after a paragraph of a tab": ('=== "A"\n\n    Text\n\n    ```python\n    a = 1\n    ```', ["a = 1\n"]),
    "in a closed admonition's tab": (
        '??? note "N"\n\n    === "X"\n\n        ```python\n        if a:\n            b = 1\n        ```',
        ["if a:\n    b = 1\n"],
    ),
    "in an admonition without an empty line": ("!!! note\n    ```python\n    a = 1\n    ```", ["a = 1\n"]),
    "in a list": ("- item\n\n    ```python\n    a = 1\n    ```", ["a = 1\n"]),
    "in a quote": ("> ```python\n> a = 1\n>\n> b = 2\n> ```", ["a = 1\n\nb = 2\n"]),
    "in details": ('<details markdown="1">\n\n```python\na = 1\n```\n\n</details>', ["a = 1\n"]),
    "with braces": ('``` {.python title="x y.py" linenums="1"}\na = 1\n```', ["a = 1\n"]),
    "with a title": ('```python title="y.py" hl_lines="1"\na = 1\n```', ["a = 1\n"]),
    "tabs as indent": ('=== "A"\n\n\t```python\n\ta = 1\n\t```', ["a = 1\n"]),
    "an empty line inside": ('=== "A"\n\n    ```py\n    a = 1\n\n    b = 2\n    ```', ["a = 1\n\nb = 2\n"]),
    "a longer fence around a shorter": ("````text\n```python\na = 1\n```\n````", []),
    "a shorter mark does not close": ("````python\na = '''\n```\n'''\n````", ["a = '''\n```\n'''\n"]),
    "another language": ("```pycon\n>>> 1\n```", []),
    "in a comment": ("<!--\n```python\na = 1\n```\n-->", []),
    "a comment's mark in code": ('```python\na = "<!--"\n```\n\n```python\nb = "-->"\n```', ['a = "<!--"\n', 'b = "-->"\n']),
    "not to run": ("```{.python .notest}\na = 1\n```", []),
    "never closed": ("```python\na = 1", ["a = 1\n"]),
}  # fmt: skip


@pytest.mark.parametrize("name", PAGES)
def test_fences_are_found_wherever_a_page_has_them(name):
    """The code is what the reader would copy."""
    text, expected = PAGES[name]
    assert expected == [fence.code for fence in fences(text) if fence.runs]


def test_a_fence_knows_its_line_and_options():
    """The line is that of the opening mark."""
    first, second = fences('Text\n\n=== "A"\n\n    ```python continuation\n    a\n    ```\n\n```{.python .fixture:x}\n```')
    assert (5, ("continuation",)) == (first.line, first.options)
    assert (9, ("fixture:x",)) == (second.line, second.options)


def test_an_inclusion_becomes_one_line():
    """So that the lines after it keep their numbers."""
    (fence,) = fences('```python\n--8<-- "snippets/a.py:part"\nassert a\n```')
    assert "__include__(globals(), 'snippets/a.py', 'part')\nassert a\n" == expand_includes(fence)


@pytest.mark.parametrize("line", ['    --8<-- "a.py"', '--8<-- "a.py:1:3"', "--8<--", ';--8<-- "a.py"'])
def test_an_inclusion_that_would_run_otherwise_than_shown_is_refused(line):
    """With the line, and what to write instead."""
    (fence,) = fences(f"```python\nif a:\n{line}\n```")
    with pytest.raises(FenceError, match="(?s)line 3: .*hint: "):
        expand_includes(fence)


def test_a_section_of_a_file():
    """Marked by comments; one that is not there is an error and not empty."""
    source = "a\n# --8<-- [start:x]\nb\n# --8<-- [end:x]\nc\n"
    assert ("b\n", 2) == section(source, "x")
    assert (source, 0) == section(source, "")
    with pytest.raises(FenceError, match=r"no section y: mark it"):
        section(source, "y")


class _Blocks(HTMLParser):
    """The code blocks of a page whose language is Python, as the reader's page has them."""

    def __init__(self):
        super().__init__()
        self.count = 0

    def handle_starttag(self, tag, attrs):
        classes = (dict(attrs).get("class") or "").split()
        if tag == "div" and "highlight" in classes and {"language-python", "language-py", "language-python3"} & {*classes}:
            self.count += 1


def test_pytest_collects_as_many_fences_as_the_site_shows(root, site):
    """Counted on the built pages, which know nothing of our scanner; none is marked `notest`."""
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", "docs"], cwd=root, capture_output=True, text=True
    )
    assert 0 == run.returncode, run.stdout + run.stderr
    total = 0
    for page in sorted((root / "docs").rglob("*.md")):
        name = page.relative_to(root).as_posix()
        shown = _Blocks()
        shown.feed((site / page.relative_to(root / "docs").with_suffix(".html")).read_text("utf-8"))
        assert shown.count == len(re.findall(rf"^{re.escape(name)}::\[CodeFence", run.stdout, re.M)), name
        total += shown.count
    assert total


def test_a_fence_that_fails_in_a_tab_fails_the_run(root, tmp_path):
    """And one that raises a TypeError the first time only: it must not be run again."""
    (tmp_path / "conftest.py").write_text((root / "conftest.py").read_text("utf-8"), "utf-8")
    (tmp_path / "page.md").write_text(
        dedent(
            """
            === "A"

                ```python
                assert 1 == 2
                ```

            ```python
            first = "again" not in globals()
            again = True
            if first:
                len(5)
            ```

            ```python
            assert __name__ == "__main__"
            ```
            """
        ),
        "utf-8",
    )
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "--markdown-docs", "-p", "no:cacheprovider", "--rootdir=.", "page.md"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(root), "PATH": ""},
        capture_output=True,
        text=True,
    )
    assert "2 failed, 1 passed" in run.stdout, run.stdout + run.stderr
    assert "line 5" in run.stdout
