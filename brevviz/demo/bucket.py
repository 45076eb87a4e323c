"""The demo bucket: a folder of 180 drawn vials, made at the first call and then found again."""

from __future__ import annotations

import os
import secrets
import shutil
import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from brevviz.demo.camera import SIDE, photograph
from brevviz.demo.stamps import Shot, shots
from brevviz.errors import BucketError, EvidenceError
from brevviz.files import write_atomic

__all__ = ["bucket", "cache_folder"]

_VERSION = 1
"""Version of the drawing: another one is another folder, so that no cache mixes two."""

_HEADER = 54
_SIZE = _HEADER + SIDE * SIDE * 3


def cache_folder() -> Path:
    """The user's cache folder for brevviz: `$XDG_CACHE_HOME/brevviz`, else `~/.cache/brevviz`."""
    given = os.environ.get("XDG_CACHE_HOME", "")
    # The XDG base directory specification: a path that is not absolute is to be ignored.
    base = Path(given) if Path(given).is_absolute() else Path.home() / ".cache"
    return base / "brevviz"


def bucket(folder: str | os.PathLike[str] | None = None) -> str:
    """The path of a folder with 180 drawn vials: bad_cap 22, good 146, missing_cap 12 images.

    The images are 224 x 224, 24-bit BMP, and the same to the byte on every machine. The folder
    appears whole or not at all; several processes may ask for it at once. A file that went
    missing or was cut short is drawn again.

    Parameters
    ----------
    folder : where the set is to be; a new or empty folder, or one that this function made.
        None: a folder of the user's cache, named after the version of the drawing.

    Returns
    -------
    The absolute path.

    Raises
    ------
    BucketError : the folder holds other files, or cannot be written.
    """
    # abspath, not resolve: the user sees the path that was given, links and all.
    chosen = folder if folder is not None else cache_folder() / f"demo-vials-{_VERSION}"
    target = Path(os.path.abspath(chosen))  # noqa: PTH100  # the line above
    try:
        if not target.exists() or (target.is_dir() and not any(target.iterdir())):
            _make(target)
        _mend(target)
    except (OSError, EvidenceError) as error:
        if isinstance(error, BucketError):
            raise
        raise BucketError(
            str(target),
            f"the demo bucket could not be written: {getattr(error, 'strerror', None) or error}",
            "Name a folder that can be written: brevviz.demo.bucket(folder)",
        ) from error
    return str(target)


def _make(target: Path) -> None:
    """Draw all into a folder beside the target, and put it in place by one rename."""
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(8)}.tmp")
    try:
        for shot in shots():
            path = temporary / shot.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(_file(shot))
        try:
            temporary.rename(target)
        except OSError:
            # Another process was first; its files are these files.
            if not any(target.iterdir()):
                raise
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _mend(target: Path) -> None:
    """Draw what is missing or cut short; refuse a folder with files that are not of the set."""
    if not target.is_dir():
        raise BucketError(str(target), "a folder is needed, and this is a file")
    named = {shot.name: shot for shot in shots()}
    found = {
        path.relative_to(target).as_posix(): path
        for path in target.rglob("*")
        if not (path.is_dir() or path.name.startswith("."))
    }
    strange = sorted(found.keys() - named.keys())
    if strange:
        raise BucketError(
            str(target),
            f"{len(strange)} other files are in this folder, the first is {strange[0]}",
            "Name a new or an empty folder: brevviz.demo.bucket(folder)",
        )
    for name, shot in named.items():
        if name not in found or found[name].stat().st_size != _SIZE:
            write_atomic(target / name, _file(shot))


def _file(shot: Shot) -> bytes:
    return _bmp(photograph(shot))


def _bmp(grey: NDArray[np.uint8]) -> bytes:
    """A 24-bit BMP of a grey image: uint8 (height, width), its width a multiple of 4.

    The format: BITMAPFILEHEADER and BITMAPINFOHEADER, then rows from the bottom up.
    """
    height, width = grey.shape
    pixels = np.repeat(grey[::-1, :, np.newaxis], 3, axis=2).tobytes()
    file_header = struct.pack("<2sIHHI", b"BM", _HEADER + len(pixels), 0, 0, _HEADER)
    # 2,835 pixels a metre are 72 an inch.
    info = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 24, 0, len(pixels), 2835, 2835, 0, 0)
    return file_header + info + pixels
