"""One line of the blank worksheet."""

import sheet


def figure() -> str:
    return sheet.ruled(1, 34)
