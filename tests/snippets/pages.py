"""Snippets against formulas: a page of the book is evaluated, nothing is retyped."""

import numpy as np

import texecute

from .kit import ROOT, assert_close


def evaluate(path):
    """The evaluation of a page of docs/."""
    text = (ROOT / "docs" / path).read_text("utf-8")
    return texecute.evaluate_page(text, f"docs/{path}", root=ROOT)


def assert_sides(page, label, got, values, parts=(0, -1), **indices):
    """Every side of the formula has this value, whose shape is the page's."""
    for part in parts:
        side = np.asarray(page.side(label, part, values=values, **indices))
        # A vector of the code is a row or a column of the page; a page's 1 x 1 is a number.
        assert_close(got.reshape(side.shape) if got.ndim < 2 or side.ndim == 0 else got, side)
