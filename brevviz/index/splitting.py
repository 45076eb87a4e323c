"""The split of an index: its rows pass by twice, and stay on the disk."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from brevviz.errors import SplitError
from brevviz.hashing import hash_keys
from brevviz.index.partitions import ROW, Partitions
from brevviz.index.pieces import Pieces
from brevviz.index.ranking import Gathered
from brevviz.index.taus import Taus
from brevviz.progress import Report, quiet
from brevviz.recipe import PURPOSES, Split
from brevviz.split.arrays import Floats, Ints
from brevviz.split.columns import in_words
from brevviz.split.encode import encode
from brevviz.split.items import whole_keys
from brevviz.split.keys import row_keys
from brevviz.split.planning import stratum_keys
from brevviz.split.readout import cuts_of

__all__ = ["AT_ONCE", "Divided", "divide"]

AT_ONCE = 2_000_000
"""Rows that are sorted in memory at once: about 0.2 GB."""
_SECOND = "\x00the other 64 bits"


@dataclass(frozen=True, eq=False)
class Divided:
    """What a split comes to.

    codes : int8 (samples,), the place in PURPOSES of each, in the order of the index.
    starts : int64 (pieces + 1,), the number of the first sample of each piece.
    strata : labels, in the byte order of their keys.
    images, items : int64 (strata, purposes); an item that spans strata counts in each.
    """

    codes: npt.NDArray[np.int8]
    starts: Ints
    strata: tuple[str, ...]
    images: Ints
    items: Ints


def divide(
    pieces: Pieces,
    section: Split,
    seed: int | str,
    scratch: Path | None = None,
    *,
    at_once: int = AT_ONCE,
    rows: int = 0,
    report: Report = quiet,
) -> Divided:
    """Split the samples of an index, to the purposes that `SampleSplit` gives them in memory.

    Parameters
    ----------
    scratch : a folder with room for 28 bytes a sample; None: the system's for temporary files.
    at_once : rows to sort in memory at once.
    rows : about how many there are.
    report : told between pieces of work; may raise Cancelled.

    Raises SplitError, also for what needs all items at once; PatternError.
    """
    _check(section)
    with tempfile.TemporaryDirectory(prefix="brevviz-split-", dir=scratch) as name:
        folder = Path(name)
        partitions = Partitions(folder, max(1, rows), at_once)
        keys, totals, sizes = _scatter(pieces, section, seed, partitions, report)
        # Strata are numbered by the bytes of their keys: sums of floats follow that order.
        order = pc.array_sort_indices(keys)
        number = np.empty(len(keys), np.int64)
        number[order.to_numpy()] = np.arange(len(keys))
        starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        keys_of = _Keys(pieces, section, starts)
        gathered = Gathered(totals[order.to_numpy()], pin=section.pin_outliers)
        for part in range(len(partitions)):
            report("items", part, len(partitions))
            found = partitions.take(part, number, keys_of)
            stratum = gathered.add(found)
            hashes = found.hashes if section.mode == "hash" else found.hashes[:0]
            with (folder / f"{part:06d}.items").open("wb") as file:
                for array in (found.rows, stratum, found.images, hashes):
                    np.save(file, array)
        labels = _labels(section, keys.take(order))
        return _read_out(
            folder, section, gathered, starts, labels, parts=len(partitions), report=report
        )


def _check(section: Split) -> None:
    for name in ("tied", "tie_content"):
        if getattr(section, name):
            raise SplitError(
                f"split.{name}",
                "joins items across the whole index, which the split of an index does not do",
                "Leave it out, or split in memory with SampleSplit",
            )
    if section.mode == "best fit":
        raise SplitError(
            "split.mode",
            "'best fit' is not among 'rank' and 'hash', which the split of an index knows",
            "Take 'rank', or split in memory with SampleSplit",
        )


def _scatter(
    pieces: Pieces, section: Split, seed: int | str, partitions: Partitions, report: Report
) -> tuple[pa.Array, Ints, list[int]]:
    """Write every row to its partition.

    Returns the strata's keys as they appeared, their images, and the samples of each piece.
    """
    numbers: dict[str, int] = {}
    totals: list[int] = []
    sizes: list[int] = []
    start = 0
    for done in range(len(pieces)):
        report("rows", done, len(pieces))
        samples = pieces.frame(done, _columns(section))
        rows = np.empty(len(samples), ROW)
        keys = _item_keys(samples, section)
        rows["hash"] = hash_keys(keys, seed)
        rows["other"] = hash_keys(keys, f"{seed}{_SECOND}")
        rows["row"] = start + np.arange(len(samples))
        codes, names = _strata(samples, section)
        local = [numbers.setdefault(name, len(numbers)) for name in names]
        totals += [0] * (len(numbers) - len(totals))
        for place, count in zip(local, np.bincount(codes, minlength=len(local)), strict=True):
            totals[place] += int(count)
        rows["stratum"] = np.array(local, np.int32)[codes] if local else codes
        partitions.add(rows)
        sizes.append(len(samples))
        start += len(samples)
    return pa.array(list(numbers), pa.large_string()), np.array(totals, np.int64), sizes


def _columns(section: Split) -> set[str]:
    """The columns that a split reads."""
    rules = (section.stratification, section.uniqueness)
    named = {name for rule in rules if isinstance(rule, tuple) for name in rule}
    return named | {"path", "folder", "bucket"}


def _item_keys(samples: pd.DataFrame, section: Split) -> pa.ChunkedArray:
    found = row_keys(samples, section.uniqueness, "split.uniqueness", section.engine)
    return whole_keys(samples, found, per_folder=section.per_folder)


def _strata(samples: pd.DataFrame, section: Split) -> tuple[Ints, list[str]]:
    if section.stratification == ():
        return np.zeros(len(samples), np.int64), ["all"]
    codes, names = encode(stratum_keys(samples, section))
    texts: list[str] = names.to_pylist()
    return codes, texts


def _labels(section: Split, keys: pa.Array) -> tuple[str, ...]:
    if section.stratification == ():
        return ("all",) * len(keys)
    return tuple(in_words(keys).to_pylist())


class _Keys:
    """The item keys of a few rows, read again."""

    def __init__(self, pieces: Pieces, section: Split, starts: Ints) -> None:
        self._pieces, self._section, self._starts = pieces, section, starts

    def __call__(self, rows: Ints) -> list[str]:
        piece = np.searchsorted(self._starts, rows, side="right") - 1
        texts = np.empty(len(rows), object)
        for number in np.unique(piece).tolist():
            mine = np.flatnonzero(piece == number)
            keys = _item_keys(self._pieces.frame(number, _columns(self._section)), self._section)
            texts[mine] = keys.take(pa.array(rows[mine] - self._starts[number])).to_pylist()
        found: list[str] = texts.tolist()
        return found


def _read_out(
    folder: Path,
    section: Split,
    gathered: Gathered,
    starts: Ints,
    labels: tuple[str, ...],
    *,
    parts: int,
    report: Report,
) -> Divided:
    """Give every item its tau, range by range, and its samples their purpose."""
    cuts = cuts_of(section.ratio, section.test_ratio)
    count, width = len(labels), len(PURPOSES)
    images, items = (np.zeros(count * width, np.int64) for _ in range(2))
    codes = np.zeros(int(starts[-1]), np.int8)
    spanning, start = gathered.spanning, 0
    code_of_spanning = np.empty(len(spanning.item), np.int8)
    ranks = Taus(gathered) if section.mode == "rank" else None
    for part in range(parts):
        report("ranks", part, parts)
        rows, stratum, amount, hashes = _arrays(folder / f"{part:06d}.items")
        tau: Floats = hashes / 2.0**64 if ranks is None else ranks.of(stratum, amount)
        code = np.zeros(len(tau), np.int8)
        for cut in cuts:
            code += tau > cut
        codes[rows] = np.repeat(code, amount)
        one = np.flatnonzero(stratum >= 0)
        place = stratum[one] * width + code[one]
        items += np.bincount(place, minlength=len(items))
        np.add.at(images, place, amount[one])
        mine = slice(*np.searchsorted(spanning.item, [start, start + len(tau)]))
        code_of_spanning[mine] = code[spanning.item[mine] - start]
        start += len(tau)
    place = spanning.stratum * width + code_of_spanning
    np.add.at(images, place, spanning.images)
    items += np.bincount(place, minlength=len(items))
    shape = (count, width)
    return Divided(codes, starts, labels, images.reshape(shape), items.reshape(shape))


def _arrays(path: Path) -> Iterator[npt.NDArray[Any]]:
    with path.open("rb") as file:
        for _ in range(4):
            yield np.load(file)
    path.unlink()
