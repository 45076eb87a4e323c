"""Weights and shares, typed into the table of groups with mouse and keyboard."""

import pytest
from playwright.sync_api import expect

expect.set_options(timeout=60_000)  # a loaded machine; a test that passes never waits so long

OPEN = r"""
import brevviz
app = brevviz.Explorer(brevviz.demo.bucket())
app.session.set("split.uniqueness", r"/(\d*)_\d*.bmp")
app
"""


@pytest.fixture
def app(notebook, page):
    """The Sampling panel of the demo set, on screen."""
    page.set_viewport_size({"width": 1400, "height": 1200})
    book = notebook(OPEN, wait=".bv-app")
    page.locator(".bv-app .lm-TabBar-tab", has_text="Sampling").first.click()
    expect(page.get_by_role("table", name="One epoch of train")).to_contain_text("missing_cap")
    return book


def test_the_table_is_filled_in_by_keyboard_and_undone(app, page):
    weight = page.get_by_label("Weight of bad_cap")
    expect(weight).to_have_attribute("placeholder", "4.243")
    weight.focus()
    page.keyboard.type("12")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Weight of good")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    share = page.get_by_label("Share of missing_cap")
    expect(share).to_be_focused()
    page.keyboard.type("0.5", delay=30)
    app.wait_python(
        "app.recipe.sampling.weights, app.recipe.sampling.shares",
        "{'bad_cap': 12.0} {'missing_cap': 0.5}",
    )
    row = page.get_by_role("row").filter(has_text="missing_cap")
    expect(row).to_contain_text("73.0")
    expect(share).to_be_focused()  # new figures take nothing away from who types

    share.fill("1.5")
    problem = page.get_by_role("alert").filter(has_text="1.5 is outside 0..1")
    expect(problem).to_be_visible()
    expect(share).to_have_attribute("aria-invalid", "true")
    assert app.violations(".bv-app") == []
    page.get_by_role("button", name="Undo").click()
    expect(share).to_have_value("0.5")
    expect(problem).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(share).to_have_value("")
    page.get_by_role("button", name="Clear weights").click()
    expect(weight).to_have_value("")
    app.wait_python("app.recipe.sampling.weights", "{}")


def test_two_views_of_the_table_agree(notebook, page):
    page.set_viewport_size({"width": 1400, "height": 2400})
    book = notebook(OPEN, "app", wait=".bv-app")
    expect(page.locator(".bv-app")).to_have_count(2)
    page.locator(".bv-app .lm-TabBar-tab", has_text="Sampling").first.click()
    boxes = page.get_by_label("Share of good")
    expect(boxes).to_have_count(2)
    boxes.first.fill("0.25")
    expect(boxes.nth(1)).to_have_value("0.25")
    boxes.nth(1).fill("")
    expect(boxes.first).to_have_value("")
    book.wait_python("app.recipe.sampling.shares", "{}")
