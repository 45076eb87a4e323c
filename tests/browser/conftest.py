"""A hermetic JupyterLab, a Chromium, and `notebook(*cells)`, which opens and runs cells in it.

Every request that the page makes to another host is stopped and collected, and a test that made
one fails: that is the proof that the app works without a network.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import nbformat
import pytest

PATIENCE = 60_000  # ms: a page on a loaded machine; a test that passes never waits so long
KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}
AXE = files("axe_playwright_python") / "axe.min.js"
HERE = Path(__file__).parent


# ── the browser ───────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium; without one the tests fail where it is required, else are skipped."""
    found = subprocess.run(
        [sys.executable, HERE.parent / "setup_browser.py", "--find"],
        capture_output=True,
        text=True,
        check=False,
    )
    if found.returncode:
        missing = pytest.fail if os.environ.get("BREVVIZ_REQUIRE_ALL") == "1" else pytest.skip
        missing(found.stderr.strip())
    return found.stdout.strip()


@pytest.fixture(scope="session")
def browser_type_launch_args(chromium):
    """What pytest-playwright starts: the system's Chromium instead of a downloaded one."""
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-dev-shm-usage"]
    return {"executable_path": chromium, "args": arguments, "headless": True}


@pytest.fixture(scope="session")
def base_url():
    """None, as the plugin's own fixture gives, in a form that pytest 9.2 does not warn of."""
    return


# ── the server ────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Lab:
    """A running server, of JupyterLab or of another front end."""

    base: str
    token: str
    folder: Path

    def answers(self) -> bool:
        """Whether the server takes requests."""
        request = urllib.request.Request(  # noqa: S310  # our own http address
            f"{self.base}/api/status", headers={"Authorization": f"token {self.token}"}
        )
        try:
            with urllib.request.urlopen(request, timeout=2) as reply:  # noqa: S310  # the same
                return reply.status == 200
        except urllib.error.HTTPError:
            return True  # Voila has no such address
        except (OSError, urllib.error.URLError):
            return False


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def hermetic(home: Path) -> dict[str, str]:
    """An environment in which Jupyter reads and writes nothing of the user's."""
    folders = {
        "HOME": home,
        "IPYTHONDIR": home / "ipython",
        "JUPYTER_CONFIG_DIR": home / "config",
        "JUPYTER_DATA_DIR": home / "data",
        "JUPYTER_RUNTIME_DIR": home / "runtime",
        "JUPYTERLAB_SETTINGS_DIR": home / "settings",
        "JUPYTERLAB_WORKSPACES_DIR": home / "workspaces",
    }
    for folder in folders.values():
        folder.mkdir(parents=True, exist_ok=True)
    # A pop-up about news would cover the page.
    news = folders["JUPYTERLAB_SETTINGS_DIR"] / "@jupyterlab" / "apputils-extension"
    news.mkdir(parents=True)
    (news / "notification.jupyterlab-settings").write_text(
        json.dumps({"fetchNews": "false", "checkForUpdates": False})
    )
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("JUPYTER", "IPYTHON"))}
    return {**kept, **{name: str(folder) for name, folder in folders.items()}}


@contextmanager
def served(home: Path, program: str, *flags: str) -> Iterator[Lab]:
    """A server that runs, `python -m program flags`, with `{folder}`, `{port}`, `{token}` put in."""
    folder = home / "notebooks"
    folder.mkdir(exist_ok=True)
    port, token = free_port(), secrets.token_hex(16)
    log = home / "server.log"
    with log.open("wb") as sink:
        server = subprocess.Popen(
            [
                *(sys.executable, "-m", *program.split()),
                *(flag.format(folder=folder, port=port, token=token) for flag in flags),
            ],
            cwd=folder,
            env=hermetic(home / "home"),
            stdout=sink,
            stderr=subprocess.STDOUT,
        )
    running = Lab(f"http://127.0.0.1:{port}", token, folder)
    try:
        deadline = time.monotonic() + PATIENCE / 1000
        while not running.answers():
            if server.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"{program} does not start:\n{log.read_text()[-4000:]}")
            time.sleep(0.2)
        yield running
    finally:
        server.terminate()
        server.wait(30)


FLAGS = (
    "--no-browser",
    "--ip=127.0.0.1",
    "--port={port}",
    "--allow-root",
    "--IdentityProvider.token={token}",
    "--ServerApp.root_dir={folder}",
    "--ServerApp.port_retries=0",
)


@pytest.fixture(scope="session")
def lab(tmp_path_factory) -> Iterator[Lab]:
    """One JupyterLab for all browser tests."""
    own = ("--LabApp.expose_app_in_browser=True", "--LabApp.extension_manager=readonly")
    with served(tmp_path_factory.mktemp("lab"), "jupyter lab", *FLAGS, *own) as running:
        yield running


@pytest.fixture
def notebook_7(tmp_path) -> Iterator[Lab]:
    """Jupyter Notebook 7."""
    own = "--JupyterNotebookApp.expose_app_in_browser=True"
    with served(tmp_path, "notebook", *FLAGS, own) as running:
        yield running


@pytest.fixture
def voila(tmp_path) -> Iterator[Lab]:
    """Voila, which runs a notebook for each page."""
    own = ("--no-browser", "--Voila.ip=127.0.0.1", "--port={port}", "{folder}")
    with served(tmp_path, "voila", *own) as running:
        yield running


