"""A film of an episode: the scene beside the network that acts in it."""

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import numpy as np
from matplotlib.font_manager import FontProperties, findfont
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from wann.drawing.episode import Moment, Stage, play
from wann.drawing.live import LiveNetwork, Names
from wann.drawing.names import drawable
from wann.drawing.palette import BACKGROUND, DARK_FOR, INK, NEGATIVE, POSITIVE
from wann.drawing.style import check_style
from wann.network.network import Network

_SCENE = 0.5  # of the width, without margins
_HEADER, _MARGIN, _FONT = 0.12, 0.03, 0.034  # of the height

Floats = NDArray[np.float64]


class FilmLook(NamedTuple):
    """How a film looks."""

    size: tuple[int, int] = (1280, 720)  # pixels
    rate: float = 25.0  # pictures in a second, at most
    style: str = "light"


USUAL = FilmLook()


def film_episode(
    network: Network,
    weight: float | Floats,
    stage: Stage,
    *,
    title: str = "",
    names: Names = (None, None),
    look: FilmLook = USUAL,
    seed: int = 0,
    steps: int | None = None,
) -> Iterator[tuple[Image.Image, float]]:
    """Yield the pictures of an episode, each with how many seconds it lasts.

    The film runs as fast as the environment does. The last picture is that of the end, or of step
    `steps`. ValueError where the environment draws something else than pictures.

    Args:
        network: what acts.
        weight: one that all connections share, or (connections,).
        stage: where it acts.
        title: what stands above.
        names: of the network's inputs and outputs.
        look: size, rate and style.
        seed: of the episode.
        steps: the last step, if the episode has not ended by then.
    """
    check_style(look.style)
    scene, drawing = _places(look.size)
    live = LiveNetwork(network, weight, drawing[2:], names=names, style=look.style)
    about = f"shared weight {weight:+.2f}" if np.ndim(weight) == 0 else "individual weights"
    text = f"{drawable(title)} · {about}" if title else about
    for moment in play(
        network,
        weight,
        stage,
        seed=seed,
        steps=steps,
        every=lambda rate: max(1, round(rate / look.rate)),
    ):
        image = Image.new("RGB", look.size, _colour(BACKGROUND, look.style))
        _paste(image, moment.scene, scene)
        image.paste(live.picture(moment.values, moment.before), drawing[:2])
        _caption(image, text, moment, look.style)
        yield image, max(1, round(moment.rate / look.rate)) / moment.rate


def _places(size: tuple[int, int]) -> tuple[tuple[int, int, int, int], tuple[int, int, int, int]]:
    """Return where the scene and the network are: left, top, width and height."""
    width, height = size
    margin, top = round(_MARGIN * height), round(_HEADER * height)
    inner, below = width - 3 * margin, height - top - round(_HEADER * height)
    left = round(_SCENE * inner)
    return (margin, top, left, below), (2 * margin + left, top, inner - left, below)


def _paste(image: Image.Image, scene: Image.Image, place: tuple[int, int, int, int]) -> None:
    """Put the picture of the environment into its place, as large as it fits there."""
    left, top, width, height = place
    scale = min(width / scene.width, height / scene.height)
    size = (max(1, round(scene.width * scale)), max(1, round(scene.height * scale)))
    at = (left + (width - size[0]) // 2, top + (height - size[1]) // 2)
    image.paste(scene.resize(size, Image.Resampling.LANCZOS), at)


def _caption(image: Image.Image, text: str, moment: Moment, style: str) -> None:
    """Write what is seen above the picture, and what the colours say below it."""
    draw = ImageDraw.Draw(image)
    width, height = image.size
    margin, font = round(_MARGIN * height), _font(round(_FONT * height))
    ink = _colour(INK, style)
    draw.text((margin, margin), text, fill=ink, font=font)
    count = f"step {moment.step}   return {moment.total:.1f}"
    draw.text((width - margin, margin), count, fill=ink, font=font, anchor="ra")
    x, y = width - margin, height - margin
    for word, colour in (("negative", NEGATIVE), ("positive", POSITIVE)):
        draw.text((x, y), word, fill=_colour(colour, style), font=font, anchor="rs")
        x -= round(draw.textlength(word + "  ", font=font))
    draw.text((x, y), "signals: ", fill=ink, font=font, anchor="rs")


def _colour(colour: str, style: str) -> str:
    return DARK_FOR[colour] if style == "dark" else colour


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(findfont(FontProperties()), max(size, 8))
