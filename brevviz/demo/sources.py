"""The three image sets of the seed's notebook, behind one function that gives a folder."""

from __future__ import annotations

import difflib
import importlib.util
import os
import secrets
import shutil
import urllib.request
from pathlib import Path
from typing import Any, Final

from brevviz.demo.bucket import bucket, cache_folder
from brevviz.errors import BucketError, MissingExtra, RecipeError, Unreachable

__all__ = ["SOURCES", "source"]

SOURCES: Final = ("brevetti_neurips_images", "tensorflow_flowers", "tensorflow_datasets_beans")
"""The names that the seed's notebook gives to its three sources."""

_FLOWERS = "https://storage.googleapis.com/download.tensorflow.org/example_images/flower_photos.tgz"
_BEANS = "https://storage.googleapis.com/ibeans/test.zip"
_ANSWERS_WITHIN = 20.0


def source(
    name: str,
    folder: str | os.PathLike[str] | None = None,
    *,
    origin: str | os.PathLike[str] | None = None,
) -> str:
    """The path of a folder with one of the seed's three image sets, fetched at the first call.

    - `brevetti_neurips_images`: vials. This is the drawn set of `bucket`, which needs no network
      and has the same folders, items and names as the public bucket. The public one is
      `Dataset(bucket="s3://public.data.criterion.ai/data/NeurIPS_2018_reduced",
      endpoint="https://s3-eu-west-1.amazonaws.com", anonymous=True)`.
    - `tensorflow_flowers`: 3,670 photographs in five classes, 229 MB, by
      `tf.keras.utils.get_file`.
    - `tensorflow_datasets_beans`: the test split, 128 photographs in three classes, by
      TensorFlow Datasets; written as PNG into a folder for each label.

    Parameters
    ----------
    name : one of `SOURCES`.
    folder : where the set is kept. None: a folder of the user's cache.
    origin : in place of the internet: for the flowers the address (`file://` too) of a tar
        archive, for the beans the folder of a prepared TensorFlow Datasets builder.

    Raises
    ------
    Unreachable : the set is not here yet, and the network or the server does not answer.
    MissingExtra : the beans are asked for, and `tensorflow_datasets` is not installed.
    RecipeError : there is no source of this name.
    """
    if name == "brevetti_neurips_images":
        if origin is not None:
            raise RecipeError(
                "origin",
                "brevetti_neurips_images is drawn here and takes no origin",
                "For a bucket, name it: Dataset(bucket=..., endpoint=..., anonymous=True)",
            )
        return bucket(folder)
    if name == "tensorflow_flowers":
        return _flowers(folder, origin)
    if name == "tensorflow_datasets_beans":
        return _beans(folder, origin)
    near = difflib.get_close_matches(name, SOURCES, n=1)
    raise RecipeError(
        "source",
        f"{name!r} is not one of {', '.join(SOURCES)}",
        f"Did you mean {near[0]!r}?" if near else "",
    )


def _unreachable(name: str, error: Exception) -> Unreachable:
    reason = " ".join(str(error).split())
    return Unreachable(
        name,
        f"the images could not be fetched ({type(error).__name__}: {reason})",
        "Connect to the internet, or use the set that needs none: "
        'brevviz.demo.source("brevetti_neurips_images")',
    )


def _ask(origin: str) -> None:
    """Raise OSError when the origin does not answer in time: the fetchers know no time limit."""
    with urllib.request.urlopen(origin, timeout=_ANSWERS_WITHIN) as answer:  # noqa: S310  # the user's own address; file:// is allowed on purpose
        answer.read(1)


def _flowers(folder: str | os.PathLike[str] | None, origin: str | os.PathLike[str] | None) -> str:
    import tensorflow as tf  # noqa: PLC0415  # only who asks for the flowers pays for it

    address = _FLOWERS if origin is None else os.fspath(origin)
    target = _absolute(folder or cache_folder() / "flowers")
    # Keras keeps the archive under this name; while it stands there nothing is fetched.
    archive = target / "flower_photos_archive"
    try:
        target.mkdir(parents=True, exist_ok=True)
        if not archive.exists():
            _ask(address)
        path = tf.keras.utils.get_file(
            "flower_photos", address, untar=True, cache_dir=str(target), cache_subdir=""
        )
    except Exception as error:  # Keras raises a bare Exception when a download fails
        raise _unreachable("tensorflow_flowers", error) from error
    if not Path(path).is_dir():
        raise BucketError(
            "tensorflow_flowers",
            f"what {address} gave is not a tar archive",
            f"Remove {archive} and try again",
        )
    return str(path)


def _beans(folder: str | os.PathLike[str] | None, origin: str | os.PathLike[str] | None) -> str:
    target = _absolute(folder or cache_folder() / "beans-test")
    if target.is_dir() and any(target.iterdir()):
        return str(target)  # put there whole by an earlier call
    if importlib.util.find_spec("tensorflow_datasets") is None:
        raise MissingExtra(
            "tensorflow_datasets_beans",
            "tensorflow_datasets is not installed",
            'Install it: pip install "brevviz[tfds]"',
        )
    import tensorflow_datasets as tfds  # noqa: PLC0415  # an extra, and slow to import

    try:
        if origin is None:
            _ask(_BEANS)
            builder = tfds.builder("beans")
            builder.download_and_prepare()
        else:
            builder = tfds.builder_from_directory(os.fspath(origin))
        samples = builder.as_dataset(split="test", shuffle_files=False)
    except Exception as error:  # TFDS lets through whatever its downloaders raise
        raise _unreachable("tensorflow_datasets_beans", error) from error
    _write_pngs(samples, builder.info.features["label"].names, target)
    return str(target)


def _absolute(folder: str | os.PathLike[str]) -> Path:
    return Path(os.path.abspath(folder))  # noqa: PTH100  # the path as given, links and all


def _write_pngs(samples: Any, labels: list[str], target: Path) -> None:
    """Each image as `<label>/<number>.png`; the folder appears whole or not at all."""
    import tensorflow as tf  # noqa: PLC0415  # only who asks for the beans pays for it

    temporary = target.with_name(f".{target.name}.{secrets.token_hex(8)}.tmp")
    try:
        for number, sample in enumerate(samples):
            path = temporary / labels[int(sample["label"])] / f"{number:05d}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(tf.io.encode_png(sample["image"]).numpy())
        temporary.rename(target)
    except OSError as error:
        # Another process may have been first; its files are these files.
        if not (target.is_dir() and any(target.iterdir())):
            raise BucketError(
                str(target), f"the images could not be written: {error.strerror or error}"
            ) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
