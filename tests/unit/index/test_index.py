"""An index on the disk: browsed, split, weighed and drawn as its samples are in memory."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from brevviz.bucket import index_source
from brevviz.bucket.index import write_table
from brevviz.bucket.pages import SCHEMA
from brevviz.errors import BucketError, Cancelled, SamplingError, SplitError
from brevviz.index import open_index
from brevviz.recipe import Sampling, Source, Split
from brevviz.sampling import Sampler
from brevviz.split import SampleSplit

SECTION = Split(uniqueness=r"(\d+)_\d\.png$", ratio=0.6, test_ratio=0.2)
SAMPLING = Sampling(groupby=("folder",), weighing="square root", shuffle=True, batch_size=16)
ROOT = Path(__file__).parents[3]


def table(keys):
    """A listing of keys."""
    count = len(keys)
    return pa.Table.from_arrays(
        [
            pa.array(keys, pa.large_string()),
            pa.array(np.arange(count)),
            pa.array([f"{n:032x}" for n in range(count)], pa.large_string()),
            pa.array(np.zeros(count, np.int64)),
            pa.nulls(count, pa.large_string()),
        ],
        schema=SCHEMA,
    )


@pytest.fixture
def index(tmp_path):
    """Two folders of images, and one of texts that fills a file of its own."""
    images = [f"{c}/{n // 3:04d}_{n % 3}.png" for c in ("bad", "good") for n in range(150)]
    texts = [f"c/{n}.txt" for n in range(20)]
    bad, good = images[:150], images[150:]
    for number, keys in enumerate((bad, texts, good[:70], good[70:])):
        write_table(table(keys), tmp_path / "index" / f"{number}.parquet")
    (tmp_path / "bucket").mkdir()
    return open_index(tmp_path / "index", Source(uri=str(tmp_path / "bucket")))


def test_what_index_json_does_not_name_is_no_part_of_an_index(tmp_path):
    bucket, folder = tmp_path / "bucket" / "good", tmp_path / "kept"
    bucket.mkdir(parents=True)
    for number in range(9):
        (bucket / f"{number}.png").write_bytes(b"x")
    source = Source(uri=str(tmp_path / "bucket"))
    (part,) = index_source(source, folder).paths
    (folder / "part-00001.parquet").write_bytes(part.read_bytes())
    assert len(open_index(folder, source)) == 9

    def stop(what, done, total):
        raise Cancelled(what, f"{done} of {total}")

    with pytest.raises(Cancelled):
        index_source(source, folder, report=stop)
    with pytest.raises(BucketError, match="holds no index that was written to its end"):
        open_index(folder, source)


@pytest.mark.parametrize("about", [b"[]", b"{}", b'{"index": "", "split": 3}'])
def test_a_file_that_says_nothing_sound_of_a_split_is_refused(index, split, tmp_path, about):
    del split
    path = tmp_path / "purposes.parquet"
    meant = pq.read_table(path)
    pq.write_table(meant.replace_schema_metadata({b"brevviz.split": about}), path)
    with pytest.raises(SplitError, match="is not a split of an index"):
        index.open_split(path)
    whole = json.loads(meant.schema.metadata[b"brevviz.split"]) | {"split": {"ratio": "much"}}
    pq.write_table(
        meant.replace_schema_metadata({b"brevviz.split": json.dumps(whole).encode()}), path
    )
    with pytest.raises(SplitError, match="is not a split of an index"):
        index.open_split(path)


@pytest.fixture
def split(index, tmp_path):
    return index.split(SECTION, 7, out=tmp_path / "purposes.parquet", at_once=40)


@pytest.fixture
def samples(index):
    """All samples of the index, with the purposes that memory gives them."""
    frame = pd.concat(map(index.pieces.frame, range(len(index.pieces))), ignore_index=True)
    purposes = SampleSplit.of(SECTION, 7).plan(frame).purposes(0.6, 0.2)
    return frame.assign(purpose=pd.Series(purposes, dtype="str"))


def test_pages_hold_the_samples_with_their_purposes(split, samples):
    assert len(split) == len(samples) == 300
    pd.testing.assert_frame_equal(split.page(0, 1000), samples)
    pd.testing.assert_frame_equal(split.page(148, 5), samples[148:153].reset_index(drop=True))
    assert len(split.page(295, 1000)) == 5
    assert len(split.page(300, 10)) == 0
    places = np.array([299, 0, 150, 0])
    assert split.rows(places)["path"].tolist() == samples["path"].iloc[places].tolist()
    assert split.page(0, 1).attrs["brevviz.source"]["uri"].endswith("bucket")


def test_objects_are_found_by_place_and_by_folder(index):
    assert len(index) == 320
    assert index.page(149, 3)["key"].to_pylist() == ["bad/0049_2.png", "c/0.txt", "c/1.txt"]
    assert index.page(319, 9)["key"].to_pylist() == ["good/0049_2.png"]
    assert index.folder("good/", count=2)["key"].to_pylist() == [
        "good/0000_0.png",
        "good/0000_1.png",
    ]


def test_the_table_is_that_of_the_plan(split, samples):
    table = SampleSplit.of(SECTION, 7).plan(samples.drop(columns="purpose")).table(0.6, 0.2)
    pd.testing.assert_frame_equal(split.table, table[list(split.table.columns)])


@pytest.mark.parametrize("groupby", [(), ("folder",), ("category",), ("folder", "purpose")])
def test_frequencies_and_batches_are_those_of_memory(split, samples, groupby):
    if "purpose" in groupby:
        with pytest.raises(SamplingError, match=r"sampling\.groupby: 'purpose' is not a column"):
            split.frequencies(Sampling(groupby=groupby))
        return
    sampling = Sampling(**{**dict(SAMPLING), "groupby": groupby})
    sampler = Sampler.of(sampling, 3)
    train = samples[samples["purpose"] == "train"]
    wanted = sampler.frequencies(train, epochs=2).drop(columns="raw_weight")
    pd.testing.assert_frame_equal(split.frequencies(sampling, 3, epochs=2), wanted)
    for number, epoch in ((0, 0), (2, 1)):
        index = sampler.order(train).draws(epoch, number * 16, number * 16 + 16).index
        batch = split.batch(sampling, 3, number, epoch=epoch)
        pd.testing.assert_frame_equal(batch, train.iloc[index].reset_index(drop=True))


def test_a_purpose_is_drawn_alone(split, samples):
    batch = split.batch(SAMPLING, 3, purpose="test")
    assert set(batch["purpose"]) == {"test"}
    assert set(batch["path"]) <= set(samples["path"][samples["purpose"] == "test"])
    with pytest.raises(SamplingError, match="'dev' is not one of train, devel, test"):
        split.batch(SAMPLING, purpose="dev")


def test_a_purpose_without_samples_is_named(index, tmp_path):
    none = index.split(Split(ratio=0.0), out=tmp_path / "none.parquet")
    with pytest.raises(SamplingError, match="hold no rows"):
        none.frequencies(SAMPLING)


def test_a_split_is_opened_again_and_knows_its_index(index, split, tmp_path):
    again = open_index(tmp_path / "index", index.source).open_split(split.path)
    assert (again.section, again.seed) == (SECTION, 7)
    pd.testing.assert_frame_equal(again.page(0, 300), split.page(0, 300))
    write_table(table(["good/9.png"]), tmp_path / "other" / "0.parquet")
    other = open_index(tmp_path / "other", index.source)
    with pytest.raises(SplitError, match="is the split of another index"):
        other.open_split(split.path)
    with pytest.raises(SplitError, match="is not a split of an index"):
        index.open_split(tmp_path / "other" / "0.parquet")


@pytest.mark.parametrize(
    "section", [Split(tie_content=True), Split(tied=(("a", "b"),)), Split(mode="best fit")]
)
def test_what_needs_all_items_at_once_is_refused(index, tmp_path, section):
    with pytest.raises(SplitError, match="split in memory with SampleSplit"):
        index.split(section, out=tmp_path / "out.parquet")


def test_a_cancelled_split_leaves_nothing(index, tmp_path):
    def stop(what, done, total=None):
        if what == "ranks":
            raise Cancelled("", "stopped")

    (tmp_path / "scratch").mkdir()
    with pytest.raises(Cancelled):
        index.split(SECTION, out=tmp_path / "o.parquet", scratch=tmp_path / "scratch", report=stop)
    assert not list((tmp_path / "scratch").iterdir())
    assert not (tmp_path / "o.parquet").exists()


def test_wrong_places_and_folders_are_named(index, split, tmp_path):
    with pytest.raises(SplitError, match=r"not all inside 0\.\.299"):
        split.rows(np.array([300]))
    (tmp_path / "empty").mkdir()
    with pytest.raises(BucketError, match="holds no Parquet file"):
        open_index(tmp_path / "empty", index.source)


def test_too_many_spanning_items_are_refused(index, tmp_path, monkeypatch):
    monkeypatch.setattr("brevviz.index.ranking.SPANNING", 10)
    with pytest.raises(SplitError, match="more than 10 times"):
        index.split(SECTION, out=tmp_path / "out.parquet")


@pytest.mark.parametrize("size", ["1e5", pytest.param("1e6", marks=pytest.mark.long)])
def test_the_benchmark_runs_and_finds_memory_in_agreement(size):
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.scale", size],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert "equal to memory | True" in done.stdout
