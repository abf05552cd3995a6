"""The site's part of `make bench` runs, on a book of two pages.  Nothing is asserted by time."""

from __future__ import annotations

import pytest

from tests import bench_site, bench_usual
from tests.bench_visit import hosted, visit

CONFIG = """site_name: Tiny
use_directory_urls: false
strict: true
theme:
  name: material
  font: false
extra_css: [math.css]
plugins: [search, texecute: {mutants: true, exact: !ENV [TEXECUTE_EXACT, false]}]
markdown_extensions:
  - admonition
  - attr_list
  - pymdownx.details
  - pymdownx.superfences
  - pymdownx.snippets: {base_path: ["."]}
  - pymdownx.tabbed: {alternate_style: true}
nav:
  - index.md
  - part/page.md
  - part/notes.ipynb
"""
PAGE = """# Page {#page}

Let $x \\in \\mathbb{R}^{n}$, see @eq-square.

=== "Row vectors"

    $$
    x^\\top x = \\lVert x\\rVert^2
    $$ {#eq-square}

    ``` {.python .run}
    print(1)
    ```

=== "Column vectors"

    Not $x^\\top x = 1 + \\lVert x\\rVert^2${.wrong}.

    ??? success "Solution"

        ```python
        --8<-- "snippets/two.py:part"
        ```

The [end](notes.ipynb).
"""
NOTEBOOK = '{"cells": [{"cell_type": "markdown", "metadata": {}, "source": ["# Notes"]}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """The sources of a small book."""
    root = tmp_path_factory.mktemp("tiny")
    files = {"mkdocs.yml": CONFIG, "docs/index.md": "# Start\n",
             "docs/math.css": 'math { font-family: "STIX Two Math" }', "docs/part/page.md": PAGE, "docs/part/notes.ipynb": NOTEBOOK,
             "snippets/two.py": "one = 1\n# --8<-- [start:part]\ntwo = 2\n# --8<-- [end:part]\n"}  # fmt: skip
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, "utf-8")
    return root


@pytest.fixture(scope="module")
def run(tiny, tmp_path_factory):
    """A folder with a copy of it, built in all ways, and the rows of the table."""
    folder = tmp_path_factory.mktemp("run")
    rows, *_ = bench_site.builds(folder, tiny, rounds=1, proofs=True)
    return folder, rows


def test_builds_are_rows(run):
    """Pages and formulas are counted, every row has three cells, and the whole book stands in the folder."""
    folder, rows = run
    assert rows[0][0].startswith("build, cold: 2 pages, 3 formulas")
    assert {3} == {len(row) for row in rows}
    assert any("1 notebooks" in row[0] for row in rows)
    assert (folder / "site" / "part" / "notes.html").exists()


def test_weights_are_rows(run):
    """The font, then the pages, the heaviest first."""
    font, first, *_ = bench_site.weight_rows(run[0] / "site")
    assert font[0] == "math font"
    assert first[0].startswith("part/page.html")


def test_an_edited_page_is_served_with_its_verdict(run):
    """The new formula is there, marked as checked; with a wrong one there is no build."""
    book = run[0] / "book"
    page = book / "docs" / "part" / "page.md"
    before = page.read_bytes()
    with bench_site.serving(book) as address:
        html = bench_site.edit(book, "part/page.md", address, 41)[1]
        assert 'id="eq-bench-41"' in html
    page.write_text(PAGE + "\n$1 + 1 = 3$\n", "utf-8")
    with pytest.raises(bench_site.BenchError, match=r"page\.md:\d+"):
        bench_site.build(book, run[0] / "other")
    page.write_bytes(before)


def test_the_usual_source_has_nothing_of_ours():
    """No attributes behind formulas, no references of ours; code fences without braces."""
    text = bench_usual.usual_markdown(PAGE, "page.md")
    assert "Let $x \\in \\mathbb{R}^{n}$, see (square)." in text
    assert "    $$\n\n    ```python\n    print(1)" in text
    assert "\\rVert^2$.\n" in text


def test_tabs_and_boxes_become_directives(tiny):
    """Outer fences have more colons than inner ones; included code stands in its place."""
    lines = bench_usual.myst_markdown(PAGE, "page.md", tiny).split("\n")
    assert "# Page" == lines[0]
    shown = [line for line in lines if line.startswith(":::") or line in ("two = 2", "The [end](notes.ipynb).")]
    assert [
        ":" * 10 + "{tab-set}", ":" * 9 + "{tab-item} Row vectors", ":" * 9, ":" * 9 + "{tab-item} Column vectors",
        ":" * 7 + "{dropdown} Solution", "two = 2", ":" * 7, ":" * 9, ":" * 10, "The [end](notes.ipynb).",
    ] == shown  # fmt: skip


def test_a_project_for_material_builds(run):
    """The renderer's places of formulas are where ours are; without a notebook."""
    folder = run[0]
    project = bench_usual.material(folder / "book", folder / "usual", "katex", "http://127.0.0.1:1/")
    way = bench_usual.built("KaTeX", project, bench_usual.mkdocs_command(), bench_usual.IN_MATERIAL, folder)
    html = (folder / way.address / "part" / "page.html").read_text("utf-8")
    assert 3 == html.count('class="arithmatex"')
    assert "http://127.0.0.1:1/npm/katex/dist/katex.min.js" in html


def test_what_is_missing_is_said(run, monkeypatch, capsys):
    """Without npm and Chromium the bench goes on, with the way to get them."""
    monkeypatch.setattr(bench_usual.shutil, "which", lambda name: None)
    monkeypatch.setattr(bench_usual, "CHROMIUM", None)
    bench_usual.main(run[0], bench_usual.Way("this book", "site/", bench_usual.OURS, "1 s", "1 s"), pages=("part/page",))
    said = capsys.readouterr().out
    assert "apt-get install npm" in said
    assert "apt-get install chromium" in said
    assert "this book" in said


@pytest.mark.browser
@pytest.mark.skipif(not bench_usual.CHROMIUM, reason="Chromium is not installed")
def test_a_visit(run, chromium):
    """What a first visit to our page finds."""
    with hosted(run[0]) as address:
        found = visit(chromium, f"{address}site/part/page.html", bench_usual.OURS, slower=1)
    assert (3, 0, ()) == (found.formulas, found.errors, found.failed)
    assert found.bytes > 10_000
    assert found.requests > 3


@pytest.mark.browser
@pytest.mark.skipif(not bench_usual.CHROMIUM, reason="Chromium is not installed")
def test_a_source_that_is_never_drawn_never_stands(chromium, tmp_path):
    """A place of a formula is no formula yet."""
    (tmp_path / "page.html").write_text("<!doctype html><article><p class=arithmatex>x</p></article>", "utf-8")
    with hosted(tmp_path) as address:
        found = visit(chromium, f"{address}page.html", bench_usual.IN_MATERIAL, longest=1000)
    assert (float("inf"), 1) == (found.seconds, found.formulas)
