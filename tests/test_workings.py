"""Workings of formulas: a case in small numbers, code, names with their shapes, words for the search."""

import re

import pytest

from texecute.check import check
from texecute.inventory import names_in
from texecute.items import read_formulas
from texecute.mkdocs_plugin.aids import Aids
from texecute.mkdocs_plugin.book import Checker, make_book
from texecute.mkdocs_plugin.meanings import meaning, meanings_of
from texecute.mkdocs_plugin.store import Store
from texecute.mkdocs_plugin.workings import from_json, page_workings, to_json
from texecute.small import small

NAMES = "$x \\in \\mathbb{R}^{n}$, $W \\in \\mathbb{R}^{m\\times n}$, $b \\in \\mathbb{R}^{m}$, $g : \\mathbb{R}\\to\\mathbb{R}$\n\n"
LAYERS = (
    "$W^{[l]} \\in \\mathbb{R}^{n_l\\times n_{l-1}}, \\quad l = 1,\\dots,L$ and $a^{[0]} \\in \\mathbb{R}^{n_0}$.\n\n"
    "$$\na^{[l]} = W^{[l]}a^{[l-1]}, \\quad l = 1,\\dots,L\n$$ {#eq-layer}\n\n"
)


def last(text):
    """The last formula of a page, read."""
    return read_formulas(text)[-1]


def working(text):
    """The workings of the last formula of a page."""
    return list(page_workings(text, "page.md", str).values())[-1]


# --- numbers -----------------------------------------------------------------------------------


def test_a_case_has_the_smallest_sizes_that_differ():
    """2 and 3 for two sizes; the values have these shapes, and the sides are equal."""
    (case,) = small(last(f"{NAMES}$$\n2(Wx + b) = 2Wx + 2b\n$$"))
    assert {"m": "2", "n": "3"} == dict(case.sizes) or {"m": "3", "n": "2"} == dict(case.sizes)
    given, sizes = dict(case.given), {name: int(size) for name, size in case.sizes}
    assert sizes["m"] == len(given["W"]) and {sizes["n"]} == set(map(len, given["W"]))
    (_, left), (_, right) = case.sides
    assert left == right and sizes["m"] == len(left)


def test_the_numbers_are_right():
    """What stands in the table is computed again by hand."""
    (case,) = small(last(f"{NAMES}$$\nWx = \\sum_{{j=1}}^{{n}} W_{{:,j}}x_j\n$$"))
    given = {name: [[float(x) for x in row] for row in rows] for name, rows in case.given}
    product = [sum(w * x for w, (x,) in zip(row, given["x"])) for row in given["W"]]
    assert [pytest.approx(value, rel=1e-3) for value in product] == [float(row[0]) for row in case.sides[0][1]]


def test_layers_count_from_two():
    """A count and a size may be the same number; sizes of layers are not."""
    (case,) = small(last(f"{LAYERS}$$\na^{{[2]}} = W^{{[2]}}W^{{[1]}}a^{{[0]}}, \\quad L = 2\n$$"))
    sizes = dict(case.sizes)
    assert "2" == sizes["L"] and {"2", "3", "4"} == {sizes[f"n_{{{k}}}"] for k in (0, 1, 2)}
    assert {"a^{[0]}", "W^{[1]}", "W^{[2]}"} == {name for name, _ in case.given}


def test_a_condition_on_a_size_is_kept():
    """`n = 4` is no small size, but what the page says."""
    (case,) = small(last(f"{NAMES}$$\nx^\\top x = \\sum_{{i=1}}^{{4}} x_i^2, \\quad n = 4\n$$"))
    assert ("n", "4") in case.sizes


def test_a_mistake_shows_numbers_that_differ():
    """Of all indices the first at which it is wrong."""
    (case,) = small(last(f"{NAMES}$$\nx_i = x_1\n$$ {{.wrong}}"))
    assert case.sides[0][1] != case.sides[1][1]


def test_a_definition_shows_its_name():
    """And what the name is made from."""
    (case,) = small(last(f"{NAMES}$$\nz = g(Wx + b)\n$$"))
    assert ["z"] == [name for name, _ in case.sides] and ("g",) == case.functions
    assert {"x", "W", "b"} == {name for name, _ in case.given}


def test_rows_that_follow_from_one_another_are_one_case():
    """The second row is computed from the first, which its table shows."""
    (case,) = small(last(f"{NAMES}$$\n\\begin{{aligned}} z &= Wx + b \\\\ a &= g(z) \\end{{aligned}}\n$$"))
    assert ["z"] == [name for name, _ in case.found] and ["a"] == [name for name, _ in case.sides]


