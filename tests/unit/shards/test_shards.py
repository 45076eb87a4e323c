"""Shards hold every sample once, in one order, the same bytes whoever writes them."""

import importlib
import io
import json
import tarfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from brevviz.cli import main
from brevviz.cluster import open_cluster
from brevviz.errors import Cancelled, EvidenceError, NoImages
from brevviz.generator import DataGenerator
from brevviz.images import ImagePipeline
from brevviz.job import Job
from brevviz.recipe import Recipe
from brevviz.shards import read_shards, write_shards


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    """A folder of 23 small pictures of three formats and two classes; one is broken."""
    root = tmp_path_factory.mktemp("pictures")
    random = np.random.default_rng(3)
    for number in range(23):
        path = root / ("bad", "good")[number % 2] / f"{number}.{('bmp', 'jpg', 'png')[number % 3]}"
        path.parent.mkdir(exist_ok=True)
        Image.fromarray(random.integers(0, 256, (12, 10, 3), np.uint8)).save(path)
    (root / "good" / "5.png").write_bytes(b"no picture")
    return root


@pytest.fixture(scope="module")
def recipe(pictures):
    return Recipe.start(str(pictures)).with_value("view.target_size", [8, 8])


@pytest.fixture(scope="module")
def job(recipe):
    return Job(recipe)


def _write(job, folder, **settings):
    settings = {"view": job.recipe.view, "name": "all", "per_shard": 6} | settings
    return write_shards(job.assigned, folder, **settings)


def _members(shards):
    found = {}
    for path in shards.paths:
        with tarfile.open(path) as tar:
            for member in tar:
                number, _, ending = member.name.partition(".")
                found.setdefault(number, {})[ending] = tar.extractfile(member).read()
    return found


def test_every_sample_stands_in_one_shard_with_its_own_bytes(job, pictures, tmp_path):
    shards = _write(job, tmp_path)
    assert [shard.count for shard in shards.shards] == [6, 6, 6, 5]
    assert shards.rejected == (("good/5.png", shards.rejected[0][1]),)
    members = _members(shards)
    assert shards.written == len(members) == 22
    keys = []
    for number, member in sorted(members.items()):
        facts = json.loads(member["json"])
        keys.append(facts["key"])
        image = next(member[one] for one in ("bmp", "jpeg", "png") if one in member)
        assert image == (pictures / facts["key"]).read_bytes()
        assert facts["classes"] == [Path(facts["key"]).parent.name]
        assert member["cls"] == str(["bad", "good"].index(facts["classes"][0])).encode()
        assert int(number) < 23
    assert keys == sorted(keys, key=str.encode)
    wanted = {str(path.relative_to(pictures)) for path in pictures.rglob("*.*")} - {"good/5.png"}
    assert set(keys) == wanted


@pytest.mark.parametrize("engine", ["here", "processes"])
@pytest.mark.parametrize("content", ["originals", "views"])
def test_the_bytes_are_the_same_whoever_writes_them(job, tmp_path, engine, content):
    alone = _write(job, tmp_path / "alone", content=content)
    turned = job.assigned.sample(frac=1, random_state=1)
    turned.attrs = job.assigned.attrs
    with open_cluster(engine, 2) as cluster:
        others = write_shards(
            turned,
            tmp_path / "others",
            view=job.recipe.view,
            name="all",
            per_shard=6,
            content=content,
            cluster=cluster,
        )
    assert others.shards == alone.shards
    assert [path.read_bytes() for path in others.paths] == [
        path.read_bytes() for path in alone.paths
    ]


def test_views_are_the_plain_view(job, tmp_path):
    members = _members(_write(job, tmp_path, content="views"))
    plain = {}
    for batch in DataGenerator(job.assigned).map(ImagePipeline.of(job.recipe.view)):
        plain |= dict(zip(batch["path"].numpy(), batch["img"].numpy(), strict=True))
    root = job.recipe.source.uri
    for member in members.values():
        pixels = np.asarray(Image.open(io.BytesIO(member["png"])))
        path = f"{root}/{json.loads(member['json'])['key']}".encode()
        np.testing.assert_array_equal(pixels, plain[path])


def test_tensorflow_reads_its_format(job, pictures, tmp_path):
    shards = _write(job, tmp_path, format="tfrecord")
    tf = importlib.import_module("tensorflow")  # here: most tests need none of it
    wanted = {
        "image/encoded": tf.io.FixedLenFeature([], tf.string),
        "image/filename": tf.io.FixedLenFeature([], tf.string),
        "image/class/label": tf.io.FixedLenFeature([], tf.int64),
        "image/class/text": tf.io.FixedLenFeature([], tf.string),
    }
    records = list(tf.data.TFRecordDataset([str(path) for path in shards.paths]))
    assert len(records) == 22
    for record in records:
        one = tf.io.parse_single_example(record, wanted)
        key = one["image/filename"].numpy().decode()
        assert one["image/encoded"].numpy() == (pictures / key).read_bytes()
        assert one["image/class/text"].numpy().decode() == key.split("/")[0]
    assert _write(job, tmp_path / "again", format="tfrecord").shards == shards.shards


