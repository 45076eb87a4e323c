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
from pathlib import Path
from typing import Any

from brevviz.errors import EvidenceError
from brevviz.evidence.header import now
from brevviz.recipe.text import canonical

__all__ = ["Entry", "Trail"]

NAME = "trail.jsonl"
_BEGIN = "0" * 64


@dataclass(frozen=True)
class Entry:
    """One line.

    digest : SHA-256 of its bytes, 64 hex digits. when : UTC with its offset. who : only if given.
    """

    digest: str
    when: str
    who: str | None
    what: str
    old: Any
    new: Any
    reason: str


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
    ) -> Entry:
        """Write a line, on the disk when this returns. Raises EvidenceError.

        Parameters
        ----------
        what : what is done, in a few words. old, new : plain data. reason : why.
        who : a name, if one is wanted in it; none is looked up.
        """
        data = {"when": now(), "who": who, "what": what, "old": old, "new": new, "reason": reason}
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("a+b") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                data["previous"] = self._mend(file)
                line = canonical(data)
                file.write(line + b"\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise EvidenceError(
                str(self.path), f"a line could not be written: {error.strerror or error}"
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

    def _mend(self, file: Any) -> str:
        """Take away a torn last line, which nobody was told of; gives the last line's digest."""
        file.seek(0)
        data = file.read()
        whole = data[: data.rfind(b"\n") + 1]
        if len(whole) != len(data):
            file.truncate(len(whole))
        lines = _whole_lines(whole)
        return hashlib.sha256(lines[-1]).hexdigest() if lines else _BEGIN


def _whole_lines(data: bytes) -> list[bytes]:
    return data.split(b"\n")[:-1]


def _entry(line: bytes, data: dict[str, Any]) -> Entry:
    fields = {name: data[name] for name in ("when", "who", "what", "old", "new", "reason")}
    return Entry(digest=hashlib.sha256(line).hexdigest(), **fields)
