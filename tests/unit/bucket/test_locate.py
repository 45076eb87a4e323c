from __future__ import annotations

from urllib.parse import quote

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brevviz.bucket.locate import Place, encode, locate
from brevviz.errors import RecipeError


@pytest.mark.parametrize(
    ("uri", "place", "root"),
    [
        ("s3://data", Place("data", ""), "s3://data"),
        ("s3://data/", Place("data", ""), "s3://data"),
        ("s3://data/a/b/", Place("data", "a/b"), "s3://data/a/b"),
        ("s3://data/a%20b +", Place("data", "a%20b +"), "s3://data/a%20b +"),
        ("file:///srv/a%20b#1", Place(None, "/srv/a b#1"), "/srv/a b#1"),
        ("file://localhost/srv", Place(None, "/srv"), "/srv"),
        ("/srv/x/../y/", Place(None, "/srv/y"), "/srv/y"),
    ],
)
def test_a_source_is_a_bucket_or_a_folder(uri, place, root):
    assert locate(uri) == place
    assert locate(uri).root == root


def test_a_home_folder_and_a_relative_path_become_absolute(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert locate("~/images").path == f"{tmp_path}/images"
    assert locate("images").path == str(tmp_path / "images")


@pytest.mark.parametrize("uri", ["s3://", "s3:///x", "s3://a/b"[:6], "file://host/x", "a\0b"])
def test_what_is_neither_is_refused(uri):
    with pytest.raises(RecipeError, match=r"source\.uri"):
        locate(uri)


@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=12)))
def test_encoding_by_columns_is_quoting_one_by_one(keys):
    array = pa.array(keys, pa.large_string())
    assert encode(array).to_pylist() == [quote(key, safe="/") for key in keys]
