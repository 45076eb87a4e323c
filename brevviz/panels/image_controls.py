"""The controls of the Images panel: how a file becomes pixels, and what is changed at random."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from brevviz.panels.entries import (
    OWN,
    read_rois,
    read_scale,
    read_size,
    write_numbers,
    write_rois,
    write_scale,
    write_size,
)
from brevviz.panels.fields import Control
from brevviz.recipe import PURPOSES
from brevviz.session import Session

__all__ = ["CONTROLS", "unused"]

_VIEW = "View"
_LEVELS = "Colour and levels"
_WHICH = "Augmentation"
_PLACE = "Geometry"
_LIGHT = "Light and colour"
_GRAIN = "Blur and noise"

_ROI_MODES = (
    {"value": "concatenate_height", "label": "stacked"},
    {"value": "as_timeseries", "label": "series"},
    {"value": "tuple", "label": "images"},
)
_SCALES = (
    {"value": "none", "label": "0..255"},
    {"value": "unit", "label": "0..1"},
    {"value": "imagenet", "label": "-1..1"},
    {"value": OWN, "label": "own"},
)
_VIEWS = (
    Control(
        "view.target_size",
        "Target size",
        group=_VIEW,
        folded=False,
        placeholder="128 x 128",
        help="Height x width, pixels. Empty: the size of the region.",
        read=read_size,
        write=write_size,
    ),
    Control(
        "view.rois",
        "Regions of interest",
        group=_VIEW,
        placeholder="x1 y1 x2 y2; ...",
        help="Pixels of the file. Empty: the whole image.",
        read=read_rois,
        write=write_rois,
    ),
    Control("view.roi_mode", "Several regions become", group=_VIEW, options=_ROI_MODES),
    Control("view.resize_method", "Resize by", group=_VIEW),
    Control("view.keep_aspect_ratio", "Keep aspect ratio", group=_VIEW),
    Control("view.center_padding", "Centre the padding", group=_VIEW),
    Control("view.padding_mode", "Pad with", group=_VIEW),
    Control("view.color_mode", "Colour", group=_LEVELS, folded=True),
    Control("view.bayer_pattern", "Bayer pattern", group=_LEVELS),
    Control(
        "view.window",
        "Window of 16-bit images",
        group=_LEVELS,
        kind="pair",
        step=1,
        ends=("from", "to"),
    ),
    Control(
        "view.rescale",
        "Rescale",
        group=_LEVELS,
        options=_SCALES,
        help="What training gets; the pictures here stay 0..255.",
        read=read_scale,
        write=write_scale,
    ),
    Control(
        "view.rescale",
        "Scale and offset",
        part="numbers",
        group=_LEVELS,
        kind="pair",
        ends=("scale", "offset"),
        help="Pixel times scale plus offset.",
        write=write_numbers,
    ),
)


def _operation(name: str, label: str, group: str, **more: Any) -> tuple[Control, Control]:
    """One line: the range of an operation, and the chance that an image gets it."""
    where = f"augmentation.{name}"
    chance = Control(
        f"{where}_chance",
        "chance",
        group=group,
        kind="number",
        step=0.05,
        beside=where,
        help="The part of the images that get it, 0 to 1.",
    )
    return Control(where, label, group=group, line=True, **more), chance


def _in_order(purposes: Sequence[str]) -> list[str]:
    """One choice, one recipe, in whatever order it was made."""
    return [name for name in PURPOSES if name in purposes]


_FLIP_HELP = "The part of the images that are flipped, 0 to 1."

_CHANGES = (
    Control("augmentation.enabled", "Augment", group=_WHICH, folded=False),
    Control(
        "augmentation.purposes",
        "Images of",
        group=_WHICH,
        kind="tags",
        options=PURPOSES,
        read=_in_order,
    ),
    Control("augmentation.reason", "Why test is changed", group=_WHICH),
    Control(
        "augmentation.flip_left_right",
        "Flip left-right",
        group=_PLACE,
        step=0.05,
        help=_FLIP_HELP,
        folded=False,
        line=True,
    ),
    Control(
        "augmentation.flip_up_down",
        "Flip up-down",
        group=_PLACE,
        step=0.05,
        help=_FLIP_HELP,
        line=True,
    ),
    *_operation("rotate", "Rotate", _PLACE, unit="°", step=1),
    *_operation("scale", "Scale", _PLACE, step=0.01),
    *_operation("shear", "Shear", _PLACE, step=0.01),
    *_operation("translate", "Translate", _PLACE, step=0.01),
    *_operation("elastic", "Elastic", _PLACE, step=0.005),
    *_operation("brightness", "Brightness", _LIGHT, step=1, folded=False),
    *_operation(
        "contrast", "Contrast", _LIGHT, kind="pair", low=0, high=4, step=0.05, ends=("from", "to")
    ),
    *_operation("saturation", "Saturation", _LIGHT, step=0.01),
    *_operation("hue", "Hue", _LIGHT, unit="°", step=1),
    *_operation("noise", "Noise", _GRAIN, step=0.5, folded=True),
    *_operation("salt_and_pepper", "Salt, pepper", _GRAIN, step=0.005),
    *_operation("blur", "Blur", _GRAIN, step=0.05),
    *_operation("emboss", "Emboss", _GRAIN, step=0.05),
)

CONTROLS: tuple[Control, ...] = (*_VIEWS, *_CHANGES)
"""The controls, group by group."""


def unused(session: Session) -> Iterator[str]:
    """The names of the controls that mean nothing beside what the others say."""
    view = session.recipe.view
    if len(view.rois) < 2 and view.roi_mode == "concatenate_height":
        yield "view.roi_mode"
    if not view.keep_aspect_ratio:
        yield from ("view.center_padding", "view.padding_mode")
    if view.color_mode != "bayer":
        yield "view.bayer_pattern"
    if isinstance(view.rescale, str):
        yield "view.rescale:numbers"
    purposes = session.value("augmentation.purposes")
    if "test" not in purposes and not session.value("augmentation.reason"):
        yield "augmentation.reason"
