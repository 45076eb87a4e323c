"""Stage 1: one file to one working image, a pure function of its bytes and the view."""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

from brevviz.images.decode import decode, upright_size
from brevviz.images.loaded import Loaded
from brevviz.images.probe import Header, probe
from brevviz.images.strip import laid, laid_size
from brevviz.images.view import plan, regions, working_image
from brevviz.recipe import View

__all__ = ["cut_out", "prepare"]


def prepare(
    data: bytes,
    view: View,
    where: str = "image",
    header: Header | None = None,
    content: str | None = None,
) -> Loaded:
    """Probe, decode, turn upright, cut, and shrink to the working image.

    Parameters
    ----------
    data : the whole file.
    view : what of it is shown, and how.
    where : what to call the file in an error.
    header, content : what `probe` said of it, and the SHA-256 of its bytes, if they are known.

    Raises ImageRejected with the reason when it cannot be shown right.
    """
    header = header or probe(data, view.max_pixels, where)
    picture = upright_size(header, view)
    geometries = [plan(view, region, where) for region in regions(view, picture, where)]
    # Regions are given in the file's own pixels, and only a mean over the area may begin with
    # fewer of them: other pictures are decoded whole.
    reducible = view.target_size and not view.rois and view.resize_method == "area"
    pixels = decode(data, header, view, geometries[0].fitted if reducible else None, where)
    images = [
        working_image(region, view, geometry)
        for region, geometry in zip(cut_out(pixels, view), geometries, strict=True)
    ]
    return Loaded(
        working=laid(images),
        file_shape=(*picture, 3),
        content=content or hashlib.sha256(data).hexdigest(),
        size=laid_size([geometry.size for geometry in geometries]),
        notes=header.notes,
    )


def cut_out(pixels: NDArray[np.uint8], view: View) -> list[NDArray[np.uint8]]:
    """The regions of a picture, (height, width, channels), as `regions` gives their sizes."""
    parts = [pixels[y1:y2, x1:x2] for (x1, y1), (x2, y2) in view.rois] or [pixels]
    if view.roi_mode == "concatenate_height" and len(parts) > 1:
        return [np.concatenate(parts)]
    return parts
