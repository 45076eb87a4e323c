"""TIFF 6.0: the first page, when it is of a kind that Pillow shows right."""

from __future__ import annotations

from brevviz.images.formats.header import Header, Malformed, unpack

__all__ = ["header"]

_ORDERS = {b"II": "<", b"MM": ">"}
_TYPES = {1: (1, "B"), 3: (2, "H"), 4: (4, "I")}
"""Field type → bytes and `struct` letter: the three that the tags below may have."""

_WIDTH, _HEIGHT, _BITS, _COMPRESSION, _PHOTOMETRIC = 256, 257, 258, 259, 262
_STRIPS, _ORIENTATION, _SAMPLES, _ROWS, _STRIP_BYTES = 273, 274, 277, 278, 279
_PLANES, _TILE_WIDTH, _TILE_HEIGHT, _TILES, _TILE_BYTES = 284, 322, 323, 324, 325
_SAMPLE_FORMAT = 339
_TAGS = frozenset(
    {
        *(_WIDTH, _HEIGHT, _BITS, _COMPRESSION, _PHOTOMETRIC),
        *(_STRIPS, _ORIENTATION, _SAMPLES, _ROWS, _STRIP_BYTES),
        *(_PLANES, _TILE_WIDTH, _TILE_HEIGHT, _TILES, _TILE_BYTES),
        _SAMPLE_FORMAT,
    }
)
_ENTRIES = 512
_PIECES = 1 << 20

_PLAIN = 1
_COMPRESSIONS = {_PLAIN, 5, 8, 32773, 32946}
_COMPRESSION_NAMES = {5: "LZW", 8: "deflate", 32773: "PackBits", 32946: "deflate"}
_KINDS = {
    0: ("grey, white is 0", {1, 4, 8}, {1, 2}),
    1: ("grey", {1, 4, 8, 16}, {1, 2}),
    2: ("RGB", {8, 16}, {3, 4}),
    3: ("palette", {1, 4, 8}, {1}),
    5: ("CMYK", {8}, {4}),
}
"""Photometric interpretation → name, bits a channel and channels that are let in."""


def header(data: bytes) -> Header:
    """Read the first page's directory.

    Raises Malformed for a compression, kind or number of bits that is not let in, and for pixels
    that are not in the file.
    """
    order = _ORDERS[data[:2]]
    (directory,) = unpack(order + "I", data, 4)
    tags, last = _directory(data, directory, order)
    width, height = _one(tags, _WIDTH, 0), _one(tags, _HEIGHT, 0)
    if width < 1 or height < 1:
        raise Malformed(f"a TIFF of {width} x {height} pixels")
    bits, channels = _kind(tags)
    compression = _one(tags, _COMPRESSION, _PLAIN)
    if compression not in _COMPRESSIONS:
        raise Malformed(f"a TIFF of compression {compression} is not let in; save it as PNG")
    _check_pieces(data, tags, width, height, bits * channels, compression == _PLAIN)
    turn = _one(tags, _ORIENTATION, 1)
    notes = [_COMPRESSION_NAMES[compression]] if compression != _PLAIN else []
    photometric = _one(tags, _PHOTOMETRIC, -1)
    if photometric not in {1, 2}:
        notes.append(_KINDS[photometric][0])
    if last:
        notes.append("several pages: the first is shown")
    return Header(
        "TIFF",
        width,
        height,
        bits=bits,
        orientation=turn if 1 <= turn <= 8 else 1,
        notes=tuple(notes),
    )


def _directory(data: bytes, place: int, order: str) -> tuple[dict[int, tuple[int, ...]], int]:
    """The tags that matter, and where the next page's directory is, 0 for none."""
    (count,) = unpack(order + "H", data, place)
    if not 0 < count <= _ENTRIES:
        raise Malformed(f"a TIFF directory of {count} entries")
    tags: dict[int, tuple[int, ...]] = {}
    for entry in range(place + 2, place + 2 + 12 * count, 12):
        tag, kind, number = unpack(order + "HHI", data, entry)
        if tag not in _TAGS:
            continue
        if tag in tags:
            raise Malformed(f"a TIFF with tag {tag} twice")
        if kind not in _TYPES or not 0 < number <= _PIECES:
            raise Malformed(f"a TIFF whose tag {tag} is of type {kind}, {number} times")
        size, letter = _TYPES[kind]
        start = entry + 8
        if size * number > 4:
            (start,) = unpack(order + "I", data, start)
        tags[tag] = unpack(f"{order}{number}{letter}", data, start)
    (following,) = unpack(order + "I", data, place + 2 + 12 * count)
    return tags, following


def _one(tags: dict[int, tuple[int, ...]], tag: int, default: int) -> int:
    values = tags.get(tag, (default,))
    if len(values) != 1:
        raise Malformed(f"a TIFF whose tag {tag} has {len(values)} values")
    return values[0]


def _kind(tags: dict[int, tuple[int, ...]]) -> tuple[int, int]:
    """Bits a channel and channels; raises Malformed for a kind that is not let in."""
    channels = _one(tags, _SAMPLES, 1)
    depths = set(tags.get(_BITS, (1,)))
    bits = min(depths)
    photometric = _one(tags, _PHOTOMETRIC, -1)
    name, some_bits, some_channels = _KINDS.get(photometric, ("", set(), set()))
    if not name:
        raise Malformed(f"a TIFF of photometric kind {photometric} is not let in; save it as PNG")
    if len(depths) > 1 or bits not in some_bits or channels not in some_channels:
        text = " and ".join(map(str, sorted(depths)))
        raise Malformed(f"a TIFF ({name}) of {channels} channels of {text} bits is not let in")
    if set(tags.get(_SAMPLE_FORMAT, (1,))) != {1}:
        raise Malformed("a TIFF of signed or floating-point levels is not let in")
    if channels > 1 and _one(tags, _PLANES, 1) != 1:
        raise Malformed("a TIFF of one plane for each channel is not let in")
    return bits, channels


def _check_pieces(  # noqa: PLR0917  # sizes of one thing
    data: bytes,
    tags: dict[int, tuple[int, ...]],
    width: int,
    height: int,
    pixel_bits: int,
    plain: bool,
) -> None:
    """Raise Malformed unless strips or tiles are as many as they should be, and in the file."""
    tiled = _TILES in tags
    starts = tags.get(_TILES if tiled else _STRIPS, ())
    lengths = tags.get(_TILE_BYTES if tiled else _STRIP_BYTES, ())
    if tiled:
        wide, high = _one(tags, _TILE_WIDTH, 0), _one(tags, _TILE_HEIGHT, 0)
        if not 0 < wide <= 2 * width + 1024 or not 0 < high <= 2 * height + 1024:
            raise Malformed(f"a TIFF of tiles of {wide} x {high} pixels")
    else:
        wide, high = width, min(_one(tags, _ROWS, height), height)
        if high < 1:
            raise Malformed("a TIFF of strips of no rows")
    count = -(-width // wide) * -(-height // high)
    if len(starts) != count or len(lengths) != count:
        raise Malformed(
            f"a TIFF of {len(starts)} pieces with {len(lengths)} lengths; {count} are needed"
        )
    if any(start + length > len(data) for start, length in zip(starts, lengths, strict=True)):
        raise Malformed(f"the file is cut short: {len(data)} bytes, its pixels reach beyond")
    row = (wide * pixel_bits + 7) // 8
    needed = row * high * count if tiled else row * height
    if plain and sum(lengths) < needed:
        raise Malformed(f"{sum(lengths)} bytes cannot hold a TIFF of {width} x {height} pixels")
