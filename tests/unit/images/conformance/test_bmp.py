"""BMPs written byte by byte: palettes, bit fields, runs, either direction, later headers."""

import struct

import numpy as np
import pytest
from odd_pixels import COLOUR, GREY, HEIGHT, PALETTE, WIDTH, bits_of, in_rgb


def bmp(depth, body, *, compression=0, between=b"", height=HEIGHT, header=40):
    offset = 14 + header + len(between)
    head = struct.pack(
        "<IiiHHIIiiII", header, WIDTH, height, 1, depth, compression, len(body), 0, 0, 0, 0
    )
    head += bytes(header - 40)
    return b"BM" + struct.pack("<IHHI", offset + len(body), 0, 0, offset) + head + between + body


def lines(rows):
    """Rows of bytes, each filled up to four, from the lowest up."""
    return b"".join(row.tobytes() + bytes(-len(row.tobytes()) % 4) for row in rows[::-1])


def colours(count):
    table = np.zeros((count, 4), np.uint8)
    table[:, :3] = PALETTE[:count, ::-1]
    return table.tobytes()


def bmps():
    for depth in (1, 4, 8):
        values = GREY & ((1 << depth) - 1)
        body = lines(bits_of(values.astype(np.int64), depth))
        yield f"BMP palette {depth}", bmp(depth, body, between=colours(1 << depth)), PALETTE[values]
    ramp = np.repeat(np.arange(256, dtype=np.uint8)[:, None], 4, axis=1)
    yield "BMP grey 8", bmp(8, lines(GREY), between=ramp.tobytes()), in_rgb(GREY)
    yield (
        "BMP inverse grey 8",
        bmp(8, lines(GREY), between=ramp[::-1].tobytes()),
        in_rgb(255 - GREY),
    )
    bgr = np.ascontiguousarray(COLOUR[:, :, ::-1])
    yield "BMP 24", bmp(24, lines(bgr)), COLOUR
    yield "BMP 24 from the top down", bmp(24, lines(bgr[::-1]), height=-HEIGHT), COLOUR
    yield "BMP 24 of a V4 header", bmp(24, lines(bgr), header=108), COLOUR
    yield "BMP 24 of a V5 header", bmp(24, lines(bgr), header=124), COLOUR
    yield "BMP 24 with bytes before its pixels", bmp(24, lines(bgr), between=b"camera: 7"), COLOUR
    yield "BMP 24 with bytes after its pixels", bmp(24, lines(bgr)) + b"serial: 42", COLOUR
    wide = np.concatenate([bgr, GREY[..., None]], axis=2)
    yield "BMP 32", bmp(32, lines(wide)), COLOUR
    yield "BMP 32 from the top down", bmp(32, lines(wide[::-1]), height=-HEIGHT), COLOUR
    r, g, b = (COLOUR[:, :, c].astype(np.uint16) for c in range(3))
    spread = lambda v, bits: (v.astype(int) * 255 // ((1 << bits) - 1)).astype(np.uint8)  # noqa: E731
    for name, bits in (("555", (5, 5, 5)), ("565", (5, 6, 5))):
        parts = [channel >> (8 - n) for channel, n in zip((r, g, b), bits, strict=True)]
        shift = bits[1] + bits[2]
        packed = (parts[0] << shift | parts[1] << bits[2] | parts[2]).astype("<u2")
        shown = np.stack([spread(part, n) for part, n in zip(parts, bits, strict=True)], axis=2)
        masks = [((1 << n) - 1) << s for n, s in zip(bits, (shift, bits[2], 0), strict=True)]
        data = bmp(16, lines(packed), compression=3, between=struct.pack("<III", *masks))
        yield f"BMP bit fields {name}", data, shown
        if name == "555":
            yield "BMP 16", bmp(16, lines(packed)), shown
    masks = struct.pack("<III", 0xFF0000, 0xFF00, 0xFF)
    yield "BMP bit fields 888", bmp(32, lines(wide), compression=3, between=masks), COLOUR
    yield "BMP RLE8", bmp(8, rle8(GREY), compression=1, between=colours(256)), PALETTE[GREY]
    few = GREY & 15
    yield "BMP RLE4", bmp(4, rle4(few), compression=2, between=colours(16)), PALETTE[few]


def rle8(rows):
    """Runs, stretches as they are, ends of lines and an end."""
    out = b""
    for row in rows[::-1]:
        out += bytes([1, row[0], 0, 4]) + row[1:5].tobytes()
        out += b"".join(bytes([1, value]) for value in row[5:]) + b"\0\0"
    return out + b"\0\1"


def rle4(rows):
    out = b""
    for row in rows[::-1]:
        pairs = np.append(row, 0) if len(row) % 2 else row
        for a, b in pairs.reshape(-1, 2)[: len(row) // 2]:
            out += bytes([2, a << 4 | b])
        if len(row) % 2:
            out += bytes([1, row[-1] << 4])
        out += b"\0\0"
    return out + b"\0\1"


CASES = [*bmps()]


@pytest.mark.parametrize(("data", "pixels"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_an_odd_file_is_shown_as_it_was_meant(data, pixels, shown_right):
    shown_right(data, pixels, "BMP")


REFUSED = [
    (
        "BMP of OS/2",
        b"BM" + struct.pack("<IHHIIHHHH", 30, 0, 0, 26, 12, 1, 1, 1, 24) + bytes(4),
        "OS/2",
    ),
    ("BMP with a JPEG inside", bmp(24, b"", compression=4), "compression 4"),
]


@pytest.mark.parametrize(("data", "reason"), [r[1:] for r in REFUSED], ids=[r[0] for r in REFUSED])
def test_what_cannot_be_shown_right_is_refused_with_the_reason(data, reason, refused):
    refused(data, reason)
