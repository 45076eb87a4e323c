"""`SampleIndex`: the listing of a source too large for memory, as samples."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from brevviz.bucket import Index, load_index, open_store
from brevviz.bucket.indexing import INDEX
from brevviz.errors import BucketError
from brevviz.index.pieces import Pieces
from brevviz.index.splitting import AT_ONCE, divide
from brevviz.index.stored import IndexSplit, save_split
from brevviz.progress import Report, quiet
from brevviz.recipe import DEFAULT_SEED, Source, Split

__all__ = ["SampleIndex", "open_index"]


def open_index(folder: str | Path, source: Source) -> SampleIndex:
    """Open the Parquet files of a folder, or one file, as a listing of a source.

    Parameters
    ----------
    folder : what `bucket.index_source` wrote, its parts checked; or files of
        `bucket.index.save_listing` or of an inventory, their names in the byte order of the keys.
    source : the rules for names and classes, and where the images are.

    Raises BucketError when there is no such file, or an index was not written to its end, and as
    `open_store` does.
    """
    path = Path(folder)
    if (path / INDEX).is_file():
        return SampleIndex(list(load_index(path).paths), source)
    paths = sorted(path.glob("*.parquet")) if path.is_dir() else [path]
    if not paths:
        raise BucketError(str(path), "holds no Parquet file")
    return SampleIndex(paths, source)


class SampleIndex:
    """Samples on the disk; memory is bounded by a row group, whatever their number.

    Parameters
    ----------
    paths : Parquet files in the form of `bucket.Index`, in the byte order of their keys.
    source : the rules for names and classes, and where the images are.
    """

    def __init__(self, paths: list[Path], source: Source) -> None:
        self.source = source
        self._objects = Index(paths)
        self.pieces = Pieces(paths, source, open_store(source))

    def __len__(self) -> int:
        return len(self._objects)

    def page(self, start: int, count: int = 1000) -> pa.Table:
        """Objects by their places in the listing, whether they are samples or not."""
        return self._objects.at(start, count)

    def folder(self, prefix: str, after: str = "", count: int = 1000) -> pa.Table:
        """The first objects below a folder, or of any prefix, after a key."""
        return self._objects.page(prefix, after, count)

    def split(
        self,
        section: Split,
        seed: int | str = DEFAULT_SEED,
        *,
        out: str | Path,
        scratch: str | Path | None = None,
        at_once: int = AT_ONCE,
        report: Report = quiet,
    ) -> IndexSplit:
        """Divide the samples by physical item, out of core, and keep the purposes in a file.

        Each sample gets the purpose that `SampleSplit` gives it in memory. Kept in memory is a
        byte for each sample, the rows that are sorted at once, and what there is of each stratum.

        Parameters
        ----------
        section, seed : the recipe's; no ties, and the modes `rank` and `hash`.
        out : the Parquet file to write, a row for each sample.
        scratch : a folder with room for 28 bytes a sample; None: the system's.
        at_once : rows to sort in memory at once, 100 bytes each.
        report : told between pieces of work; may raise Cancelled.

        Raises PatternError, SplitError, and EvidenceError when `out` cannot be written.
        """
        divided = divide(
            self.pieces,
            section,
            seed,
            None if scratch is None else Path(scratch),
            at_once=at_once,
            rows=len(self),
            report=report,
        )
        save_split(divided, self.pieces.fingerprint, section, seed, Path(out))
        return self.open_split(out)

    def open_split(self, path: str | Path) -> IndexSplit:
        """A split that `split` wrote. Raises SplitError when it is of another index."""
        return IndexSplit(Path(path), self.pieces)
