"""Files that are never torn: the old one stays until all of the new one is on the disk."""

from __future__ import annotations

import os
import secrets
import time
from contextlib import suppress
from glob import escape
from pathlib import Path

from brevviz.errors import EvidenceError

__all__ = ["write_atomic"]

_STALE = 3600.0
"""Seconds; no write takes so long."""


def write_atomic(path: str | Path, data: bytes, *, durable: bool = True) -> Path:
    """Write a file whole, or leave what was there: temporary file, fsync, replace.

    Parameters
    ----------
    durable : False leaves out fsync, which may take 20 ms: for what can be made again, and holds
        a digest by which its reader finds what a loss of power has torn.

    Returns the path. Raises EvidenceError, naming the path and the bytes needed, when the
    disk is full or the folder cannot be written.
    """
    path = Path(path)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # O_NOFOLLOW: a planted symbolic link must not choose where the bytes go.
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
        with os.fdopen(os.open(temporary, flags, 0o666), "wb") as file:
            file.write(data)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException as error:
        with suppress(OSError):  # it may be the folder itself that is not there
            temporary.unlink()
        if not isinstance(error, OSError):
            raise
        raise EvidenceError(
            str(path), f"{len(data)} bytes could not be written: {error.strerror or error}"
        ) from error
    _sweep(path)
    return path


def _sweep(path: Path) -> None:
    """Delete what writers of this file have left behind that were killed more than an hour ago."""
    for stale in path.parent.glob(f".{escape(path.name)}.*.tmp"):
        with suppress(OSError):  # another writer may be sweeping, too
            if time.time() - stale.stat().st_mtime > _STALE:
                stale.unlink()
