"""Which patterns are run, by which engine, and what the others are told."""

import re
import time
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brevviz.errors import PatternError
from brevviz.split import SampleSplit, capture, check_pattern, fallback
from brevviz.split.keys import keys_in_paths


def keys(pattern, paths, engine=""):
    array = pa.chunked_array([pa.array(paths, pa.large_string())])
    return keys_in_paths(array, check_pattern(pattern, "p", engine), "p").to_pylist()


@pytest.mark.parametrize(
    ("pattern", "engine", "ready", "names"),
    [
        (r"\d+", "re2-pyarrow", r"(?P<_0>\d+)", ()),
        ("", "re2-pyarrow", "(?P<_0>)", ()),
        (r"(a)(?:b)(?P<n>c)", "re2-pyarrow", r"(?P<_0>a)(?:b)(?P<_1>c)", ("", "n")),
        (r"(?<n>\d+)", "re2-pyarrow", r"(?P<_0>\d+)", ("n",)),
        (r"\((x)[()\]]", "re2-pyarrow", r"\((?P<_0>x)[()\]]", ("",)),
        (r"[]()](x)", "re2-pyarrow", r"[]()](?P<_0>x)", ("",)),
        (r"[[:digit:](](x)", "re2-pyarrow", r"[[:digit:](](?P<_0>x)", ("",)),
        (r"(?#why)(a)\Z", "re2-pyarrow", r"(?P<_0>a)\z", ("",)),
        (r"\pN+\z", "re2-pyarrow", r"(?P<_0>\pN+\z)", ()),
        (r"(?i:x)(?P<n>y)", "re2-pyarrow", r"(?i:x)(?P<_0>y)", ("n",)),
        (r"(?<=/)(\d+)", "re", r"(?<=/)(\d+)", ("",)),
        (r"(?P<a>x)(?P=a)", "re", r"(?P<a>x)(?P=a)", ("a",)),
        (r"\d++", "re", r"\d++", ()),
        (r"a{1001}", "re", r"a{1001}", ()),
    ],
)
def test_engine_and_what_it_is_given(pattern, engine, ready, names):
    checked = check_pattern(pattern)
    assert (checked.engine, checked.ready, checked.names) == (engine, ready, names)


