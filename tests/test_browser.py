"""The site in a real browser: quiet, within its width, remembering, readable in the dark."""

import pytest

from tests.browsing import DESK, NEEDS_CHROMIUM, PHONE

pytestmark = NEEDS_CHROMIUM

FORMULAS = ("networks/recurrence.html", "losses/softmax-cross-entropy.html")
PAGES = ("index.html", *FORMULAS)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_quiet_and_asks_nobody_else(anywhere, path, scheme):
    """No console message, no failed request, none to another host, from top to bottom."""
    page = anywhere(path, scheme=scheme)
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    page.wait_for_load_state("networkidle")
    assert [] == page.faults
    assert {"light": "default", "dark": "slate"}[scheme] == page.get_attribute("body", "data-md-color-scheme")


@pytest.mark.parametrize("path", PAGES)
def test_a_phone_needs_no_sideways_scroll(visit, path):
    """390 px; what is wider scrolls in its own box, also with every card open."""
    page = visit(path, PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.evaluate("document.querySelectorAll('details').forEach(details => details.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_a_wide_formula_scrolls_in_its_own_box_by_keyboard(visit):
    """To its last symbol, once it has the focus."""
    page = visit(FORMULAS[0], PHONE)
    wide = page.evaluate_handle(
        "[...document.querySelectorAll('.tx-box')].find(box => box.clientWidth && box.scrollWidth > box.clientWidth + 30)"
    ).as_element()
    assert wide, "no formula is wider than a phone: take a narrower one"
    wide.scroll_into_view_if_needed()
    wide.focus()
    page.keyboard.press("End")
    page.wait_for_function("document.activeElement.scrollLeft > 0")


def test_formulas_are_set_in_the_math_font(visit):
    """The font file is the only one, and it has every character that is shown."""
    page = visit(FORMULAS[0])
    page.evaluate("document.fonts.ready")
    assert ["STIX Two Math loaded"] == page.evaluate("[...document.fonts].map(face => `${face.family.replaceAll('\"', '')} ${face.status}`)")  # fmt: skip
    assert "STIX Two Math" in page.evaluate("getComputedStyle(document.querySelector('.tx math')).fontFamily")


def test_the_choice_of_a_tab_holds_on_every_page(anywhere):
    """Column form on one page is column form on the next, and after a reload."""
    page = anywhere(FORMULAS[0])
    shown = "[...document.querySelectorAll('.tabbed-set input:checked')].map(i => document.querySelector(`label[for=${i.id}]`).textContent.trim())"
    rows = page.evaluate(shown)
    assert "Row vectors" in rows and "Column vectors" not in rows
    page.locator(".tabbed-labels label", has_text="Column vectors").first.click()
    assert {"Column vectors"} == set(page.evaluate(shown)) & {"Row vectors", "Column vectors"}
    page.go(FORMULAS[1])
    assert {"Column vectors"} == set(page.evaluate(shown)) & {"Row vectors", "Column vectors"}
    page.reload()
    page.wait_for_load_state("networkidle")
    assert {"Column vectors"} == set(page.evaluate(shown)) & {"Row vectors", "Column vectors"}


@pytest.mark.parametrize("path", ["index.html", FORMULAS[0]])
def test_the_search_finds_a_page(anywhere, path):
    """By its words, and leads there."""
    page = anywhere(path)
    page.keyboard.press("/")
    page.locator(".md-search__input").press_sequentially("softmax cross")
    result = page.locator(".md-search-result__link").first
    result.wait_for()
    assert "losses/softmax-cross-entropy.html" in result.get_attribute("href")
    result.click()
    page.wait_for_url("**/losses/softmax-cross-entropy.html*")
    assert [] == page.faults


@pytest.mark.parametrize(
    "words, where",
    [
        ("dz hidden", "networks/recurrence.html"),
        ("softmax jacobian", "losses/softmax-cross-entropy.html"),
        ("db batch", "networks/batch.html"),
        ("dW", "networks/"),
    ],
)
def test_the_search_finds_formulas_by_name(visit, words, where):
    """Words of labels, and names of derivatives as code writes them; among the first pages and their sections."""
    page = visit("index.html")
    page.keyboard.press("/")
    page.locator(".md-search__input").press_sequentially(words)
    page.locator(".md-search-result__link").first.wait_for()
    page.wait_for_timeout(500)
    found = page.evaluate("[...document.querySelectorAll('.md-search-result__link')].slice(0, 14).map(link => link.href)")
    assert any(where in address and "#" in address for address in found), found


def test_a_link_to_a_formula_in_the_other_tab_opens_that_tab(anywhere):
    """Else the reader lands on nothing."""
    page = anywhere(FORMULAS[0])
    hidden = page.evaluate("[...document.querySelectorAll('.tabbed-block .tx')].find(box => !box.offsetParent).id")
    page.go(f"index.html?again#{hidden}")
    page.go(f"{FORMULAS[0]}#{hidden}")
    page.wait_for_function("id => document.getElementById(id).offsetParent", arg=hidden)
    top = page.evaluate("id => document.getElementById(id).getBoundingClientRect().top", hidden)
    assert 0 <= top < DESK["height"]


def test_a_card_opens_by_keyboard_and_without_javascript(visit):
    """It is a native element."""
    page = visit(FORMULAS[0], java_script_enabled=False)
    card = page.locator("details.tx-card:visible").first
    card.locator("summary").focus()
    page.keyboard.press("Enter")
    assert card.locator(".tx-body").is_visible()
    assert "open" in card.evaluate("card => card.outerHTML.slice(0, 40)")


def test_a_mistake_is_told_without_colour(visit):
    """By the word beside it."""
    page = visit(FORMULAS[0])
    mark = page.locator(".tx--wrong:visible .tx-word").first
    box = mark.bounding_box()
    assert "wrong" == mark.inner_text() and box["width"] > 20


def test_the_switch_to_dark_is_remembered(visit):
    """And formulas are as light as the text there."""
    page = visit(FORMULAS[0])
    page.locator("label[title='Switch to dark mode']").click()
    page.wait_for_function("document.body.dataset.mdColorScheme == 'slate'")
    page.go(FORMULAS[1])
    assert "slate" == page.get_attribute("body", "data-md-color-scheme")
    colours = "['.md-typeset p', '.tx math'].map(what => getComputedStyle(document.querySelector(what)).color)"
    text, formula = page.evaluate(colours)
    assert text == formula


def test_nothing_moves_while_a_page_loads(visit):
    """Layout shift under 0.01."""
    page = visit(FORMULAS[0])
    shift = page.evaluate(
        "new Promise(done => { let sum = 0; new PerformanceObserver(list => { for (const e of list.getEntries())"
        " sum += e.value }).observe({type: 'layout-shift', buffered: true}); setTimeout(() => done(sum), 300) })"
    )
    assert shift < 0.01


def test_a_code_block_is_copied_as_it_runs(visit, address):
    """Whole, without prompts or numbers."""
    page = visit(FORMULAS[0])
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=address.rstrip("/"))
    block = page.locator(".language-python.highlight:visible").first
    block.scroll_into_view_if_needed()
    block.hover()
    block.locator("button[data-clipboard-target], button.md-code__button[data-md-type=copy]").first.click()
    page.wait_for_timeout(200)
    copied = page.evaluate("navigator.clipboard.readText()")
    assert block.locator("code").first.text_content().rstrip("\n") == copied.rstrip("\n")
    assert copied.strip()


def test_a_card_copies_its_latex(visit, address):
    """The button comes with the card's opening, and copies the source as it stands there."""
    page = visit(FORMULAS[0])
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=address.rstrip("/"))
    card = page.locator("#eq-dz-hidden details")
    card.locator("summary").focus()
    page.keyboard.press("Enter")
    card.locator(".tx-latex .tx-copy").focus()
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelector('#eq-dz-hidden .tx-latex .tx-copy').textContent == 'Copied'")
    assert card.locator(".tx-latex code").text_content() == page.evaluate("navigator.clipboard.readText()")
    assert 1 == card.locator("svg.tx-strip").count()


