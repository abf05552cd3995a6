"""The site's math font, for print."""

from __future__ import annotations

import io
from pathlib import Path

from fontTools.ttLib import TTFont


def math_font(source: Path) -> bytes:
    """The font without positive kerns between a letter and its scripts.

    STIX Two Math has them for indices that reach high up beside W, V and Y, and the compiler takes
    them for all indices that do: `W_{jk}` would be torn apart.
    """
    font = TTFont(source, recalcTimestamp=False)
    for record in font["MATH"].table.MathGlyphInfo.MathKernInfo.MathKernInfoRecords:
        for corner in ("TopRightMathKern", "BottomRightMathKern", "TopLeftMathKern", "BottomLeftMathKern"):
            kern = getattr(record, corner)
            for value in kern.KernValue if kern else ():
                value.Value = min(value.Value, 0)
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()
