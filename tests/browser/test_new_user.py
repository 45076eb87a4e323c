"""A newcomer clones the checkout into an empty folder and types the README's two commands."""

import os
import re
import signal
import subprocess
import threading
from pathlib import Path

import pytest
from playwright.sync_api import expect

# Each installs everything anew, which CI has just done itself to type `make test` in a clean checkout.
pytestmark = pytest.mark.long

ROOT = Path(__file__).parents[2]
INSTALLS_WITHIN = 900  # seconds: everything is installed anew, on a loaded machine
PATIENCE = 120_000  # ms


def newcomer():
    """The environment of somebody who has never heard of this test run."""
    ours = {"VIRTUAL_ENV", "PYTHONPATH", "BREVVIZ_REQUIRE_ALL", "MAKEFLAGS", "MAKELEVEL", "MFLAGS"}
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    own = Path(os.environ.get("VIRTUAL_ENV", ROOT / ".venv")) / "bin"
    path = [entry for entry in kept["PATH"].split(os.pathsep) if Path(entry) != own]
    return {**kept, "PATH": os.pathsep.join(path)}


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    """A fresh clone of what is committed."""
    folder = tmp_path_factory.mktemp("newcomer") / "brevviz"
    subprocess.run(["git", "clone", "--quiet", ROOT, folder], check=True)
    return folder


@pytest.fixture
def address(clone):
    """What `make explore` prints; the server ends with the test."""
    command = ["make", "explore", "BROWSER=none"]
    process = subprocess.Popen(
        command,
        cwd=clone,
        env=newcomer(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    watch = threading.Timer(INSTALLS_WITHIN, os.killpg, (process.pid, signal.SIGKILL))
    watch.start()
    said = []
    try:
        for line in process.stdout:
            said.append(line)
            found = re.search(r"brevviz: open (http://127\.0\.0\.1:\S+)", line)
            if found:
                break
        else:
            pytest.fail("make explore ended without an address:\n" + "".join(said)[-4000:])
        watch.cancel()
        yield found[1]
    finally:
        watch.cancel()
        os.killpg(process.pid, signal.SIGTERM)
        process.communicate(timeout=60)


def test_make_explore_ends_with_the_app_on_screen(clone, address, page):
    page.set_default_timeout(PATIENCE)
    page.goto(address)
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()
    page.locator(".jp-Notebook .jp-CodeCell").first.click()
    page.keyboard.press("Shift+Enter")
    listed = page.get_by_text("180 images of 180 objects listed")
    expect(listed).to_be_visible(timeout=PATIENCE)
    expect(page.locator(".bv-gallery img").first).to_be_visible(timeout=PATIENCE)
    again = subprocess.run(
        ["make", "--question", ".venv/app"], cwd=clone, env=newcomer(), check=False
    )
    assert again.returncode == 0, "a second make explore would install again"


def test_make_test_passes(clone):
    tests = "--ignore=tests/browser/test_new_user.py"
    done = subprocess.run(
        ["make", "test", f"TESTS={tests}"],
        cwd=clone,
        env=newcomer(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-6000:]
    assert re.search(r"\d+ passed", done.stdout)
