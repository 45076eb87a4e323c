"""Weights and shares of single groups, by keyword and in the section that a generator gives back."""

from __future__ import annotations

import pytest

from brevviz import Recipe
from brevviz.errors import RecipeError, SamplingError
from brevviz.generator import DataGenerator
from brevviz.job import Job

GROUPED = {"sampling_groupby": ("folder",), "shuffle": True, "seed": 7}


def drawn(generator):
    """Folder → draws of the first epoch."""
    return generator.frequencies()["drawn"].to_dict()


def test_a_share_is_drawn_exactly_and_stands_in_the_section(samples):
    generator = DataGenerator(
        samples, max_epoch_samples=20, shares={"missing_cap": 0.5}, weights={"good": 3}, **GROUPED
    )
    assert generator.section.shares == {"missing_cap": 0.5}
    assert generator.section.weights == {"good": 3}
    counts = drawn(generator)
    assert counts["missing_cap"] == 10
    assert counts["good"] in {7, 8}


@pytest.mark.parametrize(
    "weighing",
    [
        {"good": 1, "bad_cap": 2, "missing_cap": 5},
        lambda n: n**0.3,
        lambda n, label: n if label == "good" else 2,
        "logx+1",
    ],
)
def test_the_section_given_back_draws_the_same(samples, weighing):
    generator = DataGenerator(samples, sampling_group_weighing=weighing, **GROUPED)
    again = DataGenerator.of(samples, generator.section, 7)
    for one, other in zip(generator.get_dataset_numpy(), again.get_dataset_numpy(), strict=True):
        assert one["path"].tolist() == other["path"].tolist()


def test_labels_may_be_given_as_they_are(samples):
    frame = samples.assign(side=[number % 2 for number in range(len(samples))])
    generator = DataGenerator(
        frame, sampling_groupby=("folder", "side"), shares={("good", 1): 0.25}, max_epoch_samples=20
    )
    assert generator.section.shares == {"good / 1": 0.25}
    assert drawn(generator)["good / 1"] == 5


@pytest.mark.parametrize(
    ("keywords", "error", "words"),
    [
        ({"shares": {"god": 0.5}}, SamplingError, r"sampling\.shares: 'god' is no group\. Did you"),
        ({"shares": {"good": 1.0}}, SamplingError, "leaves nothing for 'bad_cap'"),
        ({"shares": {"good": 1.5}}, RecipeError, r"sampling\.shares.*1\.5 is outside 0\.\.1"),
        ({"weights": {"good": "many"}}, RecipeError, "'many' is not a number"),
        ({"weigths": {}}, TypeError, "did you mean 'weights'"),
    ],
)
def test_what_cannot_be_settled_is_said(samples, keywords, error, words):
    with pytest.raises(error, match=words):
        DataGenerator(samples, **GROUPED, **keywords)


def test_a_job_draws_by_the_recipes_shares(pictures):
    recipe = Recipe.start(str(pictures)).with_value("sampling.epoch_samples", 20)
    job = Job(recipe)
    other = job.with_recipe(recipe.with_value("sampling.shares", {"good": 0.5}))
    assert other.plan is job.plan
    assert other.frequencies().loc["good", ["weight", "drawn"]].tolist() == [0.5, 10]
    assert other.frequencies()["drawn"].to_dict() != job.frequencies()["drawn"].to_dict()
    assert other.recipe.digest() != job.recipe.digest()
    assert drawn(other.generator("train")) == other.frequencies()["drawn"].to_dict()
    assert other.sampling_of("devel").shares == {}
