"""Text that others wrote, made safe to show.

Object keys, class names and error texts may hold markup, control characters that hide or
overwrite what stands beside them, and marks that turn the direction of reading. `visible` shows
such characters as escapes; `h` makes the result safe inside HTML as well.
"""

from __future__ import annotations

import html
import re

__all__ = ["h", "visible"]

# C0 and C1 controls, invisible spaces and joiners, direction marks, line separators, surrogates
# that stand alone, and the byte-order mark. static/dom.js has the same list; a test compares them.
_HIDDEN = re.compile(
    "[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e"
    "\u2060-\u2069\ud800-\udfff\ufeff\ufff9-\ufffb]"
)


def visible(text: str) -> str:
    r"""Return `text` with its hidden characters as escapes: a line break becomes `\n`'s `\u000a`."""
    return _HIDDEN.sub(lambda hit: f"\\u{ord(hit[0]):04x}", text)


def h(value: object) -> str:
    """Return `str(value)` as HTML text: hidden characters as escapes, markup and quotes escaped."""
    return html.escape(visible(str(value)), quote=True)
