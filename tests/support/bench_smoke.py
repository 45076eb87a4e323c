"""Run benchmarks at their smallest, and give what they handed over."""

import json
import os
import subprocess
import sys
from pathlib import Path

from benchmarks.page import Part

ROOT = Path(__file__).parents[2]


def parts_of(folder, *names):
    """The parts of a smoke run, by name, and its page."""
    kept = {name: value for name, value in os.environ.items() if name != "BREVETTIAI_PYTHON"}
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--smoke", "--to", folder, *names],
        cwd=ROOT,
        env=kept,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]
    plain = json.loads((folder / "benchmarks.json").read_text("utf-8"))
    parts = {name: Part.of(part) for name, part in plain.items()}
    assert sorted(parts) == sorted(names)
    return parts, (folder / "benchmarks.md").read_text("utf-8")
