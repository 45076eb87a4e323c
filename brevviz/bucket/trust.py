"""Which hosts may be sent a signature: an endpoint that a recipe brings is only a request."""

from __future__ import annotations

import json
import os
import re
import threading
import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from brevviz.errors import BucketError, UntrustedEndpoint
from brevviz.files import write_atomic

__all__ = [
    "Agreements",
    "agree",
    "agreements",
    "check_trust",
    "endpoints_file",
    "is_loopback",
    "remember",
    "remembered",
]

_agreed: set[tuple[str | None, str]] = set()
_lock = threading.Lock()


def is_loopback(endpoint: str) -> bool:
    """Is the endpoint on this machine?"""
    host = urlsplit(endpoint).hostname or ""
    return host in {"localhost", "::1"} or bool(re.fullmatch(r"127(\.\d{1,3}){3}", host))


def agree(profile: str | None, endpoint: str) -> None:
    """Let a profile's keys sign for an endpoint until this process ends."""
    with _lock:
        _agreed.add((profile, _plain(endpoint)))


@dataclass(frozen=True)
class Agreements:
    """What was agreed to in one process, on its way to a worker: pairs of profile and endpoint."""

    pairs: frozenset[tuple[str | None, str]]

    def adopt(self) -> None:
        """Agree to the same in this process."""
        for profile, endpoint in self.pairs:
            agree(profile, endpoint)


def agreements() -> Agreements:
    """All that was agreed to in this process."""
    with _lock:
        return Agreements(frozenset(_agreed))


def remember(profile: str | None, endpoint: str) -> Path:
    """Let a profile's keys sign for an endpoint in every process of this user.

    Returns the file that says so. Raises BucketError when it cannot be read, EvidenceError when it
    cannot be written.
    """
    agree(profile, endpoint)
    path = endpoints_file()
    known = remembered()
    pair = (profile, _plain(endpoint))
    if pair in known:
        return path
    lines = ["# Endpoints that brevviz may sign for. One [[endpoint]] for each."]
    for name, address in sorted({*known, pair}, key=lambda entry: (entry[1], entry[0] or "")):
        lines += ["", "[[endpoint]]", f"endpoint = {_quoted(address)}"]
        lines += [f"profile = {_quoted(name)}"] if name is not None else []
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return write_atomic(path, ("\n".join(lines) + "\n").encode("utf-8"))


def check_trust(profile: str | None, endpoint: str | None, trusted: Collection[str] = ()) -> None:
    """Let pass an endpoint that a profile's keys may sign for.

    Parameters
    ----------
    endpoint : None is AWS, which passes, as does an endpoint on this machine.
    trusted : further endpoints that the caller answers for.

    Raises UntrustedEndpoint, showing both names.
    """
    if endpoint is None or is_loopback(endpoint):
        return
    plain = _plain(endpoint)
    if plain in {_plain(entry) for entry in trusted}:
        return
    with _lock:
        agreed = (profile, plain) in _agreed
    if agreed or (profile, plain) in remembered():
        return
    keys = f"the keys of the profile {profile!r}" if profile else "your keys"
    raise UntrustedEndpoint(
        "source.endpoint",
        f"{endpoint} would be sent requests signed with {keys}, and nobody has agreed to that",
        f"Name it in Dataset(..., endpoint=...), pass it in trusted, or add it to "
        f"{endpoints_file()}",
    )


def endpoints_file() -> Path:
    """Where remembered endpoints stand: `brevviz/endpoints.toml` of the user's configuration."""
    base = Path(os.environ.get("XDG_CONFIG_HOME", ""))
    # The XDG rule: a path that is not absolute is ignored.
    return (base if base.is_absolute() else Path.home() / ".config") / "brevviz/endpoints.toml"


def remembered() -> set[tuple[str | None, str]]:
    """All (profile, endpoint) that this user has agreed to. Raises BucketError."""
    path = endpoints_file()
    try:
        entries = tomllib.loads(path.read_text("utf-8")).get("endpoint", [])
        return {(entry.get("profile"), _plain(entry["endpoint"])) for entry in entries}
    except FileNotFoundError:
        return set()
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BucketError(
            str(path),
            f"cannot be read as a list of endpoints: {error}",
            "Each entry is [[endpoint]] with endpoint = and profile =",
        ) from None


def _plain(endpoint: str) -> str:
    """One text for an endpoint however it is written."""
    parts = urlsplit(endpoint)
    port = parts.port or {"http": 80, "https": 443}.get(parts.scheme, 0)
    return f"{parts.scheme}://{(parts.hostname or '').lower()}:{port}"


def _quoted(text: str) -> str:
    # A JSON string in ASCII is a TOML basic string, but for characters outside the first plane.
    return json.dumps(text, ensure_ascii=False)
