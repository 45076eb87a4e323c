"""The generator with images: the same bytes every time, and bad files by name."""

from __future__ import annotations

import itertools
import logging
import struct
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from brevviz.errors import ImageError, ImageRejected, SamplingError
from brevviz.generator import DataGenerator, EpochReport, loading
from brevviz.images import ImageAugmenter, ImagePipeline, compile_early
from brevviz.images.augment import apply
from brevviz.images.guard import Guard
from brevviz.recipe import Augmentation, View

VIEW = {"target_size": (16, 16)}
ROUND = {"shuffle": True, "repeat": True, "sampling_groupby": ["folder"], "seed": 7}


def augmented(samples, batch_size=4, **keywords):
    generator = DataGenerator(samples, batch_size, **{**ROUND, **keywords})
    return generator.map([ImagePipeline(**VIEW), ImageAugmenter()])


def pictures(generator, count):
    """(path, picture) of the first draws."""
    found = itertools.islice(generator.get_dataset_numpy(batch=False), count)
    return [(sample["path"], sample["img"]) for sample in found]


def test_the_seeds_way_from_generator_to_augmented_batch(samples):
    generator = DataGenerator(samples, 4, **ROUND)
    plain = generator.map(ImagePipeline(**VIEW))
    changed = plain.map(ImageAugmenter())
    shown, first, second = (next(iter(g)) for g in (plain, changed, changed))
    assert shown["img"].shape == (4, 16, 16, 3)
    assert shown["_image_file_shape"].numpy().tolist() == [[20, 24, 3]] * 4
    assert not [name for name in first if name.startswith(("_working", "_plain", "_seed"))]
    assert np.array_equal(first["path"], shown["path"])
    assert np.array_equal(first["img"], second["img"])
    assert not np.array_equal(first["img"], shown["img"])


def test_the_same_bytes_whatever_the_batch_and_the_order(samples):
    # Two epochs draw each file for times 0 … k; one epoch for some of these times.
    whole = {(path, picture.tobytes()) for path, picture in pictures(augmented(samples), 42)}
    assert len(whole) == 42
    assert {(path, p.tobytes()) for path, p in pictures(augmented(samples, 5), 42)} == whole
    ordered = augmented(samples, 3, repeat=False, shuffle=False)
    assert {(path, p.tobytes()) for path, p in pictures(ordered, None)} < whole


def test_shards_and_steps_show_the_same_pictures(samples):
    whole = pictures(augmented(samples, repeat=False), None)
    parts = [pictures(augmented(samples, repeat=False).shard(i, 3), None) for i in range(3)]
    joined = list(itertools.chain(*parts))
    late = pictures(augmented(samples, repeat=False).skip_to(2), None)
    assert [path for path, _ in joined] == [path for path, _ in whole]
    for found, expected in ((joined, whole), (late, whole[8:])):
        assert all(np.array_equal(a, b) for (_, a), (_, b) in zip(found, expected, strict=True))


def test_a_file_that_stays_bad_is_told_once(copied, caplog):
    Path(copied["path"][3]).write_bytes(b"BM and no more")
    generator = DataGenerator(copied, batch_size=7, repeat=True).map(
        ImagePipeline(target_size=(8, 8))
    )
    with caplog.at_level(logging.WARNING, "brevviz.generator"):
        for _ in itertools.islice(generator, 12):
            pass
    assert sum("rejected" in record.getMessage() for record in caplog.records) == 1


def test_another_iteration_traces_and_compiles_nothing_again(samples):
    traced = []

    def count(batch):
        traced.append(1)
        return batch

    generator = augmented(samples).map(count)
    next(iter(generator))
    programs = apply._program.cache_info().currsize
    for _ in range(3):
        next(iter(generator))
        next(iter(generator.get_dataset()))
    assert len(traced) == 1
    assert apply._program.cache_info().currsize == programs


def test_what_the_first_batch_needs_is_compiled_in_the_background(samples, monkeypatch):
    view, changes = View(target_size=(14, 18)), Augmentation(rotate=11.0, blur=0.5)
    thread = compile_early(view, changes, 5, packed=True)
    thread.join()
    assert compile_early(view, changes, 5, packed=True) is None
    assert (
        compile_early(View(), changes, 5, packed=True) is None
    )  # sizes are known by the files alone
    programs = apply._program.cache_info()
    generator = DataGenerator(samples, 5, repeat=True)
    made = generator.map([ImagePipeline.of(view), ImageAugmenter.of(changes)])
    assert next(iter(made))["img"].shape == (5, 14, 18, 3)
    # One program more, for the plain view, which the augmenter leaves unused.
    assert apply._program.cache_info().currsize == programs.currsize + 1


def test_changes_that_cannot_be_drawn_do_not_fail_in_the_background():
    thread = compile_early(View(target_size=(8192, 8192)), Augmentation(scale=0.9), 1, packed=False)
    thread.join()
    assert not thread.is_alive()


