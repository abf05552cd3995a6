"""What a reader does with a formula in a real browser: opens its card, asks for a symbol, chooses the form."""

import pytest

from tests.browsing import NEEDS_CHROMIUM, PHONE

pytestmark = NEEDS_CHROMIUM

PAGE = "networks/recurrence.html"
OTHER = "losses/softmax-cross-entropy.html"
SHOWN = (
    "[...new Set([...document.querySelectorAll('.tabbed-set > input:checked')]"
    ".map(input => document.querySelector(`label[for='${input.id}']`).textContent.trim()))]"
)
SHIFT = (
    "new Promise(done => { let sum = 0; new PerformanceObserver(list => { for (const e of list.getEntries())"
    " sum += e.value }).observe({type: 'layout-shift', buffered: true}); setTimeout(() => done(sum), 300) })"
)


def opened(page, label="eq-dz-hidden"):
    """The card of a formula, open, with its workings."""
    card = page.locator(f"#{label} details.tx-card")
    card.locator("summary").focus()
    page.keyboard.press("Enter")
    card.locator(".tx-tabs").wait_for()
    return card


# --- the card ----------------------------------------------------------------------------------


def test_an_open_card_has_code_in_tabs_and_a_case_in_numbers(anywhere):
    """Online and from a folder; the arrow keys go from library to library, and the choice is kept."""
    page = anywhere(PAGE)
    card = opened(page)
    assert "import numpy" in card.get_by_role("tabpanel").inner_text()
    card.get_by_role("tab", selected=True).focus()
    page.keyboard.press("ArrowRight")
    assert "JAX" == page.evaluate("document.activeElement.textContent")
    page.keyboard.press("ArrowRight")
    assert "import torch" in card.get_by_role("tabpanel").inner_text()
    assert 1 == card.locator("[role=tabpanel]:visible").count()
    assert card.locator(".tx-numbers").inner_text().count("Each side") == 1
    assert "PyTorch" == opened(page, "eq-dw").get_by_role("tab", selected=True).inner_text()
    assert [] == page.faults


def test_the_code_of_a_card_is_copied(visit, address):
    """All of it, as the page of workings has it."""
    page = visit(PAGE)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=address.rstrip("/"))
    panel = opened(page).get_by_role("tabpanel")
    panel.get_by_role("button", name="Copy code").click()
    page.wait_for_function("[...document.querySelectorAll('.tx-copy')].some(button => button.textContent == 'Copied')")
    assert panel.locator("code").text_content() == page.evaluate("navigator.clipboard.readText()")


def test_workings_are_not_loaded_before_a_card_opens(visit):
    """A first visit does not pay for them."""
    page = visit(PAGE)
    loaded = "performance.getEntriesByType('resource').filter(one => one.name.includes('workings')).length"
    assert 0 == page.evaluate(loaded)
    opened(page)
    assert 1 <= page.evaluate(loaded)


def test_workings_read_without_javascript(visit):
    """The card links to them, at their place on a page of their own, which links back."""
    page = visit(PAGE, PHONE, java_script_enabled=False)
    card = page.locator("#eq-dz-hidden details.tx-card")
    card.locator("summary").click()
    card.locator(".tx-more a").click()
    page.wait_for_url("**/recurrence.workings.html#eq-dz-hidden")
    part = page.locator("section#eq-dz-hidden")
    for words in ("import numpy", "import jax", "import torch", "Each side"):
        assert words in part.inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    part.get_by_role("link").first.click()
    page.wait_for_url("**/recurrence.html#eq-dz-hidden")


# --- symbols -----------------------------------------------------------------------------------


def test_a_symbol_tells_its_shape_by_keyboard(anywhere):
    """Arrow keys go from symbol to symbol, Escape closes, and so does leaving."""
    page = anywhere(PAGE)
    page.locator("#eq-dz-hidden .tx-box").focus()
    tip = page.locator(".tx-tip")
    said = []
    for _ in range(12):
        page.keyboard.press("ArrowRight")
        said.append("".join(tip.inner_text().split()))
    assert any(text.startswith("𝑊[𝑙+1]") and text.endswith("nl×nl+1") for text in said), said
    page.keyboard.press("Home")
    assert said[0] == "".join(tip.inner_text().split())
    page.keyboard.press("Escape")
    assert not tip.is_visible() and page.evaluate("document.activeElement.matches('#eq-dz-hidden .tx-box')")
    page.keyboard.press("ArrowLeft")
    assert tip.is_visible()
    page.keyboard.press("Tab")
    assert not tip.is_visible()


