"""The Sampling panel: weights and shares typed into its table."""

import pytest

from brevviz.panels.draw_notes import draw_notes
from brevviz.panels.group_table import read_number, write_number
from brevviz.recipe import Sampling
from brevviz.sampling import Sampler

W, S = "sampling.weights", "sampling.shares"


@pytest.fixture
def panel(user):
    """The panel, with `fill(where, group, text)` as a person fills in a cell."""
    panel = user.panel("Sampling")

    def fill(where, group, text):
        assert panel.table.receive({"kind": "set", "name": f"{where} {group}", "value": text})

    panel.fill = fill
    return panel


def column(panel, name):
    """A column of the table: group → cell."""
    at = [entry["name"] for entry in panel.table.columns].index(name)
    return {row[0]: row[at] for row in panel.table.rows}


def test_a_weight_replaces_the_weighing_and_clearing_goes_back(user, panel):
    before = column(panel, "drawn")
    assert {cell["text"] for cell in column(panel, "weight").values()} == {""}
    assert column(panel, "weight")["bad_cap"]["hint"] == "4.243"  # the root of its 18 of train
    panel.fill(W, "bad_cap", "0")
    assert user.app.recipe.sampling.weights == {"bad_cap": 0}
    assert column(panel, "drawn")["bad_cap"] == 0
    assert panel.table.flags == ["warn", "", ""]
    assert panel.notes.rows[0] == [
        "Never drawn in one epoch: bad_cap. Raise the weight, or the draws an epoch."
    ]
    panel.fill(W, "bad_cap", "")
    assert user.app.recipe.sampling.weights == {}
    assert column(panel, "drawn") == before


def test_a_share_is_drawn_as_typed_and_the_chart_follows(user, panel):
    panel.fill(S, "missing_cap", "0.5")
    assert user.app.recipe.sampling.shares == {"missing_cap": 0.5}
    drawn = column(panel, "drawn")
    assert drawn["missing_cap"] == sum(drawn.values()) / 2
    assert {row["group"]: row["drawn"] for row in panel.chart.rows} == drawn
    assert column(panel, "share")["missing_cap"]["text"] == "0.5"
    panel.fill(S, "missing_cap", "33.3 %")
    assert user.app.recipe.sampling.shares == {"missing_cap": 0.333}
    assert column(panel, "share")["missing_cap"]["text"] == "33.3 %"  # as it was typed


def test_what_is_half_typed_stays_as_typed(panel):
    for text in ("0", "0.", "0.4", "0.40"):
        panel.fill(S, "good", text)
        assert column(panel, "share")["good"]["text"] == text


def test_undo_brings_the_cell_back(user, panel):
    panel.fill(W, "good", "7")
    user.press(user.app.history, "undo")
    assert user.app.recipe.sampling.weights == {}
    assert column(panel, "weight")["good"]["text"] == ""
    user.press(user.app.history, "redo")
    assert column(panel, "weight")["good"]["text"] == "7"
    panel.fill(W, "good", "seven")
    user.press(user.app.history, "undo")
    assert column(panel, "weight")["good"]["text"] == "7"
    assert panel.table.problems == {}


def test_each_cell_is_a_step_of_undo(user, panel):
    panel.fill(W, "good", "7")
    panel.fill(W, "bad_cap", "3")
    user.press(user.app.history, "undo")
    assert user.app.recipe.sampling.weights == {"good": 7}
    user.press(user.app.history, "undo")
    assert user.app.recipe.sampling.weights == {}


@pytest.mark.parametrize(
    ("where", "text", "words"),
    [
        (W, "many", "'many' is not a number such as 0.3 or 30 %"),
        (W, "-1", "-1.0 is outside 0.."),
        (W, "nan", "is not a number"),
        (W, "1e999", "is not a finite number"),
        (S, "1.5", "1.5 is outside 0..1"),
        (S, "150 %", "1.5 is outside 0..1"),
        (S, "1", "1 in all leaves nothing for 'bad_cap'"),
    ],
)
def test_a_cell_that_does_not_fit_says_why_below_it(user, panel, where, text, words):
    before = panel.table.rows[1][5:]
    panel.fill(where, "good", text)
    assert words in panel.table.problems[f"{where} good"]
    assert list(panel.table.problems) == [f"{where} good"]
    assert panel.table.problem == ""
    assert panel.table.rows[1][5:] == before
    assert column(panel, where.partition(".")[2].removesuffix("s"))["good"]["text"] == text
    assert "bv-stale" in panel.box._dom_classes
    assert user.error == ""
    panel.fill(where, "good", "0.5")
    assert panel.table.problems == {}
    assert "bv-stale" not in panel.box._dom_classes


