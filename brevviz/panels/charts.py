"""The charts, as Vega-Lite specs that Altair writes; `widgets.LiveChart` shows and moves them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

import altair as alt

from brevviz.widgets import CLASSES, PURPOSES

__all__ = ["class_purpose", "frequencies", "item_sizes"]

_BAR = 18
_MOST = 40
"""Bars that a chart is high enough for."""
_COLOURS = {**PURPOSES, "not assigned": "#8c8c8c", "excluded": "#bdbdbd"}


def class_purpose(
    classes: int, purposes: Iterable[str], *, leads_on: bool = False
) -> dict[str, Any]:
    """Bars of images by class, coloured by purpose; a click on a part selects its class and purpose.

    Rows: class, purpose, images, items. `classes` sets the height, `purposes` the legend; with
    `leads_on` a click leads elsewhere: nothing stays selected here.
    """
    present = set(purposes)
    known = tuple(name for name in _COLOURS if name in present)
    return _class_purpose(min(classes, _MOST), known, leads_on)


@cache
def _class_purpose(classes: int, purposes: tuple[str, ...], leads_on: bool) -> dict[str, Any]:
    chosen = _selection("class", "purpose", leads_on=leads_on)
    colour = alt.Color(
        "purpose:N",
        scale=alt.Scale(domain=list(purposes), range=[_COLOURS[name] for name in purposes]),
        legend=alt.Legend(orient="top", title=None),
    )
    chart = (
        alt.Chart(alt.NamedData("rows"))
        .mark_bar(cornerRadius=2, cursor="pointer")
        .encode(
            y=alt.Y("class:N", title=None, axis=alt.Axis(labelLimit=160)),
            x=alt.X("images:Q", title="images", axis=alt.Axis(format=",d", tickMinStep=1)),
            color=colour,
            order=alt.Order("place:Q"),
            opacity=alt.value(1.0)
            if leads_on
            else alt.condition(chosen, alt.value(1.0), alt.value(0.35)),
            tooltip=_tooltip("class:N", "purpose:N", "images:Q"),
        )
        .add_params(chosen)
        .properties(width="container", height=(_BAR + 8) * max(1, classes))
    )
    return _spec(chart)


@cache
def item_sizes() -> dict[str, Any]:
    """Bars of how many items have how many images. Rows: images (a number or a range), items,
    place (the bar's, from left to right).
    """
    chart = (
        alt.Chart(alt.NamedData("rows"))
        .mark_bar(cornerRadius=2, color=CLASSES[3])
        .encode(
            x=alt.X(
                "images:N",
                title="images an item",
                sort=alt.EncodingSortField("place"),
                axis=alt.Axis(labelAngle=0, labelOverlap=True),
            ),
            y=alt.Y("items:Q", title="items", axis=alt.Axis(format=",d", tickMinStep=1)),
            tooltip=_tooltip("images:N", "items:Q"),
        )
        .properties(width="container", height=150)
    )
    return _spec(chart)


def frequencies(groups: int) -> dict[str, Any]:
    """Drawn number by group as bars, the expected one as a tick, a 95 % band as a line.

    The band is where independent draws would fall, all groups at once: what the quotas spare.
    Rows: group, drawn, expected, low, high. `groups` sets the height. A click on a bar selects its
    group, and leads elsewhere.
    """
    return _frequencies(min(groups, _MOST))


@cache
def _frequencies(groups: int) -> dict[str, Any]:
    base = alt.Chart(alt.NamedData("rows")).encode(
        y=alt.Y("group:N", title=None, axis=alt.Axis(labelLimit=160)),
        tooltip=_tooltip("group:N", "expected:Q", "drawn:Q", "low:Q", "high:Q"),
    )
    x = alt.X("drawn:Q", title="draws an epoch", axis=alt.Axis(format=",d", tickMinStep=1))
    bars = (
        base.mark_bar(cornerRadius=2, color=PURPOSES["train"], opacity=0.75, cursor="pointer")
        .encode(x=x)
        .add_params(_selection("group", leads_on=True))
    )
    band = base.mark_rule(strokeWidth=2, color="#d55e00").encode(x="low:Q", x2="high:Q")
    tick = base.mark_tick(thickness=3, size=_BAR, color="#d55e00").encode(x="expected:Q")
    chart = (bars + band + tick).properties(width="container", height=(_BAR + 8) * max(1, groups))
    return _spec(chart)


def _selection(*fields: str, leads_on: bool) -> alt.Parameter:
    """What a click on a mark selects. Where it leads on, the next click on it must tell again."""
    clear = "pointerout" if leads_on else alt.Undefined
    return alt.selection_point(name="chosen", fields=list(fields), toggle=False, clear=clear)


def _tooltip(*columns: str) -> Sequence[alt.Tooltip]:
    return [
        alt.Tooltip(column, format=",.4~r") if column.endswith(":Q") else alt.Tooltip(column)
        for column in columns
    ]


def _spec(chart: alt.Chart | alt.LayerChart) -> dict[str, Any]:
    spec: dict[str, Any] = chart.to_dict()
    # The bundle that shows it has its own defaults; the schema's address is of no use offline.
    spec.pop("$schema", None)
    return spec
