"""Line: a sentence, as it is."""

from __future__ import annotations

import traitlets as t

from brevviz.widgets.assets import module
from brevviz.widgets.base import Part

__all__ = ["Line"]


class Line(Part):
    r"""One line of text; shows only, and nothing while it is empty.

    In place of `ipywidgets.Label`, which hands its text to MathJax: a path that holds `$…$` would
    become a formula, and one with `\href` a link of any scheme.
    """

    _esm = module("line.js")

    text = t.Unicode("").tag(sync=True)
    """What is said (kernel → browser)."""
