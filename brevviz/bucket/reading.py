"""Reading one object so that the bytes are whole, of one version, and the right ones."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field

from urllib3 import BaseHTTPResponse
from urllib3.exceptions import HTTPError

from brevviz.bucket.client import Client
from brevviz.bucket.faults import is_silent, translated
from brevviz.bucket.limits import Attempts
from brevviz.errors import BrevvizError, BucketError, ObjectChanged

__all__ = ["MD5", "md5_of", "read_object"]

MD5 = re.compile(r"[0-9a-f]{32}")
"""What an ETag looks like that can be the MD5 of its object."""

_CHUNK = 1 << 18
_NOT_MD5 = ("aws:kms", "aws:kms:dsse")


@dataclass
class _Body:
    """What has arrived so far, and which version it belongs to."""

    data: bytearray = field(default_factory=bytearray)
    etag: str | None = None
    size: int | None = None
    md5: str | None = None

    def restart(self) -> None:
        self.data.clear()
        self.etag = self.size = self.md5 = None


def md5_of(data: bytes | bytearray) -> str:
    """MD5 as 32 hex digits: what S3 calls the ETag of an object put in one piece."""
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def read_object(
    client: Client, key: str, etag: str | None = None, attempts: Attempts | None = None
) -> bytes:
    """Read an object, going on where a broken body stopped.

    Parameters
    ----------
    key : the whole key.
    etag : the version to read; None takes the one that the first answer has, and stays with it.
    attempts : what is left of a budget; None: a fresh one.

    Raises ObjectMissing, ObjectChanged, or another BucketError; never gives part of an object,
    bytes of two versions, or bytes that differ from an ETag which is an MD5.
    """
    attempts = attempts or Attempts(client.limits)
    body = _Body()
    while True:
        answer = client.send(
            "GET", key, headers=_asking(body, etag), stream=True, attempts=attempts
        )
        try:
            with translated(client.scene(key)):
                try:
                    _begin(client, key, answer, body, etag)
                    _receive(client, key, answer, body)
                except BrevvizError:
                    raise  # ours are OSErrors too, and final
                except (HTTPError, OSError) as error:
                    attempts.failed(error, silent=is_silent(error) and not body.data)
                    continue
        finally:
            # Whatever was not read must not be taken for the next answer's beginning.
            answer.close()
            answer.release_conn()
        if body.md5 is None or md5_of(body.data) == body.md5:
            return bytes(body.data)
        body.restart()
        attempts.failed(
            BucketError(
                client.scene(key).where,
                "its bytes do not match its MD5, however often they are read",
                "Put the object again from its original",
            )
        )


def _asking(body: _Body, etag: str | None) -> dict[str, str]:
    version = body.etag or etag
    headers = {"If-Match": f'"{version}"'} if version else {}
    if body.data and body.etag:
        headers["Range"] = f"bytes={len(body.data)}-"
    return headers


def _begin(
    client: Client, key: str, answer: BaseHTTPResponse, body: _Body, etag: str | None
) -> None:
    """Check an answer's head against what is asked and what has arrived."""
    found = (answer.headers.get("ETag") or "").strip('"') or None
    expected = body.etag or etag
    where = client.scene(key).where
    if found is None:
        # A sign-in page of the network's owner comes with status 200 too.
        raise BucketError(where, f"{client.endpoint} gave something without an ETag, so not it")
    if expected and found != expected:
        # Not every server looks at If-Match.
        raise ObjectChanged(where, "is no longer the one that was listed", "List the bucket again")
    length = answer.headers.get("Content-Length")
    resumed = answer.status == 206 and _starts_at(answer) == len(body.data)
    if body.data and not resumed:
        body.restart()
    body.etag = found
    body.size = len(body.data) + int(length) if length and length.isdigit() else None
    body.md5 = _md5_in(answer, found)
    if body.size is None and body.md5 is None:
        raise BucketError(where, f"{client.endpoint} does not say how long it is")
    _cap(client, where, body.size or 0)


def _receive(client: Client, key: str, answer: BaseHTTPResponse, body: _Body) -> None:
    # read1 gives what has come; read would wait for a whole chunk, and lose it with the connection.
    while chunk := answer.read1(_CHUNK, decode_content=False):
        body.data += chunk
        _cap(client, client.scene(key).where, len(body.data))
    if body.size is not None and len(body.data) != body.size:
        raise HTTPError(f"{len(body.data)} of {body.size} bytes arrived")


def _cap(client: Client, where: str, size: int) -> None:
    if size > client.limits.max_bytes:
        raise BucketError(
            where, f"is {size} bytes long; up to {client.limits.max_bytes} bytes are read"
        )


def _starts_at(answer: BaseHTTPResponse) -> int | None:
    found = re.match(r"bytes (\d+)-", answer.headers.get("Content-Range") or "")
    return int(found.group(1)) if found else None


def _md5_in(answer: BaseHTTPResponse, etag: str) -> str | None:
    """The ETag where it is an MD5: not of objects in parts, nor of those encrypted with a key."""
    headers = answer.headers
    if headers.get("x-amz-server-side-encryption") in _NOT_MD5:
        return None
    if headers.get("x-amz-server-side-encryption-customer-algorithm"):
        return None
    return etag if MD5.fullmatch(etag) else None
