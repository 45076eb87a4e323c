"""What the recipe makes of a listing: class, item and purpose of every object.

A manifest is written by this and verified by this: whatever it holds beyond the listing can be
derived again, from the manifest alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from brevviz.bucket import Listing
from brevviz.dataset import exclude, frame_of
from brevviz.evidence.rows import EXCLUDED, LISTED, SCHEMA
from brevviz.progress import Report, quiet
from brevviz.recipe import Recipe, Source
from brevviz.split import SampleSplit

__all__ = ["Place", "derive", "frame_with_purposes", "listed_rows"]


@dataclass(frozen=True)
class Place:
    """Where keys stand: the root of the store, and what its plain addresses begin with."""

    root: str
    base_url: str


def listed_rows(listing: Listing, revision: int = 0) -> pa.Table:
    """A listing as the outer columns of rows, without SHA-256."""
    many = len(listing)
    return pa.table(
        {
            "key": listing.key,
            "version_id": listing.version_id,
            "etag": listing.etag,
            "size": listing.size,
            "modified": listing.modified.cast(pa.timestamp("us", "UTC")),
            "sha256": pa.nulls(many, pa.large_string()),
            "revision": pa.repeat(pa.scalar(revision, pa.int32()), many),
        },
        pa.schema([SCHEMA.field(name) for name in LISTED]),
    )


def derive(
    listed: pa.Table,
    recipe: Recipe,
    place: Place,
    before: pa.Table | None = None,
    report: Report = quiet,
) -> pa.Table:
    """The whole rows of what was listed, in byte order of keys.

    Parameters
    ----------
    listed : the outer columns, `LISTED`.
    before : whole rows of earlier revisions; their purposes stand, and items that they hold keep
        them.

    Raises SplitError and PatternError.
    """
    listed = listed.select(LISTED).sort_by("key")
    everything = listed if before is None else pa.concat_tables([before.select(LISTED), listed])
    parted = exclude(
        _frame(everything.sort_by("key"), recipe.source, place), recipe.triage.excluded
    )
    frame = parted.samples
    keys = _keys(frame, place)
    if before is not None:
        found = pc.index_in(keys, value_set=before["key"].combine_chunks())
        own = before["purpose"].combine_chunks().take(found)
        frame = frame.assign(purpose=pd.Series(own.to_pylist(), index=frame.index, dtype="str"))
    places = pc.index_in(listed["key"].combine_chunks(), value_set=keys)
    rows = {name: listed[name] for name in LISTED}
    rows |= _derived(frame, recipe, report, places)
    rows["reason"] = pc.coalesce(
        _by_hand(listed, parted.excluded, place),
        _reasons(listed, places, recipe.source, place),
    )
    return pa.table({name: rows[name] for name in SCHEMA.names}).cast(SCHEMA).combine_chunks()


def frame_with_purposes(rows: pa.Table, recipe: Recipe, place: Place) -> pd.DataFrame:
    """The frame of samples that the rows stand for, with their `purpose`."""
    rows = rows.sort_by("key")
    frame = exclude(_frame(rows, recipe.source, place), recipe.triage.excluded).samples
    found = pc.index_in(_keys(frame, place), value_set=rows["key"].combine_chunks())
    own = rows["purpose"].combine_chunks().take(found)
    return frame.assign(purpose=pd.Series(own.to_pylist(), index=frame.index, dtype="str"))


def _frame(listed: pa.Table, source: Source, place: Place) -> pd.DataFrame:
    names = ("key", "version_id", "etag", "size")
    columns = {name: listed[name].combine_chunks() for name in names}
    listing = Listing(**columns, modified=listed["modified"].cast(pa.int64()).combine_chunks())
    frame, _ = frame_of(listing, source, place.root, place.base_url, details=True)
    return frame


def _keys(frame: pd.DataFrame, place: Place) -> pa.Array:
    paths = pa.array(frame["path"], pa.large_string())
    if isinstance(paths, pa.ChunkedArray):
        paths = paths.combine_chunks()
    return pc.utf8_slice_codeunits(paths, start=len(place.root) + 1)


def _derived(
    frame: pd.DataFrame, recipe: Recipe, report: Report, places: pa.Array
) -> dict[str, pa.Array]:
    """The columns class, item and purpose; null, and no class, where a row is no sample."""
    if frame.empty:
        nothing = pa.nulls(len(places), pa.large_string())
        none = pa.array([[]] * len(places), SCHEMA.field("class").type)
        return {"class": none, "item": nothing, "purpose": nothing}
    plan = SampleSplit.of(recipe.split, recipe.seed).plan(frame, report)
    purposes = plan.purposes(recipe.split.ratio, recipe.split.test_ratio)
    classes = pa.array([list(names) for names in frame["category"]], SCHEMA.field("class").type)
    items = plan.item_keys.take(pa.array(plan.item_of_row))
    return {
        "class": pc.coalesce(classes.take(places), pa.scalar([], classes.type)),
        "item": items.take(places),
        "purpose": pa.array(purposes, pa.large_string()).take(places),
    }


def _reasons(listed: pa.Table, places: pa.Array, source: Source, place: Place) -> pa.Array:
    """Why an object is no sample: its name is not let in, or it has none of the classes."""
    out = pc.is_null(places)
    reasons = pc.if_else(out, "source.sample_filter", pa.scalar(None, pa.large_string()))
    if source.classes is None or not pc.any(out).as_py():
        return reasons
    named = _frame(listed, source.model_copy(update={"classes": None}), place)
    by_class = pc.and_(out, pc.is_in(listed["key"].combine_chunks(), value_set=_keys(named, place)))
    return pc.if_else(by_class, "source.classes", reasons)


def _by_hand(listed: pa.Table, excluded: pd.DataFrame, place: Place) -> pa.Array:
    """What somebody said of each sample that was left out by hand; null for the others."""
    said = pa.array([f"{EXCLUDED}{why}" for why in excluded["reason"]], pa.large_string())
    keys = listed["key"].combine_chunks()
    return said.take(pc.index_in(keys, value_set=_keys(excluded, place)))
