"""What all widgets share: unknown keywords, traits that no browser writes, checked messages."""

from __future__ import annotations

import logging

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brevviz import widgets
from brevviz.widgets.base import Part

PARTS = sorted(
    name
    for name in widgets.__all__
    if isinstance(getattr(widgets, name), type) and issubclass(getattr(widgets, name), Part)
)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)


def lively(name):
    """A widget in which every message could find something to act on."""
    part = getattr(widgets, name)()
    if name == "Form":
        kinds = ("range", "number", "text", "pattern", "flag", "pair", "tags")
        part.fields = [
            {"name": kind, "label": kind, "kind": kind, "min": 0, "max": 1} for kind in kinds
        ]
    if name == "Gallery":
        part.show(10)
    if name == "Actions":
        part.buttons = [{"name": "a", "label": "A"}]
    if name == "Status":
        part.busy = True
    if name == "RoiEditor":
        part.image_size = (10, 10)
    if name == "LiveChart":
        part.rows = [{"class": "good"}]
    return part


@pytest.mark.parametrize("name", PARTS)
def test_an_unknown_keyword_is_refused_with_the_near_one(name):
    part = getattr(widgets, name)
    known = next(t for t in part.class_trait_names() if not t.startswith("_"))
    with pytest.raises(TypeError, match=f"did you mean '{known}'"):
        part(**{known + "x": 1})


@pytest.mark.parametrize("name", PARTS)
def test_the_browser_writes_no_trait(name, caplog):
    part = lively(name)
    before = part.get_state()
    with caplog.at_level(logging.WARNING):
        part.set_state(dict.fromkeys(before, "x"))
    assert part.get_state() == before
    assert "refused traits" in caplog.text


@pytest.mark.parametrize("name", PARTS)
@given(content=JSON)
@settings(max_examples=100)
def test_whatever_a_browser_sends_nothing_breaks(name, content):
    part = lively(name)
    kinds = [*part._kinds, "other"]
    for kind in kinds:
        message = {**content, "kind": kind} if isinstance(content, dict) else content
        assert part.receive(message) in (True, False)


@pytest.mark.parametrize("name", PARTS)
@given(value=JSON)
@settings(max_examples=100)
def test_whatever_a_message_carries_only_checked_values_pass(name, value):
    part = lively(name)
    heard = []
    for kind in part._kinds:
        part._follow(kind, lambda *arguments: heard.append(arguments))
    for kind in part._kinds:
        for keys in ({"name": "text"}, {"name": "pair"}, {"name": value}, {"version": 1}, {}):
            for key in ("value", "ids", "name"):
                part.receive({**keys, "kind": kind, key: value})
    for arguments in heard:
        for argument in arguments:
            assert isinstance(argument, (str, int, float, bool, list, dict, type(None)))
            str(argument).encode()


def test_a_message_goes_through_the_comm(outbox):
    form = widgets.Form(fields=[{"name": "n", "label": "N", "kind": "number"}])
    sent = outbox(form)
    heard = []
    form.on_set(lambda *arguments: heard.append(arguments))
    form._handle_custom_msg({"kind": "set", "name": "n", "value": 3, "turn": 7}, [])
    assert heard == [("n", 3)]
    assert sent == [({"kind": "seen", "turn": 7}, None)]


def test_a_follower_can_stop():
    actions = widgets.Actions(buttons=[{"name": "a", "label": "A"}])
    first, second = [], []
    stop = actions.on_press(first.append)
    actions.on_press(second.append)
    stop()
    assert actions.receive({"kind": "press", "name": "a"})
    assert (first, second) == ([], ["a"])


def test_a_stale_message_is_no_warning(caplog):
    gallery = widgets.Gallery()
    gallery.show(5)
    gallery.show(5)
    with caplog.at_level(logging.WARNING):
        assert not gallery.receive({"kind": "want", "version": 1, "ids": [1]})
    assert caplog.text == ""
