"""Notebook 7 and, in the long run, Voila: the app draws itself, answers, and asks no other host for anything."""

import nbformat
import pytest
from playwright.sync_api import expect

expect.set_options(timeout=60_000)  # a loaded machine; a test that passes never waits so long

OPEN = "import brevviz\napp = brevviz.Explorer(brevviz.demo.bucket())\napp"
KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}
BARS = """() => [...document.querySelectorAll(".bv-chart .mark-rect.role-mark path")]
  .filter((bar) => bar.checkVisibility()).map((bar) => bar.getAttribute("d")).join()"""


def written(server):
    """A notebook with the app, in the server's folder."""
    cells = [nbformat.v4.new_code_cell(OPEN)]
    book = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": KERNEL})
    nbformat.write(book, server.folder / "app.ipynb")


def tried(page):
    """Turn to every panel; a rule, a ratio and a picture's proof come back from the kernel."""
    expect(page.get_by_text("180 images of 180 objects listed")).to_be_visible()
    expect(page.get_by_role("listbox", name="Samples").locator("img").first).to_be_visible()
    expect(page.locator(".bv-chart svg").first).to_be_visible()

    def tab(name):
        page.locator(".bv-app .lm-TabBar-tab", has_text=name).first.click()

    tab("Split")
    item = page.get_by_label("Physical item")
    item.fill("")
    item.press_sequentially(r"/(\d*)_\d*.bmp")
    expect(page.locator(".bv-counters")).to_contain_text("items48")
    row = page.get_by_role("table", name="Class x purpose").get_by_role("row")
    train = row.filter(has_text="good").filter(has_text="train")
    expect(train).to_contain_text("116")
    expect(page.get_by_title("Ready.")).to_be_visible()
    before = page.evaluate(BARS)
    page.get_by_role("slider", name="Train share").focus()
    for _ in range(20):
        page.keyboard.press("ArrowLeft")
    expect(train).to_contain_text("87")
    page.wait_for_function(f"before => ({BARS})() !== before", arg=before)
    tab("Sampling")
    expect(page.get_by_role("table", name="One epoch of train")).to_contain_text("missing_cap")
    tab("Images")
    expect(page.get_by_text("8 of 8 repeated pictures are equal")).to_be_visible()
    tab("Export")
    expect(page.get_by_role("table", name="Digests (SHA-256)")).to_contain_text("batch")
    expect(page.locator(".bv-evidence")).to_be_hidden()  # the app itself says it


def test_the_app_in_notebook_7(notebook_7, page, watched):
    written(notebook_7)
    offsite, errors = watched(page, notebook_7)
    page.goto(f"{notebook_7.base}/notebooks/app.ipynb?token={notebook_7.token}")
    page.wait_for_function("() => window.jupyterapp?.shell.currentWidget?.sessionContext?.isReady")
    errors.clear()  # Notebook's own, of a page in which nothing has run
    page.evaluate("() => jupyterapp.commands.execute('notebook:run-all-cells')")
    tried(page)
    assert (offsite, errors) == ([], [])


@pytest.mark.long
def test_the_app_in_voila(voila, page, watched):
    written(voila)
    offsite, errors = watched(page, voila)
    page.goto(f"{voila.base}/voila/render/app.ipynb")
    tried(page)
    assert errors == []
    # Voila's own page asks for a font of icons; the app has no use of it.
    assert [url for url in offsite if "/@fortawesome/" not in url] == []