def test_the_note_of_a_symbol_stays_under_the_pointer(visit):
    """It can be reached and is dismissed by Escape without moving; it goes when the pointer goes."""
    page = visit(PAGE)
    tip = page.locator(".tx-tip")
    page.locator("#eq-dz-hidden math mi", has_text="W").first.hover()
    tip.wait_for()
    tip.hover()
    page.wait_for_timeout(500)
    assert tip.is_visible()
    page.mouse.move(5, 5)
    tip.wait_for(state="hidden")
    page.locator("#eq-dz-hidden math mi", has_text="W").first.hover()
    tip.wait_for()
    page.keyboard.press("Escape")
    assert not tip.is_visible()


def test_a_symbol_in_the_text_answers_to_a_finger(visit):
    """Also inline; a tap beside it closes; the note is inside the screen."""
    page = visit(PAGE, PHONE, has_touch=True)
    page.locator(".tx-inline[data-s] mi:visible").first.tap()
    tip = page.locator(".tx-tip")
    tip.wait_for()
    box = tip.bounding_box()
    assert 0 <= box["x"] and box["x"] + box["width"] <= PHONE["width"]
    page.locator("h1").tap()
    tip.wait_for(state="hidden")


def test_every_letter_of_a_formula_has_a_row(visit):
    """But for those that are signs: differentials, ellipses, the set of numbers, functions of the language."""
    page = visit(PAGE)
    silent = page.evaluate(
        """() => {
          const silent = new Set();
          for (const box of document.querySelectorAll('.tx-box[data-s]')) {
            if (!box.offsetParent) continue;
            box.querySelectorAll('mi').forEach(letter => {
              letter.dispatchEvent(new MouseEvent('click', { bubbles: true }));
              if (!document.querySelector('.tx-at')?.contains(letter)) silent.add(letter.textContent);
            });
          }
          return [...silent];
        }"""
    )
    known = {"∂", "ℝ", "⊤", "σ", "δ", "∇", "d", "e", "ln", "log", "exp", "tanh", "diag", "⋯", "⋮", "⋱", "…"}
    assert set(silent) <= known, silent


def test_the_table_of_symbols_reads_without_javascript(visit):
    """With the shapes of both forms."""
    page = visit(PAGE, java_script_enabled=False)
    table = page.locator("#tx-symbols")
    table.locator("summary").click()
    text = table.inner_text()
    assert "Row vectors" in text and "Column vectors" in text and text.count("the rest of the network up to the loss") >= 2


# --- row or column form ------------------------------------------------------------------------


def test_the_form_stands_in_the_address_and_is_followed(anywhere):
    """A link shows what its sender saw, keeps its anchor, and the choice holds on the next page."""
    page = anywhere(PAGE)
    assert "form=" not in page.url and "Row vectors" in page.evaluate(SHOWN)
    page.locator(".tabbed-labels label", has_text="Column vectors").first.click()
    page.wait_for_function("location.search == '?form=column'")
    page.go(OTHER)
    assert page.url.endswith("?form=column") and "Column vectors" in page.evaluate(SHOWN)
    page.go(f"{PAGE}?form=row#eq-db")
    assert "Row vectors" in page.evaluate(SHOWN) and "Column vectors" not in page.evaluate(SHOWN)
    assert page.url.endswith("?form=row#eq-db")
    page.go(OTHER)
    assert "Row vectors" in page.evaluate(SHOWN)


def test_a_link_to_a_formula_chooses_the_form_of_its_page(visit):
    """All tabs of the page follow, since a derivation is read in one form; what is kept stays."""
    page = visit(f"{PAGE}#eq-dz-hidden-column")
    assert "Column vectors" in page.evaluate(SHOWN) and "Row vectors" not in page.evaluate(SHOWN)
    top = page.evaluate("document.getElementById('eq-dz-hidden-column').getBoundingClientRect().top")
    assert 0 <= top < 300
    page.go(OTHER)
    assert "Row vectors" in page.evaluate(SHOWN)


@pytest.mark.parametrize("path", [PAGE, OTHER])
def test_nothing_moves_when_the_choice_is_the_other_form(visit, path):
    """It is made before anything is drawn, also where the network is slow."""
    page = visit(f"{PAGE}?form=column")
    wire = page.context.new_cdp_session(page)
    slow = {"offline": False, "latency": 100, "downloadThroughput": 100_000, "uploadThroughput": 100_000}
    wire.send("Network.emulateNetworkConditions", slow)
    page.go(path)
    assert page.evaluate(SHIFT) < 0.01 and "Column vectors" in page.evaluate(SHOWN)
