import struct
import zlib

import numpy as np
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st
from PIL import Image

from brevviz.errors import ImageRejected
from brevviz.images import probe

LIMIT = 50_000_000


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "BMP", "GIF"])
def test_reads_the_size_of_each_format(photo, encode, kind):
    header = probe(encode(photo(31, 57), kind), LIMIT)
    assert (header.format, header.height, header.width) == (kind, 31, 57)
    assert header.orientation == 1


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_reads_every_png(encode, mode):
    picture = Image.new(mode, (9, 7)) if mode != "I;16" else Image.new("I;16", (9, 7), 500)
    header = probe(encode(picture), LIMIT)
    assert (header.width, header.height) == (9, 7)
    assert header.bits == {"1": 1, "I;16": 16}.get(mode, 8) or mode == "P"


@pytest.mark.parametrize("turn", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_reads_the_orientation(photo, encode, kind, turn):
    exif = Image.Exif()
    exif[0x0112] = turn
    assert probe(encode(photo(8, 8), kind, exif=exif), LIMIT).orientation == turn


@pytest.mark.parametrize("value", [0, 9, 65_535])
def test_an_orientation_that_is_none_counts_as_upright(photo, encode, value):
    exif = Image.Exif()
    exif[0x0112] = value
    assert probe(encode(photo(8, 8), "JPEG", exif=exif), LIMIT).orientation == 1


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "the file is empty"),
        (b"hello, world", "not a PNG, JPEG, BMP, GIF, TIFF or WebP"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "cut short"),
        (b"RIFF\x04\0\0\0WAVE", "no WebP"),
        (b"RIFF\x04\0\0\0WEBP", "no pixels"),
        (b"II*\0\x08\0\0\0", "cut short"),
        (b"MM\0*\0\0\0\x08\0\0", "0 entries"),
        (b"II+\0\x08\0\0\0", "not a PNG, JPEG, BMP, GIF, TIFF or WebP"),
        (b"BM", "cut short"),
        (b"GIF89a\1", "cut short"),
        (b"GIF89a\0\0\1\0;", "0 x 1"),
        (b"GIF89a\1\0\1\0", "no GIF trailer"),
        (b"\xff\xd8\xff", "cut short"),
        (b"\xff\xd8\xff\xd9", "no frame header"),
        (b"\xff\xd8\xff\xe0\0\1", "no length"),
        (b"\x89PNG\r\n\x1a\n", "cut short"),
    ],
)
def test_refuses_what_is_no_image(data, reason):
    with pytest.raises(ImageRejected, match=reason) as error:
        probe(data, LIMIT, "s3://bucket/good/1.bmp")
    assert error.value.where == "s3://bucket/good/1.bmp"


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "BMP", "GIF"])
def test_refuses_a_file_cut_anywhere(photo, encode, kind):
    data = encode(photo(40, 40), kind)
    for length in range(0, len(data) - 1, max(1, len(data) // 97)):
        with pytest.raises(ImageRejected):
            probe(data[:length], LIMIT)


def test_refuses_a_png_that_claims_a_billion_pixels(encode):
    ihdr = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", 13) + b"IHDR" + ihdr + struct.pack(">I", zlib.crc32(b"IHDR" + ihdr))
    data = b"\x89PNG\r\n\x1a\n" + chunk + b"\0\0\0\0IEND\xaeB`\x82"
    with pytest.raises(ImageRejected, match=r"45 bytes cannot hold a PNG of 30000 x 30000 pixels"):
        probe(data, LIMIT)
    long_enough = data[:-12] + bytes(3_000_000) + data[-12:]
    with pytest.raises(ImageRejected, match=r"30000 x 30000 is 900,000,000 pixels; view\.max_pix"):
        probe(long_enough, LIMIT)


def test_the_limit_itself_is_let_in(photo, encode):
    data = encode(photo(10, 20))
    assert probe(data, 200).width == 20
    with pytest.raises(ImageRejected, match="allows 199"):
        probe(data, 199)


def test_refuses_a_jpeg_of_four_hundred_scans(photo, encode):
    data = encode(photo(16, 16), "JPEG")
    scan = data[data.index(b"\xff\xda") : -2]
    with pytest.raises(ImageRejected, match="scans; at most 64"):
        probe(data[:-2] + scan * 400 + b"\xff\xd9", LIMIT)


@pytest.mark.parametrize(("marker", "reason"), [(0xC3, "lossless"), (0xC9, "arithmetic")])
def test_refuses_rare_jpegs(photo, encode, marker, reason):
    data = encode(photo(16, 16), "JPEG")
    place = data.index(b"\xff\xc0")
    with pytest.raises(ImageRejected, match=reason):
        probe(data[: place + 1] + bytes([marker]) + data[place + 2 :], LIMIT)


def test_refuses_a_jpeg_of_twelve_bits(photo, encode):
    data = bytearray(encode(photo(16, 16), "JPEG"))
    data[data.index(b"\xff\xc0") + 4] = 12
    with pytest.raises(ImageRejected, match="12 bits a channel"):
        probe(bytes(data), LIMIT)


def bmp(width, height, *, depth=24, compression=0, offset=54, size=40, body=None):
    stride = (width * depth + 31) // 32 * 4
    body = bytes(stride * abs(height)) if body is None else body
    head = struct.pack("<IiiHHIIiiII", size, width, height, 1, depth, compression, 0, 0, 0, 0, 0)
    return b"BM" + struct.pack("<IHHI", offset + len(body), 0, 0, offset) + head + body


def test_reads_a_bmp_from_the_top_down():
    header = probe(bmp(5, -3), LIMIT)
    assert (header.width, header.height) == (5, 3)
    assert header.bmp is not None
    assert header.bmp.top_down


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (bmp(60_000, 60_000, body=b""), "cut short"),
        (bmp(5, 3, body=b"\0" * 47), "cut short"),
        (bmp(0, 3), "0 x 3"),
        (bmp(-5, 3, body=b""), "-5 x 3"),
        (bmp(5, 0), "5 x 0"),
        (bmp(5, 3, depth=23), "23 bits"),
        (bmp(5, 3, compression=4), "compression 4"),
        (bmp(5, 3, compression=1), "compression 1"),
        (bmp(5, 3, offset=10), "outside the file"),
        (bmp(5, 3, offset=10_000, body=b""), "outside the file"),
        (bmp(5, 3, size=12), "OS/2"),
    ],
)
def test_refuses_a_bmp_that_cannot_be(data, reason):
    with pytest.raises(ImageRejected, match=reason):
        probe(data, LIMIT)


def test_a_bmp_whose_lowest_height_has_no_negative():
    with pytest.raises(ImageRejected):
        probe(bmp(5, -(2**31), body=b""), LIMIT)


def test_notes_say_what_is_unusual(encode):
    palette = Image.new("P", (4, 4))
    palette.putpalette([1, 2, 3])
    assert probe(encode(palette), LIMIT).notes == ("palette",)
    assert probe(encode(Image.new("CMYK", (4, 4)), "JPEG"), LIMIT).notes == ("CMYK",)
    assert probe(encode(palette, "BMP"), LIMIT).notes == ("8-bit palette",)


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_no_bytes_make_the_probe_itself_fail(encode, data):
    kind = data.draw(st.sampled_from(["PNG", "JPEG", "BMP", "GIF"]))
    good = bytearray(encode(np.arange(300, dtype=np.uint8).reshape(10, 10, 3), kind))
    for place in data.draw(st.lists(st.integers(0, min(len(good), 200) - 1), max_size=8)):
        good[place] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(good)))
    try:
        header = probe(bytes(good[:cut]), LIMIT)
    except ImageRejected:
        event("refused")
    else:
        assert 0 < header.width * header.height <= LIMIT