def test_a_stopped_run_goes_on_where_it_was(job, tmp_path):
    whole = _write(job, tmp_path / "whole")

    def stop(what, done, total):
        del what, total
        if done == 2:
            raise Cancelled("shards", "stopped")

    with pytest.raises(Cancelled):
        _write(job, tmp_path / "parts", report=stop)
    assert not (tmp_path / "parts" / "all.shards.json").exists()
    first = [path.name for path in (tmp_path / "parts").glob("*.tar")]
    assert len(first) == 2
    before = {name: (tmp_path / "parts" / name).stat().st_mtime_ns for name in first}
    told = []
    again = _write(job, tmp_path / "parts", report=lambda *a: told.append(a))
    assert told[-1][1:] == (2, 2)
    assert again.shards == whole.shards
    assert {n: (tmp_path / "parts" / n).stat().st_mtime_ns for n in first} == before
    assert sorted(path.name for path in (tmp_path / "parts").iterdir()) == sorted(
        path.name for path in (tmp_path / "whole").iterdir()
    )


def test_a_damaged_or_lost_shard_is_found_and_written_again(job, tmp_path):
    shards = _write(job, tmp_path)
    shards.paths[0].write_bytes(shards.paths[0].read_bytes()[:-1])
    shards.paths[2].unlink()
    known = read_shards(tmp_path / "all.shards.json")
    assert known.damaged() == (shards.shards[0].name, shards.shards[2].name)
    assert _write(job, tmp_path).damaged() == ()


def test_another_set_of_the_same_name_is_not_overwritten(job, tmp_path):
    _write(job, tmp_path)
    with pytest.raises(EvidenceError, match="describes another set of shards of this name"):
        _write(job, tmp_path, per_shard=7)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"format": "zip"}, "format: 'zip' is not one of webdataset, tfrecord"),
        ({"content": "augmented"}, "content: 'augmented' is not one of originals, views"),
        ({"per_shard": 0}, r"per_shard: 0 is outside 1..1000000"),
        ({"name": "../x"}, "name: '../x' is not a plain file name"),
    ],
)
def test_what_is_not_allowed_is_said(job, tmp_path, settings, said):
    with pytest.raises(EvidenceError, match=said):
        _write(job, tmp_path, **settings)
    assert list(tmp_path.iterdir()) == []


def test_without_samples_or_purposes_nothing_is_written(job, tmp_path):
    with pytest.raises(NoImages):
        write_shards(job.assigned.iloc[:0], tmp_path, view=job.recipe.view)
    with pytest.raises(EvidenceError, match="have no column 'purpose'"):
        write_shards(job.samples, tmp_path, view=job.recipe.view)


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"kind": "brevviz-shards-1"}'])
def test_what_is_no_index_is_refused(tmp_path, text):
    (tmp_path / "x.shards.json").write_text(text)
    with pytest.raises(EvidenceError, match="is not an index of shards"):
        read_shards(tmp_path / "x.shards.json")


def test_an_index_cannot_lead_out_of_its_folder(job, tmp_path):
    _write(job, tmp_path)
    path = tmp_path / "all.shards.json"
    path.write_text(path.read_text().replace("all-00000", "../all-00000"))
    with pytest.raises(EvidenceError, match="is not an index of shards"):
        read_shards(path)


def test_the_command_writes_all_but_test(recipe, tmp_path, capsys):
    whole = recipe.with_value("split.ratio", 1.0).save(tmp_path / "whole.yaml")
    assert main(["shards", str(whole), "--out", str(tmp_path / "whole")]) == 1
    assert "left out   good/5.png: " in capsys.readouterr().out
    parted = recipe.with_value("split.ratio", 0.6).with_value("split.test_ratio", 0.2)
    path = parted.save(tmp_path / "recipe.yaml")
    assert main(["shards", str(path), "--out", str(tmp_path / "out")]) in {0, 1}
    names = {entry.name for entry in (tmp_path / "out").glob("*.json")}
    assert names == {"train.shards.json", "devel.shards.json"}
    out = str(tmp_path / "test")
    assert main(["shards", str(path), "--out", out, "--purpose", "test"]) == 2
    assert "sealed" in capsys.readouterr().err
    assert not Path(out).exists()
