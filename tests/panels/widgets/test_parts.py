"""The smaller widgets: what they take, and what they refuse."""

from __future__ import annotations

import pytest

from brevviz.widgets import Actions, ImageGrid, PathBench, RoiEditor, Save, Status, Table


def test_a_button_that_is_off_cannot_be_pressed():
    actions = Actions(
        buttons=[{"name": "a", "label": "A"}, {"name": "b", "label": "B", "disabled": True}]
    )
    heard = []
    actions.on_press(heard.append)
    assert actions.receive({"kind": "press", "name": "a"})
    assert not actions.receive({"kind": "press", "name": "b"})
    assert not actions.receive({"kind": "press", "name": "c"})
    assert heard == ["a"]


@pytest.mark.parametrize(
    "button", [{"name": "a"}, {"label": "A"}, {"name": "a", "label": "A", "icon": "x"}]
)
def test_a_button_needs_a_name_and_a_label(button):
    with pytest.raises(ValueError, match="a button needs name and label"):
        Actions(buttons=[button])


def test_only_work_that_can_be_stopped_is_stopped():
    status, heard = Status(), []
    status.on_cancel(lambda: heard.append("stop"))
    assert not status.receive({"kind": "cancel"})
    status.busy = True
    assert status.receive({"kind": "cancel"})
    status.cancellable = False
    assert not status.receive({"kind": "cancel"})
    assert not status.receive({"kind": "cancel", "now": True})
    assert heard == ["stop"]


def test_a_message_can_be_dismissed():
    status = Status(error="no", details="Traceback")
    assert status.receive({"kind": "dismiss"})
    assert (status.error, status.details) == ("", "")


@pytest.mark.parametrize("part", [-0.1, 1.1])
def test_progress_is_a_part(part):
    with pytest.raises(Exception, match="progress"):
        Status(progress=part)


def test_a_column_needs_a_known_kind():
    with pytest.raises(ValueError, match="a column needs name, label and a kind"):
        Table(columns=[{"name": "a", "label": "A", "kind": "html"}])
    table = Table(columns=[{"name": "a", "label": "A"}], rows=[["<b>"]], flags=["bad"])
    assert table.rows == [["<b>"]]


def test_a_grid_changes_whole():
    grid, states = ImageGrid(busy=True), []
    grid.send_state = lambda key=None: states.append(set(key))
    grid.show(b"png", (2, 3), marks=[[], ["equal"] * 3], digests=[["ab"] * 3], row_labels=["a"])
    assert len(states) == 1
    assert {"picture", "shape", "marks", "digests", "row_labels", "busy"} <= states[0]
    assert not grid.busy
    with pytest.raises(Exception, match="marks"):
        grid.show(b"png", (1, 1), marks=[["same"]])


@pytest.mark.parametrize("line", [["a"], ["a", 0, 1, "k"], [None, 0, 1, "k", ""]])
def test_a_line_of_the_bench_has_five_parts(line):
    with pytest.raises(ValueError, match="a line is"):
        PathBench(lines=[line])


def test_a_saved_file_has_a_plain_name():
    entry = {"label": "YAML", "name": "recipe.yaml", "mime": "text/plain", "text": "a: 1"}
    assert Save(texts=[entry]).texts == [entry]
    for name in ("../x", "a/b", "", ".hidden", "x" * 200, "a\u202e.exe"):
        with pytest.raises(ValueError, match="no plain file name"):
            Save(texts=[{**entry, "name": name}])
    with pytest.raises(ValueError, match="a text needs"):
        Save(texts=[{"label": "YAML"}])


@pytest.fixture
def editor():
    editor = RoiEditor(image_size=(100, 200))
    editor.heard = []
    editor.on_set(editor.heard.append)
    return editor


@pytest.mark.parametrize("rois", [[], [[[0, 0], [200, 100]]], [[[1, 2], [3, 4]], [[5, 6], [7, 8]]]])
def test_regions_inside_the_image_pass(editor, rois):
    assert editor.receive({"kind": "set", "name": "rois", "value": rois})
    assert editor.heard == [rois]


@pytest.mark.parametrize(
    "rois",
    [
        None,
        [[[0, 0], [201, 100]]],
        [[[0, 0], [200, 101]]],
        [[[-1, 0], [2, 2]]],
        [[[5, 5], [5, 9]]],
        [[[9, 9], [5, 5]]],
        [[[0.5, 0], [2, 2]]],
        [[0, 0, 2, 2]],
        [[[0, 0]]],
        [[[0, 0, 0], [1, 1, 1]]],
        [[[0, 0], [2, 2]]] * 17,
    ],
)
def test_regions_that_do_not_fit_are_refused(editor, rois):
    assert not editor.receive({"kind": "set", "name": "rois", "value": rois})
    assert editor.heard == []
