"""Numbers written out, and other questions that a tree answers by itself.
"""

from __future__ import annotations

from texecute.dims import dim
from texecute.errors import FormulaError
from texecute.syntax import Const, Div, Neg, Node, Num, Ref, Var

WHOLE_KINDS = {"softmax", "logsoftmax"}


def is_literal(node: Node) -> bool:
    """Whether a node is a number written out: `1`, `-2`, `\\frac12`, `\\pi`."""
    if isinstance(node, Num | Const):
        return True
    if isinstance(node, Neg):
        return is_literal(node.body)
    if isinstance(node, Div):
        return is_literal(node.top) and is_literal(node.bottom)
    return False


def is_zero(node: Node) -> bool:
    """Whether a node is the literal 0."""
    return isinstance(node, Num) and float(node.text) == 0


def family_binding(symbol):
    """The binding of a family's label, from the first member that has one (definitions first)."""
    for member in symbol.members:
        if member.pattern and isinstance(member.pattern[0], Var) and member.ranges.bindings:
            name = member.pattern[0].name
            for binding in member.ranges.bindings:
                if binding.name == name and (binding.low is not None or binding.members):
                    return binding
    return None


def is_integer_expression(node: Node, scope) -> bool:
    try:
        dim(node)
    except FormulaError:
        return False
    return not any(isinstance(x, Ref) for x in [node])
