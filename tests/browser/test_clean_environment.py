"""The wheel alone, in an environment that has nothing else and no network: sound, and it opens."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OFFLINE = ROOT / "tests" / "support" / "offline_app.py"
OURS = {"VIRTUAL_ENV", "PYTHONPATH", "BREVVIZ_CACHE", "MAKEFLAGS", "MAKELEVEL", "MFLAGS"}

pytestmark = pytest.mark.long  # everything is installed anew: minutes


def stranger(home):
    """The environment of somebody who has only the wheel."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in OURS and not name.startswith(("JUPYTER", "IPYTHON", "XDG"))
    }
    return {**kept, "HOME": str(home)}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """What `make wheel` builds, manual and all, of a fresh clone; with this run's tools."""
    clone = tmp_path_factory.mktemp("clone") / "brevviz"
    subprocess.run(["git", "clone", "--quiet", ROOT, clone], check=True)
    tools = Path(sys.executable).parents[1]
    subprocess.run(
        # The tools are there: nothing is to be installed into them.
        ["make", f"--assume-old={tools}/dev", "wheel", f"VENV={tools}"],
        cwd=clone,
        env={**os.environ, "PYTHONPATH": str(clone)},
        check=True,
    )
    (built,) = (clone / "dist").glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """The `brevviz` command of an environment with the wheel and what it needs."""
    folder = tmp_path_factory.mktemp("clean") / "venv"
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    install = ["-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    subprocess.run(
        [folder / "bin/python", *install, "--constraint", ROOT / "constraints.txt", wheel],
        env=stranger(folder),
        check=True,
    )
    return folder / "bin" / "brevviz"


@pytest.fixture(scope="module")
def seen(installed, chromium, tmp_path_factory):
    """What was seen of it without a network (tests/support/offline_app.py)."""
    apart = ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "--net", "--map-root-user"]
    if not shutil.which("unshare") or subprocess.run([*apart, "true"], check=False).returncode:
        pytest.skip("this system gives no network namespace: unshare --net is refused")
    home = tmp_path_factory.mktemp("home")
    done = subprocess.run(
        [*apart, sys.executable, OFFLINE, installed, chromium, home],
        env=stranger(home),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_there_is_no_network(seen):
    assert seen["interfaces"] == ["lo"]
    assert seen["reaches out"] is False


def test_only_the_wheel_and_what_it_needs_is_installed(installed):
    code = "from importlib.metadata import distributions as d; print(*[x.name for x in d()])"
    done = subprocess.run(
        [installed.with_name("python"), "-c", code], capture_output=True, text=True, check=True
    )
    names = {name.lower().replace("_", "-") for name in done.stdout.split()}
    assert {"brevviz", "jupyterlab", "tensorflow"} <= names
    assert names.isdisjoint({"pytest", "mkdocs", "ruff", "playwright", "ray", "obstore"})


def test_the_doctor_is_green(seen):
    assert seen["doctor"]["code"] == 0, seen["doctor"]["said"]
    assert "All works." in seen["doctor"]["said"]
    assert "no host was contacted meanwhile" in seen["doctor"]["said"]


def test_the_app_opens_and_draws_every_panel(seen):
    assert list(seen["drawn"]) == ["Samples", "Split", "Sampling", "Images", "Export"]
    for panel, box in seen["drawn"].items():
        assert box["width"] > 10, panel
        assert box["height"] > 10, panel
    assert seen["offsite"] == []
    assert [error for error in seen["errors"] if "ResizeObserver loop" not in error] == []


def test_the_manual_is_in_it(installed):
    done = subprocess.run([installed, "docs", "--path"], capture_output=True, text=True, check=True)
    page = Path(done.stdout.strip())
    assert page.is_relative_to(installed.parents[1])
    assert "brevviz" in page.read_text("utf-8")
    assert not list(page.parent.rglob("*.map"))
