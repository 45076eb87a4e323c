"""The colours of the purposes can be told apart, whatever eyes look at them."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from brevviz.widgets import CLASSES, PURPOSES, class_colour
from brevviz.widgets.palette import variables

# How linear RGB is seen with each form of colour blindness, complete: Machado, Oliveira and
# Fernandes, "A physiologically-based model for simulation of color vision deficiency", 2009.
SEEN = {
    "all cones": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
WHITE = TO_XYZ.sum(axis=1)


def linear(colour: str) -> np.ndarray:
    parts = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def lab(colour: str, matrix) -> np.ndarray:
    """CIE L*a*b* of a colour as seen."""
    xyz = TO_XYZ @ np.clip(np.asarray(matrix) @ linear(colour), 0, 1) / WHITE
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("eyes", SEEN)
def test_purposes_can_be_told_apart(eyes):
    for one, other in itertools.combinations(PURPOSES.values(), 2):
        # 2.3 is just noticeable; 25 is seen at a glance in a thin bar.
        assert np.linalg.norm(lab(one, SEEN[eyes]) - lab(other, SEEN[eyes])) > 25


@pytest.mark.parametrize("eyes", SEEN)
def test_neighbouring_classes_can_be_told_apart(eyes):
    for one, other in itertools.pairwise(CLASSES):
        assert np.linalg.norm(lab(one, SEEN[eyes]) - lab(other, SEEN[eyes])) > 12


@pytest.mark.parametrize("page", [1.0, float(TO_XYZ[1] @ linear("#111111"))], ids=["light", "dark"])
def test_colours_stand_out_from_the_page(page):
    for colour in (*PURPOSES.values(), *CLASSES):
        mine = float(TO_XYZ[1] @ linear(colour))
        # WCAG 2.2, 1.4.11: graphics need 3 : 1.
        assert (max(mine, page) + 0.05) / (min(mine, page) + 0.05) > (
            2.9 if colour in PURPOSES.values() else 2.5
        )


def test_no_class_has_the_colour_of_a_purpose():
    assert not set(CLASSES) & set(PURPOSES.values())
    assert len(set(CLASSES)) == len(CLASSES)


def test_colours_repeat_after_the_last():
    assert class_colour(0) == class_colour(len(CLASSES)) == CLASSES[0]


def test_the_stylesheet_has_every_colour():
    rule = variables()
    for purpose, colour in PURPOSES.items():
        assert f"--bv-{purpose}: {colour};" in rule
    for number, colour in enumerate(CLASSES):
        assert f"--bv-class-{number}: {colour};" in rule
