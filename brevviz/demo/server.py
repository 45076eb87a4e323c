"""A real S3 server on this machine, for the demo and the tests: SeaweedFS's `weed mini`.

It listens on loopback only and sends no telemetry; both are against its own defaults.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Self

import urllib3
from minio import Minio
from minio.error import MinioException

from brevviz.errors import BucketError, MissingExtra, Unreachable

__all__ = ["S3Server", "find_weed"]

_HOST = "127.0.0.1"
_PORTS = 5
_GRPC = 10_000  # each port's twin, opened by the server itself
_STARTS_WITHIN = 60.0
_STOPS_WITHIN = 20.0


def find_weed() -> str | None:
    """The path of SeaweedFS's program, beside this Python first; None when it is not installed."""
    beside = Path(sys.executable).with_name("weed")
    return str(beside) if beside.exists() else shutil.which("weed")


class S3Server:
    """A SeaweedFS S3 server as a context manager.

    Parameters
    ----------
    folder : where the server keeps its data; made when missing. None: a temporary folder.
    port : of S3, 10000..45000; four ports after it and the five 10,000 above are used too.
        0 takes free ones.

    Raises
    ------
    MissingExtra : when SeaweedFS is not installed.
    Unreachable : when the server does not answer in time, with the end of its log.
    """

    def __init__(self, folder: str | Path | None = None, port: int = 0) -> None:
        self.folder = None if folder is None else Path(folder)
        self.port = port
        self.access_key = "brevviz-demo"
        self.secret_key = secrets.token_urlsafe(24)
        self._process: subprocess.Popen[bytes] | None = None
        self._temporary: tempfile.TemporaryDirectory[str] | None = None

    @property
    def endpoint(self) -> str:
        """`http://127.0.0.1:port`, once the server was started."""
        return f"http://{_HOST}:{self.port}"

    @property
    def pid(self) -> int | None:
        """The process number of the server while it runs."""
        return self._process.pid if self._process else None

    @property
    def client(self) -> Minio:
        """A client with the server's keys, for filling it."""
        return Minio(
            endpoint=f"{_HOST}:{self.port}",
            access_key=self.access_key,
            secret_key=self.secret_key,
            secure=False,
            region="us-east-1",
            http_client=urllib3.PoolManager(
                maxsize=8, timeout=10.0, retries=urllib3.Retry(total=1, redirect=0)
            ),
        )

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start the server and wait until it answers."""
        weed = find_weed()
        if weed is None:
            raise MissingExtra(
                "demo server", "SeaweedFS is not installed", 'Run: pip install "brevviz[demo]"'
            )
        folder = self.folder
        if folder is None:
            self._temporary = tempfile.TemporaryDirectory(prefix="brevviz-s3-")
            folder = Path(self._temporary.name)
        folder.mkdir(parents=True, exist_ok=True)
        # The server reads its own flags of an earlier start back from this file.
        (folder / "mini.options").unlink(missing_ok=True)
        self.port = self.port or _free_ports()
        log = folder / "server.log"
        with log.open("wb") as output:
            self._process = subprocess.Popen(  # noqa: S603  # the program was found beside this Python or on PATH
                [weed, *_flags(folder, self.port)],
                env={
                    **os.environ,
                    "AWS_ACCESS_KEY_ID": self.access_key,
                    "AWS_SECRET_ACCESS_KEY": self.secret_key,
                },
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C in a terminal must not reach it before us
            )
        try:
            self._wait(log)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop the server and wait until it is gone; a temporary folder goes with it."""
        process, self._process = self._process, None
        if process is not None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(_STOPS_WITHIN)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if self._temporary is not None:
            self._temporary.cleanup()
            self._temporary = None

    def make_bucket(self, bucket: str, *, public: bool = False) -> None:
        """Make a bucket if it is not there; `public` lets anybody list and read it."""
        client = self.client
        if not client.bucket_exists(bucket_name=bucket):
            client.make_bucket(bucket_name=bucket)
        if public:
            client.set_bucket_policy(bucket_name=bucket, policy=json.dumps(_public(bucket)))

    def put_tree(self, bucket: str, prefix: str, folder: str | Path) -> int:
        """Put every file of a folder into a bucket (made if missing), keys relative to the folder.

        Parameters
        ----------
        prefix : stands before each key; "" puts the files at the bucket's top.

        Returns the number of files.
        """
        self.make_bucket(bucket)
        client = self.client
        top = Path(folder)
        before = f"{prefix.strip('/')}/" if prefix.strip("/") else ""

        def put(path: Path) -> None:
            key = before + path.relative_to(top).as_posix()
            client.fput_object(bucket_name=bucket, object_name=key, file_path=str(path))

        paths = list(_files(top))
        with ThreadPoolExecutor(4) as pool:
            for done in [pool.submit(put, path) for path in paths]:
                done.result()
        return len(paths)

    def _wait(self, log: Path) -> None:
        client = self.client
        deadline = time.monotonic() + _STARTS_WITHIN
        problem = ""
        while time.monotonic() < deadline:
            if self._process is None or self._process.poll() is not None:
                break
            try:
                client.bucket_exists(bucket_name="ready")
            except (MinioException, urllib3.exceptions.HTTPError, OSError) as error:
                problem = type(error).__name__
                time.sleep(0.1)
            else:
                return
        tail = log.read_text("utf-8", "replace").strip().splitlines()[-3:]
        raise Unreachable(
            self.endpoint, f"the demo server did not start ({problem}): {' '.join(tail)}"
        )


def _files(top: Path) -> Iterator[Path]:
    if not top.is_dir():
        raise BucketError(str(top), "is not a folder")
    return (path for path in sorted(top.rglob("*")) if path.is_file())


def _flags(folder: Path, port: int) -> list[str]:
    return [
        "-logtostderr",
        "mini",
        f"-dir={folder}",
        f"-ip={_HOST}",
        f"-ip.bind={_HOST}",
        f"-s3.port={port}",
        f"-master.port={port + 1}",
        f"-filer.port={port + 2}",
        f"-volume.port={port + 3}",
        f"-admin.port={port + 4}",
        "-admin.ui=false",
        "-webdav=false",
        "-s3.port.iceberg=0",
        "-s3.port.lance=0",
        "-master.telemetry=false",
        "-master.volumeSizeLimitMB=64",
        "-volume.max=5000",
    ]


def _free_ports() -> int:
    """The first of five free ports in a row whose twins 10,000 above are free too."""
    for _ in range(200):
        first = 12_000 + secrets.randbelow(30_000)
        wanted = [first + i + twin for i in range(_PORTS) for twin in (0, _GRPC)]
        if all(_is_free(port) for port in wanted):
            return first
    raise Unreachable("demo server", "no ten free ports were found on this machine")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind((_HOST, port))
        except OSError:
            return False
    return True


def _public(bucket: str) -> dict[str, object]:
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": ["*"]},
                "Action": ["s3:ListBucket", "s3:GetBucketLocation"],
                "Resource": [f"arn:aws:s3:::{bucket}"],
            },
            {
                "Effect": "Allow",
                "Principal": {"AWS": ["*"]},
                "Action": ["s3:GetObject"],
                "Resource": [f"arn:aws:s3:::{bucket}/*"],
            },
        ],
    }
