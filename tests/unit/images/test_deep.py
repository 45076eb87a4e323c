"""Sixteen bits a channel, by the formula, from files that the tests write byte by byte."""

import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from brevviz.errors import ImageRejected
from brevviz.images import ImagePipeline, probe
from brevviz.images.deep import sixteen_bits, windowed


def png(levels, kind):
    """A PNG of uint16 (height, width, channels), its rows filtered in all five ways in turn."""
    height, width, channels = levels.shape
    rows = levels.astype(">u2").view(np.uint8).reshape(height, -1).astype(int)
    step = 2 * channels
    left = np.pad(rows, ((0, 0), (step, 0)))[:, : rows.shape[1]]
    up = np.pad(rows, ((1, 0), (0, 0)))[:-1]
    upper_left = np.pad(left, ((1, 0), (0, 0)))[:-1]
    p = left + up - upper_left
    a, b, c = abs(p - left), abs(p - up), abs(p - upper_left)
    paeth = np.where((a <= b) & (a <= c), left, np.where(b <= c, up, upper_left))
    filters = (0, left, up, (left + up) // 2, paeth)
    body = b"".join(
        bytes([y % 5]) + (rows - filters[y % 5])[y].astype(np.uint8).tobytes()
        for y in range(height)
    )
    ihdr = struct.pack(">IIBBBBB", width, height, 16, kind, 0, 0, 0)
    chunks = ((b"IHDR", ihdr), (b"IDAT", zlib.compress(body)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )


def tiff(levels, order="<", *, compression=1, kind=None):
    """A TIFF of uint16 (height, width, channels) in one strip, of either byte order."""
    height, width, channels = levels.shape
    body = levels.astype(f"{order}u2").tobytes()
    if compression == 8:
        body = zlib.compress(body)
    kind = kind or (2 if channels >= 3 else 1)
    bits_at = 8 + 2 + 12 * (10 if channels != 4 else 11) + 4
    entries = [
        (256, 4, 1, width),
        (257, 4, 1, height),
        (258, 3, channels, bits_at if channels > 2 else 16),
        (259, 3, 1, compression),
        (262, 3, 1, kind),
        (273, 4, 1, bits_at + 8),
        (277, 3, 1, channels),
        (278, 4, 1, height),
        (279, 4, 1, len(body)),
        (284, 3, 1, 1),
    ]
    if channels == 4:
        entries.append((338, 3, 1, 2))
    packed = b"".join(
        struct.pack(f"{order}HHI", tag, field, count)
        + (
            struct.pack(f"{order}HH", value, 0)
            if field == 3 and count == 1
            else struct.pack(f"{order}I", value)
        )
        for tag, field, count, value in entries
    )
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}I", 8)
    bits = struct.pack(f"{order}4H", *[16] * 4)
    return head + struct.pack(f"{order}H", len(entries)) + packed + bytes(4) + bits + body


def noise(channels):
    return np.random.default_rng(5).integers(0, 1 << 16, (11, 9, channels)).astype(np.uint16)


@pytest.mark.parametrize(("channels", "kind"), [(1, 0), (3, 2), (2, 4), (4, 6)])
def test_every_bit_of_a_png_is_read(channels, kind):
    levels = noise(channels)
    data = png(levels, kind)
    colours = 1 if channels < 3 else 3
    assert np.array_equal(sixteen_bits(data, probe(data, 999), "x"), levels[:, :, :colours])


@pytest.mark.parametrize("compression", [1, 8])
@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("channels", [1, 3, 4])
def test_every_bit_of_a_tiff_is_read(channels, order, compression):
    levels = noise(channels)
    data = tiff(levels, order, compression=compression)
    header = probe(data, 999)
    assert (header.format, header.bits) == ("TIFF", 16)
    colours = 1 if channels < 3 else 3
    assert np.array_equal(sixteen_bits(data, header, "x"), levels[:, :, :colours])


def test_the_window_is_rounded_in_whole_numbers():
    levels = np.arange(1 << 16, dtype=np.uint16)
    shown = windowed(levels, (1000, 5000))
    exact = np.clip((levels.astype(float) - 1000) / 4000, 0, 1) * 255
    assert np.array_equal(shown, np.floor(exact + 0.5))
    assert np.array_equal(windowed(levels, (0, 255)), np.minimum(levels, 255))
    assert windowed(levels, (0, 1)).tolist()[:3] == [0, 255, 255]


def test_without_a_window_sixteen_bits_are_refused_and_never_black(encode):
    twelve_in_sixteen = Image.fromarray(np.full((8, 8), 2000, np.uint16))
    for kind in ("PNG", "TIFF"):
        data = encode(twelve_in_sixteen, kind)
        with pytest.raises(ImageRejected, match=r"16 bits a channel.*Set view\.window"):
            ImagePipeline().load(data)
        shown = ImagePipeline(window=(0, 4000)).load(data).working
        assert (shown == 128).all()


def test_one_window_for_all_files(encode):
    ramp = np.arange(64, dtype=np.uint16).reshape(8, 8) * 100
    pipeline = ImagePipeline(window=(0, 6300))
    bright = pipeline.load(encode(Image.fromarray(ramp))).working
    dark = pipeline.load(encode(Image.fromarray(ramp // 2))).working
    assert bright.max() == 255
    assert dark.max() == 128


def test_files_of_eight_bits_pay_no_heed_to_the_window(photo, encode):
    data = encode(photo(8, 8))
    plain = ImagePipeline().load(data).working
    assert np.array_equal(ImagePipeline(window=(1000, 2000)).load(data).working, plain)
