"""The site's pages and the checker's reports, as the PDF's package wants them."""

from __future__ import annotations

import datetime
import os
import re
import subprocess
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from mkdocs.structure.files import File
from mkdocs.structure.nav import Navigation, Section
from mkdocs.structure.pages import Page

from texecute.emit.speech import speech
from texecute.items import read_formulas
from texecute.mkdocs_plugin.book import Book, Entry
from texecute.mkdocs_plugin.card import mark_of
from texecute.pdf.book import Cover, Part
from texecute.pdf.html import Article, Formula


def contents(
    nav: Navigation,
    pages: Iterable[File],
    html: Mapping[str, str],
    book: Book,
    name: Callable[[File], str],
    load: Callable[[str], str],
) -> list[Article | Part]:
    """Parts and chapters in reading order; pages that the navigation leaves out come last.

    `html` has the content of each page, with markers for its formulas, and `load` its source.
    """

    def chapter(file: File, level: int) -> Article:
        entries = book.pages[name(file)].entries if name(file) in book.pages else ()
        numbers = [entry.target.number for entry in entries if entry.target and entry.target.number]
        counted = next(filter(None, (re.match(r"(\d+)\.\d+$", number) for number in numbers)), None)
        words = _spoken(name(file), load) if entries else {}
        formulas = tuple(_formula(entry, words.get(entry.formula.start)) for entry in entries)
        return Article(file.url, html[file.src_uri], formulas, level, number=counted[1] if counted else "")

    def below(items: Iterable[object], level: int) -> list[Article | Part]:
        found: list[Article | Part] = []
        for item in items:
            if isinstance(item, Section):
                found += [Part(item.title, level), *below(item.children, level + 1)]
            elif isinstance(item, Page) and item.file.src_uri in html:
                found.append(chapter(item.file, level))
        return found

    listed = below(nav.items, 1)
    done = {item.address for item in listed if isinstance(item, Article)}
    return listed + [chapter(file, 1) for file in pages if file.src_uri in html and file.url not in done]


def cover(title: str, description: str, colophon: str, book: Book, root: Path) -> Cover:
    """The title page: what was checked, at which commit, when."""
    entries = [entry for page in book.pages.values() for entry in page.entries]
    facts = [f"{_count(len(entries), 'formula')} on {_count(len(book.pages), 'page')}."]
    roles = Counter(entry.report.role for entry in entries if entry.report)
    if roles:
        facts.append(
            f"A machine checked each of them from the characters that are printed here: "
            f"{_count(roles['claim'], 'claim')} hold, and {_count(roles['wrong claim'], 'common mistake')}, "
            f"marked as wrong, were found wrong."
        )
    commit, time = _commit(root), timestamp(root)
    date = f"{datetime.datetime.fromtimestamp(time, datetime.UTC):%-d %B %Y}" if time else ""
    made = " ".join(filter(None, [f"Commit {commit}" if commit else "", f"of {date}" if commit and date else date]))
    if made:
        facts.append(f"{made}.")
    # Not the footer's links to the PDF itself.
    words = re.sub(r"<[^>]*>", "", re.sub(r'<span class="no-pdf">.*?</span>', "", colophon, flags=re.S))
    return Cover(title, description, tuple(facts), " ".join(words.split()), date)


def timestamp(root: Path) -> int:
    """Seconds: SOURCE_DATE_EPOCH, else the time of the commit, else 0; never the time of the build."""
    given = os.environ.get("SOURCE_DATE_EPOCH") or _git(root, "log", "-1", "--format=%ct")
    return int(given) if given.isdigit() else 0


def _spoken(path: str, load: Callable[[str], str]) -> dict[int, str]:
    """The words of each formula of a page, by its offset; one that cannot be spoken is left out."""
    found = read_formulas(load(path), path, load=load)
    return {item.formula.start: speech(item) for item in found if not item.error}


def _formula(entry: Entry, words: str | None) -> Formula:
    """The formula with its words; its source where it has none."""
    name, _, _ = mark_of(entry)
    target = entry.target
    return Formula(
        entry.typeset.mathml,
        words or " ".join(entry.formula.latex.split()),
        entry.formula.display,
        target.number if target else None,
        target.anchor if target else None,
        name,
    )


def _commit(root: Path) -> str:
    return _git(root, "describe", "--always", "--dirty", "--abbrev=10", "--exclude=*")


def _git(root: Path, *words: str) -> str:
    try:
        run = subprocess.run(["git", *words], cwd=root, capture_output=True, text=True)
    except OSError:
        return ""
    return run.stdout.strip() if run.returncode == 0 else ""


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"
