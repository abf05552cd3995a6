"""The Markdown extension: what it finds, sets, numbers and refuses, without MkDocs."""

import io
import re

import markdown
import pytest
from fontTools.ttLib import TTFont

from texecute.mkdocs_plugin.book import make_book
from texecute.mkdocs_plugin.extension import TexecuteExtension
from texecute.mkdocs_plugin.fontsubset import math_font
from texecute.mkdocs_plugin.parts import closed
from texecute.mkdocs_plugin.problems import PageProblems
from texecute.mkdocs_plugin.typesetting import TypesettingError, characters, italic, typeset

EXTENSIONS = ["admonition", "attr_list", "footnotes", "md_in_html", "tables", "toc", "pymdownx.superfences",
              "pymdownx.details", "pymdownx.tabbed"]  # fmt: skip


def render(text, check=False):
    """The page as HTML."""
    return markdown.markdown(
        text,
        extensions=[*EXTENSIONS, TexecuteExtension(check=check)],
        extension_configs={"pymdownx.tabbed": {"alternate_style": True}},
    )


def refused(text, check=False):
    """What is said of a page that cannot be published."""
    with pytest.raises(PageProblems) as caught:
        render(text, check)
    return str(caught.value)


def test_python_markdown_finds_the_extension_by_its_name():
    """It is installed as an entry point."""
    options = {"texecute": {"check": False}}
    assert "<math>" in markdown.markdown("$x$", extensions=["texecute"], extension_configs=options)


CONTEXTS = {
    "a paragraph": "Text\n\n$$\nx = 1\n$$\n\nmore",
    "no empty lines": "Text\n$$\nx = 1\n$$\nmore",
    "the middle of a line": "Text $$x = 1$$ more",
    "a tab": '=== "A"\n\n    Text\n\n    $$\n    x = 1\n    $$\n\n    more',
    "a nested tab": '!!! note\n\n    === "A"\n\n        Text\n        $$\n        x = 1\n        $$\n        more',
    "a list": "- Text\n\n    $$\n    x = 1\n    $$\n\n    more",
    "the head of an item": "- $$x = 1$$\n\n    Text more",
    "a quote": "> Text\n>\n> $$\n> x = 1\n> $$\n>\n> more",
    "html": '<div markdown="1">\n\nText\n\n$$\nx = 1\n$$\n\nmore\n\n</div>',
    "with attributes": "Text\n\n$$\nx = 1\n$$ {#eq-x .wrong}\n\nmore",
}


@pytest.mark.parametrize("name", CONTEXTS)
def test_a_displayed_formula_is_a_block_wherever_it_stands(name):
    """Never inside a paragraph, never as source, never outside of the block it was written in."""
    html = render(CONTEXTS[name])
    assert 1 == html.count('<math display="block">')
    assert 1 == html.count('class="tx ')
    assert "$" not in html and "\x02" not in html and "data-tx" not in html and "{#" not in html
    assert not re.search(r"<p>(?:(?!</p>).)*<div", html, re.S)
    if "tab" in name:
        assert re.search(r'<div class="tabbed-block">.*<math.*more.*</div>', html, re.S)


def test_inline_formulas_stand_in_the_text():
    """Also in headings, tables, emphasis and lists; a price and code are no formulas."""
    html = render("## The $W^\\top$ of *a $b$ c*\n\nIt costs $5 or $6, `$x$`.\n\n| a |\n|---|\n| $\\lvert x\\rvert$ |\n")
    assert 3 == html.count("<math>")
    assert "costs $5 or $6, <code>$x$</code>" in html
    assert '<h2 id="the-w-of-a-b-c">' in html


def test_what_a_formula_contains_is_not_markdown():
    """Underscores, stars and brackets."""
    html = render("$a_i * b_i * c_i$ and $[x](y)$ and _$z$_")
    assert 1 == html.count("<em>") and "<a" not in html


def test_a_fence_keeps_its_dollars():
    """Code about formulas is code."""
    html = render('=== "A"\n\n    ```text\n    $$ x $$ @eq-none\n    ```')
    assert "$$ x $$ @eq-none" in html and "<math" not in html


def test_numbers_and_references():
    """Every displayed formula counts; a label is an anchor; a reference is a link with the number."""
    html = render("As @eq-b says, and [@eq-b].\n\n$$a$$\n\n$$b$$ {#eq-b}\n\n`@eq-b` a@eq-b.org")
    assert 'id="eq-1-1"' in html and 'id="eq-b"' in html
    assert 2 == html.count('<a class="tx-ref" href="#eq-b">(1.2)</a>')
    assert "<code>@eq-b</code> a@eq-b.org" in html


