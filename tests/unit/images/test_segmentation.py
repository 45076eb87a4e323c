"""Label maps: drawn or read, through the picture's own view, and moved along with it."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from brevviz.errors import ImageError, ImageRejected, SamplingError
from brevviz.generator import DataGenerator
from brevviz.images import ImageAugmenter, ImagePipeline, SegmentationLoader
from brevviz.images.segmentation.mask import read_mask
from brevviz.images.segmentation.raster import inside
from brevviz.images.segmentation.shapes import Shape, read_annotation
from brevviz.recipe import View

CLASSES = ["crack", "dirt", "edge"]


def annotation(*shapes, size=None):
    listed = [
        {"type": kind, "label": label, "points": [{"x": x, "y": y} for x, y in points]}
        for kind, label, points in shapes
    ]
    image = {} if size is None else {"image": {"height": size[0], "width": size[1]}}
    return json.dumps({"annotations": listed, **image}).encode()


def drawn(kind, points, size=(8, 10)):
    return inside(Shape(kind, "x", tuple(points)), size)


def test_a_rectangle_covers_the_pixels_whose_middle_it_holds():
    expected = np.zeros((8, 10), bool)
    expected[1:4, 2:7] = True
    assert np.array_equal(drawn("rectangle", [(7, 4), (2, 1)]), expected)
    assert np.array_equal(drawn("rectangle", [(1.6, 0.6), (6.6, 3.6)]), expected)
    assert not drawn("rectangle", [(2.6, 1), (3.4, 4)]).any()


def test_a_polygon_is_filled_by_the_even_odd_rule():
    points = [(0.3, 0.2), (9.1, 2.4), (4.4, 7.9), (1.0, 1.0), (8.2, 6.6)]
    mask = drawn("polygon", points)
    for y in range(8):
        for x in range(10):
            crossed = 0
            for (x1, y1), (x2, y2) in zip(points, points[1:] + points[:1], strict=True):
                if (y1 <= y + 0.5) != (y2 <= y + 0.5):
                    crossed += x1 + (y + 0.5 - y1) * (x2 - x1) / (y2 - y1) <= x + 0.5
            assert mask[y, x] == crossed % 2


def test_polygons_that_share_an_edge_share_no_pixel_and_leave_none():
    left, right = [(1, 1), (5.5, 1), (4.5, 7), (1, 7)], [(5.5, 1), (9, 1), (9, 7), (4.5, 7)]
    both = drawn("polygon", left).astype(int) + drawn("polygon", right)
    assert np.array_equal(both, drawn("rectangle", [(1, 1), (9, 7)]))
    assert np.array_equal(drawn("polygon", left[::-1]), drawn("polygon", left))


def test_what_lies_beyond_the_picture_is_cut_off():
    assert drawn("polygon", [(-5, -5), (50, -5), (50, 50), (-5, 50)]).all()
    assert not drawn("polygon", [(-50, -5), (-1, -5), (-1, 50)]).any()
    assert drawn("point", [(9.9, 7.9), (10, 8), (-1, 3)]).sum() == 1


def test_a_line_leaves_no_gap():
    mask = drawn("line", [(0.5, 0.5), (9.5, 7.5), (9.5, 0.5)])
    assert mask[0, 0]
    assert mask[7, 9]
    assert mask.any(axis=0).all()
    assert mask[:, 9].all()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"{", "cannot be read"),
        (b"\xff", "cannot be read"),
        (b"[]", 'no list "annotations"'),
        (b'{"annotations": [1]}', "shape 1 is no object"),
        (annotation(("star", "crack", [])), "of type 'star'; known: polygon"),
        (annotation(("polygon", "crack", [(1, 2)])), "needs 3 points"),
        (annotation(("point", 5, [(1, 2)])), "no label"),
        (annotation(("point", "crack", [(1, None)])), "not two numbers"),
        (annotation(("point", "crack", [(1, float("inf"))])), "not two numbers"),
        (annotation(("point", "crack", [(1, 1e300)])), "not two numbers"),
        (annotation(size=(0, 5)), "not two whole numbers"),
        (b'{"annotations": ' + b"[" * 100_000, "nested too deeply|cannot be read"),
        (b'{"annotations": [' + b"{}," * 10_001 + b"{}]}", "10,002 shapes"),
    ],
)
def test_what_is_no_annotation_is_refused_with_the_reason(data, reason):
    with pytest.raises(ImageRejected, match=reason):
        read_annotation(data)


_ODD = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["annotations", "type", "label", "points", "x", "y", "image", "width"]),
            inner | st.sampled_from(["polygon", "point", "crack"]),
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(st.binary(max_size=60) | _ODD.map(lambda value: json.dumps(value).encode()))
def test_no_bytes_make_the_reading_itself_fail(data):
    try:
        annotation = read_annotation(data)
    except ImageRejected as rejected:
        assert rejected.problem  # noqa: PT017  # both outcomes are right; each has its law
    else:
        assert all(np.isfinite(shape.points).all() for shape in annotation.shapes)


def test_points_may_be_pairs():
    data = b'{"annotations": [{"type": "point", "label": "a", "points": [[1, 2.5]]}]}'
    assert read_annotation(data).shapes == (Shape("point", "a", ((1.0, 2.5),)),)


def shown(loader, data, picture=None):
    loaded = loader.load_beside(data, picture)
    return loader({f"_working:{loader.output_key}": loaded.working[None]})[
        loader.output_key
    ].numpy()[0]


def test_a_channel_for_each_class():
    data = annotation(
        ("rectangle", "crack", [(0, 0), (4, 4)]),
        ("rectangle", "scratch", [(2, 2), (6, 6)]),
        ("rectangle", "unknown", [(0, 0), (8, 8)]),
        size=(8, 10),
    )
    loader = SegmentationLoader(CLASSES, {"scratch": "dirt|edge"})
    maps = shown(loader, data)
    assert maps.shape == (8, 10, 3)
    assert maps.dtype == np.float32
    assert np.array_equal(maps[..., 0], drawn("rectangle", [(0, 0), (4, 4)]))
    for channel in (1, 2):
        assert np.array_equal(maps[..., channel], drawn("rectangle", [(2, 2), (6, 6)]))


def test_sparse_numbers_and_the_later_shape_on_top():
    data = annotation(
        ("rectangle", "crack", [(0, 0), (4, 4)]),
        ("rectangle", "edge", [(2, 2), (6, 6)]),
        size=(8, 10),
    )
    numbers = shown(SegmentationLoader(CLASSES, sparse=True), data)
    assert numbers.shape == (8, 10, 1)
    assert numbers.dtype == np.int32
    assert (numbers[3, 3], numbers[0, 0], numbers[7, 7]) == (3, 1, 0)


@pytest.mark.parametrize("kind", ["PNG", "BMP", "TIFF", "GIF"])
def test_a_mask_file_holds_numbers_of_classes(encode, kind):
    numbers = np.arange(80).reshape(8, 10) % 4
    palette = Image.fromarray(numbers.astype(np.uint8), "P")
    palette.putpalette([9, 9, 9] * 4)  # equal colours: the numbers count
    assert np.array_equal(read_mask(encode(palette, kind), View()), numbers)
    data = encode(numbers.astype(np.uint8), "PNG")
    assert np.array_equal(shown(SegmentationLoader(CLASSES, sparse=True), data)[..., 0], numbers)
    flags = shown(SegmentationLoader(CLASSES), data)
    for channel in range(3):
        assert np.array_equal(flags[..., channel], numbers == channel + 1)


def test_masks_of_one_bit_and_of_sixteen(encode):
    ones = np.arange(80).reshape(8, 10) % 2
    assert np.array_equal(read_mask(encode(Image.fromarray(ones.astype(bool))), View()), ones)
    deep = (np.arange(80).reshape(8, 10) * 300).astype(np.uint16)
    assert np.array_equal(read_mask(encode(deep), View()), deep)


def test_a_mask_stands_upright_as_its_picture_does(encode):
    exif = Image.Exif()
    exif[0x0112] = 6
    numbers = (np.arange(80).reshape(8, 10) % 4).astype(np.uint8)
    for kind in ("PNG", "TIFF"):
        data = encode(numbers, kind, exif=exif)
        assert np.array_equal(read_mask(data, View()), np.rot90(numbers, -1))
        assert np.array_equal(read_mask(data, View(exif_orientation=False)), numbers)


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda e, p: e(p(8, 10), "JPEG"), "a JPEG holds no numbers"),
        (lambda e, p: e(p(8, 10), "BMP"), "a BMP of three colours"),
        (lambda e, p: e(p(8, 10)), "a mask has one channel, and this is RGB"),
        (lambda e, _: e(np.full((8, 10), 4, np.uint8)), "holds number 4; there are 3 classes"),
        (lambda *_: annotation(), "does not say the size of its picture"),
        (lambda *_: annotation(size=(10**6, 10**6)), r"more than view\.max_pixels"),
        (lambda *_: b"", "the file is empty"),
    ],
)
def test_what_is_no_map_is_refused_with_the_reason(encode, photo, make, reason):
    with pytest.raises(ImageRejected, match=reason):
        SegmentationLoader(CLASSES).load(make(encode, photo), "x")


@pytest.mark.parametrize(
    ("keywords", "reason"),
    [
        ({"classes": []}, "is not one or more names"),
        ({"classes": "crack"}, "is not one or more names"),
        ({"classes": ["a", "a"]}, "is not one or more names"),
        ({"classes": [str(n) for n in range(25)]}, "25 classes; at most 24"),
        ({"classes": ["a"], "mapping": {"b": "a|c"}}, "stands for 'c', which is none"),
    ],
)
def test_classes_that_cannot_be_are_refused(keywords, reason):
    with pytest.raises(ImageError, match=reason):
        SegmentationLoader(**keywords)


def test_the_map_of_another_picture_is_refused(encode, photo):
    pipeline = ImagePipeline(segmentation={"classes": CLASSES})
    picture = pipeline.load(encode(photo(8, 10)))
    (loader,) = pipeline.followers
    with pytest.raises(ImageRejected, match="the map has 10 x 9 pixels, its picture 10 x 8"):
        loader.load_beside(encode(np.zeros((9, 10), np.uint8)), picture)


@pytest.fixture
def samples(tmp_path, photo, encode):
    """Pictures whose bright half is class 1, a mask or a drawing for each, and none for the last."""
    rows = []
    for number in range(4):
        picture = np.full((40, 60, 3), 20, np.uint8)
        picture[:, 30 - number :] = 220
        path = tmp_path / f"{number}.png"
        path.write_bytes(encode(picture))
        beside = None
        if number < 3:
            beside = tmp_path / f"{number}.{'json' if number == 1 else 'mask.png'}"
            corners = [(30 - number, 0), (60, 40)]
            bright = (picture[..., 0] > 100).astype(np.uint8)
            beside.write_bytes(
                annotation(("rectangle", "bright", corners)) if number == 1 else encode(bright)
            )
        rows.append({"path": str(path), "segmentation_path": beside and str(beside)})
    return pd.DataFrame(rows)


def batch_of(samples, *maps):
    return next(iter(DataGenerator(samples, batch_size=4, seed=3).map([*maps])))


def bright(batch, key="img"):
    return (np.asarray(batch[key]) > 120).any(axis=-1)


@pytest.mark.parametrize(
    "view",
    [
        {},
        {"target_size": (20, 30)},
        {"target_size": (48, 48), "keep_aspect_ratio": True, "center_padding": True},
        {"target_size": (48, 48), "keep_aspect_ratio": True, "padding_mode": "reflect"},
        {"rois": [((10, 0), (50, 10)), ((5, 20), (45, 40))]},
    ],
)
def test_maps_go_the_way_of_their_pictures(samples, view):
    pipeline = ImagePipeline(segmentation=SegmentationLoader(["bright"]), **view)
    batch = batch_of(samples, pipeline)
    maps = np.asarray(batch["segmentation"])[..., 0] > 0
    assert maps.shape == batch["img"].shape[:3]
    paths = [path.numpy().decode() for path in batch["path"]]
    for number, path in enumerate(paths):
        if path.endswith("3.png"):
            assert not maps[number].any()  # no file, an empty map
        else:
            # Pictures are means over areas, maps are nearest pixels: half a pixel at the border.
            assert (maps[number] != bright(batch)[number]).mean() < 0.04


def test_maps_are_moved_as_their_pictures_are(samples):
    pipeline = ImagePipeline(segmentation=SegmentationLoader(["bright"]), target_size=(40, 60))
    augmenter = ImageAugmenter(rotate=60.0, scale=0.2, flip_left_right=0.5, brightness=0, noise=0)
    batch = batch_of(samples.iloc[:3], pipeline, augmenter)
    maps = np.asarray(batch["segmentation"])[..., 0] > 0
    assert (maps != bright(batch)).mean() < 0.03
    assert not np.array_equal(
        maps, np.asarray(batch_of(samples.iloc[:3], pipeline)["segmentation"])[..., 0] > 0
    )


@pytest.mark.parametrize("roi_mode", ["tuple", "as_timeseries"])
def test_regions_have_maps_of_their_own(samples, roi_mode):
    rois = [((10, 0), (50, 20)), ((5, 20), (45, 40))]
    pipeline = ImagePipeline(
        segmentation={"classes": ["bright"], "sparse": True}, rois=rois, roi_mode=roi_mode
    )
    augmenter = ImageAugmenter(flip_left_right=0.5, rotate=0.0, scale=0.0, translate=0.0, shear=0.0)
    batch = batch_of(samples.iloc[:3], pipeline, augmenter)
    for number in range(2):
        maps = (
            batch["segmentation"][number]
            if roi_mode == "tuple"
            else batch["segmentation"][:, number]
        )
        image = batch["img"][number] if roi_mode == "tuple" else batch["img"][:, number]
        assert maps.shape == (3, 20, 40, 1)
        assert np.array_equal(np.asarray(maps)[..., 0] == 1, bright({"img": image}))


def test_a_map_that_cannot_be_read_is_reported_by_its_own_path(samples):
    broken = samples["segmentation_path"].iloc[0]
    Path(broken).write_bytes(b"no mask")
    generator = DataGenerator(samples, batch_size=4).map(
        ImagePipeline(segmentation={"classes": ["bright"]})
    )
    assert [len(batch["path"]) for batch in generator] == [3]
    assert [rejection.path for rejection in generator.report.rejected] == [broken]


def test_a_missing_column_is_said_at_once(samples):
    with pytest.raises(SamplingError, match="segmentation_path"):
        DataGenerator(samples[["path"]]).map(ImagePipeline(segmentation={"classes": ["a"]}))
