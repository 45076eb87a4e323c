"""obstore in its place: it reads what can be checked, and our own client mends what it cannot."""

from __future__ import annotations

import os
import random
import socket
import ssl
import subprocess
import sys
import threading

import pytest

from brevviz.bucket.client import Client
from brevviz.bucket.credentials import Keys
from brevviz.bucket.fast import FastStore
from brevviz.bucket.limits import Limits
from brevviz.bucket.locate import locate
from brevviz.bucket.reading import md5_of
from brevviz.errors import AccessDenied, BucketError, ObjectChanged, Unreachable

SIZE = 300_000
DATA = random.Random(9).randbytes(SIZE)
ETAG = md5_of(DATA)


@pytest.fixture
def uri(s3):
    uri = f"s3://{s3.bucket}/fast-{next(s3.numbers)}"
    s3.put(uri, "one.bin", DATA)
    return uri


@pytest.fixture
def store(s3, proxy, uri):
    return opened(uri, proxy.endpoint, Keys(s3.access_key, s3.secret_key, None, "the tests"))


def opened(uri, endpoint, keys, ca_file=None, **limits):
    place = locate(uri)
    limits = Limits(**{"connect": 1.0, "read": 2.0, "wait": 0.01, **limits})
    client = Client(place.bucket, endpoint=endpoint, keys=keys, ca_file=ca_file, limits=limits)
    return FastStore(place, client)


def agents(proxy):
    return [request.headers["user-agent"].split("/")[0] for request in proxy.log]


def test_a_listed_object_is_one_request_of_obstores(proxy, store):
    assert store.get("one.bin", ETAG) == DATA
    assert agents(proxy) == ["object_store"]
    assert proxy.log[0].headers["if-match"] == f'"{ETAG}"'


def test_what_no_md5_vouches_for_is_not_given_to_it(proxy, store):
    assert store.get("one.bin") == DATA
    with pytest.raises(ObjectChanged):
        store.get("one.bin", f"{ETAG}-2")
    assert "object_store" not in agents(proxy)


MENDED = [
    ({"kind": "reset"}, 2),
    ({"kind": "reset", "times": 5}, 6),
    ({"kind": "status"}, 2),
    ({"kind": "status", "status": 429, "code": "TooManyRequests", "times": 2}, 3),
    ({"kind": "truncate", "count": 100_000}, 2),
    ({"kind": "reset_mid", "count": 100_000, "times": 2}, 3),
    ({"kind": "stall", "count": 100_000}, 2),
    ({"kind": "flip", "count": 123_456}, 2),
    ({"kind": "no_length", "count": 100_000}, 2),
    ({"kind": "page", "text": "<html>sign in</html>"}, 2),
    ({"kind": "latency", "seconds": 0.1}, 1),
    ({"kind": "throttle", "count": 100_000}, 1),
]


@pytest.mark.parametrize(("fault", "requests"), MENDED)
def test_what_it_fails_at_is_mended(proxy, store, make_rule, fault, requests):
    proxy.rules = [make_rule(**fault)]
    assert store.get("one.bin", ETAG) == DATA
    assert len(proxy.log) == requests


HOPELESS = [
    ({"kind": "status"}, Unreachable, "too busy.*503", 6),
    ({"kind": "truncate", "count": 10}, Unreachable, "breaks off every time", 6),
    ({"kind": "flip", "count": 9}, BucketError, "do not match its MD5", 6),
    ({"kind": "stall", "count": 0}, Unreachable, "stopped answering", 3),
    ({"kind": "status", "status": 403, "code": "AccessDenied"}, AccessDenied, "AccessDenied", 2),
]


@pytest.mark.parametrize(("fault", "error", "says", "requests"), HOPELESS)
def test_a_lasting_fault_is_the_error_that_it_always_is(
    proxy, store, make_rule, fault, error, says, requests
):
    proxy.rules = [make_rule(times=99, **fault)]
    with pytest.raises(error, match=says):
        store.get("one.bin", ETAG)
    assert len(proxy.log) == requests


def test_it_is_left_alone_after_32_failures_in_a_row(proxy, store, make_rule):
    def read(flipped):
        proxy.rules = [make_rule(kind="flip", count=0)] if flipped else []
        proxy.log.clear()
        assert store.get("one.bin", ETAG) == DATA
        return agents(proxy)[0] == "object_store"

    assert all(read(flipped=True) for _ in range(31))
    assert read(flipped=False)
    assert all(read(flipped=True) for _ in range(31))
    with pytest.warns(RuntimeWarning, match="none of 32 objects.*BREVVIZ_S3_CLIENT=minio"):
        read(flipped=True)
    assert not read(flipped=False)


