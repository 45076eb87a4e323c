"""Tampering of every kind is found, and nothing else is."""

import dataclasses
import os
import random
from datetime import timedelta

import pyarrow.parquet as pq
import pytest

from brevviz.evidence import lock, verify


def pick(rows, draw):
    """A row that stands for a sample."""
    return draw.choice([row for row in rows if row["purpose"]])


def other(draw, value, values):
    return draw.choice([v for v in values if v != value])


def change(name, make):
    def edit(rows, draw):
        row = pick(rows, draw)
        row[name] = make(row[name], draw)

    return edit


def remove(rows, draw):
    rows.remove(pick(rows, draw))


def add(rows, draw):
    rows.append(pick(rows, draw) | {"key": "good/999_1.png", "item": "999"})


def double(rows, draw):
    rows.append(dict(pick(rows, draw)))


def rename(rows, draw):
    pick(rows, draw)["key"] += "x.png"


def leave_out(rows, draw):
    row = pick(rows, draw)
    row |= {"class": [], "item": None, "purpose": None, "reason": "source.classes"}


def let_in(rows, draw):
    row = next(row for row in rows if row["key"] == "other/1_1.png")
    row |= {"class": ["good"], "item": "1", "purpose": "train", "reason": None}


SEEDS = [range(2), pytest.param(range(2, 100), marks=pytest.mark.long, id="the other 98")]


@pytest.fixture(name="anew")
def _anew(case):
    """Gives each seed of a range the manifest and the objects as they were written."""
    files = [
        path for top in (case.folder, case.source) for path in top.rglob("*") if path.is_file()
    ]
    before = {path: (path.read_bytes(), path.stat()) for path in files}

    def anew(seeds):
        for seed in seeds:
            yield random.Random(seed)
            for path, (data, at) in before.items():
                if not path.exists() or path.read_bytes() != data:
                    path.write_bytes(data)
                    os.utime(path, ns=(at.st_atime_ns, at.st_mtime_ns))

    return anew


HEX = "0123456789abcdef"

ROWS = {
    "purpose": change("purpose", lambda v, d: other(d, v, ["train", "devel", "test"])),
    "class": change("class", lambda v, d: other(d, v, [["good"], ["bad"], ["bad", "ugly"]])),
    "item": change("item", lambda v, d: v + "1"),
    "etag": change("etag", lambda v, d: "".join(d.choices(HEX, k=32))),
    "size": change("size", lambda v, d: v + d.choice([-1, 1])),
    "sha256": change("sha256", lambda v, d: "".join(d.choices(HEX, k=64))),
    "version": change("version_id", lambda v, d: "v2"),
    "modified": change("modified", lambda v, d: v + timedelta(seconds=1)),
    "revision": change("revision", lambda v, d: 1),
    "reason": change("reason", lambda v, d: "rejected: too dark"),
    "removed": remove,
    "added": add,
    "doubled": double,
    "renamed": rename,
    "left out": leave_out,
    "let in": let_in,
}
# With all digests made anew, these can still be told: by the recipe, or by the objects.
TOLD_WHEN_SEALED = set(ROWS) - {"sha256", "removed", "revision", "reason", "modified"}
# Bytes must be read to tell these.
TOLD_BY_BYTES = {"sha256"}

HEADER = {
    "ratio": lambda data: data["recipe"]["split"].update(ratio=0.79),
    "seed": lambda data: data["recipe"].update(seed=43),
    "digest of the split": lambda data: data["digests"].update(split="0" * 64),
    "digest of the batch": lambda data: data["digests"].update(batch="0" * 64),
    "counts": lambda data: data["counts"]["purposes"]["train"].update(images=1),
    "when": lambda data: data["revisions"][0].update(listed="2020-01-01T00:00:00+00:00"),
    "tools": lambda data: data["tools"].update(brevviz="9.9"),
    "root": lambda data: data.update(root="/elsewhere"),
    "a recipe that does not hold": lambda data: data["recipe"].update(seed=-1),
}


@pytest.mark.parametrize("kind", ROWS)
@pytest.mark.parametrize("seeds", SEEDS)
def test_an_edited_row_is_found(case, anew, kind, seeds):
    for draw in anew(seeds):
        case.edit_rows(lambda rows, draw=draw: ROWS[kind](rows, draw), seal=False)
        verdict = verify(case.folder)
        assert verdict.exit_code == 1
        assert any("their digest does not match" in finding for finding in verdict.findings)


