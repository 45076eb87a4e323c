"""Gallery: any number of thumbnails, of which only those on screen travel."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import traitlets as t

from brevviz.widgets import check
from brevviz.widgets.assets import module
from brevviz.widgets.base import Part
from brevviz.widgets.check import Refused, Stale

__all__ = ["Gallery"]

_MOST = 2048  # tiles on one screen, and more


class Gallery(Part):
    """A virtual list of images: the browser asks for what is on screen, the kernel feeds it.

    The browser sends which positions it wants whenever it comes to rest, replacing what it wanted
    before, and asks again after some seconds for what is still missing. For each, the kernel
    answers with `send_thumb` or `send_failed`, from any thread and in any order. A new list is a
    new `version`: change `count` and `version` by `show`, and answers to older ones are dropped.
    """

    _esm = module("gallery.js")
    _kinds: ClassVar[frozenset[str]] = frozenset({"select", "want"})

    count = t.Int(0, min=0).tag(sync=True)
    """How many images there are (kernel → browser)."""
    version = t.Int(0, min=0).tag(sync=True)
    """Which list of images the positions count in (kernel → browser)."""
    renewed = t.Bool(default_value=False).tag(sync=True)
    """True: `version` is the list before it, position by position; what is in view stays (kernel → browser)."""
    size = t.Int(112, min=32, max=512).tag(sync=True)
    """The side of a thumbnail, CSS pixels (kernel → browser)."""
    height = t.Int(420, min=80).tag(sync=True)
    """The height of the scrolled window, CSS pixels (kernel → browser)."""
    selected = t.List(t.Int()).tag(sync=True)
    """The chosen positions, in the order chosen (kernel → browser; set here on a choice)."""
    multiple = t.Bool(default_value=False).tag(sync=True)
    """True: several can be chosen, with Ctrl, Shift or Space (kernel → browser)."""
    label = t.Unicode("Images").tag(sync=True)
    """What the list is called, for screen readers (kernel → browser)."""
    empty = t.Unicode("No images to show.").tag(sync=True)
    """Stands in the window when there is none: what to do (kernel → browser)."""

    def show(self, count: int, version: int | None = None, *, renewed: bool = False) -> int:
        """Show another list of `count` images from its start; returns its version.

        renewed : True: it is the list that is shown, with something new about its images.
        """
        with self.hold_sync():
            self.renewed = renewed
            self.version = self.version + 1 if version is None else version
            self.count = count
            if not renewed:
                self.selected = []
        return self.version

    def on_want(self, follower: Callable[[int, list[int]], object]) -> Callable[[], None]:
        """Call `follower(version, positions)` with what is on screen, nearest first.

        Each call replaces the one before; an empty list says that nothing is wanted any more.
        """
        return self._follow("want", follower)

    def on_select(self, follower: Callable[[list[int]], object]) -> Callable[[], None]:
        """Call `follower(positions)` when a person chooses; `selected` is set before."""
        return self._follow("select", follower)

    def send_thumb(
        self,
        version: int,
        position: int,
        jpeg: bytes,
        *,
        label: str = "",
        purpose: str = "",
        caption: str = "",
    ) -> None:
        """Show a thumbnail: `jpeg` file bytes, a `label` below, its `purpose` as a coloured mark.

        `caption` is the longer text of the tooltip and of screen readers. Nothing is sent for an
        older version.
        """
        if version == self.version:
            words = {"label": label, "purpose": purpose, "caption": caption}
            self.send({"kind": "thumb", "version": version, "id": position, **words}, [jpeg])

    def send_failed(self, version: int, position: int, reason: str, label: str = "") -> None:
        """Show in place of a thumbnail why there is none."""
        if version == self.version:
            words = {"label": label, "reason": reason}
            self.send({"kind": "failed", "version": version, "id": position, **words})

    def send_sealed(
        self, version: int, position: int, reason: str, *, label: str = "", purpose: str = ""
    ) -> None:
        """Show a lock in place of a thumbnail that nobody may see yet, and how it is opened."""
        if version == self.version:
            words = {"label": label, "purpose": purpose, "reason": reason, "sealed": True}
            self.send({"kind": "failed", "version": version, "id": position, **words})

    def reveal(self, position: int) -> None:
        """Scroll to an image."""
        self.send({"kind": "reveal", "version": self.version, "id": position})

    def _read(self, kind: str, content: Mapping[str, Any]) -> tuple[Any, ...]:
        version, ids = check.fields(content, "version", "ids")
        if check.integer(version, 0, 2**53) != self.version:
            raise Stale("a list of images that is no longer shown")
        positions = check.integers(ids, 0, self.count - 1, _MOST)
        if len(set(positions)) < len(positions):
            raise Refused("the same position twice")
        if kind == "want":
            return version, positions
        if len(positions) > 1 and not self.multiple:
            raise Refused("several positions where one can be chosen")
        return (positions,)

    def _act(self, kind: str, arguments: tuple[Any, ...]) -> None:
        if kind == "select":
            self.selected = arguments[0]
        super()._act(kind, arguments)
