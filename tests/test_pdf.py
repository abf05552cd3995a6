"""The PDF: every formula of the book is in it, everything is linked, and it is the same each time."""

import io
import re
import zipfile

import pytest
from pypdf import PdfReader

from texecute.mkdocs_plugin.typesetting import typeset
from texecute.pages import read_page
from texecute.pdf.book import BookError, Cover, Part, make_pdf
from texecute.pdf.columns import column_widths
from texecute.pdf.html import Article, Formula, Writer
from texecute.pdf.mathml import Unsupported, to_typst
from texecute.pdf.tree import Node, parse


def math(latex, display=True):
    """A formula as the site has it → Typst."""
    return to_typst(parse(typeset(latex, display).mathml).elements[0])


def formula(latex, number="1.1", **options):
    return Formula(typeset(latex, True).mathml, latex, True, number, f"eq-{number.replace('.', '-')}", **options)


def book(html, *formulas, more=(), read=lambda name: None):
    """A book of one page."""
    return make_pdf([Article("a.html", html, formulas), *more], Cover("A book"), 0, read)


def words(pdf):
    """All text of a PDF, one space between words."""
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


MATH = [
    (r"\frac{\partial L}{\partial z}", "frac(∂ L, ∂ z)"),
    (r"g'(x)", r"attach(g, t: #math.primes(1)) \( x \)"),
    (r"f'^{2}", "attach(f, tr: #math.primes(1), t: 2)"),
    (r"\left(\frac12\right)^2", r"attach(lr(\( frac(1, 2) \)), t: 2)"),
    (r"x_i^2", "attach(x, b: i, t: 2)"),
    (r"\sum_{i=1}^n x", r"""attach(∑, b: i class("normal", \=) 1, t: n) x"""),
    (r"\sum\nolimits_i x", "attach(scripts(∑), b: i) x"),
    (r"\max_i x", 'attach(op("max", limits: #true), b: i) x'),
    (r"\operatorname{softmax}(z)", r'op("softmax") \( z \)'),
    (r"\mathcal L", "cal(L)"),
    (r"\mathrm{d}x", "upright(d) x"),
    (r"\Gamma\gamma", "upright(Γ) γ"),
    (r"\hat y", "accent(y, hat, size: #0%)"),
    (r"1, \dots, n", r"1 \, dots.h \, n"),
    (r"1{,}000", r'1 class("normal", \,) 000'),
    (r"a \circ b", 'a class("binary", ∘) b'),
    (r"\underbrace{x}_{n}", "underbrace(x, n)"),
    (r"\binom nk", "binom(n, k)"),
    (r"\sqrt[3]{x}", "root(3, x)"),
    (r"a\,b", "a #h(0.1667em) b"),
    (r"\lVert x \rVert", 'class("opening", ‖) x class("closing", ‖)'),
    (r"\begin{aligned} a &= b \\ &= c \end{aligned}", r"a & \= b \  & \= c"),
    (r"\begin{bmatrix} 1 & 2 \end{bmatrix}", "1, 2)"),
    (r"\begin{array}{c|c} 1 & 2 \\ \hline 3 & 4 \end{array}", "augment: #(hline: (1, ), vline: (1, )"),
    (r"x \text{ if } y", 'x" if "y'),
]


@pytest.mark.parametrize(("latex", "expected"), MATH)
def test_mathml_becomes_typst(latex, expected):
    """A row for each kind of element; all of them compile, in the test below."""
    assert expected in math(latex)


def test_every_row_of_the_table_compiles():
    """In a page of its own."""
    formulas = [formula(latex, f"1.{n}") for n, (latex, _) in enumerate(MATH, 1)]
    html = "<h1>Page</h1>" + "".join(f'<div data-tx="{n}"></div>' for n in range(len(formulas)))
    assert f"(1.{len(MATH)})" in words(book(html, *formulas))


def test_every_formula_of_the_book_converts(root):
    """Inline and displayed; none is empty."""
    count = 0
    for page in sorted((root / "docs").rglob("*.md")):
        for found in read_page(page.read_text("utf-8-sig"), page.name).formulas:
            assert math(found.latex, found.display).strip(), (page, found.latex)
            count += 1
    assert count > 100


