"""What travels to the browser: one module for each widget, and one stylesheet for all.

anywidget sends a module as text, so that a relative import has nothing to be relative to. The
files in `static/` are plain ES modules that import from `./dom.js`; here that import is replaced
by what it names. There is no other build step (`livechart.js` is the exception, see
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

_IMPORT = re.compile(r'^import \{[^}]*\} from "\./dom\.js";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=function |const |class )", re.MULTILINE)


@cache
def module(name: str) -> str:
    """Return the ES module `static/<name>` as one text that imports nothing."""
    text = (STATIC / name).read_text("utf-8")
    if not _IMPORT.search(text):
        return text
    shared = (STATIC / "dom.js").read_text("utf-8")
    return _EXPORT.sub("", shared) + _IMPORT.sub("", text)


@cache
def stylesheet() -> str:
    """Return the stylesheet of all widgets, colours of `palette` included."""
    return variables() + (STATIC / "app.css").read_text("utf-8")
