from __future__ import annotations

import errno
import hashlib
import multiprocessing
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brevviz.bucket import cache as module
from brevviz.bucket.cache import Cache, cache_folder, object_name, shared_cache

NAME = object_name("https://x", "b", "k", None, "e")
MIB = 2**20


def name(number):
    return hashlib.sha256(str(number).encode()).hexdigest()


def files(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


def test_what_was_put_is_got_in_this_and_the_next_process(tmp_path):
    Cache(tmp_path, MIB).put(NAME, b"bytes")
    assert Cache(tmp_path, MIB).get(NAME) == b"bytes"
    assert Cache(tmp_path, MIB).get(name(1)) is None


def test_names_are_hashes_only_and_the_folder_is_private(tmp_path):
    cache = Cache(tmp_path / "objects", MIB)
    cache.put(object_name("https://x", "b", "../../etc/passwd\0", None, "e"), b"x")
    assert stat.S_IMODE((tmp_path / "objects").stat().st_mode) == 0o700
    assert [len(path.name) for path in files(tmp_path)] == [64]


@given(*[st.lists(st.text(max_size=4), min_size=4, max_size=4)] * 2)
def test_two_objects_have_two_names(one, two):
    equal = object_name(*one[:3], None, one[3]) == object_name(*two[:3], None, two[3])
    assert equal == (one == two)


@pytest.mark.parametrize(
    "spoil", [lambda d: d[:-1], lambda d: d + b"x", lambda d: b"", lambda d: d[:40] + b"?" + d[41:]]
)
def test_a_file_that_was_changed_is_not_used(tmp_path, spoil):
    cache = Cache(tmp_path, MIB)
    cache.put(NAME, b"bytes of a picture")
    (path,) = files(tmp_path)
    path.write_bytes(spoil(path.read_bytes()))
    assert cache.get(NAME) is None
    assert files(tmp_path) == []


def test_the_longest_unused_go_first(tmp_path):
    cache = Cache(tmp_path, 10_000)
    for number in range(9):
        cache.put(name(number), bytes(1000))
        path = tmp_path / name(number)[:2] / name(number)
        os.utime(path, (number, number))
    assert cache.get(name(0)) is not None  # used now, so not the oldest any more
    cache.put(name(9), bytes(1000))
    assert sum(path.stat().st_size for path in files(tmp_path)) <= 10_000
    assert cache.get(name(0)) is not None
    assert cache.get(name(1)) is None
    assert cache.get(name(9)) is not None


def test_what_is_larger_than_the_cache_is_not_kept(tmp_path):
    cache = Cache(tmp_path, 100)
    cache.put(NAME, bytes(100))
    assert files(tmp_path) == []


def test_a_full_disk_is_a_warning_and_memory_goes_on(tmp_path, monkeypatch):
    cache = Cache(tmp_path, MIB)

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.warns(RuntimeWarning, match="No space left"):
        cache.put(NAME, b"bytes")
    cache.put(name(1), b"more")
    assert (cache.get(NAME), cache.get(name(1))) == (b"bytes", b"more")
    assert files(tmp_path) == []


def test_memory_is_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "_MEMORY", 2500)
    (tmp_path / "file").write_text("")
    with pytest.warns(RuntimeWarning, match="is not used"):
        cache = Cache(tmp_path / "file", MIB)
    for number in range(3):
        cache.put(name(number), bytes(1000))
    assert [cache.get(name(number)) is not None for number in range(3)] == [False, True, True]


def test_a_folder_that_others_can_write_to_is_not_used(tmp_path):
    tmp_path.chmod(0o777)
    with pytest.warns(RuntimeWarning, match="others can write"):
        Cache(tmp_path, MIB)


def test_temporary_files_of_killed_writers_are_swept(tmp_path):
    (tmp_path / "ab").mkdir()
    for age, label in ((7200, "old"), (0, "new")):
        path = tmp_path / "ab" / f".{label}.tmp"
        path.write_text("")
        os.utime(path, (time.time() - age,) * 2)
    Cache(tmp_path, MIB).put(NAME, b"x")
    assert {path.name for path in files(tmp_path)} == {".new.tmp", NAME}


def test_the_size_is_a_setting(monkeypatch, tmp_path):
    monkeypatch.setenv("BREVVIZ_CACHE", str(tmp_path))
    monkeypatch.setenv("BREVVIZ_CACHE_MIB", "3")
    assert shared_cache().max_bytes == 3 * MIB
    assert shared_cache().folder == tmp_path / "objects"
    monkeypatch.setenv("BREVVIZ_CACHE_MIB", "0")
    assert shared_cache() is None


def test_the_folder_is_the_users_or_named(monkeypatch, tmp_path):
    assert cache_folder() == Path(os.environ["BREVVIZ_CACHE"])
    monkeypatch.delenv("BREVVIZ_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "brevviz"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert cache_folder() == Path.home() / ".cache/brevviz"


def _use(folder, seed):
    """Read and fill a cache as one of many processes; gives the number of wrong reads."""
    cache = Cache(Path(folder), 300_000)  # so small that they drop each other's files
    wrong = 0
    for step in range(100):
        number = (step * 7 + seed) % 40
        data = str(number).encode() * 4000
        kept = cache.get(name(number))
        wrong += kept is not None and kept != data
        if kept is None:
            cache.put(name(number), data)
    return wrong


def test_eight_processes_share_one_cold_cache(tmp_path):
    with multiprocessing.get_context("spawn").Pool(8) as pool:
        assert pool.starmap(_use, [(str(tmp_path), seed) for seed in range(8)]) == [0] * 8


WRITER = """
import sys
from pathlib import Path
from brevviz.bucket.cache import Cache
cache = Cache(Path(sys.argv[1]), 2**30)
print("ready", flush=True)
number = 0
while True:
    number += 1
    cache.put(f"{number % 50:064x}", bytes([number % 256]) * 2**19)
"""


def killed_writers(folder, times):
    for number in range(times):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(folder)], stdout=subprocess.PIPE
        )
        writer.stdout.readline()
        time.sleep(0.005 * (number % 10))
        writer.send_signal(signal.SIGKILL)
        writer.communicate()


@pytest.mark.parametrize("times", [5, pytest.param(200, marks=pytest.mark.long)])
def test_a_killed_writer_leaves_no_torn_file(tmp_path, times):
    killed_writers(tmp_path, times)
    whole = [path for path in files(tmp_path) if not path.name.endswith(".tmp")]
    assert whole
    for path in whole:
        data = path.read_bytes()
        assert hashlib.sha256(data[32:]).digest() == data[:32]
