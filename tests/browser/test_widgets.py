"""The widgets in a real JupyterLab: what a person does reaches Python, and the other way round."""

from __future__ import annotations

import re

import pytest

START = r"""
import io
import numpy as np
from PIL import Image
from IPython.display import display
from brevviz.widgets import *
heard = []
def picture(seed, side=64, kind="JPEG"):
    pixels = np.random.default_rng(seed).integers(0, 255, (side, side, 3), dtype=np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, kind)
    return file.getvalue()
"""

FORM = r"""
form = Form(label="Split", fields=[
    dict(name="ratio", label="Ratio", kind="range", min=0, max=1, step=.01, group="Split", help="Share that trains."),
    dict(name="pattern", label="Pattern", kind="pattern", group="Split"),
    dict(name="pin", label="Pin outliers", kind="flag"),
    dict(name="mode", label="Colour", kind="choice", options=["rgb", "grey"]),
    dict(name="weighing", label="Weighing", kind="choice", options=["uniform", "count", "square root", "log", "logx+1"]),
    dict(name="contrast", label="Contrast", kind="pair", min=0, max=4, step=.25),
    dict(name="groupby", label="Group by", kind="tags", options=["folder", "etag"]),
    dict(name="classes", label="Classes", kind="tags"),
    dict(name="batch", label="Batch size", kind="number", min=1, step=1, optional=True, unit="samples"),
    dict(name="uri", label="Bucket", kind="text", lazy=True),
], values=dict(ratio=.8, pattern="", pin=False, mode="rgb", weighing="count", contrast=[.5, 1.25],
               groupby=[], classes=["good"], batch=32, uri=""))
def on_set(name, value):
    heard.append((name, value))
    if name == "pattern" and "(" in value and ")" not in value:
        form.problems = {"pattern": "missing closing ) at position 0"}
        return
    form.problems = {}
    form.values = {**form.values, name: value}
stop = form.on_set(on_set)
display(form)
"""


def test_what_is_entered_in_a_form_reaches_python(notebook, page):
    book = notebook(START, FORM, wait=".bv-form .bv-field")
    value = 'form.values["{}"]'.format

    page.get_by_label("Ratio", exact=True).focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    book.wait_python(value("ratio"), "0.82")
    box = page.get_by_label("Ratio, as a number")
    assert box.input_value() == "0.82"
    box.fill("0.25")
    book.wait_python(value("ratio"), "0.25")
    assert page.get_by_label("Ratio", exact=True).input_value() == "0.25"

    page.get_by_label("Pin outliers").press("Space")
    book.wait_python(value("pin"), "True")
    page.get_by_role("radiogroup", name="Colour").get_by_label("grey").check(force=True)
    book.wait_python(value("mode"), "grey")
    page.get_by_label("Weighing").select_option("logx+1")
    book.wait_python(value("weighing"), "logx+1")
    page.get_by_role("slider", name="Contrast, to").press("ArrowRight")
    book.wait_python(value("contrast"), "[0.5, 1.5]")
    page.get_by_role("slider", name="Contrast, from").press("End")
    book.wait_python(value("contrast"), "[1.5, 1.5]")
    page.locator(".bv-tags").get_by_role("button", name="etag").click()
    page.locator(".bv-tags").get_by_role("button", name="folder").click()
    book.wait_python(value("groupby"), "['etag', 'folder']")
    tags = page.get_by_label("Classes", exact=True)
    tags.fill("cracked")
    tags.press("Enter")
    book.wait_python(value("classes"), "['good', 'cracked']")
    page.get_by_role("button", name="remove good").click()
    book.wait_python(value("classes"), "['cracked']")
    page.get_by_label("Batch size").fill("")
    book.wait_python(value("batch"), "None")
    uri = page.get_by_label("Bucket")
    uri.press_sequentially("s3://demo")
    assert book.python(f"print({value('uri')})") == ""
    uri.press("Enter")
    book.wait_python(value("uri"), "s3://demo")