def test_an_element_without_a_rule_is_an_error_that_names_page_and_formula():
    """And not a hole in the book."""
    with pytest.raises(Unsupported, match="<maction>"):
        to_typst(parse("<math><maction><mi>x</mi></maction></math>").elements[0])
    unknown = Formula("<math><mi>x</mi><maction></maction></math>", "x + y", True, "1.7", "eq-1-7")
    with pytest.raises(BookError, match=r"a\.html: formula \(1\.7\): no rule for the element <maction>: x \+ y"):
        book('<h1>A</h1><div data-tx="0"></div>', unknown)


GAPS = {
    "a link to nowhere": ('<h1>A</h1><p><a href="a.html#none">x</a></p>', r"a\.html: a link to a\.html#none"),
    "a page that is not there": ('<h1>A</h1><p><a href="b.html">x</a></p>', r"a\.html: a link to b\.html"),
    "a picture that is not there": ('<h1>A</h1><p><img src="p.png" alt="p"></p>', r"there is no picture p\.png"),
    "a picture without words": ('<h1>A</h1><svg width="9" height="9"></svg>', "without alternative text"),
    "a footnote without text": (
        '<h1>A</h1><p><sup><a class="footnote-ref" href="#fn:1">1</a></sup></p>', "the footnote fn:1 has no text"),
}  # fmt: skip


@pytest.mark.parametrize("name", GAPS)
def test_what_the_book_cannot_show_is_an_error(name):
    """With the page that it is on."""
    html, expected = GAPS[name]
    with pytest.raises(BookError, match=expected):
        book(html)


def test_a_link_to_a_page_that_only_the_site_has_is_plain_text():
    """Such as the report of the build."""
    article = Article("a.html", '<h1>A</h1><p>See <a href="b.html">the report</a>.</p>', ())
    made = make_pdf([article], Cover("A"), 0, elsewhere=["b.html"])
    assert "See the report." in words(made)


def test_all_gaps_are_told_at_once():
    """One mistake must not hide the next."""
    with pytest.raises(BookError) as caught:
        book('<h1>A</h1><p><a href="#x">x</a><a href="#y">y</a></p>')
    assert 2 == len(caught.value.gaps)


PAGE = """
<h1 id="title">Title<a class="headerlink" href="#title">¶</a></h1>
<p>Text with <em>stress</em>, <code>a[0] = "#x"</code> and a note<sup id="fnref:1"><a class="footnote-ref" href="#fn:1">1</a></sup>.</p>
<div class="tabbed-set"><input id="t1" type="radio"><input id="t2" type="radio">
<div class="tabbed-labels"><label for="t1">Rows</label><label for="t2">Columns</label></div>
<div class="tabbed-content"><div class="tabbed-block"><p>The first form.</p></div>
<div class="tabbed-block"><p>The other form.</p></div></div></div>
<details><summary>Solution</summary><p>It is seven.</p></details>
<details class="tx-card"><summary>checked</summary><p>4 random points</p></details>
<div class="admonition warning"><p class="admonition-title">Careful</p><p>Beware * of _this_.</p></div>
<h2 id="code">Code</h2>
<div class="language-python highlight"><pre><code>x = 1  # no
y = 2</code></pre><button>Copy</button></div>
<table><thead><tr><th>A</th><th style="text-align: right;">B</th></tr></thead>
<tbody><tr><td>one</td><td>two</td></tr></tbody></table>
<ul><li>a list</li></ul><ol start="3"><li>third</li></ol>
<dl><dt>term</dt><dd>meaning</dd></dl>
<p>See <a href="a.html#code">the code</a> and <a href="https://example.org/">elsewhere</a>.</p>
<p class="no-pdf">Only on the site.</p>
<div data-tx="0"></div>
<div class="footnote"><ol><li id="fn:1"><p>A footnote.<a class="footnote-backref" href="#fnref:1">back</a></p></li></ol></div>
"""


@pytest.fixture(scope="module")
def page():
    """A page with one of everything."""
    return book(PAGE, formula("x = 1", mark="wrong"))


def test_what_teaches_is_in_the_book_and_what_is_a_tool_is_not(page):
    """Both tabs under their labels, solutions open; no cards, buttons and permanent links."""
    text = words(page)
    for shown in ("Rows The first form. Columns The other form.", "Solution It is seven.", "Beware * of _this_.",
                  'a[0] = "#x"', "# no", "A footnote.", "3. third", "term", "meaning", "wrong (1.1)"):  # fmt: skip
        assert shown in text, shown
    for tool in ("Copy", "random points", "¶", "Only on the site", "back"):
        assert tool not in text, tool


