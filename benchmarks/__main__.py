"""All benchmarks, one after the other: `make bench`, or `python -m benchmarks split images`.

Each is a process of its own and prints its own tables. What they hand over (benchmarks/rows.py) is
kept in docs/benchmarks.json and written as one table to docs/benchmarks.md; a benchmark that is
run alone replaces its own part of it. `--smoke` runs the smallest sizes once, and `--to FOLDER`
writes both files there.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.page import Part, page
from benchmarks.rows import INTO, SMOKE, load

HERE = Path(__file__).parent
ALL = ("front_door", "split", "sampling", "images", "buckets", "evidence", "scale", "app")


def run(name: str, smoke: bool) -> Part | None:
    """One benchmark in a process of its own; None when it broke before it had figures."""
    began, load_before = time.monotonic(), os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder:
        rows = Path(folder) / "rows.json"
        done = subprocess.run(
            [sys.executable, "-m", f"benchmarks.{name}"],
            cwd=HERE.parent,
            env={**os.environ, INTO: str(rows), SMOKE: str(int(smoke))},
            check=False,
        )
        found = load(rows) if rows.is_file() else []
    spent = time.monotonic() - began
    print(f"== {name}: exit {done.returncode}, {len(found)} rows, {spent:.0f} s ==", flush=True)
    if not found:
        return None
    return Part.now(name, found, spent, (load_before, os.getloadavg()[0]))


def main(arguments: list[str]) -> int:
    """Run the named benchmarks, or all; the exit code is the number of those that broke."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(ALL)}")
    parser.add_argument("--smoke", action="store_true")
    parser.add_argument("--to", type=Path, default=HERE.parent / "docs", metavar="FOLDER")
    chosen = parser.parse_args(arguments)
    unknown = [name for name in chosen.names if name not in ALL]
    if unknown:
        parser.error(f"{', '.join(unknown)}: not a benchmark; known are {', '.join(ALL)}")
    kept = chosen.to / "benchmarks.json"
    parts = json.loads(kept.read_text("utf-8")) if kept.is_file() else {}
    broken = []
    for name in chosen.names or ALL:
        print(f"\n== {name} ==", flush=True)
        part = run(name, chosen.smoke)
        if part is None:
            broken.append(name)
            continue
        parts[name] = part.plain()
        # After each: what has been measured is not lost with what breaks later.
        kept.write_text(json.dumps(parts, indent=1) + "\n", "utf-8")
        text = page([Part.of(parts[known]) for known in ALL if known in parts])
        (chosen.to / "benchmarks.md").write_text(text, "utf-8")
    print(f"broke: {', '.join(broken)}" if broken else "all benchmarks ran")
    return len(broken)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
