"""A listing through faults is whole, or it is an error: never a part that looks whole."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import pytest

from brevviz.errors import BucketError, Unreachable
from brevviz.progress import quiet

COUNT = 2300


@pytest.fixture(scope="module")
def large(s3):
    """An address with 2300 objects in three folders, one of them of more than a page."""
    prefix = f"large-{next(s3.numbers)}"
    client = s3.server.client
    keys = [f"{('good', 'bad', 'so-so')[n % 8 % 3]}/{n // 7}/{n}.png" for n in range(COUNT)]

    def put(key):
        client.put_object(
            bucket_name=s3.bucket, object_name=f"{prefix}/{key}", data=BytesIO(b"x"), length=1
        )

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(put, keys))
    return f"s3://{s3.bucket}/{prefix}", sorted(keys, key=str.encode)


def test_many_pages_on_many_threads_are_one_listing(proxy, through, large):
    uri, keys = large
    told = []
    listing = through(uri).list(lambda what, done, total=None: told.append(done))
    assert listing.key.to_pylist() == keys
    assert max(told) == COUNT
    prefixes = {request.path.split("prefix=")[1].split("&")[0] for request in proxy.log}
    assert len(prefixes) == 4


FAULTS = [
    {"kind": "reset"},
    {"kind": "status", "times": 2},
    {"kind": "truncate", "count": 50_000},
    {"kind": "reset_mid", "count": 50_000},
    {"kind": "no_length", "count": 50_000},
    {"kind": "stall", "count": 50_000},
    {"kind": "page", "text": "<html>Please sign in</html>"},
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault["kind"])
def test_a_passing_fault_leaves_the_listing_whole(proxy, through, make_rule, large, fault):
    uri, keys = large
    proxy.rules = [make_rule(**fault)]
    assert through(uri).list().key.to_pylist() == keys
    assert proxy.rules[0].times == 0


def test_a_listing_goes_on_where_a_fault_stopped_it(proxy, through, make_rule, large):
    uri, keys = large
    store = through(uri, tries=2)
    proxy.rules = [make_rule(kind="status", path="good", times=99)]
    with pytest.raises(Unreachable, match="too busy"):
        store.list()
    proxy.rules = []
    proxy.log.clear()
    assert store.list().key.to_pylist() == keys
    assert all("good" in request.path for request in proxy.log)


@pytest.mark.parametrize(
    ("fault", "error", "says"),
    [
        ({"kind": "truncate", "count": 50_000}, Unreachable, "breaks off"),
        ({"kind": "no_length", "count": 50_000}, BucketError, "not whole XML"),
        ({"kind": "page", "text": "<html></html>"}, BucketError, "starts with <html>"),
        ({"kind": "redirect", "location": "http://127.0.0.1:1/"}, BucketError, "not followed"),
    ],
)
def test_a_lasting_fault_is_an_error(through, proxy, make_rule, large, fault, error, says):
    proxy.rules = [make_rule(times=99, **fault)]
    with pytest.raises(error, match=says):
        through(large[0]).list(quiet)
