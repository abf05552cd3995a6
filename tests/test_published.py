"""What the site says of itself: descriptions, pictures, llms.txt, and 404.html."""

import struct

from texecute.mkdocs_plugin.book import Checker, make_book
from texecute.mkdocs_plugin.fontsubset import font_file
from texecute.mkdocs_plugin.published import Listed, description, llms_text, lost, sharing
from texecute.mkdocs_plugin.social import Shot, address_of, pictures, shot

PAGE = "Let $x \\in \\mathbb{R}^{n}$.\n\n$$\nx + x = 2x\n$$ {#eq-twice}\n"


def test_a_description_is_the_first_paragraph_as_text():
    """Whole sentences of it, if it is long."""
    assert "Why a < b: one line." == description("<h1>T</h1>\n<p>Why <em>a</em> &lt; b:\none line.</p><p>More.</p>")
    long = "This sentence is as long as sentences should be at most in a book. " * 6
    said = description(f"<h1>T</h1><p>{long}</p>")
    assert len(said) <= 180 and said.endswith("book.")
    assert "" == description("<h1>T</h1>")


def test_sharing_escapes_and_leaves_out_a_picture_that_is_none():
    """Quotes stay inside of the attribute."""
    said = sharing('A "title"', "about", "Site", "a.png")
    assert 'content="A &quot;title&quot;"' in said and 'property="og:image" content="a.png"' in said
    assert "image" not in sharing("A", "b", "c", "")


def test_llms_text_lists_the_pages_of_each_part():
    """A title, what it is about, and a link a page."""
    text = llms_text("Book", "About.", [("", [Listed("Start", "index.html", "")]), ("Part", [Listed("One", "one.html", "First.")])])
    assert text.startswith("# Book\n\n> About.\n\n- [Start](index.html)\n") and "## Part\n\n- [One](one.html): First.\n" in text


def test_a_lost_reader_gets_a_way_on():
    """In the place of the theme's heading."""
    html = lost("<article><h1>404 - Not found</h1></article>", "/", [("Losses", "/losses/x.html")])
    assert "404" not in html and '<a href="/losses/x.html">Losses</a>' in html and 'href="/"' in html


def test_a_picture_has_the_size_that_is_asked_for_and_is_kept(tmp_path):
    """1200 × 630; with a formula it is another one; what is kept is not made again."""
    book = make_book({"p.md": PAGE}, Checker({"p.md": PAGE}))
    one = shot("part/page.html", "A page", book.pages["p.md"])
    assert "2" in one.formula and "assets/social/part-page.png" == address_of(one.address)
    made = pictures([one, Shot("other.html", "A page")], "Site", font_file(), tmp_path)
    first, second = made["assets/social/part-page.png"], made["assets/social/other.png"]
    assert first != second and first.startswith(b"\x89PNG")
    assert (1200, 630) == struct.unpack(">II", first[16:24])
    (kept, other) = tmp_path.iterdir()
    kept.write_bytes(b"kept"), other.write_bytes(b"kept")
    assert {b"kept"} == set(pictures([one, Shot("other.html", "A page")], "Site", font_file(), tmp_path).values())
