"""What all widgets share is sent once: small widgets, two libraries, closed with their last reader."""

from __future__ import annotations

import base64
import gc
import gzip
import hashlib
import json
import logging

import ipywidgets
import pytest
from ipywidgets.widgets.widget import _instances

from brevviz import widgets
from brevviz.widgets import assets
from brevviz.widgets.base import Part
from brevviz.widgets.library import Library

PARTS = [
    part
    for name in widgets.__all__
    if isinstance(part := getattr(widgets, name), type) and issubclass(part, Part)
]


@pytest.fixture(autouse=True)
def _alone():
    """No widget of another test keeps a library open."""
    gc.collect()
    ipywidgets.Widget.close_all()
    yield
    ipywidgets.Widget.close_all()


def libraries():
    """The libraries that are open."""
    return [widget for widget in _instances.values() if isinstance(widget, Library)]


def text(library):
    """The module that a library holds."""
    return gzip.decompress(base64.b64decode(library.packed)).decode()


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__)
def test_a_widget_carries_a_stub_and_no_style(part):
    state = part().get_state()
    assert len(state["_esm"]) < 1600
    assert "_css" not in state
    assert len(json.dumps(state, default=len)) < 4000


def test_widgets_share_their_libraries():
    first, second = widgets.Line(), widgets.Form()
    assert first._libraries == second._libraries == [libraries()[0].model_id]
    assert text(libraries()[0]) == assets.app()
    charts = [widgets.LiveChart(), widgets.LiveChart()]
    assert charts[0]._libraries == charts[1]._libraries
    assert charts[0]._libraries[:1] == first._libraries
    assert [text(library) for library in libraries()] == [assets.app(), assets.chart()]
    assert all(
        library.digest == hashlib.sha256(text(library).encode()).hexdigest()
        for library in libraries()
    )


def test_a_widget_tells_its_own_id():
    line = widgets.Line()
    assert line._own == line.model_id
    assert widgets.Line()._own != line._own


def test_libraries_close_with_their_last_reader():
    line, chart = widgets.Line(), widgets.LiveChart()
    chart.close()
    assert [text(library) for library in libraries()] == [assets.app()]
    line.close()
    line.close()
    assert libraries() == []


def test_a_refused_widget_keeps_no_library_open():
    with pytest.raises(TypeError, match="no trait"):
        widgets.Line(txt="a")
    with pytest.raises(Exception, match="text"):
        widgets.Line(text=1)
    assert libraries() == []


def test_libraries_come_again_after_all_widgets_were_closed():
    old = widgets.Line()
    ipywidgets.Widget.close_all()
    new = widgets.Line()
    assert new._libraries != old._libraries
    assert [library.model_id for library in libraries()] == new._libraries


def test_a_browser_cannot_write_into_a_library(caplog):
    widgets.Line()
    (library,) = libraries()
    before = library.get_state()
    with caplog.at_level(logging.WARNING):
        library.set_state({"packed": "x"})
    assert library.get_state() == before
    assert "refused traits" in caplog.text
