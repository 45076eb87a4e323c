import struct
from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageOps

from brevviz.errors import ImageRejected
from brevviz.images import probe
from brevviz.images.decode import decode, upright_size
from brevviz.recipe import View


def decoded(data, at_least=None, **view):
    return decode(data, probe(data, 50_000_000), View(**view), at_least)


@pytest.mark.parametrize("kind", ["PNG", "BMP"])
def test_lossless_colour_comes_back_to_the_bit(photo, encode, kind):
    picture = photo(31, 57)
    assert np.array_equal(decoded(encode(picture, kind)), picture)


def test_a_bmp_from_the_top_down_is_the_same_picture(photo, encode):
    picture = photo(13, 7)
    data = encode(picture, "BMP")
    rows = np.frombuffer(data, np.uint8, offset=54).reshape(13, -1)[::-1]
    flipped = data[:22] + struct.pack("<i", -13) + data[26:54] + rows.tobytes()
    assert np.array_equal(decoded(flipped), picture)


@pytest.mark.parametrize(
    ("mode", "kind"),
    [
        ("1", "PNG"),
        ("L", "PNG"),
        ("LA", "PNG"),
        ("P", "PNG"),
        ("RGBA", "PNG"),
        ("1", "BMP"),
        ("L", "BMP"),
        ("P", "BMP"),
        ("RGBA", "BMP"),
        ("L", "JPEG"),
        ("RGB", "JPEG"),
        ("CMYK", "JPEG"),
        ("YCbCr", "JPEG"),
        ("P", "GIF"),
        ("L", "GIF"),
        ("1", "GIF"),
    ],
)
def test_each_kind_of_pixel_is_what_pillow_shows(photo, encode, mode, kind):
    data = encode(Image.fromarray(photo(20, 30)).convert(mode), kind)
    with Image.open(BytesIO(data)) as image:
        expected = np.asarray(
            image.convert("RGBA").convert("RGB") if mode == "P" else image.convert("RGB")
        )
    shown = decoded(data)
    assert shown.shape == (20, 30, 3)
    assert shown.dtype == np.uint8
    assert np.array_equal(shown, expected)


def test_a_progressive_jpeg_shows_what_the_plain_one_does(photo, encode):
    plain = encode(photo(64, 64), "JPEG")
    progressive = encode(photo(64, 64), "JPEG", progressive=True)
    assert progressive != plain
    assert np.array_equal(decoded(progressive), decoded(plain))


def test_transparency_shows_the_colour_beneath(encode):
    clear = Image.new("RGBA", (4, 4), (10, 200, 30, 0))
    assert (decoded(encode(clear)) == [10, 200, 30]).all()
    palette = Image.new("P", (4, 4), 1)
    palette.putpalette([0, 0, 0, 10, 200, 30])
    data = encode(palette, transparency=bytes([255, 0]))
    assert (decoded(data) == [10, 200, 30]).all()


def test_the_first_frame_of_an_animation_is_shown(encode):
    red, blue = Image.new("RGB", (6, 5), (255, 0, 0)), Image.new("RGB", (6, 5), (0, 0, 255))
    data = encode(red, "GIF", save_all=True, append_images=[blue])
    assert (decoded(data) == [255, 0, 0]).all()


@pytest.mark.parametrize("turn", range(1, 9))
@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_each_orientation_stands_upright(photo, encode, kind, turn):
    exif = Image.Exif()
    exif[0x0112] = turn
    data = encode(photo(24, 40), kind, exif=exif)
    with Image.open(BytesIO(data)) as image:
        expected = np.asarray(ImageOps.exif_transpose(image))
    header = probe(data, 50_000_000)
    assert np.array_equal(decoded(data), expected)
    assert upright_size(header, View()) == expected.shape[:2]
    assert upright_size(header, View(exif_orientation=False)) == (24, 40)


@pytest.mark.parametrize("turn", [1, 6])
@pytest.mark.parametrize(
    ("at_least", "size"),
    [
        ((192, 192), (240, 320)),
        ((120, 160), (120, 160)),
        ((60, 80), (60, 80)),
        ((61, 80), (120, 160)),
        ((1, 1), (60, 80)),
        ((241, 10), (480, 640)),
    ],
)
def test_a_large_jpeg_is_decoded_at_a_fraction(photo, encode, turn, at_least, size):
    exif = Image.Exif()
    exif[0x0112] = turn
    data = encode(photo(480, 640), "JPEG", exif=exif)
    if turn == 6:
        at_least, size = at_least[::-1], size[::-1]
    assert decoded(data, at_least).shape[:2] == size


