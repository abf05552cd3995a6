"""What holds of every page of the site: axe finds nothing, HTML is valid, nothing moves, a phone is wide enough."""

import math
from functools import cache
from pathlib import Path

import pytest

from tests.browsing import DESK, NEEDS_CHROMIUM, PHONE, open_page

pytestmark = NEEDS_CHROMIUM

# Rules that depend on colours; all others find in the dark what they find in the light.
COLOURS = ["color-contrast", "link-in-text-block"]
SHIFT = (
    "new Promise(done => { let sum = 0; new PerformanceObserver(list => { for (const e of list.getEntries())"
    " sum += e.value }).observe({type: 'layout-shift', buffered: true}); setTimeout(() => done(sum), 200) })"
)
# Boxes that fold: all that the authors fold, and of the cards, which are alike, the first of each kind.
# Rows of a long table are alike too: of the report's thousands the first are looked at.  Formulas are
# replaced by their characters, since axe takes most of its time for their signs: one page keeps them.
OPEN = """async () => {
  document.querySelectorAll('tbody tr:nth-child(n + 40)').forEach(row => row.remove());
  document.querySelectorAll('math').forEach(math => math.replaceChildren(math.textContent));
  const kinds = new Set();
  for (const fold of document.querySelectorAll('details')) {
    const kind = fold.matches('.tx-card') ? fold.parentElement.className : null;
    if (kind && kinds.has(kind)) continue;
    if (kind) kinds.add(kind);
    fold.open = true;
  }
  await new Promise(done => setTimeout(done, 400));
}"""


@cache
def axe():
    """The source of axe."""
    import axe_playwright_python

    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")


def findings(page, **options):
    """What axe complains of: rule, how often, and the first place."""
    page.evaluate(axe())
    found = page.evaluate(
        "options => axe.run(document, {resultTypes: ['violations'], ...options})"
        ".then(done => done.violations.map(one => [one.id, one.nodes.length, one.nodes[0].html.slice(0, 200)]))",
        options,
    )
    return [tuple(one) for one in found]


def addresses(site):
    """Every page of the site, 404.html aside; pages of workings are made alike, and the first few stand for all."""
    found = [file.relative_to(site).as_posix() for file in sorted(site.rglob("*.html"))]
    workings = [name for name in found if name.endswith(".workings.html")]
    return [name for name in found if name not in workings and name != "404.html"] + workings[:2]


# With all folds open, and closed again before a card notices and fetches its workings.
WIDEST = """() => {
  const folds = [...document.querySelectorAll('details:not([open])')];
  folds.forEach(fold => fold.open = true);
  const wide = document.documentElement.scrollWidth;
  folds.forEach(fold => fold.open = false);
  return wide;
}"""
# As if the reader had moved the switch, at once.
DARK = """async () => {
  const still = document.createElement('style');
  still.textContent = '* { transition: none !important }';
  document.head.append(still);
  for (const one of document.querySelectorAll('[data-md-color-scheme]')) {
    if (one.matches('html, body')) one.setAttribute('data-md-color-scheme', 'slate');
    if (one.matches('body')) one.setAttribute('data-md-color-primary', 'black');
  }
  await new Promise(done => setTimeout(done, 100));
}"""


def looks(page, dark=True):
    """What is wrong with one page: while it loads, in the light, if asked in the dark, on a phone; its folds are open."""
    shift = page.evaluate(SHIFT)
    scheme = page.evaluate("document.querySelector('html[data-md-color-scheme], body').dataset.mdColorScheme")
    # A font that the cache had before its preload came.
    faults = [fault for fault in page.faults if not (fault.startswith("failed: ") and fault.endswith(".woff2"))]
    # With formulas as they are, before they are flattened for axe.
    page.set_viewport_size(PHONE)
    wide = page.evaluate(WIDEST)
    page.set_viewport_size(DESK)
    page.evaluate(OPEN)
    found = {"light": findings(page), "dark": []}
    if dark:
        page.emulate_media(color_scheme="dark")
        page.evaluate(DARK)
        found["dark"] = findings(page, runOnly=COLOURS)
    found["phone"] = [f"{wide} px wide"] if wide > PHONE["width"] else []
    found["loading"] = [f"moved by {shift}"] if shift >= 0.01 else []
    found["loading"] += [f"not light, but {scheme}"] if scheme != "default" else []
    found["loading"] += faults
    return found


@pytest.fixture(scope="module")
def looked(site, chromium, address):
    """What is wrong with every page: name → kind of look → findings.

    Each is loaded once for all looks, and only every third is looked at in the dark: the colours are those of the
    style sheets, which all pages share.
    """
    context = chromium.new_context(viewport=DESK, color_scheme="light")
    found = {}
    for place, name in enumerate(addresses(site)):
        page = open_page(context, address, name)
        found[name] = looks(page, dark=place % 3 == 0)
        page.evaluate("localStorage.clear()")
        page.close()
    context.close()
    assert len(found) > 50
    return found


@pytest.mark.parametrize("look", ["loading", "light", "dark", "phone"])
def test_nothing_is_wrong_with_any_page(looked, look):
    """On all pages of the book; in the dark on every third.

    loading: nothing moves, and the console stays silent; light: axe finds nothing, with all folds open; dark: nor
    does it in the colours, and the rest is as in the light; phone: 390 px are wide enough, what is wider scrolls
    in its own box.
    """
    assert {} == {name: found[look] for name, found in looked.items() if found[look]}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_inside_of_formulas(visit, scheme):
    """Nor in an open card with its workings, nor in the note of a symbol."""
    page = visit("losses/binary-cross-entropy.html", scheme=scheme)
    page.locator(".tx--claim summary:visible").first.click()
    page.locator(".tx-tabs").first.wait_for()
    page.locator(".tx-box math mi:visible").first.click()
    assert page.locator(".tx-tip").is_visible()
    assert [] == findings(page)


def test_axe_looks_at_what_is_shown(visit):
    """A planted fault is found: the control for the tests above."""
    page = visit("index.html")
    page.evaluate("document.querySelector('article').insertAdjacentHTML('beforeend', '<p style=color:#bbb>pale</p><img src=assets/favicon.svg>')")
    assert {"color-contrast", "image-alt"} <= {rule for rule, *_ in findings(page)}


def test_nothing_moves_for_those_who_want_no_motion(visit):
    """Transitions and smooth scrolling are off."""
    page = visit("networks/recurrence.html", reduced_motion="reduce")
    slow = page.evaluate(
        "[...document.querySelectorAll('*')].filter(one => { const style = getComputedStyle(one);"
        " return [style.transitionDuration, style.animationDuration].join().split(',').some(time => parseFloat(time) > 0.01)"
        " || style.scrollBehavior == 'smooth' }).map(one => one.className)"
    )
    assert [] == slow


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_a_page_that_is_not_there_helps(visit, viewport):
    """404.html says what to do, searches, and asks nobody else."""
    page = visit("404.html", viewport)
    text = page.locator("article").inner_text()
    assert "search" in text.lower() and page.locator("article a").count() >= 2
    assert [] == findings(page) and math.isclose(0, page.evaluate(SHIFT), abs_tol=0.01)
