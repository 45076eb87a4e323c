"""What tests of every floor share: a real S3 server, one for the whole run."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import settings

from brevviz.demo.server import S3Server, find_weed

# A shared machine's pauses are no failure.
settings.register_profile("calm", deadline=None)
settings.load_profile("calm")

BUCKET = "brevviz-tests"
PUBLIC = "brevviz-public"


@dataclass(frozen=True)
class S3:
    """A running SeaweedFS: `endpoint`, its keys, and ways to put files in.

    `bucket` needs the keys; everybody may list and read `public`. Each `put_tree` has a prefix
    of its own, so that no test sees what another has put.
    """

    server: S3Server
    bucket: str = BUCKET
    public: str = PUBLIC
    numbers: Iterator[int] = field(default_factory=itertools.count)

    @property
    def endpoint(self) -> str:
        return self.server.endpoint

    @property
    def access_key(self) -> str:
        return self.server.access_key

    @property
    def secret_key(self) -> str:
        return self.server.secret_key

    def put_tree(self, folder: str | Path, *, public: bool = False) -> str:
        """Put a folder's files under a fresh prefix; gives its `s3://` address."""
        prefix = f"set-{next(self.numbers)}"
        bucket = self.public if public else self.bucket
        self.server.put_tree(bucket, prefix, folder)
        return f"s3://{bucket}/{prefix}"

    def put(self, uri: str, key: str, data: bytes) -> None:
        """Put one object below an address that `put_tree` gave, or anywhere in a bucket."""
        from io import BytesIO  # noqa: PLC0415

        bucket, _, prefix = uri.removeprefix("s3://").partition("/")
        self.server.client.put_object(
            bucket_name=bucket,
            object_name=f"{prefix}/{key}" if prefix else key,
            data=BytesIO(data),
            length=len(data),
        )


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads what an earlier run has kept on this machine."""
    monkeypatch.setenv("BREVVIZ_CACHE", str(tmp_path_factory.getbasetemp() / "cache"))


@pytest.fixture(scope="session")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3]:
    """A SeaweedFS of this run's own; skipped without it, failed where it is required."""
    if find_weed() is None:
        reason = "SeaweedFS (extra `demo`) is not installed"
        if os.environ.get("BREVVIZ_REQUIRE_ALL") == "1":
            pytest.fail(f"{reason}, and BREVVIZ_REQUIRE_ALL is 1")
        pytest.skip(reason)
    with S3Server(tmp_path_factory.mktemp("s3")) as server:
        server.make_bucket(BUCKET)
        server.make_bucket(PUBLIC, public=True)
        yield S3(server)


@pytest.fixture(scope="session")
def make_s3() -> type[S3]:
    """The class of `s3`, for a server of another kind."""
    return S3


@pytest.fixture
def s3_keys(s3: S3, monkeypatch: pytest.MonkeyPatch) -> str:
    """The server's keys in the environment under the profile whose name this gives."""
    monkeypatch.setenv("BREVVIZ_TESTS_ACCESS_KEY", s3.access_key)
    monkeypatch.setenv("BREVVIZ_TESTS_SECRET_KEY", s3.secret_key)
    return "tests"