# ── a notebook in it ──────────────────────────────────────────────────────────────────────────


_RUN = """async (code) => {
  const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel;
  const future = kernel.requestExecute({ code, store_history: false });
  let text = "";
  future.onIOPub = ({ header, content }) => {
    if (header.msg_type === "stream" && content.name === "stdout") text += content.text;
    if (header.msg_type === "error") text += "ERROR " + content.traceback.join("\\n");
  };
  await future.done;
  return text;
}"""


@dataclass
class Notebook:
    """A notebook that is open in the page, its cells run."""

    page: Any
    name: str
    offsite: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def python(self, code: str) -> str:
        """Run code in the kernel behind the page's back; return what it prints."""
        text = self.page.evaluate(_RUN, code)
        assert not text.startswith("ERROR "), text
        return text.strip()

    def wait_python(self, expression: str, expected: str) -> None:
        """Wait until an expression prints as expected in the kernel."""
        deadline = time.monotonic() + PATIENCE / 1000
        while (got := self.python(f"print({expression})")) != expected:
            assert time.monotonic() < deadline, f"{expression} is {got}, not {expected}"
            self.page.wait_for_timeout(50)

    def theme(self, name: str) -> None:
        """Switch JupyterLab to "light" or "dark"."""
        theme = f"JupyterLab {name.capitalize()}"
        self.page.evaluate(
            "theme => jupyterapp.commands.execute('apputils:change-theme', {theme})", theme
        )
        self.page.wait_for_function(
            "theme => document.body.dataset.jpThemeName === theme", arg=theme
        )
        # A second switch while the splash of the first fades makes JupyterLab remove it twice.
        self.page.wait_for_function("() => !document.getElementById('jupyterlab-splash')")

    def violations(self, selector: str) -> list[str]:
        """What axe-core finds wrong for people with disabilities, within an element."""
        if not self.page.evaluate("() => 'axe' in window"):
            self.page.evaluate(AXE.read_text("utf-8"))
        found = self.page.evaluate(
            "async (at) => (await axe.run(at, {resultTypes: ['violations']})).violations", selector
        )
        return [
            f"{rule['id']}: {node['target']} {node.get('failureSummary', '')}"
            for rule in found
            for node in rule["nodes"]
        ]

    def save(self) -> None:
        """Save the notebook."""
        self.page.evaluate("() => jupyterapp.commands.execute('docmanager:save')")
        self.page.wait_for_function(
            "() => !jupyterapp.shell.currentWidget.content.model.dirty", timeout=PATIENCE
        )


def watched(page: Any, server: Lab) -> tuple[list[str], list[str]]:
    """Stop what the page asks of other hosts; gives the list of that, and of scripts that failed."""
    offsite: list[str] = []
    errors: list[str] = []
    page.set_default_timeout(PATIENCE)
    own = urlsplit(server.base).netloc

    def elsewhere(url: str) -> bool:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https", "ws", "wss"} and parts.netloc != own

    def stop(route: Any) -> None:
        offsite.append(route.request.url)
        route.abort()

    page.context.route(elsewhere, stop)
    page.on("websocket", lambda ws: offsite.append(ws.url) if elsewhere(ws.url) else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    return offsite, errors


@pytest.fixture(name="watched")
def _watched() -> Callable[..., tuple[list[str], list[str]]]:
    """`watched`, for tests of servers of their own."""
    return watched


@pytest.fixture
def notebook(lab, page) -> Iterator[Callable[..., Notebook]]:
    """`notebook(*cells, wait="css")` writes, opens and runs cells, and waits for an element.

    At the end of the test the page must have asked no other host for anything, and no script of
    it may have failed.
    """
    opened: list[Notebook] = []
    offsite, errors = watched(page, lab)

    def make(*cells: str, wait: str | None = None, name: str = "test") -> Notebook:
        name = f"{name}-{len(opened)}-{secrets.token_hex(4)}.ipynb"
        code = [nbformat.v4.new_code_cell(cell) for cell in cells]
        # Without a kernel's name JupyterLab asks for one.
        book = nbformat.v4.new_notebook(cells=code, metadata={"kernelspec": KERNEL})
        nbformat.write(book, lab.folder / name)
        page.goto(f"{lab.base}/lab/tree/{name}?token={lab.token}&reset")
        page.wait_for_function(
            "() => window.jupyterapp?.shell.currentWidget?.sessionContext?.isReady"
        )
        page.evaluate("() => jupyterapp.commands.execute('notebook:run-all-cells')")
        opened.append(Notebook(page, name, offsite, errors))
        if wait is not None:
            page.wait_for_selector(wait)
        return opened[-1]

    yield make
    for book in opened:
        shut(page, lab, book.name)
    assert offsite == [], f"the page asked other hosts: {offsite}"
    own_errors = [error for error in errors if not re.search("ResizeObserver loop", error)]
    assert own_errors == [], f"scripts of the page failed: {own_errors}"


def shut(page: Any, lab: Lab, name: str) -> None:
    """End the kernel of a notebook, so that the next test has the machine."""
    page.evaluate(
        """async () => {
          const context = window.jupyterapp?.shell.currentWidget?.sessionContext;
          if (context) await context.shutdown();
        }"""
    )
    (lab.folder / name).unlink(missing_ok=True)
