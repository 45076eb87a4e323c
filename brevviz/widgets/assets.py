"""What travels to the browser: one module for each widget, and one stylesheet for all.

anywidget sends a module as text, so that a relative import has nothing to be relative to. The
files in `static/` are plain ES modules; here each import of a neighbour is replaced by what is in
it. There is no other build step (`livechart.js` is the exception, see
`scripts/build_livechart.py`).
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from brevviz.widgets.palette import variables

__all__ = ["STATIC", "module", "stylesheet"]

STATIC = Path(__file__).parent / "static"
"""The folder of the browser's files."""

_IMPORT = re.compile(r'^import \{[^}]*\} from "\./(\w+\.js)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=function |async function |const |class )", re.MULTILINE)


@cache
def module(name: str) -> str:
    """Return the ES module `static/<name>` as one text that imports nothing.

    All files of one module share a scope: a name is declared in one of them only.
    """
    parts: dict[str, str] = {}
    _gather(name, parts)
    *neighbours, last = parts.values()
    return "".join(_EXPORT.sub("", text) for text in neighbours) + last


def _gather(name: str, parts: dict[str, str]) -> None:
    """Put `name` into `parts` behind all that it imports."""
    text = (STATIC / name).read_text("utf-8")
    for neighbour in _IMPORT.findall(text):
        if neighbour not in parts:
            _gather(neighbour, parts)
    parts[name] = _IMPORT.sub("", text)


@cache
def stylesheet() -> str:
    """Return the stylesheet of all widgets, colours of `palette` included."""
    return variables() + (STATIC / "app.css").read_text("utf-8")
