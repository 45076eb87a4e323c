import hashlib
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from brevviz.errors import ImageError, ImageRejected, RecipeError
from brevviz.images import ImagePipeline, stack
from brevviz.images.backend import tf
from brevviz.recipe import View


def test_its_keywords_are_the_fields_of_the_view():
    pipeline = ImagePipeline(target_size=(128, 96), keep_aspect_ratio=True, rescale=None)
    assert pipeline.view == View(target_size=(128, 96), keep_aspect_ratio=True)
    assert (pipeline.path_key, pipeline.output_key) == ("path", "img")
    assert ImagePipeline.of(pipeline.view, output_key="x").view is pipeline.view
    assert repr(pipeline) == "ImagePipeline(target_size=(128, 96), keep_aspect_ratio=True)"
    assert ImagePipeline().view == View()


def test_an_unknown_keyword_is_a_type_error_with_the_near_name():
    with pytest.raises(TypeError, match="did you mean 'target_size'"):
        ImagePipeline(target_sise=(128, 128))
    with pytest.raises(TypeError, match="no keyword 'zzz'; known: target_size"):
        ImagePipeline(zzz=1)


def test_a_value_that_is_not_allowed_names_its_setting():
    with pytest.raises(RecipeError, match=r"view\.target_size\[0\]: 1 is outside 2\.\.8192"):
        ImagePipeline(target_size=(1, 128))


def test_loads_a_file(photo, encode):
    data = encode(photo(480, 640))
    loaded = ImagePipeline(target_size=(128, 96)).load(data)
    assert loaded.working.shape == (192, 144, 3)
    assert loaded.working.dtype == np.uint8
    assert loaded.file_shape == (480, 640, 3)
    assert loaded.size == (128, 96)
    assert loaded.content == hashlib.sha256(data).hexdigest()


def test_an_error_names_the_file():
    with pytest.raises(ImageRejected) as error:
        ImagePipeline().load(b"not an image", "s3://bucket/good/1.bmp")
    assert error.value.where == "s3://bucket/good/1.bmp"


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_orientation_comes_before_the_regions(photo, encode, kind):
    exif = Image.Exif()
    exif[0x0112] = 6
    data = encode(photo(40, 60), kind, exif=exif)
    upright = ImagePipeline().load(data)
    assert upright.file_shape == (60, 40, 3)
    region = ImagePipeline(rois=[((5, 30), (25, 58))]).load(data)
    assert np.array_equal(region.working, upright.working[30:58, 5:25])
    stored = ImagePipeline(exif_orientation=False).load(data)
    assert np.array_equal(np.rot90(stored.working, -1), upright.working)


def test_regions_of_a_large_jpeg_are_cut_from_all_its_pixels(photo, encode):
    data = encode(photo(480, 640), "JPEG")
    whole = ImagePipeline().load(data)
    region = ImagePipeline(rois=[((100, 100), (500, 400))], target_size=(16, 16)).load(data)
    cut = encode(whole.working[100:400, 100:500])
    assert np.array_equal(region.working, ImagePipeline(target_size=(16, 16)).load(cut).working)


def batch_of(pipeline, *files):
    return {f"_working:{pipeline.output_key}": stack([pipeline.load(data) for data in files])}


def test_the_plain_picture_is_float_levels(photo, encode):
    pipeline = ImagePipeline()
    batch = pipeline(batch_of(pipeline, encode(photo(20, 30)), encode(photo(20, 30, seed=1))))
    assert batch["img"].dtype == tf.float32
    assert batch["img"].shape == (2, 20, 30, 3)
    assert np.array_equal(batch["img"][1].numpy(), photo(20, 30, seed=1).astype(np.float32))
    assert batch["_plain:img"] is batch["img"]


@pytest.mark.parametrize(
    ("rescale", "low", "high"),
    [
        ("none", 0, 255),
        ("unit", 0, 1),
        ("imagenet", -1, 1),
        (None, 0, 255),
        ((0.5, -7.0), -7, 120.5),
        ({"scale": 2, "offset": 1}, 1, 511),
    ],
)
def test_rescaling_comes_last(encode, rescale, low, high):
    pipeline = ImagePipeline(rescale=rescale)
    black = np.zeros((4, 4, 3), np.uint8)
    images = pipeline(batch_of(pipeline, encode(black), encode(black + 255)))["img"].numpy()
    assert images[0].max() == pytest.approx(low, abs=1e-6)
    assert images[1].min() == pytest.approx(high, abs=1e-6)


def test_greyscale_has_one_channel(photo, encode):
    pipeline = ImagePipeline(color_mode="greyscale", target_size=(8, 8), output_key="grey")
    batch = pipeline(batch_of(pipeline, encode(photo(20, 30))))
    assert batch["grey"].shape == (1, 8, 8, 1)


def test_a_batch_without_working_images_is_refused():
    with pytest.raises(ImageError, match="Map the pipeline over a DataGenerator"):
        ImagePipeline()({"path": ["a.bmp"]})


def test_images_of_two_sizes_are_no_batch(photo, encode):
    pipeline = ImagePipeline()
    images = [pipeline.load(encode(photo(20, 30))), pipeline.load(encode(photo(20, 31)))]
    with pytest.raises(ImageError, match=r"view\.target_size: images of 30 x 20 and of 31 x 20"):
        stack(images)
    with pytest.raises(ImageError, match="no image is left"):
        stack([])
    assert stack(images[:1]).shape == (1, 20, 30, 3)


def test_stage_one_loads_no_tensorflow(tmp_path, photo, encode):
    (tmp_path / "a.jpg").write_bytes(encode(photo(48, 64), "JPEG"))
    code = (
        "import sys, pathlib; from brevviz.images import *;"
        "data = pathlib.Path('a.jpg').read_bytes();"
        "ImagePipeline(target_size=(8, 8)).load(data); thumbnail(data, 16); ImageAugmenter();"
        "sys.exit('tensorflow' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=False)
    assert done.returncode == 0
