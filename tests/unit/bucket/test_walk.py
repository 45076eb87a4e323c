"""The walk over a bucket in memory that breaks on demand: every key once, or an error."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from paged_bucket import KEYS, Bucket, page_table

from brevviz.bucket.listing import finish
from brevviz.bucket.pages import Page
from brevviz.bucket.walk import Walk
from brevviz.errors import BucketError, Cancelled, Unreachable
from brevviz.progress import quiet


def listed(walk):
    return finish(walk.run(quiet), "").key.to_pylist()


@given(KEYS, st.integers(1, 9), st.integers(1, 4))
def test_every_key_is_listed_once_and_in_byte_order(keys, size, workers):
    bucket = Bucket(keys, size)
    assert listed(Walk(bucket, "", workers)) == bucket.keys


@given(KEYS, st.lists(st.integers(0, 30), max_size=3))
def test_a_walk_that_broke_is_taken_up_again_and_complete(keys, numbers):
    bucket = Bucket(keys, faults=dict.fromkeys(numbers, Unreachable))
    walk = Walk(bucket, "", 2)
    for _ in range(len(numbers) + 1):
        try:
            assert listed(walk) == bucket.keys
        except Unreachable:
            continue
        break
    else:
        pytest.fail("more failures than faults")


def test_what_was_listed_is_not_asked_for_again():
    bucket = Bucket([f"{n:03}" for n in range(100)], size=10, faults={6: Unreachable})
    walk = Walk(bucket, "", 1)
    with pytest.raises(Unreachable):
        walk.run(quiet)
    before = len(bucket.requests)
    assert listed(walk) == bucket.keys
    # One request was the look for folders, which a flat bucket has none of.
    assert len(bucket.requests) - before == 10 - (before - 4)


def test_a_token_that_is_not_known_any_more_starts_its_part_again():
    bucket = Bucket([f"{n:03}" for n in range(100)], size=10, faults={8: BucketError})
    assert listed(Walk(bucket, "", 1)) == bucket.keys


def test_large_folders_are_listed_side_by_side_and_small_ones_are_not():
    large = Bucket([f"{f}/{n}" for f in "abc" for n in range(20)])
    Walk(large, "", 2).run(quiet)
    assert {prefix for prefix, _, _ in large.requests} == {"", "a/", "b/", "c/"}
    small = Bucket([f"{n:03}/x" for n in range(60)], size=20)
    Walk(small, "", 2).run(quiet)
    assert {prefix for prefix, _, _ in small.requests} == {""}


def test_a_server_that_repeats_itself_is_an_error():
    page = Page(page_table(["a", "b"]), (), "again")
    with pytest.raises(BucketError, match="same page twice"):
        Walk(lambda *_: page, "", 1).run(quiet)


def test_progress_counts_objects_and_can_stop_the_walk():
    told = []

    def report(what, done, total=None):
        told.append((what, done, total))
        if done >= 8:
            raise Cancelled("listing", "was stopped")

    with pytest.raises(Cancelled):
        Walk(Bucket([f"{f}/{n}" for f in "abc" for n in range(20)]), "", 1).run(report)
    assert told[-1][0] == "objects listed"
    assert told[-1][1] >= 8
