"""Does a manifest still hold? Its own words first, then the objects themselves."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from brevviz.errors import BrevvizError, BucketError, RecipeError, SamplingError
from brevviz.evidence.derive import derive
from brevviz.evidence.manifest import Manifest, read_manifest
from brevviz.evidence.objects import check_bytes, check_listing, open_source
from brevviz.evidence.pair import HEADER
from brevviz.evidence.rows import LISTED, REJECTED, counts_of, hash_rows
from brevviz.evidence.trail import Entry, Trail
from brevviz.evidence.verdict import Verdict
from brevviz.progress import Report, quiet
from brevviz.recipe import Recipe
from brevviz.sampling import Sampler, draws_digest
from brevviz.split import split_digest

__all__ = ["check_record", "check_trail", "verify"]

_MOST_DRAWS = 10**7
"""A manifest of somebody else must not keep a machine busy for ever."""


def verify(
    folder: str | Path,
    *,
    deep: bool = False,
    trusted: Collection[str] = (),
    report: Report = quiet,
) -> Verdict:
    """Check a manifest against itself, its recipe, and the objects it names.

    Parameters
    ----------
    folder : where `manifest.json` and `manifest.parquet` are.
    deep : read every object's bytes, and compare them with the SHA-256 of the rows.
    trusted : endpoints that may get a profile's keys although only the manifest names them.
    report : told of progress; may raise Cancelled.

    Returns a verdict; what could not be checked is said in it and is never taken for good.
    Raises EvidenceError when there is no manifest that can be read; a folder that never had one,
    and has the trail of an app, is checked for its trail.
    """
    if not (Path(folder) / HEADER).exists() and Trail(folder).path.exists():
        return _trail_alone(Trail(folder))
    manifest = read_manifest(folder)
    verdict = Verdict()
    recipe = check_record(manifest, verdict, report)
    check_trail(Trail(folder), manifest, verdict)
    if recipe is None:
        verdict.unchecked.append("the split and the objects: the recipe cannot be read")
        return verdict
    try:
        store = open_source(recipe, manifest.header.place, trusted)
        listing = store.list(report)
    except (BucketError, RecipeError) as error:
        verdict.unchecked.append(f"the objects: {error}")
        return verdict
    check_listing(manifest.rows, listing, store, manifest.listed, verdict)
    if deep:
        check_bytes(manifest.rows, store, verdict, report)
    else:
        verdict.notes.append("no bytes were read (deep reads them)")
    return verdict


def check_record(manifest: Manifest, verdict: Verdict, report: Report) -> Recipe | None:
    """Check a manifest against itself and its recipe. Gives the recipe, if it holds."""
    recipe = _own_words(manifest, verdict)
    if recipe is not None:
        _derived_again(manifest, recipe, verdict, report)
    return recipe


def check_trail(trail: Trail, manifest: Manifest, verdict: Verdict) -> None:
    """Does the trail hold, and does it tell of this manifest?"""
    entries = _check_chain(trail, verdict)
    named = [n for n, entry in enumerate(entries) if entry.digest == manifest.header.trail]
    if not verdict.expect(
        bool(named),
        "the trail has the line that the manifest was written with",
        "the trail has lost the line that the manifest was written with",
    ):
        return
    told = entries[named[0]]
    verdict.expect(
        _tells_of_rows(told) and told.new["rows"] == manifest.header.rows_sha256,
        "that line tells of these rows",
        "the line that the manifest was written with tells of other rows",
    )
    # Other lines, of edits and unseals, tell of no manifest.
    after = sum(_tells_of_rows(entry) for entry in entries[named[0] + 1 :])
    if after:
        verdict.unchecked.append(
            f"whether this is the last manifest: the trail goes on after it, by {after:,}; work "
            "was stopped half-way, or an older manifest was put back"
        )


def _trail_alone(trail: Trail) -> Verdict:
    verdict = Verdict()
    entries = _check_chain(trail, verdict)
    if any(_tells_of_rows(entry) for entry in entries):
        verdict.findings.append("the trail tells of a manifest, and there is none")
    else:
        verdict.notes.append("there is no manifest here: lines cut off the end are not missed")
    return verdict


def _check_chain(trail: Trail, verdict: Verdict) -> list[Entry]:
    entries, findings = trail.entries()
    verdict.findings += findings
    if not findings:
        verdict.checked.append(f"the {len(entries):,} lines of the trail follow from each other")
    return entries


def _tells_of_rows(entry: Entry) -> bool:
    return isinstance(entry.new, dict) and "rows" in entry.new


def _own_words(manifest: Manifest, verdict: Verdict) -> Recipe | None:
    """Do header and rows agree with the digests that they carry? Gives the recipe, if it holds."""
    header, rows = manifest.header, manifest.rows
    verdict.expect(
        manifest.header_whole,
        "the header is as it was written",
        "the header was edited: its digest does not match",
    )
    if not manifest.rows_whole:
        verdict.notes.append("the Parquet file was written anew; its rows are what counts")
    verdict.expect(
        hash_rows(rows) == header.rows_sha256,
        f"the {len(rows):,} rows are as they were written",
        "rows were edited, added or taken away: their digest does not match",
    )
    keys = rows["key"].combine_chunks()
    twins = [pair["values"] for pair in pc.value_counts(keys).to_pylist() if pair["counts"] > 1]
    verdict.expect_none(twins, "every key stands once", "keys stand more than once")
    counts = counts_of(rows)
    verdict.expect(
        counts == {"excluded": 0, **header.counts},  # brevviz 0.1 knew no exclusions
        "the counts are those of the rows",
        "the counts in the header are not those of the rows",
    )
    parts = [counts[name] for name in ("samples", "left_out", "excluded")]
    verdict.expect(
        sum(parts) == counts["objects"],
        "samples {:,} + left out {:,} + excluded {:,} = ".format(*parts) + f"listed {len(rows):,}",
        f"rows are neither samples nor left out for a reason: {counts['objects'] - sum(parts):,}",
    )
    try:
        recipe = header.built_recipe()
    except RecipeError as error:
        verdict.findings.append(f"the recipe in the header does not hold: {error}")
        return None
    verdict.expect(
        recipe.digest() == header.digests.get("recipe"),
        "the recipe is as it was written",
        "the recipe in the header is not the one that its digest names",
    )
    return recipe


def _derived_again(manifest: Manifest, recipe: Recipe, verdict: Verdict, report: Report) -> None:
    """Does the recipe give every row its class, item and purpose again, revision by revision?"""
    rows = manifest.rows
    try:
        for revision in sorted(set(rows["revision"].to_pylist())):
            own = rows.filter(pc.equal(rows["revision"], revision)).sort_by("key")
            before = rows.filter(pc.less(rows["revision"], revision)) if revision else None
            again = derive(own.select(LISTED), recipe, manifest.header.place, before, report)
            _compare(own, again, revision, verdict)
        digest = split_digest(manifest.samples())
    except BrevvizError as error:
        if isinstance(error, BucketError):
            raise
        verdict.findings.append(f"the recipe cannot be applied to the rows: {error}")
        return
    verdict.expect(
        digest == manifest.header.digests.get("split"),
        f"the split is {digest}",
        "the split is not the one that its digest names",
    )
    _drawn_again(manifest, recipe, verdict)


def _drawn_again(manifest: Manifest, recipe: Recipe, verdict: Verdict) -> None:
    """Does the recipe draw the first epoch of train again, weights and shares included?"""
    expected = manifest.header.digests.get("draws")
    if expected is None:
        return
    samples = manifest.samples()
    train = samples[samples["purpose"] == "train"]
    if (recipe.sampling.epoch_samples or len(train)) > _MOST_DRAWS:
        verdict.unchecked.append(
            f"the draws: an epoch of more than {_MOST_DRAWS:,} is not repeated"
        )
        return
    try:
        draws = Sampler.of(recipe.sampling, recipe.seed).order(train).draws(0)
    except SamplingError as error:
        verdict.findings.append(f"the recipe cannot draw from the rows: {error}")
        return
    verdict.expect(
        draws_digest(draws) == expected,
        "the recipe gives the draws of the first epoch again",
        "the draws of the first epoch are not those that their digest names",
    )


def _compare(own: pa.Table, again: pa.Table, revision: int, verdict: Verdict) -> None:
    when = f" in revision {revision}" if revision else ""
    rejected = pc.fill_null(pc.starts_with(own["reason"], REJECTED), False)
    for name in ("class", "item", "purpose", "reason"):
        one, other = own[name].to_pylist(), again[name].to_pylist()
        differs = pa.array([a != b for a, b in zip(one, other, strict=True)], pa.bool_())
        if name == "reason":
            # That its bytes are no image is not in its name; only its bytes can say it.
            differs = pc.and_(differs, pc.invert(rejected.combine_chunks()))
        verdict.expect_none(
            own["key"].combine_chunks().filter(differs),
            f"the recipe gives every row its {name} again{when}",
            f"the recipe gives rows another {name}{when}",
        )
