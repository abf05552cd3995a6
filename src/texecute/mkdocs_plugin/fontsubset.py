"""The math font, cut down to the characters that the book shows, as WOFF2."""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
import io
from collections.abc import Iterable
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

FAMILY = "STIX Two Math"

# Digits, the parts of brackets and operators, so that a small book has no odd first formula; the
# variation selector with which math-core asks for the calligraphic letters; function application;
# the root, which <msqrt> draws without naming it.
_ALWAYS = "0123456789()[]{}|+\u2212=,. \u00a0\u2032\u2061\ufe00\u221a"
_PRIMES = (0x2032, 0x2033, 0x2034, 0x2057)
# `dtls` has the letters without dots under accents.  `ssty` has a second and a third drawing of nearly every
# letter for scripts: more than half of the file, for what Chromium does not use and few eyes would miss.
_FEATURES = ("dtls", "flac", "ccmp", "mark", "mkmk")


def math_font(characters: Iterable[str], cache: Path | None = None) -> bytes:
    """STIX Two Math with the glyphs for `characters`, its MATH table kept; the same bytes each time.

    `cache` is a folder for what was made before: cutting takes about a second.
    """
    text = "".join(sorted({*"".join(characters), *_ALWAYS}))
    source = font_file().read_bytes()
    stored = cache / f"math-{_key(source, text)}.woff2" if cache else None
    if stored and stored.is_file():
        return stored.read_bytes()
    made = _cut(source, text)
    if stored:
        stored.parent.mkdir(parents=True, exist_ok=True)
        partial = stored.with_suffix(".partial")
        partial.write_bytes(made)
        partial.replace(stored)
    return made


def _primes_as_superscripts(font: TTFont) -> None:
    """Gives primes the glyphs made for superscripts.

    In MathML a prime is a superscript: raised and made smaller.  The font's plain primes are
    raised and small already; it has others for this place, under the feature `ssty`, which
    Chromium does not apply there, and g′ would be hard to tell from g.
    """
    alternates = {}
    for record in font["GSUB"].table.FeatureList.FeatureRecord if "GSUB" in font else ():
        if record.FeatureTag == "ssty":
            for index in record.Feature.LookupListIndex:
                for table in font["GSUB"].table.LookupList.Lookup[index].SubTable:
                    alternates |= getattr(getattr(table, "ExtSubTable", table), "alternates", {})
    for table in font["cmap"].tables:
        for code in set(_PRIMES) & set(getattr(table, "cmap", ())):
            glyph = table.cmap[code]
            table.cmap[code] = alternates.get(glyph, [glyph])[0]


def font_file() -> Path:
    """STIXTwoMath-Regular.ttf in the installed package, which is found and not imported."""
    spec = importlib.util.find_spec("ziamath")
    if spec is None:
        raise FileNotFoundError("the package ziamath, which ships the math font, is missing: make setup")
    return Path(spec.submodule_search_locations[0], "fonts", "STIXTwoMath-Regular.ttf")


def _key(source: bytes, text: str) -> str:
    digest = hashlib.sha256(source)
    digest.update(text.encode())
    digest.update(Path(__file__).read_bytes())
    for package in ("fonttools", "brotli"):
        digest.update(importlib.metadata.version(package).encode())
    return digest.hexdigest()[:16]


def _cut(source: bytes, text: str) -> bytes:
    # Without this the time of the build would stand in the file.
    font = TTFont(io.BytesIO(source), recalcTimestamp=False)
    options = subset.Options(
        layout_features=list(_FEATURES),
        hinting=False,
        legacy_kern=False,
        notdef_outline=True,
        name_IDs=[0, 1, 2, 4, 6, 13, 14],  # the family, and the licence, which must stay
        recalc_timestamp=False,
    )
    _primes_as_superscripts(font)
    cutter = subset.Subsetter(options)
    cutter.populate(text=text)
    cutter.subset(font)
    font.flavor = "woff2"
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()
