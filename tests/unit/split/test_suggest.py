"""Suggestions on naming schemes of the field: the right groups come first, or none at all."""

import numpy as np
import pyarrow as pa
import pytest

from brevviz.split import check_pattern, suggest_patterns
from brevviz.split.keys import keys_in_paths

RNG = np.random.default_rng(11)
STAMP = 1_543_412_090_863


def scheme(template, items, images):
    """(paths, item of each) of a template of {i} item, {k} image, {c} class, {t} time stamp."""
    paths, truth = [], []
    for i in range(items):
        for k in range(images):
            paths.append(
                template.format(
                    i=i,
                    k=k,
                    c=["good", "bad"][i % 2],
                    t=STAMP + 9600 * k + 201 * i,
                    h=f"{(i + 1) * 2654435761 % 2**32:08x}a1",
                    u=f"{i:08x}-1111-4222-8333-{i:012x}",
                    d=20240101 + i % 28,
                )
            )
            truth.append(i)
    return paths, truth


SCHEMES = {
    "the seed's": ("b/{c}/{i}_{t}.bmp", 60, 3),
    "vial and camera": ("b/{c}/vial_{i:04d}_cam{k}.png", 80, 4),
    "serial after a date": ("b/{c}/{d}_SN{i:05d}_{k}.jpg", 100, 3),
    "hex and view": ("b/{h}_view{k}.png", 90, 5),
    "uuid and frame": ("b/{c}/{u}_frame{k:02d}.png", 70, 6),
    "a folder an item": ("b/{c}/part{i:03d}/{k:03d}.png", 80, 5),
    "item at the end": ("b/{c}/cam{k}_item{i:03d}.png", 80, 4),
    "patient and slice": ("b/patient{i:03d}/slice_{k:03d}.png", 50, 20),
    "dashes": ("b/{c}/lot7-{i:04d}-{k}.tif.png", 120, 3),
    "position in a camera's folder": ("b/cam{k}/{i:05d}.png", 150, 4),
}


def groups(pattern, paths):
    array = pa.chunked_array([pa.array(paths, pa.large_string())])
    return keys_in_paths(array, check_pattern(pattern), "p").to_pylist()


def same_groups(keys, truth):
    pairs = set(zip(keys, truth, strict=True))
    return None not in keys and len(pairs) == len(set(keys)) == len(set(truth))


def test_the_right_groups_come_first_in_nearly_all_schemes():
    missed = []
    for name, (template, items, images) in SCHEMES.items():
        paths, truth = scheme(template, items, images)
        found = suggest_patterns(paths)
        if not found or not same_groups(groups(found[0].pattern, paths), truth):
            missed.append((name, [(s.pattern, s.score) for s in found]))
    assert missed == []


@pytest.mark.parametrize(
    "paths",
    [
        [f"b/good/IMG_{n:04d}.jpg" for n in range(200)],
        [f"b/{n * 2654435761 % 2**32:08x}b2.png" for n in range(200)],
        [f"b/class{n % 10}/{n * 2654435761 % 2**32:08x}b2.png" for n in range(240)],
        ["b/one.png"],
        [],
    ],
    ids=["counter", "hex alone", "hex in class folders", "one", "none"],
)
def test_where_every_image_is_its_own_item_nothing_is_suggested(paths):
    assert [s.pattern for s in suggest_patterns(paths)] == []


def test_a_suggestion_tells_what_it_would_mean(demo):
    found, other = suggest_patterns(demo["path"].tolist())[:2]
    # Item numbers restart in each class folder of the demo set.
    assert found.images > 2
    assert found.matched == 1
    assert found.items == 65
    assert len(found.examples) == 3
    assert found.warnings == ()
    assert other.items == 48
    assert other.warnings == ("11 of 48 keys stand in several folders.",)
    assert check_pattern(found.pattern).engine == "re2-pyarrow"


def test_many_paths_are_sampled_in_runs_of_neighbours():
    paths, _ = scheme("b/{c}/vial_{i:06d}_cam{k}.png", 15_000, 3)
    best = suggest_patterns(paths)[0]
    assert groups(best.pattern, ["b/good/vial_000123_cam1.png"]) == ["000123"]
    assert best.images > 2.9


def test_suggesting_can_be_stopped(demo):
    def stop(what, done, total=None):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        suggest_patterns(demo["path"].tolist(), report=stop)
