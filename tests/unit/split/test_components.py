"""Ties between rows: connected components, merged items, balanced orders."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brevviz.split import SampleSplit
from brevviz.split.balance import balanced_order
from brevviz.split.components import components
from brevviz.split.ranks import Cells


@given(
    st.integers(1, 30).flatmap(
        lambda n: st.tuples(
            st.just(n),
            st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), max_size=40),
        )
    )
)
def test_components_are_those_of_a_plain_search(graph):
    count, edges = graph
    near = {node: {node} for node in range(count)}
    for a, b in edges:
        near[a].add(b)
        near[b].add(a)
    expected = [-1] * count
    for start in range(count):
        queue = [start]
        while queue:
            node = queue.pop()
            if expected[node] < 0:
                expected[node] = start
                queue += near[node]
    left, right = (np.array([e[side] for e in edges], np.int64) for side in (0, 1))
    assert components(count, left, right).tolist() == expected


def test_a_long_chain_given_in_a_bad_order():
    nodes = np.random.default_rng(1).permutation(100_000)
    assert components(100_000, nodes[:-1], nodes[1:]).max() == 0


def test_same_content_joins_items_when_asked(frame_of):
    frame = frame_of([("a", 0), ("b", 0), ("c", 0), ("d", 0), ("d", 0)])
    frame.loc[1, "etag"] = frame.loc[3, "etag"]
    apart = SampleSplit(["folder"], ["key"]).plan(frame)
    assert sorted(apart.item_keys.to_pylist()) == ["a", "b", "c", "d"]
    tied = SampleSplit(["folder"], ["key"], tie_content=True).plan(frame)
    # The smallest key stands for the merged item, in whatever order the rows come.
    assert sorted(tied.item_keys.to_pylist()) == ["a", "b", "c"]
    assert tied.item_of_row[1] == tied.item_of_row[3] == tied.item_of_row[4]
    again = SampleSplit(["folder"], ["key"], tie_content=True).plan(frame.iloc[::-1])
    assert again.item_keys.to_pylist() == tied.item_keys.to_pylist()


def test_rows_without_an_etag_are_not_the_same_content(frame_of):
    frame = frame_of([("a", 0), ("b", 0)]).assign(etag=None)
    assert SampleSplit(["folder"], ["key"], tie_content=True).plan(frame).items == 2


def test_ties_of_rows_join_their_items(frame_of):
    frame = frame_of([("a", 0), ("b", 1), ("c", 2), ("c", 0)])
    ties = [(np.array([0]), np.array([3]))]
    plan = SampleSplit(["folder"], ["key"]).plan(frame, ties=ties)
    assert plan.items == 2
    assert plan.item_of_row[0] == plan.item_of_row[2] == plan.item_of_row[3]


def test_items_with_equal_keys_in_two_folders_are_one_unless_keys_restart(frame_of):
    frame = frame_of([("7", "good"), ("7", "bad"), ("8", "bad")])
    assert SampleSplit(["folder"], ["key"]).plan(frame).items == 2
    assert SampleSplit(["folder"], ["key"], per_folder=True).plan(frame).items == 3


@pytest.mark.parametrize("count", [1, 5, 16, 17, 300])
def test_a_balanced_order_holds_each_item_once_and_none_waits_for_ever(count):
    rng = np.random.default_rng(count)
    stratum = np.stack([rng.permutation(3)[:2] for _ in range(count)])
    stratum.sort(axis=1)
    cells = Cells(np.repeat(np.arange(count), 2), stratum.ravel(), rng.integers(1, 9, 2 * count))
    total = np.bincount(cells.stratum, weights=cells.images, minlength=3).astype(np.int64) + 10
    share = cells.images / np.bincount(cells.stratum, weights=cells.images)[cells.stratum]
    mean = np.bincount(cells.item, weights=share) / 3
    order = rng.permutation(count)
    balanced = balanced_order(cells, mean, total, order)
    assert sorted(balanced) == list(range(count))
    place = np.empty(count, np.int64)
    place[balanced] = np.arange(count)
    # Filled at pick k at the latest, then at most 64 picks and the 15 older ones of the pool.
    assert (place[order] - np.arange(count)).max() <= 64 + 16


def test_balancing_keeps_strata_even(frame_of):
    # Two-stratum items of opposite weight: in the seed's order alone they drift apart.
    pairs = [
        (f"i{n}", s) for n in range(200) for s in (0, 1) for _ in range(5 if n % 2 == s else 1)
    ]
    plan = SampleSplit(["folder"], ["key"]).plan(frame_of(pairs))
    worst = max(abs(plan.counts(r).deviation[:, 0]).max() for r in np.linspace(0, 1, 101))
    assert worst <= 5
