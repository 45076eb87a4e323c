"""Odd files of every format: each is shown as its writer meant and as Pillow reads it, or refused.

Lossless files are held against the pixels that were put in; lossy ones against Pillow alone.
"""

import struct
import zlib
from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageOps

from brevviz.errors import ImageRejected
from brevviz.images import probe
from brevviz.images.decode import decode
from brevviz.recipe import View

HEIGHT, WIDTH = 13, 19
VIEW = View()
RNG = np.random.default_rng(11)
COLOUR = RNG.integers(0, 256, (HEIGHT, WIDTH, 3), dtype=np.uint8)
GREY = RNG.integers(0, 256, (HEIGHT, WIDTH), dtype=np.uint8)
PALETTE = RNG.integers(0, 256, (256, 3), dtype=np.uint8)


def in_rgb(grey):
    return np.broadcast_to(grey[:, :, None], (*grey.shape, 3))


def bits_of(values, depth):
    """Rows of numbers packed into bytes, the first in the high bits."""
    per_byte = 8 // depth
    padded = np.pad(values, ((0, 0), (0, -values.shape[1] % per_byte))).reshape(
        len(values), -1, per_byte
    )
    shifts = 8 - depth * (1 + np.arange(per_byte))
    return (padded << shifts).sum(axis=2).astype(np.uint8)


def saved(picture, kind, **options):
    buffer = BytesIO()
    if not isinstance(picture, Image.Image):
        picture = Image.fromarray(np.ascontiguousarray(picture))
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


# --- PNG ---

ADAM7 = (
    (0, 0, 8, 8),
    (0, 4, 8, 8),
    (4, 0, 8, 4),
    (0, 2, 4, 4),
    (2, 0, 4, 2),
    (0, 1, 2, 2),
    (1, 0, 2, 1),
)


def png(values, depth, kind, *, interlaced=False, extra=()):
    """values: whole numbers (height, width, channels)."""

    def rows(part):
        if depth == 16:
            lines = part.astype(">u2").reshape(len(part), -1).view(np.uint8)
        elif depth == 8:
            lines = part.astype(np.uint8).reshape(len(part), -1)
        else:
            lines = bits_of(part[:, :, 0].astype(np.int64), depth)
        return b"".join(b"\0" + line.tobytes() for line in lines)

    passes = [values[y::h, x::w] for y, x, h, w in ADAM7] if interlaced else [values]
    body = zlib.compress(b"".join(rows(part) for part in passes if part.size))
    height, width = values.shape[:2]
    ihdr = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, interlaced)
    chunks = [(b"IHDR", ihdr), *extra, (b"IDAT", body), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )


