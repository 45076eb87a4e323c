"""The two files of a manifest, replaced together: the old pair or the new one, never a mixture.

Two files cannot be replaced in one step. So the new rows go to a second name, then the header is
replaced, which decides; then the rows get their name. A reader that comes between the last two
steps, or after a crash there, finds by the header's digest that the second name is meant.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from pathlib import Path

from brevviz.errors import EvidenceError
from brevviz.files import write_atomic

__all__ = ["HEADER", "ROWS", "SIGNATURE", "read_file", "read_part", "write_pair"]

HEADER = "manifest.json"
ROWS = "manifest.parquet"
SIGNATURE = f"{HEADER}.sig"
_NEXT = "manifest.next.parquet"


def write_pair(folder: Path, rows: bytes, header: bytes) -> Path:
    """Replace both files. Returns the header's path. Raises EvidenceError; the old pair stands."""
    following = write_atomic(folder / _NEXT, rows)
    path = write_atomic(folder / HEADER, header)
    try:
        os.replace(following, folder / ROWS)
    except OSError as error:
        raise EvidenceError(
            str(folder / ROWS), f"could not be replaced: {error.strerror}", f"See {following.name}"
        ) from error
    return path


def read_part(folder: Path, sha256: str) -> tuple[bytes, bool]:
    """The bytes of the rows, and whether they are the very bytes that the header names."""
    data = None
    for name in (ROWS, _NEXT):
        with suppress(EvidenceError):
            found = read_file(folder / name)
            if hashlib.sha256(found).hexdigest() == sha256:
                return found, True
            data = found if data is None else data
    if data is None:
        raise EvidenceError(str(folder / ROWS), "cannot be read: the rows of the manifest are gone")
    return data, False


def read_file(path: Path) -> bytes:
    """A file's bytes. Raises EvidenceError."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise EvidenceError(str(path), f"cannot be read: {error.strerror}") from None
