"""The sections of a recipe: one frozen, strict model for each step of the job.

A field is here when changing it changes a result. Each default stands here and nowhere else:
`SampleSplit`, `DataGenerator`, `ImagePipeline` and `ImageAugmenter` read theirs from these models.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    field_validator,
    model_validator,
)

from brevviz.recipe.address import check_endpoint, check_uri
from brevviz.recipe.mapping import FrozenMapping

__all__ = ["Augmentation", "Sampling", "Section", "Source", "Split", "View"]


def _as_tuple(value: Any) -> Any:
    # Strict models refuse a list where a tuple stands; YAML, JSON and the seed's code give lists.
    if isinstance(value, list):
        return tuple(_as_tuple(item) for item in value)
    return value


def _plain_zero(value: Any) -> Any:
    # -0.0 equals 0.0 but is written otherwise: one job would have two digests.
    if isinstance(value, tuple):
        return tuple(_plain_zero(item) for item in value)
    return value + 0.0 if isinstance(value, float) else value


Names = Annotated[tuple[str, ...], BeforeValidator(_as_tuple)]
Pair = Annotated[tuple[float, float], BeforeValidator(_as_tuple)]
Size = Annotated[
    tuple[Annotated[int, Field(ge=2, le=8192)], Annotated[int, Field(ge=2, le=8192)]],
    BeforeValidator(_as_tuple),
]
Pixel = Annotated[int, Field(ge=0, le=65_535)]
Roi = Annotated[
    tuple[
        Annotated[tuple[Pixel, Pixel], BeforeValidator(_as_tuple)],
        Annotated[tuple[Pixel, Pixel], BeforeValidator(_as_tuple)],
    ],
    BeforeValidator(_as_tuple),
]
Pattern = Annotated[str, Field(max_length=500)]
PatternOrNames = Annotated[Pattern | Names, BeforeValidator(_as_tuple)]


def _one_or_many(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {k: (v,) if isinstance(v, str) else _as_tuple(v) for k, v in value.items()}
    return value


ClassMapping = Annotated[
    dict[str, tuple[str, ...]],
    BeforeValidator(_one_or_many),
    AfterValidator(FrozenMapping),
    PlainSerializer(lambda value: {k: list(v) for k, v in value.items()}),
]


class Section(BaseModel):
    """What all sections share: strict types, no unknown names, no change in place."""

    model_config = ConfigDict(
        strict=True,
        frozen=True,
        extra="forbid",
        hide_input_in_errors=True,
        allow_inf_nan=False,
        validate_default=True,
        # The text under each field is its help: in the schema, the docs and the panels.
        use_attribute_docstrings=True,
    )

    @field_validator("*", mode="after")
    @classmethod
    def _plain_zeros(cls, value: Any) -> Any:
        return _plain_zero(value)


class Source(Section):
    """Where the images are, and how folders become classes.

    No field can hold a secret: `profile` names credentials that live elsewhere.
    """

    uri: Annotated[str, Field(min_length=1, max_length=4096)]
    """`s3://bucket/prefix`, `file:///folder`, or the path of a folder."""
    endpoint: str | None = None
    """S3 only: `https://host[:port]`; plain `http` to loopback only. None: AWS."""
    region: Annotated[str, Field(max_length=64)] | None = None
    """S3 only. None: asked of the server."""
    anonymous: bool = False
    """S3 only: sign nothing. For public buckets."""
    profile: Annotated[str, Field(max_length=128)] | None = None
    """S3 only: the name of a credentials profile. None: the environment's."""
    ca_file: Annotated[str, Field(max_length=4096)] | None = None
    """S3 only: PEM file of the authority that signed the endpoint's certificate."""
    sample_filter: Pattern = r"\.(bmp|gif|jpe?g|png)$"
    """Linear-time regex searched in the lower-cased key; what it finds is a sample."""
    class_mapping: ClassMapping = Field(default_factory=dict)
    """Folder name → class or classes. A folder not named here is its own class."""
    classes: Names | None = None
    """Keep only samples of these classes. None: all."""
    name: Annotated[str, Field(max_length=256)] = ""
    """Fills the column `dataset`."""
    id: Annotated[str, Field(max_length=256)] = ""
    """Fills the column `dataset_id`."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.anonymous and self.profile is not None:
            raise ValueError("profile: leave it out when anonymous is true")
        check_uri(self.uri)
        if self.endpoint is not None:
            check_endpoint(self.endpoint)
        return self


class Split(Section):
    """Which physical item each image shows, and how items are divided."""

    stratification: PatternOrNames = ("folder",)
    """Columns, or a regex on `path`: the ratio holds in each stratum. Empty: one stratum."""
    uniqueness: PatternOrNames = ("etag",)
    """Columns, or a regex on `path`: rows with the same key are one physical item."""
    per_folder: bool = False
    """True: keys restart in every class folder, so `a/1` and `b/1` are two items."""
    ratio: Annotated[float, Field(ge=0, le=1)] = 0.8
    """Share of the images that train, in every stratum."""
    test_ratio: Annotated[float, Field(ge=0, le=1)] = 0.0
    """Share kept for test. 0: two purposes only."""
    pin_outliers: bool = True
    """True: unusually large items go to train first, so the ratio is missed by less."""
    tie_content: bool = False
    """True: rows with the same ETag are one item too, whatever their keys."""
    mode: Literal["rank", "best fit", "hash"] = "rank"
    """rank: every stratum has its ratio, and raising it moves items one way. best fit: nearer
    still, but not nested. hash: an item's place depends on its key alone."""
    algorithm: Literal["midrank-1"] = "midrank-1"
    """Name and version of the assignment."""
    engine: Literal["re2-pyarrow", "re"] = "re2-pyarrow"
    """The regex engine: engines differ in what `\\d` and `$` mean. RE2 leaves to Python's `re`
    the patterns that it cannot read; re: Python's reads them all, slowly."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.ratio + self.test_ratio > 1:
            raise ValueError(
                f"test_ratio: {self.test_ratio:g} is more than the ratio of {self.ratio:g} leaves"
            )
        return self


Weighing = Literal["uniform", "count", "square root", "log", "logx+1"]


class Sampling(Section):
    """How often each group of samples is drawn in an epoch."""

    groupby: Names = ()
    """Columns whose values make the groups. Empty: one group."""
    weighing: Weighing = "uniform"
    """How a group of n samples is weighed: 1, n, √n, ln(1 + n), 1 + ln n."""
    batch_size: Annotated[int, Field(ge=1, le=4096)] = 32
    """Samples a batch."""
    shuffle: bool = False
    """False: samples come in the order of the frame, groups interleaved evenly."""
    repeat: bool = False
    """True: epochs follow one another without end."""
    epoch_samples: Annotated[int, Field(ge=1, le=2**63 - 1)] | None = None
    """Draws an epoch. None: as many as there are samples."""
    algorithm: Literal["quota-1", "even-1", "independent-1"] = "quota-1"
    """Name and version of the draw order: by quotas; by quotas, each batch balanced; at random."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.algorithm == "independent-1" and not self.shuffle:
            raise ValueError("shuffle: false is not allowed with the algorithm independent-1")
        return self


