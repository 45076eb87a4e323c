"""Signed requests to one bucket: minio signs and sends, within our time-outs and tries."""

from __future__ import annotations

import os
import re
import ssl
import threading
from typing import Any
from urllib.parse import urlsplit

import certifi
from minio import Minio
from minio.error import MinioException, S3Error
from urllib3 import BaseHTTPResponse, PoolManager, Retry, Timeout
from urllib3.exceptions import HTTPError

from brevviz.bucket.credentials import Keys
from brevviz.bucket.faults import Scene, is_passing, is_silent, region_of, translated
from brevviz.bucket.limits import Attempts, Limits
from brevviz.errors import RecipeError

__all__ = ["AWS", "Client"]

AWS = "https://s3.amazonaws.com"
_AWS_REGION = re.compile(r"s3[.-](?:dualstack\.)?([a-z]{2}(?:-[a-z]+)+-\d)\.amazonaws\.com")
_ANYWHERE = "us-east-1"  # what servers that know no regions expect in a signature


class Client:
    """One bucket at one endpoint. Safe for threads; a forked process opens its own connections.

    Parameters
    ----------
    endpoint : `https://host[:port]`, or None for AWS.
    region : None: the one that the endpoint's name or its first refusal tells.
    keys : None sends unsigned requests.
    ca_file : PEM file of the authority behind the endpoint's certificate.
    """

    def __init__(
        self,
        bucket: str,
        *,
        endpoint: str | None = None,
        region: str | None = None,
        keys: Keys | None = None,
        ca_file: str | None = None,
        limits: Limits | None = None,
    ) -> None:
        self.bucket = bucket
        self.endpoint = (endpoint or AWS).rstrip("/")
        self.limits = limits or Limits()
        self.keys = keys
        self.ca_file = _checked(ca_file)
        host = urlsplit(self.endpoint).hostname or ""
        named = _AWS_REGION.fullmatch(host)
        self.region = region or (named.group(1) if named else _ANYWHERE)
        # minio puts the region into AWS's names itself, and twice into s3-eu-west-1.amazonaws.com.
        self._address = urlsplit(AWS if named else self.endpoint)
        self._lock = threading.Lock()
        self._minio: Minio | None = None
        self._pid = 0

    def scene(self, key: str | None = None) -> Scene:
        """Where a request to a key happens, for errors."""
        return Scene(
            endpoint=self.endpoint,
            bucket=self.bucket,
            key=key,
            anonymous=self.keys is None,
            connect=self.limits.connect,
        )

    def send(
        self,
        method: str,
        key: str | None = None,
        *,
        query: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
        stream: bool = False,
        attempts: Attempts | None = None,
    ) -> BaseHTTPResponse:
        """Make one request, again where that can help.

        Parameters
        ----------
        stream : the caller reads the body, and closes it.
        attempts : shared with the caller's own tries; None: a fresh budget.

        Returns the answer, whose status is 200, 204 or 206. Raises BucketError.
        """
        attempts = attempts or Attempts(self.limits)
        with translated(self.scene(key)):
            while True:
                region = self.region
                try:
                    # The one private name of minio that we use: its public calls build an object
                    # of 500 bytes for each key, and give no headers. A test holds them equal.
                    return self._opened()._execute(  # noqa: SLF001
                        method,
                        self.bucket,
                        object_name=key,
                        query_params=dict(query or {}),
                        headers=dict(headers or {}),
                        preload_content=not stream,
                    )
                except (MinioException, HTTPError, OSError) as error:
                    if isinstance(error, S3Error) and self._move(region_of(error), region):
                        attempts.failed(error)
                    elif is_passing(error):
                        attempts.failed(error, silent=is_silent(error))
                    else:
                        raise

    def close(self) -> None:
        """Close idle connections; the next request opens new ones."""
        with self._lock:
            self._minio = None

    def _opened(self) -> Minio:
        with self._lock:
            if self._minio is None or self._pid != os.getpid():
                self._pid = os.getpid()
                self._minio = self._open()
            return self._minio

    def _open(self) -> Minio:
        return Minio(
            endpoint=self._address.netloc,
            secure=self._address.scheme == "https",
            region=self.region,
            credentials=self.keys,
            http_client=PoolManager(
                maxsize=self.limits.workers,
                timeout=Timeout(connect=self.limits.connect, read=self.limits.read),
                # We count the tries. A redirect would take the session token to another host.
                retries=Retry(
                    total=0, redirect=False, raise_on_redirect=False, raise_on_status=False
                ),
                cert_reqs="CERT_REQUIRED",
                ca_certs=self.ca_file,
            ),
        )

    def _move(self, region: str | None, tried: str) -> bool:
        """Go on in the region that a refusal named; False when that is no news."""
        with self._lock:
            if region is None or region == tried:
                return False
            if self.region == tried:
                self.region, self._minio = region, None
            return True

    def __reduce__(self) -> Any:
        raise TypeError("a client stays in its process: open the source again in the other one")


def _checked(ca_file: str | None) -> str:
    """The authorities' file, read once so that a wrong one is named at once."""
    if ca_file is None:
        return os.environ.get("SSL_CERT_FILE") or certifi.where()
    path = os.path.expanduser(ca_file)  # noqa: PTH111  # stays the text that TLS wants
    try:
        ssl.create_default_context(cafile=path)
    except (OSError, ssl.SSLError) as error:
        reason = getattr(error, "strerror", None) or "it holds no certificate in PEM form"
        raise RecipeError("source.ca_file", f"{ca_file!r} cannot be used: {reason}") from None
    return path
