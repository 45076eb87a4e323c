"""The tables of docs/split.md, from what `benchmarks.split` prints, in one run or several.

python -m benchmarks.split 1e4 1e5 > some.jsonl; python -m benchmarks.split 1e6 1e7 > more.jsonl
python -m benchmarks.split_table some.jsonl more.jsonl
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

KINDS = {
    "items of 4": "items of 4 images, in 10 classes",
    "zipf": "Zipf sizes, the largest item 5 % of all, in 10 classes",
    "items span": "items of 4, one in ten spans classes, 10 classes",
    "tiny classes": "items of 4, classes of one to a few items",
}
PEERS = {
    "ours": "**brevviz**",
    "ours, best fit": "best fit",
    "ours, hash": "hash",
    "brevettiai": "brevettiai 2.0.0",
    "original": "its algorithm, rewritten",
    "StratifiedGroupKFold": "StratifiedGroupKFold",
    "GroupShuffleSplit": "GroupShuffleSplit",
    "split-folders": "split-folders",
}


def table(kind, found):
    """What the peers came to on one data set, as Markdown; `found`: rows → peer → figures."""
    head = " | ".join(f"{rows:,}" for rows in found)
    lines = [f"| {KINDS[kind]} | {head} |", "|---" * (len(found) + 1) + "|"]
    for peer, name in PEERS.items():
        known = [of.get(peer) for of in found.values()]
        late = any(figures and "not run" in figures for figures in known)
        missing = {"not run": "fewer rows did not finish" if late else "not measured"}
        lines.append(f"| {name} | {' | '.join(_cell(each or missing) for each in known)} |")
    return "\n".join(lines) + "\n"


def _cell(figures):
    if "not run" in figures:
        return figures["not run"]
    straddling = f"{figures['straddling']:,}"
    straddling = straddling if straddling == "0" else f"**{straddling}**"
    points = f"{figures['off_pp']:.2g}" if figures["off_pp"] >= 0.005 else "0"
    off = f"{figures['off_images']:,.1f}, {points}"
    seconds = figures["cpu_s"]
    spent = f"{seconds:.2g}" if seconds < 10 else f"{seconds:.0f}"
    return f"{straddling}; {off}; {spent} s, {max(0, figures['peak_mb'])} MB"


def main() -> int:
    """Print the tables of all lines in the files given."""
    cells = {kind: {} for kind in KINDS}
    for name in sys.argv[1:]:
        for line in Path(name).read_text(encoding="utf-8").splitlines():
            figures = json.loads(line) if line.startswith('{"data"') else None
            if figures and figures["peer"] in PEERS:
                found = cells[figures["data"]].setdefault(figures["rows"], {})
                found[figures["peer"]] = figures
    for kind, found in cells.items():
        sys.stdout.write(table(kind, dict(sorted(found.items()))) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
