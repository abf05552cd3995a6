"""Names: one spelling for each, known only after a declaration, and never guessed."""

from __future__ import annotations

import pytest

from texecute.names import Member, Scope
from texecute.reader import Reader, read_atom
from texecute.syntax import Num, Var
from texecute.tokens import tokenize


def atom(source):
    """The canonical spelling of the name with which a source begins."""
    return read_atom(Reader(tokenize(source)))


@pytest.mark.parametrize(
    "sources, name",
    [
        (("x", " x", "x_1"), "x"),
        ((r"\hat y", r"\hat{y}", r"\widehat{y}", r"\hat {y}"), r"\hat{y}"),
        ((r"\mathbf x", r"\mathbf{x}"), r"\mathbf{x}"),
        ((r"\bm\theta", r"\boldsymbol{\theta}", r"\boldsymbol\theta"), r"\boldsymbol{\theta}"),
        ((r"\operatorname{loss}", r"\mathrm{loss}", r"\text{loss}", r"\textrm{loss}"), r"\mathrm{loss}"),
        ((r"\hat{\mathbf{y}}", r"\hat{\mathbf y}"), r"\hat{\mathbf{y}}"),
        ((r"\alpha", "α"), r"\alpha"),
        ((r"\ell", "ℓ"), r"\ell"),
    ],
)
def test_one_spelling(sources, name):
    """Spellings that look the same are the same name."""
    assert {name} == {atom(source) for source in sources}


def test_different_names_stay_different():
    """L and \\mathcal L, x and \\mathbf x, y and \\hat y are different names."""
    spellings = ["L", r"\mathcal L", r"\mathbf L", r"\hat L", r"\bar L", r"\tilde L", r"\ell", "l"]
    assert len(spellings) == len({atom(s) for s in spellings})


@pytest.mark.parametrize("source", ["1", "+", r"\sum", r"\frac{a}{b}", r"\hat{a+b}", r"\mathbf{}", ""])
def test_no_name(source):
    """What is no name leaves the cursor where it stood."""
    reader = Reader(tokenize(source))
    assert read_atom(reader) is None and 0 == reader.position


def test_groups():
    """An argument is a braced group, or one token, or one digit."""
    for source, texts in ((r"{ab}c", "ab"), ("abc", "a"), ("23", "2"), (r"{a{b}}c", "a{b}"), (r"\mathbf{x}y", "mathbf{x}")):
        assert texts == "".join(t.text for t in Reader(tokenize(source)).group())


def test_scopes_inside_see_out_but_do_not_leak():
    """A tab sees what stands before it; what it introduces is gone after it."""
    page = Scope()
    page.add_member("x", "value", "", Member())
    tab = page.child()
    tab.add_member("y", "value", "", Member())
    assert tab.lookup("x") and tab.lookup("y") and page.lookup("y") is None


def test_a_new_meaning_has_a_key_of_its_own():
    """Values that used the old meaning of a name keep it."""
    scope = Scope()
    first = scope.add_member("x", "value", "", Member(), anew=True)
    second = scope.add_member("x", "value", "", Member(), anew=True)
    assert first.uid != second.uid and scope.by_uid[first.uid] is first and scope.lookup("x") is second


def test_sizes_declare_themselves():
    """Every name in a size becomes an integer, those in its labels do not."""
    scope = Scope()
    scope.declare_sizes_in(Var("n", (Var("l"),)), Var("m"), Num("3"))
    assert scope.is_integer("n") and scope.is_integer("m") and not scope.is_integer("l")


@pytest.mark.parametrize(
    "known, written, offered",
    [(["W", "b"], "w", "W"), ([r"\hat{y}", "x"], "y", r"\hat{y}"), ([r"\mathcal{L}"], "L", r"\mathcal{L}"), (["z", "a"], r"\mathbf{z}", "z")],
)
def test_the_nearest_name_is_offered(known, written, offered):
    """An unknown name gets the nearest known one as a hint."""
    scope = Scope()
    for name in known:
        scope.add_member(name, "value", "", Member())
    assert f"did you mean {offered}?" in scope.nearest(written)
