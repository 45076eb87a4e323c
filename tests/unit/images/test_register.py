import math
import pickle

import pytest

import brevviz
from brevviz import ImageAugmenter, Setting, register_change, registered_changes
from brevviz.errors import ImageError
from brevviz.images.augment import register
from brevviz.images.augment.register import chosen, recorded


@pytest.fixture(autouse=True)
def none_registered(monkeypatch):
    monkeypatch.setattr(register, "_changes", {})


def unchanged(images, keys, settings):
    return images


LINES = {
    "count": Setting(0, 10, 3, "lines", "How many lines are drawn."),
    "wide": Setting(1, 5, 1, "pixels", "How wide they are."),
}


def test_what_is_registered_can_be_listed_with_its_settings():
    register_change("zebra", unchanged)
    change = register_change("lines", unchanged, LINES, version=2)
    assert [*registered_changes()] == ["lines", "zebra"]
    assert registered_changes()["lines"] is change
    assert (change.name, change.function, change.version) == ("lines", unchanged, 2)
    assert [*change.settings] == ["count", "wide"]
    assert change.settings["count"].unit == "lines"
    with pytest.raises(TypeError):
        registered_changes()["other"] = change


def test_a_recipe_holds_every_setting_the_chance_and_the_version():
    change = register_change("lines", unchanged, LINES, version=2)
    assert change.recorded() == {"count": 3, "wide": 1, "chance": 1, "version": 2}
    expected = {"count": 3, "wide": 4, "chance": 0.5, "version": 2}
    assert change.recorded(wide=4, chance=0.5) == expected
    assert recorded({"lines": {"count": 1}}) == {"lines": change.recorded(count=1)}
    (one,) = chosen({"lines": change.recorded(wide=4, chance=0.25)})
    assert one == (change, (("count", 3), ("wide", 4)), 0.25)


def test_a_change_that_is_replaced_is_the_new_one():
    register_change("lines", unchanged)
    second = register_change("lines", unchanged, version=2)
    assert registered_changes()["lines"] is second


@pytest.mark.parametrize(
    ("own", "message"),
    [
        ({"lines": {"cuont": 1}}, r"own\.lines: the change has no setting 'cuont'\. Did you mean 'count'"),
        ({"lines": {"x": 1}}, r"has no setting 'x'\. It has count, wide, chance, version"),
        ({"lines": {"count": 11}}, r"own\.lines\.count: 11 is outside 0\.\.10"),
        ({"lines": {"count": math.nan}}, r"own\.lines\.count: nan is outside 0\.\.10"),
        ({"lines": {"chance": 1.5}}, r"own\.lines\.chance: 1\.5 is outside 0\.\.1"),
        ({"lines": {"version": 3, "self": 1}}, "has no setting 'self'"),
        ({"lines": {"count": 1}}, r"own\.lines: says no version\. Add version: 2"),
        ({"lines": {"version": 1}}, "means version 1, and version 2 is registered"),
        ({"rain": {}}, r"own\.rain: no change is registered by this name; registered: 'lines'\. Before "),
        ({"rain": {}}, r"run brevviz\.register_change\('rain', function"),
    ],
)  # fmt: skip
def test_a_recipe_that_does_not_fit_is_told_why(own, message):
    register_change("lines", unchanged, LINES, version=2)
    with pytest.raises(ImageError, match=message):
        chosen(own)


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ({"name": " "}, ImageError, "no name for a change"),
        ({"function": 7}, TypeError, "takes a function of images, keys and settings"),
        ({"version": 0}, ImageError, "version 0 is not a whole number from 1 on"),
        ({"version": True}, ImageError, "version True"),
        ({"settings": {"chance": Setting(0, 1, 1)}}, ImageError, "every change has 'chance'"),
        ({"settings": {"a": (0, 1, 1)}}, TypeError, r"settings\['a'\] is a Setting"),
    ],
)
def test_what_cannot_be_registered_is_refused(given, error, message):
    with pytest.raises(error, match=message):
        register_change(**{"name": "lines", "function": unchanged, **given})
    assert not registered_changes()


@pytest.mark.parametrize("three", [(1, 0, 0), (0, 1, 2), (0, 1, math.nan), (math.nan, 1, 0)])
def test_a_setting_is_a_range_that_holds_its_default(three):
    with pytest.raises(ImageError, match="Setting: "):
        Setting(*three)


def test_an_augmenter_takes_its_changes_to_another_process(monkeypatch):
    change = register_change("lines", unchanged, LINES, version=2)
    sent = pickle.dumps(ImageAugmenter(own={"lines": {"count": 4}}))
    monkeypatch.setattr(register, "_changes", {})
    augmenter = pickle.loads(sent)  # noqa: S301  # our own bytes
    assert registered_changes()["lines"] == change
    assert dict(augmenter.augmentation.own["lines"]) == change.recorded(count=4)
    # One that is known there already stays.
    other = register_change("lines", unchanged, LINES, version=3)
    pickle.loads(sent)  # noqa: S301  # as above
    assert registered_changes()["lines"] is other


def test_modules_that_the_environment_names_are_imported_once(tmp_path, monkeypatch):
    (tmp_path / "own_rain.py").write_text(
        "import brevviz\nbrevviz.register_change('rain', lambda images, keys, settings: images)\n"
    )
    (tmp_path / "own_broken.py").write_text("1 / 0\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("BREVVIZ_CHANGES", " own_rain, ")
    first = registered_changes()["rain"]
    assert chosen({"rain": {"version": 1}})[0].change is first
    assert registered_changes()["rain"] is first
    for name, message in (("own_broken", "ZeroDivisionError"), ("own_none", "No module named")):
        monkeypatch.setenv("BREVVIZ_CHANGES", f"own_rain,{name}")
        with pytest.raises(ImageError, match=f"BREVVIZ_CHANGES: module '{name}'.*{message}"):
            registered_changes()


def test_the_front_door_has_them():
    assert brevviz.Setting is Setting
    assert {"Setting", "register_change", "registered_changes"} <= set(brevviz.__all__)
