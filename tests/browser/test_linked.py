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
