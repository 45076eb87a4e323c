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
