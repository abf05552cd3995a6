"""Step 1 of the blank worksheet: sizes."""

import sheet


def figure() -> str:
    return sheet.columns({"size": 0.16, "what it counts": 0.48, "here: 2 or 3": 0.36}, 3)
