"""`import brevviz` against `import pandas`, each in fresh processes, in pairs.

A script that only wants the recipe must not wait for what it does not use. Goal: five times faster.
"""

from __future__ import annotations

import statistics
import subprocess
import sys

from benchmarks.rows import Row, report, smoke

GOAL = 5
PAIRS = 15


def seconds(module: str) -> float:
    """The time that one import takes in a process of its own, without Python's own start."""
    code = (
        "from time import perf_counter as now; begin = now(); "
        f"import {module}; print(now() - begin)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return float(done.stdout)


def measure(pairs: int = PAIRS) -> list[Row]:
    """Medians of both; a pair is run back to back, so that load hits both."""
    for module in ("brevviz", "pandas"):  # fills the disk's cache
        seconds(module)
    times = [(seconds("brevviz"), seconds("pandas")) for _ in range(pairs)]
    return [
        Row(
            "the import of the package",
            "ms",
            1000 * statistics.median(own for own, _ in times),
            "pandas",
            1000 * statistics.median(other for _, other in times),
            times=GOAL,
        )
    ]


if __name__ == "__main__":
    sys.exit(report(measure(1 if smoke() else PAIRS)))
