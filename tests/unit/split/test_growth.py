"""New samples join, locked ones stay, and a diff says who moved and why."""

import pandas as pd
import pytest

from brevviz.errors import SplitError
from brevviz.split import SampleSplit, difference, join_earlier, read_assignment


@pytest.fixture
def splitter():
    return SampleSplit(["folder"], ["key"], 0.8)


def test_new_samples_join_and_no_old_one_moves(frame_of, splitter):
    old = [(f"i{n}", n % 3) for n in range(60) for _ in range(3)]
    new = [(f"j{n}", n % 3) for n in range(60) for _ in range(3)] + [("i0", 0), ("i4", 1)]
    before = splitter.assign(frame_of(old), remainder="devel")
    grown = join_earlier(frame_of(old + new), before)
    assert grown["purpose"].notna().sum() == len(old)
    after = splitter.assign(grown, remainder="devel")
    assert after["purpose"][: len(old)].tolist() == before["purpose"].tolist()
    # A new picture of an old item goes where its item is.
    assert after["purpose"].iloc[-2] == before["purpose"][0]
    assert after["purpose"].iloc[-1] == before["purpose"][12]
    assert abs((after["purpose"] == "train").mean() - 0.8) < 0.02

    told = difference(before, after)
    assert set(told["why"]) == {"new"}
    assert len(told) == len(new)


def test_without_locks_few_move_and_the_diff_names_them(frame_of, splitter):
    old = [(f"i{n}", 0) for n in range(200)]
    new = [(f"j{n}", 0) for n in range(20)]
    before = splitter.assign(frame_of(old), remainder="devel")
    after = splitter.assign(frame_of(old + new), remainder="devel")
    told = difference(before, after)
    moved = told[told["why"] == "its item's place passed the cut"]
    assert len(moved) == (before["purpose"] != after["purpose"][:200]).sum()
    assert len(moved) <= 10
    assert set(told["why"]) - {"new"} <= {"its item's place passed the cut"}


def test_an_assignment_in_a_csv_by_etag_alone(frame_of, splitter, tmp_path):
    frame = frame_of([(f"i{n}", 0) for n in range(10)])
    splitter.assign(frame, remainder="devel")[["etag", "purpose"]].to_csv(
        tmp_path / "ids.csv", index=False
    )
    earlier = read_assignment(tmp_path / "ids.csv")
    joined = join_earlier(frame.iloc[::-1], earlier)
    assert joined["purpose"].tolist() == earlier["purpose"].tolist()[::-1]


@pytest.mark.parametrize("name", ["manifest.parquet", ""])
def test_an_assignment_in_a_manifest(frame_of, splitter, tmp_path, name):
    frame = frame_of([(f"i{n}", 0) for n in range(10)]).assign(bucket="s3://b")
    assigned = splitter.assign(frame, remainder="devel")
    rows = assigned.assign(key=assigned["path"].str.removeprefix("s3://b/"), revision=0)
    rows = rows.drop(columns=["path", "bucket", "folder"])
    rows.loc[3, "purpose"] = None  # an object that was no sample
    rows.to_parquet(tmp_path / "manifest.parquet")
    earlier = read_assignment(tmp_path / name)
    joined = join_earlier(frame.iloc[::-1], earlier)["purpose"].sort_index()
    assert pd.isna(joined[3])
    assert joined.drop(3).tolist() == assigned["purpose"].drop(3).tolist()


def test_path_and_content_go_before_content_and_that_before_path():
    earlier = pd.DataFrame(
        {
            "path": ["a", "b", "c", "d"],
            "etag": ["1", "1", "3", "4"],
            "purpose": ["devel", "train", "test", None],
        }
    )
    samples = pd.DataFrame({"path": ["a", "x", "y", "c", "d"], "etag": ["1", "1", "3", "9", "4"]})
    joined = join_earlier(samples, earlier)
    # a: itself; x: content 1 has been trained on; y: renamed c; c: replaced; d: had no purpose.
    assert joined["purpose"].fillna("-").tolist() == ["devel", "train", "test", "test", "-"]


def test_whole_paths_without_a_root_are_found_too(demo):
    earlier = pd.DataFrame({"path": demo["path"], "purpose": "train"})
    assert (join_earlier(demo, earlier)["purpose"] == "train").all()
    moved = demo.assign(path=demo["path"].str.replace("s3://demo/set", "/d"), bucket="/d")
    assert (join_earlier(moved, demo.assign(purpose="test"))["purpose"] == "test").all()


def test_a_purpose_that_a_row_has_stands(frame_of):
    frame = frame_of([("a", 0), ("b", 0)])
    earlier = frame.assign(purpose="train")
    joined = join_earlier(frame.assign(purpose=["test", None]), earlier)
    assert joined["purpose"].tolist() == ["test", "train"]


def test_the_diff_tells_gone_changed_and_merged(frame_of):
    splitter = SampleSplit(["folder"], ["key"], 0.5)
    frame = frame_of([(f"i{n}", 0) for n in range(8)])
    before = splitter.assign(frame, remainder="devel")
    train, devel = (before.index[before["purpose"] == p][0] for p in ("train", "devel"))
    after = frame.copy()
    after.loc[[train, devel], "key"] = "one"
    plan = splitter.plan(after)
    after["purpose"] = before["purpose"]
    after.loc[devel, "purpose"] = "train"
    gone = next(i for i in after.index if i not in (train, devel))
    changed = next(i for i in after.index[::-1] if i not in (train, devel, gone))
    after.loc[changed, ["etag", "purpose"]] = ["new", "test"]
    told = difference(before, after.drop(gone), splitter.plan(after.drop(gone)))
    assert dict(zip(told["path"], told["why"], strict=True)) == {
        frame["path"][devel]: "tied to an item of another purpose",
        frame["path"][gone]: "gone",
        frame["path"][changed]: "its content changed",
    }
    assert plan.items == 7


def test_what_is_no_assignment_is_refused(tmp_path, frame_of):
    (tmp_path / "x.csv").write_text("name,purpose\na,train\n")
    with pytest.raises(SplitError, match="'purpose' is needed, and 'etag' or 'path'"):
        read_assignment(tmp_path / "x.csv")
    (tmp_path / "torn.parquet").write_bytes(b"PAR1 and no more")
    for name in ("none.csv", "none.parquet", "torn.parquet"):
        with pytest.raises(SplitError, match="cannot be read"):
            read_assignment(tmp_path / name)
    with pytest.raises(SplitError, match="is needed"):
        join_earlier(frame_of([("a", 0)]), frame_of([("a", 0)]))
