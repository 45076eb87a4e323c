"""One bad image among many: the epoch ends with all others, and a report names the one."""

import logging

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from brevviz.generator import DataGenerator
from brevviz.images import ImageAugmenter, ImagePipeline

BAD = {
    "cut short": lambda data: data[: len(data) // 2],
    "cannot be decoded": lambda data: data[:60] + bytes(20) + data[80:],
    "not a PNG": lambda _: b"a picture, says the name",
}


@pytest.fixture(params=[500, pytest.param(10_000, marks=pytest.mark.long)])
def folder(request, tmp_path):
    """Different small files, a third each of PNG, JPEG and BMP."""
    rng = np.random.default_rng(1)
    paths = []
    for number in range(request.param):
        path = tmp_path / f"{number:05}.{('png', 'jpg', 'bmp')[number % 3]}"
        Image.fromarray(rng.integers(0, 256, (20, 24, 3), dtype=np.uint8)).save(path)
        paths.append(path)
    return paths


@pytest.mark.parametrize("reason", BAD)
def test_the_epoch_ends_with_all_but_the_one_and_names_it(folder, reason, caplog):
    bad = folder[(len(folder) * 2 // 3) // 3 * 3]
    bad.write_bytes(BAD[reason](bad.read_bytes()))
    samples = pd.DataFrame({"path": list(map(str, folder))})
    generator = DataGenerator(samples, batch_size=64, shuffle=True).map(
        [ImagePipeline(target_size=(16, 16)), ImageAugmenter()]
    )
    with caplog.at_level(logging.WARNING, logger="brevviz.generator"):
        shown = [path.decode() for batch in generator for path in batch["path"].numpy()]
    assert sorted(shown) == sorted(set(samples["path"]) - {str(bad)})
    report = generator.report
    assert (report.drawn, report.ok) == (len(folder), len(folder) - 1)
    (rejected,) = report.rejected
    assert rejected.path == str(bad)
    assert reason in rejected.reason
    assert str(bad) in caplog.text
