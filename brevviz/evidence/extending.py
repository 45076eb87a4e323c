"""New samples for a manifest: what is in it stays where it is."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from brevviz.errors import EvidenceError
from brevviz.evidence.derive import derive, frame_with_purposes, listed_rows
from brevviz.evidence.header import now
from brevviz.evidence.manifest import Deed, read_manifest, save
from brevviz.evidence.objects import check_listing, open_source
from brevviz.evidence.trail import Trail
from brevviz.evidence.verdict import Verdict
from brevviz.evidence.verifying import check_record, check_trail
from brevviz.progress import Report, quiet
from brevviz.split import split_digest

__all__ = ["Extension", "extend"]


@dataclass(frozen=True)
class Extension:
    """What an extension has added.

    objects : rows that are new. purposes : purpose → images that are new. followed : new images
    whose item was there already, and whose purpose so was given.
    """

    objects: int
    purposes: dict[str, int]
    followed: int


def extend(
    folder: str | Path,
    *,
    trusted: Collection[str] = (),
    report: Report = quiet,
    reason: str = "",
    who: str | None = None,
) -> Extension:
    """List the source again, and add what is new to the manifest, by the same recipe.

    No row that is there changes. A new image of an item that is there gets that item's purpose;
    the other new items bring each stratum as near to its ratio as they can. The digests of draws
    and batch are dropped: they were those of the smaller set.

    Parameters
    ----------
    folder : where the manifest is; it is replaced as a whole.
    trusted : endpoints that may get a profile's keys although only the manifest names them.
    report : told of progress; may raise Cancelled.
    reason, who : for the trail.

    Raises EvidenceError when the manifest does not hold, or objects are gone or have changed:
    an extension would hide that.
    """
    manifest = read_manifest(folder)
    verdict = Verdict()
    check_record(manifest, verdict, report)
    check_trail(Trail(folder), manifest, verdict)
    _refuse(verdict, folder)
    recipe, place, rows = manifest.recipe, manifest.header.place, manifest.rows
    store = open_source(recipe, place, trusted)
    listed = now()
    listing = store.list(report)
    check_listing(rows, listing, store, manifest.listed, verdict)
    _refuse(verdict, folder)
    revision = max(rows["revision"].to_pylist(), default=-1) + 1
    outer = listed_rows(listing, revision)
    new = outer.filter(pc.invert(pc.is_in(outer["key"], value_set=rows["key"].combine_chunks())))
    if not len(new):
        return Extension(0, {}, 0)
    added = derive(new, recipe, place, rows, report)
    whole = pa.concat_tables([rows, added]).sort_by("key").combine_chunks()
    digests = {
        "recipe": recipe.digest(),
        "split": split_digest(frame_with_purposes(whole, recipe, place)),
    }
    revisions = [*manifest.header.revisions, {"listed": listed, "objects": len(added)}]
    about = replace(manifest.about, digests=digests, revisions=revisions)
    save(folder, whole, about, Deed("samples added", reason, who))
    known = pc.is_in(added["item"], value_set=rows["item"].combine_chunks().drop_null())
    return Extension(
        objects=len(added),
        purposes=_counted(added["purpose"]),
        followed=pc.sum(known).as_py() or 0,
    )


def _refuse(verdict: Verdict, folder: str | Path) -> None:
    if verdict.findings:
        more = f", and {len(verdict.findings) - 1} more" if len(verdict.findings) > 1 else ""
        raise EvidenceError(
            str(folder),
            f"does not hold, so it is not extended: {verdict.findings[0]}{more}",
            "brevviz verify shows all",
        )


def _counted(purposes: pa.ChunkedArray) -> dict[str, int]:
    pairs = pc.value_counts(purposes.drop_null()).to_pylist()
    return {pair["values"]: pair["counts"] for pair in sorted(pairs, key=lambda p: p["values"])}
