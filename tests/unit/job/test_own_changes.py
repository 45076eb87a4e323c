"""A user's own change in a job: trained as shown, and caught when it does not repeat."""

import itertools

import numpy as np
import pytest

import brevviz
from brevviz import demo, register_change
from brevviz.errors import ImageError
from brevviz.images.augment import register
from brevviz.job import Job


@pytest.fixture(autouse=True)
def none_registered(monkeypatch):
    monkeypatch.setattr(register, "_changes", {})


@pytest.fixture(scope="module")
def recipe():
    recipe = brevviz.Recipe.start(demo.bucket()).with_value("sampling.batch_size", 4)
    return recipe.with_value("view.target_size", [32, 32])


def test_training_sees_what_the_preview_shows(recipe):
    change = register_change("inverted", lambda images, keys, settings: 255 - images)
    with_own = recipe.with_value("augmentation.own", {"inverted": change.recorded()})
    job = Job(with_own)
    preview = job.preview(4)
    assert np.array_equal(preview.augmented, 255 - Job(recipe).preview(4).augmented)
    assert all(preview.equal)
    trained = np.asarray(next(iter(job.generator("train")))["img"])
    assert np.array_equal(trained, preview.augmented)


def test_a_change_that_counts_its_calls_does_not_repeat(recipe):
    counter = itertools.count()
    change = register_change("counting", lambda images, keys, settings: images + next(counter))
    job = Job(recipe.with_value("augmentation.own", {"counting": change.recorded()}))
    assert not any(job.preview(4).equal)


def test_a_recipe_with_a_change_that_is_not_registered_says_how(recipe):
    job = Job(recipe.with_value("augmentation.own", {"rain": {"version": 1}}))
    for shown in (lambda: job.preview(4), lambda: next(iter(job.generator("train")))):
        with pytest.raises(ImageError, match=r"run brevviz\.register_change\('rain', function"):
            shown()
