"""What stands around a page's formulas: the table of its symbols, and its page of workings."""

from __future__ import annotations

from collections.abc import Mapping
from posixpath import basename

from texecute.mkdocs_plugin.book import Book, Entry
from texecute.mkdocs_plugin.card import formula_html
from texecute.mkdocs_plugin.meanings import GLOSSARY, meanings_of
from texecute.mkdocs_plugin.problems import Problem
from texecute.mkdocs_plugin.side_page import has_workings, side_address, side_page, working_html
from texecute.mkdocs_plugin.symbol_table import SymbolTable, symbol_table


class Aids:
    """Of every page of a book; `texts` are the sources of its pages, what is wrong in them goes to `problems`."""

    def __init__(self, book: Book, texts: Mapping[str, str], problems: list[Problem]):
        self.book = book
        own = {path: meanings_of(text, path, problems) for path, text in texts.items()}
        glossary = next((own[path] for path in texts if path.endswith(GLOSSARY)), {})
        self.tables = {path: symbol_table(page, own[path], glossary) for path, page in book.pages.items()}

    def formula(self, path: str, address: str, entry: Entry) -> str:
        """A formula that names its symbols and links to its workings; `address` is that of its page."""
        side = f"{side_address(basename(address))}#{entry.target.anchor}" if has_workings(entry) else ""
        return formula_html(entry, self.tables[path].of(entry), side)

    def table(self, path: str) -> str:
        """The symbols of a page as HTML."""
        return self.tables.get(path, SymbolTable()).html()

    def side(self, path: str, address: str, title: str, site: str, root: str, font: str) -> str:
        """The page of workings of a page; nothing if no formula has any."""
        page = self.book.pages[path]
        if not any(map(has_workings, page.entries)):
            return ""
        return side_page(page, title, site, basename(address), root, font)

    def shown(self, path: str) -> str:
        """All HTML of a page that may hold characters of formulas."""
        page = self.book.pages[path]
        parts = [formula_html(entry) + (working_html(entry) if has_workings(entry) else "") for entry in page.entries]
        return "".join([*parts, self.table(path)])
