"""`split.tied`: lists of keys that show one item although the rule tells them apart."""

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from brevviz.split import SampleSplit, find_leaks, repair, split_digest
from brevviz.split.tied import joined_groups

MODES = ["rank", "best fit", "hash"]


@pytest.fixture
def frame(frame_of):
    """40 items of two images each in two folders, with paths inside a source."""
    made = frame_of([(f"i{n}", n % 2) for n in range(40) for _ in range(2)])
    return made.assign(bucket="s3://b")


def key(frame, row):
    return frame["path"][row].removeprefix("s3://b/")


@pytest.mark.parametrize("mode", MODES)
def test_tied_keys_are_one_item_in_every_mode_and_at_every_ratio(frame, mode):
    groups = [[key(frame, 0), key(frame, 5), key(frame, 30)], [key(frame, 9), key(frame, 60)]]
    splitter = SampleSplit(["folder"], ["key"], mode=mode, tied=groups)
    plan = splitter.plan(frame)
    assert plan.items == 40 - 3
    for ratio in (0.1, 0.5, 0.8, 0.95):
        purposes = plan.purposes(ratio, 0.05)
        # The other images of the tied ones come along: they are of one item each.
        assert len(set(purposes[[0, 1, 4, 5, 30, 31]])) == 1
        assert len(set(purposes[[8, 9, 60, 61]])) == 1
    assigned = splitter.assign(frame, remainder="devel")
    assert (assigned["purpose"].to_numpy() == plan.purposes(0.8)).all()


def test_groups_that_share_a_key_are_one(frame):
    chain = [[key(frame, 0), key(frame, 2)], [key(frame, 4), key(frame, 2)]]
    plan = SampleSplit(["folder"], ["key"], tied=chain).plan(frame)
    assert plan.item_of_row[0] == plan.item_of_row[2] == plan.item_of_row[4]
    assert plan.items == 38


def test_ties_change_nothing_where_the_rule_says_so_already(frame):
    plain = SampleSplit(["folder"], ["key"]).plan(frame)
    tied = SampleSplit(["folder"], ["key"], tied=[[key(frame, 0), key(frame, 1)]]).plan(frame)
    assert (plain.tau == tied.tau).all()
    assert plain.item_keys.equals(tied.item_keys)


@given(st.randoms(use_true_random=False), st.sampled_from(MODES))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_order_of_rows_groups_and_keys_changes_nothing(frame, random, mode):
    groups = [[key(frame, 2 * n) for n in range(start, 40, 11)] for start in range(3)]
    expected = SampleSplit(["folder"], ["key"], mode=mode, tied=groups).assign(frame)
    mixed = [random.sample(group, len(group)) for group in random.sample(groups, 3)]
    rows = random.sample(range(len(frame)), len(frame))
    got = SampleSplit(["folder"], ["key"], mode=mode, tied=mixed).assign(frame.iloc[rows])
    pd.testing.assert_frame_equal(got.sort_index(), expected)


def test_a_folder_and_a_bucket_tie_the_same_rows(frame):
    groups = [[key(frame, 0), key(frame, 7)]]
    here = frame.assign(path="/data/set/" + frame["path"].str.removeprefix("s3://b/"))
    here = here.drop(columns="bucket")
    here.attrs["brevviz.source"] = {"uri": "/data/set"}
    digests = {
        split_digest(SampleSplit(["folder"], ["key"], tied=groups).assign(each, remainder="devel"))
        for each in (frame, here)
    }
    assert len(digests) == 1


def test_two_sources_in_one_frame_are_named_by_whole_paths(frame):
    other = frame.assign(path=frame["path"].str.replace("s3://b", "s3://c"), bucket="s3://c")
    both = pd.concat([frame, other.assign(key="c" + other["key"])], ignore_index=True)
    groups = [[both["path"][0], both["path"][85]]]
    plan = SampleSplit(["folder"], ["key"], tied=groups).plan(both)
    assert plan.item_of_row[0] == plan.item_of_row[85]
    assert plan.items == 79


def test_keys_that_name_no_sample_are_told(frame):
    groups = [[key(frame, 0), "gone/1.png"], ["gone/2.png", key(frame, 4), key(frame, 8)]]
    plan = SampleSplit(["folder"], ["key"], tied=groups).plan(frame)
    assert plan.absent == ("gone/1.png", "gone/2.png")
    assert "2 keys in split.tied name no sample: gone/1.png, gone/2.png." in plan.notes
    assert plan.item_of_row[4] == plan.item_of_row[8]
    one = SampleSplit(["folder"], ["key"], tied=[["gone", key(frame, 0)]]).plan(frame)
    assert "1 key in split.tied names no sample: gone." in one.notes
    none = SampleSplit(["folder"], ["key"], tied=[[key(frame, 0), key(frame, 2)]]).plan(frame)
    assert not any("split.tied" in note for note in none.notes)


def test_ties_across_locks_are_conflicts(frame):
    locked = frame.assign(purpose=None)
    locked.loc[[0, 1], "purpose"], locked.loc[[2, 3], "purpose"] = "train", "devel"
    groups = [[key(frame, 0), key(frame, 2)]]
    plan = SampleSplit(["folder"], ["key"], tied=groups).plan(locked)
    assert len(plan.conflicts) == 1
    assert plan.purposes(0.5)[:4].tolist() == ["train", "train", "devel", "devel"]


def test_joined_groups_are_disjoint_and_in_order():
    assert joined_groups((("c", "b"), ("x", "y")), [("b", "a"), ("z", "q")]) == (
        ("a", "b", "c"),
        ("q", "z"),
        ("x", "y"),
    )
    assert joined_groups((), []) == ()


def leaking(frame):
    """An assigned frame in which three train images have copies in devel."""
    before = SampleSplit(["folder"], ["key"], 0.7).assign(frame, remainder="devel")
    train = before.index[before["purpose"] == "train"][:3]
    devel = before.index[before["purpose"] == "devel"][:3]
    before.loc[devel, "etag"] = before.loc[train, "etag"].to_numpy()
    return before


def test_what_repair_says_to_tie_makes_the_split_clean_again(frame):
    before = leaking(frame)
    splitter = SampleSplit(["folder"], ["key"], 0.7)
    leaks = find_leaks(before, splitter.plan(before.drop(columns="purpose")).item_of_row)
    done = repair(before, leaks, splitter)
    assert done.tied == joined_groups(
        (), [(key(frame, row.left), key(frame, row.right)) for row in leaks.pairs.itertuples()]
    )
    # Nothing but the recipe's section is needed to get there again.
    again = SampleSplit.of(splitter.section.model_copy(update={"tied": done.tied}))
    fresh = before.drop(columns="purpose")
    assigned = again.assign(fresh, remainder="devel")
    assert find_leaks(assigned, again.plan(fresh).item_of_row).clean


def test_repair_keeps_the_ties_there_were_and_names_no_pair_that_is_one_item(frame):
    before = leaking(frame)
    was = [[key(frame, 70), key(frame, 74)]]
    splitter = SampleSplit(["folder"], ["key"], 0.7, tied=was)
    # Somebody moved one image of an item by hand: the rule says "one item" already.
    twin = before.index[before["key"] == before["key"][70]]
    before.loc[twin, "purpose"] = ["train", "devel"]
    plan = splitter.plan(before.drop(columns="purpose"))
    leaks = find_leaks(before, plan.item_of_row)
    assert leaks.counts() == {"same item": len(leaks.pairs) - 3, "same bytes": 3}
    tied = repair(before, leaks, splitter).tied
    assert tuple(was[0]) in tied
    assert key(frame, twin[1]) not in {name for group in tied for name in group}
