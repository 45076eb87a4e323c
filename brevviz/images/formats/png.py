"""PNG (W3C, third edition): IHDR, the orientation in eXIf, and an end that is there."""

from __future__ import annotations

from brevviz.images.formats.exif import orientation
from brevviz.images.formats.header import Header, Malformed, unpack

__all__ = ["header"]

_DEPTHS = {0: {1, 2, 4, 8, 16}, 2: {8, 16}, 3: {1, 2, 4, 8}, 4: {8, 16}, 6: {8, 16}}
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_DEFLATE = 1032
"""Bytes that one byte of a deflate stream can stand for, at most."""
_END = b"\0\0\0\0IEND\xaeB`\x82"
_CHUNKS = 1 << 14


def header(data: bytes) -> Header:
    """Read a PNG's header. Raises Malformed for an illegal IHDR or a file without its end."""
    length, name = unpack(">II", data, 8)
    if length != 13 or name.to_bytes(4, "big") != b"IHDR":
        raise Malformed("the PNG does not start with its header")
    width, height, depth, kind = unpack(">IIBB", data, 16)
    if not 0 < width < 2**31 or not 0 < height < 2**31:
        raise Malformed(f"a PNG of {width} x {height} pixels")
    if depth not in _DEPTHS.get(kind, set()):
        raise Malformed(f"a PNG of {depth} bits with colour type {kind}")
    row = (width * depth * _CHANNELS[kind] + 7) // 8
    if height * row > _DEFLATE * len(data):
        raise Malformed(f"{len(data)} bytes cannot hold a PNG of {width} x {height} pixels")
    if not data.endswith(_END):
        raise Malformed("the PNG is cut short or has bytes after its end")
    turn, notes = _ancillary(data)
    if kind == 3:
        notes = ("palette", *notes)
    return Header("PNG", width, height, bits=depth, orientation=turn, notes=notes)


def _ancillary(data: bytes) -> tuple[int, tuple[str, ...]]:
    """The orientation and what is unusual, from the chunks between the header and the end."""
    turn, notes, place = 1, [], 33
    for _ in range(_CHUNKS):
        if place + 12 > len(data):
            break
        length, name = int.from_bytes(data[place : place + 4], "big"), data[place + 4 : place + 8]
        if place + 12 + length > len(data):
            raise Malformed("the file is cut short inside a PNG chunk")
        if name == b"eXIf":
            turn = orientation(data[place + 8 : place + 8 + length])
        elif name == b"tRNS":
            notes.append("transparent colours")
        elif name == b"acTL":
            notes.append("animated: the still picture is shown")
        place += 12 + length
    return turn, tuple(notes)
