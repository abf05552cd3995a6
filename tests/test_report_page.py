"""The report page is what the run of this build found, and a build remembers what it has found."""

import re

import pytest

from texecute.check import check
from texecute.mkdocs_plugin.book import Checker, make_book
from texecute.mkdocs_plugin.card import formula_html
from texecute.mkdocs_plugin.report_page import Contents, Part, insert_report, tables
from texecute.mkdocs_plugin.store import Store
from texecute.pages import read_page

PAGE = "# Page\n\n$x \\in \\mathbb{R}^{n}$\n\n$$\nx + x = 2x\n$$ {#eq-twice}\n"


def sources(root):
    """The sources of the book that have formulas."""
    found = {page: read_page(page.read_text("utf-8-sig"), page.name) for page in sorted((root / "docs").rglob("*.*")) if page.suffix in (".md", ".ipynb")}
    return {page: read for page, read in found.items() if read.formulas}


@pytest.fixture(scope="module")
def totals(site):
    """The page's article."""
    html = (site / "checking" / "report.html").read_text("utf-8")
    return html[html.index("<article") : html.index("</article>")]


@pytest.fixture(scope="module")
def report(site, totals):
    """The tables of all parts that the totals lead to, one under the other."""
    files = re.findall(r'<a class="tx-part" href="([^"]+)"', totals)
    assert len(files) == len(set(files)) == len(list((site / "checking").glob("report.*.html")))
    return "".join((site / "checking" / file).read_text("utf-8") for file in files)


def rows(report):
    """The rows of the tables of formulas."""
    return re.findall(r"<tr data-role=(\w+)>(.*)", report)


def test_every_formula_of_the_book_is_in_the_report_once(root, report):
    """Displayed or not, with a link to its place."""
    total = sum(len(page.formulas) for page in sources(root).values())
    assert total == len(rows(report))
    links = [re.search(r'<td><a href="([^"]+)">', row)[1] for _, row in rows(report)]
    assert total == len(set(links))


def test_the_numbered_formulas_stand_in_a_table_of_their_own(root, report):
    """As many as are displayed; the others have a line in place of a number."""
    found = "".join(re.findall("<h2>Numbered formulas</h2>(.*?)</section>", report, re.S))
    displayed = sum(formula.display for page in sources(root).values() for formula in page.formulas)
    assert displayed == len(rows(found))
    assert "line " not in re.sub("<code>.*?</code>", "", found)


def test_the_report_says_what_the_checker_says(root, report):
    """Role, verdict, number of points and largest error of one page, row by row."""
    path = root / "docs" / "losses" / "softmax-cross-entropy.md"
    found = [formula for formula in check(path.read_text("utf-8-sig"), str(path)).formulas if formula.display]
    shown = [row for _, row in rows(report) if f"/{path.stem}.html#" in row and "line " not in row.split("</a>")[0]]
    assert len(found) == len(shown)
    for formula, row in zip(found, shown):
        if formula.role == "claim":
            error = formula.max_relative_error
            error = "" if error is None else f"{error:.0e}" if error else "0"
            assert f"<td>holds<td>{formula.samples}<td>{error}" in row
        assert (formula.role == "wrong claim") == ("refused by" in row)


def test_the_totals_are_the_sum_of_the_pages(totals, report):
    """Every count of a part is the sum of its pages, and every count at the foot is the sum of the parts."""

    def adds_up(total, addends):
        for total_cell, *cells in zip(total, *addends):
            if total_cell.isdigit():
                assert int(total_cell) == sum(int(cell or 0) for cell in cells)

    def counts(html):
        return [
            [cell.replace(",", "") for cell in re.findall("<td>(.*?)</td>", row)]
            for row in re.findall(r"<tr><th scope=\"row\">.*?</tr>", html)
        ]

    parts = list(map(counts, re.findall("<tbody>.*?</tbody>", totals)))
    (book,) = counts(totals[totals.index("<tfoot>") :])
    for part, *pages in parts:
        adds_up(part, pages)
    adds_up(book, [part for part, *_ in parts])
    assert int(book[0]) == len(rows(report)) and len(parts) > 5


def test_wrong_variants_are_in_the_report_and_on_the_cards(site, report):
    """The build asks for them."""
    assert re.search(r"<td>\d+ of \d+$", report, re.M)
    assert "wrong variants of it" in (site / "networks" / "recurrence.html").read_text("utf-8")


def test_what_was_proved_in_symbols_is_said():
    """In the row, in the totals and on the card, where the build asks for it."""
    book = make_book({"page.md": PAGE}, Checker({"page.md": PAGE}, options={"exact": True}))
    assert not book.problems
    part = Part("A part: the first", ("page.md",))
    contents = Contents(book, {"page.md": "Page"}, lambda path: "page.html", [part])
    shown = insert_report('<div data-tx-report="totals"></div>', contents)
    assert 'href="report.a-part-the-first.html"' in shown and "<th scope=\"col\">Proved</th>" in shown
    assert "<td>proved" in tables(contents, part)
    assert "In symbols instead of numbers: proved" in formula_html(book.pages["page.md"].entries[1])


def test_the_report_is_in_neither_the_search_nor_the_pdf(site):
    """It would drown both: only its text is found, not its rows."""
    index = (site / "search" / "search_index.json").read_text("utf-8")
    assert "The report of this build" in index and "refused by" not in index


@pytest.fixture
def counted(monkeypatch):
    """How often the checker itself was called."""
    calls = []

    def counting(text, path, **options):
        calls.append(options)
        return check(text, path, **options)

    monkeypatch.setattr("texecute.mkdocs_plugin.book.check_page", counting)
    return calls


def test_a_second_build_takes_what_the_first_has_found(tmp_path, counted):
    """The very same report, in another process too."""
    first = Checker({"page.md": PAGE}, options={"mutants": True}, store=Store(tmp_path))(PAGE, "page.md")
    second = Checker({"page.md": PAGE}, options={"mutants": True}, store=Store(tmp_path))(PAGE, "page.md")
    assert 1 == len(counted)
    assert first == second and second.formulas[1].mutants["killed"] > 0


def test_a_changed_page_is_checked_anew(tmp_path, counted):
    """And so is one that uses it, and one that is asked for more."""
    other = "---\nuses: page.md\n---\n\n$x + x = 2x$\n"
    changed = PAGE.replace("x + x = 2x", "x - x = 0")
    for page in (PAGE, changed):
        Checker({"page.md": page, "other.md": other}, store=Store(tmp_path))(other, "other.md")
    assert 2 == len(counted)
    Checker({"page.md": changed, "other.md": other}, options={"mutants": True}, store=Store(tmp_path))(other, "other.md")
    assert 3 == len(counted)


def test_a_damaged_file_of_the_store_counts_as_none(tmp_path, counted):
    """The page is checked, and the file written anew."""
    make = lambda: Checker({"page.md": PAGE}, store=Store(tmp_path))(PAGE, "page.md")  # noqa: E731
    first = make()
    (file,) = tmp_path.iterdir()
    for damage in ("", "{", "[1]", '[{"path": "page.md"}]', "null"):
        file.write_text(damage)
        assert first == make()
    assert 6 == len(counted)


def test_while_somebody_writes_nothing_extra_is_tried(tmp_path, counted):
    """And what is found then is not kept for the next build."""
    Checker({"page.md": PAGE}, options={"exact": True}, store=Store(tmp_path), hasty=True)(PAGE, "page.md")
    assert "exact" not in counted[0] and not list(tmp_path.iterdir())
