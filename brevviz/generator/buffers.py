"""Memory for batches, used again: fresh pages cost more than what is copied into them."""

from __future__ import annotations

import math
import sys
import threading

import numpy as np
import numpy.typing as npt

__all__ = ["Buffers"]

_ALIGNED = 64
"""Bytes; TensorFlow takes an array that begins at such an address as it is, others it copies."""
_FREE = 3
"""References to memory that nobody else holds: the list's, the loop's, and the question's own."""


class Buffers:
    """Gives arrays, over memory that it keeps. Threads may share it.

    Memory is given again once nothing refers to an array over it any more: not the array that was
    given, no view of it, and no tensor that TensorFlow has made of it without a copy.

    Parameters
    ----------
    most : arrays to keep memory for; what is asked for beyond is not kept.
    """

    def __init__(self, most: int = 16) -> None:
        self._most = most
        self._kept: list[npt.NDArray[np.uint8]] = []
        self._lock = threading.Lock()

    def array(self, shape: tuple[int, ...]) -> npt.NDArray[np.int32]:
        """An array int32 of a shape, aligned, of any content."""
        size = 4 * math.prod(shape)
        with self._lock:
            return _over(self._free(size), size, shape)

    def _free(self, size: int) -> npt.NDArray[np.uint8]:
        for memory in self._kept:
            if len(memory) >= size + _ALIGNED and sys.getrefcount(memory) == _FREE:
                return memory
        memory = np.empty(size + _ALIGNED, np.uint8)
        if len(self._kept) < self._most:
            self._kept.append(memory)
        return memory


def _over(
    memory: npt.NDArray[np.uint8], size: int, shape: tuple[int, ...]
) -> npt.NDArray[np.int32]:
    begin = -memory.ctypes.data % _ALIGNED
    return memory[begin : begin + size].view(np.int32).reshape(shape)
