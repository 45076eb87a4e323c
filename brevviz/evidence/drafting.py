"""The manifest that a job would have, to compare with one that is written."""

from __future__ import annotations

from brevviz.dataset import Dataset
from brevviz.evidence.derive import Place, derive, listed_rows
from brevviz.evidence.header import Header, now
from brevviz.evidence.manifest import JobLike, Manifest
from brevviz.evidence.rows import counts_of, hash_rows
from brevviz.progress import Report, quiet

__all__ = ["draft"]


def draft(job: JobLike, report: Report = quiet) -> Manifest:
    """List the source once more, and give what `write_manifest` would write of it; for `diff`.

    No batch is drawn, so the digests name the recipe only. Raises BucketError and NoImages.
    """
    store = Dataset.of(job.recipe.source, trusted=job.trusted).store
    listed = now()
    place = Place(store.root, store.base_url)
    rows = derive(listed_rows(store.list(report)), job.recipe, place, report=report)
    header = Header(
        recipe=job.recipe.data(),
        root=place.root,
        base_url=place.base_url,
        digests={"recipe": job.recipe.digest()},
        counts=counts_of(rows),
        rows_sha256=hash_rows(rows),
        part={},
        revisions=[{"listed": listed, "objects": len(rows)}],
        trail="",
    )
    return Manifest(header, rows)
