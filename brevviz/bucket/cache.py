"""Objects that were read once, kept on this disk: private, bounded, and checked when read.

A file's name is a hash of (endpoint, bucket, key, version, ETag), so no key can choose a path and
no two versions can be mixed. It starts with the SHA-256 of what follows, so that what a disk or
another process did to it is found, and read again from its source.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
import threading
import time
import warnings
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from brevviz.errors import EvidenceError
from brevviz.files import write_atomic

__all__ = ["Cache", "cache_folder", "mebibytes", "object_name", "opened", "shared_cache"]

_DIGEST = 32
_DEFAULT_MIB = 4096
_MEMORY = 256 * 2**20
_STALE = 3600.0  # seconds; a temporary file of this age has lost its writer
_SLACK = 0.9  # what is left of the bound after old files were dropped


def object_name(endpoint: str, bucket: str, key: str, version: str | None, etag: str) -> str:
    """The name of one version of one object: 64 hex digits."""
    text = json.dumps([endpoint, bucket, key, version, etag])
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def cache_folder() -> Path:
    """Where kept things stand: BREVVIZ_CACHE, or `brevviz` in the user's cache folder."""
    named = os.environ.get("BREVVIZ_CACHE")
    if named:
        return Path(named)
    base = Path(os.environ.get("XDG_CACHE_HOME", ""))
    # The XDG rule: a path that is not absolute is ignored.
    return (base if base.is_absolute() else Path.home() / ".cache") / "brevviz"


def mebibytes(setting: str, default: int) -> int:
    """A size from the environment: whole MiB, in bytes; 0 stands for none."""
    text = os.environ.get(setting, "")
    return (int(text) if text.isdecimal() else default) * 2**20


def shared_cache() -> Cache | None:
    """The cache of this process, of BREVVIZ_CACHE_MIB (default 4096) MiB; None when that is 0."""
    size = mebibytes("BREVVIZ_CACHE_MIB", _DEFAULT_MIB)
    return opened(cache_folder() / "objects", size) if size else None


@lru_cache(maxsize=8)
def opened(folder: Path, max_bytes: int, *, durable: bool = True) -> Cache:
    """The one cache of this process in a folder: see `Cache`."""
    return Cache(folder, max_bytes, durable=durable)


class Cache:
    """Bytes by name, shared by threads and processes; the longest unused go first.

    Parameters
    ----------
    folder : made when missing, with access for this user only. One that others can write to is
        not used.
    max_bytes : what all files together may take.
    durable : False does not wait until a file is on the disk: for what is quickly made again.

    When the disk is full or the folder cannot be used, it goes on in 256 MiB of memory and warns
    once.
    """

    def __init__(self, folder: Path, max_bytes: int, *, durable: bool = True) -> None:
        self.folder = folder
        self.max_bytes = max_bytes
        self._durable = durable
        self._lock = threading.Lock()
        self._memory: OrderedDict[str, bytes] = OrderedDict()
        self._memory_size = 0
        self._size: int | None = None
        self._usable = self._prepare()

    def get(self, name: str) -> bytes | None:
        """The bytes of a name, or None; a file that is not what was written is dropped."""
        with self._lock:
            kept = self._memory.get(name)
        if kept is not None or not self._usable:
            return kept
        path = self._path(name)
        try:
            with path.open("rb") as file:
                digest, data = file.read(_DIGEST), file.read()
        except OSError:
            return None
        if hashlib.sha256(data).digest() != digest:
            path.unlink(missing_ok=True)
            return None
        with suppress(OSError):  # another process may have dropped it meanwhile
            os.utime(path)
        return data

    def put(self, name: str, data: bytes) -> None:
        """Keep bytes under a name; never fails."""
        if len(data) + _DIGEST > self.max_bytes:
            return
        if self._usable:
            try:
                whole = hashlib.sha256(data).digest() + data
                write_atomic(self._path(name), whole, durable=self._durable)
            except EvidenceError as error:
                self._give_up(error.problem)
            else:
                self._grow(len(data) + _DIGEST)
                return
        self._remember(name, data)

    def _path(self, name: str) -> Path:
        return self.folder / name[:2] / name

    def _prepare(self) -> bool:
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            status = self.folder.lstat()
        except OSError as error:
            self._warn(str(error.strerror or error))
            return False
        if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.getuid():
            self._warn("it is not a folder of yours")
            return False
        if status.st_mode & 0o022:
            self._warn("others can write to it")
            return False
        return True

    def _grow(self, size: int) -> None:
        with self._lock:
            self._size = size + self._size if self._size is not None else self._measure()
            if self._size > self.max_bytes:
                self._drop()

    def _measure(self) -> int:
        """The size of all files; temporary ones that a killed writer left are swept."""
        total = 0
        for path, status in self._files():
            if path.name.endswith(".tmp"):
                if time.time() - status.st_mtime > _STALE:
                    path.unlink(missing_ok=True)
            else:
                total += status.st_size
        return total

    def _drop(self) -> None:
        """Drop the longest unused; other processes' files count, so the size is taken anew."""
        files = sorted(self._files(), key=lambda entry: entry[1].st_mtime_ns)
        size = sum(status.st_size for _, status in files)
        for path, status in files:
            if size <= self.max_bytes * _SLACK:
                break
            if not path.name.endswith(".tmp"):
                path.unlink(missing_ok=True)
                size -= status.st_size
        self._size = size

    def _files(self) -> Iterator[tuple[Path, os.stat_result]]:
        for folder in list(self.folder.iterdir()):
            for path in list(folder.iterdir()) if folder.is_dir() else ():
                with suppress(FileNotFoundError):  # dropped by another process
                    yield path, path.stat()

    def _give_up(self, problem: str) -> None:
        self._usable = False
        self._warn(problem)

    def _warn(self, problem: str) -> None:
        warnings.warn(
            f"The cache in {self.folder} is not used, {_MEMORY // 2**20} MiB of memory are: {problem}",
            RuntimeWarning,
            stacklevel=4,
        )

    def _remember(self, name: str, data: bytes) -> None:
        with self._lock:
            self._memory[name] = data
            self._memory_size += len(data)
            while self._memory_size > _MEMORY:
                _, oldest = self._memory.popitem(last=False)
                self._memory_size -= len(oldest)
