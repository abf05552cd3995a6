"""The card of a formula: its factors as boxes, and what the boxes say in words."""

import re

import pytest

from texecute.check import check
from texecute.mkdocs_plugin.book import Checker, make_book
from texecute.mkdocs_plugin.card import formula_html
from texecute.mkdocs_plugin.strip import in_words, size_html, strip

NAMES = (
    "$x \\in \\mathbb{R}^{n}$, $y \\in \\mathbb{R}^{n}$, $W \\in \\mathbb{R}^{m\\times n}$, $b \\in \\mathbb{R}^{m}$, "
    "$t \\in \\mathbb{R}$\n\n"
)

# A side of a claim → its factors in words; nothing where there is nothing to draw.
FACTORS = [
    ("Wx", "m × n times n × 1"),
    ("Wx + b", "m × n times n × 1 plus m × 1"),
    ("W(x - y)", "m × n times n × 1 minus n × 1"),
    ("-Wx", "minus m × n times n × 1"),
    ("x \\circ y", "n × 1 entry by entry with n × 1"),
    ("t W x", "m × n times n × 1"),
    ("y x^\\top", "n × 1 times 1 × n"),
    ("x^\\top W^\\top W y", "1 × n times n × m times m × n times n × 1"),
    ("W", ""),
    ("2W", ""),
]


@pytest.mark.parametrize("side, words", FACTORS)
def test_factors_are_told_with_their_shapes(side, words):
    """Scalars are left out; a single matrix is no picture."""
    (claim,) = [f for f in check(f"{NAMES}$$\n{side} = 1\\cdot({side})\n$$\n").formulas if f.display]
    assert claim.passed, claim.message
    assert words == in_words(claim.factors[0][1] if claim.factors and claim.factors[0][0] == side else ())


def test_a_sum_that_is_a_factor_stands_in_brackets():
    """Else the picture would show another formula."""
    (claim,) = [f for f in check(f"{NAMES}$$\nW(x - y) = Wx - Wy\n$$\n").formulas if f.display]
    signs = [sign for sign, *_ in claim.factors[0][1]]
    assert ["", "· (", "−", ")"] == signs


def test_boxes_are_to_scale_and_inner_sizes_are_marked():
    """One size has one length everywhere in a formula; what meets in a product is strong."""
    svg = strip((("", "m", "n"), ("·", "n", "1")), {})
    (wide, high), (one, tall) = re.findall(r'width="(\d+)" height="(\d+)"/>', svg)
    assert wide == tall != high and int(one) < int(wide)
    assert 1 == svg.count("class=i>n") and 1 == svg.count('class="r i">n')
    assert 'role="img" aria-label="m × n times n × 1"' in svg


def test_an_index_of_a_size_is_set_below():
    """As in the formula."""
    assert "n<sub>l−1</sub>" == size_html("n_{l-1}")
    assert "n<tspan dy=2 class=b>l</tspan>" in strip((("", "n_l", "1"), ("+", "n_l", "1")), {})


# A wrong claim that the shapes refuse → the boxes of its left side in words.
MISFITS = [
    ("W^\\top x + b = b", "n × m does not fit: times n × 1 plus m × 1"),
    ("Wx + x = b", "m × n times n × 1 does not fit: plus n × 1"),
    ("x \\circ b = x", "n × 1 does not fit: entry by entry with m × 1"),
    ("W(x + b) = b", "m × n times n × 1 does not fit: plus m × 1"),
    ("xW = b", "n × 1 does not fit: times m × n"),
]


@pytest.mark.parametrize("claim, words", MISFITS)
def test_a_refused_mistake_shows_the_place_that_does_not_fit(claim, words):
    """The parts that have shapes are boxes, and the first that does not fit is marked."""
    (wrong,) = [f for f in check(f"{NAMES}$$\n{claim}\n$$ {{.wrong}}\n").formulas if f.display]
    assert wrong.passed and wrong.reason == "shape"
    assert words == in_words(wrong.factors[0][1])
    card = card_of(f"$$\n{claim}\n$$ {{.wrong}}\n")
    assert '<td class="tx-misfit">✗ none: it does not fit' in card and 1 == card.count("<tspan class=x>")


def test_sides_of_unlike_shapes_are_both_marked():
    """Each side fits in itself; a claim that holds marks nothing."""
    assert 2 == card_of("$$\nWx = x\n$$ {.wrong}\n").count('<td class="tx-misfit">')
    assert "tx-misfit" not in card_of("$$\nWx + Wy = W(x + y)\n$$\n")
    assert "tx-misfit" not in card_of("$$\nWx = -Wx\n$$ {.wrong}\n")


def card_of(formula):
    """The HTML of a formula behind the names above."""
    text = NAMES + formula
    book = make_book({"page.md": text}, Checker({"page.md": text}))
    assert not book.problems, book.problems
    return formula_html(book.pages["page.md"].entries[-1])


# A claim → what its card says of its two sides; nothing where no two sides are equal.
NEARNESS = [
    ("t + 0 = t", "The two sides were equal to the last bit."),
    ("\\sqrt2 \\approx 1.41", "All digits of the decimal number are right, the last one rounded."),
    ("1 + 1 = 2 \\approx 2.0", "Where = stands, the sides were equal to the last bit. All digits"),
    ("(x^\\top y)^2 \\le x^\\top x\\,y^\\top y", ""),
    ("e^t = 1 + t + O(t^2)", ""),
]


@pytest.mark.parametrize("claim, words", NEARNESS)
def test_a_card_says_how_near_the_sides_are(claim, words):
    """Rounded digits, an inequality and a remainder are not equal to the last bit."""
    card = card_of(f"$$\n{claim}\n$$\n")
    assert words in card
    assert ("last bit" in card) == ("last bit" in words) and "relative error" not in card


def test_a_card_reads_without_javascript():
    """What was checked, the boxes and the LaTeX stand in the HTML itself; the button does not."""
    text = NAMES + "$$\nWx + Wy = W(x + y)\n$$\n"
    book = make_book({"page.md": text}, Checker({"page.md": text}, options={"mutants": True}))
    assert not book.problems
    card = formula_html(book.pages["page.md"].entries[-1])
    assert "wrong variants of it" in card and 2 == card.count("<svg") and "<button" not in card
    assert "<code>Wx + Wy = W(x + y)</code>" in card
