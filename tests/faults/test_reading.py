"""One object through every fault: the right bytes, or one clear error, with few requests."""

from __future__ import annotations

import random
import re
import socket
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from brevviz.bucket.cache import Cache
from brevviz.errors import AccessDenied, BucketError, ObjectChanged, ObjectMissing, Unreachable

SIZE = 300_000

DATA = random.Random(7).randbytes(SIZE)


@pytest.fixture
def uri(s3):
    uri = f"s3://{s3.bucket}/reading-{next(s3.numbers)}"
    s3.put(uri, "one.bin", DATA)
    return uri


@pytest.fixture
def store(through, uri):
    return through(uri)


MENDED = [
    ({"kind": "reset"}, 2),
    ({"kind": "reset", "times": 2}, 3),
    ({"kind": "status", "times": 2}, 3),
    ({"kind": "status", "status": 429, "code": "TooManyRequests"}, 2),
    ({"kind": "status", "status": 500, "code": "InternalError"}, 2),
    ({"kind": "truncate", "count": 100_000}, 2),
    ({"kind": "truncate", "count": 0}, 2),
    ({"kind": "reset_mid", "count": 100_000}, 2),
    ({"kind": "stall", "count": 100_000}, 2),
    ({"kind": "stall", "count": 0}, 2),
    ({"kind": "flip", "count": 123_456}, 2),
    ({"kind": "no_length", "count": 100_000}, 2),
    ({"kind": "no_length"}, 1),
    ({"kind": "latency", "seconds": 0.1}, 1),
    ({"kind": "throttle", "count": 100_000}, 1),
]


@pytest.mark.parametrize(("fault", "requests"), MENDED)
def test_what_can_be_mended_is(proxy, store, make_rule, fault, requests):
    etag = store.head("one.bin").etag
    proxy.log.clear()
    proxy.rules = [make_rule(**fault)]
    assert store.get("one.bin", etag) == DATA
    assert len(proxy.log) == requests


@pytest.mark.parametrize("kind", ["truncate", "reset_mid"])
def test_a_broken_body_goes_on_where_it_stopped(proxy, store, make_rule, kind):
    proxy.rules = [make_rule(kind=kind, count=100_000), make_rule(kind=kind, count=50_000)]
    assert store.get("one.bin") == DATA
    ranges = [request.headers.get("range") for request in proxy.log]
    assert ranges[0] is None
    starts = [int(text.removeprefix("bytes=").removesuffix("-")) for text in ranges[1:]]
    assert 0 < starts[0] < starts[1] <= 150_000
    assert all(request.headers["if-match"] for request in proxy.log[1:])


def test_an_object_overwritten_between_two_halves_is_not_mixed(s3, proxy, store, make_rule, uri):
    other = random.Random(8).randbytes(SIZE)
    proxy.rules = [
        make_rule(kind="truncate", count=100_000),
        make_rule(kind="latency", seconds=0.3),
    ]
    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(store.get, "one.bin")
        while len(proxy.log) < 2:
            threading.Event().wait(0.01)
        s3.put(uri, "one.bin", other)
        with pytest.raises(ObjectChanged, match="no longer the one"):
            reading.result(20)
    assert store.get("one.bin") == other


HOPELESS = [
    ({"kind": "status", "times": 99}, (Unreachable, "too busy.*503", 6)),
    ({"kind": "status", "status": 429, "times": 99}, (Unreachable, "too busy.*429", 6)),
    ({"kind": "truncate", "count": 10, "times": 99}, (Unreachable, "breaks off every time", 6)),
    ({"kind": "reset", "times": 99}, (Unreachable, "breaks off every time", 6)),
    ({"kind": "flip", "count": 9, "times": 99}, (BucketError, "do not match its MD5", 6)),
    ({"kind": "stall", "count": 0, "times": 99}, (Unreachable, "stopped answering", 2)),
    ({"kind": "page", "text": "<html>sign in</html>"}, (BucketError, "without an ETag", 1)),
    ({"kind": "status", "status": 403, "code": "AccessDenied"}, (AccessDenied, "AccessDenied", 1)),
    ({"kind": "status", "status": 404, "code": "NoSuchKey"}, (ObjectMissing, "not there", 1)),
    ({"kind": "status", "status": 501, "code": "NotImplemented"}, (BucketError, "501", 1)),
    (
        {"kind": "status", "status": 403, "code": "RequestTimeTooSkewed"},
        (AccessDenied, "clock is more than 15 minutes", 1),
    ),
]


@pytest.mark.parametrize(("fault", "expected"), HOPELESS)
def test_what_cannot_is_one_clear_error(proxy, store, make_rule, fault, expected):
    error, says, requests = expected
    proxy.rules = [make_rule(**fault)]
    with pytest.raises(error, match=says):
        store.get("one.bin")
    assert len(proxy.log) == requests


def test_a_redirect_is_not_followed(proxy, store, make_rule):
    contacts = []
    with socket.create_server(("127.0.0.1", 0)) as other:
        other.settimeout(0.2)
        address = f"http://127.0.0.1:{other.getsockname()[1]}/taken"
        for method in (store.get, store.head):
            proxy.rules = [make_rule(kind="redirect", location=address)]
            with pytest.raises(BucketError, match="not followed"):
                method("one.bin")
        with pytest.raises(TimeoutError):
            contacts.append(other.accept())
    assert contacts == []


