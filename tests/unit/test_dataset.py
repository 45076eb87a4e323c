from __future__ import annotations

import subprocess
import sys

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from brevviz.bucket import Listing
from brevviz.dataset import Counts, Dataset
from brevviz.dataset.frame import frame_of
from brevviz.errors import NoImages, NoSuchBucket, PatternError, RecipeError
from brevviz.recipe import Source

COLUMNS = ["category", "folder", "path", "etag", "bucket", "dataset", "dataset_id", "url"]


@pytest.fixture
def folder(tmp_path):
    names = [
        "x/good/1_1.PNG",
        "y/good/1_2.png",
        "y/bad/2_1.jpeg",
        "y/bad/note.txt",
        "top.bmp",
        ".thumbs/good/1.png",
        "y/sp ace/3.gif",
    ]
    for name in names:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_bytes(name.encode())
    return tmp_path


def test_the_frame_has_the_seeds_columns_in_its_order(folder):
    frame = Dataset(str(folder), name="n", id="i").get_image_samples()
    assert list(frame.columns) == COLUMNS
    assert list(frame["folder"]) == ["__root__", "good", "bad", "good", "sp ace"]
    assert frame["category"][1] == ("good",)
    assert list(frame["path"]) == [
        f"{folder}/{key}"
        for key in (
            "top.bmp",
            "x/good/1_1.PNG",
            "y/bad/2_1.jpeg",
            "y/good/1_2.png",
            "y/sp ace/3.gif",
        )
    ]
    assert frame["url"][4] == f"file://{folder}/y/sp%20ace/3.gif"
    assert set(frame["bucket"]) == {str(folder)}
    assert set(frame["dataset"]) == {"n"}
    assert set(frame["dataset_id"]) == {"i"}


def test_text_is_arrows_and_the_source_travels_along(folder):
    frame = Dataset(str(folder)).get_image_samples(details=True)
    assert all(isinstance(frame[name].dtype, pd.StringDtype) for name in COLUMNS[1:])
    assert list(frame.columns[8:]) == ["size", "modified", "version_id"]
    assert str(frame["modified"].dtype) == "datetime64[us, UTC]"
    assert frame["size"].sum() == sum(len(p.removeprefix(f"{folder}/")) for p in frame["path"])
    assert frame.attrs["brevviz.source"]["uri"] == str(folder)
    assert frame.groupby("folder").size()["good"] == 2


def test_what_was_left_out_is_counted(folder):
    dataset = Dataset(str(folder))
    dataset.get_image_samples()
    assert dataset.counts == Counts(listed=7, let_in=5, filtered_out=1, hidden=1)


def test_classes_are_looked_up_from_the_leaf_to_the_root(folder):
    frame = Dataset(str(folder)).get_image_samples(
        class_mapping={"bad": ["defect", "review"], "y": "line y", "__root__": "rest"}
    )
    assert list(frame["category"]) == [
        ("rest",),
        ("rest",),
        ("defect", "review"),
        ("line y",),
        ("line y",),
    ]


def test_unwanted_classes_go_from_rows_and_from_tuples(folder):
    dataset = Dataset(str(folder))
    frame = dataset.get_image_samples(
        class_mapping={"bad": ["defect", "review"]}, classes=["defect", "good"]
    )
    assert list(frame["category"]) == [("good",), ("defect",), ("good",)]
    assert list(frame["folder"]) == ["good", "bad", "good"]
    assert dataset.counts.filtered_out == 3


def test_rules_of_a_recipe_are_the_default(folder):
    source = Source(uri=str(folder), sample_filter=r"/1_\d\.png$", classes=("good",))
    assert len(Dataset.of(source).get_image_samples()) == 2
    assert len(Dataset.of(source).get_image_samples(sample_filter="x/")) == 1


@pytest.mark.parametrize(
    ("pattern", "says"), [("(", "missing"), (r"(?=x)", "invalid perl operator")]
)
def test_a_filter_that_is_no_linear_regex_is_refused(folder, pattern, says):
    with pytest.raises(PatternError, match=rf"source\.sample_filter.*{says}"):
        Dataset(str(folder)).get_image_samples(sample_filter=pattern)


def test_a_filter_is_named_as_it_was_typed(folder):
    with pytest.raises(NoImages) as caught:
        Dataset(str(folder)).get_image_samples(sample_filter=r"\.tiff$")
    assert r"by the filter '\.tiff$'" in str(caught.value)


def test_a_filter_that_takes_too_long_is_stopped():
    keys = pa.array([f"{number:06}/{'x' * 400}.png" for number in range(20_000)], pa.large_string())
    numbers, texts = pa.array(np.zeros(len(keys), np.int64)), pa.nulls(len(keys), pa.large_string())
    listing = Listing(keys, numbers, texts, numbers, texts)
    source = Source(uri="s3://bucket", sample_filter=r"((x?){50}){15}y")
    with pytest.raises(PatternError, match=r"sample_filter.*takes too long: \d+ of 20,000 paths"):
        frame_of(listing, source, "s3://bucket", "https://host/bucket")


def test_no_image_is_an_error_that_counts(folder):
    with pytest.raises(NoImages, match=r"6 of 7 objects are left out by the filter.*1 are hidden"):
        Dataset(str(folder)).get_image_samples(sample_filter="tiff$")
    with pytest.raises(NoImages, match="classes none"):
        Dataset(str(folder)).get_image_samples(classes=["none"])
    (folder / "empty").mkdir()
    with pytest.raises(NoImages, match="no object at all"):
        Dataset(str(folder / "empty")).get_image_samples()


def test_wrong_arguments_are_named(folder):
    with pytest.raises(TypeError, match="did you mean endpoint"):
        Dataset(str(folder), end_point="x")
    with pytest.raises(TypeError, match="resolve_access_rights"):
        Dataset(str(folder), resolve_access_rights=True)
    with pytest.raises(RecipeError, match="endpoint"):
        Dataset("s3://x", endpoint="ftp://x")
    with pytest.raises(NoSuchBucket, match="no such folder"):
        Dataset(str(folder / "none")).get_image_samples()


def test_listing_loads_neither_tensorflow_nor_jupyter(folder):
    code = (
        "import sys; from brevviz.dataset import Dataset;"
        f"Dataset({str(folder)!r}).get_image_samples();"
        "print({'tensorflow', 'IPython', 'ipywidgets', 'altair'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
