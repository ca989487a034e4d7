"""What observations are normalised by: their mean and spread under random actions."""

import numpy as np

from wann.errors import UserError
from wann.streams import stream
from wann.tasks.gym.observations import View
from wann.tasks.gym.settings import GymSettings, Statistics
from wann.tasks.gym.simulators import make_simulator
from wann.tasks.gym.stepping import FAULTS, advance, begin, close_quietly, say

EPISODES = 20
_DIGITS = 6
_LEAST_SD = 1e-6  # an input that spreads less is left unscaled


def measure(settings: GymSettings, view: View, limit: int) -> Statistics:
    """Return the statistics over `EPISODES` episodes with random actions.

    They are always the same for the same settings, and rounded to six significant digits, so that
    the text of a spec gives the same numbers. UserError if the environment fails on the way.
    """
    env = make_simulator(settings)
    seeds = stream(0, "normalise").integers(0, 2**31, EPISODES).tolist()
    env.action_space.seed(seeds[0])
    rows = []
    for seed in seeds:
        try:
            rows.append(view.see(begin(env, seed, settings.reset_options)))
            for _ in range(limit):
                observation, _, ended = advance(env, env.action_space.sample())
                rows.append(view.see(observation))
                if ended:
                    break
        except FAULTS as problem:  # whatever somebody's environment raises
            raise UserError(
                f"{settings.id} failed while observations were measured (seed {seed}): "
                f"{say(problem)}"
            ) from None
    close_quietly(env)
    seen = np.array(rows)
    if not np.isfinite(seen).all():
        raise UserError(
            f"{settings.id}: expected finite observations while they were measured, got NaN or "
            "infinity"
        )
    sd = seen.std(axis=0)
    return Statistics(_rounded(seen.mean(axis=0)), _rounded(np.where(sd < _LEAST_SD, 1.0, sd)))


def _rounded(values: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> tuple[float, ...]:
    return tuple(float(f"{value:.{_DIGITS}g}") for value in values)
