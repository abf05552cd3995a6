"""One formula as HTML: the MathML, its number and anchor, its mark, and what was checked."""

from __future__ import annotations

import textwrap
from html import escape

from texecute.mkdocs_plugin.book import Entry
from texecute.mkdocs_plugin.parts import closed
from texecute.mkdocs_plugin.strip import size_html, strip
from texecute.mkdocs_plugin.typesetting import TypesettingError, typeset

# Role of the report → (class, sign, word).  A sign and a word, so that colour is never alone.
MARKS = {
    "claim": ("claim", "✓", "checked"),
    "condition": ("condition", "✓", "condition"),
    "declaration": ("declaration", "∈", "declaration"),
    "definition": ("definition", "≔", "definition"),
    "mention": ("mention", "·", "names only"),
    "wrong claim": ("wrong", "✗", "wrong"),
    "unchecked": ("unchecked", "?", "not checked"),
}
_NOTHING = ("plain", "", "")


def formula_html(entry: Entry, symbols: str = "", side: str = "") -> str:
    """The formula as it stands on the page.

    `symbols` are the rows that it uses of the page's table of symbols, `side` the address of its workings.
    """
    if entry.typeset is None:
        return f"<code>{escape(entry.formula.latex)}</code>"
    known = f' data-s="{symbols}"' if symbols else ""
    return _displayed(entry, known, side) if entry.formula.display else _inline(entry, known)


def _inline(entry: Entry, known: str) -> str:
    """Small and plain; only what is shown as a mistake carries a mark."""
    anchor = (f' id="{escape(entry.anchor)}"' if entry.report or entry.target else "") + known
    if "wrong" in entry.formula.classes:
        return (
            f'<span class="tx-inline tx-inline--wrong"{anchor}>{entry.typeset.mathml}'
            '<small class="tx-inline__mark">✗<span class="tx-hidden"> wrong</span></small></span>'
        )
    return f'<span class="tx-inline"{anchor}>{entry.typeset.mathml}</span>'


def _displayed(entry: Entry, known: str, side: str) -> str:
    name, sign, word = mark_of(entry)
    number, anchor = escape(entry.target.number), escape(entry.target.anchor)
    label = f"Formula {number}" + (", wrong" if name == "wrong" else "")
    card = _card(entry, sign, word, side) if word else ""
    return (
        f'<div class="tx tx--{name}" id="{anchor}">'
        f'<div class="tx-box" role="group" aria-label="{label}" tabindex="0"{known}>{entry.typeset.mathml}</div>'
        f'<a class="tx-number" href="#{anchor}" aria-label="Link to formula {number}">({number})</a>'
        f"{card}</div>"
    )


def mark_of(entry: Entry) -> tuple[str, str, str]:
    """Class, sign and word of what was done with a formula."""
    if entry.report is None:
        return ("wrong", "✗", "wrong") if "wrong" in entry.formula.classes else _NOTHING
    return MARKS.get(entry.report.role, _NOTHING)


def _card(entry: Entry, sign: str, word: str, side: str) -> str:
    said = "".join(f"<p>{line}</p>" for line in _what_was_checked(entry)) if entry.report else ""
    shapes = _shapes(entry) if entry.report else ""
    more = f'<p class="tx-more"><a href="{escape(side)}">{_more(entry)}</a></p>' if side else ""
    latex = escape(_aligned_left(entry.formula.latex))
    return (
        '<details class="tx-card"><summary>'
        f'<span class="tx-mark" aria-hidden="true">{sign}</span><span class="tx-word">{word}</span></summary>'
        f'<div class="tx-body">{said}{shapes}{more}<div class="tx-latex"><code>{latex}</code></div></div></details>'
    )


def _more(entry: Entry) -> str:
    """What the page of workings has of a formula."""
    parts = ["a case in numbers"] if entry.working.cases else []
    parts += [title for title, _ in entry.working.code]
    text = " and ".join(filter(None, [", ".join(parts[:-1]), parts[-1]]))
    return text[0].upper() + text[1:]


def _aligned_left(latex: str) -> str:
    """The source without the indent of the tab that it stands in."""
    first, _, rest = latex.strip("\n").partition("\n")
    return f"{first.strip()}\n{textwrap.dedent(rest)}".strip()