class View(Section):
    """How a file becomes an array of pixels; no randomness."""

    target_size: Size | None = None
    """(height, width) of the result, pixels. None: the size of the region."""
    rois: Annotated[tuple[Roi, ...], BeforeValidator(_as_tuple)] = ()
    """Regions ((x1, y1), (x2, y2)), pixels, stacked downwards. Empty: the whole image."""
    color_mode: Literal["rgb", "greyscale"] = "rgb"
    """Three channels, or one."""
    keep_aspect_ratio: bool = False
    """True: fit inside the target and pad the rest with black."""
    center_padding: bool = False
    """True: pad on both sides. False: at the bottom and on the right."""
    rescale: Literal["none", "unit", "imagenet"] = "none"
    """0..255, 0..1, or -1..1. Applied last, after augmentation."""
    working_scale: Literal["1", "1.5", "2"] = "1.5"
    """The working image that augmentation samples from, in target sizes."""
    exif_orientation: bool = True
    """True: turn the picture as its EXIF tag says, before the regions are cut."""
    max_pixels: Annotated[int, Field(ge=1, le=2**28)] = 50_000_000
    """Larger images are refused before they are decoded, pixels."""
    decoder: Literal["pillow-1"] = "pillow-1"
    """Name and version of the decoding rules."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        for number, ((x1, y1), (x2, y2)) in enumerate(self.rois):
            if x2 - x1 < 2 or y2 - y1 < 2:
                raise ValueError(
                    f"rois: region {number + 1} is {x2 - x1} x {y2 - y1} pixels; "
                    "at least 2 x 2 is allowed, given as ((x1, y1), (x2, y2))"
                )
        if len({x2 - x1 for (x1, _), (x2, _) in self.rois}) > 1:
            raise ValueError("rois: regions are stacked downwards, so all need the same width")
        return self


Chance = Annotated[float, Field(ge=0, le=1)]


class Augmentation(Section):
    """The ranges that random changes are drawn from, in natural units."""

    enabled: bool = True
    """False: training sees the plain view."""
    flip_left_right: Chance = 0.5
    """Probability."""
    flip_up_down: Chance = 0.5
    """Probability."""
    rotate: Annotated[float, Field(ge=0, le=180)] = 90.0
    """± degrees."""
    scale: Annotated[float, Field(ge=0, le=0.9)] = 0.2
    """± part of the size."""
    shear: Annotated[float, Field(ge=0, le=1)] = 0.04
    """± pixels sideways for each pixel down."""
    translate: Annotated[float, Field(ge=0, le=1)] = 0.1
    """± part of the side."""
    brightness: Annotated[float, Field(ge=0, le=255)] = 48.0
    """± grey levels of 255."""
    contrast: Pair = (0.5, 1.25)
    """From, to: factor about middle grey."""
    saturation: Annotated[float, Field(ge=0, le=1)] = 0.3
    """± part of the saturation."""
    hue: Annotated[float, Field(ge=0, le=180)] = 9.0
    """± degrees round the colour circle."""
    noise: Annotated[float, Field(ge=0, le=128)] = 10.0
    """Largest standard deviation of the noise, grey levels of 255."""
    algorithm: Literal["fixed-1"] = "fixed-1"
    """Name and version of the integer kernel."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        low, high = self.contrast
        if not 0 <= low <= high <= 4:
            raise ValueError(f"contrast: ({low:g}, {high:g}) is outside 0 <= from <= to <= 4")
        return self
