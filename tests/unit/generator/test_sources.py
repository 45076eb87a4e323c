"""One set, in a folder and in a bucket: the same draws, keys and pictures."""

from __future__ import annotations

import numpy as np

from brevviz.dataset import Dataset
from brevviz.generator import DataGenerator
from brevviz.images import ImageAugmenter, ImagePipeline


def generator(dataset):
    return DataGenerator(
        dataset.get_image_samples(details=True), 8, shuffle=True, sampling_groupby=["folder"]
    )


def with_seed(batch, seed):
    return {**batch, "seed": seed}


def test_folder_and_bucket_give_the_same(s3, pictures):
    folder = Dataset(bucket=str(pictures))
    bucket = Dataset(
        bucket=s3.put_tree(pictures, public=True), endpoint=s3.endpoint, anonymous=True
    )
    keys, images = [], []
    for source in (folder, bucket):
        drawn = generator(source)
        keys.append([batch["seed"] for batch in drawn.map(with_seed).get_dataset_numpy()])
        changed = drawn.map([ImagePipeline(target_size=(16, 16)), ImageAugmenter()])
        images.append([batch["img"] for batch in changed.get_dataset_numpy()])
    for one, other in (keys, images):
        assert all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))
