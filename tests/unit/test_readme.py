"""The README is true: its code runs, its pictures and links are there, its commands exist."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", TEXT, re.DOTALL)


def test_every_python_block_runs_in_order(tmp_path):
    code = "\n".join(block for language, block in BLOCKS if language == "python")
    checks = """
assert batch["img"].shape == (8, 128, 128, 3)
assert job.table["images"].sum() == 180
assert brevviz.Recipe.load("recipe.yaml") == recipe
app.close()
"""
    done = subprocess.run(
        [sys.executable, "-c", code + checks],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]


@pytest.mark.parametrize("path", re.findall(r"\]\(([^)#:]+)\)", TEXT))
def test_every_picture_and_link_is_there(path):
    assert (ROOT / path).is_file()


def test_every_make_target_that_is_named_exists():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    named = set(re.findall(r"make ([a-z-]+)", TEXT))
    assert {"explore", "test"} <= named
    assert {name for name in named if not re.search(rf"^{name}:", makefile, re.MULTILINE)} == set()


def test_make_test_runs_every_folder_of_tests():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    lines = [line for line in makefile.splitlines() if 'pytest -m "not long"' in line]
    named = set(re.findall(r"tests/(\w+)", " ".join(lines)))
    there = {path.parts[len(ROOT.parts) + 1] for path in (ROOT / "tests").rglob("test_*.py")}
    assert named == there - {"strict"}  # make test-strict runs that


def test_every_brevviz_command_that_is_named_exists():
    named = set(re.findall(r"^\$ brevviz (\w+)", TEXT, re.MULTILINE))
    named |= set(re.findall(r"`brevviz (\w+)", TEXT))
    assert named
    for name in sorted(named):
        done = subprocess.run(
            [Path(sys.executable).with_name("brevviz"), name, "--help"],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"brevviz {name}: {done.stderr}"
