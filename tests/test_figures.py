"""Figures are drawn by code of the repository, have words, and are the same each time."""

import json
import re
import subprocess
import sys
from xml.etree import ElementTree

import markdown
import pytest

from texecute.mkdocs_plugin.figures import (
    HELPERS,
    PAPER,
    Drawing,
    FigureError,
    Figures,
    FiguresExtension,
    draw,
    inline_svg,
    insert_figures,
    insert_pictures,
    paper_svg,
)
from texecute.mkdocs_plugin.running import Kept, environment

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="400" height="90"><path id="p" d="M0 0" style="fill: var(--fig-1)"/></svg>'
KIT = {
    "plot": "kit.plot(lambda axes: axes.semilogx([1, 100], [1, -2], label='a') and axes.legend())",
    "plots": "kit.plot(lambda axes: axes[0].plot([1, 2]), columns=2)",
    "heat map": "kit.heat_map([[1, -2], [0, 3]], titles=['A'], rows=['a', 'b'], columns=['z_1', 'z_2'])",
    "graph": "kit.graph({'x': (0, 0, 'x^{[1]}'), 'L': (1, 0, 'L', 'strong')}, [('x', 'L', 'g')], [('L', 'x', '∂L/∂x')])",
}


def drawn(root, expression):
    """What an expression with `kit` gives, in a process of its own."""
    code = f"import json, sys\nsys.path.insert(0, {str(root / 'docs' / 'figures')!r})\nimport kit\nprint(json.dumps({expression}))"
    run = subprocess.run([sys.executable, "-c", code], env=environment(), capture_output=True, text=True)
    assert 0 == run.returncode, run.stderr
    return json.loads(run.stdout)


@pytest.fixture
def figures(tmp_path):
    """A book with one figure."""
    (tmp_path / "docs" / "figures").mkdir(parents=True)
    (tmp_path / "docs" / "figures" / "one.py").write_text(f"def figure():\n    return {SVG!r}\n", "utf-8")
    return Figures(tmp_path, tmp_path / "docs" / "figures", Kept(tmp_path / "cache"))


def page(text, figures):
    """The page's HTML with markers."""
    figures.start("docs/part/page.md", "part/page.md", text)
    return markdown.markdown(text, extensions=["attr_list", "pymdownx.tabbed", FiguresExtension(figures)])


@pytest.mark.parametrize("kind", KIT)
def test_the_kit_draws_the_same_each_time(root, kind):
    """Two processes, the same bytes; only colours that follow the page, or none; no style that leaks."""
    first, second = drawn(root, KIT[kind]), drawn(root, KIT[kind])
    assert first == second
    ElementTree.fromstring(first)
    assert not re.search(r"#[0-9a-f]{6}\b(?![^<]*url)", re.sub(r'(?:id="|href="#|url\(#)[^")]*', "", first))
    assert "<style" not in first and "DejaVu" not in first
    assert set(re.findall(r"var\((--[\w-]+)\)", first)) <= set(PAPER)
    assert len(first) < 12_000


def test_colours_are_those_of_the_style_sheet(root):
    """Each variable is there for light and for dark, and the PDF has a colour for it."""
    css = (root / "docs" / "assets" / "site.css").read_text("utf-8")
    for name in PAPER:
        assert 2 == len(re.findall(rf"^  {name}: #", css, re.M)), name


def test_a_figure_stands_in_the_page(figures):
    """With its words as its name, ids of its own, and its caption."""
    html = page('Text\n\n![A line](../figures/one.svg "It is short")\n', figures)
    assert [] == figures.problems
    assert (
        '<figure class="tx-figure"><div data-figure="0">A line</div><figcaption>It is short</figcaption></figure>'
        in html.replace("\n", "")
    )
    site = insert_figures(html, figures.drawings)
    assert '<svg role="img" aria-label="A line"' in site and "data-figure" not in site
    assert site.count("aria-label=") == 2


