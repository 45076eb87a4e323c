"""Opening the test samples of a manifest: the trail says why, and each is tried as an image."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from brevviz.bucket import Store
from brevviz.errors import BucketError, EvidenceError, ImageRejected
from brevviz.evidence.manifest import Deed, read_manifest, save
from brevviz.evidence.objects import Row, open_source, rows_of, with_bytes
from brevviz.evidence.rows import REJECTED, SCHEMA
from brevviz.evidence.trail import UNSEALED, Trail
from brevviz.evidence.verdict import Verdict, shown
from brevviz.images import ImagePipeline
from brevviz.progress import Report, quiet
from brevviz.recipe import Recipe

__all__ = ["Unsealed", "unseal"]

_OTHER = ""


@dataclass(frozen=True)
class Unsealed:
    """count : how often the trail has seen a test set opened. verdict : what was found in it."""

    count: int
    verdict: Verdict


def unseal(
    folder: str | Path,
    reason: str,
    *,
    trusted: Collection[str] = (),
    report: Report = quiet,
    who: str | None = None,
) -> Unsealed:
    """Open the test samples of a manifest once: try each as an image, and record those that are none.

    The line of the trail is written before the first is read. Nothing stays open: a job has its
    own `unseal`.

    Parameters
    ----------
    folder : where the manifest is; it is replaced.
    reason : why; must be said.
    trusted : endpoints that may get a profile's keys although only the manifest names them.
    report : told of progress; may raise Cancelled.
    who : a name for the trail, if one is wanted in it.

    Raises EvidenceError and BucketError.
    """
    if not reason.strip():
        raise EvidenceError("reason", "is empty", "Say why the test samples are opened")
    manifest = read_manifest(folder)
    rows = manifest.rows
    tested = rows.filter(pc.fill_null(pc.equal(rows["purpose"], "test"), False))
    if not len(tested):
        raise EvidenceError(str(folder), "holds no test samples", "Nothing is sealed in it")
    store = open_source(manifest.recipe, manifest.header.place, trusted)
    about = {"recipe": manifest.header.digests.get("recipe"), "images": len(tested)}
    line = Trail(folder).append(UNSEALED, new=about, reason=reason, who=who, counted=True)
    tried = _try(tested, store, manifest.recipe, report)
    reasons = {key: found for key, found in tried.items() if isinstance(found, str) and found}
    whole = _with(rows, reasons)
    save(folder, whole, manifest.about, Deed("test samples tried", reason, who))
    return Unsealed(line.count or 1, _told(tried))


def _try(
    tested: pa.Table, store: Store, recipe: Recipe, report: Report
) -> dict[str, str | BucketError | None]:
    """Key → why it is no image, `_OTHER` when its bytes are others than were locked, or None."""
    pipeline = ImagePipeline.of(recipe.view)

    def work(row: Row, data: bytes) -> str | None:
        if row.sha256 is not None and hashlib.sha256(data).hexdigest() != row.sha256:
            return _OTHER
        try:
            pipeline.load(data, row.key)
        except ImageRejected as error:
            return f"{REJECTED}{error.problem}"
        return None

    return {
        row.key: found
        for row, found in with_bytes(rows_of(tested), store, work, report, as_listed=True)
    }


def _told(tried: dict[str, str | BucketError | None]) -> Verdict:
    verdict = Verdict()
    failed = [f"{key}: {found}" for key, found in tried.items() if isinstance(found, BucketError)]
    other = [key for key, found in tried.items() if found == _OTHER]
    rejected = [key for key, found in tried.items() if isinstance(found, str) and found != _OTHER]
    number = len(tried) - len(failed) - len(other)
    verdict.checked.append(f"{number:,} of {len(tried):,} test samples were tried as images")
    if rejected:
        verdict.notes.append(f"samples are no image that can be shown right: {shown(rejected)}")
    if other:
        verdict.findings.append(f"test samples have other bytes than were locked: {shown(other)}")
    if failed:
        verdict.unchecked.append(f"test samples cannot be read: {shown(failed)}")
    return verdict


def _with(rows: pa.Table, reasons: dict[str, str]) -> pa.Table:
    keys = pa.array(reasons.keys(), pa.large_string())
    said = pa.array(reasons.values(), pa.large_string())
    places = pc.index_in(rows["key"].combine_chunks(), value_set=keys)
    column = pc.coalesce(said.take(places), rows["reason"].combine_chunks())
    return rows.set_column(SCHEMA.get_field_index("reason"), SCHEMA.field("reason"), column)
