"""`Manifest`: which objects, under which rule, for which purpose; written, read and used again."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from brevviz.dataset import Dataset
from brevviz.errors import EvidenceError
from brevviz.evidence.derive import Place, derive, frame_with_purposes, listed_rows
from brevviz.evidence.header import Header, now
from brevviz.evidence.pair import HEADER, ROWS, SIGNATURE, read_file, read_part, write_pair
from brevviz.evidence.rows import counts_of, hash_rows, in_schema
from brevviz.evidence.trail import Trail
from brevviz.progress import Report, quiet
from brevviz.recipe import Recipe
from brevviz.split import split_digest

__all__ = ["About", "Deed", "JobLike", "Manifest", "read_manifest", "save", "write_manifest"]


class _Digests(Protocol):
    def data(self) -> dict[str, str]:
        """The digests by name."""


class JobLike(Protocol):
    """What a manifest needs of a `brevviz.job.Job`."""

    @property
    def recipe(self) -> Recipe:
        """The job's description."""

    @property
    def trusted(self) -> Collection[str]:
        """Endpoints that may get a profile's keys."""

    def digests(self) -> _Digests:
        """What two runs must have in common."""


@dataclass(frozen=True)
class About:
    """What a header says that does not follow from the rows."""

    recipe: Recipe
    place: Place
    digests: dict[str, str]
    revisions: list[dict[str, Any]]


@dataclass(frozen=True)
class Deed:
    """What is done to a manifest, for its trail.

    what : in a few words. reason : why. who : a name, if one is wanted in the trail.
    """

    what: str
    reason: str = ""
    who: str | None = None


@dataclass(frozen=True)
class Manifest:
    """A manifest that was read.

    header, rows : what it holds. header_whole : the header is as it was written.
    rows_whole : the Parquet file is as it was written; another writer may store the same rows in
    other bytes, so `verify` looks at the rows.
    """

    header: Header
    rows: pa.Table
    header_whole: bool = True
    rows_whole: bool = True

    @property
    def recipe(self) -> Recipe:
        """The recipe. Raises RecipeError when it does not hold."""
        return self.header.built_recipe()

    @property
    def about(self) -> About:
        """What does not follow from the rows. Raises RecipeError when the recipe does not hold."""
        header = self.header
        return About(self.recipe, header.place, header.digests, header.revisions)

    @property
    def listed(self) -> str:
        """When the last listing was made, ISO 8601; long ago if the header does not say."""
        revisions = self.header.revisions
        last = revisions[-1] if revisions and isinstance(revisions[-1], dict) else {}
        try:
            return datetime.fromisoformat(str(last.get("listed"))).astimezone(UTC).isoformat()
        except ValueError:
            return datetime(1970, 1, 2, tzinfo=UTC).isoformat()

    def samples(self) -> pd.DataFrame:
        """The samples with their `purpose`, as they were recorded: for `DataGenerator`."""
        return frame_with_purposes(self.rows, self.recipe, self.header.place)


def write_manifest(
    job: JobLike,
    folder: str | Path,
    digests: _Digests | None = None,
    report: Report = quiet,
    *,
    reason: str = "",
    who: str | None = None,
) -> Path:
    """List the source once more and write `manifest.parquet` and `manifest.json`.

    Parameters
    ----------
    folder : made if missing; an older manifest in it is replaced.
    digests : the job's, if they are known already; computing them draws one batch.
    report : told of progress; may raise Cancelled.
    reason, who : for the trail.

    Returns the path of `manifest.json`. Raises EvidenceError when the source is no longer what
    the job has listed, or the files cannot be written; BucketError; NoImages.
    """
    known = (digests if digests is not None else job.digests()).data()
    store = Dataset.of(job.recipe.source, trusted=job.trusted).store
    listed = now()
    listing = store.list(report)
    place = Place(store.root, store.base_url)
    rows = derive(listed_rows(listing), job.recipe, place, report=report)
    split = split_digest(frame_with_purposes(rows, job.recipe, place))
    if split != known["split"]:
        raise EvidenceError(
            store.root,
            "has changed since the job listed it: the split is another one now",
            "Run the job again",
        )
    revision = {"listed": listed, "objects": len(rows)}
    about = About(job.recipe, place, known, [revision])
    return save(folder, rows, about, Deed("manifest written", reason, who))


def save(folder: str | Path, rows: pa.Table, about: About, deed: Deed) -> Path:
    """Write whole rows, their header, and a line of the trail. Returns the header's path.

    The line comes first: what stopped half-way is a line that the manifest does not name, and
    never a manifest that no line tells of. Raises EvidenceError.
    """
    folder = Path(folder)
    buffer = io.BytesIO()
    pq.write_table(rows, buffer, compression="zstd")
    data = buffer.getvalue()
    new = {"rows": hash_rows(rows), "recipe": about.recipe.digest()}
    line = Trail(folder).append(
        deed.what, old=_state(folder), new=new, reason=deed.reason, who=deed.who
    )
    header = Header(
        recipe=about.recipe.data(),
        root=about.place.root,
        base_url=about.place.base_url,
        digests=about.digests,
        counts=counts_of(rows),
        rows_sha256=new["rows"],
        part={"file": ROWS, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()},
        revisions=about.revisions,
        trail=line.digest,
    )
    path = write_pair(folder, data, header.to_bytes())
    # A signature of the old header is worth nothing for the new one.
    (folder / SIGNATURE).unlink(missing_ok=True)
    return path


def _state(folder: Path) -> dict[str, str] | None:
    """What stands in the folder before it is replaced; None: no manifest that can be read."""
    path = folder / HEADER
    try:
        header, _ = Header.parse(read_file(path), str(path))
    except EvidenceError:
        return None
    return {"rows": header.rows_sha256, "recipe": str(header.digests.get("recipe"))}


def read_manifest(folder: str | Path) -> Manifest:
    """The manifest in a folder. Raises EvidenceError when there is none that can be read."""
    folder = Path(folder)
    header, header_whole = Header.parse(read_file(folder / HEADER), str(folder / HEADER))
    data, rows_whole = read_part(folder, header.part["sha256"])
    try:
        table = pq.read_table(io.BytesIO(data))
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError):
        raise EvidenceError(str(folder / ROWS), "is not a Parquet file, or is cut off") from None
    return Manifest(header, in_schema(table, str(folder / ROWS)), header_whole, rows_whole)
