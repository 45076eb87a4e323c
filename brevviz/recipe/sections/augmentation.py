"""The ranges that random changes are drawn from."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from brevviz.recipe.sections.section import Section
from brevviz.recipe.sections.values import PURPOSES, Chance, Names, OwnChanges, Pair

__all__ = ["Augmentation"]


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
    rotate_chance: Chance = 1.0
    """Probability."""
    scale: Annotated[float, Field(ge=0, le=0.9)] = 0.2
    """± part of the size."""
    scale_chance: Chance = 1.0
    """Probability."""
    shear: Annotated[float, Field(ge=0, le=1)] = 0.04
    """± pixels sideways for each pixel down."""
    shear_chance: Chance = 1.0
    """Probability."""
    translate: Annotated[float, Field(ge=0, le=1)] = 0.1
    """± part of the side."""
    translate_chance: Chance = 1.0
    """Probability."""
    brightness: Annotated[float, Field(ge=0, le=255)] = 48.0
    """± grey levels of 255."""
    brightness_chance: Chance = 1.0
    """Probability."""
    contrast: Pair = (0.5, 1.25)
    """From, to: factor about middle grey."""
    contrast_chance: Chance = 1.0
    """Probability."""
    saturation: Annotated[float, Field(ge=0, le=1)] = 0.3
    """± part of the saturation."""
    saturation_chance: Chance = 1.0
    """Probability."""
    hue: Annotated[float, Field(ge=0, le=180)] = 9.0
    """± degrees round the colour circle."""
    hue_chance: Chance = 1.0
    """Probability."""
    noise: Annotated[float, Field(ge=0, le=128)] = 10.0
    """Largest standard deviation of the noise, grey levels of 255."""
    noise_chance: Chance = 1.0
    """Probability."""
    blur: Annotated[float, Field(ge=0, le=2)] = 0.0
    """Largest standard deviation of the Gaussian blur, pixels."""
    blur_chance: Chance = 1.0
    """Probability."""
    emboss: Annotated[float, Field(ge=0, le=1)] = 0.0
    """Largest strength of the relief, the same in every channel."""
    emboss_chance: Chance = 1.0
    """Probability."""
    salt_and_pepper: Annotated[float, Field(ge=0, le=0.5)] = 0.0
    """Largest part of the pixels that turn black or white."""
    salt_and_pepper_chance: Chance = 1.0
    """Probability."""
    elastic: Annotated[float, Field(ge=0, le=0.25)] = 0.0
    """Largest shift of a pixel by elastic deformation, part of the side."""
    elastic_chance: Chance = 1.0
    """Probability."""
    own: OwnChanges = Field(default_factory=dict)
    """Your own changes, registered by `brevviz.register_change`: name → its settings."""
    purposes: Names = ("train",)
    """The purposes whose images are changed."""
    reason: Annotated[str, Field(max_length=512)] = ""
    """Why images of test are changed; must be said when `purposes` names test."""
    algorithm: Literal["fixed-1"] = "fixed-1"
    """Name and version of the integer kernel."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        low, high = self.contrast
        if not 0 <= low <= high <= 4:
            raise ValueError(f"contrast: ({low:g}, {high:g}) is outside 0 <= from <= to <= 4")
        unknown = sorted(set(self.purposes).difference(PURPOSES))
        if unknown:
            raise ValueError(f"purposes: {unknown[0]!r} is not one of {', '.join(PURPOSES)}")
        if "test" in self.purposes and not self.reason.strip():
            raise ValueError("reason: say why images of test are changed")
        return self
