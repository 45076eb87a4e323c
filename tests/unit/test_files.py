"""A write that fails leaves what was there, and nothing else."""

import os
import resource
import time

import pytest

from brevviz import files
from brevviz.errors import EvidenceError
from brevviz.files import write_atomic


def test_a_file_is_written_and_its_folders_are_made(tmp_path):
    path = write_atomic(tmp_path / "a" / "b" / "file", b"new")
    assert path.read_bytes() == b"new"
    assert write_atomic(str(path), b"newer").read_bytes() == b"newer"
    assert [entry.name for entry in path.parent.iterdir()] == ["file"]


def test_a_full_disk_keeps_the_old_file_and_names_path_and_bytes(tmp_path):
    path = write_atomic(tmp_path / "file", b"old")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        with pytest.raises(EvidenceError) as caught:
            write_atomic(path, b"x" * 5000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert str(caught.value) == f"{path}: 5000 bytes could not be written: File too large"
    assert [entry.name for entry in tmp_path.iterdir()] == ["file"]
    assert path.read_bytes() == b"old"


def test_ctrl_c_in_the_middle_leaves_nothing_behind(tmp_path, monkeypatch):
    path = write_atomic(tmp_path / "file", b"old")

    def interrupted(descriptor):
        raise KeyboardInterrupt

    monkeypatch.setattr(files.os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_atomic(path, b"new")
    assert [entry.read_bytes() for entry in tmp_path.iterdir()] == [b"old"]


def test_a_planted_link_does_not_choose_where_the_bytes_go(tmp_path, monkeypatch):
    target = tmp_path / "precious"
    target.write_bytes(b"precious")
    monkeypatch.setattr(files.secrets, "token_hex", lambda size: "guessed")
    (tmp_path / ".file.guessed.tmp").symlink_to(target)
    with pytest.raises(EvidenceError):
        write_atomic(tmp_path / "file", b"evil")
    assert target.read_bytes() == b"precious"


def test_what_killed_writers_left_is_swept_when_it_is_old(tmp_path):
    old, young, other = (
        tmp_path / name for name in (".file.aa.tmp", ".file.bb.tmp", ".file2.aa.tmp")
    )
    for path in (old, young, other):
        path.write_bytes(b"torn")
    ago = time.time() - 7200
    os.utime(old, (ago, ago))
    os.utime(other, (ago, ago))
    write_atomic(tmp_path / "file", b"new")
    assert sorted(entry.name for entry in tmp_path.iterdir()) == [
        ".file.bb.tmp",
        ".file2.aa.tmp",
        "file",
    ]


def test_what_stands_in_the_way_is_named(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(EvidenceError, match=r"file/inside: 3 bytes could not be written: "):
        write_atomic(tmp_path / "file" / "inside", b"new")
    (tmp_path / "folder").mkdir()
    with pytest.raises(
        EvidenceError, match=r"folder: 3 bytes could not be written: Is a directory"
    ):
        write_atomic(tmp_path / "folder", b"new")
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["file", "folder"]
