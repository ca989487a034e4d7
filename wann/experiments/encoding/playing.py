"""Episodes that are played to collect their pictures: what is seen, and how one is played."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.errors import UserError
from wann.experiments.encoding.policies import policy_of
from wann.streams import stream
from wann.tasks.gym.encoder import LARGEST_SIDE, Seen, Source, is_picture, plain_id
from wann.tasks.gym.settings import GymSettings, settings_in
from wann.tasks.gym.simulators import (
    check_registered,
    make_simulator,
    simulators,
    spaces_of,
)
from wann.tasks.gym.stepping import FAULTS, Simulator, advance, begin, close_quietly, say
from wann.tasks.gym.views import Rendered, as_picture, rendered_shape

Crop = tuple[int, ...]

# Above the panel with the instruments, as the 2019 release cuts its pictures.
_CROPS: dict[tuple[str, Source, int, int], Crop] = {
    ("CarRacing-v3", "observation", 96, 96): (0, 0, 84, 96)
}


class Played(NamedTuple):
    """The pictures of an episode."""

    policy: str
    pictures: NDArray[np.uint8]  # (steps + 1, side, side, 3), shrunk


class Plan(NamedTuple):
    """What is played: it can be sent to another process."""

    spec: str  # of the environment
    seen: Seen
    seed: int
    limit: int  # steps after which an episode is cut


def pictures_of(settings: GymSettings, crop: Crop) -> Seen:
    """Return which pictures of an environment an encoder sees: observations, or what is rendered.

    `crop` is the part of them that counts (top, left, height, width), () for the usual one.
    UserError where there are none, or it lies outside of them.
    """
    check_registered(settings.id)
    env = make_simulator(settings)
    space, _ = spaces_of(env, settings.id)
    close_quietly(env)
    if is_picture(space) and space.shape is not None:
        source: Source = "observation"
        height, width = space.shape[:2]
    else:
        source = "rendering"
        env = _rendering(settings)
        height, width, _ = rendered_shape(env, settings)
        close_quietly(env)
        if max(height, width) > LARGEST_SIDE:
            raise UserError(
                f"{settings.id} renders pictures of {height} x {width} pixels: expected at most "
                f"{LARGEST_SIDE} both ways"
            )
    name = plain_id(settings.id)
    usual = _CROPS.get((name, source, height, width), (0, 0, height, width))
    top, left, rows, columns = crop or usual
    if not (0 <= top < top + rows <= height and 0 <= left < left + columns <= width):
        raise UserError(
            f"--crop {','.join(map(str, crop))} lies outside of the pictures of {settings.id}, "
            f"which have {height} rows of {width} pixels: expected TOP,LEFT,HEIGHT,WIDTH "
            "within them"
        )
    return Seen(settings.id, source, height, width, (top, left, rows, columns))


def _rendering(settings: GymSettings) -> Simulator:
    """Return the environment such that it renders; UserError where it cannot."""
    plain = make_simulator(settings)
    modes = (plain.metadata or {}).get("render_modes", [])
    if "rgb_array" not in modes:
        rendered_shape(plain, settings)  # says what is wrong
    close_quietly(plain)
    return make_simulator(settings, render_mode="rgb_array")


def play(plan: Plan, episode: int) -> Played:
    """Return the pictures of an episode; UserError where the environment fails in it."""
    settings = settings_in(plan.spec)
    check_registered(settings.id)  # a process that was just started knows no module's ids
    rng = stream(plan.seed, "encode", episode)
    seed, step = int(rng.integers(2**31)), 0
    with _showing(settings, plan.seen) as env:
        try:
            seen = [_shrunk(plan.seen, begin(env, seed, settings.reset_options))]
            policy, act = policy_of(env, episode, rng)
            ended = False
            while not ended and step < plan.limit:
                step += 1
                picture, _, ended = advance(env, act())
                seen.append(_shrunk(plan.seen, picture))
        except FAULTS as problem:  # whatever somebody's environment raises
            raise UserError(
                f"{settings.id} failed while pictures were collected (seed {seed}, step {step}): "
                f"{say(problem)}"
            ) from None
    return Played(policy, np.array(seen))


def _shrunk(seen: Seen, picture: Any) -> NDArray[np.uint8]:
    shrunk: NDArray[np.uint8] = seen.shrunk(as_picture(picture, seen.shape)[None])[0]
    return shrunk


@contextmanager
def _showing(settings: GymSettings, seen: Seen) -> Iterator[Simulator]:
    """Lend an environment whose observations are its pictures."""
    if seen.source == "observation":
        with simulators(settings, 1) as lent:
            yield lent[0]
        return
    env = Rendered(_rendering(settings), seen.shape)
    try:
        yield env
    finally:
        close_quietly(env)
