"""docs/benchmarks.md: the last figures of every benchmark in one table, and what they ran on."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from benchmarks.rows import Row

__all__ = ["TITLES", "Part", "page"]

OURS = ("brevviz", "numpy", "pandas", "pyarrow", "minio", "tensorflow", "anywidget")
PEERS = (
    *("albumentations", "opencv-python-headless", "nvidia-dali-cuda120", "keras", "scikit-learn"),
    *("obstore", "boto3", "s3fs", "altair", "ipywidgets"),
)
TITLES = {
    "front_door": "Start",
    "split": "Split",
    "sampling": "Sampling",
    "images": "Images",
    "buckets": "Buckets",
    "evidence": "Evidence",
    "app": "App",
    "scale": "Scale",
}


@dataclass(frozen=True)
class Part:
    """What one benchmark came to.

    date : UTC, in minutes. seconds : it took. load : of one minute, before and after.
    machine : processor and cores. versions : package → version, None where it is not installed.
    """

    name: str
    date: str
    seconds: int
    load: tuple[float, float]
    machine: str
    versions: dict[str, str | None]
    rows: list[Row]

    @classmethod
    def now(cls, name: str, rows: list[Row], seconds: float, load: tuple[float, float]) -> Part:
        """Of this machine and this environment."""
        date = datetime.now(UTC).strftime("%Y-%m-%d %H:%M")
        return cls(name, date, round(seconds), load, _machine(), _versions(), rows)

    @classmethod
    def of(cls, plain: dict[str, Any]) -> Part:
        """From what `plain` gave."""
        return cls(**{**plain, "rows": [Row(**row) for row in plain["rows"]]})

    def plain(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def _machine() -> str:
    lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    model = next((line.split(":")[1].strip() for line in lines if "model name" in line), "unknown")
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    memory = f"{pages / 2**30:.0f} GiB"
    return f"{model}, {os.cpu_count()} cores, {memory}, {platform.system()} {platform.machine()}"


def _versions() -> dict[str, str | None]:
    found: dict[str, str | None] = {"Python": platform.python_version()}
    for name in OURS + PEERS:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = None
    return found | {"brevettiai": _brevettiai()}


def _brevettiai() -> str | None:
    """Its version in the interpreter that BREVETTIAI_PYTHON names."""
    python = os.environ.get("BREVETTIAI_PYTHON")
    if not python:
        return None
    code = "from importlib.metadata import version; print(version('brevettiai'))"
    done = subprocess.run([python, "-c", code], capture_output=True, text=True, check=False)
    return done.stdout.strip() or None


def page(parts: Iterable[Part]) -> str:
    """The page, as Markdown."""
    parts = list(parts)
    rows = [row for part in parts for row in part.rows]
    wanted = [row for row in rows if row.goal]
    missed = [row for row in wanted if row.reached is False]
    open_ = [row for row in wanted if row.reached is None]
    said = f"{sum(row.reached is True for row in wanted)} of {len(wanted)} goals are reached"
    said += f", {len(missed)} are missed" if missed else ""
    said += f", {len(open_)} had no peer to be checked against" if open_ else ""
    head = [
        "# Benchmarks",
        "",
        "`make bench` writes this page. Both sides are measured in one run, in turn, on the same",
        "machine, which others use too: take the ratios, not the times. A ratio above 1 is how many",
        "times better brevviz is, below 1 how much the peer is. A peer without a figure says why.",
        "",
        f"{said}.",
    ]
    head += [
        f"Missed: {row.what}, {_against(row)}{_ratio(row)} (goal: {row.goal})." for row in missed
    ]
    absent = [title for name, title in TITLES.items() if name not in {part.name for part in parts}]
    if absent:
        head.append(f"Not measured yet, and so not in the table: {', '.join(absent)}.")
    head += [
        "",
        "| part | what | unit | brevviz | peer | its figure | ratio | goal | |",
        "|---|---|---|---:|---|---:|---:|---|---|",
    ]
    table = [_line(TITLES.get(part.name, part.name), row) for part in parts for row in part.rows]
    return "\n".join([*head, *table, *_ground(parts)]) + "\n"


def _against(row: Row) -> str:
    return f"against {row.peer}: " if row.peer else ""


def _ratio(row: Row) -> str:
    if row.ratio is not None:
        return f"{row.ratio:.3g} times"
    return f"{_figure(row.ours)} {row.unit}"


def _line(title: str, row: Row) -> str:
    theirs = _figure(row.theirs) if row.theirs is not None else row.absent
    ratio = f"{row.ratio:.3g}" if row.ratio is not None else ""
    verdict = {True: "reached", False: "**missed**", None: "not checked" if row.goal else ""}
    cells = (title, row.what, row.unit, _figure(row.ours), row.peer or "none", theirs, ratio)
    return f"| {' | '.join((*cells, row.goal, verdict[row.reached]))} |"


def _figure(number: float) -> str:
    """Three digits that count, and the thousands apart."""
    return f"{number:,.0f}" if abs(number) >= 100 else f"{number:.3g}"


def _ground(parts: list[Part]) -> list[str]:
    """When, on what and with which versions; the same machine and versions are said once."""
    lines = ["", "## Measured on", ""]
    lines += [f"{machine}." for machine in dict.fromkeys(part.machine for part in parts)]
    lines += ["", "| part | date (UTC) | took | load before, after |", "|---|---|---:|---|"]
    lines += [
        f"| {TITLES.get(part.name, part.name)} | {part.date} | {part.seconds} s "
        f"| {part.load[0]:.1f}, {part.load[1]:.1f} |"
        for part in parts
    ]
    lines += ["", "| package | version |", "|---|---|"]
    names = dict.fromkeys(name for part in parts for name in part.versions)
    for name in names:
        found = dict.fromkeys(part.versions.get(name) or "not installed" for part in parts)
        lines.append(f"| {name} | {', '.join(found)} |")
    return lines
