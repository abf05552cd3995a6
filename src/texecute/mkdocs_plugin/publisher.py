"""The files beside the pages that say what the site is: pictures for sharing, llms.txt, 404.html."""

from __future__ import annotations

import re
from html import escape, unescape
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.utils import get_relative_url

from texecute.mkdocs_plugin.book import BookPage
from texecute.mkdocs_plugin.fontsubset import font_file
from texecute.mkdocs_plugin.published import Listed, description, llms_text, lost, sections, sharing
from texecute.mkdocs_plugin.social import Shot, address_of, pictures, shot


class Publisher:
    """Collects the pages of one build; with `pictures` it makes one for each."""

    def __init__(self, config: MkDocsConfig, nav: Navigation, cache: Path, pictures: bool):
        self.config, self.nav, self.cache, self.pictures = config, nav, cache, pictures
        self.listed: dict[str, Listed] = {}
        self.shots: list[Shot] = []

    def describe(self, page: Page, html: str) -> None:
        """Gives a page without a description that of its first sentences; the theme shows it to search engines."""
        about = description(html)
        if about:
            # The theme puts it into an attribute as it is.
            page.meta.setdefault("description", escape(about))
        title = unescape(re.sub(r"<[^>]*>", "", str(page.title)))
        self.listed[page.file.src_uri] = Listed(title, page.file.url, unescape(str(page.meta.get("description") or "")))

    def head(self, page: Page, book_page: BookPage) -> str:
        """What stands in the head of a page for those who share it."""
        listed, picture = self.listed[page.file.src_uri], ""
        if self.pictures:
            self.shots.append(shot(page.file.url, listed.title, book_page))
            where = address_of(page.file.url)
            # Whoever shows it needs the whole address, which only who publishes knows.
            picture = urljoin(self.config.site_url, where) if self.config.site_url else get_relative_url(where, page.file.url)
        return sharing(listed.title, listed.description or self.config.site_description or "", self.config.site_name, picture)

    def lost(self, html: str) -> str:
        """404.html, whose addresses are absolute, since nobody knows where it is shown."""
        root = urlsplit(self.config.site_url or "/").path or "/"
        firsts = [(title or self.config.site_name, urljoin(root, pages[0].url)) for title, pages in sections(self.nav) if pages]
        return lost(html, root, firsts)

    def write(self, site: Path) -> None:
        """llms.txt and the pictures."""
        parts = [
            (title, [self._addressed(self.listed[page.file.src_uri]) for page in pages if page.file.src_uri in self.listed])
            for title, pages in sections(self.nav)
        ]
        (site / "llms.txt").write_text(llms_text(self.config.site_name, self.config.site_description or "", parts), "utf-8")
        if self.pictures:
            for name, data in pictures(self.shots, self.config.site_name, font_file(), self.cache).items():
                (site / name).parent.mkdir(parents=True, exist_ok=True)
                (site / name).write_bytes(data)

    def _addressed(self, listed: Listed) -> Listed:
        base = self.config.site_url
        return Listed(listed.title, urljoin(base, listed.address), listed.description) if base else listed
