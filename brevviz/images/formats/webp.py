"""WebP (RFC 9649): the size of the canvas, the chunks, and an end that is there."""

from __future__ import annotations

from collections.abc import Iterator

from brevviz.images.formats.exif import orientation
from brevviz.images.formats.header import Header, Malformed, unpack

__all__ = ["header"]

_CHUNKS = 1 << 12
_EXIF = b"Exif\0\0"
_ANIMATED = 0x02
_LARGEST_SIDE = 16_383
"""Pixels: of a frame; a canvas that is larger shows nothing beyond it."""
_PIXELS = frozenset({b"VP8 ", b"VP8L", b"ANMF"})


def header(data: bytes) -> Header:
    """Read a WebP's header. Raises Malformed for another RIFF file or one that is cut short."""
    if data[8:12] != b"WEBP":
        raise Malformed("the file is a RIFF file, but no WebP")
    (length,) = unpack("<I", data, 4)
    if length + 8 > len(data):
        raise Malformed(f"the file is cut short: {len(data)} bytes of {length + 8}")
    size, turn, notes, pixels = (0, 0), 1, [], False
    for number, (name, body) in enumerate(_chunks(data[: length + 8])):
        if number == 0:
            size, animated = _size(name, body)
            if animated:
                notes.append("animated: the first frame is shown")
        pixels = pixels or name in _PIXELS
        if name == b"EXIF":
            turn = orientation(body.removeprefix(_EXIF))
    width, height = size
    if not pixels:
        raise Malformed("a WebP of no pixels")
    if not 0 < width <= _LARGEST_SIDE or not 0 < height <= _LARGEST_SIDE:
        raise Malformed(f"a WebP of {width} x {height} pixels")
    return Header("WebP", width, height, orientation=turn, notes=tuple(notes))


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Name and body of each chunk; raises Malformed where one reaches beyond the file."""
    place = 12
    for _ in range(_CHUNKS):
        if place + 8 > len(data):
            return
        (count,) = unpack("<I", data, place + 4)
        if place + 8 + count > len(data):
            raise Malformed("the file is cut short inside a WebP chunk")
        yield data[place : place + 4], data[place + 8 : place + 8 + count]
        place += 8 + count + count % 2


def _size(name: bytes, body: bytes) -> tuple[tuple[int, int], bool]:
    """(width, height) by the first chunk, and whether the file is an animation."""
    if name == b"VP8X":
        flags, w0, w1, w2, h0, h1, h2 = unpack("<B3xBBBBBB", body, 0)
        size = (1 + w0 + (w1 << 8) + (w2 << 16), 1 + h0 + (h1 << 8) + (h2 << 16))
        return size, bool(flags & _ANIMATED)
    if name == b"VP8L":
        mark, bits = unpack("<BI", body, 0)
        if mark != 0x2F:
            raise Malformed("a WebP whose pixels do not begin as they should")
        return (1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)), False
    if name == b"VP8 ":
        frame, width, height = unpack("<B5xHH", body, 0)
        if frame & 1 or body[3:6] != b"\x9d\x01\x2a":
            raise Malformed("a WebP whose pixels do not begin as they should")
        return (width & 0x3FFF, height & 0x3FFF), False
    raise Malformed("a WebP that begins with none of the chunks it may begin with")
