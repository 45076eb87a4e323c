"""Each file's first decoding, in a process of its own: a file cannot end the notebook's kernel.

Decoders are C code that strangers' bytes go into. The header probe refuses what is known to kill
or stall them; what is not known yet ends a worker process, which is started again, and the file
is rejected with that as the reason. A file that was decoded once is decoded in this process from
then on: same bytes, same outcome. The rows of a 24-bit BMP meet no decoder and need no guard.
What came of it is kept by the content of the file, so that no process does the same work again.
"""

from __future__ import annotations

import atexit
import hashlib
import os
import threading
from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

import numpy as np

from brevviz.errors import ImageError, ImageRejected
from brevviz.images.kept import Kept, Refusal, shared_kept
from brevviz.images.loaded import Loaded
from brevviz.images.prepare import prepare
from brevviz.images.probe import Header, probe
from brevviz.images.process import Worker
from brevviz.images.thumbnails import shrink
from brevviz.recipe import View

__all__ = ["Guard", "guard", "thumbnail"]

_T = TypeVar("_T")

_MEMORY = 4 << 30
_SECONDS = 5
_KEPT = 1 << 18
_GOOD = ""


class Guard:
    """Prepares files, each for the first time in a worker process. Threads may share it.

    Parameters
    ----------
    workers : processes at most; they are started when they are needed.
    memory : bytes of address space for each.
    seconds : processor time for one file.
    kept : gives the store of what was made before; None: nothing is kept.
    """

    def __init__(
        self,
        workers: int | None = None,
        memory: int = _MEMORY,
        seconds: int = _SECONDS,
        kept: Callable[[], Kept] | None = None,
    ) -> None:
        self._limits = (memory, seconds)
        self._free: list[Worker] = []
        self._lock = threading.Lock()
        self._turns = threading.BoundedSemaphore(workers or min(os.cpu_count() or 1, 4))
        self._verdicts: dict[str, str] = {}
        self._kept = kept or (lambda: Kept(None, 0))

    def load(self, data: bytes, view: View, where: str = "image") -> Loaded:
        """`prepare` a file, guarded; raises ImageRejected with the reason when it cannot be."""
        header = probe(data, view.max_pixels, where)
        content = hashlib.sha256(data).hexdigest()
        kept = self._kept()
        result = kept.get(content, view)
        if result is None:
            result = self._run(
                data,
                content,
                {
                    "task": "prepare",
                    "view": view.model_dump_json(),
                    "where": where,
                    "content": content,
                },
                header=header,
                here=lambda: prepare(data, view, where, header, content),
                reply=_loaded,
            )
            result = kept.put(content, view, result)
        return _shown(result, where)

    def known(self, content: str, view: View) -> Loaded | None:
        """The working image of a file that was loaded before, by the SHA-256 of its bytes."""
        result = self._kept().get(content, view)
        return result if isinstance(result, Loaded) else None

    def thumbnail(self, data: bytes, side: int, view: View, where: str = "image") -> bytes:
        """`shrink` a file, guarded; raises ImageRejected with the reason when it cannot be."""
        header = probe(data, view.max_pixels, where)
        content = hashlib.sha256(data).hexdigest()
        kept = self._kept()
        result: bytes | Refusal | None = kept.thumbnail(content, side, view)
        if result is None:
            result = self._run(
                data,
                content,
                {"task": "shrink", "view": view.model_dump_json(), "where": where, "side": side},
                header=header,
                here=lambda: shrink(data, side, view, where, header),
                reply=lambda _, body: body,
            )
            if isinstance(result, bytes):
                kept.put_thumbnail(content, side, view, result)
        return _shown(result, where)

    def close(self) -> None:
        """End the workers; the next file starts new ones."""
        with self._lock:
            workers, self._free = self._free, []
        for worker in workers:
            worker.end(patience=0)

    def _run(
        self,
        data: bytes,
        content: str,
        request: dict[str, Any],
        *,
        header: Header,
        here: Callable[[], _T],
        reply: Callable[[dict[str, Any], bytes], _T],
    ) -> _T | Refusal:
        """What is made of a file, or why not; raises ImageRejected when it ends its worker.

        That may be the machine's fault and not the file's, so it is remembered in this process only.
        """
        verdict = _GOOD if header.bmp is not None else self._verdicts.get(content)
        if verdict == _GOOD:
            try:
                return here()
            except ImageRejected as rejected:
                return Refusal(rejected.problem, rejected.hint)
        if verdict is not None:
            raise ImageRejected(request["where"], verdict)
        with self._turns:
            head, body = self._ask(request, data, content)
        if "problem" in head:
            # A matter of the view too (regions, sizes): asked again with the next view.
            return Refusal(head["problem"], head["hint"])
        self._keep(content, _GOOD)
        return reply(head, body)

    def _ask(
        self, request: dict[str, Any], data: bytes, content: str
    ) -> tuple[dict[str, Any], bytes]:
        with self._lock:
            worker = self._free.pop() if self._free else None
        worker = worker or self._start()
        try:
            answer = worker.ask(request, data)
        except (OSError, EOFError, ValueError):
            memory, seconds = self._limits
            problem = (
                f"the decoder {worker.end()} on this file "
                f"(it may use {seconds} s and {memory >> 20} MiB)"
            )
            self._keep(content, problem)
            raise ImageRejected(request["where"], problem) from None
        except BaseException:  # the user's interrupt: the reply is still under way
            worker.end()
            raise
        with self._lock:
            self._free.append(worker)
        return answer

    def _start(self) -> Worker:
        try:
            return Worker(*self._limits)
        except (OSError, EOFError) as error:
            raise ImageError(
                "images",
                f"the process that decodes files does not start: {str(error) or 'it ends at once'}",
                "It runs this Python again, as `python -m brevviz.images.worker`.",
            ) from error

    def _keep(self, content: str, verdict: str) -> None:
        with self._lock:
            if len(self._verdicts) >= _KEPT:
                self._verdicts.pop(next(iter(self._verdicts)))
            self._verdicts[content] = verdict


@cache
def guard() -> Guard:
    """Give the one guard of this process."""
    made = Guard(kept=shared_kept)
    atexit.register(made.close)
    return made


# A forked process must not write into its parent's pipes: it starts workers of its own.
os.register_at_fork(after_in_child=guard.cache_clear)


def thumbnail(data: bytes, side: int, view: View | None = None, where: str = "image") -> bytes:
    """Shrink a whole file to a small JPEG, upright, its shape kept, never enlarged.

    Parameters
    ----------
    data : the whole file.
    side : the longer side is at most this, pixels.
    view : gives max_pixels, exif_orientation and how pixels become colours; the recipe's
        defaults when None.
    where : what to call the file in an error.

    Raises ImageRejected with the reason when the file cannot be shown right.
    """
    return guard().thumbnail(data, side, view or View(), where)


def _shown(result: _T | Refusal, where: str) -> _T:
    if isinstance(result, Refusal):
        raise ImageRejected(where, result.problem, result.hint)
    return result


def _loaded(head: dict[str, Any], body: bytes) -> Loaded:
    height, width, channels = head["file_shape"]
    return Loaded(
        working=np.frombuffer(body, np.uint8).reshape(head["working"]),
        file_shape=(height, width, channels),
        content=head["content"],
        size=(head["size"][0], head["size"][1]),
        notes=tuple(head["notes"]),
    )
