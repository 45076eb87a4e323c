"""What a benchmark hands over: a row for each comparison, with its goal, for docs/benchmarks.md.

A module of this folder measures, prints what it likes, and ends with `return report(rows)`.
`python -m benchmarks` gathers the rows of all. A peer that is not installed is a row as well, so
that nobody takes a missing line for a won comparison.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

__all__ = ["INTO", "SMOKE", "Row", "load", "report", "smoke"]

INTO = "BREVVIZ_BENCH_ROWS"
"""Names the file that `report` writes the rows to."""
SMOKE = "BREVVIZ_BENCH_SMOKE"
"""Set to 1: the smallest sizes and one round, to see that the benchmark runs."""


@dataclass(frozen=True)
class Row:
    """One comparison.

    what : what is done, with its size. unit : of both figures.
    ours, theirs : medians; theirs is None where there is no peer, or none that could be measured.
    peer : whom we are compared with. absent : why it has no figure.
    more : whether a larger figure is the better one.
    times : the goal for the ratio. limit : the goal for our own figure.
    """

    what: str
    unit: str
    ours: float
    peer: str = ""
    theirs: float | None = None
    absent: str = ""
    more: bool = False
    times: float | None = None
    limit: float | None = None

    @property
    def ratio(self) -> float | None:
        """How many times better ours is: above 1 we are, below 1 the peer is."""
        if self.theirs is None or self.theirs <= 0 or self.ours <= 0:
            return None  # not of nothing, nor of memory that was given back
        return self.ours / self.theirs if self.more else self.theirs / self.ours

    @property
    def goal(self) -> str:
        """The goal in words; empty where there is none."""
        wanted = [f"{self.times:g} times"] if self.times is not None else []
        if self.limit is not None:
            wanted.append(f"{'at least' if self.more else 'at most'} {self.limit:g} {self.unit}")
        return ", ".join(wanted)

    @property
    def reached(self) -> bool | None:
        """Whether the goal is; None where there is none, or nobody to compare with."""
        held = []
        if self.times is not None:
            if self.ratio is None:
                return None
            held.append(self.ratio >= self.times)
        if self.limit is not None:
            held.append(self.ours >= self.limit if self.more else self.ours <= self.limit)
        return all(held) if held else None


def smoke() -> bool:
    """Whether only the smallest sizes are wanted, once."""
    return os.environ.get(SMOKE) == "1"


def report(rows: Iterable[Row]) -> int:
    """Print the rows, and write them where `INTO` says; the number of goals that were missed.

    A smoke run misses none: its sizes are not those that the goals are for.
    """
    found = list(rows)
    for row in found:
        theirs = row.absent or (f"{row.theirs:,.4g}" if row.theirs is not None else "")
        times = f"{row.ratio:.2f} times" if row.ratio is not None else ""
        verdict = {True: "reached", False: "MISSED", None: ""}[row.reached]
        goal = f"(goal: {row.goal})" if row.goal else ""
        against = f"against {row.peer}: {theirs}" if row.peer else ""
        parts = (f"{row.what}: {row.ours:,.4g} {row.unit}", against, times, goal, verdict)
        sys.stdout.write("  ".join(part for part in parts if part) + "\n")
    if INTO in os.environ:
        Path(os.environ[INTO]).write_text(json.dumps([asdict(row) for row in found]), "utf-8")
    return 0 if smoke() else sum(row.reached is False for row in found)


def load(path: Path) -> list[Row]:
    """The rows that `report` wrote."""
    return [Row(**row) for row in json.loads(path.read_text("utf-8"))]