@pytest.mark.parametrize("kind", sorted(TOLD_WHEN_SEALED))
@pytest.mark.parametrize("seeds", SEEDS)
def test_an_edited_row_is_found_though_every_digest_was_made_anew(case, anew, kind, seeds):
    for draw in anew(seeds):
        case.edit_rows(lambda rows, draw=draw: ROWS[kind](rows, draw), seal=True)
        assert case.manifest.header_whole
        verdict = verify(case.folder)
        assert verdict.exit_code == 1, verdict
        assert not any("their digest does not match" in finding for finding in verdict.findings)


@pytest.mark.parametrize("kind", sorted(TOLD_BY_BYTES))
@pytest.mark.parametrize("seeds", SEEDS)
def test_a_wrong_sha256_is_found_by_reading_the_bytes(case, anew, kind, seeds):
    for draw in anew(seeds):
        case.edit_rows(lambda rows, draw=draw: ROWS[kind](rows, draw), seal=True)
        assert verify(case.folder).exit_code == 0
        verdict = verify(case.folder, deep=True)
        assert verdict.exit_code == 1
        assert any("other bytes: 1 (" in finding for finding in verdict.findings)


OTHER_RECIPES = {
    "weights": ("sampling.weights", {"good": 9.0}, "the draws of the first epoch are not those"),
    "shares": ("sampling.shares", {"bad": 0.9}, "the draws of the first epoch are not those"),
    "shuffle": ("sampling.shuffle", False, "the draws of the first epoch are not those"),
    "seed": ("seed", 43, "the recipe gives rows another purpose"),
    "excluded": ("triage.excluded", None, "the recipe gives rows another purpose"),
    "tied": ("split.tied", None, "the recipe gives rows another item"),
}


@pytest.mark.parametrize("kind", OTHER_RECIPES)
def test_a_recipe_that_would_give_something_else_is_found_though_sealed(case, kind):
    where, value, said = OTHER_RECIPES[kind]
    case.recipe = case.recipe.with_value("sampling.groupby", ["folder"])
    case.write()
    keys = [row["key"] for row in case.manifest.rows.to_pylist() if row["purpose"]]
    value = {"excluded": {keys[0]: "x"}, "tied": [[keys[0], keys[-1]]]}.get(kind, value)
    recipe = case.recipe.with_value(where, value)
    manifest = case.manifest
    digests = manifest.header.digests | {"recipe": recipe.digest()}
    about = dataclasses.replace(manifest.about, recipe=recipe, digests=digests)
    case.put(manifest.rows, about, seal=True)
    verdict = verify(case.folder)
    assert verdict.exit_code == 1
    assert any(said in finding for finding in verdict.findings), verdict.findings


@pytest.mark.parametrize("kind", ["weights", "shares", "excluded", "tied"])
def test_what_the_recipe_says_of_single_samples_and_groups_is_derived_again(case, kind):
    keys = [row["key"] for row in case.manifest.rows.to_pylist() if row["purpose"]]
    where, value, _ = OTHER_RECIPES[kind]
    value = {"excluded": {keys[0]: "x"}, "tied": [[keys[0], keys[-1]]]}.get(kind, value)
    case.recipe = case.recipe.with_value("sampling.groupby", ["folder"]).with_value(where, value)
    case.write()
    verdict = verify(case.folder)
    assert (verdict.exit_code, verdict.findings) == (0, [])
    assert "the recipe gives the draws of the first epoch again" in verdict.checked


def test_a_row_that_is_left_out_for_no_reason_breaks_the_sum(case):
    case.edit_rows(lambda rows: leave_out(rows, random.Random(0)), seal=True)
    case.edit_rows(
        lambda rows: [r.update(reason=None) for r in rows if r["purpose"] is None][:1], seal=True
    )
    findings = verify(case.folder).findings
    assert any("neither samples nor left out for a reason: 3" in said for said in findings)


def test_an_epoch_without_end_is_not_drawn_again_and_that_is_said(case):
    recipe = case.recipe.with_value("sampling.epoch_samples", 2**62)
    manifest = case.manifest
    digests = manifest.header.digests | {"recipe": recipe.digest()}
    about = dataclasses.replace(manifest.about, recipe=recipe, digests=digests)
    case.put(manifest.rows, about, seal=True)
    verdict = verify(case.folder)
    assert verdict.exit_code == 2
    assert verdict.unchecked == ["the draws: an epoch of more than 10,000,000 is not repeated"]