def test_a_form_shows_problems_and_moves_back(notebook, page):
    book = notebook(START, FORM, wait=".bv-form .bv-field")
    pattern = page.get_by_label("Pattern")
    pattern.press_sequentially(r"(\d", delay=30)
    page.locator(".bv-problem", has_text="missing closing ) at position 0").wait_for()
    assert pattern.get_attribute("aria-invalid") == "true"
    described = pattern.get_attribute("aria-describedby")
    assert "missing closing" in page.locator(f"#{described}").inner_text()
    pattern.blur()
    assert pattern.input_value() == r"(\d"  # what is wrong stays, to be put right

    pattern.press("End")
    pattern.press_sequentially("+)", delay=30)
    book.wait_python('form.values["pattern"]', r"(\d+)")
    assert pattern.input_value() == r"(\d+)"
    assert pattern.get_attribute("aria-invalid") is None
    # An undo moves the field although it is being edited; so does the redo.
    book.python('form.values = {**form.values, "pattern": "a"}')
    page.wait_for_function("box => box.value === 'a'", arg=pattern.element_handle())
    book.python(r'form.values = {**form.values, "pattern": r"(\d+)"}')
    page.wait_for_function(r"box => box.value === '(\\d+)'", arg=pattern.element_handle())
    assert book.violations(".bv-form") == []


def test_a_slow_kernel_gets_the_newest_value(notebook, page):
    slow = START + FORM + "\nimport time\nform.on_set(lambda name, value: time.sleep(.15))\n"
    book = notebook(slow, wait=".bv-form .bv-field")
    ratio = page.get_by_label("Ratio", exact=True)
    ratio.focus()
    for _ in range(60):
        page.keyboard.press("ArrowLeft")
    book.wait_python('form.values["ratio"]', "0.2")
    calls = int(book.python("print(len(heard))"))
    assert calls < 60  # 60 presses, each in a frame of its own, and 0.15 s for each answer
    assert ratio.input_value() == "0.2"


GALLERY = r"""
gallery = Gallery(height=300, multiple=True)
wanted = []
def on_want(version, ids):
    wanted.append(ids)
    for i in ids:
        if i == 3:
            gallery.send_failed(version, i, "cut short", label="bad.bmp")
        else:
            gallery.send_thumb(version, i, picture(i % 8), label=f"vial-{i}.bmp", purpose="train")
gallery.on_want(on_want)
gallery.on_select(lambda ids: heard.append(ids))
gallery.show(1_000_000)
display(gallery, gallery)
"""


FLING = """async () => {
  const box = document.querySelector('.bv-window');
  for (let frame = 0; frame < 60; frame += 1) {
    box.scrollTop += 4000;
    await new Promise(requestAnimationFrame);
  }
}"""


RSS = "print(int(open('/proc/self/statm').read().split()[1]) * 4096 / 2**20)"


