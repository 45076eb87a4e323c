"""Split, Images and the whole app in a real JupyterLab: each panel driven whole, also at scale."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from brevviz import demo

ROOT = Path(__file__).parents[2]
RULE = r"/(\d*)_\d*.bmp"
expect.set_options(timeout=60_000)  # a loaded machine; a test that passes never waits so long


def tab(page, name):
    """Turn to a panel."""
    page.locator(".bv-app .lm-TabBar-tab", has_text=name).first.click()


@pytest.fixture
def app(notebook, page):
    """The app on the demo set, on screen."""
    page.set_viewport_size({"width": 1400, "height": 1800})
    book = notebook(
        "import brevviz\nfrom brevviz import demo\napp = brevviz.Explorer(demo.bucket())\napp",
        wait=".bv-app",
    )
    expect(page.get_by_text("180 images of 180 objects listed")).to_be_visible()
    return book


def test_the_split_panel_whole(app, page, tmp_path):
    app.python(
        "from brevviz.evidence import write_manifest\n"
        f"_ = write_manifest(app.session.job, {str(tmp_path)!r}, app.digests)"
    )
    tab(page, "Split")
    page.get_by_role("group", name="Suggested").get_by_role("button").first.click()
    app.wait_python("isinstance(app.recipe.split.uniqueness, str)", "True")
    page.get_by_label("Physical item").fill(RULE)
    counters = page.locator(".bv-counters")
    expect(counters).to_contain_text("48")
    first = page.locator(".bv-lines li").first
    expect(first).to_contain_text("one item in 3 classes")
    expect(first.locator("mark")).to_have_count(1)
    sizes = page.locator(".bv-main-side .bv-chart .mark-rect.role-mark path")
    expect(sizes.last).to_be_visible()
    page.get_by_role("button", name="Keys restart in every class").click()
    expect(counters).to_contain_text("65")
    expect(page.get_by_label("Keys restart in every class folder")).to_be_checked()

    table = page.get_by_role("table", name="Class x purpose")
    expect(table.get_by_role("row")).to_have_count(7)
    page.get_by_role("slider", name="Test share").focus()
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    page.get_by_role("slider", name="Train share").focus()
    for _ in range(10):
        page.keyboard.press("ArrowLeft")
    app.wait_python("(app.recipe.split.ratio, app.recipe.split.test_ratio)", "(0.7, 0.1)")
    expect(table.get_by_role("row")).to_have_count(10)
    total = "sum(int(n) for n in app.split['images'])"
    app.wait_python(total, "180")

    before = app.python("print(app.recipe.seed)")
    page.get_by_role("button", name="Another seed").click()
    app.wait_python(f"str(app.recipe.seed) != {before!r}", "True")
    page.get_by_label("Compare with the manifest in").fill(str(tmp_path))
    page.keyboard.press("Enter")
    changes = page.get_by_role("table", name="Changed since the saved manifest")
    expect(changes.get_by_role("row").nth(1)).to_be_visible()

    page.get_by_role("button", name="Look for leaks").click()
    expect(page.get_by_text("No leak found; compared: same item, same bytes.")).to_be_visible()
    assert app.violations(".bv-app") == []


def test_the_images_panel_whole(app, page):
    samples = page.get_by_role("listbox", name="Samples")
    expect(samples.locator("img").first).to_be_visible()
    samples.get_by_role("option").nth(0).click()
    samples.get_by_role("option").nth(2).click(modifiers=["ControlOrMeta"])
    app.wait_python("len(app.session.selected)", "2")

    tab(page, "Images")
    grid = page.locator(".bv-grid")
    verdict = page.locator(".bv-line", has_text="repeated pictures are equal")
    expect(verdict).to_contain_text("8 of 8")
    expect(grid.locator(".bv-mark-equal")).to_have_count(16)
    before = grid.locator(".bv-digest").nth(8).inner_text()
    page.get_by_role("slider", name="Rotate", exact=True).focus()
    page.keyboard.press("Home")
    app.wait_python("app.recipe.augmentation.rotate", "0.0")
    page.wait_for_function(
        "old => document.querySelectorAll('.bv-grid .bv-digest')[8].textContent !== old",
        arg=before,
    )
    page.get_by_label("Rotate, chance").fill("0.5")
    app.wait_python("app.recipe.augmentation.rotate_chance", "0.5")
    page.get_by_label("Rotate, chance").fill("1.5")
    expect(page.get_by_role("alert").filter(has_text="1.5 is outside 0..1")).to_be_visible()
    page.get_by_label("Rotate, chance").fill("1")

    page.locator(".bv-form summary", has_text="Blur and noise").click()
    page.get_by_role("slider", name="Blur", exact=True).focus()
    page.keyboard.press("End")
    app.wait_python("app.recipe.augmentation.blur", "2.0")
    page.locator(".bv-form summary", has_text="Colour and levels").click()
    page.get_by_role("radiogroup", name="Rescale").get_by_label("own").check(force=True)
    page.get_by_label("Scale and offset, offset").fill("-1")
    app.wait_python("app.recipe.view.rescale[1]", "-1.0")
    page.get_by_label("Keep aspect ratio").check()
    page.get_by_role("radiogroup", name="Pad with").get_by_label("reflect").check(force=True)
    app.wait_python("app.recipe.view.padding_mode", "reflect")

    page.get_by_role("radiogroup", name="Show").get_by_label("chosen").check(force=True)
    expect(verdict).to_contain_text("Chosen samples 1 to 2.")
    expect(grid.locator("thead th")).to_have_count(2)
    page.get_by_role("radiogroup", name="Show").get_by_label("one image").check(force=True)
    expect(verdict).to_contain_text("Repeats 1 to 8 of")
    page.get_by_role("button", name="Next").click()
    expect(verdict).to_contain_text("Repeats 9 to 16 of")
    expect(grid.locator(".bv-mark-equal")).to_have_count(16)
    grid.get_by_role("button", name=re.compile("augmented, repeat 9")).click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    assert app.python("print(app.figure()._repr_png_()[:4])") == r"b'\x89PNG'"
    for theme in ("light", "dark"):
        app.theme(theme)
        assert app.violations(".bv-app") == [], theme


HOSTILE = (
    "<img src=x onerror=window.fired=1>",
    "<svg onload=window.fired=1>",
    "<iframe srcdoc='<b>'>",
    "[a](javascript:window.fired=1)",
    "${window.fired=1} {{window.fired=1}}",
    "$\\href{javascript:window.fired=1}{a}$",
    '"><b class=evil>&lt;i&gt;',
)

INJECTED = """() => {
  const out = document.querySelectorAll('.jp-OutputArea');
  const inside = (css) => [...out].reduce((sum, area) => sum + area.querySelectorAll(css).length, 0);
  let calls = 0;
  for (const area of out)
    for (const node of area.querySelectorAll('*'))
      for (const { name } of node.attributes) calls += name.startsWith('on');
  return [calls, inside("script, iframe, .evil, img[src='x'], a[href^='javascript'], mjx-container")];
}"""


def test_keys_add_nothing_to_the_page_live_saved_and_reopened(notebook, page, lab, tmp_path):
    picture = next((Path(demo.bucket()) / "good").glob("*.bmp")).read_bytes()
    for number, name in enumerate(HOSTILE):
        folder = tmp_path / "bucket" / name.replace("/", "\u2215")
        folder.mkdir(parents=True)
        for image in range(3):
            (folder / f"{number}{image}_{HOSTILE[-1 - number]}.bmp").write_bytes(picture)
    book = notebook(
        f"import brevviz\napp = brevviz.Explorer({str(tmp_path / 'bucket')!r})\napp", wait=".bv-app"
    )
    expect(page.get_by_text("21 images of 21 objects listed")).to_be_visible()
    page.get_by_role("listbox", name="Samples").get_by_role("option").first.click()
    for name in ("Split", "Sampling", "Images", "Export"):
        tab(page, name)
        book.wait_python("app.wait(60)", "True")
        expect(page.get_by_title("Ready.")).to_be_visible()
        if name == "Split":
            page.get_by_label("Physical item").fill(r"/(\d)\d_")
            expect(page.locator(".bv-lines mark").first).to_be_visible()
            page.get_by_label("Physical item").fill("path")
            book.wait_python("app.recipe.split.uniqueness", "('path',)")
            page.get_by_role("button", name="Look for leaks").click()
            expect(page.get_by_role("table", name="Pairs on two sides")).to_be_visible()
        elif name == "Sampling":
            page.get_by_role("button", name="folder", exact=True).first.click()
        elif name == "Images":
            expect(page.get_by_text("repeated pictures are equal")).to_be_visible()
        page.wait_for_timeout(300)
        assert page.evaluate(INJECTED) == [0, 0], name
    assert page.evaluate("window.fired") is None
    book.save()

    # The same outputs in a file that nobody has signed: what a colleague is sent.
    saved = (lab.folder / book.name).read_text("utf-8")
    assert HOSTILE[0].replace("<", "&lt;").replace(">", "&gt;") in saved
    copy = lab.folder / "sent.ipynb"
    copy.write_text(saved.replace("window.fired=1", "window.fired=2"), "utf-8")
    page.goto(f"{lab.base}/lab/tree/sent.ipynb?token={lab.token}&reset")
    page.wait_for_function("() => document.querySelector('.jp-OutputArea-output')")
    page.wait_for_timeout(2000)
    assert page.evaluate("window.fired") is None
    assert page.evaluate(INJECTED) == [0, 0]
    copy.unlink()


@pytest.mark.long
def test_a_million_samples_are_split_weighed_seen_and_exported(notebook, page, tmp_path):
    start = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r})\n"
        "import brevviz\nfrom benchmarks.app_listing import PATTERN, many\n"
        f"app = brevviz.Explorer(many({str(tmp_path)!r}, 1_000_000))\napp"
    )
    book = notebook(start, wait=".bv-app")
    patient = {"timeout": 300_000}
    expect(page.get_by_text("1,000,000 images of 1,000,000 objects")).to_be_visible(**patient)
    tab(page, "Split")
    page.get_by_label("Physical item").fill(r"/(\d+)_\d+\.bmp")
    expect(page.locator(".bv-counters")).to_contain_text("250,000", **patient)
    expect(page.locator(".bv-counters")).to_contain_text("4.00")
    table = page.get_by_role("table", name="Class x purpose")
    row = table.get_by_role("row").filter(has_text="cracked").filter(has_text="train")
    expect(row).to_contain_text("16\u202f000", **patient)
    page.get_by_role("slider", name="Train share").focus()
    for _ in range(30):
        page.keyboard.press("ArrowLeft")
    book.wait_python("app.recipe.split.ratio", "0.5")
    expect(row).to_contain_text("10\u202f000")

    tab(page, "Sampling")
    expect(page.get_by_text("500,000 draws from 500,000 images", exact=False)).to_be_visible(
        **patient
    )
    tab(page, "Images")
    expect(page.get_by_text("8 of 8 repeated pictures are equal")).to_be_visible(**patient)
    tab(page, "Export")
    digests = page.get_by_role("table", name="Digests (SHA-256)")
    expect(digests).to_contain_text("batch", **patient)
    assert page.evaluate("() => document.querySelectorAll('.bv-app *').length") < 8000