def test_a_tiny_number_is_no_zero():
    """Nor is it one in a definition; what is left where terms cancel is."""
    (case,) = small(last("$$\n2^{-52} \\approx 2.2\\cdot 10^{-16}\n$$"))
    assert [(("2.22e-16",),), (("2.2e-16",),)] == [value for _, value in case.sides]
    (case,) = small(last("$h := 10^{-30}$, $y \\in \\mathbb{R}$, $c := (y + 0.1) - y - 0.1$\n\n$$\nc + h + y = h + c + y\n$$"))
    assert {"h": (("1e-30",),), "c": (("0",),)} == dict(case.found)
    (case,) = small(last(f"{NAMES}$$\n\\sum_{{i=1}}^{{n}} (x_i - x_1) + n\\,x_1 - \\sum_{{i=1}}^{{n}} x_i = 0\\,x_1\n$$"))
    assert [(("0",),), (("0",),)] == [value for _, value in case.sides]


def test_what_the_shapes_refuse_has_no_case():
    """There is nothing to compute, and nothing is raised."""
    assert () == small(last(f"{NAMES}$$\nW^\\top x = b\n$$ {{.wrong}}"))


# --- names -------------------------------------------------------------------------------------


def test_a_remainder_has_no_case():
    """It speaks of what shrinks, and has no value at one point."""
    claim = f"{NAMES}$t, h \\in \\mathbb{{R}}$\n\n$$\ng(t + h) = g(t) + h\\,g'(t) + O(h^2)\n$$"
    assert () == small(last(claim))


def test_names_have_the_shapes_of_their_formula():
    """A member of a family has the sizes of its own label."""
    found = {use.latex: (use.kind, use.rows, use.columns) for use in names_in(last(f"{LAYERS}$$\na^{{[L]}} = W^{{[L]}}a^{{[L-1]}}\n$$"))}
    assert ("value", "n_L", "1") == found["a^{[L]}"]
    assert ("value", "n_L", "n_{L-1}") == found["W^{[L]}"]
    assert ("value", "n_{L-1}", "1") == found["a^{[L - 1]}"]
    assert "size" == found["L"][0]


def test_names_in_derivatives_sums_and_domains_are_found():
    """Also where a name stands below a fraction bar, in a range or in a set."""
    page = f"{NAMES}$f : \\mathbb{{R}}^{{n}}\\to\\mathbb{{R}}$\n\n$$\n\\frac{{\\partial f(x)}}{{\\partial x_i}} = \\sum_{{k=1}}^{{n}} \\frac{{\\partial f(x)}}{{\\partial x_k}}\\delta_{{ki}}\n$$"
    assert {"x", "f", "i", "k", "n"} <= {use.latex for use in names_in(last(page))}
    assert {"A", "p", "q"} == {use.latex for use in names_in(last("$A \\in \\mathbb{R}^{p\\times q}$"))}


def test_a_meaning_comes_from_the_page_before_the_glossary():
    """A family's label is put into the words."""
    page = meanings_of("---\nsymbols:\n  'W^{[l]}': weights of layer l\n  '\\hat y': the output\n---\n", "page.md", [])
    book = meanings_of("---\nsymbols:\n  W: any matrix\n  b: bias\n---\n", "other.md", [])
    uses = {use.latex: use for use in names_in(last(f"{LAYERS}$b, \\hat y \\in \\mathbb{{R}}$\n\n$$\nb\\hat y W^{{[l-1]}} = \\hat y W^{{[l-1]}}b, \\quad l = 2,\\dots,L\n$$"))}
    assert "weights of layer l\N{MINUS SIGN}1" == meaning(uses["W^{[l - 1]}"], page, book)
    assert "bias" == meaning(uses["b"], page, book) and "the output" == meaning(uses["\\hat{y}"], page, book)


@pytest.mark.parametrize("front, said", [("symbols: [a]", "is no map"), ("symbols:\n  a: b: c", "cannot be read"), ("symbols:\n  '\\foo': x", "\\foo")])
def test_symbols_that_cannot_be_read_are_a_problem_with_a_place(front, said):
    """And no traceback."""
    problems = []
    assert {} == meanings_of(f"---\nvectors: row\n{front}\n---\n", "page.md", problems)
    (problem,) = problems
    assert said in str(problem) and 3 <= problem.line <= 4 and "hint: " in str(problem)


