"""The ways that `make bench` compares say the same about every identity.  Nothing here is timed."""

from __future__ import annotations

import pytest

import texecute

identities = pytest.importorskip("tests.bench_identities", exc_type=ImportError)


def test_there_are_enough():
    """At least 40 identities, each under a name of its own."""
    names = [identity.name for identity in identities.IDENTITIES]
    assert 40 <= len(set(names)) == len(names)


@pytest.mark.parametrize("identity", identities.IDENTITIES, ids=lambda identity: identity.name)
def test_three_ways_agree(identity):
    """The page, SymPy and JAX accept the identity, and refuse it with a factor 2 on one side."""
    assert texecute.check(identity.page()).passed, texecute.check(identity.page()).text()
    wrong = [f.verdict for f in texecute.check(identity.page("2")).formulas if f.label == "eq-identity"]
    assert ["fails"] == wrong
    for sides, holds in ((identity.by_sympy(), identities.holds_in_sympy), (identity.jax(), identities.holds_in_jax)):
        assert holds(sides)
        assert not holds((sides[0], 2 * sides[1]))
