"""How a file becomes an array of pixels."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from brevviz.recipe.sections.section import Section
from brevviz.recipe.sections.values import Pair, Roi, Size, Window, as_tuple

__all__ = ["View"]


class View(Section):
    """How a file becomes an array of pixels; no randomness."""

    target_size: Size | None = None
    """(height, width) of the result, pixels. None: the size of the region."""
    rois: Annotated[tuple[Roi, ...], BeforeValidator(as_tuple)] = ()
    """Regions ((x1, y1), (x2, y2)), pixels of the file. Empty: the whole image."""
    roi_mode: Literal["concatenate_height", "as_timeseries", "tuple"] = "concatenate_height"
    """Several regions are stacked downwards, are steps of a series, or are images of their own."""
    color_mode: Literal["rgb", "greyscale", "bayer"] = "rgb"
    """Three channels, one, or three from a one-channel raw image of a colour sensor."""
    bayer_pattern: Literal["rggb", "bggr", "grbg", "gbrg"] = "rggb"
    """Bayer only: the colours of the first 2 x 2 pixels, by rows."""
    window: Window | None = None
    """(from, to): the levels of 16-bit images that become 0 and 255, 8-bit ones are shown as they
    are. None: 16 bits are refused."""
    resize_method: Literal["area", "bilinear", "nearest"] = "area"
    """How an image is made smaller: mean of the area, two by two pixels, or one pixel."""
    keep_aspect_ratio: bool = False
    """True: fit inside the target and pad the rest."""
    center_padding: bool = False
    """True: pad on both sides. False: at the bottom and on the right."""
    padding_mode: Literal["constant", "reflect", "symmetric"] = "constant"
    """The rest is black, or the image mirrored without or with its last row."""
    rescale: Literal["none", "unit", "imagenet"] | Pair = "none"
    """0..255, 0..1, -1..1, or (scale, offset): pixel times scale plus offset. Applied last."""
    working_scale: Literal["1", "1.5", "2"] = "1.5"
    """The working image that augmentation samples from, in target sizes."""
    exif_orientation: bool = True
    """True: turn the picture as its EXIF tag says, before the regions are cut."""
    max_pixels: Annotated[int, Field(ge=1, le=2**28)] = 50_000_000
    """Larger images are refused before they are decoded, pixels."""
    decoder: Literal["pillow-1"] = "pillow-1"
    """Name and version of the decoding rules."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        for number, ((x1, y1), (x2, y2)) in enumerate(self.rois):
            if x2 - x1 < 2 or y2 - y1 < 2:
                raise ValueError(
                    f"rois: region {number + 1} is {x2 - x1} x {y2 - y1} pixels; "
                    "at least 2 x 2 is allowed, given as ((x1, y1), (x2, y2))"
                )
        self._check_sizes()
        if self.window is not None and not self.window[0] < self.window[1]:
            raise ValueError(f"window: {self.window[0]}, {self.window[1]} is not from < to")
        if not isinstance(self.rescale, str) and self.rescale[0] == 0:
            raise ValueError("rescale: a scale of 0 would make every pixel the offset")
        return self

    def _check_sizes(self) -> None:
        if self.roi_mode == "tuple":
            return
        if len({x2 - x1 for (x1, _), (x2, _) in self.rois}) > 1:
            raise ValueError("rois: regions that make one image need the same width")
        series = self.roi_mode == "as_timeseries"
        if series and len({y2 - y1 for (_, y1), (_, y2) in self.rois}) > 1:
            raise ValueError("rois: steps of a series need the same height")
