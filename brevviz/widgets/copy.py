"""Copy: a text with a button that copies it."""

from __future__ import annotations

import traitlets as t

from brevviz.widgets.assets import module
from brevviz.widgets.base import Part

__all__ = ["Copy"]


class Copy(Part):
    """A text in fixed-width type, and a button that copies it as it is; nothing while it is empty."""

    _esm = module("copy.js")

    text = t.Unicode("").tag(sync=True)
    """What is shown and copied (kernel → browser)."""
    label = t.Unicode("").tag(sync=True)
    """What the text is (kernel → browser)."""
