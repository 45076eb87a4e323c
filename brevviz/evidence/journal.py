"""A file that work writes down line by line, so that it can go on after it was stopped."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from brevviz.errors import EvidenceError

__all__ = ["Journal"]

_SYNC = 256


class Journal:
    """JSON lines that are appended, and read back without the torn last one.

    Use it as a context manager while writing.

    Parameters
    ----------
    path : the file; made when the first entry is written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = -1
        self._unsynced = 0

    def entries(self) -> list[Any]:
        """What was written, in order. A line that a crash has torn is left out."""
        try:
            lines = self._path.read_bytes().split(b"\n")
        except FileNotFoundError:
            return []
        except OSError as error:
            raise EvidenceError(str(self._path), f"cannot be read: {error.strerror}") from None
        return list(_parsed(lines))

    def add(self, entry: Any) -> None:
        """Append one entry; on the disk at the latest with the 256th after it."""
        line = json.dumps(entry, ensure_ascii=True, allow_nan=False).encode("ascii") + b"\n"
        try:
            # One write for a line: other writers' lines and ours do not mix.
            os.write(self._file, line)
            self._unsynced += 1
            if self._unsynced >= _SYNC:
                os.fsync(self._file)
                self._unsynced = 0
        except OSError as error:
            raise self._not_written(error, len(line)) from error

    def remove(self) -> None:
        """Delete the file: what it says is known elsewhere now."""
        self._path.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        try:
            self._file = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
            # A torn line must not swallow the next one.
            if self._path.stat().st_size:
                os.write(self._file, b"\n")
        except OSError as error:
            raise self._not_written(error, 1) from error
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        os.close(self._file)

    def _not_written(self, error: OSError, size: int) -> EvidenceError:
        return EvidenceError(
            str(self._path), f"{size} bytes could not be written: {error.strerror or error}"
        )


def _parsed(lines: Iterable[bytes]) -> Iterable[Any]:
    for line in lines:
        try:
            yield json.loads(line)
        except ValueError:
            continue  # empty, or torn