def test_an_equation_has_its_alternative_text(page):
    """And a mistake says that it is one."""
    assert any("Wrong: x = 1" in text for text in _alternatives(PdfReader(io.BytesIO(page))))


def _alternatives(reader):
    """The alternative texts in the tree of the document's structure."""
    waiting, found = [reader.trailer["/Root"]["/StructTreeRoot"]], []
    while waiting:
        node = waiting.pop().get_object()
        if isinstance(node, list):
            waiting += node
        elif isinstance(node, dict):
            found += [str(node["/Alt"])] if "/Alt" in node else []
            waiting += [node.raw_get("/K")] if "/K" in node else []
    return found


def test_links_lead_inside_and_outside(page):
    """To a place in the book, and to an address."""
    links = [note.get_object() for page in PdfReader(io.BytesIO(page)).pages for note in page.get("/Annots", [])]
    addresses = [link["/A"]["/URI"] for link in links if "/URI" in link.get("/A", {})]
    assert ["https://example.org/"] == addresses
    assert len(links) > len(addresses)


def test_the_same_articles_give_the_same_bytes(page):
    """And another time gives others."""
    assert page == book(PAGE, formula("x = 1", mark="wrong"))
    other = make_pdf([Article("a.html", PAGE, (formula("x = 1", mark="wrong"),))], Cover("A book"), 86_400)
    assert page != other


def test_a_picture_is_embedded():
    """With its alternative text; an SVG of the page, and a file of the site."""
    drawn = '<svg viewBox="0 0 9 9" width="9" height="9" aria-label="A square"><path d="M1 1h5v5H1z"/></svg>'
    kept = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M1 1h5v5H1z"/></svg>'
    html = f'<h1>A</h1>{drawn}<p><img src="../p.svg" alt="A file"></p>'
    made = make_pdf([Article("in/a.html", html, ())], Cover("A"), 0, {"p.svg": kept}.get)
    assert {"A square", "A file"} <= set(_alternatives(PdfReader(io.BytesIO(made))))


def test_parts_stand_above_their_chapters_in_the_outline():
    """And a level that the page leaves out is no gap: PDF/UA forbids those."""
    chapter = Article("b.html", "<h1>Chapter</h1><h3>Deep</h3><h2>Flat</h2>", (), 2)
    outline = PdfReader(io.BytesIO(book("<h1>A</h1>", more=[Part("Part"), chapter]))).outline
    assert ["A", "Part", ["Chapter", ["Deep", "Flat"]]] == _titles(outline)


def _titles(outline):
    return [_titles(item) if isinstance(item, list) else item.title for item in outline if _kept(item)]


def _kept(item):
    return isinstance(item, list) or item.title != "Contents"


@pytest.fixture(scope="module")
def printed(site):
    """The book that the build made."""
    return PdfReader(site / "checked-gradients.pdf")


@pytest.fixture(scope="module")
def text(printed):
    """All its text."""
    return " ".join(" ".join(page.extract_text() for page in printed.pages).split())


def test_every_number_of_the_site_is_in_the_book(site, text):
    """The book's formulas have the site's numbers."""
    numbers = set()
    for page in site.rglob("*.html"):
        numbers |= set(re.findall(r'class="tx-number"[^>]*>\(([^)]*)\)', page.read_text("utf-8")))
    assert len(numbers) > 100
    assert set() == {number for number in numbers if f"({number})" not in text}


def test_every_equation_of_the_book_has_alternative_text(root, printed):
    """As many texts as formulas, at least."""
    count = sum(len(read_page(page.read_text("utf-8-sig"), page.name).formulas) for page in (root / "docs").rglob("*.md"))
    assert len(_alternatives(printed)) >= count


def test_every_chapter_is_in_the_contents_and_in_the_outline(site, printed, text):
    """Under its title on the site; only the report is left out, which is a table of the whole book."""
    titles = [re.sub(r"^\d+\s+", "", title) for title in _flat(_titles(printed.outline))]
    for page in site.rglob("*.html"):
        if "tx-report" in page.read_text("utf-8"):
            continue
        heading = re.search(r"<h1[^>]*>([^<]+)<a class=\"headerlink\"", page.read_text("utf-8"))
        if heading:
            assert heading[1] in titles, page.name
            # Set in type, an apostrophe is curved.
            assert heading[1] in text.replace("’", "'")


def _flat(titles):
    return [title for item in titles for title in (_flat(item) if isinstance(item, list) else [item])]


