"""The seeded 64-bit hash that every random decision of brevviz grows from.

One definition for items, draws and augmentations, so that a decision depends on (seed, key) and
on nothing else: not on row order, process, platform or library version. All sums and products
are modulo 2⁶⁴.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

__all__ = ["G", "hash_keys", "mix", "state"]

_Words = npt.NDArray[np.uint64]

G = 0x9E3779B97F4A7C15
"""2⁶⁴ divided by the golden ratio, odd: the step that keeps neighbouring inputs apart."""

_WORD = 8
_SLICE = 1 << 18


def mix(z: _Words) -> _Words:
    """Scramble 64-bit words so that each bit of the result hangs on each bit given.

    Parameters
    ----------
    z : uint64, an array of one dimension or more. Not changed.

    Returns a uint64 array of the same shape. It is a bijection: different words stay different.
    The formula is the finaliser of SplitMix64 (Steele, Lea and Flood, 2014).
    """
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def state(seed: int | str) -> int:
    """Turn a seed into the 64-bit start of every hash; 42 and "42" are the same seed."""
    digest = hashlib.blake2b(str(seed).encode(), digest_size=8, person=b"brevviz1").digest()
    return int.from_bytes(digest, "little")


def hash_keys(keys: pa.Array | pa.ChunkedArray | Sequence[str | bytes], seed: int | str) -> _Words:
    """Hash text keys by their UTF-8 bytes, or bytes as they are.

    Parameters
    ----------
    keys : (n,) of any Arrow string or binary type, or a sequence of str or of bytes.
    seed : int or text.

    Returns uint64 (n,). Raises ValueError when a key is null.
    """
    array = _binary(keys)
    if array.null_count:
        raise ValueError(f"{array.null_count} of {len(array)} keys are null: null has no hash")
    start = np.uint64(state(seed))
    pieces = [_hash_slice(array.slice(i, _SLICE), start) for i in range(0, len(array), _SLICE)]
    return np.concatenate(pieces) if pieces else np.empty(0, np.uint64)


def _binary(keys: pa.Array | pa.ChunkedArray | Sequence[str | bytes]) -> pa.Array:
    array = keys if isinstance(keys, (pa.Array, pa.ChunkedArray)) else pa.array(keys)
    if pa.types.is_null(array.type):  # no key at all has no type either
        array = array.cast(pa.large_string())
    if not pa.types.is_large_binary(array.type):
        # Text goes by large_string: dictionaries and string views have no cast to binary.
        if not pa.types.is_binary(array.type):
            array = array.cast(pa.large_string())
        array = array.cast(pa.large_binary())
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def _hash_slice(array: pa.Array, start: np.uint64) -> _Words:
    _, offset_buffer, data_buffer = array.buffers()
    offsets = np.frombuffer(offset_buffer, np.int64)[array.offset : array.offset + len(array) + 1]
    begin, end = int(offsets[0]), int(offsets[-1])
    # One word of padding lets the last key be read by whole words too.
    data = np.zeros(end - begin + _WORD, np.uint8)
    if end > begin:
        data[: end - begin] = np.frombuffer(data_buffer, np.uint8, end - begin, begin)
    words = np.lib.stride_tricks.sliding_window_view(data, _WORD)
    places = offsets[:-1] - begin
    lengths = np.diff(offsets)

    golden = np.uint64(G)
    hashes = mix(start + lengths.astype(np.uint64) * golden)
    rows: npt.NDArray[np.int64] | slice = slice(None)
    for k in range(int(-(-lengths.max(initial=0) // _WORD))):
        # Keys of 8k bytes or fewer are done; the others go on with word k.
        if lengths.min() <= k * _WORD:
            rows = np.flatnonzero(lengths > k * _WORD)
        word = words[places[rows] + k * _WORD].view("<u8")[:, 0]
        word &= _kept_bits(lengths[rows] - k * _WORD)
        hashes[rows] = mix((hashes[rows] ^ word) * golden + np.uint64(k + 1))
    return mix(hashes + golden)


def _kept_bits(left: npt.NDArray[np.int64]) -> _Words:
    """Mask of the bytes of a word that belong to its key, of which `left` bytes remain."""
    missing = (_WORD - np.minimum(left, _WORD)).astype(np.uint64) * np.uint64(8)
    return np.uint64(0xFFFFFFFFFFFFFFFF) >> missing
