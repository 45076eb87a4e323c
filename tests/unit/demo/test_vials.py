"""The drawing: the same bytes everywhere, the published statistics, and classes that differ."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys

import numpy as np
import pytest

from brevviz.demo.camera import SIDE, photograph
from brevviz.demo.chance import Chance
from brevviz.demo.stamps import shots

# Of all names and pixels. It may change only together with `bucket._VERSION`.
DRAWING = "f0dd8b962be55463fd5cc3e66327f6f6c9b280ef516e942c24ac456756a39527"


@pytest.fixture(scope="module")
def images():
    return {shot: photograph(shot) for shot in shots()}


def _of_item(images, folder, item):
    return [image for shot, image in images.items() if (shot.folder, shot.item) == (folder, item)]


def test_the_whole_set_is_the_same_to_the_byte(images):
    digest = hashlib.sha256()
    for shot, image in images.items():
        digest.update(shot.name.encode())
        digest.update(image.tobytes())
    assert digest.hexdigest() == DRAWING


def test_another_processor_draws_the_same_bytes(images):
    """NumPy told to leave out its vector code: what an older processor would run."""
    code = (
        "import hashlib; from brevviz.demo.camera import photograph;"
        "from brevviz.demo.stamps import shots;"
        "print(hashlib.sha256(b''.join(photograph(s).tobytes() for s in shots()[:6])).hexdigest())"
    )
    vectors = np.show_config(mode="dicts")["SIMD Extensions"]["found"]
    run = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "NPY_DISABLE_CPU_FEATURES": " ".join(vectors)},
        capture_output=True,
        text=True,
        check=True,
    )
    here = hashlib.sha256(b"".join(images[shot].tobytes() for shot in shots()[:6])).hexdigest()
    assert run.stdout.strip() == here


def test_mean_grey_is_that_of_the_published_frame(images):
    means = [image.mean() for image in images.values()]
    assert np.mean(means) == pytest.approx(60.9, abs=1.0)
    assert min(means) > 50
    assert max(means) < 72  # the light drifts from shot to shot


def test_images_are_grey_levels_with_noise_and_without_clipping(images):
    for image in images.values():
        assert image.shape == (SIDE, SIDE)
        assert image.dtype == np.uint8
        assert (image == 255).mean() < 0.001
        assert (image == 0).mean() < 0.02
        flat = image[20:40, 20:40].astype(float)
        assert 0.8 < flat.std() < 5


def test_no_two_images_are_equal():
    assert len({photograph(shot).tobytes() for shot in shots()[:40]}) == 40


def test_an_item_keeps_its_identity_in_every_image(images):
    """Of the bright lines of the liquid's surface: their place belongs to the item."""

    def surface(image):
        rows = image[125:165, 95:128].astype(float).mean(axis=1)
        return int(np.argmax(np.diff(rows, n=2) * -1))

    def spread(rows):
        return max(rows) - min(rows)

    of_items = [[surface(i) for i in _of_item(images, "good", item)] for item in range(48)]
    assert max(map(spread, of_items)) <= 7  # the vial moves by up to 2.5 pixels either way
    assert spread([np.mean(rows) for rows in of_items]) >= 9


@pytest.mark.parametrize("folder", ["bad_cap", "missing_cap"])
def test_a_fault_shows_where_the_cap_is_and_nowhere_below(images, folder):
    """Means over a class leave out shift and light; below is the glass, above its liquid."""

    def mean_of(name):
        return np.mean([i.astype(float) for s, i in images.items() if s.folder == name], axis=0)

    difference = np.abs(mean_of("good") - mean_of(folder))
    assert difference[35:75, 75:150].mean() > 3 * difference[90:130, 75:150].mean()


def test_a_good_cap_is_bright_metal_and_a_missing_one_is_not(images):
    brightest = {
        folder: [
            np.percentile(image[42:62, 80:145], 95)
            for shot, image in images.items()
            if shot.folder == folder
        ]
        for folder in ("good", "missing_cap")
    }
    assert min(brightest["good"]) > max(brightest["missing_cap"])


def test_chance_is_a_function_of_the_name_alone():
    one, other = Chance("a"), Chance("a")
    one.uniform("something first", 0, 1)
    assert one.uniform("x", 2, 3) == other.uniform("x", 2, 3)
    assert 2 <= one.uniform("x", 2, 3) < 3
    assert one.uniform("x", 0, 1) != Chance("b").uniform("x", 0, 1)
    assert np.array_equal(one.normal("n", 3, 4), other.normal("n", 3, 4))


def test_normal_numbers_have_mean_0_and_variance_1():
    numbers = Chance("law").normal("n", 100_000)
    assert numbers.mean() == pytest.approx(0, abs=0.015)  # 4.7 standard errors
    assert numbers.var() == pytest.approx(1, abs=0.02)
    neighbours = (numbers[1:] * numbers[:-1]).mean()
    assert neighbours == pytest.approx(0, abs=0.015)
