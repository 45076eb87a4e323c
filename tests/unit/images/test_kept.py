"""What was made of a file is found again, by its content and view, and never anything else."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brevviz.bucket.cache import Cache
from brevviz.errors import ImageRejected
from brevviz.images.guard import Guard
from brevviz.images.kept import Kept, Refusal, shared_kept
from brevviz.images.packed import pack, packed, stack_packed
from brevviz.images.prepare import prepare
from brevviz.recipe import View

MIB = 2**20
VIEW = View(target_size=(16, 16))


def sha(data):
    return hashlib.sha256(data).hexdigest()


def store(folder, memory=MIB, **more):
    return Kept(Cache(folder, 16 * MIB, durable=False), memory, **more)


def same(one, other):
    return (
        np.array_equal(one.working, other.working)
        and replace(one, working=None, packed=None) == replace(other, working=None, packed=None)
    )  # fmt: skip


@pytest.fixture
def files(photo, encode):
    """Eight files as bytes."""
    return [encode(photo(40, 50, seed)) for seed in range(8)]


@given(st.integers(2, 9), st.integers(2, 9), st.integers(0, 2**32 - 1))
def test_packed_pixels_are_those_of_the_kernels_table(height, width, seed):
    working = np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)
    wide = working.astype(np.int32)
    assert np.array_equal(pack(working), wide[..., 0] + 256 * wide[..., 1] + 65536 * wide[..., 2])


def test_a_packed_image_is_the_same_image(files):
    images = [prepare(data, VIEW) for data in files]
    assert all(same(packed(image), image) for image in images)
    twice = packed(packed(images[0]))
    assert np.shares_memory(twice.working, twice.packed)
    expected = np.stack([pack(image.working) for image in images])
    assert np.array_equal(stack_packed(images), expected)
    assert np.array_equal(stack_packed([packed(image) for image in images]), expected)


def test_a_result_is_found_in_this_and_in_the_next_process(tmp_path, files):
    made = prepare(files[0], VIEW)
    first = store(tmp_path)
    assert first.get(made.content, VIEW) is None
    first.put(made.content, VIEW, made)
    for kept in (first, store(tmp_path), store(tmp_path, memory=0)):
        assert same(kept.get(made.content, VIEW), made)


def test_a_view_is_known_by_all_that_its_working_images_hang_on(tmp_path, files):
    kept, made = store(tmp_path), prepare(files[0], VIEW)
    kept.put(made.content, VIEW, made)
    assert kept.get(made.content, VIEW.model_copy(update={"rescale": "unit"})) is not None
    others = [
        {"target_size": (16, 18)}, {"color_mode": "greyscale"}, {"working_scale": "1"},
        {"keep_aspect_ratio": True}, {"exif_orientation": False}, {"rois": (((0, 0), (9, 9)),)},
        {"resize_method": "nearest"}, {"max_pixels": 9}, {"window": (0, 9)},
    ]  # fmt: skip
    for other in others:
        assert kept.get(made.content, VIEW.model_copy(update=other)) is None
    assert kept.get(sha(files[1]), VIEW) is None


@pytest.mark.parametrize("place", [0, 40, -1])
@pytest.mark.parametrize("cut", [False, True])
def test_what_a_disk_has_spoilt_is_made_again(tmp_path, files, place, cut):
    made = prepare(files[0], VIEW)
    store(tmp_path).put(made.content, VIEW, made)
    (path,) = [path for path in tmp_path.rglob("*") if path.is_file()]
    data = bytearray(path.read_bytes())
    if cut:
        del data[place]
    else:
        data[place] ^= 1
    path.write_bytes(data)
    guard = Guard(kept=lambda: store(tmp_path))
    try:
        assert store(tmp_path).get(made.content, VIEW) is None
        assert same(guard.load(files[0], VIEW), made)
        assert same(store(tmp_path).get(made.content, VIEW), made)
    finally:
        guard.close()


def test_a_file_under_another_ones_name_is_not_taken_for_it(tmp_path, files):
    disk = Cache(tmp_path, MIB)
    one, other = (prepare(data, VIEW) for data in files[:2])
    Kept(disk, 0).put(one.content, VIEW, one)
    (first,) = [path for path in tmp_path.rglob("*") if path.is_file()]
    whole = first.read_bytes()
    Kept(disk, 0).put(other.content, VIEW, other)
    (second,) = [path for path in tmp_path.rglob("*") if path.is_file() and path != first]
    second.write_bytes(whole)
    assert Kept(disk, 0).get(other.content, VIEW) is None


def test_memory_is_bounded_and_does_not_drop_what_comes_next(files):
    images = [prepare(data, VIEW) for data in files]
    room = 3 * (images[0].working.nbytes // 3 * 4 + 600)
    kept = Kept(None, room)
    for image in images:
        kept.put(image.content, VIEW, image)
    assert [kept.get(image.content, VIEW) is not None for image in images] == [True] * 3 + [
        False
    ] * 5


def test_a_view_that_nobody_asks_for_makes_room(files):
    now = [0.0]
    images = [prepare(data, VIEW) for data in files]
    kept = Kept(None, 2 * (images[0].working.nbytes // 3 * 4 + 600), clock=lambda: now[0])
    for image in images[:2]:
        kept.put(image.content, VIEW, image)
    other = View(target_size=(16, 16), max_pixels=10**6)
    kept.put(images[2].content, other, images[2])
    assert kept.get(images[2].content, other) is None
    now[0] = 100.0
    kept.put(images[2].content, other, images[2])
    assert kept.get(images[2].content, other) is not None
    assert kept.get(images[0].content, VIEW) is None


def test_a_refusal_is_kept_with_its_reason(tmp_path, files):
    broken = files[0][:200] + b"\0" * 400 + files[0][600:]
    guard = Guard(kept=lambda: store(tmp_path))
    try:
        with pytest.raises(ImageRejected) as first:
            guard.load(broken, VIEW, "a.png")
    finally:
        guard.close()
    again = Guard(kept=lambda: store(tmp_path))
    with pytest.raises(ImageRejected) as second:
        again.load(broken, VIEW, "b.png")
    assert again._free == []  # no worker was started
    assert (second.value.problem, second.value.hint) == (first.value.problem, first.value.hint)
    assert second.value.where == "b.png"
    assert isinstance(store(tmp_path).get(sha(broken), VIEW), Refusal)


def test_a_thumbnail_is_made_once(tmp_path, files):
    guards = [Guard(kept=lambda: store(tmp_path)) for _ in range(2)]
    try:
        first, second = (guard.thumbnail(files[0], 20, VIEW) for guard in guards)
    finally:
        guards[0].close()
    assert first == second
    assert guards[1]._free == []
    assert store(tmp_path).thumbnail(sha(files[0]), 21, VIEW) is None


def test_a_folder_that_cannot_be_written_is_a_note_and_memory_goes_on(files):
    made = prepare(files[0], VIEW)
    with pytest.warns(RuntimeWarning, match="is not used"):
        kept = store(Path("/proc/brevviz"))  # root may write anywhere else
    kept.put(made.content, VIEW, made)
    assert same(kept.get(made.content, VIEW), made)


def test_a_disk_that_cannot_be_used_is_a_note_and_memory_goes_on(tmp_path, files):
    (tmp_path / "file").write_text("no folder")
    with pytest.warns(RuntimeWarning, match="is not used"):
        kept = store(tmp_path / "file")
    made = prepare(files[0], VIEW)
    kept.put(made.content, VIEW, made)
    assert same(kept.get(made.content, VIEW), made)


def test_the_sizes_are_settings(monkeypatch, tmp_path, files):
    monkeypatch.setenv("BREVVIZ_CACHE", str(tmp_path))
    made = prepare(files[0], VIEW)
    monkeypatch.setenv("BREVVIZ_WORKING_MIB", "0")
    shared_kept().put(made.content, VIEW, made)
    assert list(tmp_path.iterdir()) == []
    assert shared_kept().get(made.content, VIEW) is not None
    monkeypatch.setenv("BREVVIZ_WORKING_MEMORY_MIB", "0")
    assert shared_kept().get(made.content, VIEW) is None
    monkeypatch.setenv("BREVVIZ_WORKING_MIB", "1")
    shared_kept().put(made.content, VIEW, made)
    assert [path.name for path in tmp_path.iterdir()] == ["working"]
    assert shared_kept().get(made.content, VIEW) is not None


WITHOUT_DECODER = """
import sys
from pathlib import Path
from brevviz.images import ImagePipeline, digests
from brevviz.images.guard import Guard
if sys.argv[1] == "none":
    def refuse(*_, **__):
        raise AssertionError("a decoder was asked")
    Guard._run = refuse
