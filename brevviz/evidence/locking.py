"""SHA-256 of every object, so that its bytes can be proved later; stopped work is taken up again."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from brevviz.bucket import Agreements, Store, agreements
from brevviz.cluster import Cluster
from brevviz.errors import BucketError, ImageRejected, ObjectChanged, ObjectMissing
from brevviz.evidence.derive import Place
from brevviz.evidence.journal import Journal
from brevviz.evidence.manifest import Deed, Manifest, read_manifest, save
from brevviz.evidence.objects import SLICE, Row, open_source, rows_of, with_bytes
from brevviz.evidence.rows import REJECTED, SCHEMA
from brevviz.evidence.verdict import Verdict, shown
from brevviz.images import ImagePipeline
from brevviz.progress import Report, quiet
from brevviz.recipe import Recipe

__all__ = ["lock"]

_JOURNAL = "manifest.lock.jsonl"


class _Locked(NamedTuple):
    """What reading an object has given. reason : why it is rejected, or None."""

    key: str
    etag: str
    sha256: str
    reason: str | None


def lock(
    folder: str | Path,
    *,
    trusted: Collection[str] = (),
    cluster: Cluster | None = None,
    report: Report = quiet,
    reason: str = "",
    who: str | None = None,
) -> Verdict:
    """Record the SHA-256 of every object, and which samples are no image that can be shown.

    Test samples are sealed: their bytes are hashed and nothing of them is decoded. Each is read in the version that was listed. What is done stands in `manifest.lock.jsonl`, so
    that a stopped run goes on where it was; the manifest is replaced at the end.

    Parameters
    ----------
    folder : where the manifest is.
    trusted : endpoints that may get a profile's keys although only the manifest names them.
    cluster : whose workers read and hash; None: threads of this process.
    report : told of progress; may raise Cancelled.
    reason, who : for the trail.

    Returns what could not be locked. Raises EvidenceError and BucketError.
    """
    folder = Path(folder)
    manifest = read_manifest(folder)
    recipe = manifest.recipe
    work = _Work(recipe, manifest.header.place, tuple(trusted), agreements())
    work.store()  # what is wrong with the source is said before any work begins
    open_rows = manifest.rows.filter(pc.is_null(manifest.rows["sha256"]))
    journal = Journal(folder / _JOURNAL)
    known = _of_rows(journal.entries(), open_rows)
    left = open_rows.filter(pc.invert(pc.is_in(open_rows["key"], value_set=_texts(known))))
    failed: list[tuple[str, BucketError]] = []
    with journal:
        for row, found in _read(rows_of(left), work, cluster, report):
            if isinstance(found, BucketError):
                failed.append((row.key, found))
            else:
                known[row.key] = found
                journal.add(found)
    if known:
        save(folder, _with(manifest, known), manifest.about, Deed("bytes locked", reason, who))
    journal.remove()
    return _told(manifest, known, failed)


@dataclass(frozen=True)
class _Work:
    """Hash the bytes of a row, and try whether they are an image, unless they are sealed.

    agreed : the endpoints that the asking process signs for.
    """

    recipe: Recipe
    place: Place
    trusted: tuple[str, ...]
    agreed: Agreements

    def store(self) -> Store:
        self.agreed.adopt()
        return open_source(self.recipe, self.place, self.trusted)

    def __call__(self, row: Row, data: bytes) -> _Locked:
        reason = None
        if row.purpose not in {None, "test"}:
            try:
                ImagePipeline.of(self.recipe.view).load(data, row.key)
            except ImageRejected as error:
                reason = f"{REJECTED}{error.problem}"
        return _Locked(row.key, row.etag, hashlib.sha256(data).hexdigest(), reason)


_Found: TypeAlias = tuple[Row, _Locked | BucketError]


def _read(
    rows: list[Row], work: _Work, cluster: Cluster | None, report: Report
) -> Iterator[_Found]:
    if cluster is None:
        yield from with_bytes(rows, work.store(), work, report, as_listed=True)
        return
    yield from cluster.each(lock_slice, work, rows, SLICE, what="objects read", report=report)


def lock_slice(work: _Work, rows: list[Row]) -> list[_Found]:
    """Read and hash some rows' objects, in a worker."""
    return list(with_bytes(rows, work.store(), work, quiet, as_listed=True))


def _of_rows(entries: list[Any], rows: pa.Table) -> dict[str, _Locked]:
    """The entries that are about rows as they are, by key."""
    etags = dict(zip(rows["key"].to_pylist(), rows["etag"].to_pylist(), strict=True))
    found = {}
    for entry in entries:
        if isinstance(entry, list) and len(entry) == len(_Locked._fields):
            locked = _Locked(*entry)
            if etags.get(locked.key) == locked.etag:
                found[locked.key] = locked
    return found


def _texts(known: dict[str, _Locked]) -> pa.Array:
    return pa.array(known.keys(), pa.large_string())


def _with(manifest: Manifest, known: dict[str, _Locked]) -> pa.Table:
    rows = manifest.rows
    places = pc.index_in(rows["key"].combine_chunks(), value_set=_texts(known))
    for name in ("sha256", "reason"):
        values = pa.array([getattr(entry, name) for entry in known.values()], pa.large_string())
        column = pc.coalesce(values.take(places), rows[name].combine_chunks())
        rows = rows.set_column(SCHEMA.get_field_index(name), SCHEMA.field(name), column)
    return rows


def _told(
    manifest: Manifest, known: dict[str, _Locked], failed: list[tuple[str, BucketError]]
) -> Verdict:
    verdict = Verdict()
    before = pc.sum(pc.is_valid(manifest.rows["sha256"])).as_py() or 0
    verdict.checked.append(
        f"{before + len(known):,} of {len(manifest.rows):,} objects have their SHA-256"
    )
    sealed = pc.sum(pc.equal(manifest.rows["purpose"], "test")).as_py() or 0
    if sealed:
        verdict.notes.append(
            f"{sealed:,} test samples are sealed: hashed, and not tried as images (unseal does that)"
        )
    rejected = [entry.key for entry in known.values() if entry.reason is not None]
    if rejected:
        verdict.notes.append(f"samples are no image that can be shown right: {shown(rejected)}")
    for kinds, finding in (
        ((ObjectMissing,), "objects are gone"),
        ((ObjectChanged,), "objects are no longer those that were listed"),
    ):
        keys = [key for key, error in failed if isinstance(error, kinds)]
        if keys:
            verdict.findings.append(f"{finding}: {shown(keys)}")
    others = [
        f"{key}: {error}"
        for key, error in failed
        if not isinstance(error, (ObjectMissing, ObjectChanged))
    ]
    if others:
        verdict.unchecked.append(f"objects cannot be read: {shown(others)}")
    return verdict