def _what_was_checked(entry: Entry) -> list[str]:
    """Sentences (HTML) that say what the checker did with this formula."""
    report = entry.report
    lines = []
    if report.role == "claim":
        claims = getattr(report, "claims", 1) or 1
        what = "This relation holds" if claims == 1 else f"Each of these {claims} relations holds"
        where = _samples(report)
        lines.append(f"{what}: the shapes agree symbolically, and the values at {where}.{_error(report)}")
    elif report.role == "wrong claim":
        lines.append("This is a common mistake. The check found that it does not hold, and why:")
        lines.append(f"<q>{escape(report.message)}</q>" if report.message else _refused(report))
    elif report.role == "declaration":
        lines.append("This gives names their shapes and the set that their values are drawn from.")
    elif report.role == "definition":
        lines.append("This gives a value to what stands on the left; what follows is checked against it.")
    elif report.role == "condition":
        lines.append("This is assumed from here on: only such values are drawn.")
    elif report.role == "mention":
        lines.append("This states nothing; every name in it is known.")
    elif report.role == "unchecked":
        reason = entry.formula.attribute("reason") or ""
        lines.append(f"This formula is not checked: {escape(reason)}")
    if report.exact and report.role == "claim":
        lines.append(f"In symbols instead of numbers: {escape(report.exact)}.")
    mutants = getattr(report, "mutants", None)
    if mutants and any(mutants.values()):
        lines.append(_mutants(mutants))
    return lines


def _samples(report: object) -> str:
    return "1 random point" if report.samples == 1 else f"{report.samples} random points"


def _error(report: object) -> str:
    error, rounded = report.max_relative_error, "\\approx" in report.latex
    said = ""
    if error is not None:
        sides = "Where = stands, the sides" if rounded else "The two sides"
        said = f" {sides} were equal to the last bit." if error == 0 else f" The largest relative error was {_power_of_ten(error)}."
    return said + (" All digits of the decimal number are right, the last one rounded." if rounded else "")


def _power_of_ten(value: float) -> str:
    digits, exponent = f"{value:.0e}".split("e")
    return f"{digits}\u00a0·\u00a010<sup>{int(exponent)}</sup>".replace("-", "\u2212")


def _refused(report: object) -> str:
    by = {"shape": "its shapes do not fit", "value": "its values differ"}
    return by.get(getattr(report, "reason", None), "it does not hold")


def _mutants(mutants: dict) -> str:
    killed, same, also = (mutants.get(key, 0) for key in ("killed", "equivalent", "also_true"))
    text = f"{killed} wrong variants of it (a transpose, a sign, an index, …) were found wrong"
    if same:
        text += f"; {same} say the same in other words"
    if also:
        text += f"; {also} are also true on this page"
    return text + "."


def _shapes(entry: Entry) -> str:
    """The shapes of the main parts, and as boxes to scale those of factors and terms."""
    rows, lengths = [], {}
    factors = dict(entry.report.factors)
    # Where each side has a shape and the shapes refuse the claim, the two are not alike.
    unlike = entry.report.reason == "shape" and all(height for _, height, _ in entry.report.shapes)
    for part, height, width in entry.report.shapes:
        boxes = factors.get(part, ())
        scalar = all(rows in ("1", "") and columns in ("1", "") for _, rows, columns in boxes)
        picture = "" if scalar else f"<td>{strip(boxes, lengths)}"
        shape = f"{size_html(height)} × {size_html(width)}" if height else "✗ none: it does not fit"
        cell = '<td class="tx-misfit">' if not height or unlike else "<td>"
        rows.append(f"<tr><td>{_small(closed(part, entry.formula.latex))}{cell}{shape}{picture}")
    if not rows:
        return ""
    # The end tags that HTML can do without are left out: there is a table for each formula.
    return (
        '<div class="tx-scroll" role="group" aria-label="Shapes" tabindex="0"><table class="tx-shapes">'
        f"<thead><tr><th>Part<th>Shape<th>Factors<tbody>{''.join(rows)}</table></div>"
    )


def _small(latex: str) -> str:
    """A piece of a formula in the card; as code where it cannot stand alone."""
    try:
        return typeset(str(latex), False).mathml
    except TypesettingError:
        return f"<code>{escape(str(latex))}</code>"
