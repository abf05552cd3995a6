"""Step 7 of the blank worksheet: what to check."""

import sheet


def figure() -> str:
    return sheet.ticks(
        [
            "Shapes: products fit, the result is shaped as the variable",
            "Numbers: one entry by hand",
            "Other sizes, random numbers",
            "Small change of one entry: quotient and formula agree to",
        ]
    )
