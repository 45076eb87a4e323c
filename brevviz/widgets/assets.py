"""What travels to the browser: a stub for each widget, and all else once, in a library.

The files in `static/` are plain ES modules. anywidget sends a module as text, with each widget
anew, so that what it sends is `stub.js`, which fetches its part from a library (`library.py`). A
text that is imported has no folder that a relative import could start from: `app` makes one module
of all files. There is no other build step (`livechart.js` is the exception, see
`scripts/build_livechart.py`).
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

from brevviz.widgets.palette import variables

__all__ = ["STATIC", "app", "chart", "module", "stylesheet"]

STATIC = Path(__file__).parent / "static"
"""The folder of the browser's files."""

_ALONE = frozenset({"livechart.js", "stub.js"})
_IMPORT = re.compile(r'^import (\{[^}]*\}) from "\./(\w+\.js)";$', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async function|function|const|class) (\w+))", re.MULTILINE)
_WHOLE = re.compile(r"^export default ", re.MULTILINE)
_COMMENT = re.compile(r"/\*\*(?s:.*?)\*/ ?|^ *//.*\n|^ +| // .*$|^\n", re.MULTILINE)


@cache
def module(name: str) -> str:
    """Return the ES module of one widget, whose part is `static/<name>`: a stub."""
    if not (STATIC / name).is_file():
        raise FileNotFoundError(f"no file {name} for the browser")
    text = (STATIC / "stub.js").read_text("utf-8")
    return _COMMENT.sub("", text).replace('"part.js"', json.dumps(name))


@cache
def app() -> str:
    """Return the ES module that holds the parts of all widgets, and puts their stylesheet in place.

    It exports `part(name)`, what the file of that name exports by default, and what every stub needs.
    """
    files = sorted(path for path in STATIC.glob("*.js") if path.name not in _ALONE)
    return f"""const files = {{
{",".join(_closed(path) for path in files)}}};
const made = {{}};
const use = (name) => (made[name] ??= files[name]());
use("dress.js").dress({json.dumps(stylesheet())});
export const {{ attend }} = use("attend.js");
export const {{ reaching }} = use("reach.js");
export const part = (name) => use(name).whole;
"""


def _closed(path: Path) -> str:
    """Return a file as a function with a scope of its own, which gives what the file exports."""
    text = path.read_text("utf-8")
    names = _EXPORT.findall(text)
    text, ends = _WHOLE.subn("const whole = ", _EXPORT.sub("", text))
    text = _IMPORT.sub(r'const \1 = use("\2");', text)
    given = ", ".join([*names, *["whole"] * ends])
    return f"{json.dumps(path.name)}: () => {{\n{text}return {{ {given} }};\n}}"


@cache
def chart() -> str:
    """Return the ES module that draws charts: Vega, and a part of ours."""
    return (STATIC / "livechart.js").read_text("utf-8")


@cache
def stylesheet() -> str:
    """Return the stylesheet of all widgets, colours of `palette` included."""
    return variables() + (STATIC / "app.css").read_text("utf-8")
