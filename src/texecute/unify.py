"""Unification of symbolic sizes: finds the sizes of `\\mathbf 1`, `I` and `0` from their surroundings."""

from __future__ import annotations

from texecute.dims import ONE, Dim, Shape


class Unifier:
    """Collects equalities between sizes; `equal` are those that the page states as conditions."""

    def __init__(self, equal: tuple[tuple[Dim, Dim], ...] = ()):
        self.count = 0
        self.found: dict = {}
        self.equal = [self._oriented(a, b) for a, b in equal]
        self.fixed: dict = {}

    @staticmethod
    def _oriented(a: Dim, b: Dim):
        atoms = list(a.atoms())
        return (atoms[0], b) if len(atoms) == 1 and len(a.terms) == 1 else (None, b)

    def fresh(self) -> Dim:
        """A new unknown size."""
        self.count += 1
        return Dim({(("?", self.count),): 1})

    def resolve(self, size: Dim) -> Dim:
        """A size with everything put in that is known by now."""
        if size.number is not None or not (self.found or self.fixed or self.equal):
            return size
        for _ in range(40):
            unknown = [a for a in size.atoms() if a[0] == "?" and a in self.found]
            if not unknown:
                break
            for atom in unknown:
                size = size.substitute(atom, self.found[atom])
        if self.fixed:
            size = size.relabel(self.fixed)
        for atom, by in self.equal:
            if atom is not None and atom not in by.atoms():
                size = size.substitute(atom, by)
        return size

    def shape(self, shape: Shape) -> Shape:
        """A shape with everything put in; 1 × 1 is the scalar's ()."""
        resolved = tuple(self.resolve(d) for d in shape)
        if len(resolved) == 2 and resolved[0] == ONE and resolved[1] == ONE:
            return ()
        return resolved

    def stated(self, shape: Shape) -> Shape:
        """A shape by its names alone: sizes that a condition makes equal to 1 stay names."""
        equal, self.equal, fixed, self.fixed = self.equal, [], self.fixed, {}
        try:
            return self.shape(shape)
        finally:
            self.equal, self.fixed = equal, fixed

    def same(self, a: Dim, b: Dim) -> bool:
        """Makes two sizes equal; False if they cannot be."""
        a, b = self.resolve(a), self.resolve(b)
        if a == b:
            return True
        for x, y in ((a, b), (b, a)):
            atom = x.unknown
            if atom is not None and atom not in y.atoms():
                self.found[atom] = y
                return True
        return self._solve(a - b)

    def _solve(self, difference: Dim) -> bool:
        """Solves for an unknown that stands linearly, as in `? p - q p = 0`."""
        for atom in difference.atoms():
            if atom[0] != "?":
                continue
            with_atom = {m: c for m, c in difference.terms.items() if atom in m}
            rest = Dim({m: -c for m, c in difference.terms.items() if atom not in m})
            if len(with_atom) != 1:
                continue
            (monomial, coefficient), = with_atom.items()
            factor = list(monomial)
            factor.remove(atom)
            quotient = _divide(rest, tuple(factor), coefficient)
            if quotient is not None and atom not in quotient.atoms():
                self.found[atom] = quotient
                return True
        return False

    def same_shape(self, a: Shape, b: Shape) -> bool:
        """Makes two shapes equal; False if they cannot be."""
        a, b = self.shape(a), self.shape(b)
        if not a:
            a = (ONE, ONE)
        if not b:
            b = (ONE, ONE)
        return len(a) == len(b) and all(self.same(x, y) for x, y in zip(a, b))


def _divide(size: Dim, factor: tuple, coefficient: int) -> Dim | None:
    terms = {}
    for monomial, c in size.terms.items():
        rest = list(monomial)
        for atom in factor:
            if atom not in rest:
                return None
            rest.remove(atom)
        if c % coefficient:
            return None
        terms[tuple(rest)] = c // coefficient
    return Dim(terms)
