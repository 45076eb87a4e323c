"""PNGs written chunk by chunk: every depth and colour type, interlaced or not."""

import struct
import zlib

import numpy as np
import pytest
from odd_pixels import COLOUR, GREY, HEIGHT, PALETTE, RNG, WIDTH, bits_of, in_rgb

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


CASES = [*pngs()]


@pytest.mark.parametrize(("data", "pixels"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_an_odd_file_is_shown_as_it_was_meant(data, pixels, shown_right):
    shown_right(data, pixels, "PNG")


DEEP = [*deep_pngs()]


@pytest.mark.parametrize(("data", "levels"), [c[1:] for c in DEEP], ids=[c[0] for c in DEEP])
def test_sixteen_bits_are_shown_through_the_window(data, levels, shown_through_a_window):
    shown_through_a_window(data, levels)


REFUSED = [
    ("PNG 16 without a window", DEEP[0][1], r"Set view\.window"),
]


@pytest.mark.parametrize(("data", "reason"), [r[1:] for r in REFUSED], ids=[r[0] for r in REFUSED])
def test_what_cannot_be_shown_right_is_refused_with_the_reason(data, reason, refused):
    refused(data, reason)
