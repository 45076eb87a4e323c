"""JPEG (ITU-T T.81): the markers up to the frame header, the scans, and an end that is there."""

from __future__ import annotations

import numpy as np

from brevviz.images.formats.exif import orientation
from brevviz.images.formats.header import Header, Malformed, unpack

__all__ = ["header"]

_START_OF_FRAME = frozenset({0xC0, 0xC1, 0xC2})
_OTHER_FRAMES = frozenset({0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF})
_BARE = frozenset({0x01, *range(0xD0, 0xD9)})
_EXIF = b"Exif\0\0"
_SCANS = 64
_MARKERS = 4096


def header(data: bytes) -> Header:
    """Read a JPEG's header.

    Raises Malformed for a lossless, arithmetic or 12-bit JPEG, for more scans than a real
    encoder writes (each costs a pass over the whole picture), and for a file without its end.
    """
    turn, place = 1, 2
    for _ in range(_MARKERS):
        marker, place = _marker(data, place)
        if marker in _BARE:
            continue
        if marker in {0xD9, 0xDA}:
            raise Malformed("the JPEG has no frame header before its pixels")
        (length,) = unpack(">H", data, place)
        if length < 2:
            raise Malformed("a JPEG segment of no length")
        if marker in _OTHER_FRAMES:
            raise Malformed("a lossless or arithmetic-coded JPEG is not let in; save it as PNG")
        if marker in _START_OF_FRAME:
            return _frame(data, place, turn)
        segment = data[place + 2 : place + length]
        if marker == 0xE1 and segment.startswith(_EXIF):
            turn = orientation(segment[len(_EXIF) :])
        place += length
    raise Malformed(f"a JPEG with more than {_MARKERS} segments before its frame header")


def _marker(data: bytes, place: int) -> tuple[int, int]:
    """The marker at `place` and where its segment starts; fill bytes before it are skipped."""
    (lead,) = unpack("B", data, place)
    if lead != 0xFF:
        raise Malformed("the JPEG has stray bytes between its segments")
    while True:
        place += 1
        (marker,) = unpack("B", data, place)
        if marker != 0xFF:
            return marker, place + 1


def _frame(data: bytes, place: int, turn: int) -> Header:
    bits, height, width, channels = unpack(">BHHB", data, place + 2)
    if bits != 8:
        raise Malformed(f"a JPEG of {bits} bits a channel is not let in; save it as PNG")
    if not width or not height or channels not in {1, 3, 4}:
        raise Malformed(f"a JPEG of {width} x {height} pixels and {channels} channels")
    scans = _scans(data)
    if scans > _SCANS:
        raise Malformed(f"a JPEG of {scans} scans; at most {_SCANS} are let in")
    if b"\xff\xd9" not in data[-1024:]:
        raise Malformed(f"the file is cut short: {len(data)} bytes with no JPEG end")
    notes = ("CMYK",) if channels == 4 else ()
    return Header("JPEG", width, height, orientation=turn, notes=notes)


def _scans(data: bytes) -> int:
    """How often FF DA stands in the file; `bytes.count` takes four times as long."""
    return sum(
        int(np.count_nonzero(np.frombuffer(data, "<u2", (len(data) - first) // 2, first) == 0xDAFF))
        for first in (0, 1)
    )
