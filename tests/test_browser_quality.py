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


def seen(site, chromium, address, scheme, viewport, look):
    """What `look` finds on each page; a page on which it finds nothing is left out."""
    context = chromium.new_context(viewport=viewport, color_scheme=scheme)
    found = {}
    for name in addresses(site):
        page = open_page(context, address, name)
        said = look(page)
        # A font that the cache had before its preload came.
        said += [fault for fault in page.faults if not (fault.startswith("failed: ") and fault.endswith(".woff2"))]
        if said:
            found[name] = said
        page.close()
    context.close()
    return found


def test_axe_finds_nothing_in_the_light(site, chromium, address):
    """On no page, with its folds open; nothing moves while it loads, and it says nothing on the console."""

    def look(page):
        shift = page.evaluate(SHIFT)
        page.evaluate(OPEN)
        return findings(page) + ([f"moved by {shift}"] if shift >= 0.01 else [])

    assert {} == seen(site, chromium, address, "light", DESK, look)


def test_axe_finds_nothing_in_the_dark(site, chromium, address):
    """Colours only: the rest is as in the light."""

    def look(page):
        page.evaluate(OPEN)
        return findings(page, runOnly=COLOURS)

    assert {} == seen(site, chromium, address, "dark", DESK, look)


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
    """A planted fault is found: the control for the two tests above."""
    page = visit("index.html")
    page.evaluate("document.querySelector('article').insertAdjacentHTML('beforeend', '<p style=color:#bbb>pale</p><img src=assets/favicon.svg>')")
    assert {"color-contrast", "image-alt"} <= {rule for rule, *_ in findings(page)}


def test_every_page_fits_on_a_phone(site, chromium, address):
    """390 px, with its folds open: what is wider scrolls in its own box."""

    def look(page):
        page.evaluate(OPEN)
        wide = page.evaluate("document.documentElement.scrollWidth")
        return [f"{wide} px wide"] if wide > PHONE["width"] else []

    assert {} == seen(site, chromium, address, "light", PHONE, look)


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
