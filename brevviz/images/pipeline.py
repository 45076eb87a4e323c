"""`ImagePipeline`: from the bytes of files to batches of the plain view."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from brevviz.errors import ImageError
from brevviz.images.guard import guard
from brevviz.images.keywords import described, section_of
from brevviz.images.loaded import Loaded
from brevviz.images.segmentation import SegmentationLoader
from brevviz.images.spelling import as_recipe
from brevviz.images.strip import cut, parts_of
from brevviz.recipe import View

__all__ = ["RESCALE", "ImagePipeline"]

RESCALE = {"none": None, "unit": (1 / 255, 0.0), "imagenet": (1 / 127.5, -1.0)}
"""view.rescale → factor and offset of the last step, or None."""


class ImagePipeline:
    """Shows files as the recipe's `view` says, in two stages.

    Stage 1, `load`, is per file and uses no TensorFlow: probe, decode, turn upright, cut, shrink
    to the working image. Stage 2, the call, is per batch: the plain picture from working images.

    Parameters
    ----------
    path_key : the entry of a batch that holds the file's address.
    output_key : the entry that the pictures are put into.
    segmentation : a `SegmentationLoader`, or its keywords: label maps go the way of the pictures.
    view : the fields of `View` by name, as in the seed: target_size (height, width),
        rois ((x1, y1), (x2, y2)), roi_mode (None is "tuple"), color_mode, keep_aspect_ratio,
        center_padding, padding_mode, resize_method, rescale (None is "none"; {"scale": ...,
        "offset": ...} too), and bayer_pattern, window, working_scale, exif_orientation,
        max_pixels. antialias=True stands for resize_method "area", False for "bilinear".

    Raises TypeError for an unknown keyword or two that contradict each other, RecipeError for a
    value that is not allowed.
    """

    def __init__(
        self,
        *,
        path_key: str = "path",
        output_key: str = "img",
        segmentation: SegmentationLoader | Mapping[str, Any] | None = None,
        **view: Any,
    ) -> None:
        self.path_key = path_key
        self.output_key = output_key
        self.view = section_of(View, "ImagePipeline", as_recipe(view))
        self.segmentation = _segmentation(segmentation, self.view)

    @classmethod
    def of(
        cls,
        view: View,
        *,
        path_key: str = "path",
        output_key: str = "img",
        segmentation: SegmentationLoader | Mapping[str, Any] | None = None,
    ) -> Self:
        """Build one from the recipe's section."""
        pipeline = cls(path_key=path_key, output_key=output_key)
        pipeline.view = view
        pipeline.segmentation = _segmentation(segmentation, view)
        return pipeline

    @property
    def followers(self) -> tuple[SegmentationLoader, ...]:
        """The maps that come with this one: a generator maps them next."""
        return () if self.segmentation is None else (self.segmentation,)

    def __repr__(self) -> str:
        return described("ImagePipeline", self.view)

    def load(self, data: bytes, where: str = "image") -> Loaded:
        """Prepare one file.

        Parameters
        ----------
        data : the whole file.
        where : what to call it in an error; its path, say.

        A file's first decoding runs in a process of its own. Raises ImageRejected with the
        reason when it cannot be shown right.
        """
        return guard().load(data, self.view, where)

    def known(self, content: str) -> Loaded | None:
        """What `load` gave for a file, by the SHA-256 of its bytes; None: it is not kept."""
        return guard().known(content, self.view)

    def __call__(self, batch: dict[str, Any]) -> dict[str, Any]:
        """Add the pictures to a batch, in a graph or eagerly.

        Parameters
        ----------
        batch : holds "_working:<output_key>", uint8 (n, height, width, 3), or int32 (n, height,
            width) as `brevviz.images.packed` packs it.

        Returns a new batch with `output_key`, float32, 0..255 or rescaled: (n, *target_size, 3
        or 1); for roi_mode "as_timeseries" (n, regions, *target_size, 3 or 1), for "tuple" a
        tuple of one for each region; and what an augmenter that follows needs, under names that
        start with "_", for each region alike.
        """
        key = self.output_key
        working = batch.get(f"_working:{key}")
        if working is None:
            raise ImageError(
                "view",
                f"the batch holds no working images for {key!r}",
                "Map the pipeline over a DataGenerator, or call load for single files.",
            )
        parts = parts_of(self.view)
        if parts:
            regions = tuple(cut(working, parts))
            pictures = tuple(map(self._plain, regions, (part.size for part in parts)))
            working, shown = self._arranged(regions), self._arranged(pictures)
        else:
            shown = self._plain(working, self.view.target_size)
        return {
            **batch,
            key: shown,
            f"_working:{key}": working,
            f"_plain:{key}": shown,
            f"_rescale:{key}": self.rescale,
        }

    @property
    def rescale(self) -> tuple[float, float] | None:
        """Factor and offset of the last step, or None."""
        chosen = self.view.rescale
        return RESCALE[chosen] if isinstance(chosen, str) else chosen

    def _plain(self, working: Any, size: tuple[int, int] | None) -> Any:
        from brevviz.images.augment.apply import apply, as_floats, size_of  # noqa: PLC0415  # TensorFlow is loaded where pixels are drawn
        from brevviz.images.augment.params import plain  # noqa: PLC0415

        source = size_of(working)
        target = size or source
        pictures = apply(working, plain(source, target), target)
        channels = 1 if self.view.color_mode == "greyscale" else 3
        return as_floats(pictures, channels, self.rescale)

    def _arranged(self, images: tuple[Any, ...]) -> Any:
        if self.view.roi_mode == "tuple":
            return images
        from brevviz.images.backend import tf  # noqa: PLC0415  # as above

        return tf.stack(images, axis=1)


def _segmentation(
    given: SegmentationLoader | Mapping[str, Any] | None, view: View
) -> SegmentationLoader | None:
    if given is None:
        return None
    loader = SegmentationLoader(**given) if isinstance(given, Mapping) else given
    return loader.of_view(view)