def test_a_gallery_loads_only_what_comes_to_rest(notebook, page):
    book = notebook(START, GALLERY, wait='[data-id="0"] img')
    window = page.get_by_role("listbox").first
    first = window.get_by_role("option").first
    assert "vial-0.bmp" in first.get_attribute("aria-label")
    assert first.get_attribute("aria-setsize") == "1000000"
    assert "cut short" in window.get_by_role("option").nth(3).get_attribute("aria-label")

    book.python("wanted.clear()")
    page.evaluate(FLING)
    page.wait_for_function("() => !document.querySelector('.bv-window .bv-awaited')")
    loaded = int(book.python("print(sum(map(len, wanted)))"))
    passed = int(book.python("print(max(i for ids in wanted for i in ids))"))
    assert window.get_by_role("option").count() < 100
    assert passed > 20_000
    assert loaded < passed / 100

    # However far it is flung, the page and the kernel hold what one screen and the shelf need.
    session = page.context.new_cdp_session(page)

    def held():
        page.wait_for_function("() => !document.querySelector('.bv-window .bv-awaited')")
        nodes = _nodes(page, session)
        heap = session.send("Runtime.getHeapUsage")["usedSize"] / 2**20
        return nodes, heap, float(book.python(RSS))

    page.evaluate(FLING)
    before = held()
    for _ in range(3):
        page.evaluate(FLING)
    after = held()
    assert after[0] - before[0] < 300
    assert after[1] - before[1] < 4
    assert after[2] - before[2] < 60

    window.focus()
    page.keyboard.press("End")
    page.wait_for_function(
        "() => document.querySelector('.bv-active img') && "
        "document.querySelector('.bv-active').dataset.id === '999999'"
    )
    page.keyboard.press("Space")
    book.wait_python("gallery.selected", "[999999]")
    page.keyboard.press("Shift+ArrowLeft")
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    book.wait_python("gallery.selected", "[0]")
    # Both views show the choice.
    page.wait_for_function(
        "() => document.querySelectorAll('.bv-gallery [aria-selected=\"true\"]').length === 2"
    )
    assert book.violations(".bv-gallery") == []


CHART = r"""
import altair as alt
def rows(ratio):
    return [dict(category=c, purpose=p, images=n * s, image="x.png", title="t")
            for c, n in (("good", 900), ("cracked", 80))
            for p, s in (("train", ratio), ("devel", 1 - ratio))]
pick = alt.selection_point(fields=["category"], name="pick")
bars = alt.Chart(alt.NamedData("rows")).mark_bar().encode(
    x="sum(images):Q", y="category:N", color="purpose:N", tooltip=["category:N", "images:Q"],
    opacity=alt.condition(pick, alt.value(1), alt.value(.3)))
chart = LiveChart(spec=bars.add_params(pick).properties(height=120).to_dict(), rows=rows(.8),
                  selection_name="pick", label="Images by class")
chart.on_select(heard.append)
display(chart)
"""

WIDTH = """() => {
  const bars = [...document.querySelectorAll('.bv-chart .mark-rect.role-mark path')];
  return Math.round(Math.max(...bars.map((bar) => bar.getBBox().width)));
}"""


def test_a_chart_moves_in_place(notebook, page):
    book = notebook(START, CHART, wait=".bv-chart .mark-rect.role-mark path")
    page.wait_for_timeout(300)
    before = page.evaluate(WIDTH)
    book.python("chart.rows = rows(.4)")
    page.wait_for_function(f"() => ({WIDTH})() < {before} * 0.8")

    nodes = "() => document.querySelectorAll('*').length"
    start = page.evaluate(nodes)
    book.python("for i in range(100): chart.rows = rows(i / 100)")
    page.wait_for_function(f"() => ({WIDTH})() > {before}")
    assert page.evaluate(nodes) <= start + 5

    bar = page.locator(".bv-chart .mark-rect.role-mark path").first
    bar.click()
    book.wait_python("heard[-1] if heard else None", "{'category': ['good']}")
    bar.hover()
    page.locator(".bv-tip").wait_for()
    assert page.locator(".bv-tip dd").first.inner_text() == "good"

    book.theme("dark")
    page.wait_for_selector(".bv-chart .mark-rect.role-mark path")
    assert page.locator(".bv-chart svg").count() == 1
    book.theme("light")
    book.python('chart.spec = {"mark": "nonsense", "encoding": {}}')
    page.locator(".bv-problem", has_text="cannot be drawn").wait_for()


EVIL = """'<img src=x onerror="window.hit=1"><b class=evil>\\u202e</b>'"""

