"""A long table asks for rows that exist, sorts by columns that can, and is fed for its list."""

import pytest

from brevviz.widgets import LongTable

COLUMNS = [{"name": "path", "label": "Path", "sortable": True}, {"name": "why", "label": "Why"}]


@pytest.fixture
def table():
    table = LongTable(columns=COLUMNS)
    table.show(100, 7)
    table.heard = []
    table.on_want(lambda *arguments: table.heard.append(arguments))
    table.on_sort(table.heard.append)
    table.on_select(lambda ids: table.heard.append((ids, table.selected)))
    return table


def test_wants_sorts_and_choices_are_handed_on(table):
    assert table.receive({"kind": "want", "version": 7, "first": 90, "last": 100})
    assert table.receive({"kind": "sort", "name": "path"})
    assert table.receive({"kind": "select", "version": 7, "ids": [5]})
    assert table.heard == [(7, 90, 100), "path", ([5], [5])]


@pytest.mark.parametrize(
    "message",
    [
        {"kind": "want", "version": 7, "first": 90, "last": 101},
        {"kind": "want", "version": 7, "first": 100, "last": 100},
        {"kind": "want", "version": 7, "first": -1, "last": 5},
        {"kind": "want", "version": 7, "first": 5, "last": 4},
        {"kind": "want", "version": 7, "first": 0.0, "last": 4},
        {"kind": "want", "version": 6, "first": 0, "last": 4},
        {"kind": "sort", "name": "why"},
        {"kind": "sort", "name": "no such column"},
        {"kind": "select", "version": 7, "ids": [1, 2]},
        {"kind": "select", "version": 7, "ids": [100]},
        {"kind": "select", "version": 7, "ids": [True]},
    ],
)
def test_a_message_that_does_not_fit_is_refused(table, message):
    assert not table.receive(message)
    assert table.heard == []


def test_no_more_rows_than_a_screen_holds_are_wanted_at_once(table):
    table.show(1_000_000, 8)
    assert not table.receive({"kind": "want", "version": 8, "first": 0, "last": 1_000_000})
    assert table.receive({"kind": "want", "version": 8, "first": 999_000, "last": 1_000_000})


def test_several_are_chosen_only_where_that_is_allowed(table):
    table.multiple = True
    assert table.receive({"kind": "select", "version": 7, "ids": [3, 1]})
    assert table.selected == [3, 1]
    assert not table.receive({"kind": "select", "version": 7, "ids": [3, 3]})


def test_rows_of_an_older_list_are_not_sent(table, outbox):
    sent = outbox(table)
    table.send_rows(6, 0, [["a", ""]])
    table.send_rows(7, 3, [["b", None]])
    assert sent == [({"kind": "rows", "version": 7, "first": 3, "rows": [["b", None]]}, None)]


def test_a_column_of_no_known_kind_is_refused():
    with pytest.raises(ValueError, match="a kind of"):
        LongTable(columns=[{"name": "a", "label": "A", "kind": "markup"}])
