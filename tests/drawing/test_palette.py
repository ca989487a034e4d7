"""The colours of lines: eyes of all kinds tell them apart."""

import itertools

import numpy as np
import pytest

from wann.drawing.palette import (
    BACKGROUND,
    COLOURS,
    COLOURS_ON_DARK,
    DARK_FOR,
    EDGE,
    GUIDE,
    INK,
    MARKED,
    MARKERS,
    NEGATIVE,
    POINTS,
    POSITIVE,
    line_look,
)

PALETTES = {"light": (*COLOURS, INK), "dark": (*COLOURS_ON_DARK, DARK_FOR[INK])}

# Machado, Oliveira & Fernandes 2009, table 1, severity 1: linear RGB to what is seen.
EYES = {
    "all cones": (np.eye(3), 38.0),
    "no red": (
        np.array(
            [
                [0.152286, 1.052583, -0.204868],
                [0.114503, 0.786281, 0.099216],
                [-0.003882, -0.048116, 1.051998],
            ]
        ),
        18.0,
    ),
    "no green": (
        np.array(
            [
                [0.367322, 0.860646, -0.227968],
                [0.280085, 0.672501, 0.047413],
                [-0.011820, 0.042940, 0.968881],
            ]
        ),
        18.0,
    ),
}
TO_XYZ = np.array(
    [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
) / np.array([[0.9505], [1.0], [1.089]])


def lab(colour: str, eye: np.ndarray) -> np.ndarray:
    """CIELAB of a colour, as an eye sees it."""
    channels = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    x, y, z = (
        value ** (1 / 3) if value > 0.008856 else 7.787 * value + 16 / 116
        for value in TO_XYZ @ np.clip(eye @ linear, 0, 1)
    )
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("eye", EYES)
@pytest.mark.parametrize("colours", PALETTES)
def test_colours_are_far_from_each_other(colours: str, eye: str) -> None:
    matrix, least = EYES[eye]
    seen = {colour: lab(colour, matrix) for colour in PALETTES[colours]}
    for one, other in itertools.combinations(seen, 2):
        assert np.linalg.norm(seen[one] - seen[other]) >= least, (one, other)


@pytest.mark.parametrize("colours", PALETTES)
def test_each_colour_has_a_lightness_of_its_own(colours: str) -> None:
    greys = sorted(lab(colour, np.eye(3))[0] for colour in PALETTES[colours])
    assert np.diff(greys).min() >= 6.0


def test_what_is_light_on_white_is_seen_on_dark() -> None:
    paper = lab(DARK_FOR[BACKGROUND], np.eye(3))[0]
    for colour in (INK, POSITIVE, NEGATIVE, MARKED, POINTS, EDGE, GUIDE, *COLOURS):
        assert lab(DARK_FOR[colour], np.eye(3))[0] > paper + 28, colour


def test_no_two_lines_look_alike() -> None:
    lines = len(COLOURS) * len(MARKERS)
    assert len({line_look(number) for number in range(lines)}) == lines
