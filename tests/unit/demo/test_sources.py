"""The seed's three sources: fetched from a small archive and a small TFDS builder made here."""

from __future__ import annotations

import tarfile
import urllib.error
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from brevviz import demo
from brevviz.demo import sources
from brevviz.errors import BucketError, MissingExtra, RecipeError, Unreachable

LABELS = ["angular_leaf_spot", "bean_rust", "healthy"]


def _picture(level):
    return np.full((8, 6, 3), level, dtype=np.uint8)


@pytest.fixture
def archive(tmp_path):
    """A tar archive as the flowers' is: one folder, in it a folder for each class."""
    path = tmp_path / "flowers.tgz"
    with tarfile.open(path, "w:gz") as tar:
        for level, name in enumerate(["daisy/1_a.jpg", "daisy/2_b.jpg", "roses/3_c.jpg"]):
            file = BytesIO()
            Image.fromarray(_picture(60 * level)).save(file, "JPEG")
            entry = tarfile.TarInfo(f"flower_photos/{name}")
            entry.size = len(file.getvalue())
            tar.addfile(entry, BytesIO(file.getvalue()))
    return path


@pytest.fixture(scope="module")
def builder_folder(tmp_path_factory):
    """A prepared TFDS builder with the features of `beans`: five test images, one train image."""
    tfds = pytest.importorskip("tensorflow_datasets")

    class SmallBeans(tfds.core.GeneratorBasedBuilder):
        VERSION = tfds.core.Version("0.1.0")
        pkg_dir_path = tmp_path_factory.mktemp("package")

        def _info(self):
            return self.dataset_info_from_configs(
                features=tfds.features.FeaturesDict(
                    {
                        "image": tfds.features.Image(shape=(8, 6, 3)),
                        "label": tfds.features.ClassLabel(names=LABELS),
                    }
                )
            )

        def _split_generators(self, _downloads):
            return {
                "train": self._generate_examples([9]),
                "test": self._generate_examples(range(5)),
            }

        def _generate_examples(self, levels):
            for level in levels:
                yield level, {"image": _picture(40 * level % 256), "label": LABELS[level % 3]}

    builder = SmallBeans(data_dir=tmp_path_factory.mktemp("tfds"))
    builder.download_and_prepare()
    return builder.data_dir


def _images(folder):
    return sorted(p.relative_to(folder).as_posix() for p in Path(folder).rglob("*") if p.is_file())


def test_the_vials_are_the_demo_bucket(monkeypatch, tmp_path):
    monkeypatch.setattr(sources, "bucket", lambda folder: f"made at {folder}")
    assert demo.source("brevetti_neurips_images", tmp_path) == f"made at {tmp_path}"


def test_flowers_are_unpacked_into_class_folders(archive, tmp_path):
    path = demo.source("tensorflow_flowers", tmp_path / "kept", origin=archive.as_uri())
    assert path == str(tmp_path / "kept" / "flower_photos")
    assert [Path(name).parts[-2:] for name in _images(path)] == [
        ("daisy", "1_a.jpg"),
        ("daisy", "2_b.jpg"),
        ("roses", "3_c.jpg"),
    ]


def test_flowers_that_are_here_are_not_fetched_again(archive, tmp_path):
    first = demo.source("tensorflow_flowers", tmp_path / "kept", origin=archive.as_uri())
    archive.unlink()
    again = demo.source("tensorflow_flowers", tmp_path / "kept", origin=archive.as_uri())
    assert again == first
    assert len(_images(again)) == 3


def test_beans_become_png_in_a_folder_for_each_label(builder_folder, tmp_path):
    path = demo.source("tensorflow_datasets_beans", tmp_path / "beans", origin=builder_folder)
    names = _images(path)
    assert sorted(Path(name).parent.name for name in names) == sorted(
        LABELS[level % 3] for level in range(5)
    )
    shown = {}
    for name in names:
        with Image.open(Path(path) / name) as image:
            assert (image.format, image.mode) == ("PNG", "RGB")
            pixels = np.asarray(image)
        level = int(pixels[0, 0, 0]) // 40
        assert np.array_equal(pixels, _picture(40 * level))  # lossless
        shown[level] = Path(name).parent.name
    assert shown == {level: LABELS[level % 3] for level in range(5)}
    assert [entry.name for entry in tmp_path.iterdir()] == ["beans"]


def test_beans_that_are_here_are_not_fetched_again(tmp_path):
    (tmp_path / "healthy").mkdir()
    assert demo.source("tensorflow_datasets_beans", tmp_path, origin="/nowhere") == str(tmp_path)


@pytest.mark.parametrize("name", ["tensorflow_flowers", "tensorflow_datasets_beans"])
def test_without_a_network_one_sentence_says_what_to_do(name, tmp_path, monkeypatch):
    def no_network(origin):
        raise urllib.error.URLError(OSError(-3, "Temporary failure in name resolution"))

    monkeypatch.setattr(sources, "_ask", no_network)
    with pytest.raises(Unreachable) as caught:
        demo.source(name, tmp_path / "kept")
    text = str(caught.value)
    assert text.startswith(f"{name}: the images could not be fetched (URLError: ")
    assert "Temporary failure in name resolution" in text
    assert 'Connect to the internet, or use the set that needs none: brevviz.demo.source("' in text
    assert "\n" not in text


def test_an_origin_that_is_not_there_is_unreachable(tmp_path, builder_folder):
    gone = (tmp_path / "gone.tgz").as_uri()
    with pytest.raises(Unreachable, match="tensorflow_flowers: the images could not be fetched"):
        demo.source("tensorflow_flowers", tmp_path / "kept", origin=gone)
    with pytest.raises(Unreachable, match="tensorflow_datasets_beans: the images could not"):
        demo.source("tensorflow_datasets_beans", tmp_path / "beans", origin=tmp_path / "gone")
    assert not (tmp_path / "beans").exists()


def test_an_origin_that_is_no_archive_is_said_to_be_none(tmp_path):
    (tmp_path / "page.tgz").write_text("<html>sign in to this network</html>")
    origin = (tmp_path / "page.tgz").as_uri()
    with (
        pytest.warns(UserWarning, match="Could not extract"),
        pytest.raises(BucketError, match=r"is not a tar archive\. Remove "),
    ):
        demo.source("tensorflow_flowers", tmp_path / "kept", origin=origin)


def test_beans_without_their_package_name_the_extra(tmp_path, monkeypatch):
    monkeypatch.setattr(sources.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(MissingExtra, match=r'pip install "brevviz\[tfds\]"'):
        demo.source("tensorflow_datasets_beans", tmp_path / "beans")


def test_a_name_that_is_none_of_the_three_names_the_near_one():
    with pytest.raises(RecipeError, match="Did you mean 'tensorflow_flowers'"):
        demo.source("tensorflow_flower")
    with pytest.raises(RecipeError, match="is not one of brevetti_neurips_images, "):
        demo.source("x")


def test_the_vials_take_no_origin():
    with pytest.raises(RecipeError, match="takes no origin"):
        demo.source("brevetti_neurips_images", origin="s3://bucket")
