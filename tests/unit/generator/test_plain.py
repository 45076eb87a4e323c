"""The generator without images and without TensorFlow."""

from __future__ import annotations

import itertools
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from brevviz.errors import RecipeError, SamplingError
from brevviz.generator import DataGenerator
from brevviz.recipe import Sampling

SEED_CELL = {"shuffle": True, "repeat": True, "sampling_groupby": ["folder"]}


@pytest.fixture
def vials():
    sizes = {"bad_cap": 22, "good": 146, "missing_cap": 12}
    folders = [folder for folder, size in sizes.items() for _ in range(size)]
    return pd.DataFrame(
        {
            "category": [(folder,) for folder in folders],
            "folder": folders,
            "path": [f"s3://b/p/{folder}/{i}.bmp" for i, folder in enumerate(folders)],
            "bucket": "s3://b/p",
            "purpose": ["train", None] * 90,
        }
    )


def drawn(generator, count):
    return pd.DataFrame(itertools.islice(generator.get_dataset_numpy(batch=False), count))


def test_the_seeds_frequency_cell(vials):
    generator = DataGenerator(
        vials, batch_size=4, sampling_group_weighing="square root", **SEED_CELL
    )
    table = drawn(generator, len(vials)).groupby("folder").count()
    assert list(table) == ["category", "path", "bucket", "purpose", "_sampling_group"]
    expected = generator.frequencies()["expected"]
    assert (table["path"] - expected).abs().max() < 1
    assert generator.frequencies()["weight"].round(3).tolist() == [0.232, 0.597, 0.171]
    assert table["path"].tolist() == generator.frequencies()["drawn"].tolist()


def test_a_sample_is_what_the_frame_holds(vials):
    first = next(DataGenerator(vials).get_dataset_numpy(batch=False))
    assert first == {**vials.iloc[0].to_dict(), "_sampling_group": 0}
    assert isinstance(first["category"], tuple)


def test_unshuffled_is_the_frame_in_order(vials):
    generator = DataGenerator(vials, batch_size=50)
    batches = list(generator.get_dataset_numpy())
    assert [len(batch["path"]) for batch in batches] == [50, 50, 50, 30]
    assert len(generator) == 4
    paths = np.concatenate([batch["path"] for batch in batches])
    assert paths.tolist() == vials["path"].tolist()


def test_every_iteration_starts_at_the_first_epoch(vials):
    generator = DataGenerator(vials, sampling_group_weighing="log", **SEED_CELL)
    first, second = drawn(generator, 400), drawn(generator, 400)
    pd.testing.assert_frame_equal(first, second)
    assert first["path"][:180].tolist() != first["path"][180:360].tolist()


def test_skip_to_goes_on_where_a_run_stopped(vials):
    generator = DataGenerator(vials, batch_size=16, **SEED_CELL)
    whole = drawn(generator, 16 * 40)
    late = drawn(generator.skip_to(25), 16 * 15)
    assert late["path"].tolist() == whole["path"][16 * 25 :].tolist()


def test_shards_share_the_epoch(vials):
    generator = DataGenerator(vials, sampling_groupby="folder", shuffle=True)
    parts = [drawn(generator.shard(i, 4), None) for i in range(4)]
    assert [len(part) for part in parts] == [45] * 4
    whole = drawn(generator, None)
    assert pd.concat(parts)["path"].tolist() == whole["path"].tolist()
    assert len(generator.shard(0, 4)) == 2
    resumed = drawn(generator.shard(1, 4).skip_to(1), None)
    assert resumed["path"].tolist() == parts[1]["path"][32:].tolist()


def test_an_epoch_can_be_shorter_but_not_longer_than_the_frame(vials):
    assert len(DataGenerator(vials, batch_size=10, max_epoch_samples=55)) == 6
    assert len(DataGenerator(vials, batch_size=10, max_epoch_samples=10_000)) == 18
    assert len(DataGenerator(vials, batch_size=10, max_epoch_samples=float("inf"))) == 18
    assert len(drawn(DataGenerator(vials, max_epoch_samples=55), None)) == 55


