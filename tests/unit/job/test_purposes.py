"""Augmentation is for train alone, unless the recipe names other purposes."""

import numpy as np
import pytest

import brevviz
from brevviz import demo
from brevviz.errors import RecipeError
from brevviz.job import Job


@pytest.fixture(scope="module")
def recipe():
    recipe = brevviz.Recipe.start(demo.bucket()).with_value("sampling.batch_size", 3)
    return recipe.with_value("view.target_size", [32, 32])


def first(job, purpose):
    return np.asarray(next(iter(job.generator(purpose)))["img"]).astype(np.uint8)


@pytest.mark.parametrize("purposes", [[], ["train"], ["devel"], ["train", "devel"]])
def test_the_purposes_named_are_augmented_and_no_other(recipe, purposes):
    job = Job(recipe.with_value("augmentation.purposes", purposes))
    for purpose in ("train", "devel"):
        preview = job.preview(3, purpose=purpose)
        changed = any((preview.original[i] != preview.augmented[i]).any() for i in range(3))
        assert changed == (purpose in purposes)
        assert np.array_equal(first(job, purpose), preview.augmented)
        assert all(preview.equal)


def test_nothing_is_augmented_when_it_is_off(recipe):
    both = recipe.with_value("augmentation.purposes", ["train", "devel"])
    job = Job(both.with_value("augmentation.enabled", value=False))
    for purpose in ("train", "devel"):
        preview = job.preview(3, purpose=purpose)
        assert np.array_equal(preview.original, preview.augmented)
        assert np.array_equal(first(job, purpose), preview.original)


def test_test_is_augmented_only_with_a_reason(recipe):
    with pytest.raises(RecipeError, match="say why images of test are changed"):
        recipe.with_value("augmentation.purposes", ["test"])
