"""A chart's spec can fetch nothing, and what is selected names its columns."""

from __future__ import annotations

import altair as alt
import pytest

from brevviz.widgets import LiveChart


def bars(**more):
    chart = alt.Chart(alt.NamedData("rows")).mark_bar()
    return chart.encode(x="images:Q", y="category:N", **more).to_dict()


@pytest.mark.parametrize(
    ("spec", "where"),
    [
        ({"mark": "image"}, "spec.mark"),
        ({"layer": [{"mark": {"type": "image"}}]}, r"spec.layer\[0\].mark"),
        ({"data": {"url": "https://example.org/x.csv"}}, "spec.data.url"),
        ({"mark": "bar", "encoding": {"href": {"field": "a"}}}, "spec.encoding.href"),
        ({"encoding": {"tooltip": [{"field": "image"}]}}, "spec.encoding.tooltip"),
        ({"encoding": {"tooltip": {"field": "a", "title": "title"}}}, "spec.encoding.tooltip"),
        ({"encoding": {"url": {"value": "x"}}}, "spec.encoding.url"),
    ],
)
def test_a_spec_that_could_fetch_is_refused(spec, where):
    with pytest.raises(ValueError, match=where):
        LiveChart(spec=spec)


def test_an_altair_chart_passes():
    chart = LiveChart(spec=bars(tooltip=["category:N", "images:Q"]))
    assert chart.spec["data"] == {"name": "rows"}


@pytest.fixture
def chart():
    chart = LiveChart(spec=bars(), rows=[{"category": "good", "images": 3}], selection_name="pick")
    chart.heard = []
    chart.on_select(chart.heard.append)
    return chart


@pytest.mark.parametrize(
    "value", [{}, {"category": ["good", None]}, {"images": [1, 2.5]}, {"category": [True]}]
)
def test_a_selection_passes(chart, value):
    assert chart.receive({"kind": "select", "value": value})
    assert chart.heard == [value]
    assert chart.selection == value


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        {"other": ["good"]},
        {"category": "good"},
        {"category": [["good"]]},
        {"category": ["x" * 5000]},
        {"category": ["\ud800"]},
        {"images": [float("nan")]},
        {"images": list(range(1001))},
    ],
)
def test_a_selection_that_does_not_fit_is_refused(chart, value):
    assert not chart.receive({"kind": "select", "value": value})
    assert chart.heard == []
    assert chart.selection == {}
