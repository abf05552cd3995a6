"""Squared paper of the blank worksheet."""

import sheet


def figure() -> str:
    return sheet.squared(17 * 11)
