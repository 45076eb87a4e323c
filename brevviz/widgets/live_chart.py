"""LiveChart: a Vega-Lite chart whose rows change in place, with no network."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import traitlets as t

from brevviz.widgets import check
from brevviz.widgets.assets import module
from brevviz.widgets.base import Part
from brevviz.widgets.check import Refused

__all__ = ["LiveChart"]

_LONGEST = 4096
_MOST = 1000


class LiveChart(Part):
    """A Vega-Lite spec and its rows; new rows move the marks of the chart that stands.

    The spec reads its data as `{"name": "rows"}` (`alt.NamedData("rows")`). With a
    `selection_name`, what a person selects comes by `on_select`. Specs that could fetch something,
    or name a tooltip field `image` or `title`, are refused with ValueError.
    """

    _esm = module("livechart.js")
    _kinds: ClassVar[frozenset[str]] = frozenset({"select"})
    _needs: ClassVar[tuple[str, ...]] = ("app", "chart")

    spec = t.Dict().tag(sync=True)
    """The Vega-Lite spec, without data; empty: no chart (kernel → browser)."""
    rows = t.List(t.Dict()).tag(sync=True)
    """The data, one dict of column → value for each row (kernel → browser)."""
    selection_name = t.Unicode("").tag(sync=True)
    """The name of the spec's selection parameter that is reported; empty: none (kernel → browser)."""
    selection = t.Dict()
    """What is selected: field → list of values; {} is nothing. Set here before followers hear of it."""
    label = t.Unicode("Chart").tag(sync=True)
    """What the chart shows, for screen readers (kernel → browser)."""
    height = t.Int(0, min=0).tag(sync=True)
    """The room that is kept before the chart is drawn, CSS pixels, so that nothing jumps (kernel → browser)."""

    @t.validate("spec")
    def _check_spec(self, proposal: t.Bunch) -> dict[str, Any]:
        _refuse_outside(proposal["value"])
        spec: dict[str, Any] = proposal["value"]
        return spec

    def on_select(self, follower: Callable[[dict[str, list[Any]]], object]) -> Callable[[], None]:
        """Call `follower(selection)` when a person selects, at rest; returns what ends that."""
        return self._follow("select", follower)

    def _read(self, kind: str, content: Mapping[str, Any]) -> tuple[Any, ...]:  # noqa: ARG002  # one kind only
        (value,) = check.fields(content, "value")
        if not isinstance(value, dict) or len(value) > 32:
            raise Refused("something else than a dict of field → values")
        columns = {name for row in self.rows[:1] for name in row}
        return ({check.one_of(k, list(columns)): _values(v) for k, v in value.items()},)

    def _act(self, kind: str, arguments: tuple[Any, ...]) -> None:
        self.selection = arguments[0]
        super()._act(kind, arguments)


def _values(value: Any) -> list[Any]:
    """Return the selected values of one field: texts, numbers and truths."""
    if not isinstance(value, list) or len(value) > _MOST:
        raise Refused(f"something else than a list of at most {_MOST} values")
    return [
        item
        if item is None or isinstance(item, bool)
        else check.text(item, _LONGEST)
        if isinstance(item, str)
        else check.number(item)
        for item in value
    ]


def _refuse_outside(part: Any, where: str = "spec") -> None:
    """Raise ValueError for a part of a spec that loads something, or that a tooltip would run."""
    if isinstance(part, list):
        for number, item in enumerate(part):
            _refuse_outside(item, f"{where}[{number}]")
    if not isinstance(part, dict):
        return
    for key, value in part.items():
        if key in {"href", "url"}:
            raise ValueError(f"{where}.{key}: a chart loads nothing and links nowhere")
        mark = value.get("type") if isinstance(value, dict) else value
        if key == "mark" and mark == "image":
            raise ValueError(f"{where}.mark: an image mark would load a picture")
        if key == "tooltip":
            for entry in value if isinstance(value, list) else [value]:
                names = {entry.get("field"), entry.get("title")} if isinstance(entry, dict) else ()
                if {"image", "title"} & set(names):
                    raise ValueError(f"{where}.tooltip: a field named image or title is not shown")
        _refuse_outside(value, f"{where}.{key}")
