"""What is chosen in one panel is shown in the others; the whole app by keyboard alone."""

import pytest
from playwright.sync_api import expect

expect.set_options(timeout=60_000)  # a loaded machine; a test that passes never waits so long

OPEN = r"""
import brevviz
app = brevviz.Explorer(brevviz.demo.bucket())
app.session.set("split.uniqueness", r"/(\d*)_\d*.bmp")
app.session.set("split.per_folder", True)
app.session.set("sampling.groupby", ["folder"])
app
"""


REACH = """() => {
  const shown = (node) => node.checkVisibility() && node.getClientRects().length > 0;
  window.unreached = new Map();
  window.unmarked = [];
  for (const node of document.querySelectorAll(
    ".bv-app button, .bv-app input, .bv-app select, .bv-app summary, .bv-app [tabindex='0']")) {
    const byArrows = (node.type === "radio" && !node.checked) || node.tabIndex < 0;
    if (!shown(node) || node.disabled || byArrows || node.closest("[aria-hidden=true]")) continue;
    window.unreached.set(node, node.getAttribute("aria-label") || node.textContent || node.outerHTML);
  }
  return window.unreached.size;
}"""
"""Notes what the Tab key has to reach; what the arrow keys reach inside a group is left to them."""

STEP = """() => {
  const node = document.activeElement;
  if (!node?.closest(".bv-app")) return false;
  window.unreached.delete(node);
  // The mark may be on the name of a hidden radio button, or on the frame of a bare box.
  const marks = [node, node.nextElementSibling, node.closest(".bv-tag-entry")].filter(Boolean);
  const outlined = marks.some((part) => {
    const { outlineStyle, outlineWidth, borderColor } = getComputedStyle(part);
    const framed = part !== node && part.classList.contains("bv-tag-entry") && borderColor;
    return framed || (outlineStyle !== "none" && parseFloat(outlineWidth) > 0);
  });
  if (!outlined) window.unmarked.push(node.outerHTML.slice(0, 160));
  return true;
}"""
"""One control has the focus: takes it off the list, and notes it when nothing shows that."""

LEFT = """() => [...window.unreached]
  .filter(([node]) => node.isConnected && !node.disabled && node.checkVisibility())
  .map(([, name]) => name)"""
"""What was not reached; a control that a late result took from the page needs no reaching."""

QUIET = """() => new Promise((resolve) => {
  const done = () => (seen.disconnect(), resolve());
  let timer = setTimeout(done, 1500);
  const seen = new MutationObserver(() => {
    clearTimeout(timer);
    timer = setTimeout(done, 1500);
  });
  seen.observe(document.querySelector(".bv-app"), { subtree: true, childList: true, attributes: true });
})"""
"""Waits until nothing more comes: a result that replaces the control in focus ends a walk by Tab."""


@pytest.fixture
def app(notebook, page):
    """The app on the demo set, on screen."""
    page.set_viewport_size({"width": 1400, "height": 1800})
    book = notebook(OPEN, wait=".bv-app")
    expect(page.get_by_role("listbox", name="Samples").locator("img").first).to_be_visible()
    return book


def tab(page, name):
    """A panel's tab."""
    return page.locator(".bv-app .lm-TabBar-tab", has_text=name).first


def test_what_is_chosen_in_one_panel_is_shown_in_the_others(app, page):
    samples = page.get_by_role("listbox", name="Samples")
    samples.get_by_role("option").nth(1).click()
    facts = page.get_by_role("table", name="Chosen sample")
    expect(facts).to_contain_text("bad_cap / 0")
    assert app.python("print(chr(31) in app.box._repr_mimebundle_()['text/plain'])") == "False"
    tab(page, "Images").click()
    page.get_by_role("radiogroup", name="Show").get_by_label("chosen").check(force=True)
    expect(page.get_by_text("Chosen samples 1 to 1.")).to_be_visible()
    key = app.python("print(app.session.selected[0].rsplit('/', 2)[1])")
    expect(page.locator(".bv-grid thead th").first).to_contain_text(key)

    # Twice the same bar: each press leads on.
    for _ in range(2):
        tab(page, "Split").click()
        bars = page.locator(".bv-panel:visible .bv-chart .mark-rect path")
        bars.and_(page.locator("[aria-label*='good'][aria-label*='devel']")).click()
        expect(tab(page, "Samples")).to_have_attribute("aria-selected", "true")
        purposes = page.get_by_role("radiogroup", name="Purpose")
        expect(purposes.get_by_label("devel")).to_be_checked()
        expect(page.get_by_role("radiogroup", name="Class").get_by_label("good")).to_be_checked()
        devel = app.python(
            "print((app.samples[app.samples['folder'] == 'good']['purpose'] == 'devel').sum())"
        )
        expect(page.locator(".bv-gallery").first).to_contain_text(f"of {devel}")
        page.get_by_role("radiogroup", name="Purpose").get_by_label("all").check(force=True)

    tab(page, "Sampling").click()
    page.locator(
        ".bv-panel:visible .bv-chart .mark-rect path[aria-label*='missing_cap']"
    ).first.click()
    expect(tab(page, "Samples")).to_have_attribute("aria-selected", "true")
    expect(page.get_by_role("radiogroup", name="Class").get_by_label("missing_cap")).to_be_checked()
    expect(page.get_by_role("radiogroup", name="Purpose").get_by_label("train")).to_be_checked()

    tab(page, "Split").click()
    page.locator(".bv-lines li button, .bv-lines li [role=button]").first.click()
    expect(tab(page, "Samples")).to_have_attribute("aria-selected", "true")
    expect(page.get_by_label("Item", exact=True)).to_have_value("bad_cap / 0")
    assert app.python("print('\\x1f' in app.session.item)") == "False"


@pytest.mark.long
def test_the_keyboard_reaches_every_control_and_shows_where_it_is(app, page):
    for name in ("Samples", "Split", "Sampling", "Images", "Export"):
        tab(page, name).click()
        expect(page.get_by_title("Ready.")).to_be_visible()
        if name == "Images":
            expect(page.get_by_text("8 of 8 repeated pictures are equal")).to_be_visible()
        page.evaluate(QUIET)
        number = page.evaluate(REACH)
        assert number > 10, name
        tab(page, name).focus()
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Tab")  # on the tab itself, by keyboard
        steps = 0
        while page.evaluate(STEP) and steps < 3 * number:
            steps += 1
            page.keyboard.press("Tab")
        tab(page, name).focus()
        page.keyboard.press("Shift+Tab")
        while page.evaluate(STEP) and steps < 6 * number:
            steps += 1
            page.keyboard.press("Shift+Tab")
        unreached = page.evaluate(LEFT)
        assert unreached == [], name
        assert page.evaluate("() => window.unmarked") == [], name
    assert page.locator(".bv-status [aria-live], .bv-status [role=status]").count() >= 1


@pytest.mark.long
def test_undo_and_redo_by_keyboard_alone(app, page):
    tab(page, "Split").click()
    page.get_by_role("slider", name="Train share").focus()
    page.keyboard.press("ArrowLeft")
    app.wait_python("app.recipe.split.ratio", "0.79")
    for name, ratio in (("Undo", "0.8"), ("Redo", "0.79"), ("Undo", "0.8")):
        button = page.get_by_role("button", name=name, exact=True)
        expect(button).to_be_enabled()
        button.focus()
        page.keyboard.press("Enter")
        app.wait_python("app.recipe.split.ratio", ratio)
        box = page.get_by_label("Train share").and_(page.get_by_role("spinbutton"))
        expect(box).to_have_value(ratio)
