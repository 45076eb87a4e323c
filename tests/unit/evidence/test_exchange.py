"""What others read: it agrees with the manifest, and no cell of the CSV is a formula."""

import csv
import hashlib
import io
import json

import pyarrow as pa
import pytest

from brevviz.cli import main
from brevviz.evidence import lock
from brevviz.evidence.exchange import croissant, datapackage, metadata, spreadsheet, write_exchange
from brevviz.evidence.manifest import Manifest


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
    assert (resource["hash"], resource["bytes"]) == (f"sha256:{digest}", len(data))
    fields = {field["name"]: field for field in resource["schema"]["fields"]}
    assert list(fields) == case.manifest.rows.column_names
    assert fields["class"]["type"] == "array"
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
