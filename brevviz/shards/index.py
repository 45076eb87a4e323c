"""The index of a set of shards: what is in each, and its digest."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from brevviz.errors import EvidenceError
from brevviz.files import write_atomic

__all__ = ["Shard", "Shards", "index_path", "read_shards"]

_KIND = "brevviz-shards-1"
_MOST_BYTES = 1 << 28


@dataclass(frozen=True)
class Shard:
    """One file.

    name : inside the folder. first, count : the samples it stands for, in the set's order.
    written : samples in it; the others were rejected. size : bytes. sha256 : of the file.
    rejected : key and reason of each sample that is no image which can be shown right.
    """

    name: str
    first: int
    count: int
    written: int
    size: int
    sha256: str
    rejected: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Shards:
    """A whole set of shards.

    folder, name : where it is, and what its files' names begin with. settings : format, content,
    view, classes and the digest over the samples, as plain data. shards : in order.
    """

    folder: Path
    name: str
    settings: dict[str, Any]
    shards: tuple[Shard, ...]

    @property
    def written(self) -> int:
        """Samples in all shards."""
        return sum(shard.written for shard in self.shards)

    @property
    def rejected(self) -> tuple[tuple[str, str], ...]:
        """Key and reason of all samples that are in no shard."""
        return tuple(entry for shard in self.shards for entry in shard.rejected)

    @property
    def paths(self) -> tuple[Path, ...]:
        """The files, in order."""
        return tuple(self.folder / shard.name for shard in self.shards)

    def damaged(self) -> tuple[str, ...]:
        """The names of files that are gone or hold other bytes than were written."""
        return tuple(
            shard.name
            for shard in self.shards
            if digest_of(self.folder / shard.name) != shard.sha256
        )

    def save(self) -> Path:
        """Write the index, last of all. Raises EvidenceError."""
        shards = [asdict(shard) for shard in self.shards]
        data = {"kind": _KIND, "name": self.name, "settings": self.settings, "shards": shards}
        text = json.dumps(data, indent=1, ensure_ascii=True) + "\n"
        return write_atomic(index_path(self.folder, self.name), text.encode("ascii"))


def index_path(folder: Path, name: str) -> Path:
    """Where the index of a set stands."""
    return folder / f"{name}.shards.json"


def read_shards(path: str | Path) -> Shards:
    """The set that an index describes. Raises EvidenceError when it is no such file."""
    path = Path(path)
    try:
        with path.open("rb") as file:
            data = json.loads(file.read(_MOST_BYTES))
        shards = tuple(
            Shard(**{**entry, "rejected": tuple(map(tuple, entry["rejected"]))})
            for entry in data["shards"]
        )
        found = Shards(path.parent, str(data["name"]), dict(data["settings"]), shards)
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise EvidenceError(str(path), "is not an index of shards") from error
    # A name with a slash in it would lead out of the folder.
    if data["kind"] != _KIND or any(Path(one.name).name != one.name for one in shards):
        raise EvidenceError(str(path), "is not an index of shards")
    return found


def digest_of(path: Path) -> str | None:
    """SHA-256 of a file; None when it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None
