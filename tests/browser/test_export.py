"""Export in a real JupyterLab: locked, verified, broken, found, reported, unsealed, saved, loaded."""

import json
import re
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import expect

from brevviz import demo
from brevviz.evidence import Trail
from brevviz.recipe import Recipe

expect.set_options(timeout=60_000)  # a loaded machine; a test that passes never waits so long

OPEN = """
import brevviz
app = brevviz.Explorer({source!r})
app.session.set("view.target_size", [24, 24])
app.session.set("split.test_ratio", 0.25)
app.session.set("split.ratio", 0.5)
app.tabs.selected_index = 4
app
"""
TEXTS = {
    "YAML": "recipe.yaml",
    "JSON": "recipe.json",
    "Notebook": "recipe.ipynb",
    "Python": "recipe.py",
}

COPIED = "async (text) => (await navigator.clipboard.readText()) === text"


@pytest.fixture
def source(tmp_path):
    """A folder of sixteen of the vials: its bytes may be broken."""
    for name in ("bad_cap", "good"):
        (tmp_path / "set" / name).mkdir(parents=True)
        for path in sorted((Path(demo.bucket()) / name).glob("*.bmp"))[:8]:
            (tmp_path / "set" / name / path.name).write_bytes(path.read_bytes())
    return tmp_path / "set"


@pytest.fixture
def app(notebook, page, source):
    """The Export panel of the app on that folder, on screen."""
    page.set_viewport_size({"width": 1400, "height": 1600})
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    book = notebook(OPEN.format(source=str(source)), wait=".bv-app")
    expect(page.get_by_role("table", name="Digests (SHA-256)")).to_contain_text("batch")
    return book


def press(page, name):
    """Press a button once the work before it is over."""
    button = page.get_by_role("button", name=name, exact=True)
    expect(button).to_be_enabled()
    button.click()


def test_lock_verify_break_find_report_and_unseal(app, page, source, tmp_path):
    out = tmp_path / "out"
    page.get_by_role("textbox", name="Folder", exact=True).fill(str(out))
    page.get_by_role("textbox", name="Reason", exact=True).fill("release 1")
    press(page, "Lock")
    found = page.get_by_role("table", name="What was found")
    expect(found).to_contain_text("16 of 16 objects have their SHA-256")
    press(page, "Verify bytes")
    expect(page.get_by_text(f"It holds: {out}")).to_be_visible()
    assert app.violations(".bv-app") == []

    victim = sorted((source / "good").iterdir())[3]
    data = bytearray(victim.read_bytes())
    data[-1] ^= 1
    victim.write_bytes(data)
    press(page, "Verify bytes")
    expect(page.get_by_text(f"It does not hold: {out}")).to_be_visible()
    finding = found.get_by_role("row").filter(has_text="finding").first
    expect(finding).to_contain_text(f"good/{victim.name}")
    data[-1] ^= 1
    victim.write_bytes(data)
    press(page, "Verify bytes")
    expect(page.get_by_text(f"It holds: {out}")).to_be_visible()

    press(page, "Report")
    expect(page.get_by_text(f"Wrote {out / 'report.html'}")).to_be_visible()
    report = json.loads((out / "report.json").read_text("ascii"))
    assert report["digests"]["recipe"] == app.python("print(app.recipe.digest())")

    press(page, "Open the test set")
    expect(
        page.get_by_role("alert").filter(has_text="Say why the test set is opened")
    ).to_be_visible()
    assert app.python("print(app.session.job.sealed)") == "True"
    page.get_by_label("Reason to open it").fill("model 7 is chosen")
    page.get_by_label("Who").fill("Åsa")
    press(page, "Open the test set")
    expect(
        page.get_by_text(re.compile(r"one opening\. 4 images were tried: all can be"))
    ).to_be_visible()
    entries, findings = Trail(out).entries()
    assert findings == []
    told = [(entry.what, entry.reason, entry.who) for entry in entries]
    assert told[-1] == ("test unsealed", "model 7 is chosen", "Åsa")
    assert ("bytes locked", "release 1", None) in told
    expect(page.get_by_role("button", name="Open the test set")).to_be_disabled()
    assert app.violations(".bv-app") == []


def test_every_text_is_copied_saved_and_brings_the_app_back(app, page, tmp_path):
    saved = {}
    for label, name in TEXTS.items():
        page.get_by_role("tab", name=label, exact=True).click()
        page.get_by_role("button", name="Copy", exact=True).click()
        expect(page.locator(".bv-said").filter(has_text="Copied")).to_be_visible()
        with page.expect_download() as waiting:
            page.get_by_role("button", name=re.compile("Save as")).click()
        assert waiting.value.suggested_filename == name
        saved[label] = tmp_path / name
        waiting.value.save_as(saved[label])
        # "Copied" may still be said of the text before.
        page.wait_for_function(COPIED, arg=saved[label].read_text("utf-8"))
    first = app.python("print(app.recipe.digest())")
    assert Recipe.load(saved["JSON"]).digest() == Recipe.load(saved["YAML"]).digest() == first
    nbformat.validate(nbformat.read(saved["Notebook"], 4))
    compile(saved["Python"].read_text("utf-8"), "recipe.py", "exec")

    file = page.get_by_role("textbox", name="Recipe file")
    for label in ("Notebook", "YAML"):
        app.python("app.session.set('split.ratio', 0.25)")
        app.wait_python("app.recipe.split.ratio", "0.25")
        file.fill(str(saved[label]))
        press(page, "Load")
        expect(page.get_by_text(f"Loaded {saved[label]}")).to_be_visible()
        assert app.python("print(app.recipe.digest())") == first
    page.locator(".bv-app .lm-TabBar-tab", has_text="Split").first.click()
    box = page.get_by_label("Train share").and_(page.get_by_role("spinbutton"))
    expect(box).to_have_value("0.5")
    page.get_by_role("button", name="Undo").click()
    expect(box).to_have_value("0.25")
    page.locator(".bv-app .lm-TabBar-tab", has_text="Export").first.click()

    file.fill(str(tmp_path / "none.yaml"))
    press(page, "Load")
    expect(page.get_by_role("alert").filter(has_text="none.yaml")).to_be_visible()
    assert app.python("print(app.recipe.split.ratio)") == "0.25"
