"""What a report says, as plain data; the page shows this and nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pyarrow.compute as pc

from brevviz.evidence.manifest import Manifest
from brevviz.evidence.trail import Entry

__all__ = ["CONFIDENCE", "Pictures", "bound", "content"]

CONFIDENCE = 0.95
_SHOWN = 1000
_ORDER = {"train": 0, "devel": 1, "test": 2}


@dataclass(frozen=True)
class Pictures:
    """The augmentation grid.

    png : rows of originals, augmented, and augmented once more. digests : SHA-256 of each
    augmented picture. equal : are both augmented ones the same bytes?
    """

    png: bytes
    digests: tuple[str, ...]
    equal: tuple[bool, ...]


def bound(items: int) -> float | None:
    """The failure rate that so many items can exclude when none of them fails; None for none.

    The upper end of the one-sided interval of Clopper and Pearson (1934) at `CONFIDENCE` for no
    failure: 1 - (1 - CONFIDENCE)^(1 / items).
    """
    return None if items < 1 else 1.0 - (1.0 - CONFIDENCE) ** (1.0 / items)


def content(
    manifest: Manifest,
    table: pd.DataFrame,
    frequencies: pd.DataFrame,
    *,
    leaks: Mapping[str, int],
    trail: Sequence[Entry] = (),
    pictures: Pictures | None = None,
) -> dict[str, Any]:
    """All that the report says.

    Parameters
    ----------
    table : the job's split, a row for each stratum and purpose.
    frequencies : the job's, a row for each group of train.
    leaks : level → number of pairs on both sides of the split.

    Raises RecipeError when the manifest's recipe does not hold.
    """
    header = manifest.header
    return {
        "source": header.root,
        "revisions": header.revisions,
        "digests": {**header.digests, "rows": header.rows_sha256},
        "counts": header.counts,
        "classes": _classes(manifest),
        "cells": _cells(table),
        "leaks": dict(leaks),
        "reasons": _counted_reasons(manifest),
        "left_out": _reasons(manifest),
        "frequencies": _frequencies(frequencies),
        "pictures": None
        if pictures is None
        else [
            {"sha256": digest, "repeats": equal}
            for digest, equal in zip(pictures.digests, pictures.equal, strict=True)
        ],
        "recipe": manifest.recipe.data(),
        "tools": header.tools,
        "trail": [
            {
                "when": e.when,
                "who": e.who,
                "what": e.what if e.count is None else f"{e.what} (number {e.count})",
                "reason": e.reason,
                "sha256": e.digest,
            }
            for e in trail
        ],
    }


def _cells(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {
            "stratum": str(row["stratum"]),
            "purpose": str(row["purpose"]),
            "items": int(row["items"]),
            "images": int(row["images"]),
            "target": float(row["target"]),
            # What train holds says nothing about what a model will do.
            "bound": bound(int(row["items"])) if row["purpose"] != "train" else None,
        }
        for row in table.to_dict("records")
    ]


def _classes(manifest: Manifest) -> list[dict[str, Any]]:
    """Images and items of each class and purpose; a sample of several classes counts in each."""
    rows = manifest.rows.filter(pc.is_valid(manifest.rows["purpose"]))
    parents = pc.list_parent_indices(rows["class"].combine_chunks())
    flat = rows.select(["purpose", "item"]).take(parents)
    flat = flat.append_column("class", pc.list_flatten(rows["class"].combine_chunks()))
    found = flat.group_by(["class", "purpose"]).aggregate(
        [("item", "count"), ("item", "count_distinct")]
    )
    return [
        {
            "class": row["class"],
            "purpose": row["purpose"],
            "images": row["item_count"],
            "items": row["item_count_distinct"],
        }
        for row in sorted(
            found.to_pylist(), key=lambda row: (row["class"], _ORDER.get(row["purpose"], 3))
        )
    ]


def _counted_reasons(manifest: Manifest) -> list[dict[str, Any]]:
    pairs = pc.value_counts(manifest.rows["reason"].drop_null()).to_pylist()
    ordered = sorted(pairs, key=lambda pair: (-pair["counts"], pair["values"]))
    return [{"reason": pair["values"], "objects": pair["counts"]} for pair in ordered[:_SHOWN]]


def _reasons(manifest: Manifest) -> list[dict[str, Any]]:
    rows = manifest.rows.filter(pc.is_valid(manifest.rows["reason"])).select(["key", "reason"])
    return [dict(row) for row in rows.slice(0, _SHOWN).to_pylist()]


def _frequencies(frequencies: pd.DataFrame) -> list[dict[str, Any]]:
    columns = ["images", "weight", "expected", "drawn", "repeats_max", "unseen"]
    return [
        {"group": str(group), **{name: float(row[name]) for name in columns}}
        for group, row in frequencies.iterrows()
    ]