HEAD = b"BM" + struct.pack(
    "<IHHIIiiHHIIiiII", 54 + 48, 0, 0, 54, 40, 4, 4, 1, 24, 0, 48, 0, 0, 0, 0
)


@pytest.mark.parametrize("count", [1_000, pytest.param(10_000, marks=pytest.mark.long)])
def test_one_bad_image_among_many_is_left_out_and_named(tmp_path, monkeypatch, count):
    monkeypatch.setenv("BREVVIZ_WORKING_MIB", "0")
    for number in range(count):
        pixels = (number * 7919 % 2**24).to_bytes(3, "big") * 16
        (tmp_path / f"{number}.bmp").write_bytes(HEAD + pixels)
    bad = count * 2 // 3
    (tmp_path / f"{bad}.bmp").write_bytes(HEAD[:40])
    frame = pd.DataFrame({"path": [f"{tmp_path}/{number}.bmp" for number in range(count)]})
    generator = DataGenerator(frame, 100, shuffle=True).map(ImagePipeline(target_size=(4, 4)))
    shown = [path for batch in generator.get_dataset_numpy() for path in batch["path"]]
    assert len(shown) == len(set(shown)) == count - 1
    report = generator.report
    assert (report.drawn, report.ok) == (count, count - 1)
    assert [one.path for one in report.rejected] == [f"{tmp_path}/{bad}.bmp"]
    assert report.rejected[0].reason


def test_a_bad_file_leaves_its_batch_and_is_named(copied, caplog):
    Path(copied["path"][3]).write_bytes(b"no picture at all")
    Path(copied["path"][9]).unlink()
    generator = DataGenerator(copied, 4).map(ImagePipeline(**VIEW))
    with caplog.at_level(logging.WARNING, "brevviz.generator"):
        batches = list(generator.get_dataset_numpy())
    assert [len(batch["path"]) for batch in batches] == [4, 4, 4, 4, 3]
    shown = [path for batch in batches for path in batch["path"]]
    assert shown == copied["path"].drop([3, 9]).tolist()
    assert all(batch["img"].std(axis=(1, 2, 3)).min() > 1 for batch in batches)
    report = generator.report
    assert (report.drawn, report.ok) == (21, 19)
    assert [one.path for one in report.rejected] == [copied["path"][3], copied["path"][9]]
    assert all(one.reason for one in report.rejected)
    assert copied["path"][3] in caplog.text
    assert "19 of 21 draws shown, 2 rejected" in caplog.text


def test_batches_stay_full_across_epochs_with_a_bad_file(copied):
    Path(copied["path"][0]).write_bytes(b"")
    generator = DataGenerator(copied, 4, repeat=True).map(ImagePipeline(**VIEW))
    batches = list(itertools.islice(generator.get_dataset_numpy(), 12))
    assert {len(batch["path"]) for batch in batches} == {4}
    shown = [path for batch in batches for path in batch["path"]]
    assert shown == (copied["path"].drop([0]).tolist() * 3)[:48]
    assert (generator.report.ok, len(generator.report.rejected)) == (20, 1)


@pytest.mark.parametrize("repeat", [False, True])
def test_no_good_file_at_all_is_an_error(copied, repeat):
    for path in copied["path"]:
        Path(path).write_bytes(b"bad")
    generator = DataGenerator(copied, 4, repeat=repeat).map(ImagePipeline(**VIEW))
    with pytest.raises(ImageError, match="none of the 21 images drawn can be shown"):
        next(iter(generator))


def test_what_was_loaded_is_not_read_again(copied):
    generator = DataGenerator(copied, 4, shuffle=True, seed=7).map(ImagePipeline(**VIEW))
    first = pictures(generator, None)
    for path in copied["path"]:
        Path(path).unlink()
    again = pictures(generator.map(ImageAugmenter(noise=0.0, enabled=False)), None)
    assert all(np.array_equal(a, b) for (_, a), (_, b) in zip(first, again, strict=True))
    assert generator.report.rejected == ()


class Inverted(ImagePipeline):
    """A first stage of the user's own: what it gives is known to this generator only."""

    def load(self, data):
        loaded = super().load(data)
        return replace(loaded, working=255 - loaded.working, packed=None)


def test_a_stage_of_ones_own_is_not_given_what_another_made(samples):
    plain, inverted = (
        pictures(DataGenerator(samples, 4).map(stage(**VIEW)), None)
        for stage in (ImagePipeline, Inverted)
    )
    again = DataGenerator(samples, 4).map(Inverted(**VIEW))
    for _ in range(2):
        assert all(
            np.array_equal(a, b)
            for (_, a), (_, b) in zip(pictures(again, None), inverted, strict=True)
        )
    assert all(
        np.abs(a + b - 255).max() <= 1  # halves are rounded up in both
        for (_, a), (_, b) in zip(plain, inverted, strict=True)
    )


