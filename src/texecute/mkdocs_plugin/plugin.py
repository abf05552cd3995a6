"""The MkDocs plugin: hands the pages to `book`, and what `book` says to MkDocs."""

from __future__ import annotations

import hashlib
import logging
import os
import re
import sys
import time
from functools import partial
from pathlib import Path

from mkdocs.config import config_options
from mkdocs.config.base import Config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin, event_priority
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page as SitePage
from mkdocs.utils import get_relative_url

from texecute.mkdocs_plugin import bundle, printed
from texecute.mkdocs_plugin.aids import Aids
from texecute.mkdocs_plugin.book import Book, Checker, make_book
from texecute.mkdocs_plugin.catalogue import CatalogueError, with_catalogue
from texecute.mkdocs_plugin.extension import TexecuteExtension, insert_formulas
from texecute.mkdocs_plugin.figures import FOLDER as FIGURES
from texecute.mkdocs_plugin.figures import Drawing, Figures, FiguresExtension, insert_figures, insert_pictures
from texecute.mkdocs_plugin.fontsubset import FAMILY, font_file, math_font
from texecute.mkdocs_plugin.notebooks import SUFFIX, Notebooks, as_page, download, with_download
from texecute.mkdocs_plugin.prints import Prints, PrintsExtension
from texecute.mkdocs_plugin.problems import listing
from texecute.mkdocs_plugin.publisher import Publisher
from texecute.mkdocs_plugin.report_page import Contents, Part, has_report, insert_report
from texecute.mkdocs_plugin.report_parts import part_pages
from texecute.mkdocs_plugin.running import Kept
from texecute.mkdocs_plugin.side_page import side_address
from texecute.mkdocs_plugin.store import Store
from texecute.mkdocs_plugin.typesetting import characters
from texecute.pdf.book import BookError, make_pdf
from texecute.pdf.font import math_font as print_font

log = logging.getLogger("mkdocs.plugins.texecute")

FONT_FOLDER = "assets/fonts"
_MATH = re.compile(r"<math.*?</math>", re.S)


class PluginConfig(Config):
    """Options under `plugins: - texecute:` in mkdocs.yml."""

    check = config_options.Type(bool, default=True)
    # What a build tries beside checking: the wrong variants of each claim, and a proof in symbols.
    mutants = config_options.Type(bool, default=False)
    exact = config_options.Type(bool, default=False)
    cache = config_options.Type(str, default=".cache/texecute")
    # Names of files in the site's folder; an empty name makes none.
    pdf = config_options.Type(str, default="")
    bundle = config_options.Type(str, default="")
    # A picture of each page for those who share it.
    pictures = config_options.Type(bool, default=False)


