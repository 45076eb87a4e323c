"""A form takes values of its fields' kinds, and nothing else."""

from __future__ import annotations

import math

import pytest

from brevviz.widgets import Form

FIELDS = [
    {"name": "ratio", "label": "Ratio", "kind": "range", "min": 0, "max": 1, "step": 0.01},
    {"name": "samples", "label": "Samples", "kind": "number", "optional": True},
    {"name": "contrast", "label": "Contrast", "kind": "pair", "min": 0, "max": 4},
    {"name": "uri", "label": "Bucket", "kind": "text", "longest": 10, "lazy": True},
    {"name": "pattern", "label": "Pattern", "kind": "pattern"},
    {
        "name": "mode",
        "label": "Mode",
        "kind": "choice",
        "options": ["rgb", {"value": 1, "label": "One"}, {"value": None, "label": "None"}],
    },
    {"name": "pin", "label": "Pin", "kind": "flag"},
    {"name": "groupby", "label": "Group", "kind": "tags", "options": ["folder", "etag"]},
    {"name": "classes", "label": "Classes", "kind": "tags", "optional": True},
]


@pytest.fixture
def form():
    form = Form(fields=FIELDS)
    form.heard = []
    form.on_set(lambda name, value: form.heard.append((name, value)))
    return form


def enter(form, name, value, **more):
    return form.receive({"kind": "set", "name": name, "value": value, **more})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ratio", 0.5),
        ("ratio", 1),
        ("ratio", 1.2),  # beyond `max`: the panel says so under the field
        ("samples", None),
        ("samples", 10_000),
        ("contrast", [0.5, 1]),
        ("uri", "s3://a"),
        ("pattern", "(" * 500),
        ("mode", "rgb"),
        ("mode", 1),
        ("mode", None),
        ("pin", True),
        ("groupby", ["etag", "folder"]),
        ("groupby", []),
        ("classes", ["good", "ängström \U0001f9ea"]),
        ("classes", None),
    ],
)
def test_what_fits_passes_as_it_came(form, name, value):
    assert enter(form, name, value)
    assert form.heard == [(name, value)]
    assert type(form.heard[0][1]) is type(value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ratio", "0.5"),
        ("ratio", True),
        ("ratio", None),
        ("ratio", math.nan),
        ("ratio", math.inf),
        ("ratio", 2**60),
        ("samples", [1]),
        ("contrast", [1]),
        ("contrast", [1, 2, 3]),
        ("contrast", [1, "2"]),
        ("contrast", None),
        ("uri", "s3://a bucket"),
        ("uri", 1),
        ("uri", "\ud800"),
        ("pattern", "(" * 501),
        ("mode", "RGB"),
        ("mode", True),
        ("mode", 1.0),
        ("pin", 1),
        ("pin", "true"),
        ("groupby", ["path"]),
        ("groupby", "etag"),
        ("classes", ["x"] * 201),
        ("classes", ["x" * 257]),
        ("classes", [1]),
        ("other", 1),
        (["ratio"], 1),
        (None, 1),
    ],
)
def test_what_does_not_fit_is_refused(form, name, value):
    assert not enter(form, name, value)
    assert form.heard == []


@pytest.mark.parametrize("turn", [-1, "1", None, 1.5, 2**54, True])
def test_a_turn_is_a_count(form, turn):
    assert not enter(form, "pin", True, turn=turn)


def test_a_refused_value_is_answered_too(form, outbox):
    sent = outbox(form)
    assert not enter(form, "pin", 1, turn=9)
    assert sent == [({"kind": "seen", "turn": 9}, None)]


def test_a_message_has_no_other_parts(form):
    assert not enter(form, "pin", True, more=1)
    assert not form.receive({"kind": "set", "name": "pin"})


def test_a_disabled_form_takes_nothing(form):
    form.disabled = True
    assert not enter(form, "pin", True)
    assert form.heard == []


def test_the_answer_follows_what_the_follower_wrote(form, monkeypatch):
    order = []
    monkeypatch.setattr(form, "send", lambda content, buffers=None: order.append(content))
    form.on_set(lambda name, value: setattr(form, "values", {name: value}))
    form.observe(lambda change: order.append(change["new"]), "values")
    assert enter(form, "pin", True, turn=3)
    assert order == [{"pin": True}, {"kind": "seen", "turn": 3}]


def test_the_answer_comes_when_a_follower_fails(form, outbox):
    sent = outbox(form)

    def fail(name, value):
        raise ZeroDivisionError

    form.on_set(fail)
    with pytest.raises(ZeroDivisionError):
        enter(form, "pin", True, turn=4)
    assert sent == [({"kind": "seen", "turn": 4}, None)]


@pytest.mark.parametrize(
    ("field", "why"),
    [
        ({"label": "A", "kind": "text"}, "name is missing"),
        ({"name": "a", "label": "A", "kind": "slider"}, "kind 'slider' is not one of"),
        ({"name": "a", "label": "A", "kind": "text", "tooltip": ""}, "'tooltip'.* not known"),
        ({"name": "a", "label": "A", "kind": "choice"}, "a choice needs options"),
        ({"name": "a", "label": "A", "kind": "range", "min": 0}, "a range needs min and max"),
        ({"name": "a", "label": "A", "kind": "number", "max": math.inf}, "max is inf"),
        ({"name": "a", "label": "A", "kind": "number", "step": "1"}, "step is '1'"),
    ],
)
def test_a_field_that_cannot_be_shown_is_refused(field, why):
    with pytest.raises(ValueError, match=why):
        Form(fields=[field])


def test_two_fields_of_one_name_are_refused():
    field = {"name": "a", "label": "A", "kind": "text"}
    with pytest.raises(ValueError, match="two fields have one name"):
        Form(fields=[field, field])


def test_a_field_stands_beside_an_earlier_one():
    chance = {"name": "chance", "label": "Chance", "kind": "number", "beside": "ratio"}
    assert Form(fields=[*FIELDS, chance]).fields[-1]["beside"] == "ratio"
    with pytest.raises(ValueError, match="'chance' stands beside no earlier field"):
        Form(fields=[chance, *FIELDS])
