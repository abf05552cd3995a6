"""The side pages of the report: the formulas of one part of the book each, small pages without the theme.

They read without a script.  With one they sort and filter, and in a frame of the report they hand their tables over.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from texecute.mkdocs_plugin.report_page import Contents, Part, form, tables

ABOUT = (
    "<p><em>Points</em> are the random points at which both sides were compared; the <em>largest error</em> is relative to the "
    "size of the terms. <em>Exact</em> says whether a claim is proved in symbols too, <em>variants refused</em> how many wrong "
    "forms of a claim, made by the program, were found wrong. A name in the text claims nothing: it is only read.</p>"
)


def part_pages(contents: Contents, site: str, home: str, root: str) -> Iterator[tuple[str, str]]:
    """File name and HTML of each; `home` is the file name of the report, `root` the way to the site's first folder."""
    for part in contents.filled:
        yield part.file, _page(contents, part, site, home, root)


def _page(contents: Contents, part: Part, site: str, home: str, root: str) -> str:
    name = escape(part.title)
    styles = "".join(f'<link rel="stylesheet" href="{root}assets/{file}.css">' for file in ("math", "workings", "report"))
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>Report: {name} - {escape(site)}</title>"
        f'<link rel="icon" href="{root}assets/favicon.svg">{styles}<script src="{root}assets/scheme.js"></script>'
        f'<script src="{root}assets/report.js" defer></script></head><body class="md-typeset tx-wide"><main>'
        f'<h1>Report: {name}</h1><p>Every formula of this part of the book, as <a href="{escape(home)}">the report of this '
        f"build</a> counts it.</p>{ABOUT}{form(contents, part.paths)}"
        f'<div class="tx-found">{tables(contents, part)}</div></main></body></html>\n'
    )
