"""Symbolic sizes: polynomials with whole coefficients in names such as `n`, `n_{l-1}`.

A label inside a size is a linear form, so that `n_{(l+1)-1}` is `n_l`.
Unknown sizes (of `\\mathbf 1` or `I`) are atoms `("?", number)` until unification
finds them.
"""

from __future__ import annotations

from texecute.errors import FormulaError
from texecute.syntax import Add, Div, Domain, Neg, Node, Num, Pow, Product, Var

Linear = tuple  # (((name, coefficient), …), constant) or ("text",)
Atom = tuple  # (name, Linear | None) or ("?", int)


class Dim:
    """A size as a sum of monomials; equal sizes compare equal."""

    __slots__ = ("terms", "_hash")

    def __init__(self, terms: dict[tuple[Atom, ...], int]):
        self.terms = {m: c for m, c in terms.items() if c}
        self._hash = hash(frozenset(self.terms.items()))

    def __eq__(self, other):
        return isinstance(other, Dim) and self.terms == other.terms

    def __hash__(self):
        return self._hash

    def __add__(self, other: "Dim") -> "Dim":
        terms = dict(self.terms)
        for m, c in other.terms.items():
            terms[m] = terms.get(m, 0) + c
        return Dim(terms)

    def __sub__(self, other: "Dim") -> "Dim":
        return self + other.times(-1)

    def times(self, k: int) -> "Dim":
        """A whole multiple."""
        return Dim({m: c * k for m, c in self.terms.items()})

    def __mul__(self, other: "Dim") -> "Dim":
        terms: dict[tuple[Atom, ...], int] = {}
        for m1, c1 in self.terms.items():
            for m2, c2 in other.terms.items():
                m = tuple(sorted(m1 + m2, key=repr))
                terms[m] = terms.get(m, 0) + c1 * c2
        return Dim(terms)

    @property
    def number(self) -> int | None:
        """The value of a constant size, else None."""
        if not self.terms:
            return 0
        if len(self.terms) == 1 and () in self.terms:
            return self.terms[()]
        return None

    @property
    def unknown(self) -> Atom | None:
        """The unknown that this size is, if it is nothing else."""
        if len(self.terms) == 1:
            (monomial, coefficient), = self.terms.items()
            if coefficient == 1 and len(monomial) == 1 and monomial[0][0] == "?":
                return monomial[0]
        return None

    def atoms(self) -> set[Atom]:
        """All names (and unknowns) in it."""
        return {a for m in self.terms for a in m}

    def substitute(self, atom: Atom, by: "Dim") -> "Dim":
        """This size with `by` in place of `atom`."""
        if not any(atom in m for m in self.terms):
            return self
        result = Dim({})
        for m, c in self.terms.items():
            part = Dim({(): c})
            for a in m:
                part = part * (by if a == atom else Dim({(a,): 1}))
            result = result + part
        return result

    def relabel(self, substitution: dict[str, Linear]) -> "Dim":
        """This size with label variables replaced."""
        if not substitution:
            return self
        result = Dim({})
        for m, c in self.terms.items():
            part = Dim({(): c})
            for name, label in m:
                if name != "?" and label is None and name in substitution:
                    part = part * dim_of_linear(substitution[name])
                elif name != "?" and label is not None:
                    part = part * Dim({((name, replace_in_linear(label, substitution)),): 1})
                else:
                    part = part * Dim({((name, label),): 1})
            result = result + part
        return result

    def __repr__(self):
        return self.text()

    def text(self) -> str:
        """The size as a reader writes it."""
        if not self.terms:
            return "0"
        parts = []
        for m, c in sorted(self.terms.items(), key=lambda item: (not item[0], repr(item[0]))):
            body = " ".join(atom_text(a) for a in m)
            size = abs(c)
            text = str(size) if not m else body if size == 1 else f"{size} {body}"
            parts.append(("- " if c < 0 else "+ ") + text)
        text = " ".join(parts)
        return text[2:] if text.startswith("+ ") else "-" + text[2:]


ONE = Dim({(): 1})


def dim_of_number(n: int) -> Dim:
    """A constant size."""
    return Dim({(): n})


def dim_of_linear(form: Linear) -> Dim:
    """A label's linear form as a size."""
    if len(form) == 1:
        return Dim({((form[0], None),): 1})
    terms = {((name, None),): c for name, c in form[0]}
    terms[()] = form[1]
    return Dim(terms)


def replace_in_linear(form: Linear, substitution: dict[str, Linear]) -> Linear:
    """A linear form with variables replaced by linear forms."""
    if len(form) == 1:
        return substitution.get(form[0], form)
    terms: dict[str, int] = {}
    constant = form[1]
    for name, c in form[0]:
        other = substitution.get(name)
        if other is None or len(other) == 1:
            key = name if other is None else other[0]
            terms[key] = terms.get(key, 0) + c
        else:
            constant += c * other[1]
            for inner, k in other[0]:
                terms[inner] = terms.get(inner, 0) + c * k
    return tuple(sorted((n, c) for n, c in terms.items() if c)), constant


