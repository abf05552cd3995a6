"""The page of workings beside a page: code and a case in numbers for each of its formulas.

It is a small page of its own, so that a reader who opens no card loads none of it.  Each card links to it;
with JavaScript the card shows its part of it instead.
"""

from __future__ import annotations

from html import escape

from texecute.mkdocs_plugin.book import BookPage, Entry
from texecute.mkdocs_plugin.numbers_table import numbers_html

SUFFIX = ".workings.html"


def side_address(address: str) -> str:
    """`networks/recurrence.html` → `networks/recurrence.workings.html`."""
    return address.removesuffix(".html") + SUFFIX


def has_workings(entry: Entry) -> bool:
    """Whether a formula has a part of the page of workings."""
    return bool(entry.target and entry.formula.display and entry.working and entry.working.shown)


def working_html(entry: Entry) -> str:
    """The numbers and the code of one formula."""
    cases = "".join(map(numbers_html, entry.working.cases))
    return cases + _code(entry)


def _code(entry: Entry) -> str:
    blocks = []
    for title, source in entry.working.code:
        blocks.append(
            f'<section class="tx-code" aria-label="{title}, formula {escape(entry.target.number)}"><h3>{title}</h3>'
            f'<pre tabindex="0"><code>{escape(source.rstrip())}</code></pre></section>'
        )
    return f'<div class="tx-codes">{"".join(blocks)}</div>' if blocks else ""


def side_page(page: BookPage, title: str, site: str, home: str, root: str, font: str) -> str:
    """The whole page; `home` is the file name of the page it belongs to, `root` the way to the site's first folder.

    In a frame of that page it hands its parts over and shows nothing.
    """
    parts = []
    for entry in filter(has_workings, page.entries):
        anchor, number = escape(entry.target.anchor), escape(entry.target.number)
        parts.append(
            f'<section id="{anchor}"><h2><a href="{escape(home)}#{anchor}">Formula {number}</a></h2>'
            f'<div class="tx-box" role="group" aria-label="Formula {number}" tabindex="0">{entry.typeset.mathml}</div>'
            f'<div class="tx-working">{working_html(entry)}</div></section>'
        )
    name = escape(title)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>Workings: {name} - {escape(site)}</title>"
        f'<link rel="icon" href="{root}assets/favicon.svg"><link rel="stylesheet" href="{root}assets/math.css"><link rel="stylesheet" href="{root}assets/workings.css">{font}'
        f'<script src="{root}assets/scheme.js"></script><script src="{root}assets/workings.js" defer></script></head><body class="md-typeset"><main>'
        f'<h1>Workings: {name}</h1><p>Code and a case in numbers for each formula of <a href="{escape(home)}">{name}</a>, '
        f"made from the formulas themselves by the checker.</p>{''.join(parts)}</main></body></html>\n"
    )