def test_the_end_of_a_sentence_is_not_part_of_a_label():
    """Nor is a colon."""
    html = render("See @eq-a-b. Or @eq-a-b: so.\n\n$$a$$ {#eq-a-b}")
    assert "(1.1)</a>. Or" in html and "(1.1)</a>: so" in html


def test_a_tag_is_the_number():
    """And the count goes on."""
    html = render("@eq-a @eq-b\n\n$$a \\tag{*}$$ {#eq-a}\n\n$$b$$ {#eq-b}")
    assert ">(*)</a>" in html and ">(1.2)</a>" in html


def test_an_unknown_reference_names_line_and_neighbour():
    """The nearest label is offered."""
    said = refused("---\nvectors: row\n---\n\nText\n\nas @eq-hiden says\n\n$$a$$ {#eq-hidden}")
    assert "page.md:7:4  no formula has the label eq-hiden" in said
    assert "  @eq-hiden\n  ^^^^^^^^^" in said and "hint: did you mean @eq-hidden?" in said


def test_a_reference_to_an_inline_formula_is_refused():
    """It has no number."""
    assert "page.md:3:1  @eq-a has no number" in refused("$a$ {#eq-a}\n\n@eq-a")


def test_labels_are_unique_over_the_book():
    """The second use is named, and where the first one is."""
    book = make_book({"a.md": "$$a$$ {#eq-x}", "b.md": "\n$$b$$ {#eq-x}"}, None)
    (problem,) = book.problems
    assert "b.md:2:3  the label eq-x is used twice" in str(problem) and "a.md:1" in problem.hint


def test_a_label_that_looks_like_a_number_is_refused():
    """It could be the anchor of another formula; and a label begins with eq-."""
    assert "eq-1-2 cannot be the label" in refused("$$a$$ {#eq-1-2}")
    assert "dz cannot be the label" in refused("$$a$$ {#dz}")


def test_numbers_count_pages_that_have_formulas():
    """The page without one has no number of its own."""
    book = make_book({"i.md": "none", "a.md": "$$a$$", "b.md": "$x$\n$$b$$\n$$c$$"}, None)
    assert ["1.1"] == [entry.target.number for entry in book.pages["a.md"].entries]
    assert [None, "2.1", "2.2"] == [e.target and e.target.number for e in book.pages["b.md"].entries]


def test_an_unknown_command_is_fatal_with_its_place():
    """With line, column, a caret under the command, and a hint."""
    said = refused("Text\n\n$$\na =\n\\foo b\n$$")
    assert "page.md:5:1  cannot be typeset: unknown command" in said
    assert "  \\foo b\n  ^^^^\n" in said and "hint: " in said


def test_all_problems_are_listed():
    """Not only the first."""
    assert "2 problems" in refused("$\\foo$ and $\\bar{x}$\n\n$\\baz$")


def test_a_formula_from_another_place_is_refused(tmp_path):
    """What another extension brings in was not checked."""
    (tmp_path / "more.md").write_text("$b$", "utf-8")
    text = '$a$\n\n--8<-- "more.md"\n'
    extension = TexecuteExtension(check=False)
    extension.book = make_book({"page.md": text}, None)
    extension.page = extension.book.pages["page.md"]
    options = {"pymdownx.snippets": {"base_path": [str(tmp_path)]}}
    markdown.markdown(text, extensions=["pymdownx.snippets", extension], extension_configs=options)
    assert "not on the page itself: b" in str(extension.problems[0])


@pytest.mark.parametrize("environment", ["align", "align*", "split", "gather", "gather*", "aligned", "gathered"])
def test_rows_are_set_without_numbers_of_their_own(environment):
    """The formula has one number, beside it."""
    made = typeset(rf"\begin{{{environment}}} a &= b \\ c &= d \end{{{environment}}}".replace(
        "&", "" if "gather" in environment else "&"), True)  # fmt: skip
    assert 2 == made.mathml.count("<mtr>") and "(1)" not in made.mathml and "100%" not in made.mathml


def test_the_place_of_an_error_survives_the_rewriting():
    """`align` becomes `aligned`, which is longer; the caret must not move."""
    latex = r"\begin{align} a &= b \\ \foo \end{align}"
    with pytest.raises(TypesettingError) as caught:
        typeset(latex, True)
    assert latex.index(r"\foo") == caught.value.offset