@pytest.mark.parametrize("kind", HEADER)
def test_an_edited_header_is_found(case, kind):
    case.edit_header(HEADER[kind])
    verdict = verify(case.folder)
    assert verdict.exit_code == 1
    assert "the header was edited: its digest does not match" in verdict.findings


def test_a_removed_row_is_told_as_an_object_that_is_no_part_of_it(case):
    case.edit_rows(lambda rows: remove(rows, random.Random(0)), seal=True)
    verdict = verify(case.folder)
    assert any("objects are new since" in sentence for sentence in verdict.notes)


def overwrite(path):
    path.write_bytes(b"other bytes, other size")


def overwrite_alike(path):
    """Other bytes of the same size, in the same file, at the same time: the ETag stays."""
    at = path.stat()
    data = path.read_bytes()
    with path.open("r+b") as file:
        file.write(bytes(255 - byte for byte in data))
    os.utime(path, ns=(at.st_atime_ns, at.st_mtime_ns))


@pytest.mark.parametrize("seeds", SEEDS)
def test_a_changed_or_deleted_object_is_found(case, anew, seeds):
    for draw in anew(seeds):
        changed, deleted = draw.sample(sorted(case.source.rglob("*_*.png")), 2)
        overwrite(changed)
        verdict = verify(case.folder)
        assert verdict.exit_code == 1
        assert any("another ETag: 1 (" in finding for finding in verdict.findings)
        assert any("another size: 1 (" in finding for finding in verdict.findings)
        deleted.unlink()
        verdict = verify(case.folder)
        assert any("objects are gone: 1 (" in finding for finding in verdict.findings)


@pytest.mark.parametrize("seeds", SEEDS)
def test_other_bytes_under_the_same_etag_are_found_by_reading_them(case, anew, seeds):
    lock(case.folder)
    manifest = {path: path.read_bytes() for path in case.folder.iterdir()}
    for draw in anew(seeds):
        for path, data in manifest.items():
            path.write_bytes(data)
        assert verify(case.folder).exit_code == 0
        overwrite_alike(draw.choice(sorted(case.source.rglob("*_*.png"))))
        assert verify(case.folder).exit_code == 0, "an ETag that stays hides it"
        verdict = verify(case.folder, deep=True)
        assert verdict.exit_code == 1
        assert any("other bytes: 1 (" in finding for finding in verdict.findings)


def test_what_was_not_checked_is_never_taken_for_good(case):
    verdict = verify(case.folder)
    assert verdict.exit_code == 0
    assert "no bytes were read (deep reads them)" in verdict.notes
    verdict = verify(case.folder, deep=True)
    assert verdict.exit_code == 2, "no SHA-256 is recorded, so no bytes can be proved"
    assert "which lock computes" in verdict.unchecked[0]
    case.source.rename(case.source.with_name("moved"))
    verdict = verify(case.folder)
    assert verdict.exit_code == 2
    assert verdict.unchecked[0].startswith("the objects: ")
    assert any("purpose again" in sentence for sentence in verdict.checked)


def test_new_objects_are_told_and_are_no_fault(case, fill):
    fill(case.source, seed=9, items=3, start=500)
    verdict = verify(case.folder)
    assert verdict.exit_code == 0
    assert any("objects are new since" in sentence for sentence in verdict.notes)


@pytest.mark.parametrize("count", [5, pytest.param(1000, marks=pytest.mark.long)])
def test_there_is_no_false_alarm(case, count):
    lock(case.folder)
    path = case.folder / "manifest.parquet"
    for number in range(count):
        draw = random.Random(number)
        rows = pq.read_table(path)
        order = draw.sample(range(len(rows)), len(rows))
        names = draw.sample(rows.column_names, len(rows.column_names))
        compression = draw.choice(["zstd", "gzip", "none"])
        pq.write_table(rows.take(order).select(names), path, compression=compression)
        verdict = verify(case.folder, deep=number % 10 == 0)
        assert (verdict.exit_code, verdict.findings, verdict.unchecked) == (0, [], [])


@pytest.mark.parametrize("column", ["modified", "url", "size", "category", "etag"])
def test_a_split_by_any_column_can_be_derived_again(case, column):
    case.recipe = case.recipe.with_value("split.stratification", [column])
    case.write()
    assert verify(case.folder).exit_code == 0
