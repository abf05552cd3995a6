"""Step 2 of the blank worksheet: names and shapes."""

import sheet


def figure() -> str:
    return sheet.columns({"name": 0.16, "meaning": 0.48, "rows × columns": 0.36}, 5)
