"""The 64-bit keys of the draw order: one stream for each thing that is chosen at random."""

from __future__ import annotations

from enum import IntEnum

import numpy as np
import numpy.typing as npt

from brevviz.hashing import mix, state

__all__ = ["Stream", "key", "keys"]


class Stream(IntEnum):
    """What a key is for: distinct odd multipliers, so that no two streams meet."""

    PHASE = 0xD6E8FEB86659FD93
    """Where the rounding of the quotas starts; no number."""
    EPOCH = 0xA0761D6478BD642F
    """The order of an epoch's slots; the number is the epoch."""
    RANK = 0xE7037ED1A0B428DB
    """The order of a group's draws inside an epoch; the number is the epoch, then the group."""
    MEMBER = 0x8EBC6AF09C88C6E3
    """The order of a group's samples, the same in every epoch; the number is the group."""
    SINGLE = 0x589965CC75374CC3
    """Independent draws; the number is the epoch, then the slot."""


def keys(start: int, stream: Stream, numbers: npt.NDArray[np.int64]) -> npt.NDArray[np.uint64]:
    """One key for each number of a stream.

    Parameters
    ----------
    start : 64 bits, `hashing.state(seed)` or another key.
    numbers : int64 (n,), not negative.

    Returns uint64 (n,): mix(start + (number + 1) x stream), modulo 2⁶⁴.
    """
    return mix(np.uint64(start) + (numbers.astype(np.uint64) + np.uint64(1)) * np.uint64(stream))


def key(seed: int | str, stream: Stream, number: int = 0) -> int:
    """The key of one number of a stream, 0..2⁶⁴-1."""
    return int(keys(state(seed), stream, np.array([number], np.int64))[0])
