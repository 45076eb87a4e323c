import numpy as np
import pytest

from brevviz.images import ImageAugmenter, ImagePipeline, stack

MOVES = {
    "flip_left_right": 0.5,
    "flip_up_down": 0.5,
    "rotate": 90.0,
    "scale": 0.2,
    "shear": 0.1,
    "translate": 0.1,
}
STILL = dict.fromkeys(("brightness", "saturation", "hue", "noise"), 0.0) | {"contrast": (1.0, 1.0)}


@pytest.fixture(scope="module")
def halves(encode):
    """A picture with a bright corner, and the label map of that corner, at the target size."""
    picture = np.zeros((96, 96, 3), np.uint8)
    picture[:40, :60] = 255
    label = np.zeros((32, 32, 1), np.int64)
    label[: 40 * 32 // 96 + 1, :20] = 7
    pipeline = ImagePipeline(target_size=(32, 32))
    working = stack([pipeline.load(encode(picture))] * 40)
    return {**pipeline({"_working:img": working}), "segmentation": np.stack([label] * 40)}


def test_a_label_map_follows_its_picture(halves, keys):
    out = ImageAugmenter(**MOVES, **STILL)(halves, keys(40))
    labels, bright = out["segmentation"].numpy(), out["img"].numpy()[..., :1] > 127
    assert labels.dtype == np.int64
    assert set(np.unique(labels)) == {0, 7}
    # All but the pixels that the border between the two runs through.
    assert ((labels == 7) == bright).mean() > 0.97
    assert any((labels[i] != halves["segmentation"][i]).any() for i in range(40))


def test_colour_and_noise_leave_labels_alone(halves, keys):
    augmenter = ImageAugmenter(**dict.fromkeys(MOVES, 0.0))
    out = augmenter(halves, keys(40))
    assert np.array_equal(out["segmentation"], halves["segmentation"])
    assert not np.array_equal(out["img"], halves["img"])


def test_a_flip_of_labels_is_exact(halves, keys):
    still = dict.fromkeys(MOVES, 0.0) | STILL
    rng = np.random.default_rng(0)
    batch = {**halves, "mask": rng.random((40, 21, 17, 3), dtype=np.float32)}
    flip = ImageAugmenter(**{**still, "flip_left_right": 1.0}, label_keys=["mask"])
    assert np.array_equal(flip(batch, keys(40))["mask"], batch["mask"][:, :, ::-1])


def test_a_batch_without_labels_is_no_mistake(halves, keys):
    batch = {key: value for key, value in halves.items() if key != "segmentation"}
    assert "segmentation" not in ImageAugmenter()(batch, keys(40))
    with pytest.raises(TypeError, match=r"label_keys is a list of names: \['mask'\]"):
        ImageAugmenter(label_keys="mask")


def test_a_label_map_bends_with_its_picture(halves, keys):
    still = dict.fromkeys(MOVES, 0.0) | STILL
    out = ImageAugmenter(**still, elastic=0.25)(halves, keys(40))
    labels, bright = out["segmentation"].numpy(), out["img"].numpy()[..., :1] > 127
    assert set(np.unique(labels)) == {0, 7}
    assert ((labels == 7) == bright).mean() > 0.97
    moved = (labels != halves["segmentation"]).any(axis=(1, 2, 3))
    assert moved.mean() > 0.6
    # Each would disagree where the other has bent it, if it did not bend too.
    unbent = (halves["segmentation"] == 7) == bright
    assert ((labels == 7) == bright)[moved].mean() > unbent[moved].mean() + 0.01


def test_labels_of_another_size_bend_by_the_same_part_of_it(halves, keys):
    still = dict.fromkeys(MOVES, 0.0) | STILL
    large = {**halves, "segmentation": halves["segmentation"].repeat(4, axis=1).repeat(4, axis=2)}
    bend = ImageAugmenter(**still, elastic=0.2)
    fine = bend(large, keys(40))["segmentation"].numpy()
    coarse = bend(halves, keys(40))["segmentation"].numpy()
    assert (fine[:, 2::4, 2::4] == coarse).mean() > 0.97
    assert np.array_equal(bend(halves, keys(40))["segmentation"], coarse)


def test_the_other_changes_leave_labels_alone(halves, keys):
    still = dict.fromkeys(MOVES, 0.0) | STILL
    augmenter = ImageAugmenter(**still, blur=2.0, emboss=1.0, salt_and_pepper=0.2)
    out = augmenter(halves, keys(40))
    assert np.array_equal(out["segmentation"], halves["segmentation"])
    assert not np.array_equal(out["img"], halves["img"])


def test_a_move_that_chance_leaves_out_is_left_out_of_labels_too(halves, keys):
    still = dict.fromkeys(MOVES, 0.0) | STILL
    augmenter = ImageAugmenter(**{**still, "translate": 0.3}, translate_chance=0.5)
    out = augmenter(halves, keys(40))
    moved = (out["segmentation"].numpy() != halves["segmentation"]).any(axis=(1, 2, 3))
    shown = (out["img"].numpy() != halves["img"].numpy()).any(axis=(1, 2, 3))
    assert np.array_equal(moved, shown)
    assert 5 < moved.sum() < 35
