"""An app lives as long as it should: while cells run, beside others, until its cell runs again."""

import pytest
from playwright.sync_api import expect

expect.set_options(timeout=60_000)  # a loaded machine; a test that passes never waits so long

IMPORT = "import brevviz, threading, time\nfrom ipywidgets.widgets.widget import _instances"
OPEN = "app = brevviz.Explorer(brevviz.demo.bucket())\napp"
BESIDE = "other = brevviz.Explorer(brevviz.demo.bucket())\nother"
BUSY = "go_on = threading.Event()\ngo_on.wait(120)"
THREADS = 'sum(t.name in ("brevviz-latest", "brevviz-feed") for t in threading.enumerate())'
RUN = """(number) => {
  const notebook = window.jupyterapp.shell.currentWidget.content;
  notebook.activeCellIndex = number;
  notebook.deselectAll();
  window.jupyterapp.commands.execute('notebook:run-cell');
}"""


def tab(page, name, app=0):
    """Turn to a panel of one of the apps."""
    page.locator(".bv-app").nth(app).locator(".lm-TabBar-tab", has_text=name).first.click()


def test_the_app_answers_while_a_cell_runs(notebook, page):
    page.set_viewport_size({"width": 1400, "height": 1600})
    book = notebook(IMPORT, OPEN, wait=".bv-app")
    expect(page.get_by_text("180 images of 180 objects listed")).to_be_visible()
    tab(page, "Split")
    ratio = page.get_by_label("Train share, as a number")
    ratio.fill("0.7")  # the first word with a control is heard between cells
    book.wait_python("app.recipe.split.ratio", "0.7")
    page.evaluate("() => window.jupyterapp.commands.execute('notebook:insert-cell-below')")
    page.keyboard.press("Escape")
    page.evaluate(
        "code => window.jupyterapp.shell.currentWidget.content.activeCell.model.sharedModel"
        ".setSource(code)",
        BUSY,
    )
    page.evaluate("() => { window.jupyterapp.commands.execute('notebook:run-cell'); }")
    running = page.locator(".jp-InputArea-prompt", has_text="[*]")
    expect(running).to_have_count(1)
    row = page.get_by_role("table", name="Class x purpose").get_by_role("row")
    train = row.filter(has_text="good").filter(has_text="train")
    before = train.inner_text()
    ratio.fill("0.4")
    expect(train).not_to_have_text(before)
    tab(page, "Sampling")
    page.get_by_label("Share of good").fill("0.5")
    expect(page.get_by_text("draws from", exact=False).first).to_be_visible()
    expect(running).to_have_count(1)
    page.evaluate("() => window.jupyterapp.commands.execute('notebook:interrupt-kernel')")
    expect(running).to_have_count(0)
    book.wait_python(
        "app.recipe.split.ratio, dict(app.recipe.sampling.shares)", "0.4 {'good': 0.5}"
    )


# As a page leaves them that closed one app while the workers of the next one spoke.
GONE = """
for widget in list(_instances.values()):
    if hasattr(widget.comm, "_reply_subshell_id"):
        widget.comm._reply_subshell_id = "gone"
"""


def test_an_app_hears_its_page_although_the_shell_that_it_last_spoke_on_is_gone(notebook, page):
    page.set_viewport_size({"width": 1400, "height": 1600})
    book = notebook(IMPORT, OPEN, wait=".bv-app")
    expect(page.get_by_text("180 images of 180 objects listed")).to_be_visible()
    book.python("app.wait(60)")
    book.python(GONE)
    tab(page, "Split")
    book.wait_python("app.tabs.selected_index", "1")
    for value in ("0.7", "0.6"):
        page.get_by_label("Train share, as a number").fill(value)
        book.wait_python("app.recipe.split.ratio", value)
        book.python(GONE)
    tab(page, "Samples")
    book.wait_python("app.tabs.selected_index", "0")
    expect(page.get_by_role("listbox", name="Samples").locator("img").first).to_be_visible()
    page.get_by_role("listbox", name="Samples").get_by_role("option").nth(1).click()
    book.wait_python("len(app.session.selected)", "1")


VIEW = """async () => {
  const lab = window.jupyterapp;
  const panel = lab.shell.currentWidget;
  panel.content.activeCellIndex = 1;
  panel.content.deselectAll();
  await lab.commands.execute('notebook:create-output-view');
  window.view = lab.shell.currentWidget;
  window.panel = panel.id;
}"""


@pytest.mark.long
def test_views_of_one_app_follow_each_other(notebook, page):
    page.set_viewport_size({"width": 1800, "height": 2600})
    book = notebook(IMPORT, OPEN, "app", wait=".bv-app")
    expect(page.get_by_text("180 images of 180 objects listed")).to_have_count(2)
    tab(page, "Split", 0)
    page.evaluate(VIEW)
    boxes = page.get_by_label("Train share, as a number")
    expect(boxes).to_have_count(3)  # one view turns the others, too
    for number, value in enumerate(("0.7", "0.5", "0.4")):
        boxes.nth(number).fill(value)
        boxes.nth(number).blur()
        for other in range(3):
            expect(boxes.nth(other)).to_have_value(value)
        page.evaluate("() => window.jupyterapp.shell.activateById(window.panel)")
        book.wait_python("app.recipe.split.ratio", value)
    trains = page.get_by_role("row").filter(has_text="good").filter(has_text="train")
    expect(trains).to_have_count(3)
    assert len(set(trains.all_inner_texts())) == 1
    # A view that is closed takes nothing from the others.
    page.evaluate("() => window.view.close()")
    expect(boxes).to_have_count(2)
    boxes.first.fill("0.6")
    expect(boxes.nth(1)).to_have_value("0.6")


def test_apps_beside_each_other_and_a_cell_that_runs_again(notebook, page):
    page.set_viewport_size({"width": 1400, "height": 2600})
    book = notebook(IMPORT, OPEN, BESIDE, wait=".bv-app")
    expect(page.get_by_text("180 images of 180 objects listed")).to_have_count(2)
    for number in (0, 1):
        tab(page, "Split", number)
    boxes = page.get_by_label("Train share, as a number")
    boxes.first.fill("0.6")
    book.wait_python("app.recipe.split.ratio, other.recipe.split.ratio", "0.6 0.8")
    expect(boxes.nth(1)).to_have_value("0.8")
    page.get_by_role("button", name="Undo").first.click()
    expect(boxes.first).to_have_value("0.8")

    counts = f"{THREADS}, len(_instances)"
    first = book.python(f"print({counts})")
    for _ in range(3):
        page.evaluate(RUN, 1)
        expect(page.locator(".bv-app")).to_have_count(2)
        tab(page, "Split", 0)
        expect(boxes).to_have_count(2)
        book.wait_python("app.wait(), other.wait()", "True True")
    # The apps of earlier runs are gone, threads and widgets.
    book.wait_python(
        f"(lambda t, n: t <= {first.split()[0]} and n <= {first.split()[1]})({counts})", "True"
    )
    book.python("app.close(); other.close()")
    book.wait_python(THREADS, "0")
    expect(page.locator(".bv-app")).to_have_count(0)
