"""One file opened by Pillow, by the reader of the format that its header says."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

from PIL.BmpImagePlugin import BmpImageFile
from PIL.GifImagePlugin import GifImageFile
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.TiffImagePlugin import TiffImageFile
from PIL.WebPImagePlugin import WebPImageFile

from brevviz.errors import ImageRejected
from brevviz.images.probe import Header

__all__ = ["opened", "spared"]

# A broken EXIF block says nothing about the pixels; Pillow looks there for a resolution.
warnings.filterwarnings("ignore", category=UserWarning, module=r"PIL\.TiffImagePlugin")

# The classes themselves, not Image.open: it would guess the format again, and its limit on
# pixels is one for the whole process where ours is a setting of the recipe.
_READERS: dict[str, type[ImageFile]] = {
    "PNG": PngImageFile,
    "JPEG": JpegImageFile,
    "BMP": BmpImageFile,
    "GIF": GifImageFile,
    "TIFF": TiffImageFile,
    "WebP": WebPImageFile,
}


@contextmanager
def opened(data: bytes, header: Header, where: str) -> Iterator[ImageFile]:
    """Open a probed file, its pixels not decoded yet.

    Parameters
    ----------
    data, header : the file, and what `probe` said of it.
    where : what to call the file in an error.

    Whatever goes wrong while it is open is raised as ImageRejected, with the reason.
    """
    try:
        with _READERS[header.format](BytesIO(data)) as image:
            _agree(image, header)
            yield image
    except ImageRejected:
        raise
    except Exception as error:  # a decoder may raise nearly anything on a broken file
        text = str(error).splitlines()[0] if str(error) else type(error).__name__
        if isinstance(error, MemoryError):  # whose words are numpy's or nobody's
            text = "it takes more memory than there is"
        raise ImageRejected(where, f"the {header.format} cannot be decoded: {text}") from error


def spared(image: ImageFile) -> None:
    """Free what the decoder of a loaded WebP still holds: its frames, 12 bytes a pixel."""
    if isinstance(image, WebPImageFile):
        image.fp = None
        vars(image).pop("_decoder", None)


def _agree(image: ImageFile, header: Header) -> None:
    size = (header.width, header.height)
    if header.format == "TIFF" and header.orientation >= 5:
        size = size[::-1]  # Pillow turns a TIFF upright by itself
    if image.size != size:
        raise ValueError(
            f"its header says {size[0]} x {size[1]} pixels, "
            f"the decoder says {image.size[0]} x {image.size[1]}"
        )
