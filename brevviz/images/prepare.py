"""Stage 1: one file to one working image, a pure function of its bytes and the view."""

from __future__ import annotations

import hashlib

from brevviz.images.decode import decode, upright_size
from brevviz.images.loaded import Loaded
from brevviz.images.probe import Header, probe
from brevviz.images.view import plan, working_image
from brevviz.recipe import View

__all__ = ["prepare"]


def prepare(data: bytes, view: View, where: str = "image", header: Header | None = None) -> Loaded:
    """Probe, decode, turn upright, cut, and shrink to the working image.

    Parameters
    ----------
    data : the whole file.
    view : what of it is shown, and how.
    where : what to call the file in an error.
    header : what `probe` said of it, when that is known already.

    Raises ImageRejected with the reason when it cannot be shown right.
    """
    header = header or probe(data, view.max_pixels, where)
    orientation = header.orientation if view.exif_orientation else 1
    size = upright_size(header, orientation)
    geometry = plan(view, size, where)
    # Regions are given in the file's own pixels, so a picture with regions is decoded whole.
    at_least = geometry.fitted if view.target_size and not view.rois else None
    pixels = decode(data, header, orientation, at_least, where)
    return Loaded(
        working=working_image(pixels, view, geometry),
        file_shape=(*size, 3),
        content=hashlib.sha256(data).hexdigest(),
        size=geometry.size,
        notes=header.notes,
    )