# --- the page of workings ----------------------------------------------------------------------


def aids(text, path="page.md"):
    """What stands around the formulas of a page."""
    checker = Checker({path: text})
    book = make_book({path: text}, checker, checker.workings)
    assert not book.problems, book.problems
    return book, Aids(book, {path: text}, [])


def test_every_formula_that_computes_has_a_part_of_the_page_of_workings():
    """With a link from its card, and one back; code in three libraries, as text that needs no script."""
    text = f"{NAMES}$$\nz = Wx + b\n$$ {{#eq-z}}\n\n$$\nW \\in \\mathbb{{R}}^{{m\\times n}}\n$$ {{#eq-declared}}\n"
    book, around = aids(text)
    html = around.side("page.md", "part/page.html", "A page", "A book", "../", "")
    assert '<section id="eq-z">' in html and "eq-declared" not in html
    assert '<a href="page.html#eq-z">Formula 1.1</a>' in html
    assert ["NumPy", "JAX", "PyTorch"] == re.findall(r"<h3>(\w+)</h3>", html)
    card = around.formula("page.md", "part/page.html", book.pages["page.md"].entries[-2])
    assert '<a href="page.workings.html#eq-z">A case in numbers, NumPy, JAX and PyTorch</a>' in card
    assert "workings" not in around.formula("page.md", "part/page.html", book.pages["page.md"].entries[-1])


def test_the_table_of_symbols_has_the_rows_that_the_formulas_name():
    """Once each; a definition is a link to its formula."""
    text = f"{NAMES}$$\nz = Wx + b\n$$ {{#eq-z}}\n\n$$\nz - b = Wx\n$$\n"
    book, around = aids(text)
    html = around.table("page.md")
    used = around.formula("page.md", "page.html", book.pages["page.md"].entries[-1])
    numbers = re.search(r'data-s="([\d ]+)"', used)[1].split()
    assert len(numbers) == 4 == len(set(numbers))
    for number in numbers:
        assert 1 == html.count(f'data-n="{number}"')
    assert 'defined by <a href="#eq-z">(1.1)</a><td>m × 1' in html and "a matrix<td>m × n" in html


def test_a_tab_does_not_see_the_definitions_of_its_neighbour():
    """W is defined in the first tab, and given in the second."""
    tab = '=== "{}"\n\n    {}\n\n    $$\n    W = W + 0 W\n    $$\n\n'
    text = tab.format("Row vectors", "$$\n    W = \\begin{bmatrix} 1 & 2 \\end{bmatrix}\n    $$") + tab.format("Column vectors", "$W \\in \\mathbb{R}^{m\\times n}$")
    _, around = aids(text)
    assert "a matrix<td>m × n" in around.table("page.md") and "defined by" in around.table("page.md")


def test_workings_are_kept_from_build_to_build(tmp_path):
    """As they were; what cannot be read counts as not there."""
    found = page_workings(f"{NAMES}$$\nz = Wx + b\n$$", "page.md", str)
    assert found == from_json(to_json(found))
    store = Store(tmp_path)
    store.put_workings("key", found)
    assert found == store.find_workings("key") and store.find_workings("other") is None
    next(tmp_path.iterdir()).write_text("{}}")
    assert store.find_workings("key") is None


# --- words for the search ----------------------------------------------------------------------

WORDS = [
    ("\\frac{\\partial f(Wx)}{\\partial W} = \\frac{\\partial f(Wx)}{\\partial W}", {"dW"}),
    ("\\operatorname{softmax}(b) = \\operatorname{softmax}(b + \\mathbf 1)", {"softmax"}),
    ("x \\circ x = x^2 \\circ \\mathbf 1", {"elementwise"}),
    ("Wx = Wx + b - b", set()),
]


@pytest.mark.parametrize("claim, words", WORDS)
def test_a_formula_is_found_by_what_is_in_it(claim, words):
    """Names of derivatives as code has them, and names of functions."""
    found = set(working(f"{NAMES}$f : \\mathbb{{R}}^{{m}}\\to\\mathbb{{R}}$\n\n$$\n{claim}\n$$").words)
    assert words <= found and bool(words) == bool(found)


def test_the_checker_does_not_mind_the_symbols():
    """`symbols:` is left alone by it."""
    assert check(f"---\nvectors: column\nsymbols:\n  W: weights\n---\n{NAMES}").passed
