"""An episode of a Gymnasium environment, moment by moment: its picture, and what the network has.

Moments come one after the other, so that a long episode needs no more memory than a short one.
"""

import os
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any, NamedTuple

import numpy as np
from gymnasium.error import DependencyNotInstalled
from numpy.typing import NDArray
from PIL import Image

from wann.errors import UserError
from wann.network.network import Network
from wann.network.stepper import Stepper

USUAL_RATE = 50.0  # steps in a second of an environment that does not say

Floats = NDArray[np.float64]


class Stage(NamedTuple):
    """Where an episode is filmed: how an environment is made, reset and stepped.

    `make` returns one that renders to arrays; `begin` takes it and a seed, and returns the first
    observation; `advance` takes it and an action, and returns observation, reward, and whether the
    episode has ended. `see` makes the inputs (inputs,) of an observation, `act` the action of the
    outputs (outputs,).
    """

    make: Callable[[], Any]
    begin: Callable[[Any, int], Any]
    advance: Callable[[Any, Any], tuple[Any, float, bool]]
    see: Callable[[Any], Floats] = np.asarray
    act: Callable[[Floats], Any] = np.copy


class Moment(NamedTuple):
    """One picture of an episode."""

    scene: Image.Image
    values: Floats  # (1 + inputs + nodes,) of bias, inputs and nodes, which led to this picture
    before: Floats  # (1 + inputs + nodes,) one step before: zeros at first, but for the bias
    step: int
    total: float  # the return so far
    rate: float  # steps that the environment takes in a second


def play(
    network: Network,
    weight: float | Floats,
    stage: Stage,
    *,
    seed: int = 0,
    steps: int | None = None,
    every: Callable[[float], int],
) -> Iterator[Moment]:
    """Yield moments of an episode, the last one of its end or of step `steps`.

    UserError where the environment cannot draw, ValueError where it draws something else.

    Args:
        network: what acts.
        weight: one that all connections share, or (connections,).
        stage: where it acts.
        seed: of the episode.
        steps: the last step, if the episode has not ended by then.
        every: takes the steps in a second, and returns how many there are between two moments.
    """
    stepper = Stepper(network, weight)
    total, step, ended = 0.0, 0, False
    with _without_screen(), closing(_made(stage)) as env:
        rate = _rate_of(env)
        between = every(rate)
        observation = stage.begin(env, seed)
        while not ended:
            before = stepper.values[:, 0]
            action = stage.act(stepper(stage.see(observation)))
            observation, reward, over = stage.advance(env, action)
            total, step = total + reward, step + 1
            ended = over or step == steps
            if step % between == 0 or ended:
                yield Moment(_drawn(env), stepper.values[:, 0], before, step, total, rate)


def _made(stage: Stage) -> Any:
    """Return a new environment, without Gymnasium's warnings that it may not draw."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*render_mode")
        return stage.make()


@contextmanager
def _without_screen() -> Iterator[None]:
    """Let environments that draw with SDL do so where there is no screen, without complaints."""
    if {"SDL_VIDEODRIVER", "DISPLAY", "WAYLAND_DISPLAY"} & os.environ.keys() or sys.platform in (
        "win32",
        "darwin",
    ):
        yield
        return
    os.environ["SDL_VIDEODRIVER"] = "dummy"
    try:
        yield
    finally:
        os.environ.pop("SDL_VIDEODRIVER", None)


def _rate_of(env: Any) -> float:
    """Return how many steps of an environment make a second, as its metadata say."""
    metadata = getattr(env, "metadata", None)
    rate = metadata.get("render_fps") if isinstance(metadata, dict) else None
    known = isinstance(rate, int | float) and not isinstance(rate, bool) and 0.1 <= rate <= 1e4
    return float(rate) if known and rate is not None else USUAL_RATE


def _drawn(env: Any) -> Image.Image:
    """Return what an environment draws; UserError where it does not, ValueError for no picture."""
    try:
        picture = env.render()
    except NotImplementedError:
        raise UserError("the environment draws no pictures: it has no render()") from None
    except DependencyNotInstalled as problem:  # its message says how to install it
        raise UserError(f"the environment cannot draw here: {problem}") from None
    return _as_image(picture)


def _as_image(picture: object) -> Image.Image:
    """Return what an environment drew as an image; ValueError where it is none.

    Of several pictures it is the last.
    """
    if isinstance(picture, list) and picture and isinstance(picture[-1], np.ndarray):
        picture = picture[-1]
    array = np.asarray(picture)
    if array.dtype != np.uint8 or array.ndim != 3 or array.shape[2] != 3 or not array.size:
        got = (
            f"numbers of shape {array.shape} and type {array.dtype}"
            if array.dtype.kind in "fiub"
            else f"a value of type {type(picture).__name__}"
        )
        raise ValueError(
            "expected its render() to return a picture (height, width, 3) of type uint8, as the "
            f"render mode rgb_array does, got {got}"
        )
    return Image.fromarray(array)
