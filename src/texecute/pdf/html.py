"""One page: HTML → Typst's markup.

What is a tool on the site (buttons, permanent links, cards) is left out, what is closed there is
open here, and the tabs of a set follow one another.  The look of each thing is in template.typ.
"""

from __future__ import annotations

import base64
import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import unquote

from texecute.pdf.columns import MARKER, column_widths, formula_width
from texecute.pdf.markup import array, call, escape, string
from texecute.pdf.mathml import Unsupported, to_typst
from texecute.pdf.tree import Node, parse

BLOCKS = frozenset(
    "article aside blockquote center details div dl figure footer h1 h2 h3 h4 h5 h6 header hr main ol p pre section "
    "table ul".split()
)
# Tools of the site, and what a book has in other places.
LEFT_OUT = frozenset("button input label link meta nav script style template title".split())
CLASSES_LEFT_OUT = frozenset("headerlink footnote-backref no-pdf tx-card tx-hidden tx-number twemoji md-button".split())
# Code without a space of so many characters would tear a justified line.
UNBROKEN = 16
# Code of more line ends is a file: it may break over pages, and is printed once.  As in template.typ.
WHOLE = 24
_WRAPPED = {
    "b": "strong", "strong": "strong", "em": "emph", "i": "emph", "var": "emph", "cite": "emph", "dfn": "emph",
    "del": "strike", "s": "strike", "ins": "underline", "mark": "highlight", "small": "smaller", "sub": "sub",
    "sup": "super", "q": "quoted",
}  # fmt: skip


