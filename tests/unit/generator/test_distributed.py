"""Workers make the batches that one process makes: same samples, same bytes, same account."""

from __future__ import annotations

import logging
import pickle
from pathlib import Path

import numpy as np
import pytest

from brevviz.cluster import open_cluster
from brevviz.errors import ImageError
from brevviz.generator import DataGenerator
from brevviz.images import ImageAugmenter, ImagePipeline


def _drawing(samples, **settings):
    settings = {"batch_size": 4, "shuffle": True, "sampling_groupby": ["folder"]} | settings
    generator = DataGenerator(samples, sampling_group_weighing="square root", **settings)
    return generator.map([ImagePipeline(target_size=(16, 16)), ImageAugmenter()])


def _same(ours, theirs):
    assert len(ours) == len(theirs)
    for one, other in zip(ours, theirs, strict=True):
        assert one.keys() == other.keys()
        for name in one:
            assert one[name].dtype == other[name].dtype
            np.testing.assert_array_equal(one[name], other[name], strict=True)


@pytest.fixture(scope="module", params=["here", "processes"])
def cluster(request):
    with open_cluster(request.param, 2) as opened:
        yield opened


@pytest.mark.parametrize("batch_size", [4, 32])
def test_workers_give_the_batches_of_one_process(samples, cluster, batch_size):
    generator = _drawing(samples, batch_size=batch_size)
    distributed = generator.distribute(cluster)
    _same(list(distributed), list(generator.get_dataset_numpy()))
    assert len(distributed) == len(generator)
    assert (distributed.report.drawn, distributed.report.ok) == (21, 21)


def test_without_maps_too(samples, cluster):
    generator = DataGenerator(samples, batch_size=5, shuffle=True)
    _same(list(generator.distribute(cluster)), list(generator.get_dataset_numpy()))


def test_shards_and_steps_are_kept(samples, cluster):
    generator = _drawing(samples).shard(1, 2).skip_to(1)
    _same(list(generator.distribute(cluster)), list(generator.get_dataset_numpy()))


def test_epochs_go_on_without_end(samples, cluster):
    generator = _drawing(samples, repeat=True)
    wanted, got = iter(generator.get_dataset_numpy()), iter(generator.distribute(cluster))
    for _ in range(13):  # over two ends of an epoch, in the middle of a batch
        _same([next(got)], [next(wanted)])


def test_a_structure_is_given(samples, cluster):
    generator = _drawing(samples, output_structure=("img", "path"))
    ours, theirs = list(generator.distribute(cluster)), list(generator.get_dataset_numpy())
    for one, other in zip(ours, theirs, strict=True):
        for part, same in zip(one, other, strict=True):
            np.testing.assert_array_equal(part, same)


def test_rejected_images_leave_their_places_and_are_told_once(copied, cluster, caplog):
    broken = [copied["path"].iloc[3], copied["path"].iloc[12]]
    for path in broken:
        Path(path).write_bytes(b"no picture")
    generator = _drawing(copied)
    local = list(generator.get_dataset_numpy())
    caplog.clear()
    with caplog.at_level(logging.WARNING, "brevviz.generator"):
        distributed = generator.distribute(cluster)
        _same(list(distributed), local)
    assert distributed.report == generator.report
    assert {one.path for one in distributed.report.rejected} == set(broken)
    assert len(caplog.records) == 1


def test_an_epoch_of_which_nothing_can_be_shown_is_an_error(copied, cluster):
    for path in copied["path"]:
        Path(path).write_bytes(b"no picture")
    with pytest.raises(ImageError, match="none of the 21 images drawn can be shown"):
        list(_drawing(copied).distribute(cluster))


def test_a_generator_survives_the_way_to_a_worker(samples):
    generator = _drawing(samples)
    first = next(iter(generator.get_dataset_numpy()))
    copy = pickle.loads(pickle.dumps(generator))  # noqa: S301  # our own
    _same([next(iter(copy.get_dataset_numpy()))], [first])
