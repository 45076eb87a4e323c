"""The code that all widgets share comes once: with a kernel, after a restart, late, or saved."""

import json

import nbformat
import pytest
from playwright.sync_api import expect

expect.set_options(timeout=60_000)  # a loaded machine; a test that passes never waits so long

START = """
import brevviz
from brevviz.widgets import Form, Line
from IPython.display import display
"""
# No module is there before the time is over: so it looks to anywidget when a page is very busy.
LATE = """() => {
  const within = AbortSignal.timeout.bind(AbortSignal);
  AbortSignal.timeout = (ms) => {
    if (ms !== 2000) return within(ms);
    const end = new AbortController();
    queueMicrotask(() => end.abort());
    return end.signal;
  };
}"""
TWO = """
line = Line(text="early")
form = Form(label="Split", fields=[dict(name="ratio", label="Ratio", kind="number", step=.1)], values=dict(ratio=.5))
form.on_set(lambda name, value: setattr(form, "values", {name: value}))
display(line, form)
line.text = "while the page was busy"
"""
OPEN = "app = brevviz.Explorer(brevviz.demo.bucket())\napp"
LISTED = "180 images of 180 objects listed"
IMPORTED = "() => globalThis[Symbol.for('brevviz')].size"
MOST = 1_500_000


def test_a_part_whose_module_comes_late_hears_its_kernel(notebook, page):
    page.add_init_script(f"({LATE})()")
    book = notebook(START, TWO, wait=".bv-form input")
    # anywidget has given them up: without help of ours nothing more would reach them.
    assert any("Failed to initialize" in error for error in book.errors)
    expect(page.locator(".bv-line", has_text="while the page was busy")).to_be_visible()
    book.python("line.text = 'later'")
    expect(page.locator(".bv-line", has_text="later")).to_be_visible()
    box = page.get_by_label("Ratio")
    for value in ("0.7", "0.9"):  # the second waits for the kernel's word on the first
        box.fill(value)
        book.wait_python("form.values", f"{{'ratio': {value}}}")
    book.python("form.values = {'ratio': 0.1}")
    box.blur()
    expect(box).to_have_value("0.1")
    book.errors[:] = [error for error in book.errors if "Failed to initialize" not in error]


@pytest.mark.long
def test_a_page_imports_the_code_of_all_kernels_once(notebook, page):
    book = notebook(START, OPEN, wait=".bv-chart svg")
    expect(page.get_by_text(LISTED)).to_be_visible()
    assert page.evaluate(IMPORTED) == 2
    page.evaluate("() => jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()")
    page.locator(".bv-app .lm-TabBar-tab", has_text="Split").first.click()
    page.get_by_label("Train share, as a number").fill("0.7")
    form = page.locator(".jp-OutputArea-output div:has(> .bv-form)")
    expect(form.get_by_text("The kernel that this belongs to is gone")).to_have_count(1)
    page.evaluate("() => jupyterapp.commands.execute('notebook:run-all-cells')")
    expect(page.get_by_text(LISTED)).to_be_visible()
    expect(page.get_by_text("The kernel that this belongs to is gone")).to_have_count(0)
    expect(page.locator(".bv-chart svg").first).to_be_visible()
    assert page.evaluate(IMPORTED) == 2
    book.python("app.close()")
    assert (
        book.python("from ipywidgets.widgets.widget import _instances\nprint(len(_instances))")
        == "0"
    )


@pytest.fixture
def saving(lab):
    """A JupyterLab that saves the state of widgets into the notebook."""
    folder = lab.folder.parent / "home" / "settings" / "@jupyter-widgets" / "jupyterlab-manager"
    folder.mkdir(parents=True, exist_ok=True)
    wish = folder / "plugin.jupyterlab-settings"
    wish.write_text('{"saveState": true}')
    yield lab
    wish.unlink()


def test_an_app_sends_its_code_once_and_draws_itself_when_saved(saving, notebook, page):
    taken = []
    page.on("websocket", lambda ws: ws.on("framereceived", lambda data: taken.append(len(data))))
    book = notebook(START, OPEN, wait=".bv-chart svg")
    expect(page.get_by_text(LISTED)).to_be_visible()
    assert sum(taken) < MOST  # Vega alone is 900,000, and four charts have it
    assert page.evaluate(IMPORTED) == 2
    book.wait_python("app.wait(60) and app.stored.wait(60)", "True")
    book.save()
    page.evaluate("() => jupyterapp.shell.currentWidget.sessionContext.shutdown()")
    saved = nbformat.read(saving.folder / book.name, 4)
    state = saved.metadata.widgets["application/vnd.jupyter.widget-state+json"]["state"]
    assert len(json.dumps(state)) < MOST
    page.goto(f"{saving.base}/lab/tree/{book.name}?token={saving.token}&reset")
    expect(page.get_by_text(LISTED)).to_be_visible()
    expect(page.locator(".bv-chart svg").first).to_be_visible()
    book.wait_python("'app' in globals()", "False")
