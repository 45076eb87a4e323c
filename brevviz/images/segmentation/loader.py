"""`SegmentationLoader`: where which class is in a picture, through the picture's own view."""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from brevviz.errors import ImageError, ImageRejected
from brevviz.images.loaded import Loaded
from brevviz.images.prepare import cut_out
from brevviz.images.segmentation.mask import read_mask
from brevviz.images.segmentation.raster import inside
from brevviz.images.segmentation.shapes import read_annotation
from brevviz.images.strip import cut, laid, laid_size, parts_of
from brevviz.images.view import plan, regions, working_image
from brevviz.recipe import View

__all__ = ["SegmentationLoader"]

_Bits = NDArray[np.uint32]

_MOST = 24
"""Classes: a bit each of the three bytes that a pixel of a working image has."""


class SegmentationLoader:
    """Loads label maps beside pictures: JSON shapes, or mask files of one channel.

    Give it to `ImagePipeline(segmentation=...)`: the map then goes the way of the picture
    (regions, size, padding) by the nearest pixel, and an augmenter moves it along. A sample
    without a file has an empty map.

    Parameters
    ----------
    classes : names; the order is that of channels, or of the numbers from 1 on.
    mapping : label → class, or several as "a|b". A label that is a class need not be in it; other
        labels are left out.
    sparse : True gives numbers, 0 for none, the later shape over the earlier; False a channel
        for each class.
    input_key, output_key : the column of files, and the entry of a batch.

    Raises TypeError for an unknown keyword, ImageError for classes that cannot be.
    The interface is that of the seed's library.
    """

    def __init__(
        self,
        classes: Sequence[str],
        mapping: Mapping[str, str] | None = None,
        sparse: bool = False,
        input_key: str = "segmentation_path",
        output_key: str = "segmentation",
    ) -> None:
        self.classes = tuple(classes)
        if isinstance(classes, str) or not 1 <= len(set(self.classes)) == len(self.classes):
            raise ImageError("segmentation.classes", f"{classes!r} is not one or more names")
        if len(self.classes) > _MOST:
            raise ImageError(
                "segmentation.classes", f"{len(self.classes)} classes; at most {_MOST} are allowed"
            )
        self.mapping: dict[str, tuple[str, ...]] = {name: (name,) for name in self.classes}
        for label, names in (mapping or {}).items():
            self.mapping[label] = tuple(names.split("|"))
            for name in set(self.mapping[label]) - set(self.classes):
                raise ImageError(
                    "segmentation.mapping",
                    f"{label!r} stands for {name!r}, which is none of the classes",
                    f"Classes are {', '.join(self.classes)}.",
                )
        self.sparse = sparse
        self.path_key = input_key
        self.output_key = output_key
        self.view = View()

    def of_view(self, view: View) -> Self:
        """The loader for pictures of a view."""
        other = copy.copy(self)
        other.view = view.model_copy(
            update={"working_scale": "1", "resize_method": "nearest", "color_mode": "rgb"}
        )
        return other

    def load(self, data: bytes, where: str = "segmentation") -> Loaded:
        """Prepare one file by itself: a mask, or an annotation that says its picture's size."""
        return self.load_beside(data, None, where)

    def load_beside(
        self, data: bytes | None, picture: Loaded | None, where: str = "segmentation"
    ) -> Loaded:
        """Prepare the file of a picture.

        Parameters
        ----------
        data : the whole file; None: there is none, and the map is empty.
        picture : the picture after its own stage 1.
        where : what to call the file in an error.

        Returns working uint8 (height, width, 3) of the result's size: 24 bits a pixel, one for
        each class, or the number of one. Raises ImageRejected with the reason when the file
        cannot be read or does not fit the picture.
        """
        shape = picture.file_shape[:2] if picture is not None else None
        bits = self._bits(data, shape, where)
        if shape is not None and bits.shape != shape:
            raise ImageRejected(
                where,
                f"the map has {bits.shape[1]} x {bits.shape[0]} pixels, "
                f"its picture {shape[1]} x {shape[0]}",
            )
        size = (int(bits.shape[0]), int(bits.shape[1]))
        bytes_of = np.stack([bits >> shift & 255 for shift in (0, 8, 16)], axis=2).astype(np.uint8)
        geometries = [plan(self.view, region, where) for region in regions(self.view, size, where)]
        maps = [
            working_image(region, self.view, geometry)
            for region, geometry in zip(cut_out(bytes_of, self.view), geometries, strict=True)
        ]
        return Loaded(
            working=laid(maps),
            file_shape=(*size, 3),
            content=hashlib.sha256(data or b"").hexdigest(),
            size=laid_size([geometry.size for geometry in geometries]),
        )

    def __call__(self, batch: dict[str, Any]) -> dict[str, Any]:
        """Add the label maps to a batch, in a graph or eagerly.

        Returns a new batch with `output_key`: float32 (n, height, width, classes), 0 or 1; sparse
        int32 (n, height, width, 1); a series or a tuple where the view has one.
        """
        from brevviz.images.backend import tf  # noqa: PLC0415  # TensorFlow is loaded where pixels are drawn

        key = self.output_key
        working = batch.get(f"_working:{key}")
        if working is None:
            raise ImageError(
                "segmentation",
                f"the batch holds no label maps for {key!r}",
                "Map the pipeline over a DataGenerator.",
            )
        parts = parts_of(self.view)
        maps = tuple(map(self._shown, cut(working, parts))) if parts else self._shown(working)
        if parts and self.view.roi_mode == "as_timeseries":
            maps = tf.stack(maps, axis=1)
        return {**batch, key: maps}

    def _bits(self, data: bytes | None, shape: tuple[int, int] | None, where: str) -> _Bits:
        """uint32 (height, width): bit k for class k; or, sparse, the class's number."""
        if data is None:
            if shape is None:
                raise ImageRejected(where, "there is neither a file nor a picture")
            return np.zeros(shape, np.uint32)
        if data.lstrip()[:1] == b"{":
            return self._drawn(data, shape, where)
        numbers = read_mask(data, self.view, where)
        largest = int(numbers.max())
        if largest > len(self.classes):
            raise ImageRejected(
                where, f"the mask holds number {largest}; there are {len(self.classes)} classes"
            )
        if self.sparse:
            return numbers.astype(np.uint32)
        flags = np.array([0, *(1 << k for k in range(len(self.classes)))], np.uint32)
        return flags[numbers]

    def _drawn(self, data: bytes, shape: tuple[int, int] | None, where: str) -> _Bits:
        annotation = read_annotation(data, where)
        size = annotation.size or shape
        if size is None or size[0] * size[1] > self.view.max_pixels:
            raise ImageRejected(
                where,
                "the annotation does not say the size of its picture"
                if size is None
                else f"{size[1]} x {size[0]} pixels are more than view.max_pixels",
                'Write {"image": {"width": ..., "height": ...}} into it.' if size is None else "",
            )
        bits = np.zeros(size, np.uint32)
        for drawn in annotation.shapes:
            mask = inside(drawn, size) if drawn.label in self.mapping else None
            for name in self.mapping.get(drawn.label, ()):
                number = self.classes.index(name)
                bits[mask] = number + 1 if self.sparse else bits[mask] | np.uint32(1 << number)
        return bits

    def _shown(self, working: Any) -> Any:
        from brevviz.images.backend import tf  # noqa: PLC0415  # as above

        if working.dtype == tf.uint8:
            wide = tf.cast(working, tf.int32)
            working = wide[..., 0] + wide[..., 1] * 256 + wide[..., 2] * 65536
        if self.sparse:
            return tf.convert_to_tensor(working)[..., None]
        flags = tf.bitwise.right_shift(working[..., None], tf.range(len(self.classes)))
        return tf.cast(flags & 1, tf.float32)