def linear(node: Node) -> Linear:
    """The linear form of a label; what is not linear becomes a text of its own."""
    return linear_of_dim(dim(node))


def linear_of_dim(size: Dim) -> Linear:
    """A size as a linear form of plain names."""
    terms, constant = [], 0
    for m, c in size.terms.items():
        if not m:
            constant = c
        elif len(m) == 1 and m[0][1] is None:
            terms.append((m[0][0], c))
        else:
            return (size.text(),)
    return tuple(sorted(terms)), constant


def dim(node: Node) -> Dim:
    """The size that an integer expression is; FormulaError for what is no polynomial."""
    if isinstance(node, Num):
        value = float(node.text)
        if value != int(value):
            raise FormulaError(f"{node.text} is not a whole number", node.span, "sizes and indices are whole numbers")
        return dim_of_number(int(value))
    if isinstance(node, Var):
        if not node.labels:
            return Dim({((node.name, None),): 1})
        forms = [linear_of_dim(dim(label)) for label in node.labels]
        form = forms[0] if len(forms) == 1 else (",".join(map(linear_text, forms)),)
        return Dim({((node.name, form),): 1})
    if isinstance(node, Add):
        total = Dim({})
        for term in node.terms:
            total = total + dim(term)
        return total
    if isinstance(node, Neg):
        return dim(node.body).times(-1)
    if isinstance(node, Product):
        total = ONE
        for factor in node.factors:
            total = total * dim(factor)
        return total
    if isinstance(node, Pow) and isinstance(node.exponent, Num) and node.exponent.text in "234":
        total = ONE
        for _ in range(int(node.exponent.text)):
            total = total * dim(node.base)
        return total
    if type(node).__name__ == "Operation" and node.op in ("cdot", "times", "ast"):
        return dim(node.left) * dim(node.right)
    if isinstance(node, Div):
        top, bottom = dim(node.top), dim(node.bottom).number
        if bottom and all(c % bottom == 0 for c in top.terms.values()):
            return Dim({m: c // bottom for m, c in top.terms.items()})
        raise FormulaError("a size that is a quotient", node.span, "give it a name of its own, and write the other as a multiple of it")
    raise FormulaError("this is not a size", node.span, "sizes are built from names and whole numbers by +, - and products")


def linear_text(form: Linear) -> str:
    """A label as a reader writes it."""
    if len(form) == 1:
        return form[0]
    parts = []
    for name, c in form[0]:
        parts.append(("-" if c < 0 else "+") + ("" if abs(c) == 1 else str(abs(c))) + name)
    if form[1] or not parts:
        parts.append(f"{form[1]:+d}")
    return "".join(parts).lstrip("+")


def atom_text(atom: Atom) -> str:
    """A size's name as a reader writes it."""
    name, label = atom
    if name == "?":
        return "?"
    return name if label is None else f"{name}_{{{linear_text(label)}}}" if len(linear_text(label)) > 1 else f"{name}_{linear_text(label)}"


Shape = tuple  # of Dim: () for a scalar, (rows, columns), or three and more


def shape_text(shape: Shape) -> str:
    """A shape as the messages show it."""
    if not shape:
        return "1 × 1"
    return " × ".join(d.text() for d in shape)


def shape_kind(shape: Shape) -> str:
    """What something of this shape is called."""
    if all(size == ONE for size in shape):
        return "a scalar"
    if len(shape) != 2:
        return "an array"
    return "a row" if shape[0] == ONE else "a column" if shape[1] == ONE else "a matrix"


def shape_said(shape: Shape) -> str:
    """A shape, and whether it is a row or a column."""
    kind = shape_kind(shape)
    return kind if kind == "a scalar" else f"{shape_text(shape)} ({kind})" if kind in ("a row", "a column") else shape_text(shape)


def shape_of_domain(domain: Domain) -> Shape:
    """The shape of a declared domain."""
    shape = tuple(dim(node) for node in domain.shape)
    return () if len(shape) == 2 and shape == (ONE, ONE) else shape


def declared_shape(symbol) -> Shape | None:
    """The shape that a name is declared with, None where it is not."""
    return shape_of_domain(symbol.domain) if isinstance(symbol.domain, Domain) else None


def match_label(member, forms: list) -> dict | None:
    """What the label variables of a member's pattern are for these labels; None: another member."""
    if len(member.pattern) != len(forms):
        return None
    substitution: dict = {}
    for pattern, form in zip(member.pattern, forms):
        own = linear(pattern)
        if len(own) == 1 or len(form) == 1:
            if own != form:
                return None
            continue
        if not own[0]:
            if form != own:
                return None
            continue
        if len(own[0]) != 1 or own[0][0][1] != 1:
            return None
        name = own[0][0][0]
        substitution[name] = (form[0], form[1] - own[1])
    return substitution
