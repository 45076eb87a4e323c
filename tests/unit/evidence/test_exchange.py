"""What others read: it agrees with the manifest, and no cell of the CSV is a formula."""

import csv
import hashlib
import importlib
import io
import json

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from brevviz.cli import main
from brevviz.errors import EvidenceError
from brevviz.evidence import lock
from brevviz.evidence.exchange import (
    croissant,
    datapackage,
    metadata,
    read_indices,
    spreadsheet,
    write_exchange,
)
from brevviz.evidence.manifest import Manifest
from brevviz.split import SampleSplit


def test_the_files_stand_beside_the_manifest(case, capsys):
    assert main(["exchange", str(case.folder)]) == 0
    names = ["croissant.json", "datapackage.json", "metadata.jsonl", "manifest.spreadsheet.csv"]
    assert capsys.readouterr().out.splitlines() == [str(case.folder / name) for name in names]
    before = [(case.folder / name).read_bytes() for name in names]
    assert [path.read_bytes() for path in write_exchange(case.folder)] == before


def test_frictionless_and_croissant_name_the_rows_by_their_digest(case):
    data = (case.folder / "manifest.parquet").read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    (resource,) = datapackage(case.manifest)["resources"]
    assert resource["hash"] == f"sha256:{digest}"
    fields = {field["name"]: field for field in resource["schema"]["fields"]}
    assert list(fields) == case.manifest.rows.column_names
    assert fields["class"]["type"] == "any"
    assert fields["modified"]["type"] == "datetime"
    assert fields["key"]["constraints"] == {"required": True}
    described = croissant(case.manifest)
    assert described["distribution"][0]["sha256"] == digest
    assert described["conformsTo"] == "http://mlcommons.org/croissant/1.0"
    columns = [f["source"]["extract"]["column"] for f in described["recordSet"][0]["field"]]
    assert set(columns) <= set(case.manifest.rows.column_names)


def test_hugging_face_gets_the_samples_that_can_be_shown(case):
    lines = [json.loads(line) for line in metadata(case.manifest)]
    rows = {row["key"]: row for row in case.manifest.rows.to_pylist() if row["purpose"]}
    assert {line["file_name"] for line in lines} == rows.keys()
    for line in lines:
        row = rows[line["file_name"]]
        assert (line["labels"], line["item"], line["split"]) == (
            row["class"],
            row["item"],
            row["purpose"],
        )
        assert line["label"] == row["class"][0]
    lock(case.folder)  # none of these files is an image
    left = [json.loads(line)["split"] for line in metadata(case.manifest)]
    assert set(left) == {"test"}, "sealed samples were not tried"


def test_frictionless_itself_finds_nothing_and_finds_what_was_spoiled(case):
    frictionless = importlib.import_module("frictionless")  # slow to load, and only here
    write_exchange(case.folder)
    assert frictionless.validate(case.folder / "datapackage.json").valid
    rows = case.manifest.rows.to_pylist()
    rows[0]["purpose"] = "validation"
    pq.write_table(pa.Table.from_pylist(rows), case.folder / "manifest.parquet")
    assert not frictionless.validate(case.folder / "datapackage.json").valid


# It, and rdflib below it, still use what rdflib and pandas warn of.
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_croissants_own_reader_reads_every_row(case):
    mlcroissant = importlib.import_module("mlcroissant")
    write_exchange(case.folder)
    described = mlcroissant.Dataset(case.folder / "croissant.json")
    assert described.metadata.ctx.issues.errors == set()
    keys = {record["objects/key"].decode() for record in described.records("objects")}
    assert keys == set(case.manifest.rows["key"].to_pylist())


# As the specification of Croissant 1.0 has it: what its reader takes as read.
REQUIRED = {
    "sc:Dataset": {"@context", "conformsTo", "name", "description", "url", "datePublished"},
    "cr:FileObject": {"@id", "name", "contentUrl", "encodingFormat", "sha256"},
    "cr:RecordSet": {"@id", "name", "field"},
    "cr:Field": {"@id", "name", "dataType", "source"},
}


def test_croissant_has_what_its_specification_requires(case):
    described = croissant(case.manifest)
    files, records = described["distribution"], described["recordSet"]
    nodes = [described, *files, *records, *(f for r in records for f in r["field"])]
    for node in nodes:
        assert REQUIRED[node["@type"]] <= node.keys()
    names = {node["@id"] for node in files}
    assert len({node["@id"] for node in nodes[1:]}) == len(nodes) - 1
    assert {f["source"]["fileObject"]["@id"] for f in nodes[3:]} <= names
    context = described["@context"]
    used = {name for node in nodes for name in node if not name.startswith("@")}
    assert {name for name in used if name in context} >= {"conformsTo", "recordSet", "field"}
    assert context["dataType"] == {"@id": "cr:dataType", "@type": "@vocab"}
    assert {context[name] for name in ("column", "recordSet", "citeAs", "transform")} == {
        "cr:column",
        "cr:recordSet",
        "cr:citeAs",
        "cr:transform",
    }


