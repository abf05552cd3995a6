"""Notebooks run from the first cell to the last, have no outputs in the repository, and are pages like the others."""

import gzip
import json
import re

import pytest

from texecute.mkdocs_plugin.meanings import meanings_of
from texecute.mkdocs_plugin.notebooks import SNIPPETS, Notebooks, download, execute, source_of, tags
from texecute.mkdocs_plugin.running import Kept
from texecute.pages import read_page

KEPT = ".cache/texecute"


def notebook(*cells, **metadata):
    """A notebook's JSON: `("markdown", text)`, `("code", text)` or `("code", text, metadata)`."""
    made = []
    for kind, source, *more in cells:
        cell = {"cell_type": kind, "id": f"c{len(made)}", "metadata": more[0] if more else {}, "source": source.splitlines(True)}
        made.append(cell | ({"outputs": [], "execution_count": None} if kind == "code" else {}))
    return json.dumps({"cells": made, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}, indent=1)


@pytest.fixture(scope="module")
def files(root):
    """Every notebook of the book."""
    return sorted((root / "docs").rglob("*.ipynb"))


@pytest.fixture
def notebooks(tmp_path, root):
    """Runs notebooks in a folder of their own, with the book's kit."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "figures").symlink_to(root / "docs" / "figures")
    (tmp_path / "snippets").symlink_to(root / "snippets")
    return Notebooks(tmp_path, Kept(tmp_path / "kept"))


def test_no_outputs_are_committed(files):
    """Nor the numbers of a run, nor the version of somebody's Python."""
    for file in files:
        read = json.loads(file.read_text("utf-8"))
        for cell in read["cells"]:
            assert not cell.get("outputs") and cell.get("execution_count") is None, file.name
        assert "version" not in read["metadata"].get("language_info", {}), file.name


def test_each_notebook_runs(root, files):
    """What a build keeps is taken from there, and made if it is not there."""
    notebooks = Notebooks(root, Kept(root / KEPT))
    notebooks.prepare({file.relative_to(root).as_posix(): file.read_text("utf-8") for file in files})
    for file in files:
        name = file.relative_to(root).as_posix()
        markdown, drawings = notebooks.page(file.read_text("utf-8"), name)
        assert [] == notebooks.problems, "\n\n".join(map(str, notebooks.problems))
        assert markdown.startswith("# ")
        assert not re.search(r"0x[0-9a-f]{8,}", markdown), f"{name} shows an address in memory"
        weight = sum(len(gzip.compress(drawing.svg.encode())) for drawing in drawings) + len(gzip.compress(markdown.encode()))
        assert weight < 45_000, f"{name}: {weight} bytes compressed"


def test_a_second_run_gives_the_same(root, tmp_path):
    """Byte for byte, in another process."""
    name = "docs/computing/finite-differences.ipynb"
    text = (root / name).read_text("utf-8")
    assert Notebooks(root, Kept(root / KEPT)).page(text, name) == Notebooks(root, Kept(tmp_path)).page(text, name)


def test_a_notebook_gives_its_code_and_what_it_gives(notebooks):
    """Prints, the value of the last line, and a plot as a figure of the page; a run is kept."""
    text = notebook(
        ("markdown", "# Title\n\nText."),
        ("code", "import sys", {"tags": [SNIPPETS]}),
        ("code", "print('a')\nprint('b')"),
        ("code", "1 + 1"),
        ("code", "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()", {"alt": "A <line>", "caption": "Up"}),
    )
    markdown, (drawing,) = notebooks.page(text, "docs/n.ipynb")
    assert [] == notebooks.problems
    assert markdown.startswith("# Title\n\nText.\n\n```{.python}\nprint('a')")
    assert '```{.text .prints .no-copy title="prints"}\na\nb\n```' in markdown
    assert '```{.text .prints .no-copy title="gives"}\n2\n```' in markdown
    assert '<figure class="tx-figure"><div data-figure="0">A &lt;line&gt;</div><figcaption>Up</figcaption></figure>' in markdown
    assert "A <line>" == drawing.words and "var(--fig-1)" in drawing.svg
    assert "import sys" not in markdown
    assert (markdown, [drawing]) == notebooks.page(text, "docs/n.ipynb")
    assert 1 == len(list(notebooks.kept.folder.iterdir()))


