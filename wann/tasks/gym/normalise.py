"""What observations are normalised by: their mean and spread under random actions."""

import math

import numpy as np
from numpy.typing import NDArray

from wann.errors import UserError
from wann.streams import stream
from wann.tasks.gym.observations import View
from wann.tasks.gym.settings import GymSettings, Statistics
from wann.tasks.gym.simulators import make_simulator
from wann.tasks.gym.stepping import FAULTS, advance, begin, close_quietly, say

EPISODES = 20
_DIGITS = 6
_LEAST_SD = 1e-6  # an input that spreads less is left unscaled
_FAR = 100.0  # a mean is far from 0 that is more than so many times the spread


def measure(settings: GymSettings, view: View, limit: int) -> Statistics:
    """Return the statistics over `EPISODES` episodes with random actions.

    They are always the same for the same settings, and rounded to six significant digits, so that
    the text of a spec gives the same numbers; a mean far from 0 is rounded as finely as its spread.
    UserError if the environment fails on the way.
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
    with np.errstate(over="ignore", invalid="ignore"):
        mean, spread = _mean_and_spread(seen)
    if not np.isfinite([mean, spread]).all():
        raise UserError(
            f"{settings.id}: expected observations whose squares float64 holds, got numbers up to "
            f"{np.abs(seen).max():g} while they were measured; leave out --normalise"
        )
    sd = [_rounded(1.0 if one < _LEAST_SD else one) for one in spread]
    return Statistics(tuple(map(_rounded, mean, sd)), tuple(sd))


def _mean_and_spread(seen: NDArray[np.float64]) -> tuple[list[float], list[float]]:
    """Return mean and standard deviation of the columns of (rows, inputs)."""
    mean, sd = seen.mean(axis=0), seen.std(axis=0)
    # Sums of numbers that are large beside their spread lose its digits: those from the first one
    # on do not
    far = np.abs(mean) > _FAR * sd
    rest = seen - seen[0]
    mean = np.where(far, seen[0] + rest.mean(axis=0), mean)
    return mean.tolist(), np.where(far, rest.std(axis=0), sd).tolist()


def _rounded(value: float, sd: float = math.inf) -> float:
    """Return a number in six significant digits, in more where it is far from 0 beside `sd`."""
    digits = _DIGITS
    if abs(value) > _FAR * sd:
        digits += math.floor(math.log10(abs(value))) - math.floor(math.log10(sd))
    return float(f"{value:.{digits}g}")
