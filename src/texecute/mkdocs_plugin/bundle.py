"""The site as one zip that opens from a folder, and its search index as a script."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from texecute.mkdocs_plugin.social import FOLDER as SHARED

# What only makes sense online, such as the link to the bundle itself.
_ONLINE = re.compile(r'<(\w+)[^>]*\bclass="[^"]*\btx-online\b[^"]*"[^>]*>.*?</\1>', re.S)
# The first day that a zip can name: the same bytes each time.
_DAY = (1980, 1, 1, 0, 0, 0)


def index_as_script(site: Path) -> None:
    """From a folder a browser may not fetch the index, but may load a script that holds it."""
    index = site / "search" / "search_index.json"
    if index.is_file():
        index.with_suffix(".js").write_text(f"var __index = {index.read_text('utf-8')}\n", "utf-8")


def write(site: Path, target: Path) -> None:
    """Every file of the site under one folder, in one order, without times."""
    folder = target.stem
    # Pictures for those who share an address, which a folder does not have.
    shared = site / SHARED
    files = sorted(file for file in site.rglob("*") if file.is_file() and file != target and shared not in file.parents)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for file in files:
            data = file.read_bytes()
            if file.suffix == ".html":
                data = _ONLINE.sub("", data.decode("utf-8")).encode()
            entry = zipfile.ZipInfo(f"{folder}/{file.relative_to(site).as_posix()}", _DAY)
            entry.external_attr = 0o644 << 16
            # A browser packs neither, and a second packing takes time and saves nothing.
            entry.compress_type = zipfile.ZIP_STORED if file.suffix in (".woff2", ".gz", ".png") else zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