def test_of_a_recipes_section(vials):
    section = Sampling(batch_size=8, groupby=("folder",), shuffle=True, epoch_samples=500)
    generator = DataGenerator.of(vials, section, "batch-7")
    assert len(generator) == 63
    assert len(drawn(generator, None)) == 500
    keywords = DataGenerator(vials, 8, shuffle=True, sampling_groupby=("folder",), seed="batch-7")
    assert drawn(keywords, 8)["path"].tolist() != drawn(DataGenerator(vials, 8), 8)["path"].tolist()
    assert keywords.section == section.model_copy(update={"epoch_samples": None})


def test_a_structure_picks_entries(vials):
    generator = DataGenerator(vials, output_structure=("path", {"group": "_sampling_group"}))
    path, rest = next(generator.get_dataset_numpy(batch=False))
    assert (path, rest) == (vials["path"][0], {"group": 0})
    assert (
        next(generator.get_dataset_numpy(structure="folder")).tolist()
        == ["bad_cap"] * 22 + ["good"] * 10
    )


def test_a_function_weighs_though_no_recipe_holds_it(vials):
    generator = DataGenerator(
        vials, sampling_groupby="folder", sampling_group_weighing=lambda n: n == 22
    )
    assert set(drawn(generator, None)["folder"]) == {"bad_cap"}


def test_a_table_weighs_too(vials):
    table = {"good": 0, "bad_cap": 1, "missing_cap": 3}
    generator = DataGenerator(vials, sampling_groupby="folder", sampling_group_weighing=table)
    assert drawn(generator, None)["folder"].value_counts().to_dict() == {
        "missing_cap": 135,
        "bad_cap": 45,
    }


def test_the_report_counts_the_draws(vials):
    generator = DataGenerator(vials, repeat=True)
    drawn(generator, 400)
    assert (generator.report.epoch, generator.report.drawn, generator.report.ok) == (1, 180, 180)


def test_the_seed_none_is_the_default_seed(vials):
    assert DataGenerator(vials, seed=None).seed == DataGenerator(vials).seed == 42


@pytest.mark.parametrize(
    ("keywords", "error", "words"),
    [
        ({"batchsize": 4}, TypeError, "no keyword 'batchsize'; did you mean 'batch_size'"),
        ({"batch_size": 0}, RecipeError, r"sampling\.batch_size: 0 is outside 1..4096"),
        ({"sampling_group_weighing": "root"}, RecipeError, r"sampling\.weighing: 'root' is not"),
        ({"sampling_group_weighing": 7}, RecipeError, r"sampling\.weighing: 7 is not"),
        ({"sampling_groupby": "foldr"}, SamplingError, "Did you mean 'folder'"),
        ({"sampling_groupby": "purpose"}, SamplingError, "no value in 90 of 180 rows"),
        ({"max_epoch_samples": 0.5}, SamplingError, "max_epoch_samples: 0.5 is not a whole"),
        ({"output_structure": ("img",)}, SamplingError, "has no 'img'; it has category"),
        ({"output_structure": (7,)}, SamplingError, "7 is not a key or a tuple of keys"),
    ],
)
def test_what_is_not_allowed_is_said(vials, keywords, error, words):
    with pytest.raises(error, match=words):
        next(DataGenerator(vials, **keywords).get_dataset_numpy())


def test_no_samples_are_no_generator(vials):
    with pytest.raises(SamplingError, match="samples: hold no rows"):
        DataGenerator(vials[:0])


def test_drawing_without_maps_loads_no_tensorflow():
    code = (
        "import sys, pandas as pd; from brevviz.generator import DataGenerator;"
        "g = DataGenerator(pd.DataFrame({'path': list('abc')}), 2, sampling_groupby=['path']);"
        "print([b['path'].tolist() for b in g.get_dataset_numpy()], g.frequencies().shape,"
        "'tensorflow' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.endswith("(3, 15) False\n")