ALL = rf"""
evil = {EVIL}
table = Table(caption=evil, columns=[dict(name="a", label=evil, help=evil), dict(name="p", label="P", kind="purpose"), dict(name="n", label="N", kind="bar")],
              rows=[[evil, evil, .5], ["a", "devel", 1]], flags=["bad", "total"])
bench = PathBench(lines=[[evil, 1, 4, evil, evil], ["\U0001f9ea\U0001f9eaab", 2, 3, "a", ""]], counters=[[evil, evil, "warn"]], caption=evil)
status = Status(text=evil, busy=True, progress=.5, error=evil, details=evil)
status.on_cancel(lambda: heard.append("cancel"))
save = Save(texts=[dict(label=evil, name="a.yaml", mime="text/plain", text=evil), dict(label="JSON", name="b.json", mime="application/json", text='{{"a": 1}}')])
actions = Actions(label=evil, buttons=[dict(name="a", label=evil, help=evil)])
form = Form(label=evil, fields=[dict(name="n", label=evil, kind="text", help=evil, group=evil, unit=evil, placeholder=evil),
    dict(name="c", label="C", kind="choice", options=[evil, "b"]), dict(name="t", label="T", kind="tags"), dict(name="o", label="O", kind="tags", options=[evil])],
    values=dict(n=evil, c=evil, t=[evil], o=[evil]), problems=dict(n=evil))
gallery = Gallery(label=evil, height=200)
gallery.on_want(lambda v, ids: [gallery.send_thumb(v, i, picture(i), label=evil, purpose=evil, caption=evil) if i else gallery.send_failed(v, i, evil, label=evil) for i in ids])
gallery.show(4)
grid = ImageGrid()
grid.show(picture(1, 128, "PNG"), (2, 2), row_labels=[evil, "Repeated"], column_labels=[evil, "b"], marks=[[], ["equal", "different"]], digests=[[evil], ["ab", "cd"]])
import altair as alt
chart = LiveChart(label=evil, spec=alt.Chart(alt.NamedData("rows")).mark_bar().encode(x="n:Q", y="c:N", tooltip=["c:N", "n:Q"]).to_dict(), rows=[dict(c=evil, n=1)])
roi = RoiEditor(picture=picture(2), image_size=(64, 64), rois=[[[8, 8], [40, 40]]], problem=evil)
roi.on_set(lambda rois: (heard.append(rois), setattr(roi, "rois", rois)))
display(table, bench, status, save, actions, form, gallery, grid, chart, roi)
"""

PARTS = ("actions", "bench", "chart", "form", "gallery", "grid", "roi", "save", "status", "table")


@pytest.fixture
def everything(notebook, page):
    """A page with one of each widget, whose every text tries to become markup."""
    book = notebook(START, ALL, wait=".bv-roi .bv-region")
    page.wait_for_selector(".bv-thumb img")
    page.wait_for_selector(".bv-chart .mark-rect.role-mark path")
    return book


def test_no_text_becomes_markup(everything, page):
    page.locator(".bv-chart .mark-rect.role-mark path").first.hover()
    page.locator(".bv-tip").wait_for()
    page.get_by_role("button", name=re.compile("b, different")).or_(
        page.get_by_role("button", name=re.compile("Repeated, b"))
    ).first.click()
    page.get_by_role("dialog").wait_for()
    page.keyboard.press("Escape")
    assert page.locator(".evil, img[src=x]").count() == 0
    assert page.evaluate("() => window.hit") is None
    shown = page.locator(".bv-table tbody td").first.inner_text()
    assert shown == r'<img src=x onerror="window.hit=1"><b class=evil>\u202e</b>'
    # Positions are code points: the mark stands behind two characters outside the first plane.
    assert page.locator(".bv-path mark").nth(1).inner_text() == "a"


def test_anybody_can_use_every_widget(everything, page):
    for theme in ("light", "dark"):
        everything.theme(theme)
        page.wait_for_selector(".bv-chart .mark-rect.role-mark path")
        found = [v for part in PARTS for v in everything.violations(f".bv-{part}")]
        assert found == []


