"""The built site: complete, repeatable, asking no other host; and what it refuses to build."""

import re
from functools import lru_cache
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

import pytest

from tests.conftest import build
from texecute.pages import read_page


def pages(root):
    """The sources of the book."""
    return sorted((root / "docs").rglob("*.md"))


def built(root, site, page):
    """The HTML of a page."""
    return (site / page.relative_to(root / "docs").with_suffix(".html")).read_text("utf-8")


class Links(HTMLParser):
    """What a page fetches by itself, where its links lead, and the anchors it has."""

    def __init__(self, text):
        super().__init__()
        self.fetched, self.links, self.ids = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if "id" in found:
            self.ids.append(found["id"])
        if tag == "a" and found.get("href"):
            self.links.append(found["href"])
        elif tag == "link" and found.get("rel") in ("canonical", "next", "prev"):
            self.links.append(found["href"])
        else:
            self.fetched += [found[key] for key in ("href", "src", "srcset", "data", "poster") if found.get(key)]


@lru_cache(maxsize=200)
def links(file):
    """The links of a built file, read once."""
    return Links(file.read_text("utf-8"))


def test_every_formula_of_the_book_is_on_the_site(root, site):
    """As many as the checker's scanner sees, each as MathML, with its number if displayed."""
    total = 0
    for page in pages(root):
        formulas = read_page(page.read_text("utf-8-sig"), page.name).formulas
        html = built(root, site, page)
        article = html[html.index("<article") : html.index("</article>")]
        without_cards = re.sub(r'<details class="tx-(card|symbols)".*?</details>', "", article, flags=re.S)
        displayed = sum(formula.display for formula in formulas)
        assert len(formulas) == without_cards.count("<math"), page
        assert displayed == without_cards.count('<math display="block">') == without_cards.count('class="tx-number"')
        for formula in formulas:
            assert not formula.label or f'id="{formula.label}"' in article
        total += len(formulas)
    assert total > 100


def test_no_source_of_a_formula_is_left_in_the_text(root, site):
    """No dollars, no marker, no attribute list, no unresolved reference."""
    for page in pages(root):
        html = built(root, site, page)
        article = html[html.index("<article") : html.index("</article>")]
        text = re.sub(r"<(code|pre|script|style)\b.*?</\1>", "", article, flags=re.S)
        text = re.sub(r"<[^>]*>", "", text)
        for left in ("$", "\x02", "{#", "{.", "@eq-", "\\frac"):
            assert left not in text, (page, left)
        assert "data-tx" not in html and "wzxhzdk" not in html


def test_every_displayed_formula_says_what_was_checked(root, site):
    """A mark with a word, and details that open without JavaScript."""
    for page in pages(root):
        html = built(root, site, page)
        displayed = html.count('<math display="block">')
        assert displayed == html.count('<details class="tx-card"><summary>')
        assert "tx--plain" not in html and "tx--unchecked" not in html


def test_nothing_is_fetched_from_another_host(root, site):
    """In every HTML and style sheet, and in our own scripts; plain links may leave."""
    for file in sorted(site.rglob("*.html")):
        for address in Links(file.read_text("utf-8")).fetched:
            assert not urlsplit(address).netloc, (file.name, address)
    for file in sorted(site.rglob("*.css")):
        for address in re.findall(r"url\(\s*[\"']?([^)\"']+)|@import\s+[\"']([^\"']+)", file.read_text("utf-8")):
            assert not re.match(r"(https?:)?//", "".join(address)), (file.name, address)
    for file in sorted((site / "assets").glob("*.js")):
        assert "//" not in re.sub(r"^\s*//.*$", "", file.read_text("utf-8"), flags=re.M), file.name


def test_every_link_inside_the_site_arrives(root, site):
    """At a file that is there, and at an anchor that it has once."""
    for file in sorted(site.rglob("*.html")):
        if file.name == "404.html":  # its addresses are absolute: nobody knows where it is shown
            continue
        page = links(file.resolve())
        assert len(page.ids) == len(set(page.ids)), file
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (file.parent / unquote(parts.path)).resolve() if parts.path else file
            if target.is_dir():
                target /= "index.html"
            assert target.is_file(), (file.name, link)
            if parts.fragment and target.suffix == ".html":
                assert unquote(parts.fragment) in links(target).ids, (file.name, link)


