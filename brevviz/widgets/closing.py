"""Taking widgets off the page for good."""

from __future__ import annotations

import ipywidgets

__all__ = ["close_whole"]


def close_whole(widget: ipywidgets.DOMWidget) -> None:
    """Close a widget, all that are in it, and their layouts.

    ipywidgets keeps every widget that was not closed for as long as the kernel runs, and closing
    a box leaves what is in it open.
    """
    children = getattr(widget, "children", ())
    layout = widget.layout
    widget.close()
    for child in children:
        close_whole(child)
    if layout is not None:
        layout.close()
