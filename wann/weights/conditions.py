"""The four weight conditions of the paper, for any network on any task, each with a 95 % interval.

Every figure is measured on the task's held-out episodes, from streams that no tuning draws from.
Where the returns of a task are accuracies, an episode is a block of test examples, and one
weighting on all blocks is one trial.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wann.config import CONDITION_NAMES, EvaluateConfig, TuneConfig
from wann.config.conditions import ENSEMBLE, RANDOM_SHARED, RANDOM_WEIGHTS, TUNED_SHARED
from wann.errors import UserError, in_short, unknown
from wann.network.weightings import Weightings
from wann.statistics import bootstrap
from wann.streams import stream
from wann.tasks.optional_abilities import Classifying
from wann.weights import measures
from wann.weights.condition_measures import (
    ConditionMeasure,
    GivenWeights,
    TunedIndividualWeights,
    TunedSharedWeight,
)
from wann.weights.ensemble import vote
from wann.weights.individual import finish, tune_individual
from wann.weights.measures import WEIGHT_LIMIT
from wann.weights.measuring import Measuring
from wann.weights.shared import tune_shared
from wann.weights.tuned import Tuned

_WEIGHTS_PER_EPISODE = 10
_RESAMPLES = 4000
_CHUNK = 2**20  # weights held at once

Floats = NDArray[np.float64]


def parse_conditions(given: str | Iterable[str]) -> tuple[str, ...]:
    """Return the conditions that are named: `all`, or some of CONDITION_NAMES.

    They stand in a list, or in a text between commas. UserError otherwise.
    """
    if not isinstance(given, Iterable):
        raise UserError(
            f"conditions: expected some of {', '.join(CONDITION_NAMES)}, or all; got "
            f"{in_short(given)}"
        )
    text = given if isinstance(given, str) else ",".join(map(str, given))
    names = [name.strip() for name in text.split(",")]
    for name in names:
        if name not in (*CONDITION_NAMES, "all"):
            raise unknown("condition", name, [*CONDITION_NAMES, "all"])
    if len(set(names)) < len(names):
        raise UserError(f"expected different conditions, got {text!r}; name each once")
    return tuple(name for name in CONDITION_NAMES if name in names or "all" in names)


def measure_conditions(
    measuring: Measuring,
    *,
    names: Sequence[str] = CONDITION_NAMES,
    weights: Floats | None = None,
    episodes: int = EvaluateConfig.episodes,
    tune: Callable[[Tuned], Tuned] | None = None,
) -> dict[str, ConditionMeasure]:
    """Return what a network earns under each of some conditions, by their names.

    Where all four are asked for, what is reported beside them for the task follows.

    Args:
        measuring: The network, its task, the evaluator and the seed.
        names: The conditions to measure, some of `CONDITION_NAMES`.
        weights: Tuned weights that are known already, (connections,). If all are equal, they are
            taken for a shared weight, and tuned weights are sought.
        episodes: How many are drawn for each condition.
        tune: Returns individual weights, given the best shared one; by default `tune_individual`
            does, with its default settings.
    """

    @cache
    def shared() -> tuple[Tuned, float]:
        """Tune the shared weight, which two conditions need, and say how many seconds that took."""
        started = time.perf_counter()
        return tune_shared(measuring), time.perf_counter() - started

    def by_default(start: Tuned) -> Tuned:
        config = TuneConfig(task=measuring.task.spec, seed=measuring.seed)
        return finish(tune_individual(measuring, config, start=start))

    given = None if weights is None else Weightings.recognised(weights)
    result: dict[str, ConditionMeasure] = {}
    for name in names:
        rng = stream(measuring.seed, f"condition {name}")
        if name in (RANDOM_WEIGHTS, RANDOM_SHARED):
            shared_ones = name == RANDOM_SHARED
            result[name] = _random(measuring, shared_ones, episodes, rng)
        elif name == TUNED_SHARED:
            tuned, _ = shared()
            weight = float(tuned.weights.values[0, 0])
            result[name] = fixed(measuring, tuned.weights, episodes, rng)._replace(
                origin=TunedSharedWeight(weight, tuned.evaluations)
            )
        elif given is not None and not given.is_shared:
            result[name] = fixed(measuring, given, episodes, rng)._replace(origin=GivenWeights())
        else:
            origin, own = _tuned(tune or by_default, *shared())
            result[name] = fixed(measuring, own, episodes, rng)._replace(origin=origin)
    if tuple(names) == CONDITION_NAMES:
        result |= beside(measuring.held_out)
    return result


def beside(measuring: Measuring) -> dict[str, ConditionMeasure]:
    """Return what is reported beside the four conditions: `ensemble`, where a task has classes."""
    task = measuring.task
    return {ENSEMBLE: vote(task, measuring.network)} if isinstance(task, Classifying) else {}


def fixed(
    measuring: Measuring, weights: Weightings, episodes: int, rng: np.random.Generator
) -> ConditionMeasure:
    """Return the measure of `weights`, a single weighting, over fresh held-out episodes."""
    held_out = measuring.held_out
    returns = held_out.returns(weights, held_out.task.draw_episodes(episodes, rng))
    return measure_of(returns.reshape(-1, 1), measures.unit_of(held_out.task))


def measure_of(returns: Floats, sd_over: str) -> ConditionMeasure:
    """Return the measure of `returns` (units, trials), with the interval for its mean.

    The units are independent of each other.
    """
    return ConditionMeasure(measures.summarise(returns, sd_over), interval(returns))


def interval(returns: Floats) -> tuple[float, float] | None:
    """Return the 95 % bootstrap interval (low, high) of the mean of `returns` (units, trials).

    It is None for a single unit. The percentile bootstrap is over 4000 resamples of the units,
    which are what was drawn independently: trials that share an episode are drawn together. The
    resampling is seeded, so that equal returns give equal intervals.
    """
    units = returns.mean(axis=1)
    if len(units) < 2:
        return None
    rng = stream(0, "bootstrap")
    return bootstrap(units, rng, _RESAMPLES)


def _random(
    measuring: Measuring, shared: bool, episodes: int, rng: np.random.Generator
) -> ConditionMeasure:
    """Return the measure over weightings from U(-2, 2), a fresh one for each trial."""
    held_out = measuring.held_out
    starts = held_out.task.draw_episodes(episodes, rng)
    drawn = "weight" if shared else "weighting"

    def draw(count: int) -> Weightings:
        width = 1 if shared else measuring.network.connections
        return Weightings(rng.uniform(-WEIGHT_LIMIT, WEIGHT_LIMIT, (count, width)), shared)

    if held_out.task.measure == "accuracy":
        returns = _in_chunks(held_out, draw(episodes), starts)
        return measure_of(
            returns.mean(axis=1, keepdims=True), f"{drawn}s, each on all test examples"
        )
    rows = held_out.returns_of_each((draw(_WEIGHTS_PER_EPISODE) for _ in starts), starts)
    return measure_of(rows, f"trials: one {drawn} and one episode each")


def _in_chunks(measuring: Measuring, weights: Weightings, starts: NDArray[Any]) -> Floats:
    """Return (weightings, episodes), evaluating a few weightings at a time."""
    size = max(1, _CHUNK // max(1, weights.width))
    parts = [weights[start : start + size] for start in range(0, len(weights), size)]
    return np.concatenate([measuring.returns(part, starts) for part in parts])


def _tuned(
    tune: Callable[[Tuned], Tuned], start: Tuned, seconds: float
) -> tuple[TunedIndividualWeights, Weightings]:
    """Return how individual weights were tuned, and the weights; `start` took `seconds`."""
    started = time.perf_counter()
    tuned = tune(start)
    seconds = round(seconds + time.perf_counter() - started, 3)
    return TunedIndividualWeights(tuned.method, tuned.evaluations, seconds), tuned.weights
