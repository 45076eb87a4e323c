"""`ImagePipeline`: from the bytes of files to batches of the plain view."""

from __future__ import annotations

from typing import Any, Self

from brevviz.errors import ImageError
from brevviz.images.guard import guard
from brevviz.images.keywords import described, section_of
from brevviz.images.loaded import Loaded
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
    view : the fields of `View` by name, as in the seed: target_size (height, width),
        rois ((x1, y1), (x2, y2)), color_mode, keep_aspect_ratio, center_padding, rescale (None
        is "none"), and working_scale, exif_orientation, max_pixels.

    Raises TypeError for an unknown keyword, RecipeError for a value that is not allowed.
    """

    def __init__(self, *, path_key: str = "path", output_key: str = "img", **view: Any) -> None:
        if "rescale" in view and view["rescale"] is None:
            view["rescale"] = "none"
        self.path_key = path_key
        self.output_key = output_key
        self.view = section_of(View, "ImagePipeline", view)

    @classmethod
    def of(cls, view: View, *, path_key: str = "path", output_key: str = "img") -> Self:
        """Build one from the recipe's section."""
        pipeline = cls(path_key=path_key, output_key=output_key)
        pipeline.view = view
        return pipeline

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

    def __call__(self, batch: dict[str, Any]) -> dict[str, Any]:
        """Add the pictures to a batch, in a graph or eagerly.

        Parameters
        ----------
        batch : holds "_working:<output_key>", uint8 (n, height, width, 3).

        Returns a new batch with `output_key`: float32 (n, *target_size, 3 or 1), 0..255 or
        rescaled; and what an augmenter that follows needs, under names that start with "_".
        """
        from brevviz.images.augment.apply import apply, as_floats, size_of  # noqa: PLC0415  # TensorFlow is loaded where pixels are drawn
        from brevviz.images.augment.params import plain  # noqa: PLC0415

        key = self.output_key
        working = batch.get(f"_working:{key}")
        if working is None:
            raise ImageError(
                "view",
                f"the batch holds no working images for {key!r}",
                "Map the pipeline over a DataGenerator, or call load for single files.",
            )
        source = size_of(working)
        target = self.view.target_size or source
        pictures = apply(working, plain(source, target), target)
        chosen = self.view.rescale
        rescale = RESCALE[chosen] if isinstance(chosen, str) else chosen
        channels = 1 if self.view.color_mode == "greyscale" else 3
        shown = as_floats(pictures, channels, rescale)
        return {**batch, key: shown, f"_plain:{key}": shown, f"_rescale:{key}": rescale}
