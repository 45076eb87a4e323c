"""Maps in one graph, with a key for each sample."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import tensorflow as tf

from brevviz.errors import SamplingError
from brevviz.generator import DataGenerator, OneHotEncoder
from brevviz.images import image_keys


def with_seed(batch, seed):
    return {**batch, "seed": seed}


def length(batch):
    return {**batch, "length": tf.strings.length(batch["path"])}


def values(generator, key, batches=None):
    found = itertools.islice(generator.get_dataset_numpy(), batches)
    return np.concatenate([batch[key] for batch in found])


def test_maps_run_in_turn_and_lists_and_none_are_allowed(samples):
    def doubled(batch):
        return {**batch, "length": 2 * batch["length"]}

    generator = DataGenerator(samples, 4).map([length, None, [doubled]]).map(None)
    expected = 2 * samples["path"].str.len()
    assert values(generator, "length").tolist() == expected.tolist()


def test_map_leaves_the_generator_as_it_was(samples):
    generator = DataGenerator(samples, 4)
    generator.map(length)
    assert "length" not in next(generator.get_dataset_numpy())


def test_a_batch_is_mapped_whole_and_traced_once(samples):
    traced = []

    def note(batch):
        traced.append(batch["path"].shape)
        return batch

    generator = DataGenerator(samples, 4, repeat=True).map(note)
    for _ in range(3):
        next(iter(generator))
    assert traced == [(4,)]


def test_keys_are_those_of_the_sample_and_the_repeat(samples):
    generator = DataGenerator(samples, 5, repeat=True, shuffle=True, seed="s").map(with_seed)
    found = next(iter(generator))
    inside = [
        path.decode().split("/", maxsplit=path.count(b"/") - 1)[-1]
        for path in found["path"].numpy()
    ]
    assert np.array_equal(found["seed"].numpy().view(np.uint64), image_keys(inside, "s", 0))


def test_keys_hang_on_nothing_but_sample_and_repeat(samples):
    def table(generator, batches):
        found = itertools.islice(generator.map(with_seed).get_dataset_numpy(), batches)
        pairs = [pair for batch in found for pair in zip(batch["path"], batch["seed"], strict=True)]
        keys: dict[str, list[int]] = {}
        for path, seed in pairs:
            keys.setdefault(path, []).append(int(seed))
        return keys

    one = table(DataGenerator(samples, 3, repeat=True), 14)  # two epochs of 21
    other = table(DataGenerator(samples, 7, repeat=True, shuffle=True), 6)
    assert one == other
    assert all(len(set(keys)) == 2 for keys in one.values())


def test_two_maps_that_want_keys_get_different_ones(samples):
    def again(batch, seed):
        return {**batch, "again": seed}

    found = next(iter(DataGenerator(samples, 21).map([with_seed, again])))
    assert len(set(found["seed"].numpy()) & set(found["again"].numpy())) == 0
    alone = next(iter(DataGenerator(samples, 21).map(again)))
    assert np.array_equal(alone["again"], found["seed"])


def test_the_dataset_is_one_and_repeats_itself(samples):
    generator = DataGenerator(samples, 4, shuffle=True, repeat=True).map(with_seed)
    assert generator.get_dataset() is generator.get_dataset()
    runs = [values(generator, "seed", 9) for _ in range(2)]
    assert np.array_equal(*runs)
    another = DataGenerator(samples, 4, shuffle=True, repeat=True).map(with_seed)
    assert np.array_equal(values(another, "seed", 9), runs[0])


@pytest.mark.parametrize("parallel", [1, 4])
def test_parallel_calls_keep_the_order(samples, parallel):
    generator = DataGenerator(samples, 2, shuffle=True).map(length, num_parallel_calls=parallel)
    plain = DataGenerator(samples, 2, shuffle=True)
    assert values(generator, "path").tolist() == values(plain, "path").tolist()


def test_tensors_and_arrays_hold_the_same(samples):
    generator = DataGenerator(samples, 4, shuffle=True)
    for tensors, arrays in zip(generator, generator.get_dataset_numpy(), strict=True):
        assert tensors.keys() == arrays.keys()
        assert [p.decode() for p in tensors["path"].numpy()] == arrays["path"].tolist()
        assert tensors["category"].shape == (len(arrays["path"]), 1)
        assert tensors["_sampling_group"].dtype == tf.int64


def test_single_samples_of_a_dataset(samples):
    dataset = DataGenerator(samples, 4).get_dataset(batch=False)
    paths = [sample["path"].numpy().decode() for sample in dataset]
    assert paths == samples["path"].tolist()


def test_a_structure_of_tensors(samples):
    generator = DataGenerator(samples, 4).map(length)
    assert [
        part.shape for part in next(iter(generator.get_dataset(structure=("path", "length"))))
    ] == [4, 4]
    assert next(generator.get_dataset_numpy(structure={"n": "length"}))["n"].shape == (4,)


def test_full_batches_have_a_static_size(samples):
    assert DataGenerator(samples, 4, repeat=True).get_dataset().element_spec["path"].shape == (4,)
    assert DataGenerator(samples, 4).get_dataset().element_spec["path"].shape == (None,)


def test_hidden_entries_do_not_come_out(samples):
    def notes(batch):
        return {**batch, "_plain:x": batch["path"], "_rescale:x": None, "_working:x": 1, "_own": 1}

    found = next(iter(DataGenerator(samples, 4).map([notes, with_seed])))
    assert set(found) == {*samples.columns, "_sampling_group", "_own", "seed"}


def test_one_hot_of_one_class_of_several_and_of_none():
    batch = {"category": tf.constant([[b"a", b""], [b"b", b"a"], [b"x", b""]]), "n": [3, 1, 2]}
    assert OneHotEncoder(["a", "b"])(batch)["onehot"].numpy().tolist() == [[1, 0], [1, 1], [0, 0]]
    assert OneHotEncoder([1, 3], "n", "y")(batch)["y"].numpy().tolist() == [[0, 1], [1, 0], [0, 0]]


def test_labelled_pairs(samples):
    generator = DataGenerator(samples, 21).labelled(image_key="path")
    path, onehot = next(iter(generator))
    assert path.shape == (21,)
    assert onehot.numpy().sum(axis=0).tolist() == [5, 14, 2]
    few = DataGenerator(samples, 21).labelled(["good", "odd"], image_key="path")
    assert next(iter(few))[1].numpy().sum(axis=0).tolist() == [14, 0]


def test_class_weights_even_out_what_the_sampling_leaves(samples):
    plain = DataGenerator(samples).class_weights()
    assert plain == pytest.approx({0: 21 / 15, 1: 21 / 42, 2: 21 / 6})
    even = DataGenerator(samples, sampling_groupby=["folder"]).class_weights()
    assert even == pytest.approx({0: 1, 1: 1, 2: 1})
    assert DataGenerator(samples).class_weights(["odd", "good"]) == pytest.approx({0: 0, 1: 1.5})


@pytest.mark.parametrize(
    ("function", "error", "words"),
    [
        (lambda batch: batch["path"], SamplingError, "not a batch"),
        ("path", TypeError, "a map is a function of a batch"),
        (3, TypeError, "a map is a function of a batch"),
        (OneHotEncoder(["a"], "kind"), SamplingError, "no 'kind'; it has category"),
    ],
)
def test_what_is_no_map_is_refused(samples, function, error, words):
    with pytest.raises(error, match=words):
        DataGenerator(samples, 4).map(function).get_dataset()


@pytest.mark.parametrize(
    ("keywords", "error", "words"),
    [
        ({"classes": []}, SamplingError, "is empty, or names one class twice"),
        ({"classes": ["a", "a"]}, SamplingError, "names one class twice"),
        ({"classes": "abc"}, TypeError, "classes is a list of names"),
        ({"classes": ["a"], "inputkey": "x"}, TypeError, "did you mean 'input_key'"),
    ],
)
def test_an_encoder_says_what_is_wrong(keywords, error, words):
    with pytest.raises(error, match=words):
        OneHotEncoder(**keywords)


def test_an_error_in_a_map_comes_through(samples):
    def broken(batch):
        tf.debugging.assert_equal(tf.shape(batch["path"])[0], 99)
        return batch

    with pytest.raises(tf.errors.InvalidArgumentError):
        next(iter(DataGenerator(samples, 4).map(broken)))
