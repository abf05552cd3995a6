"""The Markdown extension: formulas become MathML, `@eq-…` becomes a link with its number.

It finds the formulas with the checker's own scanner, so that what is typeset and what is
checked is the same set.  While a page is converted a formula is a small marker that
holds its plain text, which the contents and the search then show; `insert_formulas` puts the
MathML in its place at the end.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape
from itertools import zip_longest
from xml.etree import ElementTree

from markdown import Markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import InlineProcessor
from markdown.postprocessors import Postprocessor
from markdown.preprocessors import Preprocessor

from texecute.mkdocs_plugin.book import Book, BookPage, Checker, Entry, make_book
from texecute.mkdocs_plugin.card import formula_html
from texecute.mkdocs_plugin.numbering import REFERENCE
from texecute.mkdocs_plugin.problems import PageProblems, Problem
from texecute.pages import Formula, read_page

_MARKER = re.compile(r'<(span|div) data-tx="(\d+)">[^<]*</\1>')
# What must not be parted from an inline formula by the end of a line: a browser may break around it.
_WITH_SIGNS = re.compile(r'([(\[“‘]*)<span data-tx="\d+">[^<]*</span>([.,;:!?)\]”’]*)')
_BEFORE = re.compile(r"(?P<lead>[ \t>]*)(?P<item>(?:[-*+]|\d+[.)])[ \t]+)?")


class TexecuteExtension(Extension):
    """Mathematics for Python-Markdown: `markdown.markdown(text, extensions=["texecute"])`.

    Used alone, it treats each text as a book of one page, checks it, and raises `PageProblems`.
    An adapter that knows the whole book sets `book`, `page` and `link` before each page, reads
    `problems` after it, and calls `insert_formulas` on what it publishes.
    """

    def __init__(self, **options):
        self.config = {
            "path": ["page.md", "the path that messages name"],
            "check": [True, "check the formulas, and refuse a page whose formulas do not pass"],
        }
        self.book: Book | None = None
        self.page: BookPage | None = None
        self.link: Callable[[str], str] = lambda path: ""
        self.problems: list[Problem] = []
        super().__init__(**options)

    def extendMarkdown(self, md: Markdown) -> None:
        """Registers the three steps."""
        alone = self.book is None
        # After `normalize_whitespace` (30), which would remove the stash's marks and expands
        # `--8<--` (32) has done its work; before fences (25) and raw HTML (20).
        md.preprocessors.register(_Formulas(md, self, alone), "texecute", 28)
        # After code spans (190), before links and emphasis.
        md.inlinePatterns.register(_Reference(REFERENCE, md, self), "texecute-reference", 175)
        if alone:
            # After raw HTML (30) has come back.
            md.postprocessors.register(_Insert(md, self), "texecute", 5)


def insert_formulas(html: str, page: BookPage, show: Callable[[Entry], str] = formula_html) -> str:
    """Every marker replaced by its formula; an inline one keeps the punctuation beside it on its line."""
    html = _WITH_SIGNS.sub(lambda found: f'<span class="tx-line">{found[0]}</span>' if found[1] or found[2] else found[0], html)
    return _MARKER.sub(lambda marker: show(page.entries[int(marker[2])]), html)


class _Formulas(Preprocessor):
    """Replaces each formula of the source by a marker in the stash of raw HTML."""

    def __init__(self, md: Markdown, extension: TexecuteExtension, alone: bool):
        super().__init__(md)
        self.extension = extension
        self.alone = alone

    def run(self, lines: list[str]) -> list[str]:
        text = "\n".join(lines)
        self.extension.problems.clear()
        if self.alone:
            self._make_book(text)
        page = self.extension.page
        # A notebook is Markdown by now.
        found = read_page(text, f"{page.page.path}.md").formulas
        problem = _difference(found, page)
        if problem:
            self.extension.problems.append(problem)
            return []
        parts, position = [], 0
        for number, (formula, entry) in enumerate(zip(found, page.entries, strict=True)):
            parts.append(text[position : formula.start])
            mark = self.md.htmlStash.store(_marker(number, entry))
            parts.append(_set_apart(text, formula, mark) if formula.display else mark)
            position = formula.end
        text = "".join(parts) + text[position:]
        # A block ends at an empty line; one with spaces in it would not do.
        return re.sub(r"(?<=\n)[ \t]+\n", "\n", text).split("\n")

    def _make_book(self, text: str) -> None:
        path = self.extension.getConfig("path")
        book = make_book({path: text}, Checker() if self.extension.getConfig("check") else None)
        if book.problems:
            raise PageProblems(book.problems)
        self.extension.book, self.extension.page = book, book.pages[path]


def _difference(found: tuple[Formula, ...], page: BookPage) -> Problem | None:
    """The complaint if what is about to be typeset is not what was read from the source, and checked."""
    known = [entry.formula for entry in page.entries]
    for formula, expected in zip_longest(found, known):
        if formula and expected and formula.latex.split() == expected.latex.split():
            continue
        where = expected or (known[-1] if known else formula)
        if formula is None or len(found) < len(known):
            message = "this formula is lost on its way to the site"
            hint = "set it apart from what stands around it by empty lines"
        else:
            shown = formula.latex.strip()[:80]
            message = f"the site would show a formula that is not on the page itself: {shown}"
            hint = "write it on the page: what another file or plugin puts there is not checked"
        return Problem(page.page.path, where.line, where.column, message, "", hint)
    return None


def _marker(number: int, entry: Entry) -> str:
    if entry.formula.display:
        # The words of its label, and what it has in it: what a search can find a formula by.
        words = (entry.formula.label or "").removeprefix("eq-").replace("-", " ")
        inside = " ".join(entry.working.words) if entry.working else ""
        return f'<div data-tx="{number}">{escape(f"{words} {inside}".strip())}</div>'
    text = entry.typeset.text if entry.typeset else escape(entry.formula.latex)
    return f'<span data-tx="{number}">{text}</span>'


def _set_apart(text: str, formula: Formula, mark: str) -> str:
    """The marker as a block of its own, at the depth of the line in which the formula begins."""
    line = text[text.rfind("\n", 0, formula.start) + 1 : formula.start]
    before = _BEFORE.match(line)
    lead = before["lead"] + ("    " if before["item"] else "")
    begin = "" if before["item"] and before.end() == len(line) else f"\n{lead}\n{lead}"
    return f"{begin}{mark}\n{lead}\n{lead}"


class _Reference(InlineProcessor):
    """`@eq-name` → a link with the number of that formula."""

    def __init__(self, pattern: str, md: Markdown, extension: TexecuteExtension):
        super().__init__(rf"(?<![\w@/.]){pattern}", md)
        self.extension = extension

    def handleMatch(self, match, data):
        extension, label = self.extension, match[1]
        target = extension.book.numbering.find(label)
        if target is None:
            extension.problems.append(_unknown_reference(extension, label))
            return None, None, None
        page = "" if target.path == extension.page.page.path else extension.link(target.path)
        link = ElementTree.Element("a", {"class": "tx-ref", "href": f"{page}#{target.anchor}"})
        link.text = f"({target.number})"
        return link, match.start(0), match.end(0)


def _unknown_reference(extension: TexecuteExtension, label: str) -> Problem:
    """The complaint, at the first place of the page where the reference stands."""
    page = extension.page.page
    place = re.search(rf"@{re.escape(label)}(?![\w:-])", page.text)
    at = place.start() if place else 0
    line_start = page.text.rfind("\n", 0, at) + 1
    line = page.text.count("\n", 0, at) + 1
    return extension.book.numbering.unknown(label, page.path, line, at - line_start + 1)


class _Insert(Postprocessor):
    """The end of a conversion without an adapter: formulas in, problems out."""

    def __init__(self, md: Markdown, extension: TexecuteExtension):
        super().__init__(md)
        self.extension = extension

    def run(self, text: str) -> str:
        if self.extension.problems:
            raise PageProblems(self.extension.problems)
        return insert_formulas(text, self.extension.page)


def makeExtension(**options) -> TexecuteExtension:
    """The name that Python-Markdown looks for."""
    return TexecuteExtension(**options)
