"""A gallery asks for positions that exist in the list that is shown, and is fed for that list."""

from __future__ import annotations

import pytest

from brevviz.widgets import Gallery


@pytest.fixture
def gallery():
    gallery = Gallery()
    gallery.show(100)
    gallery.wants, gallery.choices = [], []
    gallery.on_want(lambda version, ids: gallery.wants.append((version, ids)))
    gallery.on_select(lambda ids: gallery.choices.append((ids, gallery.selected)))
    return gallery


def test_a_want_is_handed_on(gallery):
    assert gallery.receive({"kind": "want", "version": 1, "ids": [3, 2, 99]})
    assert gallery.receive({"kind": "want", "version": 1, "ids": []})
    assert gallery.wants == [(1, [3, 2, 99]), (1, [])]


@pytest.mark.parametrize(
    "message",
    [
        {"version": 1, "ids": [100]},
        {"version": 1, "ids": [-1]},
        {"version": 1, "ids": [1.0]},
        {"version": 1, "ids": [True]},
        {"version": 1, "ids": ["1"]},
        {"version": 1, "ids": [1, 1]},
        {"version": 1, "ids": list(range(3000))},
        {"version": 1, "ids": None},
        {"version": "1", "ids": [1]},
        {"version": 2, "ids": [1]},
        {"version": 0, "ids": [1]},
        {"ids": [1]},
    ],
)
def test_a_want_that_does_not_fit_is_refused(gallery, message):
    assert not gallery.receive({"kind": "want", **message})
    assert gallery.wants == []


def test_a_choice_is_set_before_followers_hear_of_it(gallery):
    assert gallery.receive({"kind": "select", "version": 1, "ids": [5]})
    assert gallery.choices == [([5], [5])]
    assert not gallery.receive({"kind": "select", "version": 1, "ids": [5, 6]})
    gallery.multiple = True
    assert gallery.receive({"kind": "select", "version": 1, "ids": [5, 6]})
    assert gallery.selected == [5, 6]


def test_an_answer_to_an_older_list_is_not_sent(gallery, outbox):
    sent = outbox(gallery)
    gallery.send_thumb(1, 3, b"jpeg", label="a", purpose="train", caption="good/a")
    gallery.send_failed(1, 4, "cut short", label="b")
    version = gallery.show(7)
    gallery.send_thumb(1, 3, b"late")
    gallery.send_failed(1, 3, "late")
    assert version == 2
    assert gallery.count == 7
    assert [(content["kind"], content["id"], buffers) for content, buffers in sent] == [
        ("thumb", 3, [b"jpeg"]),
        ("failed", 4, None),
    ]
    assert sent[0][0]["label"] == "a"
    assert sent[1][0]["reason"] == "cut short"


def test_another_list_chooses_nothing(gallery):
    gallery.selected = [4]
    gallery.show(100)
    assert gallery.selected == []


def test_an_empty_list_has_no_position(gallery):
    gallery.show(0)
    assert not gallery.receive({"kind": "want", "version": 2, "ids": [0]})
    assert gallery.receive({"kind": "want", "version": 2, "ids": []})


def test_reveal_names_the_list(gallery, outbox):
    sent = outbox(gallery)
    gallery.reveal(42)
    assert sent == [({"kind": "reveal", "version": 1, "id": 42}, None)]