FAULTS = {
    "a fault": (("code", "a = 1\nb = a / 0"), "code cell 1 does not run: ZeroDivisionError: division by zero"),
    "a plot without words": (("code", "import matplotlib.pyplot as plt\nplt.plot([1])\nplt.show()"), "no text alternative"),
    "the error stream": (("code", "import sys\nprint('oh', file=sys.stderr)"), "writes to the error stream: oh"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_cell_that_does_not_run_is_a_problem(name, notebooks):
    """With the line of the notebook's file, as an editor counts it."""
    cell, message = FAULTS[name]
    text = notebook(("markdown", "# Title"), cell)
    notebooks.page(text, "docs/n.ipynb")
    (problem,) = notebooks.problems
    assert message in problem.message
    assert json.dumps(cell[1].splitlines()[0])[1:-1] in text.splitlines()[problem.line - 1]


def test_the_first_cell_may_hold_front_matter(notebooks, root):
    """As of any page; it is not shown, neither on the site nor to those who download it."""
    front = notebook(("markdown", "# T\n\nLet $x \\in \\mathbb{R}$."))
    cells = json.loads(front)
    raw = {"cell_type": "raw", "id": "r", "metadata": {}, "source": ["---\n", "symbols:\n", "  x: a place\n", "---"]}
    text = json.dumps(cells | {"cells": [raw, *cells["cells"]]}, indent=1)
    problems = []
    assert "a place" == meanings_of(text, "docs/n.ipynb", problems)["x"].words
    assert [] == problems
    assert notebooks.page(text, "docs/n.ipynb")[0].startswith("# T")
    assert ["markdown"] == [cell["cell_type"] for cell in json.loads(download(text, root / "snippets"))["cells"]]
    assert "symbols" in read_page(text, "docs/n.ipynb").front


def test_a_reader_gets_the_snippets_with_the_notebook(root, tmp_path):
    """In an empty folder, with nothing of this repository."""
    text = notebook(
        ("markdown", "See @eq-dz-hidden on [the page](../networks/recurrence.md#top).\n\n$$\nx\n$$ {#eq-x .wrong}\n"),
        ("code", "import sys\n\nsys.path.insert(0, '../../snippets')", {"tags": [SNIPPETS]}),
        ("code", "import numpy as np\nfrom optimizers import sgd\n\nprint(sgd(np.ones(1), np.ones(1), 0.5))"),
    )
    got = json.loads(download(text, root / "snippets"))
    words = source_of(got["cells"][0])
    assert "See (dz hidden) on [the page](../networks/recurrence.html#top)." in words and "{#eq-x" not in words
    code = [source_of(cell) for cell in got["cells"] if cell["cell_type"] == "code"]
    assert code[0].startswith("%%writefile optimizers.py\n") and 2 == len(code)
    outputs = execute(code, tmp_path)
    assert "[0.5]\n" == outputs[-1][0]["text"]


def test_the_site_has_notebooks_as_pages(root, site, files):
    """Light, in the book's own look, with the notebook to download."""
    for file in files:
        html = (site / file.relative_to(root / "docs")).with_suffix(".html").read_text("utf-8")
        assert len(gzip.compress(html.encode())) < 45_000, file.name
        assert f'<a href="{file.name}" download>' in html
        assert "jp-" not in html and "nbconvert" not in html and "data-tx=" not in html and "data-figure" not in html
        got = (site / file.relative_to(root / "docs")).read_text("utf-8")
        assert got == download(file.read_text("utf-8"), root / "snippets")
        if "math" in html:
            assert "$" not in re.sub(r"<(pre|code|script|style)\b.*?</\1>", "", html, flags=re.S), file.name


def test_the_cell_that_is_replaced_for_the_reader_does_nothing_else(files):
    """It is not shown."""
    for file in files:
        for cell in json.loads(file.read_text("utf-8"))["cells"]:
            if SNIPPETS in tags(cell):
                assert source_of(cell).startswith('import sys\n\nsys.path.insert(0, "../../snippets")'), file.name