def test_two_builds_are_the_same_to_the_byte(root, site, tmp_path):
    """No time, no path, no order of a set stands in any file."""
    assert 0 == build(root, tmp_path).returncode
    first, second = (
        {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}
        for folder in (site, tmp_path)
    )
    assert sorted(first) == sorted(second)
    assert [] == [name for name in first if first[name] != second[name]]


def test_the_font_is_one_small_file_that_every_page_with_formulas_preloads(root, site):
    """Under 70 kB; its name is made of its bytes."""
    (font,) = site.glob("assets/fonts/*.woff2")
    assert font.stat().st_size < 70_000
    for page in pages(root):
        html = built(root, site, page)
        assert ("<math" in html) == bool(re.search(rf'rel:"preload",href:"[./]*assets/fonts/{font.name}"', html))


GOOD = "# Page\n\nLet $x \\in \\mathbb{R}^{n}$.\n\n$$\nx + x = 2x\n$$ {#eq-twice}\n\nSee @eq-twice.\n"


@pytest.fixture
def small(root, tmp_path):
    """A book of one page with the project's own configuration: write a page, build it, read the log."""

    def write_and_build(text, other=None):
        folder = tmp_path / "book"
        (folder / "docs").mkdir(parents=True, exist_ok=True)
        (folder / "docs" / "index.md").write_text(text, "utf-8")
        nav = "nav: [index.md]\n"
        if other:
            (folder / "docs" / "other.md").write_text(other, "utf-8")
            nav = "nav: [index.md, other.md]\n"
        (folder / "mkdocs.yml").write_text(f"INHERIT: {root / 'mkdocs.yml'}\n{nav}", "utf-8")
        run = build(folder, tmp_path / "site")
        return run.returncode, run.stdout + run.stderr

    return write_and_build


def test_a_right_page_is_built(small, tmp_path):
    """The control for the tests below: the same page without the fault."""
    status, said = small(GOOD)
    assert 0 == status, said
    assert "<math" in (tmp_path / "site" / "index.html").read_text("utf-8")


FAULTS = {
    "a wrong formula": (GOOD.replace("2x", "3x"), r"docs/index\.md:6:\d+  "),
    "a mistake that is none": (GOOD.replace("{#eq-twice}", "{#eq-twice .wrong}"), r"docs/index\.md:6:\d+  "),
    "an unknown name": (GOOD.replace("2x", "2w"), r"docs/index\.md:6:10  unknown name w"),
    "an unbalanced brace": (GOOD.replace("2x", "\\frac{2x}{1"), r"docs/index\.md:\d+:\d+  "),
    "an unknown command": (GOOD.replace("2x", "2x \\foo"), r"docs/index\.md:6:12  cannot be typeset: unknown command"),
    "an unknown reference": (GOOD.replace("@eq-twice", "@eq-thrice"), r"docs/index\.md:9:5  no formula has the label"),
    "a formula that does not close": (GOOD + "\n$$\nx\n", r"docs/index\.md:11:\d+  "),
    "an unknown attribute": (GOOD.replace("{#eq-twice}", "{#eq-twice layuot=mixed}"), r"docs/index\.md:\d+:\d+  "),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_stops_the_build(small, tmp_path, name):
    """With path, line, column and a hint; nothing is published."""
    text, expected = FAULTS[name]
    assert text != GOOD
    status, said = small(text)
    assert 0 != status
    assert re.search(expected, said), said
    assert not (tmp_path / "site" / "index.html").exists()


def test_all_faults_are_listed_before_the_build_stops(small):
    """One wrong formula on each of two pages, and a reference."""
    status, said = small(GOOD.replace("2x", "3x").replace("@eq-twice", "@eq-none"), "# Other\n\n$y$\n")
    assert 0 != status
    assert "docs/index.md:6:" in said and "docs/other.md:3:" in said and "docs/index.md:9:" in said
    assert "3 problems" in said


def test_a_reference_to_another_page_is_a_link_to_it(small, tmp_path):
    """With the number that the formula has there."""
    status, said = small(GOOD, "# Other\n\nSee @eq-twice.\n")
    assert 0 == status, said
    html = (tmp_path / "site" / "other.html").read_text("utf-8")
    assert '<a class="tx-ref" href="index.html#eq-twice">(1.1)</a>' in html


def test_a_label_of_another_page_cannot_be_used_again(small):
    """Else a reference could mean either."""
    status, said = small(GOOD, GOOD)
    assert 0 != status
    assert "docs/other.md:6:" in said or "docs/other.md:5:" in said
    assert "the label eq-twice is used twice" in said