def test_texts_are_copied_and_saved_by_the_browser(everything, page):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("tab", name="JSON").click()
    page.get_by_role("button", name="Copy", exact=True).click()
    page.locator(".bv-said", has_text="Copied").wait_for()
    assert page.evaluate("() => navigator.clipboard.readText()") == '{"a": 1}'
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as").click()
    assert download.value.suggested_filename == "b.json"
    assert download.value.path().read_text() == '{"a": 1}'
    page.get_by_role("tab", name="JSON").press("ArrowLeft")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as").click()
    assert "\u202e" in download.value.path().read_text("utf-8")  # the text itself, not its picture

    page.get_by_role("button", name="Stop").click()
    everything.wait_python("heard", "['cancel']")
    page.get_by_role("button", name="Dismiss this message").click()
    everything.wait_python("repr(status.error)", "''")


def test_regions_are_drawn_with_mouse_and_keyboard(everything, page):
    region = page.get_by_role("button", name=re.compile("Region 1: 32 by 32 pixels at 8, 8"))
    region.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Alt+ArrowRight")
    everything.wait_python("roi.rois", "[[[9, 18], [42, 50]]]")

    page.locator(".bv-overlay").scroll_into_view_if_needed()
    frame = page.locator(".bv-overlay").bounding_box()
    scale = frame["width"] / 64
    page.mouse.move(frame["x"] + 50 * scale, frame["y"] + 4 * scale)
    page.mouse.down()
    page.mouse.move(frame["x"] + 55 * scale, frame["y"] + 10 * scale)
    page.mouse.move(frame["x"] + 60 * scale, frame["y"] + 14 * scale)
    page.mouse.up()
    everything.wait_python("roi.rois[1:]", "[[[50, 4], [60, 14]]]")
    page.get_by_label("Region 2, left").fill("44")
    page.get_by_label("Region 2, left").press("Enter")
    everything.wait_python("roi.rois[1:]", "[[[44, 4], [60, 14]]]")
    page.get_by_role("button", name="Remove region 1").click()
    everything.wait_python("roi.rois", "[[[44, 4], [60, 14]]]")


BUTTONS = r"""
actions = Actions(label="Steps", buttons=[dict(name="undo", label="Undo"), dict(name="redo", label="Redo", disabled=True)])
actions.on_press(heard.append)
display(actions)
"""


def test_a_click_lasts_through_news_from_the_kernel(notebook, page):
    # A field that is left by the press of a button tells the kernel its value, whose answer
    # often comes before the button is let go.
    book = notebook(START, BUTTONS, wait=".bv-actions button")
    page.get_by_role("button", name="Undo").hover()
    page.mouse.down()
    book.python(
        'actions.buttons = [dict(name="undo", label="Undo"), dict(name="redo", label="Redo")]'
    )
    page.wait_for_selector(".bv-actions button:not([disabled]) >> text=Redo")
    page.mouse.up()
    book.wait_python("heard", "['undo']")


BARS = r"""
from brevviz.panels import charts
def bars(turn):
    return [dict(images=str(n), items=9 + n, place=n) for n in range(1, 4 + 5 * (turn % 2))]
chart = LiveChart(spec=charts.item_sizes(), rows=bars(0))
display(chart)
"""


def _nodes(page, session):
    page.wait_for_timeout(500)
    for _ in range(2):
        session.send("HeapProfiler.collectGarbage")
    return session.send("Memory.getDOMCounters")["nodes"]


def test_a_chart_that_moves_leaves_nothing_behind(notebook, page):
    book = notebook(START, BARS, wait=".bv-chart svg")
    session = page.context.new_cdp_session(page)

    def move(turns):
        for turn in range(turns):
            book.python(f"chart.rows = bars({turn})")
        page.wait_for_timeout(500)
        return _nodes(page, session)

    before = move(10)
    # Each second turn takes five bars away: Vega keeps 10,000 such, unless it is told to let go.
    assert move(60) - before < 60
