"""The S3 store on a real SeaweedFS, with no faults between: what a user meets on a good day."""

from __future__ import annotations

import pickle
import ssl

import pytest

from brevviz.bucket import open_store, reader, try_connection
from brevviz.dataset import Dataset
from brevviz.errors import (
    AccessDenied,
    BucketError,
    NoImages,
    NoSuchBucket,
    ObjectChanged,
    ObjectMissing,
    Unreachable,
)
from brevviz.recipe import Source


@pytest.fixture
def tree(tmp_path):
    for name in ("good/1_1.png", "good/1_2.png", "bad cap/2+1 ä.png", ".hidden/3.png", "note.txt"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(name.encode() * 100)
    return tmp_path


@pytest.fixture
def uri(s3, tree):
    return s3.put_tree(tree)


def same_but_for_the_address(frame, bucket):
    return frame.drop(columns=["path", "bucket", "url", "modified"]).assign(
        key=frame["path"].str.removeprefix(bucket)
    )


def test_a_folder_and_its_copy_on_s3_give_one_frame(s3, s3_keys, tree, uri):
    here = Dataset(str(tree))
    there = Dataset(uri, endpoint=s3.endpoint, profile=s3_keys)
    one = here.get_image_samples(details=True)
    two = there.get_image_samples(details=True)
    assert here.counts == there.counts
    assert here.counts.hidden == 1
    assert same_but_for_the_address(one, str(tree)).equals(same_but_for_the_address(two, uri))
    read_one, read_two = reader(one), reader(two)
    for row in range(len(one)):
        assert read_two(two["path"][row], two["etag"][row]) == read_one(one["path"][row], None)


def test_a_public_bucket_needs_no_keys(s3, tree):
    uri = s3.put_tree(tree, public=True)
    dataset = Dataset(uri, endpoint=s3.endpoint, anonymous=True)
    frame = dataset.get_image_samples()
    assert len(frame) == 3
    assert reader(frame)(frame["path"][1], frame["etag"][1]) == b"good/1_1.png" * 100


def test_a_bucket_opened_again_shows_what_it_was_and_what_has_changed(s3, s3_keys, uri):
    first = Dataset(uri, endpoint=s3.endpoint, profile=s3_keys)
    assert first.get_kept_samples() is None
    listed = first.get_image_samples(details=True)
    assert first.changes is None
    again = Dataset(uri, endpoint=s3.endpoint, profile=s3_keys)
    samples, _ = again.get_kept_samples(details=True)
    assert samples.equals(listed)
    s3.put(uri, "good/1_1.png", b"overwritten")
    s3.put(uri, "good/1_3.png", b"new")
    assert len(again.get_image_samples()) == 4
    assert str(again.changes) == "1 added, 1 changed"


def test_our_listing_is_minios(s3, s3_keys, uri):
    """The contract with the one private name of minio that the client uses."""
    bucket, _, prefix = uri.removeprefix("s3://").partition("/")
    objects = s3.server.client.list_objects(bucket_name=bucket, prefix=f"{prefix}/", recursive=True)
    theirs = sorted(
        (o.object_name, o.size, o.etag, round(o.last_modified.timestamp() * 1e6)) for o in objects
    )
    store = open_store(Source(uri=uri, endpoint=s3.endpoint, profile=s3_keys))
    listing = store.list()
    columns = (listing.key, listing.size, listing.etag, listing.modified)
    ours = zip(*(column.to_pylist() for column in columns), strict=True)
    assert [(f"{prefix}/{key}", *rest) for key, *rest in ours] == [
        entry for entry in theirs if "/." not in entry[0]
    ]


def test_a_head_is_what_the_listing_says(s3, s3_keys, uri):
    store = open_store(Source(uri=uri, endpoint=s3.endpoint, profile=s3_keys))
    listing = store.list()
    head = store.head("good/1_1.png")
    row = listing.key.to_pylist().index("good/1_1.png")
    assert (head.size, head.etag) == (listing.size[row].as_py(), listing.etag[row].as_py())
    assert abs(head.modified - listing.modified[row].as_py()) <= 1_000_000


def test_gone_and_overwritten_objects_are_told_apart(s3, s3_keys, uri):
    store = open_store(Source(uri=uri, endpoint=s3.endpoint, profile=s3_keys))
    etag = store.head("good/1_1.png").etag
    s3.put(uri, "good/1_1.png", b"another picture")
    with pytest.raises(ObjectChanged, match=r"good/1_1\.png: is no longer the one"):
        store.get("good/1_1.png", etag)
    assert store.get("good/1_1.png") == b"another picture"
    for ask in (store.get, store.head):
        with pytest.raises(ObjectMissing, match=r"good/none\.png: is not there"):
            ask("good/none.png")


def test_an_object_in_parts_is_read_although_its_etag_is_no_md5(s3, s3_keys, tmp_path):
    data = bytes(range(256)) * (6 * 2**20 // 256)
    (tmp_path / "big.bin").write_bytes(data)
    uri = f"s3://{s3.bucket}/parts-{next(s3.numbers)}"
    s3.server.client.fput_object(
        bucket_name=s3.bucket,
        object_name=f"{uri.rpartition('/')[2]}/big.bin",
        file_path=str(tmp_path / "big.bin"),
        part_size=5 * 2**20,
    )
    store = open_store(Source(uri=uri, endpoint=s3.endpoint, profile=s3_keys))
    etag = store.list().etag[0].as_py()
    assert etag.endswith("-2")
    assert store.get("big.bin", etag) == data


def test_bad_sources_give_one_sentence_each(s3, s3_keys, uri, monkeypatch):
    def listed(uri, **access):
        return Dataset(uri, endpoint=s3.endpoint, **access).get_image_samples()

    with pytest.raises(NoSuchBucket, match="no bucket of this name"):
        listed("s3://no-such-bucket", profile=s3_keys)
    with pytest.raises(NoImages, match="no object at all"):
        listed(f"s3://{s3.bucket}/no-such-prefix", profile=s3_keys)
    with pytest.raises(AccessDenied, match="does not let anybody read"):
        listed(uri, anonymous=True)
    monkeypatch.setenv("BREVVIZ_TESTS_SECRET_KEY", "wrong")
    with pytest.raises(AccessDenied, match="the secret key is wrong"):
        listed(uri, profile=s3_keys)
    monkeypatch.setenv("BREVVIZ_TESTS_ACCESS_KEY", "wrong")
    with pytest.raises(AccessDenied, match="does not know the access key"):
        listed(uri, profile=s3_keys)


def test_a_key_that_http_would_rewrite_is_refused(s3, s3_keys, uri):
    store = open_store(Source(uri=uri, endpoint=s3.endpoint, profile=s3_keys))
    for key in ("../set-0/x", "a/./b", "a/..", ""):
        with pytest.raises(BucketError, match="cannot be asked for"):
            store.get(key)


def test_a_dead_endpoint_is_said():
    with pytest.raises(Unreachable, match=r"127\.0\.0\.1:9: nothing listens"):
        Dataset("s3://data", endpoint="http://127.0.0.1:9", anonymous=True).get_image_samples()


def test_a_store_stays_in_its_process(s3, s3_keys, uri):
    store = open_store(Source(uri=uri, endpoint=s3.endpoint, profile=s3_keys))
    with pytest.raises(TypeError, match="stays in its process"):
        pickle.dumps(store)


def steps(*source, **access):
    return [(step.name, step.done) for step in try_connection(Source(uri=source[0], **access))]


def test_a_trial_says_which_step_fails(s3, s3_keys, uri, tree):
    good = {"endpoint": s3.endpoint, "profile": s3_keys}
    assert steps(uri, **good) == [
        ("settings and keys", True),
        ("server and bucket", True),
        ("reading an object", True),
    ]
    assert steps(uri, **good | {"profile": "none"}) == [("settings and keys", False)]
    gone = steps("s3://no-such-bucket", **good)
    assert gone == [("settings and keys", True), ("server and bucket", False)]
    assert steps(str(tree)) == [("settings and keys", True), ("folder", True)]
    assert steps(str(tree / "none")) == [("settings and keys", True), ("folder", False)]


def test_a_listed_object_that_may_not_be_read_is_such_a_step(s3_keys, uri, proxy, make_rule):
    proxy.rules = [make_rule("status", status=403, code="AccessDenied", path=r"png$")]
    *_, last = try_connection(Source(uri=uri, endpoint=proxy.endpoint, profile=s3_keys))
    assert (last.name, last.done) == ("reading an object", False)
    assert "AccessDenied" in last.said


def test_an_own_authority_is_a_setting(s3, s3_keys, uri, certificate, make_proxy):
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate / "ca.pem", certificate / "key.pem")
    proxy = make_proxy(tls)
    access = {"endpoint": proxy.endpoint, "profile": s3_keys}
    with pytest.raises(Unreachable, match=r"certificate is not accepted: self.signed.*ca_file"):
        Dataset(uri, **access).get_image_samples()
    ca_file = str(certificate / "ca.pem")
    frame = Dataset(uri, **access, ca_file=ca_file).get_image_samples()
    assert reader(frame)(frame["path"][1], frame["etag"][1]) == b"good/1_1.png" * 100
    with pytest.raises(Unreachable, match="Does it speak https"):
        Dataset(
            uri, endpoint=s3.endpoint.replace("http", "https"), profile=s3_keys
        ).get_image_samples()