@pytest.mark.parametrize(
    ("pattern", "problem", "position"),
    [
        (r"/(\d*_", r"a '\(' is not closed", 1),
        ("a)(?:b", r"a '\)' has no '\(' before it", 1),
        ("*a", r"nothing before \* \+ \? { to repeat", 0),
        ("x[a", r"a '\[' is not closed", 1),
        ("[z-a]", "a range is reversed", 1),
        ("a{3,1}", "a repeat is reversed", 2),
        ("a\\", r"a '\\' at the end escapes nothing", 1),
        (r"(?P<a>.)(?P<a>.)", "two groups have one name", 12),
        (r"\Qa(b\E", r"\\Q quotes up to \\E", 0),
        (r"x\C", r"\\C matches half a character", 1),
        ("a" * 501, "501 characters are more than the 500 allowed", None),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_place(pattern, problem, position):
    with pytest.raises(PatternError, match=problem) as error:
        check_pattern(pattern, "split.uniqueness")
    assert error.value.position == position
    assert error.value.where == "split.uniqueness"


@pytest.mark.parametrize("engine", ["", "re"])
def test_keys(engine):
    paths = ["s/a_1.bmp", "s/_1.bmp", "s/a_.bmp", "s/x.txt", "s/_.bmp"]
    # Several groups are joined; what captures nothing at all has no key.
    assert keys(r"/([a-z]*)_(\d*)\.bmp", paths, engine) == [
        "a\x1f1",
        "\x1f1",
        "a\x1f",
        None,
        None,
    ]
    assert keys(r"/([a-z]*)_", paths, engine) == ["a", None, "a", None, None]
    assert keys(r"[a-z]_\d", paths, engine) == ["a_1", None, None, None, None]
    assert keys(r"(\d)|_(\.)", paths, engine) == ["1\x1f", "1\x1f", "\x1f.", None, "\x1f."]


_ATOMS = st.sampled_from(
    ["a", "b", r"\d", r"\(", "[(a]", "[^)b]", "(?:a|b)", "(a)", "(b+)", "(?P<n>a)", "_", ".", "a?"]
)


@given(st.lists(_ATOMS, max_size=8).map("".join), st.text("ab(_1", max_size=12))
def test_both_engines_capture_the_same_where_their_languages_agree(pattern, text):
    try:
        compiled = re.compile(pattern)
    except re.error:  # two groups of one name
        with pytest.raises(PatternError):
            check_pattern(pattern)
        return
    match = compiled.search(text)
    groups = [] if match is None else match.groups() or (match[0],)
    groups = [group or "" for group in groups]
    expected = "\x1f".join(groups) if any(groups) else None
    assert keys(pattern, [text]) == [expected]


def test_a_pattern_that_never_ends_is_refused_and_the_kernel_goes_on():
    samples = pd.DataFrame({"path": ["1" * 40 + "!"] * 100_000, "folder": "a"})
    start = time.monotonic()
    with pytest.raises(PatternError, match=r"takes too long on 100,000 paths"):
        SampleSplit(uniqueness=r"(?=(\d+))(\d+)+$").plan(samples)
    # Not a benchmark: without the limit this would take years.
    assert time.monotonic() - start < 60


CATASTROPHES = [
    r"(\d+)+$",
    r"(a|aa)+$",
    r"(\w+\s?)+$",
    r"((x?){50}){15}y",
    r"(.*)(.*)(.*)(.*)(.*)(.*)x",
    r"(?=(\w+))\1:",
    r"(?:[a-z]+)*$",
    r"((a{1,100}){1,100}){1,9}",
    r"(?=.*)(.*a){20}",
    r"(x+x+)+y(?=z)",
    r"(?=(\d+))(\d+)+$",
    r"(?<=/)(.*)*(.*)*(.*)*!",
]


@pytest.mark.parametrize("pattern", CATASTROPHES)
def test_a_catastrophe_answers_or_is_refused_within_a_second_of_work(pattern):
    names = [f"line{i % 7}/class_{i % 12}/item_{i // 3:06d}_{i % 3}.bmp" for i in range(100_000)]
    samples = pd.DataFrame({"path": pd.Series(names, dtype="str"), "folder": "a"})
    before = [getrusage(who).ru_utime for who in (RUSAGE_SELF, RUSAGE_CHILDREN)]
    try:
        said = f"{SampleSplit(uniqueness=pattern).plan(samples).items} items"
    except PatternError as error:
        said = str(error)
    assert re.search("[0-9] items|takes too long", said)
    # Work, which a busy machine does not lengthen much; a limit of the design, not a benchmark.
    after = [getrusage(who).ru_utime for who in (RUSAGE_SELF, RUSAGE_CHILDREN)]
    assert sum(after) - sum(before) < 1


def test_a_child_that_starts_late_is_told_everything(monkeypatch):
    monkeypatch.setattr(fallback, "_POLL", 1e-4)  # asked again long before it reads
    names = [f"s/{i}_{'x' * 90}_7.bmp" for i in range(5_000)]
    assert keys(r"(?<=/)(\d+)_", names) == [str(i) for i in range(5_000)]


@pytest.mark.parametrize("count", [3, 1_000, 30_000])
def test_a_sound_look_around_is_answered_however_many_texts_there_are(count):
    names = [f"s/{i}_{'x' * 90}_7.bmp" for i in range(count)]
    assert keys(r"(?<=/)(\d+)_", names) == [str(i) for i in range(count)]


def test_a_costly_linear_pattern_is_refused():
    samples = pd.DataFrame({"path": ["x" * 400 + str(i) for i in range(20_000)], "folder": "a"})
    # Minutes for the whole, were it not stopped.
    with pytest.raises(PatternError, match=r"takes too long: \d+ of 20,000 paths"):
        SampleSplit(uniqueness=r"((x?){50}){15}y").plan(samples)
    with pytest.raises(PatternError, match=r"takes too long: \d+ of 2,000 paths"):
        capture(r"((x?){50}){15}y", samples["path"][:2000].tolist())


def test_the_slow_engine_is_named_in_the_notes(demo):
    plan = SampleSplit(uniqueness=r"(?<=/)(\d+)_").plan(demo)
    assert plan.engine == "re"
    assert any("slow engine" in note for note in plan.notes)
    same = SampleSplit(uniqueness=r"/(\d+)_").plan(demo)
    assert same.item_keys.to_pylist() == plan.item_keys.to_pylist()
    assert same.engine == "re2-pyarrow"


def test_a_name_that_is_no_unicode_is_not_lost():
    paths = pd.Series(["a/\udce4.bmp", "a/\udce5.bmp", "a/7_1.bmp"], dtype=object)
    plan = SampleSplit(uniqueness=r"/(\d+)_").plan(pd.DataFrame({"path": paths, "folder": "a"}))
    assert (plan.items, plan.unmatched) == (3, 2)
