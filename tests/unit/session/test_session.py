"""The session: one recipe, changed by steps that can be undone, with what did not fit beside it."""

import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brevviz.recipe import Recipe
from brevviz.session import Session


@pytest.fixture
def session():
    return Session(Recipe.start("/data/vials"))


def test_a_good_value_becomes_the_recipe(session):
    assert session.set("split.ratio", 0.7)
    assert session.recipe.split.ratio == 0.7
    assert session.value("split.ratio") == 0.7
    assert not session.problems


def test_a_bad_value_stays_out_and_is_kept_beside_its_message(session):
    assert not session.set("split.ratio", 1.2)
    assert session.recipe.split.ratio == 0.8
    assert session.value("split.ratio") == 1.2
    assert session.problems == {"split.ratio": "1.2 is outside 0..1"}
    assert session.set("split.ratio", 0.9)
    assert not session.problems


def test_a_value_that_did_not_fit_beside_another_is_taken_when_it_does(session):
    assert session.set("split.ratio", 0.9)
    assert not session.set("split.test_ratio", 0.2)
    assert "0.2 is more than the ratio of 0.9 leaves" in session.problems["split.test_ratio"]
    assert session.set("split.ratio", 0.85)
    assert "0.85 leaves" in session.problems["split.test_ratio"]
    assert session.set("split.ratio", 0.8)
    assert not session.problems
    assert (session.recipe.split.ratio, session.recipe.split.test_ratio) == (0.8, 0.2)


def test_an_unknown_setting_is_a_problem_not_an_exception(session):
    assert not session.set("split.ratoi", 0.5)
    assert "split.ratoi" in session.problems


def test_undo_and_redo_walk_the_steps(session):
    session.set("split.ratio", 0.7)
    session.set("seed", 7)
    assert session.undo()
    assert (session.recipe.seed, session.recipe.split.ratio) == (42, 0.7)
    assert session.undo()
    assert session.recipe.split.ratio == 0.8
    assert not session.undo()
    assert session.redo()
    assert session.redo()
    assert (session.recipe.seed, session.recipe.split.ratio) == (7, 0.7)
    assert not session.redo()


def test_a_drag_is_one_step(session):
    for ratio in (0.79, 0.75, 0.7, 0.6):
        session.set("split.ratio", ratio)
    session.undo()
    assert session.recipe.split.ratio == 0.8


def test_undo_drops_a_value_that_did_not_fit_first(session):
    session.set("split.ratio", 0.7)
    session.set("split.ratio", 2)
    assert session.can_undo
    session.undo()
    assert not session.problems
    assert session.recipe.split.ratio == 0.7


def test_a_new_change_ends_redo(session):
    session.set("seed", 1)
    session.undo()
    session.set("split.ratio", 0.5)
    assert not session.can_redo


def test_followers_hear_of_every_change_until_they_leave(session):
    heard = []
    leave = session.follow(lambda s: heard.append(s.recipe.seed))
    session.set("seed", 1)
    session.set("seed", -1)
    leave()
    session.set("seed", 3)
    assert heard == [1, 1]


def test_jobs_share_results_across_changes(session):
    before = session.job
    session.set("split.ratio", 0.5)
    assert session.job is not before
    assert session.job.results is before.results


def test_many_threads_set_without_losing_a_field(session):
    fields = {
        "split.ratio": 0.5,
        "seed": 9,
        "sampling.batch_size": 4,
        "view.color_mode": "greyscale",
        "augmentation.rotate": 10.0,
    }
    threads = [threading.Thread(target=session.set, args=item) for item in fields.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(5)
    assert {where: session.recipe.get(where) for where in fields} == fields


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("set"), st.sampled_from(["split.ratio", "seed"]), st.integers(-1, 3)),
        st.tuples(st.sampled_from(["undo", "redo"])),
    ),
    max_size=30,
)


@given(STEPS)
@settings(max_examples=100, deadline=None)
def test_undo_all_then_redo_all_comes_back(steps):
    session = Session(Recipe.start("/data"))
    first = session.recipe
    for step in steps:
        if step[0] == "set":
            session.set(step[1], step[2])
        else:
            getattr(session, step[0])()
    while session.undo():
        pass
    assert session.recipe == first
    assert not session.problems


def test_chosen_samples_and_item_are_told_to_followers_once_and_are_no_step_of_undo():
    session = Session(Recipe.start("/data/vials"))
    told = []
    session.follow(lambda s: told.append((s.selected, s.item)))
    session.select(["/data/vials/b", "/data/vials/a", "/data/vials/b"])
    session.select(["/data/vials/b", "/data/vials/a"])
    session.choose_item("7")
    session.choose_item("7")
    session.choose_item(None)
    chosen = ("/data/vials/b", "/data/vials/a")
    assert told == [(chosen, None), (chosen, "7"), (chosen, None)]
    assert not session.can_undo
