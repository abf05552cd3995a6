"""All articles → one Typst document → one PDF; the same bytes for the same articles."""

from __future__ import annotations

import hashlib
import posixpath
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import typst

from texecute.pdf.html import Article, Writer
from texecute.pdf.markup import escape, string

TEMPLATE = Path(__file__).with_name("template.typ")


class BookError(Exception):
    """The book cannot be made; each gap names its page, and the formula if it is one."""

    def __init__(self, gaps: Iterable[str]):
        self.gaps = tuple(gaps)
        super().__init__("\n".join(self.gaps))


@dataclass(frozen=True, slots=True)
class Part:
    """A title over the chapters that follow; those inside stand one level below."""

    title: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Cover:
    """What the title page says; `facts` are sentences on how the book was checked."""

    title: str
    description: str = ""
    facts: tuple[str, ...] = ()
    colophon: str = ""
    date: str = ""


@dataclass(slots=True)
class _Assets:
    """The pictures of the book, by the name that the Typst document has for them."""

    read: Callable[[str], bytes | None]
    files: dict[str, bytes] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)

    def keep(self, name: str, data: bytes | None) -> str:
        """The name of a picture in the document; without `data` it is a file of the site."""
        found = self.read(name) if data is None else data
        if found is None:
            self.missing.append(f"there is no picture {name}")
            return name
        kept = f"assets/{hashlib.sha256(found).hexdigest()[:16]}{posixpath.splitext(name)[1]}"
        self.files[kept] = found
        return kept


def make_pdf(
    contents: Iterable[Article | Part],
    cover: Cover,
    timestamp: int,
    read: Callable[[str], bytes | None] = lambda name: None,
    fonts: Iterable[bytes] = (),
    elsewhere: Iterable[str] = (),
) -> bytes:
    """The whole book; raises `BookError` with every gap.

    `read` gives the bytes of a picture by its address on the site; `fonts` are font files, beside
    those that the compiler has; `elsewhere` are addresses of pages that only the site has.
    """
    assets = _Assets(read)
    source = write_book(list(contents), cover, assets, frozenset(elsewhere))
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        files = {**assets.files, "main.typ": source.encode(), TEMPLATE.name: TEMPLATE.read_bytes()}
        files |= {f"fonts/{number}.ttf": font for number, font in enumerate(fonts)}
        for name, data in files.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_bytes(data)
        try:
            return typst.compile(
                root / "main.typ",
                root=root,
                font_paths=[root / "fonts"],
                ignore_system_fonts=True,
                pdf_standards=["ua-1"],
                timestamp=timestamp,
            )
        except typst.TypstError as error:
            raise BookError([_said(error, source)]) from None


def write_book(contents: list[Article | Part], cover: Cover, assets: _Assets, elsewhere: frozenset[str]) -> str:
    """The Typst document; raises `BookError` with every gap."""
    pages = frozenset(item.address for item in contents if isinstance(item, Article))
    parts, gaps = [_head(cover)], []
    linked: set[tuple[str, str]] = set()
    placed: set[str] = set()
    printed: dict[str, str] = {}
    for before, item in zip([None, *contents], contents):
        if isinstance(item, Part):
            parts.append(f"#part({item.level})[{escape(item.title)}];")
            continue
        item.opens = isinstance(before, Part)
        writer = Writer(item, pages, assets.keep, elsewhere, printed=printed)
        parts += [f"// {item.address}", writer.markup()]
        gaps += writer.gaps
        linked |= {(item.address, place) for place in writer.linked}
        placed |= writer.placed
    gaps += [f"{page}: a link to {place}, which the book does not have" for page, place in sorted(linked) if place not in placed]
    gaps += assets.missing
    if gaps:
        raise BookError(gaps)
    return "\n\n".join(parts) + "\n"


def _head(cover: Cover) -> str:
    facts = "".join(f"[{escape(fact)}], " for fact in cover.facts)
    given = f"title: {string(cover.title)}, description: [{escape(cover.description)}], facts: ({facts}), "
    given += f"colophon: [{escape(cover.colophon)}], date: {string(cover.date)}"
    return f'#import "{TEMPLATE.name}": *\n\n#show: book.with({given})'


def _said(error: typst.TypstError, source: str) -> str:
    """The compiler's message, with the page that it is about if that can be told."""
    lines = [str(error.message), *map(str, getattr(error, "hints", ()) or ()), str(getattr(error, "trace", "") or "")]
    return "the PDF compiler says: " + "\n".join(filter(None, lines))
