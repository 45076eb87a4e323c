"""The demo bucket on the disk: where it is made, how it is mended, and when it refuses."""

from __future__ import annotations

import os
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from brevviz import demo
from brevviz.demo.camera import photograph
from brevviz.demo.stamps import shots
from brevviz.errors import BucketError


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return Path(demo.bucket(tmp_path_factory.mktemp("demo") / "vials"))


def _files(folder):
    return {p.relative_to(folder).as_posix(): p for p in folder.rglob("*") if p.is_file()}


def test_all_180_files_are_there_and_nothing_else(made):
    assert sorted(_files(made)) == [shot.name for shot in shots()]
    assert [path.name for path in made.parent.iterdir()] == [made.name]


def test_files_are_24_bit_bmp_of_grey_pixels(made):
    for shot in shots()[::30]:
        data = (made / shot.name).read_bytes()
        assert len(data) == 150_582
        with Image.open(BytesIO(data)) as image:
            assert (image.format, image.mode, image.size) == ("BMP", "RGB", (224, 224))
            pixels = np.asarray(image)
        assert np.array_equal(pixels, np.repeat(photograph(shot)[:, :, None], 3, axis=2))


def test_the_default_is_in_the_users_cache(made, monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    (tmp_path / "brevviz").mkdir()
    (tmp_path / "brevviz" / "demo-vials-1").symlink_to(made)  # so that it need not be drawn
    assert demo.bucket() == str(tmp_path / "brevviz" / "demo-vials-1")


@pytest.mark.parametrize("given", ["", "relative/path"])
def test_a_cache_home_that_is_not_absolute_is_ignored(monkeypatch, tmp_path, given):
    monkeypatch.setenv("XDG_CACHE_HOME", given)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert demo.bucket.__globals__["cache_folder"]() == tmp_path / ".cache" / "brevviz"


def test_a_second_call_writes_nothing(made):
    before = {name: path.stat().st_mtime_ns for name, path in _files(made).items()}
    assert demo.bucket(made) == str(made)
    assert {name: path.stat().st_mtime_ns for name, path in _files(made).items()} == before


def test_missing_and_torn_files_are_drawn_again(made):
    first, second = made / shots()[0].name, made / shots()[1].name
    whole = first.read_bytes(), second.read_bytes()
    first.unlink()
    second.write_bytes(whole[1][:1000])
    demo.bucket(made)
    assert (first.read_bytes(), second.read_bytes()) == whole


def test_a_folder_with_other_files_is_refused_and_left_alone(tmp_path):
    (tmp_path / "good").mkdir()
    (tmp_path / "good" / "mine.bmp").write_bytes(b"mine")
    with pytest.raises(BucketError, match=r"1 other files .* good/mine\.bmp"):
        demo.bucket(tmp_path)
    assert list(_files(tmp_path)) == ["good/mine.bmp"]


def test_a_file_in_place_of_the_folder_is_refused(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(BucketError, match="a folder is needed"):
        demo.bucket(tmp_path / "file")


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(BucketError, match=r"could not be written: .* Name a folder"):
        demo.bucket(tmp_path / "file" / "below")


def test_nothing_is_left_behind_when_drawing_stops(tmp_path, monkeypatch):
    drawn = []

    def stops(shot):
        drawn.append(shot)
        if len(drawn) == 3:
            raise KeyboardInterrupt
        return b"x"

    monkeypatch.setitem(demo.bucket.__globals__, "_file", stops)
    with pytest.raises(KeyboardInterrupt):
        demo.bucket(tmp_path / "vials")
    assert len(drawn) == 3
    assert list(tmp_path.iterdir()) == []


def test_processes_that_ask_at_once_all_get_the_whole_set(tmp_path):
    code = (
        "import sys; from pathlib import Path; from brevviz import demo;"
        "print(len(list(Path(demo.bucket(sys.argv[1])).rglob('*.bmp'))))"
    )
    runs = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(tmp_path / "vials")],
            stdout=subprocess.PIPE,
            env={**os.environ, "OMP_NUM_THREADS": "1"},
            text=True,
        )
        for _ in range(3)
    ]
    assert [run.communicate()[0].strip() for run in runs] == ["180"] * 3
    assert [path.name for path in tmp_path.iterdir()] == ["vials"]


def test_the_demo_loads_neither_tensorflow_nor_pandas():
    code = (
        "import sys; from brevviz import demo; import brevviz.demo.sources;"
        "print(sorted({'tensorflow', 'pandas', 'IPython', 'PIL'} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