def test_ids_are_unique_on_a_page():
    """Two figures may come from the same matplotlib; an id that nothing refers to goes."""
    svg = '<svg width="9" height="9"><path id="a" d=""/><path id="b"/><use xlink:href="#a" clip-path="url(#a)"/></svg>'
    one = inline_svg(Drawing(svg, "x"), "fig1-")
    assert '<path id="fig1-a"' in one and '<path/>' in one and 'href="#fig1-a" clip-path="url(#fig1-a)"' in one


def test_the_pdf_gets_fixed_colours(figures):
    """Typst knows no variables."""
    html = insert_pictures(page("![A line](../figures/one.svg)", figures), figures.drawings)
    assert '<img alt="A line" src="data:image/svg+xml;base64,' in html
    assert "fill: #0067a3" in paper_svg(SVG) and "var(" not in paper_svg(SVG)
    assert 'width="300" height="67.5"' in paper_svg(SVG)


def test_a_figure_in_a_tab(figures):
    """Is one, too."""
    html = page('=== "A"\n\n    ![A line](../figures/one.svg)\n', figures)
    assert re.search(r'class="tabbed-(block|content)">\s*<figure class="tx-figure">', html)


PROBLEMS = {
    "no words": ("a\n\n![](../figures/one.svg)", 3, "no text alternative", "say in the brackets"),
    "no words for a picture": ("![](../assets/x.png)", 1, "no text alternative", "say in the brackets"),
    "no script": ("![A line](../figures/two.svg)", 1, "no script two.py", "docs/figures has one"),
    "in a line": ("See ![A line](../figures/one.svg) here", 1, "a paragraph of its own", "empty lines"),
}


@pytest.mark.parametrize("name", PROBLEMS)
def test_a_figure_that_cannot_be_shown_is_a_problem(name, figures):
    """With its line, and what to write instead."""
    text, line, message, hint = PROBLEMS[name]
    page(text, figures)
    (problem,) = figures.problems
    assert ("docs/part/page.md", line) == (problem.path, problem.line)
    assert message in problem.message and hint in problem.hint


SCRIPTS = {
    "a fault": ("def figure():\n    return 1 / 0\n", "bad.py:2: ZeroDivisionError"),
    "no function": ("a = 1\n", "name 'figure' is not defined"),
    "no SVG": ("def figure():\n    return 'a'\n", "gives no SVG text"),
    "broken": ("def figure():\n    return '<svg><g></svg>'\n", "cannot be read"),
    "an address": ("def figure():\n    return '<svg><image href=\"https://example.org/a.png\"/></svg>'\n", "no addresses"),
}


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_that_fails_says_where(name, figures, tmp_path):
    """The script and its line."""
    script = figures.folder / "bad.py"
    source, message = SCRIPTS[name]
    script.write_text(source, "utf-8")
    with pytest.raises(FigureError, match=message):
        draw(script, tmp_path, figures.kept)


def test_a_script_runs_again_when_it_has_changed(figures, tmp_path):
    """And not before."""
    script = figures.folder / "one.py"
    first = draw(script, tmp_path, figures.kept)
    kept = sorted((tmp_path / "cache").iterdir())
    assert first == draw(script, tmp_path, figures.kept)
    assert kept == sorted((tmp_path / "cache").iterdir())
    script.write_text(script.read_text("utf-8").replace("400", "500"), "utf-8")
    assert 'width="500"' in draw(script, tmp_path, figures.kept)


def test_every_figure_is_shown_on_a_page(root):
    """A script that no page uses would never run."""
    used = set()
    for file in [*(root / "docs").rglob("*.md"), *(root / "docs").rglob("*.ipynb")]:
        used |= set(re.findall(r"figures/([\w-]+)\.svg", file.read_text("utf-8")))
    drawn = {file.stem for file in (root / "docs" / "figures").glob("*.py") if file.name not in HELPERS}
    assert drawn == used
