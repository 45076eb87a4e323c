"""The trail: what was done to a manifest, when, by whom and why; lines that hold each other.

Each line carries the SHA-256 of the one before, so a line that is edited, deleted or moved breaks
the chain behind it. Lines that are cut off the end are missed by the manifest, whose header names
the line it was written with.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import Any

from brevviz.errors import EvidenceError
from brevviz.evidence.header import now
from brevviz.recipe.text import canonical

__all__ = ["UNSEALED", "Entry", "Trail", "named_trail", "named_who"]

NAME = "trail.jsonl"
UNSEALED = "test unsealed"
"""What a line says that opens a test set; its `count` is how often that was done."""
_BEGIN = "0" * 64
_FIELDS = ("when", "who", "what", "old", "new", "reason")


def named_trail() -> Path | None:
    """The folder that `BREVVIZ_TRAIL` names for the trail of an app or a job; None: none."""
    named = os.environ.get("BREVVIZ_TRAIL")
    return Path(named).expanduser() if named else None


def named_who() -> str | None:
    """The name that `BREVVIZ_WHO` gives for trails; None: nobody asked to be named."""
    return os.environ.get("BREVVIZ_WHO") or None


@dataclass(frozen=True)
class Entry:
    """One line.

    digest : SHA-256 of its bytes, 64 hex digits. when : UTC with its offset. who : only if given.
    count : of a line that is counted, how many of its kind there are up to here.
    """

    digest: str
    when: str
    who: str | None
    what: str
    old: Any
    new: Any
    reason: str
    count: int | None = None


class Trail:
    """The trail of a folder; several processes may write it at once.

    Parameters
    ----------
    folder : where `trail.jsonl` is, or will be.
    """

    def __init__(self, folder: str | Path) -> None:
        self.path = Path(folder) / NAME

    def append(
        self,
        what: str,
        *,
        old: Any = None,
        new: Any = None,
        reason: str = "",
        who: str | None = None,
        counted: bool = False,
    ) -> Entry:
        """Write a line, on the disk when this returns. Raises EvidenceError.

        Parameters
        ----------
        what : what is done, in a few words. old, new : plain data. reason : why.
        who : a name, if one is wanted in it; none is looked up.
        counted : True: the line says how many lines of this `what` there are, itself included.
        """
        data = dict(zip(_FIELDS, (now(), who, what, old, new, reason), strict=True))
        needed = len(canonical({**data, "previous": _BEGIN})) + 1
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            # Without a buffer: what could not be written is not tried again when it is closed.
            with self.path.open("a+b", buffering=0) as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                lines, size = _mend(file)
                data["previous"] = hashlib.sha256(lines[-1]).hexdigest() if lines else _BEGIN
                if counted:
                    data["count"] = 1 + sum(_what_of(line) == what for line in lines)
                line = canonical(data)
                _write_whole(file, line + b"\n", size)
        except OSError as error:
            raise EvidenceError(
                str(self.path), f"{needed} bytes could not be written: {error.strerror or error}"
            ) from error
        return _entry(line, data)

    def entries(self) -> tuple[list[Entry], list[str]]:
        """The lines, and what does not hold about them. A torn last line is forgiven."""
        found: list[Entry] = []
        findings: list[str] = []
        previous = _BEGIN
        for number, line in enumerate(_whole_lines(self._read()), 1):
            try:
                data = json.loads(line)
                entry = _entry(line, data)
            except (ValueError, TypeError, KeyError):
                findings.append(f"line {number} of the trail is not as it was written")
                previous = hashlib.sha256(line).hexdigest()
                continue
            if data.get("previous") != previous or canonical(data) != line:
                findings.append(
                    f"line {number} of the trail does not follow from the line before: a line was "
                    "edited, deleted or moved"
                )
            previous = entry.digest
            found.append(entry)
        return found, findings

    def _read(self) -> bytes:
        try:
            return self.path.read_bytes()
        except FileNotFoundError:
            return b""
        except OSError as error:
            raise EvidenceError(str(self.path), f"cannot be read: {error.strerror}") from None


def _mend(file: FileIO) -> tuple[list[bytes], int]:
    """Take away a torn last line, which nobody was told of; gives the lines, and their bytes."""
    file.seek(0)
    data = file.readall()
    whole = data[: data.rfind(b"\n") + 1]
    if len(whole) != len(data):
        file.truncate(len(whole))
    return _whole_lines(whole), len(whole)


def _write_whole(file: FileIO, line: bytes, size: int) -> None:
    """Append a line and wait for the disk; when that fails, nothing of it stays."""
    written = 0
    try:
        while written < len(line):
            written += file.write(line[written:])
        os.fsync(file.fileno())
    except OSError:
        file.truncate(size)
        raise


def _whole_lines(data: bytes) -> list[bytes]:
    return data.split(b"\n")[:-1]


def _entry(line: bytes, data: dict[str, Any]) -> Entry:
    fields = {name: data[name] for name in _FIELDS}
    return Entry(digest=hashlib.sha256(line).hexdigest(), **fields, count=data.get("count"))


def _what_of(line: bytes) -> Any:
    try:
        return json.loads(line).get("what")
    except (ValueError, AttributeError):
        return None  # a line that was spoiled counts for nothing; `entries` tells of it
