"""Write `brevviz/widgets/static/LICENSES.txt`: what the packages inside livechart.js are under.

    npm install --prefix FOLDER vega@6.2.0 vega-lite@6.4 vega-embed@7.0.2 lodash
    python scripts/vega_licences.py FOLDER/node_modules

The versions are those that the first lines of livechart.js name. Only packages that are reached
from those four are listed; their programs for the command line are in no bundle.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from pathlib import Path

TARGET = Path(__file__).parent.parent / "brevviz" / "widgets" / "static" / "LICENSES.txt"
ROOTS = ("vega", "vega-lite", "vega-embed", "lodash")
PROGRAMS = {"commander", "iconv-lite", "rw", "safer-buffer", "yargs"}
HEAD = (
    "livechart.js contains code of the packages below; each text is the one\n"
    "that its package is distributed with. brevviz itself is under Apache-2.0.\n"
)


def licences(modules: Path) -> dict[str, list[str]]:
    """Return text → the packages that are under it, with their versions."""
    found: dict[str, set[str]] = defaultdict(set)
    waiting = [modules / name for name in ROOTS]
    seen = set()
    while waiting:
        folder = waiting.pop()
        if folder in seen:
            continue
        seen.add(folder)
        package = json.loads((folder / "package.json").read_text("utf-8"))
        text = next(iter(sorted(folder.glob("LICEN*")))).read_text("utf-8")
        found[text.strip()].add(f"{package['name']} {package['version']}")
        for name in package.get("dependencies", {}):
            if name not in PROGRAMS and not name.startswith("@types/"):
                nested = folder / "node_modules" / name
                waiting.append(nested if nested.exists() else modules / name)
    return {text: sorted(names) for text, names in found.items()}


def main(modules: str) -> None:
    """Write the file anew."""
    parts = [HEAD]
    for text, names in sorted(licences(Path(modules)).items(), key=lambda pair: pair[1]):
        parts.append(f"{'-' * 80}\n{', '.join(names)}\n\n{text}\n")
    TARGET.write_text("\n".join(parts), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
