"""ImageView: one image, to look at closely."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import traitlets as t

from brevviz.widgets import check
from brevviz.widgets.assets import module
from brevviz.widgets.base import Part
from brevviz.widgets.check import Stale

__all__ = ["ImageView"]


class ImageView(Part):
    """An image with zoom, pan, the value of each pixel, and a histogram; shows only.

    Wheel or + and - zoom, dragging or the arrow keys pan, 0 fits, 1 is one pixel a pixel. What
    stands under the pointer, or at the middle while the keys move, is read from the picture.
    """

    _esm = module("image_view.js")
    _kinds: ClassVar[frozenset[str]] = frozenset({"full"})

    picture = t.Bytes(b"").tag(sync=True)
    """The image, a PNG file where pixel values matter; empty: none (kernel → browser)."""
    size = t.Tuple(t.Int(min=0), t.Int(min=0), default_value=(0, 0)).tag(sync=True)
    """(height, width) of the file's image, pixels; the picture may be smaller (kernel → browser)."""
    histogram = t.List(t.List(t.Int())).tag(sync=True)
    """256 counts of each channel: one list (grey) or three (red, green, blue) (kernel → browser)."""
    label = t.Unicode("").tag(sync=True)
    """The image's name (kernel → browser)."""
    busy = t.Bool(default_value=False).tag(sync=True)
    """True: another image is being read (kernel → browser)."""
    height = t.Int(300, min=80).tag(sync=True)
    """The height of the window, CSS pixels (kernel → browser)."""
    empty = t.Unicode("No image to show.").tag(sync=True)
    """Stands in place of the image when there is none: what to do, or why (kernel → browser)."""

    def show(
        self, picture: bytes, size: tuple[int, int], histogram: list[list[int]], label: str
    ) -> None:
        """Show another image whole, in one message."""
        with self.hold_sync():
            self.picture = picture
            self.size = size
            self.histogram = histogram
            self.label = label

    def clear(self, why: str) -> None:
        """Show no image, and why."""
        with self.hold_sync():
            self.empty = why
            self.show(b"", (0, 0), [], "")

    def on_full(self, follower: Callable[[], object]) -> Callable[[], None]:
        """Call `follower()` when a person wants all pixels of an image that came smaller."""
        return self._follow("full", follower)

    def _read(self, kind: str, content: Mapping[str, Any]) -> tuple[Any, ...]:  # noqa: ARG002  # one kind only
        check.fields(content)
        if not self.picture:
            raise Stale("a wish for an image that is no longer shown")
        return ()
