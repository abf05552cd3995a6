"""What `\\approx` claims: the digits that are shown.
"""

from __future__ import annotations

from texecute.literals import is_literal
from texecute.syntax import Neg, Node, Num, Operation, Pow, Transpose


def is_decimal(node: Node) -> bool:
    """Whether a part is a decimal number, or a matrix of them."""
    if type(node).__name__ == "MatrixLiteral":
        return all(is_decimal(x) for row in node.rows for x in row)
    if isinstance(node, Transpose):
        return is_decimal(node.body)
    return _step_of(node) is not None


def _step_of(node: Node) -> float | None:
    """The place value of the last digit that is shown."""
    if isinstance(node, Neg):
        return _step_of(node.body)
    if isinstance(node, Num):
        decimals = len(node.text.split(".")[1]) if "." in node.text else 0
        return 10.0**-decimals
    if isinstance(node, Operation) and node.op in ("times", "cdot") and isinstance(node.left, Num) and isinstance(node.right, Pow):
        power = node.right
        if isinstance(power.base, Num) and power.base.text == "10" and is_literal(power.exponent):
            sign = -1 if isinstance(power.exponent, Neg) else 1
            digits = power.exponent.body if isinstance(power.exponent, Neg) else power.exponent
            return _step_of(node.left) * 10.0 ** (sign * int(digits.text))
    return None


def place_values(node: Node) -> list[float]:
    if isinstance(node, Transpose):
        node = node.body
    if type(node).__name__ == "MatrixLiteral":
        return [_step_of(x) for row in node.rows for x in row]
    return [_step_of(node)]


def rounded(x: float, step: float) -> str:
    from math import log10

    return f"{x:.{max(0, round(-log10(step)))}f}"
