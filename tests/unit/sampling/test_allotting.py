"""Weights and shares that somebody has settled for some of the groups."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from brevviz.errors import RecipeError, SamplingError
from brevviz.recipe import Recipe, Sampling
from brevviz.sampling import DrawOrder, Sampler, allot, weights

VIALS = [22, 146, 12]
LABELS = ("bad_cap", "good", "missing_cap")
NAMES = ("uniform", "count", "square root", "log", "logx+1")


@st.composite
def settled(draw):
    """Group sizes, a weighing, and weights and shares of some of the groups that can be drawn."""
    sizes = draw(st.lists(st.integers(1, 10**6), min_size=1, max_size=8))
    labels = [f"g{number}" for number in range(len(sizes))]
    own = draw(st.dictionaries(st.sampled_from(labels), st.floats(0, 1e6)))
    parts = draw(st.dictionaries(st.sampled_from(labels), st.floats(0.001, 1)))
    others = [name for name in labels if name not in parts]
    assume(all(own.get(name, 1) > 1e-6 for name in others))
    whole = draw(st.floats(0.01, 0.99)) if others else 1.0
    total = math.fsum(parts.values())
    shares = {name: part / total * whole for name, part in parts.items()}
    return sizes, draw(st.sampled_from(NAMES)), labels, own, shares


@given(settled())
def test_a_share_is_exact_and_the_rest_goes_by_weight(case):
    sizes, weighing, labels, own, shares = case
    p = allot(sizes, weighing, labels, own, shares)
    assert p.sum() == pytest.approx(1, abs=1e-12)
    for name, share in shares.items():
        assert p[labels.index(name)] == share
    plain = allot(sizes, weighing, labels, own) if any(own.get(n, 1) > 0 for n in labels) else p
    others = [number for number, name in enumerate(labels) if name not in shares]
    # Among themselves the others keep the proportions that they had without shares.
    for one in others:
        for other in others:
            assert p[one] * plain[other] == pytest.approx(p[other] * plain[one], rel=1e-9)


@given(settled(), st.integers(1, 400), st.integers(0, 20), st.booleans())
def test_every_epoch_draws_a_share_to_within_one(case, draws, epoch, shuffle):
    sizes, weighing, labels, own, shares = case
    order = DrawOrder(sizes, allot(sizes, weighing, labels, own, shares), draws, 42, shuffle)
    counts = np.bincount(order.draws(epoch).group, minlength=len(sizes))
    for name, share in shares.items():
        assert abs(counts[labels.index(name)] - draws * share) < 1 + 1e-6


@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=8), st.sampled_from(NAMES))
def test_nothing_settled_changes_nothing(sizes, weighing):
    labels = list(range(len(sizes)))
    assert allot(sizes, weighing, labels).tobytes() == weights(sizes, weighing).tobytes()


@given(st.lists(st.floats(0, 1e6), min_size=3, max_size=3).filter(any), st.sampled_from(NAMES))
def test_weights_of_all_groups_are_a_table(values, weighing):
    table = dict(zip(LABELS, values, strict=True))
    named = allot(VIALS, weighing, LABELS, table)
    assert named.tobytes() == weights(VIALS, table, LABELS).tobytes()


def test_the_seeds_set_with_half_of_the_draws_for_one_class(vials):
    section = Sampling(groupby=("folder",), weighing="square root", shares={"missing_cap": 0.5})
    table = Sampler.of(section, 42).frequencies(vials)
    assert table["weight"].round(3).tolist() == [0.14, 0.36, 0.5]
    assert table.loc["missing_cap", "drawn"] == 90
    heavier = Sampling(groupby=("folder",), weighing="square root", weights={"good": 0})
    assert Sampler.of(heavier, 42).frequencies(vials)["drawn"].tolist() == [104, 0, 76]


def test_a_tuple_is_named_as_people_read_it(vials):
    samples = vials.assign(side=["left", "right"] * 90)
    section = Sampling(groupby=("folder", "side"), shares={"good / left": 0.4})
    table = Sampler.of(section, 42).frequencies(samples)
    assert table.loc["good / left", "weight"] == 0.4
    assert table["weight"].round(9).tolist() == [0.12, 0.12, 0.4, 0.12, 0.12, 0.12]


def test_the_weights_of_a_function_are_written_into_the_section(vials):
    rule = Sampler(Sampling(groupby=("folder",), shuffle=True), 42, lambda n: n**0.3)
    groups = rule.groups(vials)
    section = rule.section_of(groups)
    assert list(section.weights) == list(LABELS)
    again = Sampler.of(section, 42).order(vials)
    assert again.draws(3).index.tolist() == rule.order(vials).draws(3).index.tolist()
    named = Sampler.of(Sampling(groupby=("folder",), weighing="log"), 42)
    assert named.section_of(groups) is named.section


def test_groups_that_look_alike_stay_a_function(vials):
    samples = vials.assign(kind=pd.Series([1, "1"] * 90, dtype=object))
    rule = Sampler(Sampling(groupby=("kind",)), 42, lambda n, label: 2 if label == 1 else 1)
    assert rule.section_of(rule.groups(samples)).weights == {}
    with pytest.raises(SamplingError, match=r"sampling\.weights: '1' names 2 groups"):
        Sampler.of(Sampling(groupby=("kind",), weights={"1": 2.0}), 42).order(samples)


def test_weights_of_any_size_are_proportions():
    table = {"bad_cap": 1e308, "good": 1e308, "missing_cap": 1.5e308}
    assert allot(VIALS, "count", LABELS, table) == pytest.approx([2 / 7, 2 / 7, 3 / 7])


@pytest.mark.parametrize(
    ("own", "shares", "words"),
    [
        ({"god": 1}, {}, r"sampling\.weights: 'god' is no group\. Did you mean 'good'"),
        ({}, {"cap": 0.1}, r"sampling\.shares: 'cap' is no group"),
        ({}, {"zz": 0.1}, r"'zz' is no group\. Groups are bad_cap, good, missing_cap"),
        ({}, {"good": 0.7, "bad_cap": 0.4}, r"sampling\.shares: 1\.1 in all is more than 1"),
        ({}, {"good": 0.7, "bad_cap": 0.3}, "1 in all leaves nothing for 'missing_cap'"),
        ({}, dict.fromkeys(LABELS, 0.3), "0.9 in all, and no other group is there"),
        ({"good": 0, "bad_cap": 0}, {"missing_cap": 0.5}, "0.5 in all, and no other group"),
        (dict.fromkeys(LABELS, 0), {}, "no group with samples has a weight above 0"),
    ],
)
def test_what_cannot_be_allotted_is_said(own, shares, words):
    with pytest.raises(SamplingError, match=words):
        allot(VIALS, "uniform", LABELS, own, shares)


def test_a_group_of_weight_zero_need_not_be_left_anything():
    shares = {"good": 0.7, "bad_cap": 0.1 + 0.2}
    assert allot(VIALS, "count", LABELS, {"missing_cap": 0}, shares).tolist() == [
        0.1 + 0.2,
        0.7,
        0,
    ]


def test_an_empty_group_takes_no_share():
    with pytest.raises(SamplingError, match=r"'b' should get 0\.5 of the draws and holds"):
        allot([3, 0], "uniform", ["a", "b"], {}, {"b": 0.5})
    assert allot([3, 0], "uniform", ["a", "b"], {"b": 5}).tolist() == [1, 0]


@pytest.mark.parametrize(
    ("where", "value", "words"),
    [
        ("sampling.shares", {"a": 0.7, "b": 0.7}, r"shares: 1\.4 in all is more than 1"),
        ("sampling.shares", {"a": 1.2}, r"1\.2 is outside 0\.\.1"),
        ("sampling.weights", {"a": -1}, "-1 is outside 0"),
        ("sampling.weights", {"a": "many"}, "'many' is not a number"),
    ],
)
def test_the_recipe_refuses_what_no_samples_could_mend(where, value, words):
    with pytest.raises(RecipeError, match=words):
        Recipe.start("/data").with_value(where, value)
