"""The four weight conditions of the paper, for any network on any task, each with a 95 % interval.

Every figure is measured on the task's held-out episodes, from streams that no tuning draws from.
Where the returns of a task are accuracies, an episode is a block of test images, and one weighting
on all blocks is one trial.
"""

import time
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wann.config import TuneConfig
from wann.errors import UserError, unknown
from wann.evaluators.base import Evaluator
from wann.network.network import Network
from wann.statistics import bootstrap
from wann.streams import stream
from wann.tasks.base import Task
from wann.weights import measures
from wann.weights.individual import finish, tune_individual
from wann.weights.measures import WEIGHT_LIMIT
from wann.weights.shared import tune_shared
from wann.weights.tuned import Tuned

CONDITIONS = ("random_weights", "random_shared", "tuned_shared", "tuned_weights")
_WEIGHTS_PER_EPISODE = 10
_RESAMPLES = 4000
_CHUNK = 2**20  # weights held at once

Floats = NDArray[np.float64]
Row = dict[str, Any]


def parse_conditions(text: str) -> tuple[str, ...]:
    """Return the conditions that `text` names: `all`, or some of CONDITIONS between commas.

    UserError otherwise.
    """
    names = [name.strip() for name in text.split(",")]
    for name in names:
        if name not in (*CONDITIONS, "all"):
            raise unknown("condition", name, [*CONDITIONS, "all"])
    if len(set(names)) < len(names):
        raise UserError(f"expected different conditions, got {text!r}; name each once")
    return tuple(name for name in CONDITIONS if name in names or "all" in names)


def measure_conditions(
    task: Task,
    network: Network,
    evaluator: Evaluator,
    *,
    names: Sequence[str] = CONDITIONS,
    weights: Floats | None = None,
    episodes: int = 100,
    seed: int = 0,
    tune: Callable[[Tuned], Tuned] | None = None,
) -> dict[str, Row]:
    """Return `mean`, `sd`, `sd_over`, `n` and `ci95` of `network` under each of the conditions `names`.

    `weights` (connections,) are tuned weights that are known already; all equal, they are a shared
    weight, and no tuned weights. `tune` returns others from the best shared weight on, by default
    `tune_individual` with its default settings. With all conditions asked for, those that the task
    has beside them (`Task.more_conditions`) follow.
    """

    @cache
    def shared() -> tuple[Tuned, float]:
        """Tune the shared weight, which two conditions need, and say how many seconds that took."""
        started = time.perf_counter()
        return tune_shared(task, network, evaluator, seed=seed), time.perf_counter() - started

    def by_default(start: Tuned) -> Tuned:
        config = TuneConfig(task=task.spec, seed=seed)
        return finish(tune_individual(task, network, evaluator, config, start=start))

    result: dict[str, Row] = {}
    for name in names:
        rng = stream(seed, f"condition {name}")
        if name in ("random_weights", "random_shared"):
            width = network.connections if name == "random_weights" else 1
            result[name] = _random(task, network, evaluator, width, episodes, rng)
        elif name == "tuned_shared":
            tuned, _ = shared()
            figures = fixed(task, network, evaluator, tuned.weights, episodes, rng)
            result[name] = {
                **figures,
                "weight": float(tuned.weights[0]),
                "evaluations": tuned.evaluations,
            }
        elif weights is not None and (len(weights) < 2 or np.ptp(weights) > 0.0):
            result[name] = {
                **fixed(task, network, evaluator, weights, episodes, rng),
                "method": "given",
            }
        else:
            how, own = _tuned(tune or by_default, *shared())
            result[name] = {**fixed(task, network, evaluator, own, episodes, rng), **how}
    if tuple(names) == CONDITIONS:
        result |= task.held_out.more_conditions(network, evaluator, episodes, seed)
    return result


