"""`ImageAugmenter`: random changes that are a function of each picture's key."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

from brevviz.errors import ImageError
from brevviz.images.augment.beside import draw_beside
from brevviz.images.augment.limits import check_reach
from brevviz.images.augment.params import draw
from brevviz.images.augment.ranges import ranges
from brevviz.images.augment.register import adopt, recorded, registered_changes
from brevviz.images.keywords import described, section_of
from brevviz.recipe import Augmentation

__all__ = ["ImageAugmenter"]


class ImageAugmenter:
    """Changes pictures at random, and the same picture the same way every time.

    Parameters
    ----------
    image_keys : the entries of a batch that are changed, all by the same parameters.
    label_keys : the entries that are moved as the pictures are, where a batch has them: label
        maps (n, height, width, channels), whose values stay what they are.
    augmentation : the fields of `Augmentation` by name: flip_left_right and flip_up_down
        (probability), rotate and hue (± degrees), scale, shear, translate, saturation (± part),
        brightness (± grey levels), contrast (from, to), noise (grey levels), blur (pixels),
        emboss, salt_and_pepper, elastic (part); each with its chance (`rotate_chance` …); and
        own, of registered changes: name → settings, whose version need not be said.

    Raises TypeError for an unknown keyword, RecipeError for a value that is not allowed.
    """

    def __init__(
        self,
        *,
        image_keys: Sequence[str] = ("img",),
        label_keys: Sequence[str] = ("segmentation",),
        **augmentation: Any,
    ) -> None:
        for name, keys in (("image_keys", image_keys), ("label_keys", label_keys)):
            if isinstance(keys, str):
                raise TypeError(f"{name} is a list of names: [{keys!r}]")
        self.image_keys = tuple(image_keys)
        self.label_keys = tuple(label_keys)
        if augmentation.get("own"):
            augmentation["own"] = recorded(augmentation["own"])
        self.augmentation = section_of(Augmentation, "ImageAugmenter", augmentation)

    @classmethod
    def of(
        cls,
        augmentation: Augmentation,
        *,
        image_keys: Sequence[str] = ("img",),
        label_keys: Sequence[str] = ("segmentation",),
    ) -> Self:
        """Build one from the recipe's section."""
        augmenter = cls(image_keys=image_keys, label_keys=label_keys)
        augmenter.augmentation = augmentation
        return augmenter

    def __repr__(self) -> str:
        return described("ImageAugmenter", self.augmentation)

    def __getstate__(self) -> dict[str, Any]:
        # A worker process has registered nothing: the user's own changes go with their names.
        known = registered_changes()
        own = [known[name] for name in self.augmentation.own if name in known]
        return {**self.__dict__, "own": own}

    def __setstate__(self, state: dict[str, Any]) -> None:
        adopt(state["own"])
        self.__dict__.update({name: value for name, value in state.items() if name != "own"})

    def __call__(self, batch: dict[str, Any], seed: Any) -> dict[str, Any]:
        """Change a batch, in a graph or eagerly.

        Parameters
        ----------
        batch : holds each of `image_keys`: float (n, height, width, 3 or 1), 0..255 or as its
            pipeline rescaled it; or a series of steps (n, steps, ...), or a tuple of regions, all
            of which are changed by the same keys. A picture that is still the pipeline's own is rendered again
            from its working image, which keeps more detail; any other is changed at its size.
        seed : uint64 or int64 (n,), the pictures' keys (`brevviz.images.image_keys`).

        Returns a new batch; the pictures are float32, clipped to 0..255 and rescaled as before.
        Raises ImageError when an entry is missing or `seed` is not one key a picture.
        """
        if not self.augmentation.enabled:
            return dict(batch)
        from brevviz.images.backend import tf  # noqa: PLC0415  # TensorFlow is loaded where pixels are drawn

        keys = tf.convert_to_tensor(seed)
        if keys.shape.rank != 1 or keys.dtype not in {tf.int64, tf.uint64}:
            raise ImageError(
                "seed",
                f"{keys.dtype.name} of shape {tuple(keys.shape)} is not one 64-bit key a picture",
                "Map the augmenter over a DataGenerator, or make keys with image_keys.",
            )
        if keys.dtype == tf.int64:
            keys = tf.bitcast(keys, tf.uint64)
        changed = {key: self._augment(batch, key, keys) for key in self.image_keys}
        moved = {key: self._move(batch[key], keys) for key in self.label_keys if key in batch}
        return {**batch, **changed, **moved}

    def _augment(self, batch: dict[str, Any], key: str, keys: Any) -> Any:
        from brevviz.images.augment.apply import as_floats, as_levels, size_of  # noqa: PLC0415  # as above
        from brevviz.images.augment.by_region import by_region  # noqa: PLC0415
        from brevviz.images.augment.change import changed  # noqa: PLC0415
        from brevviz.images.backend import ARITHMETIC  # noqa: PLC0415

        if key not in batch:
            raise ImageError(
                "image_keys", f"the batch has no entry {key!r}; it has {', '.join(batch)}"
            )
        images, rescale = batch[key], batch.get(f"_rescale:{key}")
        own = images is batch.get(f"_plain:{key}")

        def change(images: Any, working: Any) -> Any:
            if working is None:
                working = as_levels(images, rescale)
            pictures = changed(working, keys, self.augmentation, size_of(images), ARITHMETIC)
            return as_floats(pictures, int(images.shape[-1]), rescale)

        return by_region(change, images, batch[f"_working:{key}"] if own else None)

    def _move(self, labels: Any, keys: Any) -> Any:
        from brevviz.images.augment.apply import size_of  # noqa: PLC0415  # as above
        from brevviz.images.augment.by_region import by_region  # noqa: PLC0415
        from brevviz.images.augment.labels import move  # noqa: PLC0415
        from brevviz.images.backend import ARITHMETIC  # noqa: PLC0415

        def moved(labels: Any, _: Any) -> Any:
            size, within = size_of(labels), ranges(self.augmentation)
            check_reach(within, size, size)
            affine = draw(keys, within, size, size, ARITHMETIC).affine
            return move(labels, affine, draw_beside(keys, within, size, ARITHMETIC).nodes)

        return by_region(moved, labels)
