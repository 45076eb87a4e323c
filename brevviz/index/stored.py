"""`IndexSplit`: the purposes of an index in a Parquet file, and what they let one ask."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from brevviz.errors import SamplingError, SplitError
from brevviz.files import write_atomic
from brevviz.index.members import StoredGroups, stored_groups
from brevviz.index.pieces import Pieces
from brevviz.index.splitting import Divided
from brevviz.recipe import DEFAULT_SEED, PURPOSES, Sampling, Split
from brevviz.sampling import DrawOrder, Sampler, frequencies

__all__ = ["IndexSplit", "save_split"]

_ABOUT = b"brevviz.split"


def save_split(
    divided: Divided, fingerprint: str, section: Split, seed: int | str, path: Path
) -> None:
    """Write the purposes, whole or not at all: one row group for each of the index's."""
    about = {
        "index": fingerprint,
        "split": section.model_dump(mode="json"),
        "seed": seed,
        "starts": divided.starts.tolist(),
        "strata": divided.strata,
        "images": divided.images.tolist(),
        "items": divided.items.tolist(),
    }
    kind = pa.dictionary(pa.int8(), pa.string())
    schema = pa.schema([("purpose", kind)], {_ABOUT: json.dumps(about).encode()})
    buffer = pa.BufferOutputStream()
    with pq.ParquetWriter(buffer, schema, compression="zstd") as writer:
        for start, stop in zip(divided.starts[:-1], divided.starts[1:], strict=True):
            if stop > start:  # an empty row group would not be written
                codes = pa.DictionaryArray.from_arrays(
                    pa.array(divided.codes[start:stop]), pa.array(PURPOSES)
                )
                writer.write_table(pa.table([codes], schema=schema), row_group_size=stop - start)
    write_atomic(path, buffer.getvalue().to_pybytes())


class IndexSplit:
    """The purposes of the samples of an index, and what follows from them.

    Parameters
    ----------
    path : a file that `SampleIndex.split` wrote.
    pieces : the samples of that index.

    Raises SplitError when the file is no such split, or that of another index.
    """

    def __init__(self, path: Path, pieces: Pieces) -> None:
        try:
            self._file = pq.ParquetFile(path)
            about = json.loads((self._file.schema_arrow.metadata or {})[_ABOUT])
            self.section, self.seed = Split(**_tuples(about["split"])), about["seed"]
            self.starts = np.array(about["starts"], np.int64)
            self._strata = about["strata"]
            self._images, self._items = (
                np.array(about[name], np.int64).reshape(-1, len(PURPOSES))
                for name in ("images", "items")
            )
            fingerprint = about["index"]
        except (OSError, LookupError, TypeError, ValueError, AttributeError) as error:
            raise SplitError(str(path), "is not a split of an index") from error
        if fingerprint != pieces.fingerprint:
            raise SplitError(str(path), "is the split of another index", "Split this one anew")
        self.path, self._pieces = path, pieces
        self._groups: dict[tuple[str, tuple[str, ...]], StoredGroups] = {}

    def __len__(self) -> int:
        return int(self.starts[-1])

    @property
    def table(self) -> pd.DataFrame:
        """Stratum x purpose, where there are images or should be: items, images, target."""
        ratio, test = self.section.ratio, self.section.test_ratio
        whole = self._images.sum(axis=1, keepdims=True)
        target = whole * np.array([ratio, max(0.0, round(1 - ratio - test, 12)), test])
        rows, columns = np.nonzero((self._images > 0) | (target > 0))
        return pd.DataFrame(
            {
                "stratum": [self._strata[row] for row in rows],
                "purpose": [PURPOSES[column] for column in columns],
                "items": self._items[rows, columns],
                "images": self._images[rows, columns],
                "target": target[rows, columns],
            }
        )

    def codes(self, piece: int) -> npt.NDArray[np.int8]:
        """The place in PURPOSES of the samples of one piece: int8."""
        sizes = np.diff(self.starts)
        if not sizes[piece]:
            return np.empty(0, np.int8)
        group = int(np.count_nonzero(sizes[:piece]))
        column = self._file.read_row_group(group)["purpose"].combine_chunks()
        places = np.array([PURPOSES.index(name) for name in column.dictionary.to_pylist()], np.int8)
        found: npt.NDArray[np.int8] = places[column.indices.to_numpy()]
        return found

    def page(self, start: int, count: int = 1000) -> pd.DataFrame:
        """Samples by their places, with their purposes; fewer at the end."""
        return self.rows(np.arange(start, min(start + count, len(self))))

    def rows(self, places: npt.NDArray[np.int64]) -> pd.DataFrame:
        """The samples at these places, in this order, with their purposes.

        Raises SplitError for a place outside of the samples.
        """
        if len(places) and not 0 <= places.min() <= places.max() < len(self):
            raise SplitError("places", f"are not all inside 0..{len(self) - 1}")
        piece = np.searchsorted(self.starts, places, side="right") - 1
        found, order = [], []
        for number in np.unique(piece).tolist() or [0]:
            mine = np.flatnonzero(piece == number)
            here = places[mine] - self.starts[number]
            names = np.array(PURPOSES, object)[self.codes(number)[here]]
            samples = self._pieces.frame(number).iloc[here]
            found.append(samples.assign(purpose=pd.Series(names, samples.index, dtype="str")))
            order.append(mine)
        back = np.argsort(np.concatenate(order), kind="stable")
        frame: pd.DataFrame = pd.concat(found, ignore_index=True).iloc[back].reset_index(drop=True)
        frame.attrs = dict(found[0].attrs)
        return frame

    def groups(self, sampling: Sampling, purpose: str = "train") -> StoredGroups:
        """The groups of a purpose's samples: read once, then kept, a number for each in a piece."""
        if purpose not in PURPOSES:
            raise SamplingError("purpose", f"{purpose!r} is not one of {', '.join(PURPOSES)}")
        key = (purpose, sampling.groupby)
        if key not in self._groups:
            self._groups[key] = stored_groups(
                self._pieces, self.codes, self.starts, PURPOSES.index(purpose), sampling.groupby
            )
        return self._groups[key]

    def order(
        self, sampling: Sampling, seed: int | str = DEFAULT_SEED, purpose: str = "train"
    ) -> DrawOrder:
        """The draw order of a purpose; `Draws.index` numbers the samples of the index."""
        return Sampler.of(sampling, seed).order_of(self.groups(sampling, purpose))

    def frequencies(
        self,
        sampling: Sampling,
        seed: int | str = DEFAULT_SEED,
        purpose: str = "train",
        epochs: int = 1,
    ) -> pd.DataFrame:
        """What the first epochs show of each group: see `brevviz.sampling.frequencies`."""
        order = self.order(sampling, seed, purpose)
        return frequencies(order, self.groups(sampling, purpose), epochs)

    def batch(
        self,
        sampling: Sampling,
        seed: int | str = DEFAULT_SEED,
        number: int = 0,
        *,
        epoch: int = 0,
        purpose: str = "train",
    ) -> pd.DataFrame:
        """The samples of one batch of an epoch, in the order in which they are drawn."""
        start = number * sampling.batch_size
        order = self.order(sampling, seed, purpose)
        return self.rows(order.draws(epoch, start, start + sampling.batch_size).index)


def _tuples(values: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(v) if isinstance(v, list) else v for name, v in values.items()}
