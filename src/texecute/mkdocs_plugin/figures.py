"""Figures: `![words](../figures/name.svg)` shows what `docs/figures/name.py` draws.

The script is run while the site is built, once for the same bytes.  The SVG stands in the page itself,
so that its colours follow the page's; the PDF gets the same drawing with fixed colours.
"""

from __future__ import annotations

import base64
import json
import posixpath
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from xml.etree import ElementTree

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor

from texecute.mkdocs_plugin.problems import Problem
from texecute.mkdocs_plugin.running import Failure, Kept, fingerprint, run_sources

FOLDER = "figures"
# What is no figure there.
HELPERS = ("kit.py", "sheet.py", "strips.py")
NARROWEST = 0.72
"""A drawing shrinks to this part of its size, so that its letters can be read; then it scrolls."""

# Variables of the site → colours on white paper.
PAPER = {
    "--fig-1": "#0067a3", "--fig-2": "#c25200", "--fig-3": "#00795c", "--fig-4": "#a03c7e", "--fig-5": "#7a5f00",
    "--fig-6": "#5b5b5b", "--fig-grid": "#dddddd", "--fig-quiet": "#595959",
}  # fmt: skip
_MARKER = re.compile(r'<div data-figure="(\d+)">[^<]*</div>')


@dataclass(frozen=True, slots=True)
class Drawing:
    """An SVG with the words that stand for it."""

    svg: str
    words: str


class FigureError(Exception):
    """A figure cannot be shown: a message and a hint."""

    def __init__(self, message: str, hint: str = ""):
        super().__init__(message)
        self.message, self.hint = message, hint


def draw(script: Path, root: Path, kept: Kept) -> str:
    """What the script's `figure()` gives; raises `FigureError`."""
    if not script.is_file():
        known = sorted(file.stem for file in script.parent.glob("*.py") if file.name not in HELPERS)
        raise FigureError(f"there is no script {script.name} that draws this figure",
                          f"docs/figures has {', '.join(known) or 'none'}")  # fmt: skip
    helpers = [script.parent / name for name in HELPERS if (script.parent / name).is_file()]
    key = "figure-" + fingerprint(script.read_bytes(), *(file.read_bytes() for file in helpers))
    found = kept.find(key)
    if found is not None:
        return found
    # The script as a source of its own tells the line of a fault; the rest asks it for the drawing.
    program = f"import sys\nsys.path.insert(0, {str(script.parent)!r})"
    sources = [("path", program), (script.name, script.read_text("utf-8")), ("ask", "import json\nprint(json.dumps(figure()))")]
    try:
        said = run_sources(sources, root)
    except Failure as failure:
        place = f"{script.name}:{failure.line}" if failure.number == 1 and failure.line else script.name
        hint = "it needs a function figure() that returns the SVG" if "'figure' is not defined" in failure.message else ""
        raise FigureError(f"the figure cannot be drawn: {place}: {failure.message}", hint) from None
    svg = json.loads(said)
    if not isinstance(svg, str) or not svg.lstrip().startswith("<svg"):
        raise FigureError(f"{script.name}: figure() gives no SVG text", "return a string that begins with <svg, as those of kit do")
    try:
        ElementTree.fromstring(svg)
    except ElementTree.ParseError as error:
        raise FigureError(f"{script.name}: figure() gives an SVG that cannot be read: {error}") from None
    if re.search(r"<script|\bon\w+\s*=|https?://(?!www\.w3\.org/)", svg):
        raise FigureError(f"{script.name}: a figure holds no scripts and no addresses")
    return kept.put(key, svg)


def inline_svg(drawing: Drawing, prefix: str) -> str:
    """The SVG for the page: named by its words, ids with a prefix, no narrower than can be read."""
    svg = _own_ids(_bare(drawing.svg), prefix)
    width = _width(svg)
    style = f"min-width:{NARROWEST * width:.0f}px" if width > 300 else ""
    head = f'<svg role="img" aria-label="{escape(drawing.words)}"' + (f' style="{style}"' if style else "")
    return svg.replace("<svg", head, 1)


def paper_svg(svg: str) -> str:
    """The SVG with fixed colours, for white paper; a pixel of the page is three quarters of a point."""
    head, end, rest = svg.partition(">")
    head = re.sub(r'(\s(?:width|height)=")([\d.]+)"', lambda match: f'{match[1]}{0.75 * float(match[2]):g}"', head)
    svg = head + end + rest
    svg = re.sub(r"var\((--[\w-]+)(?:,[^()]*)?\)", lambda match: PAPER.get(match[1], "#222222"), svg)
    svg = svg.replace("currentColor", "#1a1a1a").replace("currentcolor", "#1a1a1a")
    return svg if "xmlns=" in svg[:400] else svg.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)


def _bare(svg: str) -> str:
    svg = svg.strip()
    return re.sub(r'\s+(?:role|aria-label|xmlns)="[^"]*"', "", svg[: svg.index(">")]) + svg[svg.index(">") :]


def _own_ids(svg: str, prefix: str) -> str:
    """Ids that something refers to get a prefix; the others go."""
    used = set(re.findall(r"url\(#([^)]+)\)", svg)) | set(re.findall(r'href="#([^"]+)"', svg))
    svg = re.sub(r'\s+id="([^"]*)"', lambda m: f' id="{prefix}{m[1]}"' if m[1] in used else "", svg)
    svg = re.sub(r"url\(#([^)]+)\)", rf"url(#{prefix}\1)", svg)
    return re.sub(r'href="#([^"]+)"', rf'href="#{prefix}\1"', svg)


