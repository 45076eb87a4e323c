"""The seed's call on the demo set, and what assign promises."""

import pandas as pd
import pytest

from brevviz.errors import PatternError, SplitError
from brevviz.recipe import Split
from brevviz.split import SampleSplit, split_digest

SEED_PATTERN = r"/(\d*)_\d*.bmp"


def purposes_by_folder(assigned, purpose="train"):
    counts = assigned[assigned["purpose"] == purpose].groupby("folder").size()
    return tuple(counts.get(name, 0) for name in ("bad_cap", "good", "missing_cap"))


@pytest.mark.parametrize(
    ("per_folder", "seed", "train"),
    [
        (False, 42, (18, 118, 10)),
        (False, 711, (18, 118, 10)),
        (True, 42, (18, 118, 10)),
        (True, "batch-7", (18, 116, 10)),
    ],
)
def test_the_seeds_cell_on_the_demo_set(demo, per_folder, seed, train):
    splitter = SampleSplit(
        stratification=["folder"],
        uniqueness=SEED_PATTERN,
        split=0.8,
        seed=seed,
        per_folder=per_folder,
    )
    assigned = splitter.assign(demo, remainder="devel")
    assert purposes_by_folder(assigned) == train
    assert set(assigned["purpose"]) == {"train", "devel"}
    item = demo["path"].str.extract(r"/(\d*)_\d*.bmp")[0]
    if per_folder:
        item = demo["folder"] + "/" + item
    assert len(set(zip(item, assigned["purpose"], strict=True))) == item.nunique()


@pytest.mark.parametrize("seed", range(20))
def test_every_class_of_the_demo_set_is_within_half_an_item(demo, seed):
    splitter = SampleSplit(["folder"], SEED_PATTERN, 0.8, seed, per_folder=True)
    deviation = splitter.plan(demo).counts(0.8).deviation[:, 0]
    assert (abs(deviation) <= [1, 2, 1]).all()


def test_the_frame_given_is_not_changed(demo):
    before = demo.copy(deep=True)
    SampleSplit(uniqueness=SEED_PATTERN).assign(demo, remainder="devel")
    pd.testing.assert_frame_equal(demo, before)


def test_defaults_are_the_recipes():
    assert SampleSplit().section == Split()
    assert SampleSplit(["folder"], ["etag"], 0.5).section == Split(ratio=0.5)


def test_of_gives_back_its_section():
    section = Split(uniqueness=SEED_PATTERN, ratio=0.7)
    splitter = SampleSplit.of(section, "x")
    assert splitter.section is section
    assert splitter.seed == "x"


def test_without_a_remainder_the_rest_stays_empty(demo):
    assigned = SampleSplit(uniqueness=SEED_PATTERN).assign(demo)
    assert assigned["purpose"].isna().sum() == 180 - sum(purposes_by_folder(assigned))
    assert (assigned["purpose"].dropna() == "train").all()


def test_two_calls_make_three_purposes_and_the_second_keeps_the_first(demo):
    tested = SampleSplit(["folder"], SEED_PATTERN, 0.2).assign(demo, purpose="test")
    assigned = SampleSplit(["folder"], SEED_PATTERN, 0.75).assign(tested, remainder="devel")
    was_test = tested["purpose"] == "test"
    assert (assigned["purpose"][was_test] == "test").all()
    assert set(assigned["purpose"][~was_test]) == {"train", "devel"}
    # Locked test does not eat the ratio: three quarters of what is left train.
    left = (~was_test).sum()
    assert abs((assigned["purpose"] == "train").sum() - 0.75 * left) <= 3


def test_test_ratio_makes_three_purposes_and_the_ratio_never_changes_test(demo):
    def test_rows(ratio):
        splitter = SampleSplit(["folder"], SEED_PATTERN, ratio, test_ratio=0.2)
        return splitter.assign(demo, remainder="devel")["purpose"] == "test"

    assert test_rows(0.5).sum() > 0
    assert test_rows(0.5).equals(test_rows(0.7))


