"""HTML text → a tree of nodes, by the standard library."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
# In SVG and MathML `<mspace/>` is whole; in HTML the slash means nothing.
_CLOSES_ITSELF = frozenset("mspace mprescripts none path rect circle ellipse line polygon polyline use stop".split())
# Elements whose end may be left out: each is ended by the next of its kind.
_ENDS = {"li": {"li"}, "dt": {"dt", "dd"}, "dd": {"dt", "dd"}, "tr": {"tr"}, "td": {"td", "th"}, "th": {"td", "th"}}


@dataclass(slots=True)
class Node:
    """An element: its children are elements and strings."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Node | str] = field(default_factory=list)

    @property
    def elements(self) -> list[Node]:
        """The children that are elements."""
        return [child for child in self.children if isinstance(child, Node)]

    @property
    def classes(self) -> list[str]:
        """The words of `class`."""
        return self.attributes.get("class", "").split()

    @property
    def text(self) -> str:
        """All text inside, in order."""
        return "".join(child if isinstance(child, str) else child.text for child in self.children)

    def get(self, name: str, default: str = "") -> str:
        """An attribute."""
        return self.attributes.get(name, default)

    def walk(self) -> Iterator[Node]:
        """This element and every one inside, in order."""
        yield self
        for child in self.elements:
            yield from child.walk()

    def first(self, *tags: str, of: str | None = None) -> Node | None:
        """The first element inside with one of these tags (any, if none is given) and the class `of`."""
        for node in self.walk():
            if node is not self and (not tags or node.tag in tags) and (of is None or of in node.classes):
                return node
        return None


class _Builder(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.root = Node("root")
        self.open = [self.root]

    def handle_starttag(self, tag, attrs):
        if self.open[-1].tag in _ENDS and tag in _ENDS[self.open[-1].tag]:
            self.open.pop()
        node = Node(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag in _CLOSES_ITSELF or any(node.tag == "svg" for node in self.open):
            self.handle_endtag(tag)

    def handle_endtag(self, tag):
        if any(node.tag == tag for node in self.open[1:]):
            while self.open.pop().tag != tag:
                pass

    def handle_data(self, data):
        self.open[-1].children.append(data)


def parse(html: str) -> Node:
    """The tree of a piece of HTML, under a node `root`."""
    builder = _Builder()
    builder.feed(html)
    builder.close()
    return builder.root
