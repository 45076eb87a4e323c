"""The Samples panel in a real JupyterLab: triage, the table, the chosen image, hostile keys, scale."""

import json
import re

import pytest
from playwright.sync_api import expect

expect.set_options(timeout=60_000)  # a loaded machine; a test that passes never waits so long

CANARY = "<img src=x onerror=window.fired=1>"

MESS = f"""
import brevviz
from pathlib import Path
from PIL import Image
root = Path("ROOT")
for line in ("a", "b"):
    folder = root / line / {CANARY!r}
    folder.mkdir(parents=True)
    for number in range(12):
        Image.new("RGB", (24, 16), (number, 10, 20)).save(folder / f"{{number}}_{{line}}.png")
folder = root / "a" / {CANARY!r}
(folder / "broken <b>$x$.png").write_bytes(b"no image")
Image.new("RGB", (80, 40)).save(folder / "large.png")
app = brevviz.Explorer(str(root))
app
"""


@pytest.fixture
def app(notebook, page, tmp_path):
    """The app on a folder with a broken image, an odd one, and copies, all under hostile names."""
    book = notebook(MESS.replace("ROOT", str(tmp_path)), wait=".bv-app")
    # The broken one is counted once its thumbnail was tried, which may be at once.
    expect(page.get_by_text(re.compile("2[56] images of 26 objects listed"))).to_be_visible()
    return book


