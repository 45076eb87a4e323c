"""Which addresses a recipe may name: none that carries a secret, none that sends one in the clear.

The checks raise ValueError with the field's name first, as pydantic's checks of a section do, and
never repeat the value: it may hold a password.
"""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

__all__ = ["check_endpoint", "check_uri"]


def check_uri(uri: str) -> None:
    """Refuse other schemes than s3 and file, and addresses that carry a password."""
    scheme, separator, rest = uri.partition("://")
    if separator and scheme not in {"s3", "file"}:
        raise ValueError("uri: s3://bucket/prefix, file:///folder or a folder's path is allowed")
    bucket = rest.partition("/")[0]
    if scheme == "s3" and separator and (not bucket or "@" in bucket or ":" in bucket):
        raise ValueError("uri: s3://bucket/prefix is allowed, with no user, password or port")
    if "\0" in uri:
        raise ValueError("uri: holds a NUL character, which no path can")


def check_endpoint(endpoint: str) -> None:
    """Refuse an endpoint that is more than scheme, host and port, or is plain http offsite."""
    try:
        parts = urlsplit(endpoint)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise ValueError(
            "endpoint: https://host[:port] is allowed, with a port of 0..65535"
        ) from None
    if parts.scheme not in {"http", "https"} or not host:
        raise ValueError("endpoint: https://host[:port] is allowed")
    extra = (parts.username, parts.password, parts.query, parts.fragment, parts.path.strip("/"))
    if any(extra) or "@" in parts.netloc:
        raise ValueError("endpoint: https://host[:port] is allowed, with no user, path or query")
    if parts.scheme == "http" and not _is_this_machine(host):
        raise ValueError(
            "endpoint: plain http is allowed to this machine only (127.0.0.1); use https"
        )


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
