"""Files that are never torn: the old one stays until all of the new one is on the disk."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from brevviz.errors import EvidenceError

__all__ = ["write_atomic"]


def write_atomic(path: str | Path, data: bytes) -> Path:
    """Write a file whole, or leave what was there: temporary file, fsync, replace.

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
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except OSError as error:
        with suppress(OSError):  # it may be the folder itself that is not there
            temporary.unlink()
        raise EvidenceError(
            str(path), f"{len(data)} bytes could not be written: {error.strerror or error}"
        ) from error
    return path