def fixed(
    task: Task,
    network: Network,
    evaluator: Evaluator,
    weights: Floats,
    episodes: int,
    rng: np.random.Generator,
) -> Row:
    """Return the measure of one weighting (1,) or (connections,) over fresh held-out episodes."""
    starts = task.held_out.draw_episodes(episodes, rng)
    returns = evaluator.evaluate(task.held_out, [network], weights.reshape(1, -1), starts).returns[
        0
    ]
    over = "blocks of test images" if task.held_out.measure == "accuracy" else "episodes"
    return describe(returns.reshape(-1, 1), over)


def describe(returns: Floats, sd_over: str) -> Row:
    """Return the measure of `returns` (units, trials), with the interval for its mean.

    The units are independent.
    """
    return {**measures.summarise(returns, sd_over)._asdict(), "ci95": interval(returns)}


def in_words(entry: Row) -> str:
    """Return one line on what `describe` returned."""
    low, high = entry["ci95"] or (np.nan, np.nan)
    how = f", weight {entry['weight']:+.4f}" if "weight" in entry else ""
    how += f", {entry['method']}" if "method" in entry else ""
    figures = f"{entry['mean']:8.4g}   95 % interval {low:.4g} to {high:.4g}, sd {entry['sd']:.3g}"
    return f"{figures} over {entry['n']} {entry['sd_over']}{how}"


def interval(returns: Floats) -> list[float] | None:
    """Return the 95 % bootstrap interval (low, high) of the mean of `returns` (units, trials).

    None for one unit.

    Percentile bootstrap over 4000 resamples of the units, which are what was drawn independently:
    trials that share an episode are drawn together. The resampling is seeded, so that equal returns
    give equal intervals.
    """
    units = returns.mean(axis=1)
    if len(units) < 2:
        return None
    rng = stream(0, "bootstrap")
    low, high = bootstrap(units, rng, _RESAMPLES)
    return [low, high]


def _random(
    task: Task,
    network: Network,
    evaluator: Evaluator,
    width: int,
    episodes: int,
    rng: np.random.Generator,
) -> Row:
    """Return the measure over weightings (width,) from U(-2, 2), a fresh one for each trial."""
    starts = task.held_out.draw_episodes(episodes, rng)
    drawn = "weight" if width == 1 else "weighting"
    if task.held_out.measure == "accuracy":
        returns = _in_chunks(
            task,
            network,
            evaluator,
            rng.uniform(-WEIGHT_LIMIT, WEIGHT_LIMIT, (episodes, width)),
            starts,
        )
        return describe(returns.mean(axis=1, keepdims=True), f"{drawn}s, each on all test images")
    rows = []
    for i in range(episodes):
        weights = rng.uniform(-WEIGHT_LIMIT, WEIGHT_LIMIT, (_WEIGHTS_PER_EPISODE, width))
        rows.append(
            evaluator.evaluate(task.held_out, [network], weights, starts[i : i + 1]).returns[
                0, :, 0
            ]
        )
    return describe(np.array(rows), f"trials: one {drawn} and one episode each")


def _in_chunks(
    task: Task, network: Network, evaluator: Evaluator, weights: Floats, starts: NDArray[Any]
) -> Floats:
    """Return (weightings, episodes), evaluating a few weightings at a time."""
    size = max(1, _CHUNK // weights.shape[1])
    parts = [weights[start : start + size] for start in range(0, len(weights), size)]
    return np.concatenate(
        [evaluator.evaluate(task.held_out, [network], part, starts).returns[0] for part in parts]
    )


def _tuned(tune: Callable[[Tuned], Tuned], start: Tuned, seconds: float) -> tuple[Row, Floats]:
    """Return how individual weights were tuned from `start`, which took `seconds`, and the weights (connections,)."""
    started = time.perf_counter()
    tuned = tune(start)
    seconds = round(seconds + time.perf_counter() - started, 3)
    return {
        "method": tuned.method,
        "evaluations": tuned.evaluations,
        "seconds": seconds,
    }, tuned.weights
