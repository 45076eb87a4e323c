"""Spans for highlighting, in characters, by both engines."""

import pytest

from brevviz.errors import PatternError
from brevviz.split import capture


def test_spans_of_the_seeds_pattern():
    found = capture(r"/(\d*)_\d*.bmp", ["set/good/11_1543.bmp", "set/readme.txt"])
    assert found.spans == (((9, 11),), None)
    assert (found.matched, found.engine, found.names) == (1, "re2-pyarrow", ("",))


@pytest.mark.parametrize("lookbehind", ["", "(?<=/)"])
def test_spans_count_characters_and_not_bytes(lookbehind):
    found = capture(lookbehind + r"(é+)_(?P<n>\d+)?", ["ü/éé_7", "ü/é_"])
    assert found.spans == (((2, 4), (5, 6)), ((2, 3),))
    assert found.names == ("", "n")
    assert found.engine == ("re" if lookbehind else "re2-pyarrow")


def test_without_a_group_the_whole_match_is_captured():
    assert capture(r"\d+", ["a12b"]).spans == (((1, 3),),)


def test_an_empty_capture_is_not_counted_as_matched():
    assert capture(r"/(\d*)_", ["a/_1"]).matched == 0


def test_a_name_that_is_no_unicode_is_searched_all_the_same():
    assert capture(r"_(\d+)", ["\udce4_12"]).spans == (((2, 4),),)


def test_a_bad_pattern_is_refused():
    with pytest.raises(PatternError, match="a '\\[' is not closed, at character 1"):
        capture("[a", ["a"])
