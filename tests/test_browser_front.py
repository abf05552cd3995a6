"""The front page: a reader names a course and a question, and lands on the answer."""

from tests.browsing import NEEDS_CHROMIUM, PHONE

pytestmark = NEEDS_CHROMIUM


def test_the_picker_leads_to_the_answer_in_the_form_of_the_course(anywhere):
    """Every question of the list is in it; the course is remembered."""
    page = anywhere("index.html")
    assert page.locator(".tx-questions li").count() == page.locator("select[name=question] option").count() == 23
    page.get_by_label("I come from").select_option(label="Deep Learning Specialization")
    assert "decoder/deep-learning-specialization.html" in page.locator(".tx-picker__also a").get_attribute("href")
    question = page.locator("select[name=question] option", has_text="simply ŷ − ȳ").inner_text()
    page.get_by_label("and ask").select_option(label=question)
    page.get_by_role("button", name="Show the answer").click()
    page.wait_for_url("**/losses/softmax-cross-entropy.html?form=column#why-is-the-gradient*")
    page.go("index.html")
    assert "Deep Learning Specialization" == page.locator("select[name=course] option:checked").inner_text()
    # What the page that was left had still asked for does not arrive.
    assert [] == [fault for fault in page.faults if not fault.startswith("failed: ")]


def test_without_javascript_the_front_page_is_lists_of_links(visit):
    """The form, which could do nothing, is not there."""
    page = visit("index.html", PHONE, java_script_enabled=False)
    assert not page.locator(".tx-picker").is_visible()
    assert page.locator(".tx-questions a:visible").count() == 23 and 6 == page.locator(".tx-courses a:visible").count()


def test_a_formula_is_on_the_first_screen(visit):
    """Checked, and live; the picker stands below it, on a desk without scrolling."""
    page = visit("index.html")
    formula = page.locator("#eq-index-dz").bounding_box()
    picker = page.locator(".tx-picker").bounding_box()
    assert formula["y"] < picker["y"] and picker["y"] + picker["height"] < 900
    page.locator("#eq-index-dz summary").click()
    page.locator("#eq-index-dz .tx-tabs").wait_for()