class Gap(Exception):
    """Something on a page that the book cannot show."""


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula with what stands around it; `number` is None where it stands in a line."""

    mathml: str
    alternative: str
    display: bool
    number: str | None = None
    anchor: str | None = None
    mark: str = "plain"


@dataclass(slots=True)
class Article:
    """A page on its way into the book.

    In its HTML, `<span data-tx="3">` stands for formula 3.  `address` is where the site has it.
    `level` is the level of its title; `opens` says that it stands right below the title of a part.
    """

    address: str
    html: str
    formulas: tuple[Formula, ...]
    level: int = 1
    title: str = ""
    number: str = ""
    opens: bool = False


@dataclass(slots=True)
class Writer:
    """Writes one article.  `pages` are the addresses of the book, `asset` keeps a picture and names it.

    `elsewhere` are pages that only the site has: a link to one of them is plain text.  `printed` are the
    files that the book has so far, with their places.
    """

    article: Article
    pages: frozenset[str]
    asset: Callable[[str, bytes | None], str]
    elsewhere: frozenset[str] = frozenset()
    gaps: list[str] = field(default_factory=list)
    placed: set[str] = field(default_factory=set)
    linked: set[str] = field(default_factory=set)
    printed: dict[str, str] = field(default_factory=dict)
    _footnotes: dict[str, Node] = field(default_factory=dict)
    _noted: set[str] = field(default_factory=set)
    _level: int = 0
    _brief: bool = False

    def markup(self) -> str:
        """The article as Typst's markup; what could not be written is in `gaps`."""
        root = parse(self.article.html)
        for node in root.walk():
            if "footnote" in node.classes:
                self._footnotes |= {item.get("id"): item for item in node.walk() if item.tag == "li" and item.get("id")}
        return self.blocks(root)

    # Blocks

    def blocks(self, node: Node) -> str:
        """The children of a node; runs of text between blocks are paragraphs."""
        runs: list[list[Node | str]] = [[]]
        for child in node.children:
            if isinstance(child, Node) and self._is_block(child):
                runs += [[child], []]
            else:
                runs[-1].append(child)
        parts = []
        for at, run in enumerate(runs):
            alone = run[0] if at % 2 else None
            body = self.block(alone) if alone else self._set(Node("p", {}, run))
            following = runs[at + 2][0] if alone and at + 2 < len(runs) and _blank(runs[at + 1]) else None
            parts.append(f"#lead[{body}];" if body and following and self._leads(alone, following) else body)
        return "\n\n".join(filter(None, parts))

    def _leads(self, node: Node, following: Node) -> bool:
        """Whether no page may end between the two: a sentence and what it announces, code and its output."""
        if node.tag == "p":
            inside = [child for child in node.children if isinstance(child, Node) or child.strip()]
            if len(inside) == 1 and isinstance(inside[0], Node) and inside[0].tag == "strong":
                return True  # a heading in all but name
            shown = bool(following.get(MARKER)) or following.tag in ("table", "figure", "svg", "details")
            shown = shown or "highlight" in following.classes or bool(self._is_picture(following))
            return shown or (node.text.rstrip().endswith(":") and following.tag != "p")
        return "highlight" in node.classes and "highlight" in following.classes and following.text.count("\n") < 24

    def _is_block(self, node: Node) -> bool:
        if node.tag in BLOCKS:
            return True
        return node.tag in ("svg", "span", "a") and any(child.tag in BLOCKS for child in node.walk() if child is not node)

    def _paragraph(self, children: list[Node | str]) -> str:
        return "".join(map(self.inline, children)).strip()

    def _set(self, node: Node) -> str:
        """A paragraph; not stretched to the margin if long code in it cannot break."""
        body = self._paragraph(node.children)
        long = any(len(word) >= UNBROKEN for part in node.walk() if part.tag == "code" for word in part.text.split())
        return f"#ragged[{body}];" if long and body else body

    def block(self, node: Node) -> str:
        """One block."""
        if self._left_out(node):
            return ""
        if node.get(MARKER):
            return self._formula(int(node.get(MARKER)))
        kind = node.tag
        if re.fullmatch("h[1-6]", kind):
            return self._heading(node)
        if kind == "p":
            return self._picture(node) or self._anchored(node, self._set(node))
        if kind in ("ul", "ol"):
            return self._list(node)
        if kind == "dl":
            return self._definitions(node)
        if kind == "blockquote":
            return call("quote", "block: true", body=self.blocks(node))
        if kind == "hr":
            return "#rule();"
        if kind == "pre" or "highlight" in node.classes:
            return self._code(node)
        if kind == "table":
            return self._code(node) if "highlighttable" in node.classes else self._table(node)
        if kind == "figure":
            return self._figure(node)
        if "admonition" in node.classes or kind == "details":
            return self._admonition(node)
        if "tabbed-set" in node.classes:
            return self._tabs(node)
        if "footnote" in node.classes:
            return ""
        return self._anchored(node, self.blocks(node))

    def _left_out(self, node: Node) -> bool:
        return node.tag in LEFT_OUT or not CLASSES_LEFT_OUT.isdisjoint(node.classes)

    def _anchored(self, node: Node, body: str) -> str:
        """With the anchor that the element has."""
        if not node.get("id") or not body:
            return body
        return f"#anchor({self._place(node.get('id'))});{body}"

    def _place(self, name: str) -> str:
        """A label, which then is a place that a link can point at."""
        place = f"{self.article.address}#{name}" if name else self.article.address
        self.placed.add(place)
        return string(place)

    def _heading(self, node: Node) -> str:
        depth = int(node.tag[1])
        body = self._paragraph(node.children)
        where = [self._place(node.get("id"))] if node.get("id") else []
        if depth == 1:
            self._level = self.article.level
            where.append(self._place(""))
            number = string(self.article.number)
            title = escape(self.article.title) or body
            opens = "true" if self.article.opens else "false"
            return f"#chapter({self.article.level}, {opens}, {number}, {array(where)})[{title}];"
        # One step down at a time: PDF/UA forbids to leave a level out.
        self._level = min(self.article.level + depth - 1, self._level + 1)
        return f"#section({self._level}, {depth - 1}, {array(where)})[{body}];"

    def _formula(self, index: int) -> str:
        formula = self.article.formulas[index]
        body = self._math(formula)
        if not formula.display:
            return f"#m({string(formula.alternative)}, ${body}$);"
        return call(
            "formula", string(formula.number or ""), string(formula.mark), string(formula.alternative), f"$ {body} $",
            labels=array([self._place(formula.anchor)] if formula.anchor else []),
        )  # fmt: skip

    def _math(self, formula: Formula) -> str:
        try:
            return to_typst(parse(formula.mathml).elements[0])
        except Unsupported as gap:
            number = f"formula ({formula.number})" if formula.number else "a formula in the text"
            self.gaps.append(f"{self.article.address}: {number}: no rule for {gap}: {formula.alternative}")
            return ""

    def _list(self, node: Node) -> str:
        items = [item for item in node.elements if item.tag == "li"]
        written = ", ".join(f"[{self._item(item)}]" for item in items)
        if node.tag == "ul":
            return f"#list({written});"
        start = node.get("start")
        return f"#enum({f'start: {int(start)}, ' if start else ''}{written});"

    def _item(self, node: Node) -> str:
        return self._anchored(node, self.blocks(node))

    def _definitions(self, node: Node) -> str:
        items, terms = [], []
        for child in node.elements:
            if child.tag == "dt":
                terms.append(self._paragraph(child.children))
            elif child.tag == "dd":
                items.append(f"terms.item([{', '.join(terms)}], [{self._item(child)}])")
                terms = []
        return f"#terms({', '.join(items)});"

    def _code(self, node: Node) -> str:
        """Code; a file that the book has printed already is not printed again."""
        code = node.first("code", of=None) or node.first("pre") or node
        if node.tag == "table" or node.first("table", of="highlighttable"):
            code = (node.first("td", of="code") or node).first("code") or code
        language = next((name[9:] for name in node.classes if name.startswith("language-")), "text")
        name = node.first(of="filename")
        shown = string(name.text) if name else "none"
        text = code.text.strip("\n")
        if text.count("\n") < WHOLE:
            return f"#code({string(text)}, {string(language)}, {shown});"
        if text in self.printed:
            return f"#again({self.printed[text]});"
        place = self.printed[text] = string(f"code-{len(self.printed)}")
        return f"#code({string(text)}, {string(language)}, {shown}, place: {place});"

    def _table(self, node: Node) -> str:
        rows = [[cell for cell in row.elements if cell.tag in ("td", "th")] for row in node.walk() if row.tag == "tr"]
        rows = [row for row in rows if row]
        if not rows:
            return ""
        head = rows.pop(0) if all(cell.tag == "th" for cell in rows[0]) else []
        width = max(sum(int(cell.get("colspan") or 1) for cell in row) for row in [head, *rows])
        sides = []
        for column in range(width):
            cells = [row[column] for row in [head, *rows] if column < len(row)]
            styles = cells[0].get("style") if cells else ""
            sides.append(next((side for side in ("right", "center") if f"text-align: {side}" in styles), "left"))
        columns = column_widths([row for row in [head, *rows] if len(row) == width], self._said)
        self._brief, before = True, self._brief
        titles, cells = map(self._table_cell, head), [self._table_cell(cell) for row in rows for cell in row]
        written = f"#booktable({columns}, {array(sides)}, {array(titles)}, {array(cells)});"
        self._brief = before
        return written

    def _said(self, cell: Node) -> float:
        numbers = [int(node.get(MARKER)) for node in cell.walk() if node.get(MARKER)]
        return sum(formula_width(parse(self.article.formulas[number].mathml)) for number in numbers)

    def _table_cell(self, cell: Node) -> str:
        body = f"[{self.blocks(cell)}]"
        span = int(cell.get("colspan") or 1)
        return f"table.cell(colspan: {span}){body}" if span > 1 else body

    def _admonition(self, node: Node) -> str:
        title = node.first("summary") if node.tag == "details" else node.first(of="admonition-title")
        head = self._paragraph(title.children) if title else ""
        rest = Node(node.tag, {}, [child for child in node.children if child is not title])
        kind = next((name for name in node.classes if name not in ("admonition", "annotate")), "note")
        return self._anchored(node, f"#admonition({string(kind)}, [{head}])[{self.blocks(rest)}];")

    def _tabs(self, node: Node) -> str:
        """Each tab under its label; radio buttons, labels and blocks stand in the same order."""
        inputs = [child for child in node.elements if child.tag == "input"]
        labels = next(child for child in node.elements if "tabbed-labels" in child.classes).elements
        content = next(child for child in node.elements if "tabbed-content" in child.classes)
        return "\n\n".join(
            f"#tab([{self._paragraph_inside(label)}], {self._place(button.get('id'))})[{self.blocks(block)}];"
            for button, label, block in zip(inputs, labels, content.elements, strict=True)
        )

    def _picture(self, node: Node) -> str:
        """A paragraph that is one picture and nothing else."""
        picture = self._is_picture(node)
        return f"#picture({self._image(picture)});" if picture else ""

    def _is_picture(self, node: Node) -> Node | None:
        inside = [child for child in node.children if isinstance(child, Node) or child.strip()]
        alone = node.tag == "p" and len(inside) == 1 and isinstance(inside[0], Node) and inside[0].tag in ("img", "svg")
        return inside[0] if alone else None

    def _figure(self, node: Node) -> str:
        image = node.first("img", "svg")
        caption = node.first("figcaption")
        if image is None:
            return self.blocks(node)
        words = f"[{self._paragraph(caption.children)}]" if caption else "none"
        return self._anchored(node, f"#picture({self._image(image)}, caption: {words});")

    def _image(self, node: Node) -> str:
        if node.tag == "svg":
            title = node.first("title")
            words = node.get("aria-label") or (title.text if title else "")
            name = self.asset("figure.svg", _serialized(node).encode())
        else:
            words, source = node.get("alt"), node.get("src")
            name = self._source(source)
        if not words:
            self.gaps.append(f"{self.article.address}: a picture without alternative text: {name}")
        return f"{string(name)}, {string(words)}"

    def _source(self, source: str) -> str:
        inside = re.match(r"data:image/(png|jpeg|gif|svg\+xml);base64,(.*)", source, re.S)
        if inside:
            kind = inside[1].partition("+")[0]
            return self.asset(f"picture.{kind}", base64.b64decode(inside[2]))
        return self.asset(self._resolved(source)[0], None)

    # Inline

    def inline(self, node: Node | str) -> str:
        """A piece of a line."""
        if isinstance(node, str):
            return escape(re.sub(r"\s+", " ", node))
        if self._left_out(node):
            return ""
        if node.get(MARKER):
            return self._formula(int(node.get(MARKER)))
        kind = node.tag
        if kind == "math":
            return self._loose(node)
        if kind == "code":
            return f"#raw({string(node.text)});"
        if kind == "kbd":
            return f"#key[{escape(node.text)}];"
        if kind == "br":
            return "#linebreak();"
        if kind in ("img", "svg"):
            return f"#inlined({self._image(node)});"
        if kind == "a":
            return self._link(node)
        if kind == "sup" and node.first("a", of="footnote-ref"):
            return self._footnote(node.first("a", of="footnote-ref").get("href")[1:])
        body = self._paragraph_inside(node)
        if kind in _WRAPPED and body:
            body = f"#{_WRAPPED[kind]}[{body}];"
        return self._anchored(node, body)

    def _paragraph_inside(self, node: Node) -> str:
        return "".join(map(self.inline, node.children))

    def _loose(self, node: Node) -> str:
        """A formula that the checker does not know, such as one that a notebook shows."""
        body = self._math(Formula(_serialized(node), node.get("alttext") or node.text, False))
        return f"#m({string(node.get('alttext') or node.text)}, ${body}$);"

    def _link(self, node: Node) -> str:
        body, target = self._paragraph_inside(node), node.get("href")
        if not target or not body:
            return self._anchored(node, body)
        if re.match(r"[a-z]+:", target):
            return f"#link({string(target)})[{body}];"
        page, fragment = self._resolved(target)
        place = f"{page}#{fragment}" if fragment else page
        if page in self.pages:
            self.linked.add(place)
            # The page that a link leads to, but not in a table, where room is scarce.
            away = "false" if page == self.article.address or self._brief else "true"
            return f"#inside({string(place)}, {away})[{body}];"
        if page.endswith(".html") and page not in self.elsewhere:
            self.gaps.append(f"{self.article.address}: a link to {place}, which the book does not have")
        return body

    def _resolved(self, target: str) -> tuple[str, str]:
        """Address and fragment of a link, from the root of the site."""
        page, _, fragment = target.partition("#")
        if not page:
            return self.article.address, unquote(fragment)
        folder = posixpath.dirname(self.article.address)
        return posixpath.normpath(posixpath.join(folder, unquote(page))), unquote(fragment)

    def _footnote(self, name: str) -> str:
        label = string(f"{self.article.address}#{name}")
        if name in self._noted:
            return f"#footnote(label({label}));"
        self._noted.add(name)
        note = self._footnotes.get(name)
        if note is None:
            self.gaps.append(f"{self.article.address}: the footnote {name} has no text")
            return ""
        return f"#note({label})[{self.blocks(note)}];"


def _blank(run: list[Node | str]) -> bool:
    return all(isinstance(child, str) and not child.strip() for child in run)


def _serialized(node: Node) -> str:
    attributes = dict(node.attributes)
    if node.tag == "svg":
        attributes.setdefault("xmlns", "http://www.w3.org/2000/svg")
    written = "".join(f' {_CASED.get(name, name)}="{_quoted(value)}"' for name, value in attributes.items())
    inside = "".join(_quoted(child) if isinstance(child, str) else _serialized(child) for child in node.children)
    return f"<{node.tag}{written}>{inside}</{node.tag}>"


# The parser of HTML makes all names small; SVG has some that are not.
_CASED = {"viewbox": "viewBox", "preserveaspectratio": "preserveAspectRatio", "markerwidth": "markerWidth",
          "markerheight": "markerHeight", "refx": "refX", "refy": "refY"}  # fmt: skip


def _quoted(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