REGIONS = [
    {"status": 301, "code": "PermanentRedirect", "header": "x-amz-bucket-region: eu-west-1\r\n"},
    {
        "status": 400,
        "code": "AuthorizationHeaderMalformed",
        "text": "<Region>eu-west-1</Region>",
    },
]


@pytest.mark.parametrize("refusal", REGIONS, ids=["header", "text"])
def test_the_region_of_a_bucket_is_learnt_from_its_refusal(proxy, store, make_rule, refusal):
    proxy.rules = [make_rule("status", **refusal)]
    assert store.get("one.bin") == DATA
    assert store.get("one.bin") == DATA
    signed = [re.search(r"/([a-z0-9-]+)/s3/", r.headers["authorization"])[1] for r in proxy.log]
    assert signed == ["us-east-1", "eu-west-1", "eu-west-1"]


def test_two_regions_that_send_to_each_other_are_an_error(proxy, store, make_rule):
    proxy.rules = [
        make_rule(
            "status", status=301, code="PermanentRedirect", header=f"x-amz-bucket-region: {r}\r\n"
        )
        for r in ("eu-west-1", "us-east-1") * 9
    ]
    with pytest.raises(BucketError, match="301"):
        store.get("one.bin")
    assert len(proxy.log) == 6


def test_an_object_beyond_the_cap_is_refused_before_it_is_read(proxy, through, uri):
    with pytest.raises(BucketError, match="300000 bytes long; up to 1000 bytes"):
        through(uri, max_bytes=1000).get("one.bin")
    assert len(proxy.log) == 1


def test_what_is_cached_costs_no_request_and_is_never_another_version(
    s3, proxy, through, uri, tmp_path
):
    store = through(uri, cache=Cache(tmp_path, 2**30))
    etag = store.head("one.bin").etag
    assert store.get("one.bin", etag) == DATA
    s3.put(uri, "one.bin", b"other")
    proxy.log.clear()
    assert store.get("one.bin", etag) == DATA
    assert proxy.log == []
    assert store.get("one.bin", store.head("one.bin").etag) == b"other"


def test_connections_are_given_back(proxy, store):
    for _ in range(20):
        assert store.get("one.bin") == DATA
        with pytest.raises(ObjectMissing):
            store.get("none.bin")
    assert len(proxy.writers) == 1


def test_a_host_that_swallows_everything_is_given_up_on(through):
    # A listener whose queue is full: further connections get no answer at all.
    with socket.socket() as listener, socket.socket() as first, socket.socket() as second:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for client in (first, second):
            client.setblocking(False)
            client.connect_ex(listener.getsockname())
        endpoint = f"http://127.0.0.1:{listener.getsockname()[1]}"
        store = through("s3://data", endpoint, connect=0.3)
        with pytest.raises(Unreachable, match=r"nothing answers within 0\.3 s"):
            store.list()


MIX = ("reset", "truncate", "reset_mid", "flip", "status", "no_length", "latency")


@pytest.mark.parametrize("rounds", [2, pytest.param(100, marks=pytest.mark.long)])
def test_many_reads_through_seven_faults_lose_and_spoil_nothing(
    s3, proxy, through, make_rule, rounds
):
    """100 objects a round, each met by one to five faults in a row: the sixth try must do."""
    uri = f"s3://{s3.bucket}/mix-{next(s3.numbers)}"
    objects = {f"{n}.bin": random.Random(n).randbytes(20_000) for n in range(100)}
    for key, data in objects.items():
        s3.put(uri, key, data)
    store = through(uri, read=5.0)
    chance = random.Random(1)
    for _ in range(rounds):
        proxy.rules = [
            make_rule(chance.choice(MIX), count=chance.randrange(20_000), path=f"/{key}$")
            for key in objects
            for _ in range(chance.randint(1, 5))
        ]
        proxy.log.clear()
        with ThreadPoolExecutor(8) as pool:
            assert dict(zip(objects, pool.map(store.get, objects), strict=True)) == objects
        tries = Counter(request.path for request in proxy.log)
        assert max(tries.values()) <= 6


@pytest.mark.parametrize("count", [100, pytest.param(1000, marks=pytest.mark.long)])
def test_under_a_writer_no_two_versions_are_mixed(s3, proxy, through, make_rule, count):
    uri = f"s3://{s3.bucket}/writer-{next(s3.numbers)}"
    s3.put(uri, "one.bin", bytes(200_000))
    store = through(uri, read=5.0)
    stop = threading.Event()

    def write():
        version = 0
        while not stop.is_set():
            version += 1
            s3.put(uri, "one.bin", bytes([version % 256]) * 200_000)
            if version % 20 == 0:
                stop.wait(0.5)  # a loaded machine must get a read between two writes, too

    proxy.rules = [make_rule(kind="truncate", count=100_000, times=10**9)]
    outcomes = {"whole": 0, "changed": 0}
    writer = threading.Thread(target=write)
    writer.start()
    try:
        for _ in range(count):
            try:
                data = store.get("one.bin")
            except ObjectChanged:
                outcomes["changed"] += 1
            else:
                assert data == data[:1] * 200_000
                outcomes["whole"] += 1
    finally:
        stop.set()
        writer.join()
    assert sum(outcomes.values()) == count
    assert outcomes["whole"]
    assert outcomes["changed"]
