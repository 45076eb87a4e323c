"""What a manifest records, and that a job can be trained on from it."""

import hashlib
import json
import random
import time

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from brevviz import __version__
from brevviz.errors import EvidenceError
from brevviz.evidence import read_manifest, verify, write_manifest
from brevviz.evidence.rows import SCHEMA, hash_rows
from brevviz.job import Digests, Job
from brevviz.split import split_digest


def test_there_is_a_row_for_every_object_with_what_became_of_it(case):
    rows = {row["key"]: row for row in case.manifest.rows.to_pylist()}
    files = {
        path.relative_to(case.source).as_posix(): path
        for path in case.source.rglob("*")
        if path.is_file()
    }
    assert rows.keys() == files.keys()
    assigned = Job(case.recipe).assigned.set_index("path")
    for key, row in rows.items():
        data = files[key].read_bytes()
        assert row["size"] == len(data)
        assert row["modified"].timestamp() == pytest.approx(files[key].stat().st_mtime, abs=1e-5)
        assert row["etag"] == hashlib.md5(data).hexdigest()  # noqa: S324  # S3's own
        assert row["sha256"] is None
        assert row["revision"] == 0
        if key in {"notes.txt", "other/1_1.png"}:
            assert (row["class"], row["item"], row["purpose"]) == ([], None, None)
        else:
            sample = assigned.loc[str(files[key])]
            assert (tuple(row["class"]), row["purpose"]) == (sample.category, sample.purpose)
            assert row["item"] == key.partition("/")[2].partition("_")[0]
            assert row["reason"] is None
    assert rows["notes.txt"]["reason"] == "source.sample_filter"
    assert rows["other/1_1.png"]["reason"] == "source.classes"
    assert ["bad", "ugly"] in [row["class"] for row in rows.values()]


def test_the_header_says_recipe_digests_counts_tools_and_when(case):
    header = case.manifest.header
    assert header.built_recipe() == case.recipe
    assert header.digests["recipe"] == case.recipe.digest()
    assert header.digests["split"] == split_digest(Job(case.recipe).assigned)
    assert header.counts["left_out"] == 2
    assert header.counts["samples"] == len(Job(case.recipe).samples)
    purposes = header.counts["purposes"]
    assert purposes.keys() == {"train", "devel", "test"}
    assert sum(of["items"] for of in purposes.values()) == header.counts["items"] == 40
    assert header.tools["brevviz"] == __version__
    assert header.revisions[0]["listed"].endswith("+00:00")
    assert header.revisions[0]["objects"] == header.counts["objects"]
    data = json.loads((case.folder / "manifest.json").read_text("ascii"))
    part = (case.folder / "manifest.parquet").read_bytes()
    assert data["part"]["sha256"] == hashlib.sha256(part).hexdigest()


def test_what_is_excluded_by_hand_has_its_reason_and_is_verified(case):
    key = next(row["key"] for row in case.manifest.rows.to_pylist() if row["purpose"])
    reasons = {key: "blurred", "notes.txt": "no image", "gone/1.png": "deleted since"}
    case.recipe = case.recipe.with_value("triage.excluded", reasons)
    case.write()
    rows = {row["key"]: row for row in case.manifest.rows.to_pylist()}
    excluded = rows[key]
    assert (excluded["class"], excluded["item"], excluded["purpose"]) == ([], None, None)
    assert excluded["reason"] == "triage.excluded: blurred"
    # An object that another rule leaves out keeps that rule as its reason.
    assert rows["notes.txt"]["reason"] == "source.sample_filter"
    counts = case.manifest.header.counts
    assert (counts["left_out"], counts["excluded"], counts["objects"]) == (2, 1, len(rows))
    assert counts["samples"] == len(Job(case.recipe).samples)
    assert verify(case.folder).exit_code == 0


