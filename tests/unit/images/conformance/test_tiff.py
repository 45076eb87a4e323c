"""TIFFs written tag by tag: byte orders, kinds, compressions, strips and tiles."""

import struct
import zlib

import numpy as np
import pytest
from odd_pixels import COLOUR, GREY, HEIGHT, PALETTE, RNG, WIDTH, bits_of, in_rgb, saved
from PIL import Image


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


CASES = [*tiffs()]


@pytest.mark.parametrize(("data", "pixels"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_an_odd_file_is_shown_as_it_was_meant(data, pixels, shown_right):
    shown_right(data, pixels, "TIFF")


DEEP = [*deep_tiffs()]


@pytest.mark.parametrize(("data", "levels"), [c[1:] for c in DEEP], ids=[c[0] for c in DEEP])
def test_sixteen_bits_are_shown_through_the_window(data, levels, shown_through_a_window):
    shown_through_a_window(data, levels)


REFUSED = [
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
]


@pytest.mark.parametrize(("data", "reason"), [r[1:] for r in REFUSED], ids=[r[0] for r in REFUSED])
def test_what_cannot_be_shown_right_is_refused_with_the_reason(data, reason, refused):
    refused(data, reason)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("turn", range(2, 9))
def test_sixteen_bits_stand_upright_or_as_they_are_stored(order, channels, turn, upright_as):
    levels = RNG.integers(0, 1 << 16, (HEIGHT, WIDTH, channels)).astype(np.uint16)
    rows = levels.astype(f"{order}u2").view(np.uint8).reshape(HEIGHT, -1)
    kind = 1 if channels == 1 else 2
    upright_as(
        tiff(rows, kind, [16] * channels, order=order, turn=turn),
        tiff(rows, kind, [16] * channels, order=order),
        turn,
    )
