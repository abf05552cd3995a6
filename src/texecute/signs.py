"""Signs between and around expressions, as tables: operators, relations, brackets.
"""

from __future__ import annotations

OPERATORS = {
    "circ": "circ", "odot": "circ", "*": "circ", "oslash": "oslash", "cdot": "cdot", "times": "times", "otimes": "otimes",
}  # fmt: skip
"""Explicit operators and their kind: two different kinds in a row want brackets."""


RELATIONS = {
    "=": "=", "neq": "\\ne", "leq": "\\le", "geq": "\\ge", "<": "<", ">": ">", "approx": "\\approx", "coloneqq": ":=",
}  # fmt: skip


REFUSED_RELATIONS = {
    "equiv": "write = for a claim or := for a definition", "propto": "write the factor out, as in y = c x",
    "sim": "declare a domain with \\in instead", "simeq": "write \\approx with the digits, or =",
    "cong": "write =", "mapsto": "write f(x) = …", "rightarrow": "write g : A \\to B to declare a function",
    "subset": "declare the domain with \\in", "ll": "write <", "gg": "write >", "mid": "write brackets",
    "leftarrow": "write := for a definition, with a new name on the left",
}  # fmt: skip


OPENING = {"(": ")", "[": "]", "\\{": "\\}"}
