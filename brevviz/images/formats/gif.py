"""GIF: the screen's size; the first frame is the picture."""

from __future__ import annotations

from brevviz.images.formats.header import Header, Malformed, unpack

__all__ = ["header"]

_TRAILER = 0x3B


def header(data: bytes) -> Header:
    """Read a GIF's header. Raises Malformed when the file does not end as a GIF does."""
    width, height = unpack("<HH", data, 6)
    if not width or not height:
        raise Malformed(f"a GIF of {width} x {height} pixels")
    # Encoders pad with zeros after the trailer.
    if data[-1024:].rstrip(b"\0")[-1:] != bytes([_TRAILER]):
        raise Malformed(f"the file is cut short: {len(data)} bytes with no GIF trailer")
    return Header("GIF", width, height)
