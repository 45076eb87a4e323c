"""The benchmarks run, say what they compared and with whom, and give one page."""

import json

import pytest
from bench_smoke import ROOT, parts_of

from benchmarks.__main__ import ALL
from benchmarks.page import TITLES, Part, page
from benchmarks.rows import Row, load

DOCS = ROOT / "docs"
HERE = ("front_door", "split", "sampling", "images", "evidence")


@pytest.fixture(scope="module")
def smoke(tmp_path_factory):
    return parts_of(tmp_path_factory.mktemp("bench"), *HERE)


@pytest.mark.parametrize("name", HERE)
def test_a_benchmark_hands_over_rows(smoke, name):
    rows = smoke[0][name].rows
    assert rows
    for row in rows:
        assert row.ours >= 0
        assert bool(row.peer) == (row.theirs is not None or bool(row.absent)), row
        assert f"| {row.what} | {row.unit} |" in smoke[1]


def test_a_peer_that_is_not_installed_is_named(smoke):
    absent = {row.peer: row.absent for row in smoke[0]["split"].rows if row.absent}
    assert "BREVETTIAI_PYTHON" in absent["brevettiai"]
    assert f"| brevettiai | {absent['brevettiai']} |" in smoke[1]


def test_no_item_straddles_in_any_of_our_splits(smoke):
    rows = [row for row in smoke[0]["split"].rows if row.unit == "items"]
    assert {row.peer for row in rows} >= {"split-folders", "brevettiai"}
    assert {row.ours for row in rows} == {0}


FAST = Row("drawing", "draws a second", 400.0, "a peer", 100.0, more=True, times=5)
SLOW = Row("waiting", "ms", 20.0, "a peer", 50.0, times=2, limit=30)
ALONE = Row("memory", "MB", 500.0, limit=400)
ABSENT = Row("drawing", "draws a second", 400.0, "nobody", absent="not installed", times=3)


def test_a_ratio_says_how_many_times_better_ours_is():
    assert (FAST.ratio, SLOW.ratio, ALONE.ratio, ABSENT.ratio) == (4, 2.5, None, None)


def test_a_goal_is_reached_missed_or_not_checked():
    assert [row.reached for row in (FAST, SLOW, ALONE, ABSENT)] == [False, True, False, None]
    assert SLOW.goal == "2 times, at most 30 ms"


def test_the_page_says_plainly_what_was_missed_and_what_was_not_checked():
    part = Part(
        "split",
        "2026-01-01 00:00",
        3,
        (0.5, 1.5),
        "a machine",
        {"numpy": "2.0", "s3fs": None},
        [FAST, SLOW, ALONE, ABSENT],
    )
    text = page([part])
    assert "1 of 4 goals are reached, 2 are missed, 1 had no peer to be checked against." in text
    assert "Missed: drawing, against a peer: 4 times (goal: 5 times)." in text
    assert "| nobody | not installed |  | 3 times | not checked |" in text
    assert "| s3fs | not installed |" in text
    assert "| Split | 2026-01-01 00:00 | 3 s | 0.5, 1.5 |" in text


def test_rows_and_parts_come_back_as_they_went(tmp_path):
    part = Part.now("split", [FAST, ABSENT], 1.2, (0.0, 0.0))
    assert Part.of(json.loads(json.dumps(part.plain()))).rows == part.rows
    (tmp_path / "rows.json").write_text(json.dumps(part.plain()["rows"]))
    assert load(tmp_path / "rows.json") == part.rows


def test_the_page_in_the_manual_is_that_of_the_figures_beside_it():
    plain = json.loads((DOCS / "benchmarks.json").read_text("utf-8"))
    parts = [Part.of(plain[name]) for name in ALL if name in plain]
    assert (DOCS / "benchmarks.md").read_text("utf-8") == page(parts)


def test_every_benchmark_is_in_the_manual_or_said_to_be_missing():
    assert set(TITLES) == set(ALL)
    text = (DOCS / "benchmarks.md").read_text("utf-8")
    measured = set(json.loads((DOCS / "benchmarks.json").read_text("utf-8")))
    (said,) = [line for line in text.splitlines() if line.startswith("Not measured yet")] or [""]
    for name, title in TITLES.items():
        assert (name in measured) != (title in said), name
