"""`FastStore`: obstore (extra `fast`) reads what can be checked; all else goes the usual way.

obstore costs half of the CPU for small objects, and does not hold Python's lock meanwhile. But it
follows redirects to any host and takes the session token along (0.12), knows no key with an empty
part, hangs for ever in a forked process, and hides what the answer's headers say. So it is given
only one task: an object whose listed ETag is an MD5, which no wrong byte gets past. Whatever it
fails at is asked again by our own client, whose errors, resumption and guards are then the same.
"""

from __future__ import annotations

import dataclasses
import os
import sys
import threading
import warnings
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from brevviz.bucket.cache import Cache
from brevviz.bucket.client import AWS, Client
from brevviz.bucket.limits import Attempts
from brevviz.bucket.locate import Place
from brevviz.bucket.reading import MD5, md5_of, read_object
from brevviz.bucket.s3 import S3Store
from brevviz.errors import AccessDenied, MissingExtra, RecipeError

if TYPE_CHECKING:
    import obstore.store

__all__ = ["SETTING", "FastStore", "s3_store"]

SETTING = "BREVVIZ_S3_CLIENT"
"""The environment variable that chooses: `minio`, which is also the default, or `obstore`."""

_GIVES_UP_AFTER = 32  # more than are read at the same time, so that one bad moment is not enough
_inherited = threading.Event()


def _forked() -> None:
    # obstore's threads stay behind in the parent; a read would wait for them for ever.
    if "obstore" in sys.modules:
        _inherited.set()


os.register_at_fork(after_in_child=_forked)


def s3_store() -> type[S3Store]:
    """The kind of store that BREVVIZ_S3_CLIENT asks for. Raises RecipeError, MissingExtra."""
    name = os.environ.get(SETTING, "")
    if name in {"", "minio"}:
        return S3Store
    if name != "obstore":
        raise RecipeError(SETTING, f"{name!r} is neither 'minio' nor 'obstore'")
    if find_spec("obstore") is None:
        raise MissingExtra(SETTING, "obstore is not installed", 'Run: pip install "brevviz[fast]"')
    return FastStore


class FastStore(S3Store):
    """An `S3Store` whose listed objects are read by obstore.

    Parameters
    ----------
    place, client, cache : as for S3Store.

    After 32 objects in a row that obstore did not give and our own client did, it warns and
    leaves obstore alone: their ETags are no MD5s although they look it (SSE-KMS), or its TLS does
    not take a certificate that ours takes.

    Raises AccessDenied for keys with a session token, which obstore would take to other hosts.
    """

    def __init__(self, place: Place, client: Client, cache: Cache | None = None) -> None:
        if client.keys is not None and client.keys.retrieve().session_token:
            raise AccessDenied(
                SETTING,
                "obstore would send a session token on to any host that the server names",
                "Set it to minio, or use keys without a session token",
            )
        super().__init__(place, client, cache)
        self._opening = threading.Lock()
        self._opened: tuple[str, obstore.store.S3Store] | None = None
        self._missed = 0

    def close(self) -> None:
        """Close idle connections; the next request opens new ones."""
        super().close()
        with self._opening:
            self._opened = None

    def _read(self, whole: str, etag: str | None) -> bytes:
        given_up = self._missed >= _GIVES_UP_AFTER
        if etag is None or not MD5.fullmatch(etag) or _inherited.is_set() or given_up:
            return read_object(self.client, whole, etag)
        data = self._try(whole, etag)
        if data is not None:
            self._missed = 0
            return data
        limits = self.client.limits
        left = Attempts(dataclasses.replace(limits, tries=max(limits.tries - 1, 1)))
        data = read_object(self.client, whole, etag, left)
        self._miss()
        return data

    def _miss(self) -> None:
        with self._opening:
            self._missed += 1
            if self._missed != _GIVES_UP_AFTER:
                return
        warnings.warn(
            f"obstore gave none of {_GIVES_UP_AFTER} objects of {self.root} in a row, and minio "
            f"did: it is not asked again. {SETTING}=minio leaves it out",
            RuntimeWarning,
            stacklevel=4,
        )

    def _try(self, whole: str, etag: str) -> bytes | None:
        """The object's bytes by one request; None when that did not give them."""
        from obstore.exceptions import BaseError  # noqa: PLC0415  # an extra

        try:
            answer = self._store().get(whole, options={"if_match": f'"{etag}"'})
            if answer.meta["size"] > self.client.limits.max_bytes:
                return None
            data = bytes(answer.bytes())
        except (BaseError, ValueError, OSError):
            return None  # our own client asks again, and says what is wrong
        return data if md5_of(data) == etag else None

    def _store(self) -> obstore.store.S3Store:
        region = self.client.region  # may be learnt from a refusal
        with self._opening:
            if self._opened is None or self._opened[0] != region:
                self._opened = region, _open(self.client, region)
            return self._opened[1]


def _open(client: Client, region: str) -> obstore.store.S3Store:
    """The library's client with our settings; what it would take from the environment is named too."""
    from obstore.store import S3Store as Library  # noqa: PLC0415  # an extra

    limits = client.limits
    aws = f"https://s3.{region}.amazonaws.com{'.cn' if region.startswith('cn-') else ''}"
    endpoint = aws if client.endpoint == AWS else client.endpoint
    signing: dict[str, Any] = {"skip_signature": True}
    keys = client.keys
    if keys is not None:

        def provide() -> dict[str, Any]:
            found = keys.retrieve()
            return {
                "access_key_id": found.access_key,
                "secret_access_key": found.secret_key,
                "expires_at": None,
            }

        # A function, since the library shows and pickles what stands in its settings.
        signing = {"skip_signature": False, "credential_provider": provide}
    return Library(
        client.bucket,
        endpoint=endpoint,
        aws_endpoint_url_s3=endpoint,  # the variable of this name would go before `endpoint`
        region=region,
        virtual_hosted_style_request=False,
        client_options={
            "allow_http": endpoint.startswith("http://"),
            "allow_invalid_certificates": False,
            "connect_timeout": timedelta(seconds=limits.connect),
            "read_timeout": timedelta(seconds=limits.read),
            "timeout": timedelta(seconds=limits.deadline),
            "root_certificate": Path(client.ca_file).read_bytes(),
        },
        retry_config={"max_retries": 0},
        **signing,
    )
