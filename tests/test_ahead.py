"""Pages checked on several processors get the reports that one processor gives them."""

from texecute.check import check
from texecute.errors import FormulaError
from texecute.mkdocs_plugin.ahead import check_ahead
from texecute.mkdocs_plugin.book import Checker
from texecute.mkdocs_plugin.workings import page_workings

BOOK = {
    "a.md": r"Let $x \in \mathbb{R}^{n}$ and $A \in \mathbb{R}^{n\times n}$.",
    "b.md": "---\nuses: [a.md]\n---\n\nThen $x^\\top A x = x^\\top A^\\top x$.",
    "c.md": r"Let $t \in \mathbb{R}$. Then $\sin(t)^2 = 1$.",
    "d.md": "---\nuses: [missing.md]\n---\n\nText.",
}


def _load(path):
    if path not in BOOK:
        raise FormulaError(f"uses: the book has no page {path}", hint="give the path relative to this page")
    return BOOK[path]


def test_the_reports_are_those_of_one_processor():
    """A page that uses another, one that fails and one that asks for a page that is not there."""
    options = {"mutants": True}
    found = list(check_ahead(list(BOOK), BOOK, options, jobs=2))
    reports = {path: report for path, report, _ in found}
    assert reports == {path: check(text, path, load=_load, **options) for path, text in BOOK.items()}
    assert "the book has no page missing.md" in reports["d.md"].problems[0].message
    assert {path: workings for path, _, workings in found} == {path: page_workings(text, path, _load) for path, text in BOOK.items()}


def test_few_pages_are_left_to_whoever_asks_for_them():
    """A process would take longer to start than they take."""
    assert list(check_ahead(["a.md", "c.md"], BOOK, {}, jobs=2)) == []
    assert list(check_ahead(list(BOOK), BOOK, {}, jobs=1)) == []


def test_the_checker_of_a_book_prepares_only_what_it_does_not_know(monkeypatch):
    """A second call has nothing left to do."""
    monkeypatch.setattr("texecute.mkdocs_plugin.ahead._processors", lambda: 2)
    checker = Checker(BOOK)
    assert sorted(checker.prepare()) == sorted(BOOK)
    assert list(checker.prepare()) == []
    monkeypatch.setattr("texecute.mkdocs_plugin.book.check_page", None)
    monkeypatch.setattr("texecute.mkdocs_plugin.book.page_workings", None)
    assert checker.workings(BOOK["c.md"], "c.md")
    assert checker(BOOK["c.md"], "c.md").problems[0].line == 1
