"""A ruled box of the blank worksheet."""

import sheet


def figure() -> str:
    return sheet.ruled(4)
