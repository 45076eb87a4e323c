"""A JupyterLab, a page in it, and the time from a key press to the painted result, in the page."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import nbformat
from playwright.sync_api import CDPSession, Page, sync_playwright

__all__ = ["CellFailed", "Memory", "Probe", "Spent", "opened"]

ROOT = Path(__file__).parents[1]
PATIENCE = 300_000  # ms: one million rows on a loaded machine
KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}

# From the key's own time stamp to the frame after the one in which the last of the watched
# elements has changed: by then the browser has painted it.
_WATCH = """([selectors, within]) => {
  const places = selectors.map((selector) => document.querySelector(selector));
  const left = new Set(places);
  window.measured = new Promise((resolve) => {
    let begin = 0;
    const timer = setTimeout(() => done(null), within);
    const keyed = (event) => (begin ||= event.timeStamp);
    document.addEventListener("keydown", keyed, { capture: true });
    const eye = new MutationObserver((changes) => {
      if (!begin) return;
      for (const { target } of changes)
        for (const place of left) if (place.contains(target)) left.delete(place);
      if (left.size === 0)
        requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - begin)));
    });
    const done = (value) => {
      clearTimeout(timer);
      eye.disconnect();
      document.removeEventListener("keydown", keyed, { capture: true });
      resolve(value);
    };
    for (const place of places)
      eye.observe(place, { attributes: true, childList: true, characterData: true, subtree: true });
  });
}"""

_RUN = """async (code) => {
  const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel;
  const future = kernel.requestExecute({ code, store_history: false });
  let text = "";
  future.onIOPub = ({ header, content }) => {
    if (header.msg_type === "stream") text += content.text;
  };
  await future.done;
  return text;
}"""
_READY = "() => window.jupyterapp?.shell.currentWidget?.sessionContext?.isReady"
_RAISED = """() => {
  const [cell] = jupyterapp.shell.currentWidget.content.widgets;
  const outputs = cell.outputArea.model.toJSON();
  const error = outputs.find((output) => output.output_type === "error");
  return error ? `${error.ename}: ${error.evalue}` : null;
}"""
_SHUT = "async () => { await jupyterapp.shell.currentWidget.sessionContext.shutdown(); }"


class CellFailed(Exception):
    """The notebook's cell raised."""


@dataclass(frozen=True)
class Memory:
    """heap : bytes of JavaScript's heap after a forced collection. nodes : DOM nodes."""

    heap: int
    nodes: int


@dataclass(frozen=True)
class Spent:
    """CPU milliseconds of the kernel and of the page's main thread: what load does not change."""

    kernel: float
    page: float


class Probe:
    """A page with a notebook that ran."""

    def __init__(self, page: Page, browser: CDPSession) -> None:
        self.page = page
        self._browser = browser
        browser.send("Performance.enable", {"timeDomain": "threadTicks"})

    def spent(self) -> Spent:
        """What has been used up so far."""
        kernel = float(self.page.evaluate(_RUN, "import time; print(time.process_time())"))
        metrics = self._browser.send("Performance.getMetrics")["metrics"]
        page = next(entry["value"] for entry in metrics if entry["name"] == "TaskDuration")
        return Spent(1000 * kernel, 1000 * page)

    def press(self, key: str, *selectors: str, within: float = 20) -> float | None:
        """Press a key; milliseconds until all the watched elements have changed, or None.

        Parameters
        ----------
        within : how long to wait, seconds.
        """
        self.page.evaluate(_WATCH, [selectors, 1000 * within])
        self.page.keyboard.press(key)
        taken: float | None = self.page.evaluate("() => window.measured")
        self.page.wait_for_timeout(150)  # what follows the result is no part of the next one
        return taken

    def memory(self) -> Memory:
        """What the page holds, garbage collected."""
        self.page.wait_for_timeout(500)
        for _ in range(2):
            self._browser.send("HeapProfiler.collectGarbage")
        heap = self._browser.send("Runtime.getHeapUsage")["usedSize"]
        return Memory(int(heap), int(self._browser.send("Memory.getDOMCounters")["nodes"]))


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def _served(home: Path) -> Iterator[tuple[str, str]]:
    """The address and the token of a JupyterLab that reads and writes nothing of the user's."""
    port, token = _free_port(), secrets.token_hex(16)
    news = home / "settings" / "@jupyterlab" / "apputils-extension"
    news.mkdir(parents=True)
    wish = {"fetchNews": "false", "checkForUpdates": False}
    (news / "notification.jupyterlab-settings").write_text(json.dumps(wish), "ascii")
    own = {
        name: str(home / name.lower())
        for name in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR")
    }
    own |= {
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
    }
    flags = ["--no-browser", "--ip=127.0.0.1", f"--port={port}", "--allow-root"]
    flags += [f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={home}"]
    flags += ["--LabApp.expose_app_in_browser=True", "--LabApp.extension_manager=readonly"]
    server = subprocess.Popen(
        [sys.executable, "-m", "jupyter", "lab", *flags],
        env={**os.environ, **own},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + PATIENCE / 1000
        while not _answers(address, token):
            if server.poll() is not None or time.monotonic() > deadline:
                sys.exit("JupyterLab does not start")
            time.sleep(0.2)
        yield address, token
    finally:
        server.terminate()
        server.wait(30)


def _answers(address: str, token: str) -> bool:
    request = urllib.request.Request(  # noqa: S310  # our own http address
        f"{address}/api/status", headers={"Authorization": f"token {token}"}
    )
    try:
        with urllib.request.urlopen(request, timeout=2) as reply:  # noqa: S310  # the same
            return bool(reply.status == 200)
    except (OSError, urllib.error.URLError):
        return False


@contextmanager
def opened(chromium: str) -> Iterator[Callable[[str], AbstractContextManager[Probe]]]:
    """`with open_(cell) as probe` opens a new page with one cell that ran. Raises CellFailed."""
    with (
        tempfile.TemporaryDirectory() as folder,
        _served(Path(folder)) as (address, token),
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(
            executable_path=chromium,
            args=["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-dev-shm-usage"],
        )

        @contextmanager
        def open_(cell: str) -> Iterator[Probe]:
            name = f"{secrets.token_hex(4)}.ipynb"
            start = f"import sys; sys.path.insert(0, {str(ROOT)!r})\n"
            cells = [nbformat.v4.new_code_cell(start + cell)]
            book = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": KERNEL})
            nbformat.write(book, Path(folder) / name)
            page = browser.new_page(viewport={"width": 1400, "height": 1400})
            page.set_default_timeout(PATIENCE)
            page.goto(f"{address}/lab/tree/{name}?token={token}&reset")
            page.wait_for_function(_READY)
            page.evaluate("() => jupyterapp.commands.execute('notebook:run-all-cells')")
            try:
                raised = page.evaluate(_RAISED)
                if raised:
                    raise CellFailed(raised)
                yield Probe(page, page.context.new_cdp_session(page))
            finally:  # else its kernel would run beside what is measured next
                page.evaluate(_SHUT)
                page.close()

        yield open_
        browser.close()