def _width(svg: str) -> float:
    found = re.match(r'<svg[^>]*\swidth="([\d.]+)', svg)
    return float(found[1]) if found else 0.0


@dataclass(slots=True)
class Figures:
    """The drawings of the page at hand, and what is wrong with them."""

    root: Path
    folder: Path
    kept: Kept
    path: str = "page.md"
    """The page as messages name it."""
    address: str = "page.md"
    """The page from the folder of all pages."""
    source: str = ""
    drawings: list[Drawing] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def start(self, path: str, address: str, source: str, drawings: Iterable[Drawing] = ()) -> None:
        """The page that comes next; what a notebook has drawn stands first."""
        self.path, self.address, self.source = path, address, source
        self.drawings = list(drawings)

    def script(self, source: str) -> Path | None:
        """The script that draws what an image's address names, if it is a figure."""
        place = posixpath.normpath(posixpath.join(posixpath.dirname(self.address), source))
        folder, name = posixpath.split(place)
        if folder != FOLDER or not name.endswith(".svg"):
            return None
        return self.folder / f"{name[:-4]}.py"

    def add(self, image: ElementTree.Element, alone: bool) -> int | None:
        """The number of the drawing of this image on the page; None if it is no figure, or cannot be one."""
        source, words = image.get("src", ""), image.get("alt", "")
        script = self.script(source)
        if script is None or (self.folder / f"{script.stem}.svg").exists():
            if not words.strip():
                self._problem(source, "this image has no text alternative", "say in the brackets what it shows: ![words](address)")
            return None
        if not words.strip():
            self._problem(source, "this figure has no text alternative", "say in the brackets what it shows: ![words](address)")
        elif "\x02" in words + image.get("title", ""):
            self._problem(source, "a formula cannot stand in the words of a figure", "write it in the text, and words here")
        elif not alone:
            self._problem(source, "a figure stands in a paragraph of its own", "set it apart by empty lines")
        else:
            try:
                self.drawings.append(Drawing(draw(script, self.root, self.kept), words))
                return len(self.drawings) - 1
            except FigureError as error:
                self._problem(source, error.message, error.hint)
        return None

    def _problem(self, source: str, message: str, hint: str) -> None:
        at = self.source.find(f"]({source}")
        line = self.source.count("\n", 0, at) + 1 if at >= 0 else 1
        column = at - self.source.rfind("\n", 0, at) if at >= 0 else 1
        self.problems.append(Problem(self.path, line, column, message, f"![…]({source})", hint))


def insert_figures(html: str, drawings: list[Drawing]) -> str:
    """Every marker replaced by its drawing, for the site."""
    return _MARKER.sub(
        lambda marker: '<div class="tx-figure__box" role="group" tabindex="0" aria-label="Figure">'
        f'{inline_svg(drawings[int(marker[1])], f"fig{int(marker[1]) + 1}-")}</div>',
        html,
    )


def insert_pictures(html: str, drawings: list[Drawing]) -> str:
    """Every marker replaced by a picture that carries the drawing, for the PDF."""

    def picture(marker: re.Match) -> str:
        drawing = drawings[int(marker[1])]
        data = base64.b64encode(paper_svg(drawing.svg).encode()).decode()
        return f'<img alt="{escape(drawing.words)}" src="data:image/svg+xml;base64,{data}">'

    return _MARKER.sub(picture, html)


class FiguresExtension(Extension):
    """The adapter for Python-Markdown; whoever knows the page calls `figures.start` before it."""

    def __init__(self, figures: Figures, **options):
        self.figures = figures
        super().__init__(**options)

    def extendMarkdown(self, md: Markdown) -> None:
        """After inline patterns (20), before MkDocs looks at addresses (0)."""
        md.treeprocessors.register(_Images(md, self.figures), "texecute-figures", 15)


class _Images(Treeprocessor):
    def __init__(self, md: Markdown, figures: Figures):
        super().__init__(md)
        self.figures = figures

    def run(self, root: ElementTree.Element) -> None:
        for parent in list(root.iter()):
            for child in list(parent):
                if child.tag == "img":
                    self._one(parent, child, False)
                elif child.tag == "p" and _only(child):
                    number = self._one(parent, child[0], True)
                    if number is not None:
                        _replace(parent, child, number)

    def _one(self, parent: ElementTree.Element, image: ElementTree.Element, alone: bool) -> int | None:
        if not alone and parent.tag == "p" and _only(parent):
            return None  # seen as the child of what holds the paragraph
        number = self.figures.add(image, alone)
        if number is None and self.figures.script(image.get("src", "")):
            # The problem is told; MkDocs must not complain of the address too.
            image.set("src", "data:,")
        return number


def _only(paragraph: ElementTree.Element) -> bool:
    return len(paragraph) == 1 and paragraph[0].tag == "img" and not "".join(paragraph.itertext()).strip()


def _replace(parent: ElementTree.Element, paragraph: ElementTree.Element, number: int) -> None:
    image = paragraph[0]
    shown = ElementTree.Element("figure", {"class": "tx-figure"})
    marker = ElementTree.SubElement(shown, "div", {"data-figure": str(number)})
    # What a search can find it by.
    marker.text = image.get("alt")
    if image.get("title"):
        ElementTree.SubElement(shown, "figcaption").text = image.get("title")
    shown.tail = paragraph.tail
    parent[list(parent).index(paragraph)] = shown
