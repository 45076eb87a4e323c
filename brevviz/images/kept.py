"""What was made of files, kept by their content: working images, thumbnails, refusals.

In memory there is a table of packed working images, as the kernel reads them; on the disk a file
a result. Both are bounded and shared: by previews, generators and thumbnails, and the disk by
all processes. A name is a digest of the file's content, of all that the result depends on, and of
the decoder's version, so a changed view or decoder finds nothing old. What the disk gives was
written whole and is checked by its digest; anything else counts as not kept, and is made again.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import PIL

from brevviz.bucket.cache import Cache, cache_folder, mebibytes, opened
from brevviz.images.loaded import Loaded
from brevviz.images.packed import packed
from brevviz.recipe import View

__all__ = ["Kept", "Refusal", "shared_kept"]

_MEMORY_MIB = 1024
_DISK_MIB = 8192
_IDLE = 60.0
"""Seconds; a view that nobody has asked for so long makes room for another."""
_SMALL = 512
"""Bytes that an entry takes besides its pixels, roughly."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a file cannot be shown."""

    problem: str
    hint: str = ""


class Kept:
    """Results by content and view. Threads and processes may share it.

    Parameters
    ----------
    disk : None keeps nothing there.
    memory : bytes that working images in memory may take.
    clock : seconds.
    """

    def __init__(
        self, disk: Cache | None, memory: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._disk = disk
        self._room = memory
        self._clock = clock
        self._lock = threading.Lock()
        self._views: OrderedDict[View, dict[str, Loaded | Refusal]] = OrderedDict()
        self._asked: dict[View, float] = {}

    def get(self, content: str, view: View) -> Loaded | Refusal | None:
        """What became of a file before; None: it is not known.

        Parameters
        ----------
        content : SHA-256 of its bytes, hex.
        """
        view = _stage_1(view)
        with self._lock:
            known = self._views.get(view)
            if known is not None:
                self._asked[view] = self._clock()
                if (found := known.get(content)) is not None:
                    return found
        if self._disk is None:
            return None
        data = self._disk.get(_name(content, _text(view)))
        result = None if data is None else _read(data, content)
        return None if result is None else self._remember(content, view, result)

    def put(self, content: str, view: View, result: Loaded | Refusal) -> Loaded | Refusal:
        """Keep what became of a file; gives it in the form that it is kept in."""
        view = _stage_1(view)
        if self._disk is not None:
            self._disk.put(_name(content, _text(view)), _written(result))
        return self._remember(content, view, result)

    def thumbnail(self, content: str, side: int, view: View) -> bytes | None:
        """A thumbnail that was made before."""
        if self._disk is None:
            return None
        return self._disk.get(_name(content, f"thumbnail {side} {_text(_stage_1(view))}"))

    def put_thumbnail(self, content: str, side: int, view: View, jpeg: bytes) -> None:
        """Keep a thumbnail, on the disk only."""
        if self._disk is not None:
            self._disk.put(_name(content, f"thumbnail {side} {_text(_stage_1(view))}"), jpeg)

    def _remember(self, content: str, view: View, result: Loaded | Refusal) -> Loaded | Refusal:
        if isinstance(result, Loaded):
            result = packed(result)
        size = _size(result)
        with self._lock:
            self._asked[view] = self._clock()
            if size > self._room:
                self._drop_idle(view)
            table = self._views.setdefault(view, {})
            if size <= self._room and content not in table:
                table[content] = result
                self._room -= size
        return result

    def _drop_idle(self, view: View) -> None:
        """Make room: not by dropping the oldest image of a view that is in use.

        Epochs walk through all samples; what was not used for longest is what comes next.
        """
        now = self._clock()
        for other in [one for one in self._views if one != view]:
            if now - self._asked[other] > _IDLE:
                self._room += sum(map(_size, self._views.pop(other).values()))
                del self._asked[other]


def shared_kept() -> Kept:
    """The one store of this process.

    Up to BREVVIZ_WORKING_MEMORY_MIB (default 1024) MiB in memory, and BREVVIZ_WORKING_MIB (default
    8192) MiB in the folder `working` of the cache; 0 keeps nothing there.
    """
    disk = mebibytes("BREVVIZ_WORKING_MIB", _DISK_MIB)
    memory = mebibytes("BREVVIZ_WORKING_MEMORY_MIB", _MEMORY_MIB)
    return _shared(str(cache_folder() / "working"), disk, memory)


@lru_cache(maxsize=4)
def _shared(folder: str, disk: int, memory: int) -> Kept:
    return Kept(opened(Path(folder), disk, durable=False) if disk else None, memory)


# A lock that a thread of the parent holds would never be free in the child.
os.register_at_fork(after_in_child=_shared.cache_clear)


@lru_cache(maxsize=64)
def _stage_1(view: View) -> View:
    """The view without what happens to pictures after their working images."""
    return view.model_copy(update={"rescale": "none"})


@lru_cache(maxsize=64)
def _text(view: View) -> str:
    return view.model_dump_json()


def _name(content: str, what: str) -> str:
    return hashlib.sha256(f"brevviz-kept-1 {PIL.__version__} {what} {content}".encode()).hexdigest()


def _size(result: Loaded | Refusal) -> int:
    return _SMALL + (
        result.working.shape[0] * result.working.shape[1] * 4 if isinstance(result, Loaded) else 0
    )


def _written(result: Loaded | Refusal) -> bytes:
    """A line of JSON, then the pixels."""
    if isinstance(result, Refusal):
        return _line({"problem": result.problem, "hint": result.hint})
    head = {
        "content": result.content,
        "working": result.working.shape,
        "file_shape": result.file_shape,
        "size": result.size,
        "notes": result.notes,
    }
    return _line(head) + np.ascontiguousarray(result.working).tobytes()


def _line(head: dict[str, Any]) -> bytes:
    return json.dumps(head).encode() + b"\n"


def _read(data: bytes, content: str) -> Loaded | Refusal | None:
    line, _, pixels = data.partition(b"\n")
    head = json.loads(line)
    if "problem" in head:
        return Refusal(head["problem"], head["hint"])
    shape = tuple(head["working"])
    if head["content"] != content or math.prod(shape) != len(pixels):
        return None
    height, width, channels = head["file_shape"]
    return Loaded(
        working=np.frombuffer(pixels, np.uint8).reshape(shape),
        file_shape=(height, width, channels),
        content=content,
        size=(head["size"][0], head["size"][1]),
        notes=tuple(head["notes"]),
    )
