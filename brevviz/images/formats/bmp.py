"""BMP: Windows bitmaps, with the layout that lets 24-bit rows be read without a decoder."""

from __future__ import annotations

from brevviz.images.formats.header import BmpPixels, Header, Malformed, unpack

__all__ = ["header"]

_RGB, _RLE8, _RLE4, _BITFIELDS, _ALPHA_BITFIELDS = 0, 1, 2, 3, 6
_DEPTHS = {
    _RGB: {1, 4, 8, 16, 24, 32},
    _RLE8: {8},
    _RLE4: {4},
    _BITFIELDS: {16, 32},
    _ALPHA_BITFIELDS: {16, 32},
}
_NAMES = {_RLE8: "RLE", _RLE4: "RLE", _BITFIELDS: "bit fields", _ALPHA_BITFIELDS: "bit fields"}


def header(data: bytes) -> Header:
    """Read a BMP's header. Raises Malformed when the rows would not fit into the file."""
    (offset,) = unpack("<I", data, 10)
    (size,) = unpack("<I", data, 14)
    if size < 40:
        raise Malformed("OS/2 bitmaps (a header of 12 bytes) are not let in; save it as PNG")
    width, signed_height, planes, depth, compression = unpack("<iiHHI", data, 18)
    height = abs(signed_height)
    if width <= 0 or height == 0:
        raise Malformed(f"a BMP of {width} x {signed_height} pixels")
    if planes != 1 or depth not in _DEPTHS.get(compression, set()):
        raise Malformed(f"a BMP of {depth} bits with compression {compression} is not let in")
    if offset < 14 + size or offset > len(data):
        raise Malformed("the BMP's pixels start outside the file")
    stride = (width * depth + 31) // 32 * 4
    if compression not in {_RLE8, _RLE4} and offset + stride * height > len(data):
        raise Malformed(
            f"the file is cut short: {len(data)} bytes, "
            f"{offset + stride * height} are needed for {width} x {height} pixels"
        )
    if compression == _RGB and depth == 24:
        return Header("BMP", width, height, bmp=BmpPixels(offset, stride, signed_height < 0))
    note = _NAMES.get(compression) or (f"{depth}-bit palette" if depth <= 8 else f"{depth} bits")
    return Header("BMP", width, height, notes=(note,))
