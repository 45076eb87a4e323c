"""The orientation tag of an EXIF block (CIPA DC-008, a TIFF directory)."""

from __future__ import annotations

from brevviz.images.formats.header import Malformed, unpack

__all__ = ["orientation"]

_ORIENTATION = 0x0112
_SHORT = 3


def orientation(block: bytes) -> int:
    """Give the tag of a TIFF block that starts with its byte order: 1 to 8, 1 when there is none.

    A block that cannot be read says nothing about the pixels: it counts as 1 too.
    """
    order = {b"II": "<", b"MM": ">"}.get(block[:2])
    if order is None:
        return 1
    try:
        (directory,) = unpack(order + "I", block, 4)
        (count,) = unpack(order + "H", block, directory)
        # A directory of more entries than any camera writes is not searched to its end.
        for entry in range(min(count, 512)):
            tag, kind, number, value = unpack(order + "HHIH", block, directory + 2 + 12 * entry)
            if tag == _ORIENTATION and kind == _SHORT and number == 1:
                return value if 1 <= value <= 8 else 1
    except Malformed:
        return 1
    return 1
