"""Sheet: a table with cells to fill in."""

from __future__ import annotations

import pytest

from brevviz.widgets import Sheet, Table

COLUMNS = [{"name": "group", "label": "Group"}, {"name": "weight", "label": "W", "kind": "entry"}]


def cell(name="w a", **more):
    return {"name": name, "text": "1", "label": "Weight of a", **more}


@pytest.fixture
def sheet():
    sheet = Sheet(columns=COLUMNS, rows=[["a", cell(hint="2")], ["b", None]])
    sheet.heard = []
    sheet.on_set(lambda name, text: sheet.heard.append((name, text)))
    return sheet


def test_what_is_typed_into_a_cell_comes_as_text(sheet):
    for text in ("0.5", "", "1e", "<b>", "é" * 64):
        assert sheet.receive({"kind": "set", "name": "w a", "value": text})
    assert sheet.heard == [("w a", text) for text in ("0.5", "", "1e", "<b>", "é" * 64)]


@pytest.mark.parametrize(
    "message",
    [
        {"name": "w b", "value": "1"},
        {"name": "a", "value": "1"},
        {"name": ["w a"], "value": "1"},
        {"name": None, "value": "1"},
        {"name": "w a", "value": 1},
        {"name": "w a", "value": None},
        {"name": "w a", "value": "1" * 65},
        {"name": "w a", "value": "\ud800"},
        {"name": "w a", "value": "1", "more": 1},
        {"name": "w a"},
    ],
)
def test_other_messages_are_refused(sheet, message):
    assert not sheet.receive({"kind": "set", **message})
    assert sheet.heard == []


def test_a_browser_writes_no_trait(sheet):
    sheet.set_state({"rows": [], "problems": {"w a": "x"}})
    assert len(sheet.rows) == 2
    assert sheet.problems == {}


@pytest.mark.parametrize("bad", [{"name": "w"}, cell(more="x"), cell(text=1), cell(hint=None)])
def test_a_cell_needs_a_name_a_text_and_a_label(sheet, bad):
    with pytest.raises(ValueError, match="a cell needs name, label and text"):
        sheet.rows = [["a", bad]]
    with pytest.raises(ValueError, match="a column needs"):
        Table(columns=COLUMNS)
