"""RoiEditor: regions of interest, drawn on an image with mouse or keyboard."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import traitlets as t

from brevviz.widgets import check
from brevviz.widgets.assets import module
from brevviz.widgets.base import Part
from brevviz.widgets.check import Refused

__all__ = ["RoiEditor"]

_MOST = 16


class RoiEditor(Part):
    """Rectangles over one image; a change comes by `on_set`, whole.

    A region is [[x1, y1], [x2, y2]] in pixels of the image, x2 and y2 outside, as in a recipe.
    """

    _esm = module("roi_editor.js")
    _kinds: ClassVar[frozenset[str]] = frozenset({"set"})

    picture = t.Bytes(b"").tag(sync=True)
    """The image, a JPEG or PNG file; may be smaller than the image it stands for (kernel → browser)."""
    image_size = t.Tuple(t.Int(min=0), t.Int(min=0), default_value=(0, 0)).tag(sync=True)
    """(height, width) of the image that the regions count in, pixels (kernel → browser)."""
    rois = t.List(t.List()).tag(sync=True)
    """The regions, [[x1, y1], [x2, y2]] each (kernel → browser)."""
    problem = t.Unicode("").tag(sync=True)
    """What is wrong with the regions, in words (kernel → browser)."""
    empty = t.Unicode("No image to draw on yet.").tag(sync=True)
    """Stands in place of the image when there is none: what to do (kernel → browser)."""

    def on_set(self, follower: Callable[[list[list[list[int]]]], object]) -> Callable[[], None]:
        """Call `follower(rois)` with all regions when one was drawn, moved or removed."""
        return self._follow("set", follower)

    def _read(self, kind: str, content: Mapping[str, Any]) -> tuple[Any, ...]:  # noqa: ARG002  # one kind only
        name, value = check.fields(content, "name", "value")
        if name != "rois" or not isinstance(value, list) or len(value) > _MOST:
            raise Refused(f"something else than a list of at most {_MOST} regions")
        return ([self._read_roi(roi) for roi in value],)

    def _read_roi(self, roi: Any) -> list[list[int]]:
        height, width = self.image_size
        if not isinstance(roi, list) or len(roi) != 2:
            raise Refused("something else than [[x1, y1], [x2, y2]]")
        corners = []
        for corner in roi:
            if not isinstance(corner, list) or len(corner) != 2:
                raise Refused("something else than [x, y]")
            corners.append(
                [check.integer(corner[0], 0, width), check.integer(corner[1], 0, height)]
            )
        (x1, y1), (x2, y2) = corners
        if x2 <= x1 or y2 <= y1:
            raise Refused("a region without area")
        return corners