def test_a_column_list_and_another_purpose_column(demo):
    demo["serial"] = demo["path"].str.extract(SEED_PATTERN)[0].astype(int)
    by_column = SampleSplit(["folder"], ["serial"], 0.8).assign(demo, column="side")
    by_pattern = SampleSplit(["folder"], SEED_PATTERN, 0.8).assign(demo)
    assert by_column["side"].equals(by_pattern["purpose"].rename("side"))
    assert "purpose" not in by_column


def test_any_index_is_kept(demo):
    shuffled = demo.sample(frac=1, random_state=3)
    first = SampleSplit(uniqueness=SEED_PATTERN).assign(demo, remainder="devel")
    second = SampleSplit(uniqueness=SEED_PATTERN).assign(shuffled, remainder="devel")
    assert second.index.equals(shuffled.index)
    pd.testing.assert_frame_equal(second.sort_index(), first)


def test_the_digest_knows_neither_order_nor_string_type_nor_source(demo):
    assigned = SampleSplit(uniqueness=SEED_PATTERN).assign(demo, remainder="devel")
    digest = split_digest(assigned)
    assert len(digest) == 64
    assert split_digest(assigned.sample(frac=1, random_state=1)) == digest
    as_objects = demo.astype({"path": object, "folder": object, "etag": object})
    other = SampleSplit(uniqueness=SEED_PATTERN).assign(as_objects, remainder="devel")
    assert split_digest(other) == digest
    local = demo.assign(
        path=demo["path"].str.replace("s3://demo/set", "/srv/data", regex=False),
        bucket="/srv/data",
    )
    moved = SampleSplit(uniqueness=SEED_PATTERN).assign(local, remainder="devel")
    assert split_digest(moved) == digest
    assigned.loc[0, "purpose"] = "test"
    assert split_digest(assigned) != digest


def test_unmatched_rows_are_items_of_their_own_in_a_folder_as_in_a_bucket(demo):
    pattern = r"good/(\d*)_\d*.bmp"
    remote = SampleSplit(uniqueness=pattern).plan(demo)
    assert (remote.matched, remote.unmatched, remote.items) == (146, 34, 48 + 34)
    assert "34 of 180 paths do not match: each is its own item." in remote.notes
    local = demo.assign(path=demo["path"].str.replace("s3://demo/set", "/d"), bucket="/d")
    assert SampleSplit(uniqueness=pattern).plan(local).purposes(0.8).tolist() == (
        remote.purposes(0.8).tolist()
    )


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"split": 1.2}, r"split.ratio: 1.2 is outside 0..1"),
        ({"split": 0.8, "test_ratio": 0.3}, r"split.test_ratio: 0.3 is more than"),
        ({"uniqueness": "a" * 501}, r"split.uniqueness: .*501 characters"),
    ],
)
def test_a_value_that_is_not_allowed_is_refused_in_words(settings, message):
    with pytest.raises(SplitError, match=message):
        SampleSplit(**settings)


def test_an_unknown_keyword_names_the_near_one():
    with pytest.raises(TypeError, match=r"'per_folders'; did you mean per_folder\?"):
        SampleSplit(per_folders=True)


def test_a_bad_pattern_is_refused_with_its_position(demo):
    with pytest.raises(PatternError, match=r"a '\(' is not closed, at character 2") as error:
        SampleSplit(uniqueness=r"/(\d*_\d*.bmp").assign(demo)
    assert error.value.position == 1


def test_a_missing_column_is_named(demo):
    with pytest.raises(SplitError, match=r"no column 'vial'. Columns are category, folder"):
        SampleSplit(uniqueness=["vial"]).assign(demo)


def test_an_empty_frame_gives_an_empty_frame(demo):
    assigned = SampleSplit(uniqueness=SEED_PATTERN).assign(demo.iloc[:0], remainder="devel")
    assert assigned.columns.tolist() == [*demo.columns, "purpose"]
    assert len(assigned) == 0
