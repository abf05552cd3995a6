"""Tokens: kinds, spans, what leaves none, and what is refused."""

from __future__ import annotations

import pytest

from texecute.errors import FormulaError
from texecute.tokens import MAX_FORMULA, MAX_TOKENS, tokenize


def spelled(source):
    """Kind and text of all tokens but the last, in short."""
    return " ".join(f"{t.kind}:{t.text}" for t in tokenize(source)[:-1])


@pytest.mark.parametrize(
    "source, expected",
    [
        ("x", "letter:x"),
        ("ab", "letter:a letter:b"),
        ("12.5", "number:12.5"),
        (".5", "number:.5"),
        ("2x", "number:2 letter:x"),
        ("1.", "number:1 symbol:."),
        (r"\alpha x", "command:alpha letter:x"),
        ("α", "command:alpha"),
        ("ℝ", "command:mathbb letter:R"),
        ("x²", "letter:x symbol:^ number:2"),
        ("a−b", "letter:a symbol:- letter:b"),
        ("A∘B⊤", "letter:A command:circ letter:B command:top"),
        (r"{x}", "open:{ letter:x close:}"),
        (r"\{x\}", r"symbol:\{ letter:x symbol:\}"),
        (r"\left(x\right)", "symbol:( letter:x symbol:)"),
        (r"\bigl[x\bigr]", "symbol:[ letter:x symbol:]"),
        (r"\left.x\right|", "command:left. letter:x symbol:|"),
        (r"a\,b\;c\!d~e", "letter:a letter:b letter:c letter:d letter:e"),
        (r"a\quad b", "letter:a quad:quad letter:b"),
        (r"a \\ b", r"letter:a row:\\ letter:b"),
        (r"a \\[2pt] b", r"letter:a row:\\ letter:b"),
        (r"\begin{bmatrix}a & b\end{bmatrix}", "begin:bmatrix letter:a symbol:& letter:b end:bmatrix"),
        (r"\begin{array}{cc|c}a\end{array}", "begin:array letter:a end:array"),
        (r"\begin{align*}a\end{align*}", "begin:align letter:a end:align"),
        (r"\text{if } x", "text:if letter:x"),
        (r"\mathrm{d}x", "command:mathrm open:{ letter:d close:} letter:x"),
        (r"\color{red}x", "letter:x"),
        (r"\textcolor{red}{x}", "open:{ letter:x close:}"),
        (r"\phantom{abc}x", "letter:x"),
        (r"\dfrac12", "command:frac number:12"),
        (r"\le\leq\leqslant≤", "command:leq command:leq command:leq command:leq"),
        (r"\Rightarrow\implies⇒", "command:implies command:implies command:implies"),
        ("", ""),
    ],
)
def test_kinds(source, expected):
    """Each spelling has its tokens; what has no meaning has none."""
    assert expected == spelled(source)


@pytest.mark.parametrize("source", [r"W^{[l]\top} x_{ij} + \frac{1}{2}", r"  a\qquad\begin{cases}1 & x>0\\0\end{cases}", "αβ ≤ ‖x‖"])
def test_spans_point_into_the_source(source):
    """Every token stands where its span says, in order, and spans do not overlap."""
    tokens = tokenize(source)
    for before, token in zip(tokens, tokens[1:]):
        assert before.span.end <= token.span.start or before.span == token.span
    for token in tokens[:-1]:
        assert 0 <= token.span.start < token.span.end <= len(source)
        if token.kind in ("letter", "number"):
            assert token.text == source[token.span.start : token.span.end]
    assert "eof" == tokens[-1].kind and len(source.rstrip()) == tokens[-1].span.start


@pytest.mark.parametrize(
    "source, words, at",
    [
        (r"\frac{a}{b", "never closed", 8),
        ("a}", "closes nothing", 1),
        (r"\begin{bmatrix}a", "has no \\end", 0),
        (r"\begin{bmatrix}a\end{pmatrix}", "closed by", 16),
        (r"a\end{cases}", "without its", 1),
        (r"{\begin{cases}a}\end{cases}", "closed by the wrong thing", 15),
        (r"\text{abc", "never closed", 5),
        (r"\begin x", "name of an environment", 0),
        ("a\x00b", "no meaning", 1),
        ("a\x1b[31m", "no meaning", 1),
        ("☃", "snowman", 0),
        (r"a \# b", "no meaning", 2),
        ("a % a comment\n b", "comment", 2),
        (r"\@", "unknown command", 0),
    ],
)
def test_refused(source, words, at):
    """What cannot be read is an error with message, place and hint."""
    with pytest.raises(FormulaError) as caught:
        tokenize(source)
    assert words in caught.value.message
    assert at == caught.value.span.start
    assert caught.value.hint


@pytest.mark.parametrize("source", ["x" * (MAX_FORMULA + 1), "x" * (MAX_TOKENS + 1), "{" * 500 + "}" * 500])
def test_bounds(source):
    """Length, number of tokens and nesting have bounds with errors of their own."""
    with pytest.raises(FormulaError) as caught:
        tokenize(source)
    assert "bound" == caught.value.kind and caught.value.hint