def test_letters_of_mathml_are_italic_in_the_font():
    """A browser shows <mi>z</mi> with another character, which the font must have."""
    assert ["𝑧", "ℎ", "𝛼", "𝛤", "𝜕", "⊤", "1"] == [italic(letter) for letter in "zhαΓ∂⊤1"]
    assert {"𝑧", "ˆ"} <= characters(typeset(r"\hat z", False).mathml)


def test_the_font_is_small_and_always_the_same(tmp_path):
    """Under 70 kB with every letter; from the cache or not; with its MATH table and its licence."""
    alphabets = [*range(0x20, 0x7F), *range(0x391, 0x3CA), *range(0x1D434, 0x1D468), *range(0x1D6E2, 0x1D71C)]
    shown = "".join(chr(code) for code in alphabets) + "∂∇∑∏√∘⊙⊗⊤⟨⟩‖→⇒⟹⟺≔≠≤≥≈∈ℝ×⋯⋮⋱ˆ¯˜⏟⏞ℒ"
    first = math_font(shown, tmp_path)
    assert len(first) < 70_000
    assert first == math_font(shown) == math_font(shown[::-1], tmp_path)
    font = TTFont(io.BytesIO(first))
    assert "MATH" in font and "OFL" in font["name"].getDebugName(13) + font["name"].getDebugName(14)
    assert math_font("x") != first


@pytest.mark.parametrize(
    ("part", "latex", "expected"),
    [
        ("a b", "x = a\n b", "a b"),
        (r"ab\right)c", r"x = \left(ab\right)c", r"\left(ab\right)c"),
        (r"W}^\top z", r"{W}^\top z", r"{W}^\top z"),
        (r"\underbrace{A}_{n", r"y = \underbrace{A}_{n}", r"\underbrace{A}_{n}"),
        (r"\{a\} + {b", r"\{a\} + {b} + c", r"\{a\} + {b}"),
        ("q", "x", "q"),
    ],
)
def test_a_part_is_shown_with_the_brackets_it_needs(part, latex, expected):
    """Half a bracket cannot be typeset."""
    assert expected == closed(part, latex)


def test_marks_say_what_was_checked():
    """A claim, a declaration, a definition and a mistake, each with its sign and its word."""
    html = render(
        "$$x \\in \\mathbb{R}^{n}$$\n\n$$A \\in \\mathbb{R}^{m\\times n}$$\n\n$$z = Ax$$\n\n"
        "$$\\frac{\\partial z}{\\partial x} = A$$\n\n$$\\frac{\\partial z}{\\partial x} = A^\\top$$ {.wrong}\n",
        check=True,
    )
    roles = re.findall(r'<div class="tx tx--(\w+)"', html)
    assert ["declaration", "declaration", "definition", "claim", "wrong"] == roles
    assert re.search(r"values at \d+ random points", html)
    assert "✗</span><span class=\"tx-word\">wrong</span>" in html


def test_a_formula_that_does_not_hold_is_refused():
    """With path, line, caret and hint."""
    said = refused("$x \\in \\mathbb{R}^{n}$\n\n$$\nx = 2x\n$$\n", check=True)
    assert "page.md:4:1  " in said and "^" in said


def test_primes_are_large_enough_to_be_seen():
    """The glyph is the one made for superscripts, which reaches further down than the plain one."""
    font = TTFont(io.BytesIO(math_font("g\u2032")))
    glyph = font["glyf"][font.getBestCmap()[0x2032]]
    assert glyph.yMin < 200 and glyph.yMax - glyph.yMin > 400


@pytest.mark.parametrize(
    "text, kept",
    [
        ("Let $x \\in \\mathbb{R}$, and go on.", "<span class=\"tx-line\"><span class=\"tx-inline\".*?</math></span>,</span>"),
        ("Now ($2 = 2$).", r"<span class=\"tx-line\">\(<span.*?</math></span>\)\.</span>"),
    ],
)
def test_punctuation_stays_on_the_line_of_its_formula(text, kept):
    """A browser may break a line around a formula, and a comma must not begin one."""
    assert re.search(kept, markdown.markdown(text, extensions=["texecute"]))


def test_a_formula_without_punctuation_is_left_alone():
    """There is nothing to keep together."""
    assert "tx-line" not in markdown.markdown("The claim $2 = 2$ holds", extensions=["texecute"])
