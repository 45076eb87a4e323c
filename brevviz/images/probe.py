"""What a file says of itself, read before any decoder sees it.

Pure Python over the bytes of the header: no pixel is decoded, so a file that claims a billion
pixels, four hundred scans or a size that its bytes cannot hold is refused in microseconds. The
rules are the union of what TensorFlow's, Pillow's and libjpeg's decoders are known to trip over.
"""

from __future__ import annotations

from brevviz.errors import ImageRejected
from brevviz.images.formats import bmp, gif, jpeg, png, tiff, webp
from brevviz.images.formats.header import Header, Malformed

__all__ = ["Header", "probe"]

_FORMATS = (
    (b"\x89PNG\r\n\x1a\n", png.header),
    (b"\xff\xd8\xff", jpeg.header),
    (b"BM", bmp.header),
    (b"GIF87a", gif.header),
    (b"GIF89a", gif.header),
    (b"II*\0", tiff.header),
    (b"MM\0*", tiff.header),
    (b"RIFF", webp.header),
)


def probe(data: bytes, max_pixels: int, where: str = "image") -> Header:
    """Read and check the header of an image file.

    Parameters
    ----------
    data : the whole file.
    max_pixels : larger images are refused, pixels.
    where : what to call the file in an error.

    Returns the header. Raises ImageRejected with the reason when the file is none of PNG, JPEG,
    BMP, GIF, TIFF and WebP, is cut short, or has a structure that no decoder should be given.
    """
    try:
        header = _read(data)
    except Malformed as reason:
        raise ImageRejected(where, str(reason)) from None
    pixels = header.width * header.height
    if pixels > max_pixels:
        raise ImageRejected(
            where,
            f"{header.width} x {header.height} is {pixels:,} pixels; "
            f"view.max_pixels allows {max_pixels:,}",
        )
    return header


def _read(data: bytes) -> Header:
    if not data:
        raise Malformed("the file is empty")
    for magic, read in _FORMATS:
        if data.startswith(magic):
            return read(data)
    raise Malformed("the file is not a PNG, JPEG, BMP, GIF, TIFF or WebP, whatever its name says")