def test_what_has_no_room_is_read_again(copied, monkeypatch):
    monkeypatch.setattr(loading, "_KEEP_BYTES", 8 * 24 * 24 * 3)  # eight working images
    generator = DataGenerator(copied, 4).map(Inverted(**VIEW))
    assert len(pictures(generator, None)) == 21
    for path in copied["path"]:
        Path(path).unlink()
    assert len(pictures(generator, None)) == 8


def test_what_the_table_has_no_room_for_comes_from_the_disk(copied, monkeypatch):
    monkeypatch.setenv("BREVVIZ_WORKING_MEMORY_MIB", "0")
    generator = DataGenerator(copied, 4).map(ImagePipeline(**VIEW))
    first = pictures(generator, None)
    for path in copied["path"]:
        Path(path).unlink()
    again = pictures(generator, None)
    assert len(first) == 21
    assert all(np.array_equal(a, b) for (_, a), (_, b) in zip(first, again, strict=True))


def test_another_generator_decodes_nothing_again(copied, monkeypatch):
    first = pictures(DataGenerator(copied, 4).map(ImagePipeline(**VIEW)), None)
    asked = []
    monkeypatch.setattr(Guard, "_run", lambda *args, **_: asked.append(args))
    again = pictures(DataGenerator(copied, 5).map(ImagePipeline(**VIEW)), None)
    assert asked == []
    assert all(np.array_equal(a, b) for (_, a), (_, b) in zip(first, again, strict=True))


def test_a_file_that_was_mended_is_shown_in_the_next_pass(copied):
    path = Path(copied["path"][3])
    whole = path.read_bytes()
    path.write_bytes(b"")
    generator = DataGenerator(copied, 4).map(ImagePipeline(**VIEW))
    assert len(pictures(generator, None)) == 20
    path.write_bytes(whole)
    assert len(pictures(generator, None)) == 21


def test_files_that_go_bad_after_the_start_are_an_error_of_ours(copied, monkeypatch):
    monkeypatch.setattr(loading, "_KEEP_BYTES", 0)
    generator = DataGenerator(copied, 21, repeat=True).map(Inverted(**VIEW))
    generator.get_dataset()
    for path in copied["path"]:
        Path(path).write_bytes(b"bad")
    with pytest.raises(ImageError, match="none of the 21 images drawn can be shown"):
        next(iter(generator))


def test_sizes_that_differ_ask_for_a_target_size(samples, tmp_path):
    from PIL import Image  # noqa: PLC0415

    odd = tmp_path / "odd.png"
    Image.new("RGB", (8, 8)).save(odd)
    mixed = samples.copy()
    mixed.loc[2, "path"] = str(odd)
    for batch_size in (1, 4):
        generator = DataGenerator(mixed, batch_size).map(ImagePipeline())
        with pytest.raises(ImageError, match=r"view\.target_size"):
            list(generator)


def test_without_a_target_size_the_files_own_is_taken(samples):
    found = next(iter(DataGenerator(samples, 4).map(ImagePipeline())))
    assert found["img"].shape == (4, 20, 24, 3)


def test_any_map_with_load_is_loaded(samples):
    class Reversed(ImagePipeline):
        def load(self, data):
            if data[-1:] == b"x":
                raise ImageRejected("image", "ends in x")
            return super().load(data)

    pipelines = [ImagePipeline(**VIEW), Reversed(target_size=(4, 4), output_key="small")]
    found = next(iter(DataGenerator(samples, 4).map(pipelines)))
    assert (found["img"].shape, found["small"].shape) == ((4, 16, 16, 3), (4, 4, 4, 3))


def test_a_missing_column_is_refused_at_once(samples):
    generator = DataGenerator(samples, 4)
    with pytest.raises(SamplingError, match="have no column 'file' to load images from"):
        generator.map(ImagePipeline(path_key="file"))


def test_an_account_that_does_not_come_out_even_is_a_defect():
    with pytest.raises(AssertionError, match="5 shown and 0 rejected are not the 6 drawn"):
        EpochReport(0, 6, 5)


def test_a_keras_model_trains_twice_to_the_same_losses(samples):
    import keras  # noqa: PLC0415  # one second, for this test only

    generator = augmented(samples, 7).labelled()

    def losses():
        keras.utils.set_random_seed(3)
        model = keras.Sequential(
            [keras.layers.Rescaling(1 / 255), keras.layers.Flatten(), keras.layers.Dense(3)]
        )
        model.compile("sgd", keras.losses.CategoricalCrossentropy(from_logits=True))
        history = model.fit(
            generator.get_dataset(),
            steps_per_epoch=len(generator),
            epochs=2,
            class_weight=generator.class_weights(),
            shuffle=False,  # it is already
            verbose=0,
        )
        return history.history["loss"]

    first, second = losses(), losses()
    assert first == second
    assert first[0] != first[1]