class TexecutePlugin(BasePlugin[PluginConfig]):
    """Checks and typesets every formula of the site; what does not pass stops the build."""

    def __init__(self):
        # Lives as long as `mkdocs serve`, so that a save checks one page only.
        self.checker = Checker()
        self.serving = False

    def on_startup(self, *, command: str, dirty: bool) -> None:
        """While somebody writes, there is no PDF and no bundle: they would be made anew at each save."""
        self.serving = command == "serve"

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Adds the Markdown extensions."""
        self.root = Path(config.config_file_path).parent if config.config_file_path else Path.cwd()
        kept = Kept(self.root / self.config.cache)
        self.figures = Figures(self.root, Path(config.docs_dir, FIGURES), kept)
        self.prints = PrintsExtension(Prints(self.root, kept))
        self.notebooks = Notebooks(self.root, kept)
        config.markdown_extensions += [FiguresExtension(self.figures), self.prints]
        self.extension = TexecuteExtension()
        self.extension.book = Book()
        config.markdown_extensions.append(self.extension)
        self.copyright = config.copyright or ""
        return config

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Notebooks are pages."""
        pages = [as_page(file, config) if file.src_uri.endswith(SUFFIX) else file for file in files]
        return Files(pages)

    def on_nav(self, nav: Navigation, *, config: MkDocsConfig, files: Files) -> Navigation:
        """Reads and checks all pages, in reading order; the font file is named by its bytes."""
        pages = [page.file for page in nav.pages]
        pages += sorted((file for file in files.documentation_pages() if file not in pages), key=_path)
        self.files = {self._name(file): file for file in pages}
        self.nav, self.html = nav, {}
        self.drawings: dict[str, list[Drawing]] = {}
        self.figures.problems.clear()
        self.prints.prints.problems.clear()
        self.notebooks.problems.clear()
        texts = {name: Path(file.abs_src_path).read_text("utf-8-sig") for name, file in self.files.items()}
        self.notebooks.prepare(texts)
        self.checker.texts = texts
        self.checker.options = {name: True for name in ("mutants", "exact") if self.config[name]}
        self.checker.store = Store(self.root / self.config.cache)
        self.checker.hasty = self.serving
        started = time.perf_counter()
        if self.config.check:
            self._prepare()
        self.book = make_book(texts, *((self.checker, self.checker.workings) if self.config.check else (None,)))
        self.problems = list(self.book.problems)
        self.aids = Aids(self.book, texts, self.problems)
        count = sum(len(page.entries) for page in self.book.pages.values())
        log.info("%d formulas on %d pages: %.1f s", count, len(texts), time.perf_counter() - started)
        self._add_font(config, files)
        self.publisher = Publisher(config, nav, self.root / self.config.cache, self.config.pictures and not self.serving)
        return nav

    def on_page_markdown(self, markdown: str, *, page: SitePage, config: MkDocsConfig, files: Files) -> str:
        """Tells the Markdown extensions which page comes next."""
        name = self._name(page.file)
        source = self.checker.texts[name]
        drawings: list[Drawing] = []
        if page.file.src_uri.endswith(SUFFIX):
            markdown, drawings = self.notebooks.page(source, name)
        self.figures.start(name, page.file.src_uri, source, drawings)
        self.prints.path, self.prints.source = name, source
        self.extension.book, self.extension.page = self.book, self.book.pages[name]
        # From source to source: MkDocs makes the address of it, and looks whether it arrives.
        self.extension.link = lambda path: get_relative_url(self.files[path].src_uri, page.file.src_uri)
        try:
            return with_catalogue(markdown, self.root)
        except CatalogueError as error:
            raise PluginError(f"{name}: {error}") from None

    def on_page_content(self, html: str, *, page: SitePage, config: MkDocsConfig, files: Files) -> str:
        """Collects the references that point at nothing; tells MkDocs the anchors that are still to come."""
        self.problems += self.extension.problems
        self.publisher.describe(page, html)
        # The corner of a table with heads on two sides is no head.
        html = re.sub(r"<th(| [^>]*)></th>", r"<td\1></td>", html)
        self.drawings[page.file.src_uri] = self.figures.drawings
        entries = self.book.pages[self._name(page.file)].entries
        if page.file.src_uri.endswith(SUFFIX):
            html = with_download(html, Path(page.file.src_uri).name)
        if page.present_anchor_ids is not None:
            page.present_anchor_ids |= {entry.target.anchor for entry in entries if entry.target}
        return html

    def on_env(self, env, *, config: MkDocsConfig, files: Files):
        """Stops the build, with the list of all that is wrong."""
        problems = [*self.problems, *self.figures.problems, *self.prints.prints.problems, *self.notebooks.problems]
        if problems:
            raise PluginError(listing(problems))
        return env

    def on_page_context(self, context, *, page: SitePage, config: MkDocsConfig, nav: Navigation):
        """In the footer, `{root}` stands for the way to the site's first folder."""
        config.copyright = self._footer(context["base_url"])

    def on_template_context(self, context, *, template_name: str, config: MkDocsConfig):
        """The same on a page such as 404.html."""
        config.copyright = self._footer(context["base_url"])

    def _footer(self, root: str) -> str:
        return self.copyright.replace("{root}", f"{root.rstrip('/')}/")

    def on_post_page(self, output: str, *, page: SitePage, config: MkDocsConfig) -> str:
        """Puts the formulas in, last of all, so that the search never has to read them."""
        book_page = self.book.pages[self._name(page.file)]
        output = output.replace("</head>", f"{self.publisher.head(page, book_page)}</head>", 1)
        if has_report(page.content):
            return self._with_report(output, page.file, config)
        drawings = self.drawings[page.file.src_uri]
        self.html[page.file.src_uri] = insert_pictures(page.content, drawings)
        output = insert_figures(output, drawings)
        if not book_page.entries:
            return output
        return self._with_aids(output, page, config)

    def on_post_template(self, output_content: str, *, template_name: str, config: MkDocsConfig) -> str:
        """404.html with a way on."""
        return self.publisher.lost(output_content) if template_name == "404.html" else output_content

    def _with_aids(self, output: str, page: SitePage, config: MkDocsConfig) -> str:
        """Formulas, the page's symbols below them, and the page of workings beside it."""
        name, address = self._name(page.file), page.file.url
        font = self._font_head(page.file)
        root = "../" * address.count("/")
        side = self.aids.side(name, address, str(page.title), config.site_name, root, font)
        if side:
            target = Path(config.site_dir, side_address(page.file.dest_uri))
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(side, "utf-8")
        output = insert_formulas(output, self.book.pages[name], partial(self.aids.formula, name, address))
        output = output.replace("</article>", f"{self.aids.table(name)}</article>", 1)
        return output.replace("</head>", f"{font}</head>", 1)

    def _with_report(self, output: str, file: File, config: MkDocsConfig) -> str:
        """The report's totals, and its tables beside it; they are not for the PDF, nor for the search."""
        titles = {name: str(other.page.title) for name, other in self.files.items() if other.page}
        contents = Contents(
            self.book, titles, lambda path: get_relative_url(self.files[path].url, file.url), self._parts()
        )
        target = Path(config.site_dir, file.dest_uri)
        target.parent.mkdir(parents=True, exist_ok=True)
        for name, html in part_pages(contents, config.site_name, target.name, "../" * file.url.count("/")):
            target.with_name(name).write_text(html, "utf-8")
        return insert_report(output, contents)

    def _parts(self) -> list[Part]:
        """The parts of the book, as the navigation has them."""
        parts: dict[str, list[str]] = {}
        for name, file in self.files.items():
            above = file.page.ancestors if file.page else []
            parts.setdefault(above[-1].title if above else "Other pages", []).append(name)
        return [Part(title, tuple(names)) for title, names in parts.items()]

    @event_priority(-100)
    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """The PDF, then the bundle with all that other plugins have written."""
        site = Path(config.site_dir)
        self.publisher.write(site)
        if self.config.pdf and not self.serving:
            (site / self.config.pdf).write_bytes(self._pdf(config, site))
        for file in self.files.values():
            if file.src_uri.endswith(SUFFIX):
                text = download(self.checker.texts[self._name(file)], self.root / "snippets")
                (site / file.src_uri).write_text(text, "utf-8")
        bundle.index_as_script(site)
        if self.config.bundle and not self.serving:
            bundle.write(site, site / self.config.bundle)

    def _pdf(self, config: MkDocsConfig, site: Path) -> bytes:
        def picture(name: str) -> bytes | None:
            file = site / name
            return file.read_bytes() if file.is_file() else None

        started = time.perf_counter()
        cover = printed.cover(
            config.site_name, config.site_description or "", self.copyright, self.book, self.root
        )
        contents = printed.contents(self.nav, self.files.values(), self.html, self.book, self._name, self.checker.load)
        elsewhere = [file.url for file in self.files.values() if file.src_uri not in self.html]
        try:
            made = make_pdf(
                contents, cover, printed.timestamp(self.root), picture, [print_font(font_file())], elsewhere
            )
        except BookError as error:
            raise PluginError(f"{error}\n\n{len(error.gaps)} gaps; there is no PDF") from None
        log.info("%s: %.1f MB, %.1f s", self.config.pdf, len(made) / 1e6, time.perf_counter() - started)
        return made

    def _name(self, file: File) -> str:
        """The path of a page as messages name it: from the folder of mkdocs.yml."""
        return Path(os.path.relpath(file.abs_src_path, self.root)).as_posix()

    def _prepare(self) -> None:
        """Checks what is not known, saying on a terminal how far it is."""
        shown = sys.stderr.isatty()
        for count, path in enumerate(self.checker.prepare(), start=1):
            if shown:
                print(f"\r\033[KChecked {count}  {path}", end="", file=sys.stderr, flush=True)
        if shown:
            print("\r\033[K", end="", file=sys.stderr, flush=True)

    def _add_font(self, config: MkDocsConfig, files: Files) -> None:
        shown: set[str] = set()
        for name in self.book.pages:
            shown |= _characters(self.aids.shown(name))
        data = math_font(shown, self.root / self.config.cache)
        self.font = f"{FONT_FOLDER}/math-{hashlib.sha256(data).hexdigest()[:8]}.woff2"
        log.info("%s, %d characters: %.1f kB", FAMILY, len(shown), len(data) / 1000)
        files.append(File.generated(config, self.font, content=data))

    def _font_head(self, file: File) -> str:
        """Preloaded, since a formula without its font is set twice; not from a folder, where that is refused."""
        url = get_relative_url(self.font, file.url)
        face = f'font-family:"{FAMILY}";src:url("{url}") format("woff2");font-display:swap'
        early = f'{{rel:"preload",href:"{url}",as:"font",type:"font/woff2",crossOrigin:""}}'
        return (
            f'<script>location.protocol!="file:"&&document.head.append(Object.assign(document.createElement("link"),{early}))</script>'
            f"<style>@font-face{{{face}}}</style>"
        )


def _path(file: File) -> str:
    return file.src_uri


def _characters(html: str) -> set[str]:
    # Not only the formulas: their cards and the table of symbols hold pieces of them.
    return set().union(*(characters(part) for part in _MATH.findall(html)))
