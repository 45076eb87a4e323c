"""What ships: the wheel holds what the app needs, its licences, and nothing else."""

import os
import re
import subprocess
import sys
import tarfile
import zipfile
from email import message_from_string
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
MOST_MB = 5


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The sdist, and the wheel that is built from it, of a copy of the checkout with a manual.

    The manual is one page: that all of it is built strictly is seen in tests/docs.
    """
    folder = tmp_path_factory.mktemp("built")
    tree = folder / "tree"
    kept = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    for name in filter(None, kept.stdout.split("\0")):
        if (ROOT / name).is_file():  # not one that is being taken away
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            (tree / name).write_bytes((ROOT / name).read_bytes())
    site = tree / "brevviz/cli/site"
    for name in ("index.html", "assets/javascripts/bundle.js.map", "assets/javascripts/lunr/x.js"):
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_text("<title>brevviz</title>")
    subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", folder / "dist", tree],
        capture_output=True,
        check=True,
    )
    (wheel,) = (folder / "dist").glob("*.whl")
    (sdist,) = (folder / "dist").glob("*.tar.gz")
    return wheel, sdist


@pytest.fixture(scope="module")
def names(built):
    return set(zipfile.ZipFile(built[0]).namelist())


def test_every_module_and_every_static_file_is_in_the_wheel(names):
    kept = subprocess.run(
        ["git", "ls-files", "brevviz"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    missing = {name for name in kept.stdout.splitlines() if (ROOT / name).is_file()} - names
    assert missing == set()
    assert {"brevviz/py.typed", "brevviz/widgets/static/app.css"} <= names
    assert {"brevviz/cli/explore.ipynb", "brevviz/cli/site/index.html"} <= names


def test_licences_are_in_the_wheel(built, names):
    assert "brevviz/widgets/static/LICENSES.txt" in names
    (licence,) = (name for name in names if name.endswith("dist-info/licenses/LICENSE"))
    with zipfile.ZipFile(built[0]) as wheel:
        assert b"Apache License" in wheel.read(licence)
        (metadata,) = (name for name in names if name.endswith("dist-info/METADATA"))
        said = message_from_string(wheel.read(metadata).decode())
    assert said["License-Expression"] == "Apache-2.0"
    assert "peers" in said.get_all("Provides-Extra")


def test_the_wheel_carries_no_dead_weight(built, names):
    tops = {name.split("/")[0] for name in names}
    assert tops == {"brevviz", next(top for top in tops if top.endswith(".dist-info"))}
    heavy = [name for name in names if re.search(r"\.(map|pyc|bmp|orig|jsonl)$|/lunr/", name)]
    assert heavy == []
    assert built[0].stat().st_size < MOST_MB * 2**20


def test_the_sdist_has_what_builds_and_tests_it(built):
    with tarfile.open(built[1]) as sdist:
        inside = {name.partition("/")[2] for name in sdist.getnames()}
    assert {"pyproject.toml", "Makefile", "constraints.txt", "LICENSE", "CHANGELOG.md"} <= inside
    assert {"SECURITY.md", "CITATION.cff", "notebooks/explore.ipynb", "mkdocs.yml"} <= inside
    assert {"benchmarks/rows.py", "benchmarks/constraints.txt", "tests/conftest.py"} <= inside
    assert not [name for name in inside if name.startswith((".venv", "dist/", ".git/"))]


def test_the_doctor_of_the_unpacked_wheel_finds_it_sound(built, tmp_path):
    unpacked = tmp_path / "unpacked"
    zipfile.ZipFile(built[0]).extractall(unpacked)  # noqa: S202  # a wheel of our own
    code = (
        "import brevviz, sys; from brevviz.cli import main; "
        "print(brevviz.__file__); sys.exit(main(['doctor']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(unpacked), "XDG_CONFIG_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    assert lines[0].startswith(str(unpacked)), "another brevviz was tried"
    assert lines[-1] == "All works."