def test_sixteen_bits_are_refused_and_never_black(encode):
    twelve_in_sixteen = Image.fromarray(np.full((8, 8), 2000, np.uint16))
    with pytest.raises(ImageRejected, match="16 bits a channel"):
        decoded(encode(twelve_in_sixteen))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF"])
def test_a_broken_body_is_refused_or_shown_whole(photo, encode, kind):
    data = bytearray(encode(photo(40, 60), kind))
    rng = np.random.default_rng(3)
    refused = 0
    for _ in range(60):
        broken = bytearray(data)
        for place in rng.integers(len(data) // 4, len(data) - 16, 4):
            broken[place] = rng.integers(256)
        try:
            shown = decoded(bytes(broken))
        except ImageRejected as rejected:
            assert rejected.problem  # noqa: PT017  # both outcomes are right; each has its law
            refused += 1
        else:
            assert shown.shape == (40, 60, 3)
    assert refused or kind != "PNG"


def test_a_decoder_that_disagrees_with_the_header_is_not_believed(photo, encode):
    data = encode(photo(8, 8))
    header = probe(encode(photo(8, 9)), 50_000_000)
    with pytest.raises(ImageRejected, match="header says 9 x 8 pixels"):
        decode(data, header, View())


def odd_bmp(depth, compression, between, body):
    """A BMP of 2 x 2 pixels by hand: `between` stands between its header and its pixels (masks, a palette)."""
    offset = 54 + len(between)
    head = struct.pack("<IiiHHIIiiII", 40, 2, 2, 1, depth, compression, len(body), 0, 0, 0, 0)
    return b"BM" + struct.pack("<IHHI", offset + len(body), 0, 0, offset) + head + between + body


RED, GREEN, BLUE, WHITE = [255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255]
PALETTE = b"".join(bytes([b, g, r, 0]) for r, g, b in (RED, GREEN, BLUE, WHITE)) + bytes(4 * 252)


@pytest.mark.parametrize(
    ("data", "note"),
    [
        (
            odd_bmp(
                16,
                3,
                struct.pack("<III", 0xF800, 0x07E0, 0x001F),
                struct.pack("<4H", 0x001F, 0xFFFF, 0xF800, 0x07E0),
            ),
            "bit fields",
        ),
        (
            odd_bmp(16, 0, b"", struct.pack("<4H", 0x001F, 0x7FFF, 0x7C00, 0x03E0)),
            "16 bits",
        ),
        (
            odd_bmp(
                32,
                0,
                b"",
                bytes([255, 0, 0, 0] + [255] * 3 + [0, 0, 0, 255, 0, 0, 255, 0, 0]),
            ),
            "32 bits",
        ),
        (odd_bmp(4, 0, PALETTE[:64], bytes([0x23, 0, 0, 0, 0x01, 0, 0, 0])), "4-bit palette"),
        (odd_bmp(8, 0, PALETTE, bytes([2, 3, 0, 0, 0, 1, 0, 0])), "8-bit palette"),
        (
            odd_bmp(8, 1, PALETTE, bytes([1, 2, 1, 3, 0, 0, 1, 0, 1, 1, 0, 1])),
            "RLE",
        ),
    ],
    ids=["565", "555", "32", "4", "8", "RLE8"],
)
def test_odd_bmps_have_the_colours_that_were_put_in(data, note):
    assert decoded(data).tolist() == [[RED, GREEN], [BLUE, WHITE]]
    assert probe(data, 100).notes == (note,)


@pytest.mark.parametrize(
    ("mode", "kind"), [("RGB", "PNG"), ("P", "GIF"), ("RGBA", "WebP"), ("CMYK", "TIFF")]
)
def test_a_large_picture_is_brought_to_rgb_a_few_rows_at_a_time(
    photo, encode, monkeypatch, mode, kind
):
    options = {"lossless": True} if kind == "WebP" else {}
    data = encode(Image.fromarray(photo(53, 37)).convert(mode), kind, **options)
    whole = decoded(data)
    monkeypatch.setattr("brevviz.images.decode._AT_A_TIME", 5 * 37)
    assert np.array_equal(decoded(data), whole)
