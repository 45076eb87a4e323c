"""Docstrings in the house's style as Markdown, for the manual: an extension of griffe.

A heading underlined with dashes (Parameters, Raises, Returns) becomes a bold line, and each
`name : text` below it an entry of a list; all else is Markdown already.
"""

from __future__ import annotations

import re
from typing import Any

import griffe

__all__ = ["HouseDocstrings", "markdown"]

_HEADING = re.compile(r"^(\w+)\n-{3,}$", re.MULTILINE)
_ENTRY = re.compile(r"^(\*{0,2}[\w.]+(?:, \*{0,2}[\w.]+)*) ?: ", re.MULTILINE)
_TREE = re.compile(r"^(?: {4}.*\n?)+", re.MULTILINE)


class HouseDocstrings(griffe.Extension):
    """Rewrites each docstring once it is read."""

    def on_instance(self, *, node: Any, obj: griffe.Object, **_: Any) -> None:
        """Called for every object; `node` is not looked at."""
        del node
        if obj.docstring is not None:
            obj.docstring.value = markdown(obj.docstring.value)


def markdown(text: str) -> str:
    """One docstring as Markdown."""
    blocks = re.split(r"\n{2,}", _HEADING.sub(r"**\1**\n", text))
    return "\n\n".join(_list(block) if _ENTRY.match(block) else block for block in blocks)


def _list(block: str) -> str:
    entries = _ENTRY.sub(r"\n- `\1`: ", block).strip()
    # What belongs to an entry is indented in the source; a paragraph that follows is not.
    lines = entries.splitlines()
    out: list[str] = []
    for line in lines:
        if line and not line.startswith(("- ", " ")) and out:
            out.append("")
        out.append(line)
    return "\n".join(out)
