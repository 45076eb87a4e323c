"""A notebook that was saved shows its evidence: with no kernel, trusted or not."""

import json
import re

import nbformat
import pytest
from playwright.sync_api import expect

expect.set_options(timeout=60_000)  # a loaded machine; a test that passes never waits so long

OPEN = """
import brevviz
app = brevviz.Explorer({source!r})
app.session.set("split.uniqueness", r"/(\\d*)_\\d*.bmp")
app
"""
STOP = """async () => {
  await window.jupyterapp.shell.currentWidget.sessionContext.shutdown();
}"""

TRUSTED = "() => window.jupyterapp.shell.currentWidget.content.widgets[0].model.trusted"


@pytest.fixture
def vials():
    """The demo set's folder."""
    from brevviz import demo  # noqa: PLC0415  # drawn when a test needs it

    return demo.bucket()


def reopened(book, page, lab, *, trusted):
    """Open the saved file again, as one who has no kernel with the app in it."""
    page.evaluate(STOP)
    path = lab.folder / book.name
    saved = nbformat.read(path, 4)
    name = f"{'' if trusted else 'un'}trusted-{book.name}"
    if not trusted:  # a file that another has written carries no signature of this server
        saved.cells[0].metadata["written"] = "elsewhere"
    nbformat.write(saved, lab.folder / name)
    page.goto(f"{lab.base}/lab/tree/{name}?token={lab.token}&reset")
    page.wait_for_function("() => window.jupyterapp?.shell.currentWidget?.sessionContext?.isReady")
    assert page.evaluate(TRUSTED) is trusted
    return saved


def test_run_save_reopen_without_the_kernel(notebook, page, lab, vials):
    page.set_viewport_size({"width": 1400, "height": 1400})
    book = notebook(OPEN.format(source=vials), wait=".bv-app")
    expect(page.get_by_text("180 images of 180 objects listed")).to_be_visible()
    for name in ("Split", "Sampling", "Export"):
        page.locator(".bv-app .lm-TabBar-tab", has_text=name).first.click()
    expect(page.get_by_role("table", name="Digests (SHA-256)")).to_contain_text("batch")
    book.wait_python("app.stored.wait() and app.stored.html.count('SHA-256')", "1")
    digests = json.loads(book.python("import json; print(json.dumps(app.digests.data()))"))
    evidence = page.locator(".bv-evidence")
    expect(evidence).to_contain_text(digests["batch"])
    expect(evidence).to_be_hidden()  # the app itself says it
    book.save()
    for trusted in (True, False):
        saved = reopened(book, page, lab, trusted=trusted)
        expect(evidence).to_be_visible()
        for digest in digests.values():
            expect(evidence).to_contain_text(digest)
        row = evidence.get_by_role("row").filter(has_text="good").first
        expect(row).to_contain_text(re.compile(r"\d+ of \d+"))
        expect(evidence.locator("img")).to_have_count(8)
        assert evidence.locator("img").first.evaluate("img => img.naturalWidth") == 96
        assert page.locator(".bv-app").count() == 0
    assert len(json.dumps(saved.cells[0].outputs)) < 80_000


def test_hostile_keys_make_no_element_in_what_is_stored(notebook, page, lab, vials, tmp_path):
    from pathlib import Path  # noqa: PLC0415

    canaries = (
        "<img src=x onerror=window.fired=1>",
        "<script>window.fired=1<\u2215script>",
        r"$\href{javascript:window.fired=1}{click}$",
    )
    picture = next((Path(vials) / "good").glob("*.bmp")).read_bytes()
    for number, name in enumerate(canaries):
        (tmp_path / "set" / name).mkdir(parents=True)
        (tmp_path / "set" / name / f"{number}_1.bmp").write_bytes(picture + bytes([number]))
    book = notebook(OPEN.format(source=str(tmp_path / "set")), wait=".bv-app")
    expect(page.get_by_text("3 images of 3 objects listed")).to_be_visible()
    page.locator(".bv-app .lm-TabBar-tab", has_text="Sampling").first.click()
    book.wait_python("app.stored.wait() and 'One epoch of train' in app.stored.html", "True")
    evidence = page.locator(".bv-evidence")
    expect(evidence).to_contain_text("One epoch of train")
    book.save()
    for trusted in (True, False):
        reopened(book, page, lab, trusted=trusted)
        expect(evidence).to_be_visible()
        for name in canaries:
            expect(evidence).to_contain_text(name)
        page.wait_for_timeout(1500)  # MathJax would come after the text
        assert page.evaluate("window.fired") is None
        assert evidence.locator("script, iframe, a, mjx-container, .MathJax").count() == 0
        assert evidence.locator("img:not([src^='data:image/jpeg'])").count() == 0
