"""Undo and redo of every control that edits the recipe, one by one."""

import pytest

PANELS = ("Split", "Sampling", "Images")
TYPED = {
    "split.uniqueness": r"/(\d+)_",
    "split.stratification": "category",
    "seed": "another",
    "view.target_size": "48 x 40",
    "view.rois": "1 2 30 40",
    "augmentation.reason": "why",
    "view.rescale:numbers": [2.0, -1.0],
}
"""What a text holds is its own affair: one that fits each."""


def another(field, value):
    """A value of a field that it does not have."""
    if field["name"] in TYPED:
        return TYPED[field["name"]]
    kind = field["kind"]
    if kind == "flag":
        return not value
    if kind in {"choice", "tags"}:
        options = [o["value"] if isinstance(o, dict) else o for o in field["options"]]
        if kind == "tags":
            return [options[0]] if value != [options[0]] else [options[1]]
        return next(option for option in options if option != value)
    low, high = field.get("min", 0), field.get("max", 1000)
    if kind == "pair":
        return [low, high] if value != [low, high] else [low, low]
    step = field.get("step", 1)
    return next(number for number in (low + step, low + 2 * step, high) if number != value)


@pytest.mark.parametrize("title", PANELS)
def test_each_control_is_undone_and_done_again(open_app, vials, title):
    user = open_app(vials)
    panel = next(panel for panel in user.app.panels if panel.title == title)
    session, history = user.app.session, user.app.history
    moved = []
    for field in panel.form.fields:
        name, before = field["name"], session.recipe
        shown = panel.form.values[name]
        wanted = another(field, shown)
        assert panel.form.receive({"kind": "set", "name": name, "value": wanted}), name
        after = session.recipe
        if after == before:
            # It does not fit beside the others: the message says so, and undo takes both away.
            assert session.problems, name
            user.press(history, "undo")
            assert (session.problems, panel.form.values[name]) == ({}, shown), name
            continue
        moved.append(name)
        values = dict(panel.form.values)
        user.press(history, "undo")
        assert session.recipe == before, name
        assert panel.form.values[name] == shown, name
        user.press(history, "redo")
        assert session.recipe == after, name
        assert panel.form.values == values, name
        user.press(history, "undo")
        assert session.recipe == before, name
    left = {field["name"] for field in panel.form.fields} - set(moved)
    assert left == set(), {name: panel.form.problems.get(name) for name in left}