@pytest.fixture(name="samples")
def _samples():
    paths = [f"folder/{name}" for name in "abcdef"]
    return pd.DataFrame({"path": paths, "etag": list("123456"), "folder": "folder"})


def test_index_files_are_read_as_locks_that_a_split_keeps(tmp_path, samples):
    (tmp_path / "train.txt").write_text("0\n2\n\n")
    np.save(tmp_path / "test.npy", np.array([5], np.uint8))
    np.savez(tmp_path / "folds.npz", devel=np.array([1]), other=np.array([9]))
    files = {
        "train": tmp_path / "train.txt",
        "test": tmp_path / "test.npy",
        "devel": f"{tmp_path}/folds.npz:devel",
    }
    locked = read_indices(files, samples)
    assert locked["purpose"].fillna("-").tolist() == ["train", "devel", "train", "-", "-", "test"]
    assert "purpose" not in samples
    assigned = SampleSplit([], ["path"], 0.5).assign(locked, remainder="devel")
    kept = locked["purpose"].notna()
    assert assigned["purpose"][kept].tolist() == locked["purpose"][kept].tolist()
    assert assigned["purpose"].notna().all()


@pytest.mark.parametrize(
    ("purpose", "text", "said"),
    [
        ("train", "6", "6 is the number of no sample; 0..5 are"),
        ("train", "-1", "-1 is the number of no sample"),
        ("train", "a", "cannot be read as numbers of rows"),
        ("train", "1.5", "cannot be read as numbers of rows"),
        ("validation", "1", "'validation' is not one of train, devel, test"),
        ("train", "3", "sample 3 is train here, and test elsewhere"),
    ],
)
def test_what_is_no_index_file_is_refused(tmp_path, samples, purpose, text, said):
    (tmp_path / "test.txt").write_text("3\n")
    (tmp_path / "other.txt").write_text(text)
    with pytest.raises(EvidenceError) as caught:
        read_indices({"test": tmp_path / "test.txt", purpose: tmp_path / "other.txt"}, samples)
    assert said in str(caught.value)


def test_an_index_file_runs_nothing(tmp_path, samples):
    class Attack:
        def __reduce__(self):
            return (tmp_path.joinpath("canary").touch, ())

    np.save(tmp_path / "evil.npy", np.array([Attack()], object), allow_pickle=True)
    np.save(tmp_path / "float.npy", np.array([0.5]))
    for name in ("evil.npy", "float.npy", "none.npy", "none.npz:x"):
        with pytest.raises(EvidenceError):
            read_indices({"train": tmp_path / name}, samples)
    assert not (tmp_path / "canary").exists()


FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", '"=1', "＝1", "|cmd", "%0A=1"]  # noqa: RUF001


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_cell_of_the_spreadsheet_is_a_formula(case, formula):
    rows = case.manifest.rows.to_pylist()
    for row in rows:
        row |= {"key": formula, "item": formula, "class": [formula], "reason": formula}
    manifest = Manifest(case.manifest.header, pa.Table.from_pylist(rows, case.manifest.rows.schema))
    text = spreadsheet(manifest)
    names, *cells = csv.reader(io.StringIO(text, newline=""))
    assert names == case.manifest.rows.column_names
    assert len(cells) == len(rows)
    for row in cells:
        for cell in row:
            assert not cell.lstrip(" ").startswith(tuple("=+-@\t\r\n|%＝＋－＠"))  # noqa: RUF001
        shown = dict(zip(names, row, strict=True))
        assert all(shown[name].removeprefix("'") == formula for name in ("key", "item", "reason"))


def test_the_spreadsheet_says_what_the_rows_say(case):
    names, *cells = csv.reader(io.StringIO(spreadsheet(case.manifest), newline=""))
    for cell, row in zip(cells, case.manifest.rows.to_pylist(), strict=True):
        shown = dict(zip(names, cell, strict=True))
        assert shown["key"] == row["key"]
        assert shown["size"] == str(row["size"])
        assert shown["revision"] == "0"
        assert shown["purpose"] == (row["purpose"] or "")
        assert shown["class"] == " | ".join(row["class"])