def test_triage_table_and_the_chosen_image(app, page):
    # `a` and `b` hold the same pictures: the second of each pair is a copy.
    expect(page.get_by_role("button", name="12 exact copies")).to_be_visible()
    page.get_by_role("button", name="Check all images").click()
    page.get_by_role("button", name="1 unreadable").click()
    table = page.get_by_role("grid", name="Samples")
    page.get_by_text("table", exact=True).click()
    row = table.get_by_role("row").filter(has_text="broken <b>$x$.png")
    expect(row).to_contain_text("unreadable: ")
    row.click()
    expect(page.get_by_text("Cannot be shown: ").first).to_be_visible()
    page.get_by_placeholder("why these are left out").fill("cut <script>")
    page.get_by_role("button", name="Exclude chosen (1)").click()
    app.wait_python("list(app.recipe.triage.excluded.values())", "['cut <script>']")
    expect(page.get_by_text("25 images of 26 objects listed; 1 excluded by hand")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    app.wait_python("len(app.recipe.triage.excluded)", "0")

    # Nothing is unreadable and excluded at once; all are listed again after the filter is off.
    page.get_by_role("button", name="26 all").click()
    table.get_by_role("button", name="Bytes").click()
    table.get_by_role("button", name="Bytes").click()
    expect(table.get_by_role("columnheader", name="Bytes")).to_have_attribute(
        "aria-sort", "descending"
    )
    table.focus()
    page.keyboard.press("End")
    # It is chosen still, and Space toggles.
    page.keyboard.press("Space")
    app.wait_python("app.session.selected", "()")
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    app.wait_python("[path[-9:] for path in app.session.selected]", "['large.png']")
    canvas = page.locator(".bv-canvas")
    expect(canvas).to_be_visible()
    page.get_by_role("button", name="One pixel of the image").click()
    expect(page.locator(".bv-pixel")).to_contain_text("\u00d7 1.00")
    canvas.focus()
    page.keyboard.press("+")
    expect(page.locator(".bv-pixel")).to_contain_text("\u00d7 1.50")
    page.keyboard.press("0")
    expect(page.locator(".bv-pixel")).not_to_contain_text("\u00d7 1.50")
    expect(page.locator(".bv-histogram")).to_be_visible()
    assert page.evaluate("window.fired") is None
    assert page.locator("img[src=x], .bv-app script").count() == 0
    assert app.violations(".bv-app") == []


def test_pixels_have_the_values_of_the_file(app, page):
    page.get_by_label("Path contains").fill("7_a.png")
    tile = page.get_by_role("listbox", name="Samples").get_by_role("option")
    expect(tile).to_have_count(1)
    tile.click()
    canvas = page.locator(".bv-canvas")
    expect(canvas).to_be_visible()
    box = canvas.bounding_box()
    canvas.hover(position={"x": box["width"] / 2, "y": box["height"] / 2})
    expect(page.locator(".bv-pixel")).to_contain_text(": 7, 10, 20")
    # What is excluded stays in its place, struck out.
    page.get_by_label("Path contains").fill("")
    expect(page.locator(".bv-gallery .bv-foot").first).to_contain_text("of 26")
    window = page.get_by_role("listbox", name="Samples")
    window.evaluate("box => box.scrollTop = 120")
    page.get_by_placeholder("why these are left out").fill("blurred")
    page.get_by_role("button", name="Exclude chosen (1)").click()
    expect(window.locator(".bv-out")).to_have_count(1)
    assert window.evaluate("box => box.scrollTop") == 120

    folders = page.get_by_role("tree", name="Folders")
    folders.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    expect(folders.get_by_role("treeitem")).to_have_count(4)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(folders.locator("[aria-selected=true]")).to_contain_text(CANARY)
    assert page.evaluate("window.fired") is None
    assert app.violations(".bv-app") == []


MANY = """
import io
import numpy as np, pyarrow as pa
from PIL import Image
from brevviz.bucket import Listing, opening
from brevviz.bucket.folder import FolderStore
N = 1_000_000
file = io.BytesIO()
Image.fromarray(np.random.default_rng(1).integers(0, 255, (96, 96, 3), np.uint8)).save(file, "PNG")
reads = []
class Many(FolderStore):
    def list(self, report=None):
        keys = sorted(f"{n % 40:02}/{n // 4:06}_{n % 4}.png" for n in range(N))
        text = lambda values: pa.array(values, pa.large_string())
        sizes = pa.array(np.full(N, len(file.getvalue())))
        none = pa.nulls(N, pa.large_string())
        return Listing(text(keys), sizes, text(keys), pa.array(np.arange(N)), none)
    def get(self, key, etag=None, **options):
        reads.append(key)
        return file.getvalue()
opening._open[(ROOT,)] = (Many(ROOT), None)
def rss():
    return int(open("/proc/self/statm").read().split()[1]) * 4096 // 2**20
"""

FLING = """async (which) => {
  const boxes = [...document.querySelectorAll(which)].filter((box) => box.clientHeight > 0);
  const box = boxes[0];
  const gaps = [];
  let before = performance.now();
  for (let frame = 0; frame < 90; frame += 1) {
    box.scrollTop += 9000;
    await new Promise(requestAnimationFrame);
    gaps.push(performance.now() - before);
    before = performance.now();
  }
  gaps.sort((a, b) => a - b);
  return gaps[45];
}"""


def test_a_fling_through_a_million_samples_loads_only_what_comes_to_rest(
    notebook, page, tmp_path, record_property
):
    book = notebook(
        f"ROOT = {str(tmp_path)!r}" + MANY,
        f"import brevviz\napp = brevviz.Explorer({str(tmp_path)!r}, sample_filter='png$')\napp",
        wait=".bv-app",
    )
    expect(page.get_by_text("1,000,000 images of 1,000,000 objects")).to_be_visible(timeout=300_000)
    window = page.get_by_role("listbox", name="Samples")
    expect(window.locator("img").first).to_be_visible(timeout=300_000)
    figures = {"kernel MB": int(book.python("print(rss())"))}
    client = page.context.new_cdp_session(page)

    def heap():
        client.send("HeapProfiler.collectGarbage")
        return page.evaluate("performance.memory.usedJSHeapSize / 2**20")

    figures["page MB"] = heap()
    book.python("reads.clear()")
    figures["gallery frame ms"] = page.evaluate(FLING, ".bv-gallery .bv-window")
    page.wait_for_function(
        "() => !document.querySelector('.bv-gallery .bv-window .bv-awaited')", timeout=300_000
    )
    figures["pictures read"] = int(book.python("print(len(reads))"))
    assert window.get_by_role("option").count() < 150
    assert figures["pictures read"] < 400
    page.get_by_text("table", exact=True).click()
    table = page.get_by_role("grid", name="Samples")
    expect(table.get_by_role("row").nth(3)).to_contain_text(".png")
    figures["table frame ms"] = page.evaluate(FLING, ".bv-long .bv-window")
    page.wait_for_function("() => !document.querySelector('.bv-long .bv-awaited')")
    assert table.get_by_role("row").count() < 60
    assert int(table.get_attribute("aria-rowcount")) == 1_000_001
    table.focus()
    page.keyboard.press("End")
    expect(table.get_by_role("row").filter(has_text="39/249999_3.png")).to_be_visible()
    figures["kernel MB after"] = int(book.python("print(rss())"))
    figures["page MB after"] = heap()
    record_property("figures", figures)
    (tmp_path.parent / "figures.json").write_text(json.dumps(figures))
    assert figures["kernel MB after"] - figures["kernel MB"] < 400
    assert figures["page MB after"] - figures["page MB"] < 30