def pngs():
    for interlaced in (False, True):
        end = " interlaced" if interlaced else ""
        for depth in (1, 2, 4, 8):
            top = (1 << depth) - 1
            levels = GREY & top
            shown = in_rgb((levels.astype(int) * 255 // top).astype(np.uint8))
            yield (
                f"PNG grey {depth}{end}",
                png(levels[..., None], depth, 0, interlaced=interlaced),
                shown,
            )
            palette = [(b"PLTE", PALETTE[: top + 1].tobytes())]
            yield (
                f"PNG palette {depth}{end}",
                png(levels[..., None], depth, 3, interlaced=interlaced, extra=palette),
                PALETTE[levels],
            )
            clear = [*palette, (b"tRNS", bytes(range(top + 1)))]
            yield (
                f"PNG palette {depth} transparent{end}",
                png(levels[..., None], depth, 3, interlaced=interlaced, extra=clear),
                PALETTE[levels],
            )
        yield f"PNG RGB{end}", png(COLOUR, 8, 2, interlaced=interlaced), COLOUR
        yield (
            f"PNG RGB transparent{end}",
            png(COLOUR, 8, 2, interlaced=interlaced, extra=[(b"tRNS", bytes(6))]),
            COLOUR,
        )
        alpha = np.concatenate([COLOUR, GREY[..., None]], axis=2)
        yield f"PNG RGBA{end}", png(alpha, 8, 6, interlaced=interlaced), COLOUR
        with_alpha = np.stack([GREY, GREY[::-1]], axis=2)
        yield f"PNG grey and alpha{end}", png(with_alpha, 8, 4, interlaced=interlaced), in_rgb(GREY)


def deep_pngs():
    levels = RNG.integers(0, 1 << 16, (HEIGHT, WIDTH, 4)).astype(np.uint16)
    for interlaced in (False, True):
        end = " interlaced" if interlaced else ""
        for name, kind, channels in (
            ("grey", 0, 1),
            ("RGB", 2, 3),
            ("grey and alpha", 4, 2),
            ("RGBA", 6, 4),
        ):
            colours = levels[:, :, : 3 if channels > 2 else 1]
            yield (
                f"PNG 16 {name}{end}",
                png(levels[:, :, :channels], 16, kind, interlaced=interlaced),
                colours,
            )


# --- BMP ---


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


# --- JPEG, GIF, WebP: Pillow's own, compared with Pillow; GIF and lossless WebP with the source ---


def jpegs():
    smooth = Image.fromarray(COLOUR).resize((61, 47), Image.Resampling.BICUBIC)
    for sampling in ("4:4:4", "4:2:2", "4:2:0"):
        for progressive in (False, True):
            data = saved(smooth, "JPEG", subsampling=sampling, progressive=progressive, quality=85)
            yield f"JPEG {sampling}{' progressive' if progressive else ''}", data, None
    for size in ((2, 2), (7, 9), (8, 8), (17, 33)):
        yield f"JPEG {size[0]} x {size[1]}", saved(smooth.resize(size), "JPEG"), None
    yield "JPEG with restarts", saved(smooth, "JPEG", restart_marker_blocks=3), None
    yield "JPEG not in YCbCr", saved(smooth, "JPEG", keep_rgb=True), None
    for mode in ("L", "CMYK"):
        yield f"JPEG {mode}", saved(smooth.convert(mode), "JPEG"), None
    comment = saved(smooth, "JPEG", comment=b"\xff\xd9 no end")
    yield "JPEG with an end in its comment", comment, None
    yield "JPEG with zeros after its end", comment + bytes(64), None
    for turn in range(1, 9):
        exif = Image.Exif()
        exif[0x0112] = turn
        yield f"JPEG turned {turn}", saved(smooth, "JPEG", exif=exif), None


def gifs():
    few = Image.fromarray(GREY & 7, "P")
    few.putpalette(PALETTE[:8].tobytes())
    shown = PALETTE[GREY & 7]
    yield "GIF", saved(few, "GIF", interlace=0), shown
    yield "GIF interlaced", saved(few, "GIF", interlace=1), shown
    other = Image.fromarray((GREY + 1) & 7, "P")
    other.putpalette(PALETTE[:8].tobytes())
    yield "GIF animated", saved(few, "GIF", save_all=True, append_images=[other], duration=9), shown
    data = saved(few, "GIF", transparency=3)
    yield "GIF transparent", data, shown
    small = bytearray(saved(few, "GIF"))
    struct.pack_into("<HH", small, 6, WIDTH + 4, HEIGHT + 3)
    place = small.index(b"\x2c\0\0\0\0")
    struct.pack_into("<HH", small, place + 1, 2, 1)
    yield "GIF whose frame is smaller than its screen", bytes(small), None


def webps():
    picture = Image.fromarray(COLOUR)
    yield "WebP", saved(picture, "WebP"), None
    yield "WebP lossless", saved(picture, "WebP", lossless=True), COLOUR
    alpha = Image.fromarray(np.concatenate([COLOUR, GREY[..., None]], axis=2))
    yield "WebP with alpha", saved(alpha, "WebP", lossless=True, exact=True), COLOUR
    exif = Image.Exif()
    exif[0x0112] = 6
    yield "WebP turned", saved(picture, "WebP", lossless=True, exif=exif), np.rot90(COLOUR, -1)
    frames = [Image.fromarray(COLOUR[::-1])]
    data = saved(picture, "WebP", save_all=True, append_images=frames, lossless=True)
    yield "WebP animated", data, COLOUR


# --- TIFF ---


def tiff(rows, kind, bits, *, order="<", compression=1, turn=1, tile=0, strips=1, extra=()):
    """rows: uint8 (height, bytes); one directory, then everything else."""
    height = len(rows)
    pack = {1: bytes, 8: zlib.compress, 32946: zlib.compress}[compression]
    if tile:
        step = rows.shape[1] // WIDTH
        grid = np.zeros((-(-height // tile) * tile, -(-WIDTH // tile) * tile * step), np.uint8)
        grid[:height, : rows.shape[1]] = rows
        pieces = [
            pack(np.ascontiguousarray(grid[y : y + tile, x : x + tile * step]).tobytes())
            for y in range(0, len(grid), tile)
            for x in range(0, grid.shape[1], tile * step)
        ]
    else:
        high = -(-height // strips)
        pieces = [pack(rows[y : y + high].tobytes()) for y in range(0, height, high)]
    channels = len(bits)
    tags = {256: (4, [WIDTH]), 257: (4, [height]), 258: (3, bits), 259: (3, [compression])}
    tags |= {262: (3, [kind]), 274: (3, [turn]), 277: (3, [channels]), 284: (3, [1])}
    lengths = [len(piece) for piece in pieces]
    if tile:
        tags |= {322: (3, [tile]), 323: (3, [tile]), 324: (4, lengths), 325: (4, lengths)}
    else:
        tags |= {273: (4, lengths), 278: (4, [high]), 279: (4, lengths)}
    tags |= dict(extra)
    after = 8 + 2 + 12 * len(tags) + 4
    room = sum(
        len(v) * (2 if t == 3 else 4) for t, v in tags.values() if len(v) * (2 if t == 3 else 4) > 4
    )
    starts = np.cumsum([after + room, *lengths])[:-1].tolist()
    tags[324 if tile else 273] = (4, starts)
    entries, values = b"", b""
    for tag, (field, numbers) in sorted(tags.items()):
        body = struct.pack(f"{order}{len(numbers)}{'H' if field == 3 else 'I'}", *numbers)
        entries += struct.pack(f"{order}HHI", tag, field, len(numbers))
        if len(body) > 4:
            entries += struct.pack(f"{order}I", after + len(values))
            values += body
        else:
            entries += body.ljust(4, b"\0")
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}IH", 8, len(tags))
    return head + entries + bytes(4) + values + b"".join(pieces)


def tiffs():
    rgb = COLOUR.reshape(HEIGHT, -1)
    table = [(320, (3, (PALETTE.T.astype(int) * 257).reshape(-1).tolist()))]
    for order in "<>":
        end = " big-endian" if order == ">" else ""
        for compression in (1, 8, 32946):
            also = end + (f" compression {compression}" if compression != 1 else "")
            options = {"order": order, "compression": compression}
            yield f"TIFF RGB{also}", tiff(rgb, 2, [8, 8, 8], **options), COLOUR
            yield f"TIFF grey{also}", tiff(GREY, 1, [8], **options), in_rgb(GREY)
            yield f"TIFF white is 0{also}", tiff(GREY, 0, [8], **options), in_rgb(255 - GREY)
            yield f"TIFF palette{also}", tiff(GREY, 3, [8], extra=table, **options), PALETTE[GREY]
            tiles = tiff(rgb, 2, [8, 8, 8], tile=16, **options)
            yield f"TIFF tiles{also}", tiles, COLOUR
            yield f"TIFF strips{also}", tiff(rgb, 2, [8, 8, 8], strips=4, **options), COLOUR
        ones = GREY & 1
        yield (
            f"TIFF 1 bit{end}",
            tiff(bits_of(ones.astype(int), 1), 1, [1], order=order),
            in_rgb(ones * 255),
        )
        four = GREY & 15
        yield (
            f"TIFF 4 bits{end}",
            tiff(bits_of(four.astype(int), 4), 1, [4], order=order),
            in_rgb(four * 17),
        )
    alpha = np.concatenate([COLOUR, GREY[..., None]], axis=2).reshape(HEIGHT, -1)
    yield "TIFF RGBA", tiff(alpha, 2, [8] * 4, extra=[(338, (3, [2]))]), COLOUR
    yield "TIFF RGBX", tiff(alpha, 2, [8] * 4, extra=[(338, (3, [0]))]), COLOUR
    yield "TIFF LZW", saved(COLOUR, "TIFF", compression="tiff_lzw"), COLOUR
    yield "TIFF PackBits", saved(COLOUR, "TIFF", compression="packbits"), COLOUR
    pages = [Image.fromarray(COLOUR[::-1])]
    data = saved(Image.fromarray(COLOUR), "TIFF", save_all=True, append_images=pages)
    yield "TIFF of two pages", data, COLOUR
    yield "TIFF CMYK", saved(Image.fromarray(COLOUR).convert("CMYK"), "TIFF"), None
    for turn in range(2, 9):
        data = tiff(rgb, 2, [8, 8, 8], turn=turn)
        yield f"TIFF turned {turn}", data, None


def deep_tiffs():
    levels = RNG.integers(0, 1 << 16, (HEIGHT, WIDTH, 3)).astype(np.uint16)
    for order in "<>":
        for compression in (1, 8):
            end = f"{' big-endian' if order == '>' else ''} compression {compression}"
            options = {"order": order, "compression": compression}
            rows = levels.astype(f"{order}u2").view(np.uint8).reshape(HEIGHT, -1)
            yield f"TIFF 16 RGB{end}", tiff(rows, 2, [16] * 3, **options), levels
            tiles = tiff(rows, 2, [16] * 3, tile=16, **options)
            yield f"TIFF 16 RGB tiles{end}", tiles, levels
            grey = levels[:, :, :1]
            rows = grey.astype(f"{order}u2").view(np.uint8).reshape(HEIGHT, -1)
            yield f"TIFF 16 grey{end}", tiff(rows, 1, [16], **options), grey


CASES = [*pngs(), *bmps(), *jpegs(), *gifs(), *webps(), *tiffs()]
DEEP = [*deep_pngs(), *deep_tiffs()]


def as_pillow_shows(data):
    with Image.open(BytesIO(data)) as image:
        turned = ImageOps.exif_transpose(image)
        if turned.mode in {"P", "PA"}:
            turned = turned.convert("RGBA")
        return np.asarray(turned.convert("RGB"))


@pytest.mark.parametrize(
    ("data", "pixels"), [case[1:] for case in CASES], ids=[c[0] for c in CASES]
)
def test_an_odd_file_is_shown_as_it_was_meant(data, pixels):
    shown = decode(data, probe(data, 10_000), VIEW)
    assert np.array_equal(shown, as_pillow_shows(data))
    if pixels is not None:
        assert np.array_equal(shown, pixels)


@pytest.mark.parametrize(("data", "levels"), [case[1:] for case in DEEP], ids=[c[0] for c in DEEP])
def test_sixteen_bits_are_shown_through_the_window(data, levels):
    low, high = 1000, 40_000
    shown = decode(data, probe(data, 10_000), View(window=(low, high)))
    exact = np.clip((levels.astype(float) - low) / (high - low), 0, 1) * 255
    assert np.abs(shown - exact).max() <= 0.5


REFUSED = [
    (
        "BMP of OS/2",
        b"BM" + struct.pack("<IHHIIHHHH", 30, 0, 0, 26, 12, 1, 1, 1, 24) + bytes(4),
        "OS/2",
    ),
    ("BMP with a JPEG inside", bmp(24, b"", compression=4), "compression 4"),
    ("PNG 16 without a window", DEEP[0][1], r"Set view\.window"),
    ("TIFF 16 white is 0", tiff(GREY.repeat(2, axis=1), 0, [16]), "of 16 bits is not let in"),
    ("TIFF of 32 bits", tiff(GREY.repeat(4, axis=1), 1, [32]), "of 32 bits is not let in"),
    (
        "TIFF of signed levels",
        tiff(GREY, 1, [8], extra=[(339, (3, [2]))]),
        "signed or floating-point",
    ),
    (
        "TIFF of planes",
        tiff(COLOUR.reshape(HEIGHT, -1), 2, [8] * 3, extra=[(284, (3, [2]))]),
        "plane for each",
    ),
    ("TIFF of unequal bits", tiff(COLOUR.reshape(HEIGHT, -1), 2, [8, 8, 4]), "4 and 8 bits"),
    ("TIFF of a colour filter array", tiff(GREY, 32803, [8]), "photometric kind 32803"),
    ("TIFF of JPEG pieces", saved(COLOUR, "TIFF", compression="jpeg"), "is not let in"),
    ("TIFF cut short", tiff(GREY, 1, [8])[:-40], "cut short"),
    ("TIFF of too few strips", tiff(GREY, 1, [8], extra=[(278, (4, [2]))]), "7 are needed"),
    ("TIFF whose strip is too short", tiff(GREY, 1, [8], extra=[(279, (4, [9]))]), "cannot hold"),
    ("BigTIFF", b"II+\0" + bytes(40), "not a PNG, JPEG, BMP, GIF, TIFF or WebP"),
    (
        "WebP of a canvas beyond its frames",
        saved(COLOUR, "WebP", save_all=True, append_images=[Image.fromarray(COLOUR[::-1])]).replace(
            struct.pack("<I", WIDTH - 1)[:3] + struct.pack("<I", HEIGHT - 1)[:3],
            struct.pack("<I", 99_999)[:3] + struct.pack("<I", HEIGHT - 1)[:3],
            1,
        ),
        "100000 x 13 pixels",
    ),
    ("WebP cut short", saved(COLOUR, "WebP")[:-30], "cut short"),
    ("AVIF", b"\0\0\0\x1cftypavif" + bytes(40), "not a PNG, JPEG, BMP, GIF, TIFF or WebP"),
]


@pytest.mark.parametrize(("data", "reason"), [r[1:] for r in REFUSED], ids=[r[0] for r in REFUSED])
def test_what_cannot_be_shown_right_is_refused_with_the_reason(data, reason):
    with pytest.raises(ImageRejected, match=reason):
        decode(data, probe(data, 10_000), VIEW)


def test_the_table_covers_every_format():
    formats = [probe(data, 10_000).format for _, data, _ in (*CASES, *DEEP)]
    assert {name: formats.count(name) for name in set(formats)}.keys() == {
        "PNG",
        "BMP",
        "JPEG",
        "GIF",
        "TIFF",
        "WebP",
    }
    assert len({name for name, *_ in (*CASES, *DEEP, *REFUSED)}) == len(CASES) + len(DEEP) + len(
        REFUSED
    )
