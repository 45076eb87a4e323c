"""Regions of interest that are kept apart: a series, or images of their own."""

import numpy as np
import pandas as pd
import pytest

from brevviz.errors import ImageRejected, RecipeError
from brevviz.generator import DataGenerator
from brevviz.images import ImageAugmenter, ImagePipeline, digests, image_keys, render_view, stack

STEPS = (((2, 3), (22, 19)), ((30, 10), (50, 26)), ((5, 24), (25, 40)))
TURNED = {"rotate": 20.0, "noise": 8.0}
PARTS = (((2, 3), (22, 19)), ((30, 10), (42, 40)))


def single(number, rois=STEPS, **view):
    return ImagePipeline(rois=rois[number : number + 1], **view)


@pytest.fixture
def samples(tmp_path, photo, encode):
    paths = []
    for number in range(5):
        path = tmp_path / f"{number}.png"
        path.write_bytes(encode(photo(48, 64, seed=number)))
        paths.append(str(path))
    return pd.DataFrame({"path": paths, "folder": "a"})


def first_batch(samples, *maps, **options):
    return next(iter(DataGenerator(samples, batch_size=4, seed=7, **options).map([*maps])))


@pytest.mark.parametrize("target", [None, (8, 12)])
def test_a_series_has_an_axis_of_steps(samples, target):
    series = first_batch(
        samples, ImagePipeline(rois=STEPS, roi_mode="as_timeseries", target_size=target)
    )
    assert series["img"].shape == (4, 3, *(target or (16, 20)), 3)
    for number in range(3):
        alone = first_batch(samples, single(number, target_size=target))
        assert np.array_equal(series["img"][:, number], alone["img"])


@pytest.mark.parametrize("roi_mode", [None, "tuple"])
def test_a_tuple_has_an_image_for_each_region(samples, roi_mode):
    parts = first_batch(
        samples, ImagePipeline(rois=PARTS, roi_mode=roi_mode, color_mode="greyscale")
    )["img"]
    assert [tuple(part.shape) for part in parts] == [(4, 16, 20, 1), (4, 30, 12, 1)]
    for number, part in enumerate(parts):
        alone = first_batch(samples, single(number, PARTS, color_mode="greyscale"))
        assert np.array_equal(part, alone["img"])


@pytest.mark.parametrize("roi_mode", ["as_timeseries", "tuple"])
def test_without_regions_the_whole_image_is_shown(samples, roi_mode):
    shown = first_batch(samples, ImagePipeline(roi_mode=roi_mode))["img"]
    assert np.array_equal(shown, first_batch(samples, ImagePipeline())["img"])


@pytest.mark.parametrize("roi_mode", ["as_timeseries", "tuple"])
@pytest.mark.parametrize("target", [None, (8, 12)])
def test_all_regions_of_a_sample_change_alike(samples, roi_mode, target):
    augmenter = ImageAugmenter(**TURNED)
    pipeline = ImagePipeline(rois=STEPS, roi_mode=roi_mode, target_size=target)
    changed = first_batch(samples, pipeline, augmenter)["img"]
    for number in range(3):
        alone = first_batch(samples, single(number, target_size=target), augmenter)["img"]
        region = changed[number] if roi_mode == "tuple" else changed[:, number]
        assert np.array_equal(region, alone)


def test_numpy_samples_and_a_structure_have_the_regions_too(samples):
    pipeline = ImagePipeline(rois=PARTS, roi_mode="tuple", rescale="unit")
    generator = DataGenerator(samples, batch_size=2, output_structure=("img", "folder")).map(
        pipeline
    )
    images, folder = next(iter(generator.get_dataset_numpy(batch=False)))
    assert [image.shape for image in images] == [(16, 20, 3), (30, 12, 3)]
    assert folder == "a"
    assert max(image.max() for image in images) <= 1
    images, labels = next(
        iter(
            generator.map(lambda batch: {**batch, "category": batch["folder"][:, None]}).labelled(
                ["a"]
            )
        )
    )
    assert images[1].shape == (2, 30, 12, 3)
    assert labels.shape[0] == 2


def test_regions_of_different_sizes_are_no_series():
    with pytest.raises(RecipeError, match="regions that make one image"):
        ImagePipeline(rois=PARTS, roi_mode="as_timeseries")
    with pytest.raises(RecipeError, match="the same width"):
        ImagePipeline(rois=PARTS)


@pytest.mark.parametrize("roi_mode", ["as_timeseries", "tuple", "concatenate_height"])
def test_a_region_outside_the_file_is_refused_by_its_number(photo, encode, roi_mode):
    pipeline = ImagePipeline(rois=STEPS, roi_mode=roi_mode)
    with pytest.raises(ImageRejected, match=r"region 2 of view\.rois ends at \(50, 26\).*49 x 60"):
        pipeline.load(encode(photo(60, 49)), "a.png")


@pytest.mark.parametrize(("roi_mode", "rois"), [("as_timeseries", STEPS), ("tuple", PARTS)])
@pytest.mark.parametrize("target", [None, (8, 12)])
def test_people_see_the_regions_one_below_the_other(photo, encode, roi_mode, rois, target):
    pipeline = ImagePipeline(rois=rois, roi_mode=roi_mode, target_size=target)
    loaded = pipeline.load(encode(photo(48, 64)))
    keys = image_keys([loaded.content], 1)
    sheet = render_view(stack([loaded]), keys, None, pipeline.view, loaded.size)
    assert sheet.shape == (1, *loaded.size, 3)
    batch = pipeline({"_working:img": stack([loaded])})["img"]
    parts = batch if roi_mode == "tuple" else [batch[:, n] for n in range(len(rois))]
    top = 0
    for part in parts:
        height, width = part.shape[1:3]
        assert np.array_equal(sheet[:, top : top + height, :width], part)
        assert not sheet[:, top : top + height, width:].any()
        top += height
    assert top == loaded.size[0]


def test_a_tuple_has_one_digest_a_sample(samples):
    pipeline = ImagePipeline(rois=PARTS, roi_mode="tuple")
    batch = first_batch(samples, pipeline)["img"]
    assert len(set(digests(batch))) == 4
    assert digests(batch) == digests(first_batch(samples, pipeline)["img"])
    assert digests(batch)[0] != digests(batch[::-1])[0]
