"""A job: each result once, kept by the slice of the recipe that it depends on."""

import numpy as np
import pytest

import brevviz
from brevviz import demo
from brevviz.errors import NoImages, SamplingError
from brevviz.job import Job
from brevviz.split import split_digest

RULE = r"/(\d+)_\d+\.bmp"


@pytest.fixture(scope="module")
def recipe():
    recipe = brevviz.Recipe.start(demo.bucket()).with_value("split.uniqueness", RULE)
    return recipe.with_value("split.per_folder", value=True).with_value("sampling.batch_size", 6)


@pytest.fixture(scope="module")
def job(recipe):
    return Job(recipe)


def test_what_does_not_depend_on_a_change_is_not_computed_again(job):
    for where, value, same_plan in (
        ("split.ratio", 0.5, True),
        ("view.target_size", [32, 32], True),
        ("augmentation.rotate", 3.0, True),
        ("split.uniqueness", ["etag"], False),
        ("seed", 7, False),
    ):
        other = job.with_recipe(job.recipe.with_value(where, value))
        assert other.samples is job.samples, where
        assert (other.plan is job.plan) == same_plan, where


def test_what_is_excluded_by_hand_is_in_no_result_and_the_totals_add_up(job):
    keys = [path.removeprefix(f"{job.recipe.source.uri}/") for path in job.samples["path"][:3]]
    reasons = {keys[0]: "blurred", keys[2]: "wrong vial", "gone/1.bmp": "deleted since"}
    other = job.with_recipe(job.recipe.with_value("triage.excluded", reasons))
    assert [*other.excluded["path"]] == [*job.samples["path"].iloc[[0, 2]]]
    assert [*other.excluded["reason"]] == ["blurred", "wrong vial"]
    assert len(other.samples) + len(other.excluded) == other.listing.counts.let_in == 180
    assert not set(other.excluded["path"]) & set(other.assigned["path"])
    assert len(other.plan.item_of_row) == other.table["images"].sum() == 178
    assert split_digest(other.assigned) != split_digest(job.assigned)
    assert other.notes[0] == (
        "1 of the keys in triage.excluded name no sample and exclude nothing: 'gone/1.bmp'."
    )
    # The listing is shared, and taking back restores the very results.
    assert other.listing is job.listing
    again = other.with_recipe(other.recipe.with_value("triage.excluded", {}))
    assert split_digest(again.assigned) == split_digest(job.assigned)
    assert again.excluded.empty


def test_when_all_are_excluded_it_is_said(job):
    root = f"{job.recipe.source.uri}/"
    reasons = {path.removeprefix(root): "no" for path in job.samples["path"]}
    empty = job.with_recipe(job.recipe.with_value("triage.excluded", reasons))
    with pytest.raises(NoImages, match="leaves out all of the 180 samples"):
        empty.assigned  # noqa: B018  # the property is what raises


def test_purposes_have_their_own_rules(job):
    assert job.sampling_of("train") == job.recipe.sampling
    devel = job.sampling_of("devel")
    assert (devel.shuffle, devel.repeat, devel.groupby) == (False, False, ())
    with pytest.raises(SamplingError, match="'validation' is not one of train, devel, test"):
        job.samples_of("validation")
    with pytest.raises(NoImages, match="holds none of the 180 samples"):
        job.samples_of("test")


def test_the_preview_shows_the_very_pictures_of_training(job):
    preview = job.preview(6)
    batch = next(iter(job.generator("train")))
    trained = np.asarray(batch["img"]).astype(np.uint8)
    np.testing.assert_array_equal(preview.augmented, trained)
    assert [path.decode() for path in np.asarray(batch["path"])] == list(preview.samples["path"])
    assert all(preview.equal)


def test_generators_give_every_purpose_that_has_samples(job, recipe):
    made = brevviz.generators(recipe)
    assert list(made) == ["train", "devel"]
    shown = [path for batch in made["devel"] for path in np.asarray(batch["path"])]
    assert sorted(path.decode() for path in shown) == sorted(job.samples_of("devel")["path"])
    plain = next(iter(made["devel"]))
    again = next(iter(brevviz.generators(recipe.with_value("seed", 1))["devel"]))
    assert np.asarray(plain["img"]).shape == np.asarray(again["img"]).shape == (6, 128, 128, 3)


def test_two_jobs_of_one_recipe_have_the_same_digests(job, recipe):
    first, second = job.digests(), Job(recipe).digests()
    assert first == second
    assert first.recipe == recipe.digest()
    other = Job(recipe.with_value("augmentation.rotate", 3.0)).digests()
    assert other.split == first.split
    assert other.draws == first.draws
    assert other.batch != first.batch
