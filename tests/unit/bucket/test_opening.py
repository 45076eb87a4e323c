from __future__ import annotations

import pandas as pd
import pytest

from brevviz.bucket import ATTRIBUTE, access_of, open_store, opening, reader, trust
from brevviz.errors import BucketError, ObjectMissing, RecipeError, UntrustedEndpoint
from brevviz.recipe import Source


@pytest.fixture(autouse=True)
def nothing_open(monkeypatch, tmp_path):
    monkeypatch.setattr(opening, "_open", {})
    monkeypatch.setattr(trust, "_agreed", set())
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a/1.png").write_bytes(b"one")
    return tmp_path


def s3(uri, endpoint="https://one.example.com", **more):
    return Source(uri=uri, endpoint=endpoint, anonymous=True, **more)


def test_one_way_of_access_is_one_store():
    assert open_store(s3("s3://data/x/")) is open_store(s3("s3://data/x", name="other"))
    assert open_store(s3("s3://data/x")) is not open_store(s3("s3://data/x", region="eu-west-1"))


def test_mended_keys_open_a_new_store(monkeypatch):
    source = Source(uri="s3://data", profile="p", endpoint="http://127.0.0.1:9")
    monkeypatch.setenv("BREVVIZ_P_ACCESS_KEY", "a")
    monkeypatch.setenv("BREVVIZ_P_SECRET_KEY", "wrong")
    wrong = open_store(source)
    assert open_store(source) is wrong
    monkeypatch.setenv("BREVVIZ_P_SECRET_KEY", "right")
    assert open_store(source) is not wrong


def test_a_foreign_endpoint_needs_trust(monkeypatch):
    monkeypatch.setenv("BREVVIZ_P_ACCESS_KEY", "a")
    monkeypatch.setenv("BREVVIZ_P_SECRET_KEY", "b")
    source = Source(uri="s3://data", profile="p", endpoint="https://foreign.example.com")
    with pytest.raises(UntrustedEndpoint):
        open_store(source)
    store = open_store(source, trusted=["https://foreign.example.com"])
    assert store.root == "s3://data"
    # What was listed there is read there: a frame names its source and nobody's agreement.
    frame = pd.DataFrame({"path": ["s3://data/1.png"]})
    frame.attrs[ATTRIBUTE] = access_of(source)
    assert reader(frame)
    assert open_store(source) is store


def test_a_wrong_ca_file_is_said_at_once(tmp_path):
    (tmp_path / "ca.pem").write_text("nothing")
    for path, says in [("ca.pem", "no certificate"), ("none.pem", "No such file")]:
        with pytest.raises(RecipeError, match=rf"source\.ca_file.*{says}"):
            open_store(s3("s3://data", ca_file=str(tmp_path / path)))


def test_a_frame_is_read_by_the_source_that_it_carries(folder):
    frame = pd.DataFrame({"path": [f"{folder}/a/1.png"]})
    frame.attrs[ATTRIBUTE] = access_of(Source(uri=str(folder)))
    assert reader(frame)(f"{folder}/a/1.png", None) == b"one"


def test_without_one_the_longest_open_root_reads_it(folder):
    open_store(Source(uri=str(folder)))
    inner = open_store(Source(uri=f"{folder}/a"))
    assert opening._containing(f"{folder}/a/1.png") is inner
    with pytest.raises(ObjectMissing):
        reader(pd.DataFrame())(f"{folder}/a/2.png", None)


def test_a_plain_path_is_read_as_a_file(folder):
    assert reader(pd.DataFrame())(f"{folder}/a/1.png") == b"one"


def test_roots_are_whole_names():
    open_store(s3("s3://data"))
    with pytest.raises(BucketError, match="Make a Dataset"):
        reader(pd.DataFrame())("s3://data-x/1.png", None)


def test_one_root_at_two_endpoints_is_ambiguous():
    open_store(s3("s3://data"))
    open_store(s3("s3://data", endpoint="https://two.example.com"))
    with pytest.raises(BucketError, match="more than one endpoint"):
        reader(pd.DataFrame())("s3://data/1.png", None)


def test_addresses_of_s3():
    assert open_store(s3("s3://data/a b")).url("c#1.png") == (
        "https://one.example.com/data/a%20b/c%231.png"
    )
    assert open_store(s3("s3://data", None)).url("1") == "https://data.s3.amazonaws.com/1"
    assert open_store(s3("s3://a.b", None)).url("1") == "https://s3.amazonaws.com/a.b/1"
