"""Pictures of pages for those who share them: title, part and a formula, made by Typst, kept from build to build."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import typst

from texecute.mkdocs_plugin.book import BookPage
from texecute.pdf.font import math_font
from texecute.pdf.markup import string
from texecute.pdf.mathml import to_typst
from texecute.pdf.signs import Unsupported
from texecute.pdf.tree import parse

FOLDER = "assets/social"
LONGEST = 230
"""Characters of a formula's source that fits on a picture."""
# 1200 × 630 pixels at 96 points to the inch, the size that those who show such pictures ask for.
_HEAD = """
#set page(width: 900pt, height: 472.5pt, margin: (x: 56pt, y: 48pt), fill: rgb("#fdfdfb"))
#set text(font: "Libertinus Serif", size: 26pt, fill: rgb("#1b1b26"))
#show math.equation: set text(font: "STIX Two Math", size: 34pt)
#let shot(site, title, body) = page({
  text(size: 22pt, fill: rgb("#303f9f"), weight: "bold", site)
  v(14pt)
  text(size: 44pt, weight: "bold", par(leading: 0.45em, title))
  if body != none {
    v(1fr)
    layout(room => {
      let size = measure(body)
      let part = calc.min(1.25, room.width / size.width, 150pt / size.height)
      align(center, scale(part * 100%, reflow: true, body))
    })
  }
  v(1fr)
  text(size: 20pt, fill: rgb("#1b6e3c"))[✓ every formula checked by a machine]
})
"""


@dataclass(frozen=True, slots=True)
class Shot:
    """What one picture shows; `formula` is Typst's mathematics, empty for none."""

    address: str
    title: str
    formula: str = ""


def shot(address: str, title: str, page: BookPage) -> Shot:
    """The picture of a page: with its first short claim that has a label."""
    for entry in page.entries:
        short = entry.formula.display and entry.formula.label and len(entry.formula.latex) <= LONGEST
        if short and entry.typeset and entry.report and entry.report.role == "claim":
            try:
                return Shot(address, title, to_typst(parse(entry.typeset.mathml).elements[0]))
            except Unsupported:
                continue
    return Shot(address, title)


def address_of(page: str) -> str:
    """`networks/recurrence.html` → `assets/social/networks-recurrence.png`."""
    return f"{FOLDER}/{page.removesuffix('.html').replace('/', '-') or 'index'}.png"


def pictures(shots: Sequence[Shot], site: str, font: Path, cache: Path) -> dict[str, bytes]:
    """The PNG of each page by its address; only pictures that are not kept are made, all in one go."""
    kept = {one: cache / f"social-{_key(one, site)}.png" for one in shots}
    wanted = [one for one in shots if not kept[one].is_file()]
    if wanted:
        cache.mkdir(parents=True, exist_ok=True)
        for one, data in zip(wanted, _made(wanted, site, math_font(font)), strict=True):
            partial = kept[one].with_suffix(".partial")
            partial.write_bytes(data)
            partial.replace(kept[one])
    return {address_of(one.address): kept[one].read_bytes() for one in shots}


def _key(one: Shot, site: str) -> str:
    return hashlib.sha256("\0".join((_HEAD, typst.__version__, site, one.title, one.formula)).encode()).hexdigest()[:24]


def _made(shots: Sequence[Shot], site: str, font: bytes) -> list[bytes]:
    calls = [f"#shot({string(site)}, {string(one.title)}, {f'$ {one.formula} $' if one.formula else 'none'})" for one in shots]
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "math.ttf").write_bytes(font)
        (root / "main.typ").write_text("\n".join([_HEAD, *calls]), "utf-8")
        made = typst.compile(root / "main.typ", root=root, font_paths=[root], ignore_system_fonts=True, format="png", ppi=96)
    return [made] if isinstance(made, bytes) else list(made)
