"""`import brevviz` against `import pandas`, each in fresh processes, in pairs.

A script that only wants the recipe must not wait for what it does not use. Goal: at most a fifth.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys

GOAL = 0.2
PAIRS = 15


def seconds(module: str) -> float:
    """The time that one import takes in a process of its own, without Python's own start."""
    code = (
        "from time import perf_counter as now; begin = now(); "
        f"import {module}; print(now() - begin)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return float(done.stdout)


def measure(pairs: int = PAIRS) -> dict[str, float | int]:
    """Medians of both and of their ratio; a pair is run back to back, so that load hits both."""
    for module in ("brevviz", "pandas"):  # fills the disk's cache
        seconds(module)
    times = [(seconds("brevviz"), seconds("pandas")) for _ in range(pairs)]
    return {
        "pairs": pairs,
        "brevviz_ms": round(1000 * statistics.median(own for own, _ in times), 2),
        "pandas_ms": round(1000 * statistics.median(other for _, other in times), 1),
        "ratio": round(statistics.median(own / other for own, other in times), 4),
        "goal": GOAL,
    }


def main() -> int:
    """Print the figures; 1 when the goal is missed."""
    figures = measure()
    print(json.dumps(figures))
    return 0 if figures["ratio"] <= GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
