"""What goes wrong between us and a bucket, turned into our errors, all in this one place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from minio.error import InvalidResponseError, MinioException, S3Error, ServerError
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    MaxRetryError,
    NameResolutionError,
    NewConnectionError,
    ProtocolError,
    ReadTimeoutError,
    SSLError,
)

from brevviz.errors import (
    AccessDenied,
    BrevvizError,
    BucketError,
    NoSuchBucket,
    ObjectChanged,
    ObjectMissing,
    Unreachable,
)

__all__ = ["Scene", "cause", "is_passing", "is_silent", "region_of", "translated"]

_PASSING = frozenset({408, 429, 500, 502, 503, 504})
_PASSING_CODES = frozenset(
    {"InternalError", "RequestTimeout", "ServiceUnavailable", "SlowDown", "TooManyRequests"}
)
_KEY_CODES = frozenset(
    {
        "AccessDenied",
        "AllAccessDisabled",
        "ExpiredToken",
        "InvalidAccessKeyId",
        "InvalidToken",
        "SignatureDoesNotMatch",
        "TokenRefreshRequired",
        "UnauthorizedAccess",
    }
)


@dataclass(frozen=True)
class Scene:
    """Where an error happened, for its sentence."""

    endpoint: str
    bucket: str
    key: str | None = None
    anonymous: bool = False
    connect: float = 0.0

    @property
    def where(self) -> str:
        """The object, or the bucket."""
        return f"s3://{self.bucket}/{self.key}" if self.key else f"s3://{self.bucket}"


@contextmanager
def translated(scene: Scene) -> Iterator[None]:
    """Turn every error of the client and the transport inside into one of ours."""
    try:
        yield
    except (MinioException, HTTPError, OSError, ValueError) as error:
        if isinstance(error, BrevvizError):
            raise
        raise _explained(cause(error), scene) from _bare(error)


def _bare(error: BaseException) -> BaseException:
    """The error and those behind it, without the frames that hold signed headers and tokens.

    A notebook's verbose tracebacks print the local variables of every frame.
    """
    behind: BaseException | None = error
    while behind is not None:
        behind.__traceback__ = None
        behind = behind.__cause__ or behind.__context__
    return error


def cause(error: Exception) -> Exception:
    """What urllib3's own wrapping hides."""
    if isinstance(error, MaxRetryError) and isinstance(error.reason, Exception):
        return error.reason
    return error


def is_passing(error: Exception) -> bool:
    """Can the same request succeed if it is made again?"""
    error = cause(error)
    if isinstance(error, S3Error):
        return error.code in _PASSING_CODES or _status(error) in _PASSING
    if isinstance(error, MinioException):
        return _status(error) in _PASSING
    if isinstance(error, (SSLError, NameResolutionError)):
        return False
    return isinstance(error, (HTTPError, ConnectionError, TimeoutError))


def is_silent(error: Exception) -> bool:
    """Did nothing at all come back?"""
    return isinstance(cause(error), (NewConnectionError, ConnectTimeoutError, ReadTimeoutError))


def region_of(error: S3Error) -> str | None:
    """The region that a refusal names, when the bucket lives in another one."""
    named = error.response.headers.get("x-amz-bucket-region")
    if not named and error.code in {"AuthorizationHeaderMalformed", "PermanentRedirect"}:
        found = re.search(rb"<Region>([a-z0-9-]{1,64})</Region>", error.response.data or b"")
        named = found.group(1).decode("ascii") if found else None
    return named or None


def _status(error: MinioException) -> int:
    if isinstance(error, S3Error):
        return int(error.response.status)
    if isinstance(error, ServerError):
        return int(error.status_code)
    return int(getattr(error, "_code", 0))


def _explained(error: Exception, scene: Scene) -> BucketError:
    if isinstance(error, S3Error):
        return _from_s3(error, scene)
    if isinstance(error, (InvalidResponseError, ServerError)):
        return _from_status(_status(error), scene)
    if isinstance(error, (HTTPError, ConnectionError, TimeoutError)):
        return _from_transport(error, scene)
    return BucketError(scene.where, f"the request could not be made: {error}")


