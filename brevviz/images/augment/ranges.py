"""A recipe's augmentation in the units of the kernel: turns, parts and grey levels."""

from __future__ import annotations

from typing import NamedTuple

from brevviz.recipe import Augmentation

__all__ = ["Ranges", "ranges"]


class Ranges(NamedTuple):
    """What each change's draw is scaled to.

    Flips and chances are probabilities; rot and hue in turns; scale, shear; trans and elastic as
    a part of the side; bright and sd in grey levels; clo, chi as factors; sat; blur in pixels;
    emboss; speckle as a part of the pixels.
    """

    flip_h: float = 0.0
    flip_v: float = 0.0
    rot: float = 0.0
    scale: float = 0.0
    shear: float = 0.0
    trans: float = 0.0
    bright: float = 0.0
    clo: float = 1.0
    chi: float = 1.0
    sat: float = 0.0
    hue: float = 0.0
    sd: float = 0.0
    blur: float = 0.0
    emboss: float = 0.0
    speckle: float = 0.0
    elastic: float = 0.0
    rot_chance: float = 1.0
    scale_chance: float = 1.0
    shear_chance: float = 1.0
    trans_chance: float = 1.0
    bright_chance: float = 1.0
    contrast_chance: float = 1.0
    sat_chance: float = 1.0
    hue_chance: float = 1.0
    sd_chance: float = 1.0
    blur_chance: float = 1.0
    emboss_chance: float = 1.0
    speckle_chance: float = 1.0
    elastic_chance: float = 1.0


def ranges(augmentation: Augmentation | None) -> Ranges:
    """Give the ranges to draw from; None, or one that is not enabled, changes nothing."""
    if augmentation is None or not augmentation.enabled:
        return Ranges()
    low, high = augmentation.contrast
    return Ranges(
        flip_h=augmentation.flip_left_right,
        flip_v=augmentation.flip_up_down,
        rot=augmentation.rotate / 360,
        scale=augmentation.scale,
        shear=augmentation.shear,
        trans=augmentation.translate,
        bright=augmentation.brightness,
        clo=low,
        chi=high,
        sat=augmentation.saturation,
        hue=augmentation.hue / 360,
        sd=augmentation.noise,
        blur=augmentation.blur,
        emboss=augmentation.emboss,
        speckle=augmentation.salt_and_pepper,
        elastic=augmentation.elastic,
        rot_chance=augmentation.rotate_chance,
        scale_chance=augmentation.scale_chance,
        shear_chance=augmentation.shear_chance,
        trans_chance=augmentation.translate_chance,
        bright_chance=augmentation.brightness_chance,
        contrast_chance=augmentation.contrast_chance,
        sat_chance=augmentation.saturation_chance,
        hue_chance=augmentation.hue_chance,
        sd_chance=augmentation.noise_chance,
        blur_chance=augmentation.blur_chance,
        emboss_chance=augmentation.emboss_chance,
        speckle_chance=augmentation.salt_and_pepper_chance,
        elastic_chance=augmentation.elastic_chance,
    )