def test_an_object_beyond_the_cap_is_refused(s3, proxy, uri):
    keys = Keys(s3.access_key, s3.secret_key, None, "the tests")
    with pytest.raises(BucketError, match="300000 bytes long; up to 1000 bytes"):
        opened(uri, proxy.endpoint, keys, max_bytes=1000).get("one.bin", ETAG)


def test_a_redirect_gives_no_bytes_and_takes_no_signature_along(proxy, store, make_rule):
    """obstore follows it, which cannot be turned off; nothing of use must come of that."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        heads = []

        def answer():
            connection, _ = other.accept()
            with connection:
                heads.append(connection.recv(65536).lower())
                connection.sendall(
                    f'HTTP/1.1 200 OK\r\nETag: "{ETAG}"\r\nContent-Length: 4\r\n'
                    "Last-Modified: Tue, 24 Nov 2026 00:00:00 GMT\r\n\r\nevil".encode()
                )

        thread = threading.Thread(target=answer)
        thread.start()
        address = f"http://127.0.0.1:{other.getsockname()[1]}/taken"
        proxy.rules = [make_rule(kind="redirect", location=address, times=99)]
        with pytest.raises(BucketError, match="not followed"):
            store.get("one.bin", ETAG)
        thread.join(10)
    assert len(heads) == 1
    assert b"authorization" not in heads[0]
    assert b"signature" not in heads[0]
    assert b"token" not in heads[0]


def test_an_anonymous_read_is_unsigned(s3, proxy, monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", s3.access_key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", s3.secret_key)
    uri = f"s3://{s3.public}/fast-{next(s3.numbers)}"
    s3.put(uri, "one.bin", DATA)
    assert opened(uri, proxy.endpoint, None).get("one.bin", ETAG) == DATA
    assert agents(proxy) == ["object_store"]
    assert "authorization" not in proxy.log[0].headers


def test_the_environment_does_not_change_where_a_request_goes(proxy, store, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    monkeypatch.setenv("AWS_SKIP_SIGNATURE", "true")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "canary")
    monkeypatch.setenv("AWS_VIRTUAL_HOSTED_STYLE_REQUEST", "true")
    assert store.get("one.bin", ETAG) == DATA
    assert agents(proxy) == ["object_store"]
    assert "/us-east-1/s3/" in proxy.log[0].headers["authorization"]
    assert "canary" not in str(proxy.log[0].headers)


def test_an_own_authority_is_needed_and_enough(s3, uri, certificate, make_proxy, monkeypatch):
    monkeypatch.setenv("AWS_ALLOW_INVALID_CERTIFICATES", "true")
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate / "ca.pem", certificate / "key.pem")
    proxy = make_proxy(tls)
    keys = Keys(s3.access_key, s3.secret_key, None, "the tests")
    with pytest.raises(Unreachable, match="certificate is not accepted"):
        opened(uri, proxy.endpoint, keys).get("one.bin", ETAG)
    assert proxy.log == []
    own = opened(uri, proxy.endpoint, keys, ca_file=str(certificate / "ca.pem"))
    assert own.get("one.bin", ETAG) == DATA
    assert agents(proxy) == ["object_store"]


FORKING = """
import os, sys
from brevviz.bucket import open_store
from brevviz.recipe import Source
uri, endpoint, etag = sys.argv[1:]
store = open_store(Source(uri=uri, endpoint=endpoint, profile="tests"))
mine = store.get("one.bin", etag)
child = os.fork()
if child == 0:
    os._exit(0 if store.get("one.bin", etag) == mine else 1)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


def test_a_forked_process_reads_without_it(proxy, uri, s3_keys):
    environment = {**os.environ, "BREVVIZ_S3_CLIENT": "obstore", "BREVVIZ_CACHE_MIB": "0"}
    command = [sys.executable, "-c", FORKING, uri, proxy.endpoint, ETAG]
    subprocess.run(command, env=environment, check=True, timeout=60)
    assert len(proxy.log) == 2
    assert agents(proxy)[0] == "object_store"
    assert agents(proxy)[1] != "object_store"