def test_the_fonts_are_embedded_and_the_document_is_accessible(printed):
    """Tagged, with language and title; no page asks for a font that is not there."""
    catalogue = printed.trailer["/Root"]
    assert catalogue["/MarkInfo"]["/Marked"] and "en" == catalogue["/Lang"]
    assert b"<pdfuaid:part>1</pdfuaid:part>" in catalogue["/Metadata"].get_data()
    for page in printed.pages:
        for font in page["/Resources"].get("/Font", {}).values():
            inner = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
            assert any(name.startswith("/FontFile") for name in inner)


def test_the_bundle_holds_the_site_and_only_the_site(site):
    """Each file once under one folder, as it is; what needs the network is taken off the pages."""
    with zipfile.ZipFile(site / "checked-gradients.zip") as bundle:
        packed = {name.removeprefix("checked-gradients/"): bundle.read(name) for name in bundle.namelist()}
    there = {file.relative_to(site).as_posix(): file for file in site.rglob("*") if file.is_file()}
    # Pictures for sharing are for addresses; a folder has none.
    shared = {name for name in there if name.startswith("assets/social/")}
    assert set(there) - {"checked-gradients.zip"} - shared == set(packed)
    for name, data in packed.items():
        if name != "index.html":
            assert there[name].read_bytes() == data, name
    assert b"checked-gradients.zip" in there["index.html"].read_bytes()
    assert b"checked-gradients.zip" not in packed["index.html"]
    assert b"checked-gradients.pdf" in packed["index.html"]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([["a", "b"], ["c", "d"]], "2"),
        # Long text breaks by itself: the compiler's own columns will do.
        ([["word " * 40, "word " * 40]], "2"),
        ([["x" * 60, "word " * 40]], "(63fr, 33fr, )"),
    ],
)
def test_a_long_name_has_a_column_that_is_wide_enough(rows, expected):
    """And only then is a column of another width than Typst would give it."""
    assert expected == column_widths([[Node("td", {}, [text]) for text in row] for row in rows])


def test_the_rest_of_the_line_goes_where_it_saves_lines():
    """A column of long text is wider than columns of single words; formulas take room, too."""
    rows = [[Node("td", {}, ["a"]), Node("td", {}, ["word " * 30]), Node("td", {}, ["b"])]]
    assert "(4fr, 88fr, 4fr, )" == column_widths(rows)
    assert "3" == column_widths([[Node("td", {}, ["a"])] * 3])
    said = [0, 90, 20]
    cells = [Node("td", {"n": str(n)}, ["a"]) for n in range(3)]
    assert "3" != column_widths([cells], lambda cell: said[int(cell.get("n"))])


def test_a_long_name_in_code_may_break_behind_an_underscore():
    """But a short one stays in one piece."""
    name = Node("td", {}, [Node("code", {}, ["binary_cross_entropy_with_gradient"])])
    assert column_widths([[name, Node("td", {}, ["word " * 90])]]) == "(11fr, 85fr, )"


def _written(html):
    return Writer(Article("a.html", html, ()), frozenset(), lambda name, data: name).markup()


@pytest.mark.parametrize(
    "html",
    [
        "<p><strong>Step 1: sizes</strong></p><p>Two units.</p>",
        '<p>As a picture.</p><p><img src="p.svg" alt="p"></p>',
        "<p>What is the gradient?</p><details><summary>Solution</summary><p>Two.</p></details>",
        "<p>It is:</p><ul><li>one</li></ul>",
    ],
)
def test_no_page_ends_between_a_lead_and_what_it_leads_to(html):
    """Such as a heading in all but name, an exercise and its solution."""
    assert _written(html).startswith("#lead[")


def test_a_paragraph_with_long_code_is_not_stretched():
    """The words before a name that does not fit would stand far apart."""
    assert _written("<p>See <code>torch.nn.functional.cross_entropy</code>.</p>").startswith("#ragged[")
    assert not _written("<p>See <code>np.sum(a)</code>.</p>").startswith("#ragged[")


def test_a_file_is_printed_once():
    """And later by its page; a short piece of code is repeated."""
    whole, short = "\n".join(f"x{n} = {n}" for n in range(30)), "y = 1"
    html = "<h1>A</h1>" + "".join(f'<div class="highlight"><pre><code>{code}</code></pre></div>' for code in (whole, short) * 2)
    text = words(book(html))
    assert 1 == text.count("x7 = 7") and 2 == text.count("y = 1")
    assert "Printed in full on page 1." in text