pipeline = ImagePipeline(target_size=(16, 16))
loaded = [pipeline.load(path.read_bytes()) for path in sorted(Path(sys.argv[2]).iterdir())]
print(*[digests(one.working[None])[0] for one in loaded])
"""


def test_a_second_process_decodes_nothing(tmp_path, files):
    for number, data in enumerate(files):
        (tmp_path / "files").mkdir(exist_ok=True)
        (tmp_path / "files" / str(number)).write_bytes(data)
    environment = {**os.environ, "BREVVIZ_CACHE": str(tmp_path / "cache")}

    def run(decoder):
        command = [sys.executable, "-c", WITHOUT_DECODER, decoder, str(tmp_path / "files")]
        return subprocess.run(
            command, env=environment, capture_output=True, text=True, check=True
        ).stdout.split()

    first = run("any")
    assert len(set(first)) == 8
    assert run("none") == first


SHARED = """
import sys, hashlib
from pathlib import Path
import numpy as np
from brevviz.bucket.cache import Cache
from brevviz.images.kept import Kept
from brevviz.images.loaded import Loaded
from brevviz.recipe import View
kept, view = Kept(Cache(Path(sys.argv[1]), 400_000, durable=False), 0), View(target_size=(64, 64))
wrong = 0
for step in range(120):
    number = (7 * step + int(sys.argv[2])) % 40
    content = hashlib.sha256(bytes([number])).hexdigest()
    found = kept.get(content, view)
    wrong += found is not None and bool((found.working != number).any())
    pixels = np.full((64, 64, 3), number, np.uint8)
    kept.put(content, view, Loaded(pixels, (64, 64, 3), content, (64, 64)))
print(wrong)
"""


def test_many_processes_share_a_folder_that_is_too_small(tmp_path):
    started = [
        subprocess.Popen(
            [sys.executable, "-c", SHARED, str(tmp_path), str(seed)], stdout=subprocess.PIPE
        )
        for seed in range(4)
    ]
    assert [process.communicate()[0] for process in started] == [b"0\n"] * 4
    assert sum(path.stat().st_size for path in Path(tmp_path).rglob("*") if path.is_file()) < MIB
