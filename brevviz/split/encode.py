"""Number distinct texts, in whole arrays: most of the time of a plan would go into that."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from brevviz.hashing import G
from brevviz.split.arrays import Ints, Words

__all__ = ["encode"]

_SAMPLE, _DISTINCT = 4096, 0.97
"""Arrow's own encoding is as quick on so few texts, or where fewer of so many are distinct."""
_WORD, _MOST_WORDS = 8, 4
"""Bytes of a word; and words of a text beyond which Arrow's own encoding is as quick."""
_KEPT = np.array([(1 << (8 * size)) - 1 for size in range(_WORD + 1)], np.uint64)
_HALF = np.uint64(32)


def encode(texts: pa.ChunkedArray) -> tuple[Ints, pa.Array]:
    """Number the distinct texts.

    Parameters
    ----------
    texts : string or large_string (rows,), without nulls.

    Returns the codes, int64 (rows,), in order of appearance, and the distinct texts.

    Arrow's encoding compares text by text; here a 64-bit number stands for a short one, which
    takes half the time where most of its lookups would leave the processor's caches.
    """
    if len(texts) < _SAMPLE:
        return _by_arrow(texts)
    array = texts.combine_chunks()
    if _few_distinct(array):
        return _by_arrow(texts)
    first = _first_alike(array.cast(pa.large_string()))
    if first is None:
        return _by_arrow(texts)
    is_first = first == np.arange(len(first))
    number = np.cumsum(is_first) - 1
    return number[first], array.take(pa.array(np.flatnonzero(is_first)))


def _few_distinct(texts: pa.Array) -> bool:
    places = np.linspace(0, len(texts) - 1, _SAMPLE).astype(np.int64)
    distinct: int = pc.count_distinct(texts.take(pa.array(places))).as_py()
    return distinct < _DISTINCT * _SAMPLE


def _by_arrow(texts: pa.ChunkedArray) -> tuple[Ints, pa.Array]:
    encoded = pc.dictionary_encode(texts)
    if not encoded.num_chunks:
        return np.empty(0, np.int64), pa.array([], texts.type)
    codes = [chunk.indices.to_numpy() for chunk in encoded.chunks]
    return np.concatenate(codes).astype(np.int64), encoded.chunk(encoded.num_chunks - 1).dictionary


def _first_alike(texts: pa.Array) -> Ints | None:
    """For each text the first row with an equal one; None where Arrow must tell.

    Texts are known by one 64-bit number made of their length and words. That two texts share
    it is looked for, row by row.
    """
    lengths, words = _words(texts)
    if not words:
        return None
    number = lengths.astype(np.uint64)
    number <<= np.uint64(56)  # a text of 7 bytes or fewer leaves this byte free: it is its number
    number ^= words[0]
    for word in words[1:]:
        number *= np.uint64(G)
        number ^= number >> _HALF
        number *= np.uint64(G)
        number ^= word
    first = _first_equal(number)
    if int(lengths.max()) < _WORD:
        return first
    same = all(np.array_equal(part, part[first]) for part in (lengths, *words))
    return first if same else None


def _words(texts: pa.Array) -> tuple[Ints, list[Words]]:
    """The lengths of texts in bytes, and their 8-byte words, 0 beyond a text's end; no words
    where there are too many.
    """
    _, offset_buffer, data_buffer = texts.buffers()
    ends = np.frombuffer(offset_buffer, np.int64)[texts.offset :][: len(texts) + 1]
    begin, end = int(ends[0]), int(ends[-1])
    lengths = np.diff(ends)
    count = max(1, -(-int(lengths.max()) // _WORD))
    if count > _MOST_WORDS:
        return lengths, []
    # Words of padding let the last text be read by whole words too.
    data = np.zeros(end - begin + count * _WORD, np.uint8)
    if end > begin:
        data[: end - begin] = np.frombuffer(data_buffer, np.uint8, end - begin, begin)
    words = []
    for k in range(count):
        at_byte: Words = np.ndarray((end - begin + 1,), "<u8", data[k * _WORD :], strides=(1,))
        word = at_byte[ends[:-1] - begin]
        word &= _KEPT[np.clip(lengths - k * _WORD, 0, _WORD)]
        words.append(word)
    return lengths, words


def _first_equal(numbers: Words) -> Ints:
    """For each number the first place that has it, by a table of places.

    A number whose place in the table another holds goes on to the next round, which mixes
    otherwise; more than half are found in each.
    """
    first = _in_table(numbers, np.arange(len(numbers)), G)
    left = np.flatnonzero(numbers[first] != numbers)
    factor = G
    while len(left):
        factor = (factor * G + 2) % 2**64 | 1
        first[left] = _in_table(numbers[left], left, factor)
        left = left[numbers[first[left]] != numbers[left]]
    return first


def _in_table(numbers: Words, places: Ints, factor: int) -> Ints:
    """For each number the first of `places` that falls where it does in a hash table."""
    bits = max(4, len(numbers).bit_length())
    mixed = numbers >> _HALF
    mixed ^= numbers
    mixed *= np.uint64(factor)
    mixed >>= np.uint64(64 - bits)
    slot = mixed.view(np.int64)
    # Small numbers keep more of the table in the processor's caches.
    table = np.empty(1 << bits, np.int32 if int(places[-1]) < 1 << 31 else np.int64)
    table[slot[::-1]] = places[::-1]  # of equal slots the last assignment stands: the first place
    return table[slot].astype(np.int64)
