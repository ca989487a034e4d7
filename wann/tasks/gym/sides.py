"""The two sides of an environment: how what it shows is read, and how what it takes is made."""

from functools import cache

import numpy as np
from gymnasium.spaces import Box

from wann.errors import UserError
from wann.own import Same
from wann.tasks.gym.actions import Head, make_head
from wann.tasks.gym.observations import View
from wann.tasks.gym.settings import Statistics, settings_in
from wann.tasks.gym.simulators import make_simulator, spaces_of, time_limit
from wann.tasks.gym.stepping import close_quietly
from wann.tasks.gym.views import rendered_shape, view_of


@cache
def read_sides(spec: str, objects: tuple[Same, ...]) -> tuple[View, Head, int | None]:
    """Return view, head and time limit of an environment, which a process makes once for that.

    `objects` are those of this session in it, which may be defined anew. UserError where networks
    cannot read or act there.
    """
    settings = settings_in(spec)
    env = make_simulator(settings)
    observation_space, action_space = spaces_of(env, settings.id)
    if settings.encoder is not None and settings.rendered:
        shape = rendered_shape(env.unwrapped, settings)
        observation_space = Box(0, 255, shape, np.uint8)
    view = view_of(settings, observation_space)
    head = make_head(action_space, settings.id)
    if isinstance(settings.normalise, Statistics) and len(settings.normalise.mean) != view.inputs:
        raise UserError(
            f"{settings.id}: normalise has {len(settings.normalise.mean)} means for {view.inputs} "
            "inputs; give one for each, or true to have them measured"
        )
    limit = time_limit(env)
    close_quietly(env)
    return view, head, limit