def test_a_wrong_cell_keeps_the_others_out_until_it_is_right(user, panel):
    panel.fill(W, "good", "many")
    panel.fill(W, "bad_cap", "3")
    assert user.app.recipe.sampling.weights == {}
    assert list(panel.table.problems) == [f"{W} good"]
    panel.fill(W, "good", "2")
    assert user.app.recipe.sampling.weights == {"bad_cap": 3, "good": 2}


def test_shares_of_more_than_one_are_said_where_they_were_typed(user, panel):
    panel.fill(S, "good", "0.7")
    panel.fill(S, "bad_cap", "0.7")
    assert panel.table.problems == {f"{S} bad_cap": "1.4 in all is more than 1"}
    assert user.app.recipe.sampling.shares == {"good": 0.7}
    panel.fill(S, "good", "0.1")
    assert user.app.recipe.sampling.shares == {"good": 0.1, "bad_cap": 0.7}
    assert panel.table.problems == {}


def test_groups_that_are_gone_are_said_and_cleared_by_a_press(user, panel):
    panel.fill(W, "good", "3")
    user.enter("Sampling", "sampling.groupby", [])
    assert "Weights: 'good' is no group" in panel.table.problem
    assert user.error == ""
    user.press(panel.groups.actions, W)
    assert user.app.recipe.sampling.weights == {}
    assert panel.table.problem == ""
    assert [row[0] for row in panel.table.rows] == ["all samples"]
    assert all(button["disabled"] for button in panel.groups.actions.buttons)


def test_looking_ahead_counts_epochs_together_and_changes_no_recipe(user, panel):
    before, unseen = user.app.recipe, column(panel, "unseen")["good"]
    assert "do not come in an epoch" in panel.notes.rows[-1][0]
    assert panel.ahead.receive({"kind": "set", "name": "epochs", "value": 3})
    assert user.app.recipe == before
    assert panel.table.caption == "3 epochs of train"
    assert column(panel, "unseen")["good"] == 0 < unseen
    for value in (0, 101, 2.5):
        assert panel.ahead.receive({"kind": "set", "name": "epochs", "value": value})
        assert panel.ahead.problems["epochs"].startswith(f"{value} is not a whole number")
    assert panel.epochs == 3


@pytest.mark.parametrize(
    ("text", "number"),
    [("", None), (" ", None), ("3", 3.0), (" 4.5 ", 4.5), ("33.3%", 0.333), ("1e3", 1000.0)],
)
def test_a_number_is_read_and_written(text, number):
    assert read_number(text) == number
    if number is not None:
        assert read_number(write_number(number)) == number


@pytest.mark.parametrize("text", ["x", "%", "1,5", "inf", "1 2", "--1"])
def test_no_number_is_said(text):
    with pytest.raises(ValueError, match="is not a number such as"):
        read_number(text)


def test_notes_name_the_worn_and_the_rare(vials_frame):
    section = Sampling(groupby=("folder",), shares={"missing_cap": 0.9}, weights={"bad_cap": 0.2})
    table = Sampler.of(section, 42).frequencies(vials_frame)
    notes = draw_notes(table, 1, section)
    assert notes[0] == "Less than one image in a batch of 32, on average: bad_cap."
    assert notes[1].startswith("Each image of missing_cap comes 10 times an epoch or more")
    assert "142 of 146 images of good do not come" not in " ".join(notes)
    assert "images of good do not come in an epoch." in notes[2]


@pytest.fixture
def vials_frame(vials):
    """The demo set's samples."""
    from brevviz.dataset import Dataset  # noqa: PLC0415  # listed by this test only

    return Dataset(bucket=vials).get_image_samples()
