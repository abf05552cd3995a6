"""Numbers of a page's names, drawn or set."""

import math

import pytest

import texecute
from texecute.errors import FormulaError

PAGE = r"""---
vectors: row
---

Let $x \in \mathbb{R}^{1\times n}$, $W \in \mathbb{R}^{n\times m}$ and $g : \mathbb{R}\to\mathbb{R}$.

$$ z = xW $$ {#eq-z}

$$ L = \sum_k g(z_k) $$ {#eq-loss}

$$ \frac{\partial L}{\partial W} = x^\top g'(z) $$ {#eq-dw}

$$ \frac{\partial L}{\partial W_{ij}} = x_i g'(z_j) $$ {#eq-entry}
"""

LAYERS = r"""
Let $a^{[0]} \in \mathbb{R}^{n_0}$, $W^{[l]} \in \mathbb{R}^{n_l\times n_{l-1}},\ l = 1,\dots,L$.

$$ a^{[l]} = \tanh(W^{[l]}a^{[l-1]}), \quad l = 1,\dots,L $$ {#eq-a}

$$ \frac{\partial a^{[l]}}{\partial a^{[l-1]}} = \operatorname{diag}(1 - a^{[l]}\circ a^{[l]})W^{[l]}, \quad l = 1,\dots,L $$ {#eq-jacobian}
"""


def page():
    return texecute.evaluate_page(PAGE, "page.md")


def test_values_are_set_and_sizes_follow():
    """z = xW at given x and W."""
    values = {"x": [[1.0, 2.0]], "W": [[1.0, 0.0, 1.0], [0.0, 1.0, 1.0]]}
    assert [[1.0, 2.0, 3.0]] == page().value("z", values=values)
    assert 2.0 == page().value("n", values=values)
    assert 3.0 == page().value("m", values=values)


def test_both_sides_of_a_claim():
    """With g = tanh, both sides are x transposed times 1 - tanh squared."""
    values = {"x": [0.5, -1.0], "W": [[1.0, 0.2, 1.0], [0.0, 1.0, 0.3]], "g": "tanh"}
    left, right = (page().side("eq-dw", part, values) for part in (0, -1))
    z = [0.5, 0.1 - 1.0, 0.5 - 0.3]
    wanted = [[x * (1 - math.tanh(v) ** 2) for v in z] for x in (0.5, -1.0)]
    for row, other, numbers in zip(left, right, wanted):
        assert row == pytest.approx(numbers)
        assert other == pytest.approx(numbers)


def test_free_indices_are_arguments():
    """One entry of the gradient."""
    values = {"x": [0.5, -1.0], "W": [[1.0], [2.0]], "g": "exp"}
    assert -math.exp(0.5 - 2.0) == pytest.approx(page().side("eq-entry", values=values, i=2, j=1))
    with pytest.raises(FormulaError, match="every i, j"):
        page().side("eq-entry", values=values)


def test_families_follow_the_labels_that_are_set():
    """Two weight matrices make two layers."""
    values = {("a", 0): [1.0], ("W", 1): [[0.5], [0.25]], ("W", 2): [[1.0, -1.0]]}
    evaluation = texecute.evaluate_page(LAYERS)
    hidden = [math.tanh(0.5), math.tanh(0.25)]
    assert hidden == pytest.approx([row[0] for row in evaluation.value("a", 1, values=values)])
    assert 2.0 == evaluation.value("L", values=values)
    assert math.tanh(math.tanh(0.5) - math.tanh(0.25)) == pytest.approx(evaluation.side("eq-a", values=values, l=2))
    left, right = (evaluation.side("eq-jacobian", part, values=values, l=2) for part in (0, -1))
    assert left[0] == pytest.approx(right[0])


def test_drawn_values_repeat_with_the_seed():
    """The same seed gives the same numbers, another seed others."""
    assert page().value("W") == page().value("W")
    assert page().value("W") != texecute.evaluate_page(PAGE, seed=1).value("W")


def test_definitions_have_sides_too():
    """The side of a definition is what it defines."""
    values = {"x": [[1.0, 2.0]], "W": [[1.0, 0.0], [0.0, 1.0]]}
    assert [[1.0, 2.0]] == page().side("eq-z", values=values)


def test_what_does_not_fit_is_an_error():
    """Wrong sizes, unknown names and labels."""
    with pytest.raises(FormulaError, match="do not fit together"):
        page().value("z", values={"x": [[1.0, 2.0]], "W": [[1.0]]})
    with pytest.raises(FormulaError, match="unknown name y"):
        page().value("y")
    with pytest.raises(FormulaError) as caught:
        page().side("eq-dW")
    assert "eq-dw" in caught.value.hint