def test_the_samples_come_back_with_their_purposes(case):
    samples = case.manifest.samples()
    assigned = Job(case.recipe).assigned
    columns = ["category", "folder", "path", "etag", "bucket", "url", "purpose"]
    assert samples[columns].to_dict("records") == assigned[columns].to_dict("records")
    assert samples.attrs == assigned.attrs


def test_any_reader_of_parquet_reads_the_rows(case):
    table = pq.read_table(case.folder / "manifest.parquet")
    assert table.column_names == SCHEMA.names


def test_order_and_writer_do_not_matter_to_the_digest(case):
    rows = case.manifest.rows
    order = list(range(len(rows)))
    for seed in range(20):
        random.Random(seed).shuffle(order)
        assert hash_rows(rows.take(order)) == case.manifest.header.rows_sha256
    pq.write_table(rows.take(order), case.folder / "manifest.parquet", compression="gzip")
    verdict = verify(case.folder)
    assert verdict.exit_code == 0, verdict
    assert "the Parquet file was written anew; its rows are what counts" in verdict.notes


def test_a_source_that_changed_since_the_job_listed_it_is_refused(case, fill):
    job = Job(case.recipe)
    digests = Digests(case.recipe.digest(), split_digest(job.assigned), "d" * 64, "b" * 64)
    before = (case.folder / "manifest.json").read_bytes()
    fill(case.source, seed=1, items=5, start=100)
    with pytest.raises(EvidenceError, match="has changed since the job listed it"):
        write_manifest(job, case.folder, digests)
    assert (case.folder / "manifest.json").read_bytes() == before


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("manifest.json", b"", "it is not JSON"),
        ("manifest.json", b"[" * 10**6, "it is not JSON"),
        ("manifest.json", b"[]", "no kind 'brevviz-manifest'"),
        ("manifest.json", b'{"kind": "brevviz-manifest", "schema": 2}', "has the schema 2"),
        ("manifest.json", b'{"kind": "brevviz-manifest", "schema": 1}', "recipe is not as written"),
        ("manifest.parquet", b"", "is not a Parquet file, or is cut off"),
        ("manifest.parquet", b"PAR1" + b"\0" * 100 + b"PAR1", "is not a Parquet file"),
        ("manifest.parquet", None, "the rows of the manifest are gone"),
        ("manifest.json", None, "cannot be read: No such file"),
    ],
)
def test_what_is_no_manifest_is_refused_in_a_sentence(case, name, data, said):
    if data is None:
        (case.folder / name).unlink()
    else:
        (case.folder / name).write_bytes(data)
    with pytest.raises(EvidenceError) as caught:
        read_manifest(case.folder)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_table_of_something_else_is_refused(case):
    for table in (pa.table({"key": ["a"]}), case.manifest.rows.drop_columns("purpose")):
        pq.write_table(table, case.folder / "manifest.parquet")
        with pytest.raises(EvidenceError, match="has no column"):
            read_manifest(case.folder)


def test_a_row_without_its_etag_is_refused(case):
    rows = case.manifest.rows
    index = rows.column_names.index("etag")
    nothing = pa.nulls(len(rows), pa.large_string())
    rows = rows.set_column(index, pa.field("etag", pa.large_string()), nothing)
    pq.write_table(rows, case.folder / "manifest.parquet")
    with pytest.raises(EvidenceError, match="field 'etag' with null values"):
        read_manifest(case.folder)


def test_no_secret_and_no_machine_is_in_it(case, monkeypatch):
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hunter2")
    monkeypatch.setenv("USER", "canary-user")
    case.write()
    for path in case.folder.iterdir():
        assert b"hunter2" not in path.read_bytes()
        assert b"canary" not in path.read_bytes()


def test_when_it_was_listed_is_the_present(case):
    listed = case.manifest.header.revisions[0]["listed"]
    assert listed[:10] in {time.strftime("%Y-%m-%d", time.gmtime(time.time() - s)) for s in (0, 60)}
