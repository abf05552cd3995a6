"""The files of the built site: valid HTML, light pages, a search index of words, workings, llms.txt, pictures."""

import gzip
import json
import re

import pytest

FIRST_VISIT = 100_000
"""Bytes of a page, compressed, with all that it needs beside the theme's own files."""


def articles(site):
    """The pages with formulas, but for pages of workings."""
    found = [file for file in sorted(site.rglob("*.html")) if not file.name.endswith(".workings.html")]
    return [file for file in found if '<math display="block">' in file.read_text("utf-8")]


def compressed(file):
    """The size of a file as a server sends it."""
    data = file.read_bytes()
    return len(data) if file.suffix in (".woff2", ".png") else len(gzip.compress(data, 9))


def faults(html):
    """What a strict parser complains of."""
    import html5lib

    parser = html5lib.HTMLParser()
    parser.parse(html)
    return [(place, said) for place, said, _ in parser.errors]


def test_the_html_of_every_page_is_valid(site):
    """For a parser that is strict; pages of workings are made alike, and the first few stand for all."""
    found = sorted(site.rglob("*.html"))
    workings = [file for file in found if file.name.endswith(".workings.html")]
    for file in [file for file in found if file not in workings] + workings[:3]:
        assert [] == faults(file.read_text("utf-8")), file


@pytest.mark.parametrize("html", ["<p>unclosed <b>bold</p>", "<!doctype html><p>a</div>", "<!doctype html><p a=1 a=2>x"])
def test_the_parser_is_strict(html):
    """The control for the test above."""
    assert faults(html)


def test_every_page_is_light_on_the_first_visit(site):
    """Its HTML, the math font, and our own scripts and styles; workings are not among them."""
    fonts = sum(map(compressed, (site / "assets/fonts").glob("*.woff2")))
    own = ("math.css", "site.css", "form.js", "site.js", "card.js", "symbols.js", "iframe-worker.js", "favicon.svg")
    shared = fonts + sum(compressed(site / "assets" / name) for name in own)
    reports = list((site / "checking").glob("report*.html"))
    assert len(reports) > 5
    shared += sum(compressed(site / "assets" / name) for name in ("report.js", "report.css", "workings.css", "scheme.js"))
    files = {*articles(site), *reports}
    assert {} == {file.name: size for file in files if (size := compressed(file) + shared) > FIRST_VISIT}


def test_every_card_leads_to_its_workings_and_back(site):
    """And every part of a page of workings belongs to a formula; code stands on no page before it is asked for."""
    total = 0
    for file in articles(site):
        html = file.read_text("utf-8")
        there = set(re.findall(r'href="[^"]*\.workings\.html#([^"]+)"', html))
        side = file.with_name(file.stem + ".workings.html")
        parts = set(re.findall(r'<section id="([^"]+)"', side.read_text("utf-8"))) if side.is_file() else set()
        assert there == parts, file
        assert "tx-code" not in html and all(f'id="{anchor}"' in html for anchor in there)
        total += len(there)
    assert total > 300


def test_most_claims_have_code_in_three_libraries(site):
    """Where the printer of code knows how; and nearly all have a case in numbers."""
    text = "".join(file.read_text("utf-8") for file in site.rglob("*.workings.html"))
    parts = text.split('<section id="')[1:]
    code = [part for part in parts if part.count('<section class="tx-code"') == 3]
    assert len(code) > 0.7 * len(parts) and sum("tx-numbers" in part for part in parts) > 0.9 * len(parts)


def test_the_table_of_symbols_has_every_row_that_is_asked_for(site):
    """A formula names rows that its page has."""
    for file in articles(site):
        html = file.read_text("utf-8")
        asked = {number for one in re.findall(r' data-s="([\d ]*)"', html) for number in one.split()}
        rows = re.findall(r'<tr data-n="(\d+)">', html)
        assert asked == set(rows) and len(rows) == len(set(rows)), file


def test_the_search_reads_words_and_not_mathml(site):
    """The index has the words of labels and names of derivatives, no source of a formula, and no code of workings."""
    index = json.loads((site / "search" / "search_index.json").read_text("utf-8"))
    text = " ".join(entry["text"] for entry in index["docs"])
    # The manual shows sources as code; no formula leaves its own.
    assert "<math" not in text and "\\frac" not in re.sub(r"<(pre|code)>.*?</\1>", "", text, flags=re.S)
    assert not any("workings" in entry["location"] for entry in index["docs"])
    for words in ("dz hidden", "softmax jacobian", "dW"):
        assert words in text, words
    pages = {entry["location"].partition("#")[0] for entry in index["docs"]}
    assert len(json.dumps(index)) < 25_000 * len(pages)


def test_llms_text_lists_every_page_of_the_navigation(site):
    """With what it is about; each address is there."""
    text = (site / "llms.txt").read_text("utf-8")
    links = re.findall(r"^- \[.+\]\((\S+?)\)(: .+)?$", text, flags=re.M)
    assert len(links) > 10 and all((site / address).is_file() for address, _ in links)
    assert sum(bool(about) for _, about in links) > 0.8 * len(links)


def test_every_page_says_what_it_is_and_has_a_picture(site):
    """A description of its own, and a picture that is there; the bundle has none of them."""
    descriptions = []
    for file in sorted(site.rglob("*.html")):
        if file.name == "404.html" or file.name.count(".") > 1:
            continue
        html = file.read_text("utf-8")
        picture = re.search(r'<meta property="og:image" content="([^"]+)">', html)
        assert picture and (file.parent / picture[1]).resolve().is_file(), file
        descriptions.append(re.search(r'<meta name="description" content="([^"]*)">', html)[1])
    assert len(set(descriptions)) > 0.8 * len(descriptions)


def test_the_page_for_lost_addresses_leads_on(site):
    """By absolute addresses, which hold wherever it is shown."""
    html = (site / "404.html").read_text("utf-8")
    article = html[html.index("<article") : html.index("</article>")]
    links = re.findall(r'href="(/[^"]*)"', article)
    assert len(links) > 3 and all((site / link.lstrip("/")).exists() for link in links)


def test_the_front_page_knows_every_question_and_course(site):
    """Each is a link to a page that is there (the test of all links looks at the anchors)."""
    html = (site / "index.html").read_text("utf-8")
    lists = {name: html.split(f'class="{name}"')[1].split("</ul>")[0] for name in ("tx-questions", "tx-courses")}
    assert 23 == lists["tx-questions"].count("<a href=") and 6 == lists["tx-courses"].count("<a ")
    assert 6 == len(re.findall(r'data-form="(?:row|column)"', lists["tx-courses"]))
