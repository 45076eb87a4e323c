"""Make the pictures of README and docs: every panel of the app on the demo set.

    python scripts/screenshots.py [FOLDER]

Starts the app as a user does (`brevviz explore`), once for each theme, and takes each panel at a
wide and a narrow width with a Chromium that is installed. FOLDER is docs/images by default.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, expect, sync_playwright

ROOT = Path(__file__).parents[1]
THEMES = ("light", "dark")
WIDE, NARROW = 1280, 480
TALL = 3200  # a panel that is higher is cut off
FRAME = 150  # JupyterLab's own margins, pixels
RULE = r"/(\d+)_\d+\.bmp"
PATIENCE = 120_000  # ms

expect.set_options(timeout=PATIENCE)


@contextmanager
def served(notebook: Path, theme: str) -> Iterator[str]:
    """The address of a JupyterLab that `brevviz explore` started, in a theme."""
    with tempfile.TemporaryDirectory() as home:
        settings = Path(home) / "settings" / "@jupyterlab" / "apputils-extension"
        settings.mkdir(parents=True)
        wish = json.dumps({"theme": f"JupyterLab {theme.capitalize()}"})
        (settings / "themes.jupyterlab-settings").write_text(wish, "ascii")
        own = {name: str(Path(home) / name) for name in ("JUPYTER_DATA_DIR", "JUPYTER_CONFIG_DIR")}
        own |= {
            "BROWSER": "none",
            # The pictures show paths: a neutral one, and not the home of whoever took them.
            "XDG_CACHE_HOME": str(Path(tempfile.gettempdir()) / "demo"),
            "JUPYTERLAB_SETTINGS_DIR": str(Path(home) / "settings"),
            "JUPYTERLAB_WORKSPACES_DIR": str(Path(home) / "workspaces"),
        }
        server = subprocess.Popen(
            [str(Path(sys.executable).with_name("brevviz")), "explore", str(notebook)],
            env={**os.environ, **own},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert server.stdout is not None
        try:
            line = next(line for line in server.stdout if "brevviz: open" in line)
            yield line.split()[-1]
        finally:
            server.terminate()
            server.wait(30)


def open_app(page: Page, address: str) -> None:
    """Open the notebook and run its first cell, by hand."""
    page.goto(address)
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()
    page.locator(".jp-Notebook .jp-CodeCell").first.click()
    page.keyboard.press("Shift+Enter")
    page.keyboard.press("Escape")
    expect(page.get_by_text("180 images of 180 objects listed")).to_be_visible()


def panels(page: Page) -> Iterator[str]:
    """Bring each panel on screen, with something in it."""
    for name in ("Samples", "Split", "Sampling", "Images", "Export"):
        page.locator(".bv-app .lm-TabBar-tab", has_text=name).first.click()
        if name == "Samples":
            expect(page.locator(".bv-gallery img").nth(8)).to_be_visible()
            samples = page.get_by_role("listbox", name="Samples")
            samples.get_by_role("option").nth(3).click()
            expect(page.get_by_role("table", name="Chosen sample")).to_contain_text("Class")
        elif name == "Split":
            page.get_by_label("Physical item").fill(RULE)
            page.get_by_label("Keys restart in every class folder").check()
            expect(page.locator(".bv-counters")).to_contain_text("65")
            page.keyboard.press("Escape")
        elif name == "Sampling":
            expect(page.get_by_role("table", name="One epoch of train")).to_contain_text("good")
        elif name == "Images":
            expect(page.get_by_text("8 of 8 repeated pictures are equal")).to_be_visible()
        else:
            expect(page.get_by_role("table", name=re.compile("Digests"))).to_contain_text("batch")
        page.wait_for_timeout(800)  # charts come to rest
        yield name.lower()


def shoot(page: Page, path: Path) -> None:
    """Save the app as a PNG of 256 colours, a third of the size."""
    png = page.locator(".bv-app").first.screenshot()
    Image.open(BytesIO(png)).convert("RGB").quantize(256).save(path, optimize=True)


def main() -> None:
    """Take all pictures."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "images"
    folder.mkdir(parents=True, exist_ok=True)
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("no chromium is installed: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu", "--disable-quic"]
        )
        for theme in THEMES:
            with tempfile.TemporaryDirectory() as work:
                notebook = Path(shutil.copy(ROOT / "notebooks" / "explore.ipynb", work))
                with served(notebook, theme) as address:
                    page = browser.new_page(viewport={"width": WIDE + FRAME, "height": TALL})
                    page.set_default_timeout(PATIENCE)
                    open_app(page, address)
                    page.keyboard.press("Control+b")  # the file browser goes
                    for width, kind in ((WIDE, ""), (NARROW, "-narrow")):
                        page.set_viewport_size({"width": width + FRAME, "height": TALL})
                        for name in panels(page):
                            path = folder / f"{name}-{theme}{kind}.png"
                            shoot(page, path)
                    page.close()
        browser.close()


if __name__ == "__main__":
    main()
