"""The rows that `benchmarks.split` hands over, from what it measured at one size."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.rows import Row

__all__ = ["keys_row", "ratio_rows", "route_rows", "split_rows"]

LARGE, HUGE = 10**6, 10**7
"""Goals are for a million rows, and for ten; below that figures are only shown."""
PLAN_TIMES, KEY_TIMES, RATIO_MS, PLAN_MB = 5, 2, 10, 2048
GOALS = ("original", "brevettiai")
NAMES = {
    "original": "brevettiai's algorithm, rewritten",
    "original, pattern": "brevettiai's algorithm, rewritten",
    "brevettiai, pattern": "brevettiai",
}


def split_rows(cells: dict[str, dict], rows: int) -> Iterator[Row]:
    """CPU seconds on plain items, and the items that straddle where some span classes."""
    yield from _seconds(f"a split of {rows:,} images by columns", cells["items of 4"], "ours", rows)
    found = cells["items span"]
    for peer, figures in found.items():
        if not peer.startswith("ours"):
            yield Row(
                f"items on both sides of a split of {rows:,} images, one in ten in two classes",
                "items",
                found["ours"]["straddling"],
                NAMES.get(peer, peer),
                figures.get("straddling"),
                figures.get("not run", ""),
                limit=0,
            )


def route_rows(found: dict[str, dict], rows: int) -> Iterator[Row]:
    """CPU seconds where the item is read from the path."""
    what = f"a split of {rows:,} images by a pattern in their paths"
    yield from _seconds(what, found, "ours, pattern", rows)


def _seconds(what: str, found: dict[str, dict], ours: str, rows: int) -> Iterator[Row]:
    for peer, figures in found.items():
        if not peer.startswith("ours"):
            yield Row(
                what,
                "CPU s",
                found[ours]["cpu_s"],
                NAMES.get(peer, peer),
                figures.get("cpu_s"),
                figures.get("not run", ""),
                times=PLAN_TIMES if rows >= LARGE and peer.startswith(GOALS) else None,
            )


def keys_row(found: dict[str, float]) -> Row:
    """The keys of all paths alone."""
    return Row(
        f"the items of {found['rows']:,} paths by a pattern",
        "CPU s",
        found["ours_s"],
        "pandas' Series.str.extract",
        found["extract_s"],
        times=KEY_TIMES if found["rows"] >= LARGE else None,
    )


def ratio_rows(found: dict[str, float]) -> Iterator[Row]:
    """Another ratio of a plan that stands, and the memory that the plan took. No peer has one."""
    rows = found["rows"]
    huge = rows >= HUGE
    taken = found["counts_ms"] + found["codes_ms"]
    what = f"another ratio of a split of {rows:,} images"
    yield Row(what, "ms of CPU", taken, limit=RATIO_MS if huge else None)
    what = f"memory of a split of {rows:,} images"
    yield Row(what, "MB", found["peak_mb"], limit=PLAN_MB if huge else None)