def _from_s3(error: S3Error, scene: Scene) -> BucketError:
    code = error.code or ""
    where = scene.where
    if code in {"NoSuchKey", "NoSuchVersion"}:
        return ObjectMissing(where, "is not there any more", "List the bucket again")
    if code == "NoSuchBucket":
        return NoSuchBucket(
            f"s3://{scene.bucket}",
            f"there is no bucket of this name at {scene.endpoint}",
            "Check source.uri and source.endpoint",
        )
    if code in {"PreconditionFailed", "InvalidRange"}:
        return _changed(where)
    if code == "RequestTimeTooSkewed":
        return AccessDenied(
            where,
            "this machine's clock is more than 15 minutes away from the server's",
            "Set the clock",
        )
    if code in _KEY_CODES:
        return _denied(code, scene)
    known = _from_status(_status(error), scene)
    return type(known)(known.where, f"{known.problem} ({code})", known.hint) if code else known


def _from_status(status: int, scene: Scene) -> BucketError:
    where = scene.where
    if status in {401, 403}:
        return _denied("", scene)
    if status == 404:
        if scene.key:
            return ObjectMissing(where, "is not there any more", "List the bucket again")
        return NoSuchBucket(
            where, f"{scene.endpoint} has nothing here", "Check source.uri and source.endpoint"
        )
    if status in {412, 416}:
        return _changed(where)
    if status in _PASSING:
        return Unreachable(
            where,
            f"{scene.endpoint} is too busy: it answered {status} every time",
            "Try again later",
        )
    if 300 <= status < 400:
        return BucketError(
            where,
            f"{scene.endpoint} sends on to another address ({status}), which is not followed",
            "Set source.endpoint and source.region to where the bucket is",
        )
    return BucketError(where, f"{scene.endpoint} answered {status}, which is no answer of S3")


def _from_transport(error: Exception, scene: Scene) -> BucketError:
    if isinstance(error, SSLError):
        return _from_tls(error, scene)
    if isinstance(error, NameResolutionError):
        problem = "no host of this name is known"
    elif isinstance(error, NewConnectionError):  # urllib3 makes it a kind of time-out
        problem = "nothing listens there"
    elif isinstance(error, ConnectTimeoutError):
        problem = f"nothing answers within {scene.connect:g} s"
    elif isinstance(error, (ReadTimeoutError, TimeoutError)):
        problem = "it stopped answering"
    elif isinstance(error, (ProtocolError, ConnectionError)):
        problem = "the connection breaks off every time"
    else:
        problem = f"the connection failed: {type(error).__name__}"
    return Unreachable(scene.endpoint, problem, "Check source.endpoint and the network")


def _from_tls(error: SSLError, scene: Scene) -> BucketError:
    found = re.search(r"certificate verify failed: ([^(\]]+)", str(error))
    if found is None:
        return Unreachable(
            scene.endpoint, "no secure connection could be made", "Does it speak https?"
        )
    return Unreachable(
        scene.endpoint,
        f"its certificate is not accepted: {found.group(1).strip()}",
        "Set source.ca_file to the PEM file of the authority that signed it",
    )


def _changed(where: str) -> ObjectChanged:
    return ObjectChanged(where, "is no longer the one that was listed", "List the bucket again")


def _denied(code: str, scene: Scene) -> AccessDenied:
    said = f" ({code})" if code else ""
    if scene.anonymous:
        return AccessDenied(
            scene.where,
            f"{scene.endpoint} does not let anybody read this{said}",
            "Name a profile with keys in source.profile",
        )
    wrong = {
        "InvalidAccessKeyId": "does not know the access key",
        "SignatureDoesNotMatch": "says that the secret key is wrong",
        "ExpiredToken": "says that the session token has run out",
    }
    return AccessDenied(
        scene.where,
        f"{scene.endpoint} {wrong.get(code, 'does not let these keys read this')}{said}",
        "Check the keys of source.profile",
    )
