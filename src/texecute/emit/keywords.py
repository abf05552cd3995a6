"""A formula → the words that a reader may type into a search: `dW`, `dL/dW`, `softmax`, `Jacobian`."""

from __future__ import annotations

import re

from texecute.items import Found
from texecute.syntax import Call, Derivative, Index, Node, Operation, Ref, Relation, Transpose, walk

MOST = 8
"""Words of one formula: more would find it by everything."""
_GREEK = re.compile(r"\\([A-Za-z]+)")
_NAMES = {"sigmoid": "sigmoid", "relu": "ReLU", "logsumexp": "logsumexp", "tanh": "tanh", "softmax": "softmax", "logsoftmax": "log softmax",
          "trace": "trace", "det": "determinant", "diag": "diag", "vec": "vec", "log": "log", "exp": "exp", "normal": "Phi", "softplus": "softplus"}  # fmt: skip
_OPERATIONS = {"circ": "elementwise", "odot": "elementwise", "otimes": "Kronecker"}


def keywords(found: Found) -> tuple[str, ...]:
    """The words in the order of the formula, each once."""
    words: dict[str, None] = {}
    for item in found.items:
        for part in (item.relation, item.body, item.member.body if item.member else None):
            if part is not None:
                for node in walk(part) if not isinstance(part, Relation) else (n for p in part.parts for n in walk(p)):
                    words.update(dict.fromkeys(_words(node)))
    return tuple(words)[:MOST]


def _words(node: Node) -> list[str]:
    if isinstance(node, Derivative):
        below = [_name(by.target) for by in node.by]
        above = _name(node.body)
        found = [f"d{name}" for name in below if name]
        if above and len(below) == 1 and below[0]:
            found.append(f"d{above}/d{below[0]}")
        return found
    if isinstance(node, Call) and node.function.builtin and node.function.name in _NAMES:
        return [_NAMES[node.function.name]]
    if isinstance(node, Operation) and node.op in _OPERATIONS:
        return [_OPERATIONS[node.op]]
    return []


def _name(node: Node) -> str:
    """`W` for `W^{[l]}`, `yhat` for `\\hat y`, nothing for what is no name."""
    while isinstance(node, Index | Transpose):
        node = node.body
    if isinstance(node, Call) and len(node.arguments) == 1:
        return "" if node.function.builtin else _plain(node.function.name)
    return _plain(node.name) if isinstance(node, Ref) else ""


def _plain(name: str) -> str:
    name = name.split("#")[0].replace("(·)", "")
    accent = re.fullmatch(r"\\(hat|bar|tilde)\{?([^{}]+)\}?", name)
    if accent:
        return _plain(accent[2].strip()) + accent[1]
    styled = re.fullmatch(r"\\(?:mathcal|mathbf|boldsymbol|mathrm|operatorname|mathscr)\{?([^{}]+)\}?", name)
    if styled:
        return styled[1].strip()
    return _GREEK.sub(r"\1", name).replace("{", "").replace("}", "").replace(" ", "")


__all__ = ["keywords"]
