"""The seed document's spelling of a view's keywords, as the recipe's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["as_recipe"]

_ANTIALIASED = {None: "area", "area": "area", "bilinear": "area"}
_PLAIN = {None: "bilinear", "bilinear": "bilinear", "nearest": "nearest"}


def as_recipe(keywords: Mapping[str, Any]) -> dict[str, Any]:
    """Rename what the seed names otherwise; what is not the seed's stays as it is.

    rois, rescale and roi_mode may be None; rescale may be {"scale": …, "offset": …};
    padding_mode may be in capitals; antialias decides between area and bilinear.

    Raises TypeError for a table of other entries, and for an antialias that resize_method
    contradicts.
    """
    given = dict(keywords)
    for name, value in (("rois", ()), ("rescale", "none"), ("roi_mode", "tuple")):
        if name in given and given[name] is None:
            given[name] = value
    if isinstance(given.get("rescale"), Mapping):
        given["rescale"] = _rescale(given["rescale"])
    if isinstance(given.get("padding_mode"), str):
        given["padding_mode"] = given["padding_mode"].lower()
    if "antialias" in given:
        given["resize_method"] = _method(given.pop("antialias"), given.get("resize_method"))
    return given


def _rescale(table: Mapping[str, Any]) -> tuple[float, float]:
    for name in table:
        if name not in {"scale", "offset"}:
            raise TypeError(f"rescale has no entry {name!r}; known: scale, offset")
    return float(table.get("scale", 1)), float(table.get("offset", 0))


def _method(antialias: object, method: str | None) -> str:
    known = _ANTIALIASED if antialias else _PLAIN
    if method not in known:
        raise TypeError(
            f"antialias={antialias!r} and resize_method={method!r} contradict each other; "
            "area is the mean of what a pixel covers, bilinear and nearest are not antialiased"
        )
    return known[method]
