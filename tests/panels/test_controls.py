"""Controls: drawn from the recipe's own types, bounds and help, and typed values read back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brevviz.panels import ImagesPanel, SamplingPanel, SplitPanel
from brevviz.panels.entries import (
    read_classes,
    read_key,
    read_rois,
    read_scale,
    read_size,
    write_classes,
    write_key,
    write_numbers,
    write_rois,
    write_scale,
    write_size,
)
from brevviz.panels.fields import Control, describe, from_control, in_words, to_control
from brevviz.recipe import Recipe
from brevviz.widgets import Form

PANELS = (SplitPanel, SamplingPanel, ImagesPanel)


def test_bounds_kind_and_help_come_from_the_recipe():
    field = describe(Control("split.ratio", "Train share", step=0.01))
    assert field == {
        "name": "split.ratio",
        "label": "Train share",
        "kind": "range",
        "help": "Share of the images that train, in every stratum.",
        "min": 0,
        "max": 1,
        "step": 0.01,
    }


def test_a_literal_is_a_choice_and_a_field_that_may_be_none_is_optional():
    weighing = describe(Control("sampling.weighing", "Weighing"))
    assert (weighing["kind"], weighing["options"][0]) == ("choice", "uniform")
    epoch = describe(Control("sampling.epoch_samples", "Draws"))
    assert (epoch["kind"], epoch["min"], epoch["optional"]) == ("number", 1, True)


@pytest.mark.parametrize("panel", PANELS)
def test_every_control_shows_its_default_and_sends_it_back_unchanged(panel):
    recipe = Recipe.start("/data/vials")
    form = Form(fields=[describe(control) for control in panel.controls])
    assert len(form.fields) == len(panel.controls)
    for control in panel.controls:
        shown = to_control(control, recipe.get(control.where))
        if shown is None and control.part:
            continue  # one of several controls of a field, for values that this one is not
        sent = []
        stop = form.on_set(lambda name, value, sent=sent: sent.append((name, value)))
        assert form.receive({"kind": "set", "name": control.name, "value": shown}), control.where
        stop()
        assert sent == [(control.name, shown)]
        assert recipe.with_value(control.where, from_control(control, shown)) == recipe


@pytest.mark.parametrize(
    ("text", "value"),
    [("128 x 96", [128, 96]), ("128", [128, 128]), ("128\u00d796", [128, 96]), ("  ", None)],
)
def test_sizes(text, value):
    assert read_size(text) == value


@pytest.mark.parametrize("text", ["12x", "x", "a x b", "1 x 2 x 3", "-4"])
def test_what_is_no_size_says_what_is(text):
    with pytest.raises(ValueError, match="is not a size such as 128 x 128"):
        read_size(text)


@given(st.none() | st.tuples(st.integers(0, 9999), st.integers(0, 9999)))
def test_sizes_come_back(size):
    assert read_size(write_size(size)) == (None if size is None else list(size))


CORNER = st.tuples(st.integers(0, 65535), st.integers(0, 65535))


@given(st.lists(st.tuples(CORNER, CORNER), max_size=4))
def test_regions_come_back(rois):
    assert read_rois(write_rois(rois)) == [[list(a), list(b)] for a, b in rois]


@pytest.mark.parametrize("text", ["1 2 3", "1 2 3 4 5", "a b c d", "1 2 3 4; 5"])
def test_what_is_no_region_says_what_is(text):
    with pytest.raises(ValueError, match="is not a region such as"):
        read_rois(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("etag", ["etag"]),
        ("folder, etag", ["folder", "etag"]),
        (r"/(\d*)_\d*.bmp", r"/(\d*)_\d*.bmp"),
        ("folders?/", "folders?/"),
        ("", []),
    ],
)
def test_a_key_is_columns_when_it_names_columns_and_a_pattern_else(text, value):
    assert read_key(text) == value
    assert read_key(write_key(value)) == value


@pytest.mark.parametrize("text", ["folders", "clas, etag"])
def test_a_plain_word_that_is_no_column_is_refused_with_the_columns(text):
    with pytest.raises(ValueError, match="is no column and captures nothing; columns are category"):
        read_key(text)


def test_classes():
    assert read_classes(" good, bad_cap ,") == ["good", "bad_cap"]
    assert read_classes("") is None
    assert write_classes(("good", "bad_cap")) == "good, bad_cap"


def test_a_scale_is_a_name_or_two_numbers():
    for name in ("none", "unit", "imagenet"):
        assert read_scale(write_scale(name)) == name
        assert write_numbers(name) is None
    assert write_scale((2.0, -1.0)) == "own"
    assert write_numbers((2.0, -1.0)) == [2.0, -1.0]
    assert read_scale("own") == [1 / 255, 0.0]


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("source.uri: /nope is no folder", "Bucket or folder: /nope is no folder"),
        (
            "/a: holds no image. Change source.sample_filter or source.classes",
            "/a: holds no image. Change \u201cFile names that are samples\u201d or \u201cClasses\u201d",
        ),
        ("Check source.uri.", "Check \u201cBucket or folder\u201d."),
        ("source.uri_of.it, my.source.uri and seed", "source.uri_of.it, my.source.uri and seed"),
    ],
)
def test_messages_name_controls_by_their_labels(said, shown):
    assert in_words(said) == shown
