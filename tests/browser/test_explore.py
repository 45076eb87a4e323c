"""The main job in a real JupyterLab: browse, split, weigh, see, export; and nothing left the machine."""

import json
import re
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import expect

from brevviz.recipe import Recipe

EXPLORE = Path(__file__).parents[2] / "notebooks" / "explore.ipynb"
expect.set_options(timeout=60_000)  # a loaded machine; a test that passes never waits so long

SEED_RULE = r"/(\d*)_\d*.bmp"


def code_cells(path):
    """The code of a notebook, cell by cell."""
    return [c.source for c in nbformat.read(path, 4).cells if c.cell_type == "code"]


def tab(page, name):
    """Turn to a panel."""
    page.locator(".bv-app .lm-TabBar-tab", has_text=name).first.click()


@pytest.fixture
def app(notebook, page):
    """The shipped notebook's app, on screen."""
    page.set_viewport_size({"width": 1400, "height": 1400})
    book = notebook(*code_cells(EXPLORE), wait=".bv-app")
    expect(page.get_by_text("180 images of 180 objects listed")).to_be_visible()
    return book


def test_the_whole_job_from_the_samples_to_the_files(app, page):
    gallery = page.get_by_role("listbox", name="Samples")
    expect(gallery.locator("img").first).to_be_visible()

    tab(page, "Split")
    table = page.get_by_role("table", name="Class x purpose")
    expect(table).to_contain_text("bad_cap")
    page.get_by_label("Physical item").fill(SEED_RULE)
    expect(page.locator(".bv-counters")).to_contain_text("48")
    row = table.get_by_role("row").filter(has_text="good").filter(has_text="train")
    expect(row).to_contain_text("116")
    ratio = page.get_by_role("slider", name="Train share")
    ratio.focus()
    for _ in range(20):
        page.keyboard.press("ArrowLeft")
    app.wait_python("app.recipe.split.ratio", "0.6")
    expect(row).not_to_contain_text("116")

    page.get_by_label("Physical item").fill(r"/(\d*_\d*.bmp")
    problem = page.get_by_role("alert").filter(has_text="a '(' is not closed")
    expect(problem).to_be_visible()
    expect(table).to_contain_text("missing_cap")
    page.get_by_label("Physical item").fill(SEED_RULE)
    expect(problem).to_have_count(0)

    tab(page, "Sampling")
    expect(page.get_by_role("table", name="One epoch of train")).to_contain_text("missing_cap")

    tab(page, "Images")
    expect(page.get_by_text("8 of 8 repeated pictures are equal")).to_be_visible()

    tab(page, "Export")
    expect(page.get_by_role("table", name="Digests (SHA-256)")).to_contain_text("batch")
    with page.expect_download() as waiting:
        page.get_by_role("button", name=re.compile("Save as")).click()
    saved = Path(waiting.value.path()).read_text("ascii")
    recipe = Recipe.from_yaml(saved)
    assert recipe.split.ratio == 0.6
    assert recipe.split.uniqueness == SEED_RULE
    assert recipe.digest() == app.python("print(app.recipe.digest())")
    page.get_by_role("textbox", name="Folder", exact=True).fill("exported")
    page.get_by_role("button", name="Save all").click()
    expect(page.get_by_text(re.compile("^Saved recipe.yaml"))).to_be_visible()
    folder = Path(app.python("import os; print(os.path.abspath('exported'))"))
    header = json.loads((folder / "manifest.json").read_text("utf-8"))
    assert header["digests"]["recipe"] == recipe.digest()
    assert Recipe.load(folder / "recipe.yaml") == recipe


def test_every_panel_is_accessible_in_both_themes(app, page):
    for theme in ("light", "dark"):
        app.theme(theme)
        for name in ("Samples", "Split", "Sampling", "Images", "Export"):
            tab(page, name)
            app.wait_python("app.wait(60)", "True")
            expect(page.get_by_title("Ready.")).to_be_visible()
            assert app.violations(".bv-app") == [], f"{name}, {theme}"


def test_undo_moves_the_control_and_the_table_back(app, page):
    tab(page, "Split")
    box = page.get_by_label("Train share").and_(page.get_by_role("spinbutton"))
    box.fill("0.5")
    app.wait_python("app.recipe.split.ratio", "0.5")
    page.get_by_role("button", name="Undo").click()
    expect(box).to_have_value("0.8")
    app.wait_python("app.recipe.split.ratio", "0.8")
    box.fill("1.2")
    expect(page.get_by_role("alert").filter(has_text="1.2 is outside 0..1")).to_be_visible()
    app.wait_python("app.recipe.split.ratio", "0.8")


def test_a_reload_brings_the_app_back(app, page):
    tab(page, "Split")
    page.get_by_label("Physical item").fill(SEED_RULE)
    app.wait_python("app.recipe.split.uniqueness == " + repr(SEED_RULE), "True")
    # What is stored with the notebook makes it unsaved again when it comes.
    app.wait_python("app.wait(60) and app.stored.wait(60)", "True")
    app.save()
    page.reload()
    page.wait_for_selector(".bv-app")
    tab(page, "Split")
    expect(page.get_by_label("Physical item")).to_have_value(SEED_RULE)


def test_keys_that_hold_markup_are_shown_as_text(notebook, page, tmp_path):
    canary = "<img src=x onerror=window.fired=1>"
    folder = tmp_path / "bucket" / canary
    folder.mkdir(parents=True)
    for number in range(4):
        data = next(Path(_vials()).glob("good/*.bmp")).read_bytes()
        (folder / f"{number}_<b>bold<b>.bmp").write_bytes(data + b"")
    book = notebook(
        f"import brevviz\napp = brevviz.Explorer({str(tmp_path / 'bucket')!r})\napp",
        wait=".bv-app",
    )
    expect(page.get_by_text("4 images of 4 objects listed")).to_be_visible()
    for name in ("Split", "Sampling", "Images", "Export", "Samples"):
        tab(page, name)
        page.wait_for_timeout(500)
    expect(page.get_by_text(canary).first).to_be_visible()
    assert page.evaluate("window.fired") is None
    assert page.locator("img[src=x]").count() == 0
    assert book.python("print(len(app.samples))") == "4"


def test_mathematics_in_a_key_stays_text(notebook, page, tmp_path):
    # ipywidgets' labels hand their text to MathJax, whose \\href makes links of any scheme.
    canary = r"$\href{javascript:window.fired=1}{click}$"
    folder = tmp_path / canary
    (folder / "a").mkdir(parents=True)
    (folder / "a" / "broken $x^2$.bmp").write_bytes(b"BM and no more")
    (folder / "a" / "1.bmp").write_bytes(next(Path(_vials()).glob("good/*.bmp")).read_bytes())
    notebook(f"import brevviz\napp = brevviz.Explorer({str(folder)!r})\napp", wait=".bv-app")
    expect(page.get_by_text(re.compile("^[12] images? of 2 objects listed"))).to_be_visible()
    tab(page, "Split")
    page.get_by_label("Train share").and_(page.get_by_role("spinbutton")).fill("1")
    tab(page, "Images")
    expect(page.get_by_text("repeated pictures are equal")).to_be_visible()
    expect(page.locator(".bv-line", has_text="broken $x^2$.bmp")).to_be_visible()
    expect(page.locator(".bv-head .bv-line", has_text=canary)).to_be_visible()
    page.wait_for_timeout(1000)  # MathJax would come after the text
    assert page.locator(".bv-app mjx-container, .bv-app .MathJax, .bv-app a").count() == 0


def _vials():
    from brevviz import demo  # noqa: PLC0415  # drawn when a test needs it

    return demo.bucket()