@pytest.mark.parametrize("path", ["checking/report.html", "checking/report.the-chain-rule.html"])
def test_the_report_is_filtered_and_sorted_by_keyboard(anywhere, path):
    """Of a part, and of the whole book once somebody asks; it says how many are left."""
    page = anywhere(path)
    rows = page.locator(".tx-report--formulas tbody tr:visible")
    page.get_by_label("Role").focus()
    rows.first.wait_for()
    page.get_by_label("Role").select_option("wrong")
    assert rows.count() > 50 and all("refused by" in text for text in rows.all_inner_texts())
    page.get_by_label("Words or LaTeX").focus()
    page.keyboard.type("\\circ nowhere")
    assert "0 of" in page.locator(".tx-filter output").inner_text()
    page.get_by_label("Words or LaTeX").fill("\\circ")
    assert 0 < rows.count() < 50
    page.get_by_label("Role").select_option("claim")
    head = page.locator("th button", has_text="Largest error").first
    head.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    assert "descending" == page.locator("th[aria-sort]").get_attribute("aria-sort")
    table = page.locator("table", has=page.locator("th[aria-sort]"))
    at = table.locator("thead th").all_inner_texts().index(next(t for t in table.locator("thead th").all_inner_texts() if "error" in t))
    cells = [row.split("\t")[at].strip() for row in table.locator("tbody tr:visible").all_inner_texts()]
    errors = [float(cell) if cell else -1 for cell in cells]
    assert errors == sorted(errors, reverse=True) and len(errors) > 5 and errors[0] > 0
    assert [] == page.faults


