"""The rows of a manifest: one for each object that was listed, and the digest over them.

The digest is over the rows and not over the Parquet file, so that neither the order of the rows
nor the version of the writer matters.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from brevviz.errors import EvidenceError

__all__ = ["EXCLUDED", "LISTED", "REJECTED", "SCHEMA", "counts_of", "hash_rows", "in_schema"]

_TEXT = pa.large_string()

SCHEMA = pa.schema(
    [
        pa.field("key", _TEXT, nullable=False),
        pa.field("version_id", _TEXT),
        pa.field("etag", _TEXT, nullable=False),
        pa.field("size", pa.int64(), nullable=False),
        pa.field("modified", pa.timestamp("us", "UTC"), nullable=False),
        pa.field("sha256", _TEXT),
        pa.field("class", pa.large_list(_TEXT), nullable=False),
        pa.field("item", _TEXT),
        pa.field("purpose", _TEXT),
        pa.field("reason", _TEXT),
        pa.field("revision", pa.int32(), nullable=False),
    ]
)
"""key : relative to the root. size : bytes. modified : when the object was put; a split's rule may
use it, and nothing compares it: a copy is the same object. sha256 : of the bytes; null until they are locked. class : labels,
none where the object was left out. item, purpose : null where it was left out. reason : why it was
left out, or rejected. revision : 0 for the first listing, 1 for the first extension, and so on."""

LISTED = ("key", "version_id", "etag", "size", "modified", "sha256", "revision")
"""The columns that are known from outside; the others follow from them and the recipe."""

EXCLUDED = "triage.excluded: "
"""How the reason of a sample begins that somebody left out by hand."""

REJECTED = "rejected: "
"""How the reason of a sample begins whose bytes are no image that can be shown right."""

_SALT = b"brevviz-row-v1\0"


def in_schema(table: pa.Table, where: str) -> pa.Table:
    """A table with exactly the columns of the schema. Raises EvidenceError."""
    missing = [name for name in SCHEMA.names if name not in table.column_names]
    if missing:
        raise EvidenceError(where, f"has no column {missing[0]!r}")
    try:
        table = table.select(SCHEMA.names).cast(SCHEMA)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, ValueError) as error:
        raise EvidenceError(where, f"does not hold the rows of a manifest: {error}") from None
    if len(table) and pc.min(table["revision"]).as_py() < 0:
        raise EvidenceError(where, "has rows of a revision below 0")
    return table.combine_chunks()


def hash_rows(rows: pa.Table) -> str:
    """SHA-256 (64 hex digits) over the sorted SHA-256 of the rows."""
    encode = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode
    rows = rows.set_column(
        SCHEMA.get_field_index("modified"), "modified", rows["modified"].cast(pa.int64())
    )
    columns = [rows[name].to_pylist() for name in SCHEMA.names]
    hashes = sorted(
        hashlib.sha256(_SALT + encode(row).encode("ascii")).digest()
        for row in zip(*columns, strict=True)
    )
    return hashlib.sha256(b"brevviz-rows-v1\0" + b"".join(hashes)).hexdigest()


def counts_of(rows: pa.Table) -> dict[str, Any]:
    """What the rows add up to, as plain data for the header.

    objects = samples + left_out by the source's rules + excluded by hand; rejected ones are of
    the samples.
    """
    samples = rows.filter(pc.is_valid(rows["purpose"]))
    others = rows.filter(pc.is_null(rows["purpose"]))["reason"]
    return {
        "objects": len(rows),
        "samples": len(samples),
        "items": len(pc.unique(samples["item"])),
        "left_out": pc.sum(pc.starts_with(others, "source.")).as_py() or 0,
        "excluded": pc.sum(pc.starts_with(others, EXCLUDED)).as_py() or 0,
        "rejected": pc.sum(pc.starts_with(samples["reason"], REJECTED)).as_py() or 0,
        "locked": pc.sum(pc.is_valid(rows["sha256"])).as_py() or 0,
        "purposes": _purposes(samples),
        "classes": _counted(pc.list_flatten(samples["class"])),
    }


def _purposes(samples: pa.Table) -> dict[str, dict[str, int]]:
    found = samples.group_by("purpose").aggregate([("key", "count"), ("item", "count_distinct")])
    return {
        row["purpose"]: {"images": row["key_count"], "items": row["item_count_distinct"]}
        for row in sorted(found.to_pylist(), key=lambda row: row["purpose"])
    }


def _counted(values: pa.ChunkedArray) -> dict[str, int]:
    pairs = pc.value_counts(values).to_pylist()
    return {pair["values"]: pair["counts"] for pair in sorted(pairs, key=lambda p: p["values"])}
