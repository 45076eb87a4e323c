"""What an epoch will contain, said before it is drawn."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from brevviz.errors import RecipeError, SamplingError
from brevviz.recipe import Recipe, Sampling
from brevviz.sampling import Sampler
from brevviz.sampling.bands import binomial_band, unseen_share


def sampler(**fields):
    return Sampler.of(Sampling(groupby=("folder",), **fields), 42)


def test_the_seeds_frequency_cell(vials):
    table = sampler(weighing="square root", shuffle=True).frequencies(vials)
    assert table.index.tolist() == ["bad_cap", "good", "missing_cap"]
    assert table["weight"].round(3).tolist() == [0.232, 0.597, 0.171]
    assert table["expected"].round(1).tolist() == [41.7, 107.5, 30.8]
    assert (table["drawn"] - table["expected"]).abs().max() < 1
    assert table["drawn"].sum() == 180
    assert table["low"].tolist() == [41, 107, 30]
    assert table["high"].tolist() == [42, 108, 31]
    assert table["independent_low"].tolist() == [29, 92, 19]
    assert table["independent_high"].tolist() == [56, 123, 43]
    assert table["independent_unseen"].round(2).tolist() == [0.15, 0.48, 0.08]
    assert table["unseen"].round(2).tolist() == [0, 0.27, 0]


@pytest.mark.parametrize("algorithm", ["quota-1", "even-1", "independent-1"])
@pytest.mark.parametrize("epochs", [1, 3])
def test_the_table_is_what_is_drawn(vials, algorithm, epochs):
    rule = sampler(weighing="log", shuffle=True, algorithm=algorithm, epoch_samples=100)
    table = rule.frequencies(vials, epochs)
    order = rule.order(vials)
    rows = np.concatenate([order.draws(epoch).index for epoch in range(epochs)])
    times = pd.Series(np.bincount(rows, minlength=180)).groupby(vials["folder"])
    assert table["drawn"].tolist() == times.sum().tolist()
    assert table["repeats_min"].tolist() == times.min().tolist()
    assert table["repeats_max"].tolist() == times.max().tolist()
    assert table["repeats_mean"].tolist() == pytest.approx(times.mean().tolist())
    unseen = times.agg(lambda counted: (counted == 0).mean())
    assert table["unseen"].tolist() == pytest.approx(unseen.tolist())
    assert (table["drawn"] >= table["low"]).all()
    assert (table["drawn"] <= table["high"]).all()


def test_the_seeds_group_table_is_one_line(vials):
    rule = sampler(weighing="square root", shuffle=True)
    drawn = vials.iloc[rule.order(vials).draws(0).index].groupby("folder").count()
    assert drawn["path"].tolist() == rule.frequencies(vials)["drawn"].tolist()


@pytest.mark.parametrize("algorithm", ["quota-1", "even-1", "independent-1"])
def test_items_and_images_seen(vials, algorithm):
    items = np.arange(180) // 3  # three images each; two of them span two groups
    rule = sampler(weighing="square root", shuffle=True, algorithm=algorithm)
    order = rule.order(vials)
    for epochs in (1, 2):
        table = rule.frequencies(vials, epochs, items)
        rows = np.unique(np.concatenate([order.draws(epoch).index for epoch in range(epochs)]))
        assert np.sort(order.seen(epochs)).tolist() == rows.tolist()
        shown = vials.assign(item=items).iloc[rows].groupby("folder")
        assert table["seen"].tolist() == shown.size().tolist()
        assert table["items_seen"].tolist() == shown["item"].nunique().tolist()
        assert table["items"].tolist() == [8, 49, 4]


def test_no_epoch_at_all_is_refused(vials):
    with pytest.raises(SamplingError, match="epochs: 0 is outside 1 and more"):
        sampler().frequencies(vials, 0)


def test_a_table_of_shares(vials):
    shares = {"good": 2, "bad_cap": 1, "missing_cap": 1}
    rule = Sampler(Sampling(groupby=("folder",)), 42, shares)
    table = rule.frequencies(vials)
    assert table["weight"].to_dict() == {"bad_cap": 0.25, "good": 0.5, "missing_cap": 0.25}


def test_a_recipe_refuses_independent_draws_in_order():
    data = {"source": {"uri": "/set"}, "sampling": {"algorithm": "independent-1"}}
    with pytest.raises(RecipeError, match=r"sampling\.shuffle: false is not allowed"):
        Recipe.build(data)


@pytest.mark.parametrize(("draws", "p"), [(20, 0.3), (180, 0.05), (400, 0.97), (1, 0.5)])
@pytest.mark.parametrize("confidence", [0.95, 0.983])
def test_the_band_is_the_binomials(draws, p, confidence):
    low, high = binomial_band(draws, p, confidence)
    chance = [math.comb(draws, k) * p**k * (1 - p) ** (draws - k) for k in range(draws + 1)]
    tail = (1 - confidence) / 2
    assert sum(chance[:low]) <= tail < sum(chance[: low + 1])
    assert sum(chance[high + 1 :]) <= tail < sum(chance[high:])


def test_the_band_of_certain_groups():
    assert binomial_band(10, 0.0, 0.95) == (0, 0)
    assert binomial_band(10, 1.0, 0.95) == (10, 10)


def test_the_band_of_ten_million_draws():
    low, high = binomial_band(10_000_000, 0.25, 0.95)
    reach = 1.96 * math.sqrt(10_000_000 * 0.25 * 0.75)
    assert low == pytest.approx(2_500_000 - reach, abs=3)
    assert high == pytest.approx(2_500_000 + reach, abs=3)


@pytest.mark.parametrize(
    ("draws", "p", "images", "share"),
    [(180, 0.2318, 22, 0.149), (10, 0.0, 5, 1.0), (10, 1.0, 1, 0.0), (2, 0.5, 1, 0.25)],
)
def test_the_share_left_out(draws, p, images, share):
    assert unseen_share(draws, p, images) == pytest.approx(share, abs=5e-4)