def test_the_report_of_the_book_has_the_formulas_of_all_parts(visit):
    """As many as its totals say; none before they are asked for, and a part's own page has its part of them."""
    page = visit("checking/report.html")
    loaded = "performance.getEntriesByType('resource').filter(one => one.name.includes('/report.') && one.name.endsWith('.html')).length"
    rows = page.locator(".tx-report--formulas tbody tr")
    assert 0 == rows.count() == page.evaluate(loaded)
    page.get_by_label("Words or LaTeX").focus()
    rows.first.wait_for()
    total = int(page.locator("tfoot td").first.inner_text().replace(",", ""))
    assert f"{total} of {total} formulas" == page.locator(".tx-filter output").inner_text() and total == rows.count()
    page.locator("select[name=page]").select_option(label="Jacobians and their order")
    assert 50 < page.locator(".tx-report--formulas tbody tr:visible").count() < 200


def test_the_report_reads_without_javascript(visit):
    """The tables are there; a form that could do nothing is not."""
    page = visit("checking/report.html", PHONE, java_script_enabled=False)
    assert 0 == page.locator(".tx-filter:visible").count()
    page.locator("a.tx-part", has_text="The chain rule").click()
    page.wait_for_url("**/report.the-chain-rule.html")
    assert page.locator(".tx-report--formulas tbody tr:visible").count() > 200
    assert 0 == page.locator(".tx-filter:visible").count()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


@pytest.mark.parametrize("system", ["light", "dark"])
@pytest.mark.parametrize("path", ["networks/recurrence.workings.html", "checking/report.the-chain-rule.html"])
def test_a_side_page_is_as_dark_as_the_switch_says(anywhere, path, system):
    """Not as the system says, once somebody has moved the switch."""
    page = anywhere(path, scheme=system)
    ground = "getComputedStyle(document.body).backgroundColor"
    bright, dark = "rgb(255, 255, 255)", "rgb(30, 33, 41)"
    assert {"light": bright, "dark": dark}[system] == page.evaluate(ground)
    page.go(FORMULAS[0])
    page.locator({"light": "label[title='Switch to dark mode']", "dark": "label[title='Switch to light mode']"}[system]).click()
    page.wait_for_function("scheme => document.body.dataset.mdColorScheme == scheme", arg={"light": "slate", "dark": "default"}[system])
    page.go(path)
    assert {"light": dark, "dark": bright}[system] == page.evaluate(ground)
    # What a page that was left had still asked for does not arrive.
    assert [] == [fault for fault in page.faults if not fault.startswith("failed: ")]
