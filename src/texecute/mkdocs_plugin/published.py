"""What a site says of itself to those who are not its readers yet: descriptions, llms.txt, a page for lost addresses."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape, unescape

from mkdocs.structure.nav import Navigation, Section
from mkdocs.structure.pages import Page

DESCRIPTION = 180
"""Characters of a page's description at most."""
_PARAGRAPH = re.compile(r"</h1>.*?<p>(.*?)</p>", re.S)
_LOST = re.compile(r"<h1>404[^<]*</h1>")


@dataclass(frozen=True, slots=True)
class Listed:
    """A page as lists of the site have it."""

    title: str
    address: str
    description: str


def description(html: str) -> str:
    """The first sentences of a page below its title, as plain text."""
    found = _PARAGRAPH.search(html)
    if not found:
        return ""
    text = " ".join(unescape(re.sub(r"<[^>]*>", "", found[1])).split())
    if len(text) <= DESCRIPTION:
        return text
    whole = re.match(rf"(.{{40,{DESCRIPTION}}}[.?!])(?=\s)", text)
    return whole[1] if whole else text[:DESCRIPTION].rsplit(" ", 1)[0] + " …"


def sharing(title: str, about: str, site: str, picture: str) -> str:
    """The `<meta>` elements that those who show links read; `picture` may be empty."""
    found = {"og:type": "article", "og:site_name": site, "og:title": title, "og:description": about}
    if picture:
        found |= {"og:image": picture, "og:image:width": "1200", "og:image:height": "630", "og:image:alt": title}
    made = "".join(f'<meta property="{name}" content="{escape(text)}">' for name, text in found.items() if text)
    return made + ('<meta name="twitter:card" content="summary_large_image">' if picture else "")


def sections(nav: Navigation) -> Iterable[tuple[str, list[Page]]]:
    """The parts of the book and their pages, in reading order; pages outside of a part come first."""
    loose = [item for item in nav.items if isinstance(item, Page)]
    if loose:
        yield "", loose
    for item in nav.items:
        if isinstance(item, Section):
            yield item.title, [page for page in item.children if isinstance(page, Page)]


def llms_text(site: str, about: str, parts: Iterable[tuple[str, list[Listed]]]) -> str:
    """llms.txt: the site in a few lines of Markdown, for language models."""
    lines = [f"# {site}", "", f"> {about}", ""]
    for title, pages in parts:
        lines += [f"## {title}", ""] if title else []
        lines += [f"- [{page.title}]({page.address})" + (f": {page.description}" if page.description else "") for page in pages]
        lines.append("")
    return "\n".join(lines)


def lost(html: str, root: str, parts: Iterable[tuple[str, str]]) -> str:
    """404.html with a way on; `parts` are title and address of the first page of each part."""
    links = "".join(f'<li><a href="{escape(address)}">{escape(title)}</a></li>' for title, address in parts)
    words = (
        "<h1>This page is not here</h1><p>The address may be old, or have a slip in it. "
        f'The <a href="{escape(root)}">front page</a> finds the answer to a question; '
        "the search above finds pages and formulas by their words, such as <code>dz hidden</code>.</p>"
        f"<p>The parts of the book:</p><ul>{links}</ul>"
    )
    return _LOST.sub(lambda _: words, html, count=1)
