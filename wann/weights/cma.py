"""Tuning by separable CMA-ES: several races at once, of which the worse are given up.

The optimiser is that of the library `cmaes`. The library was chosen of two: it draws from a
generator of its own (pycma seeds NumPy's global one by default), needs NumPy alone, and its
separable form takes time linear in the number of connections. That form is used at every size: on
the 2019 release's swing-up champion (52 connections) it came no less high than the full one in the
same number of episodes, and sooner; and as it decomposes no matrix, its result does not depend on
how many threads a library of linear algebra is given.

Several races, because what a policy with tuned weights earns has many local optima: single runs of
equal length from that champion's shared weights ended anywhere from 730 to 915, many races on whole
episodes no higher than 919, with a slow swing-up, and new races around the best one came back to
it. With excerpts of the task first (`stages`), and hard episodes at the end (`hard_episodes`), the
default settings gave 933.5, 934.3, 934.4, 926.9 and 934.7 over 20,000 fresh episodes with seeds 0
to 4, in 155 to 172 s of CPU time; the published weights have 928.
"""

from collections.abc import Generator, Sequence
from typing import Any, NamedTuple

import numpy as np
from cmaes import SepCMA

from wann.config import TuneConfig
from wann.errors import UserError
from wann.network.weightings import Weightings
from wann.streams import stream
from wann.weights.confirm import confirm
from wann.weights.hard_episodes import from_pool, new_episodes
from wann.weights.measuring import Measuring
from wann.weights.shared import finite
from wann.weights.stages import TuningStage, make_plan
from wann.weights.tuned import Floats, Tuned
from wann.weights.tuning_rows import RaceRow, StoredRow

METHOD = "separable CMA-ES"
_WINDOW = 20  # generations whose returns decide which races go on
_UPPER = 75  # percentile of a race's returns that ranks it
# The pool from which the last stage draws, in generations' episodes: half of what it draws is from
# the hardest of them
_POOL = 4
_KEPT = 60  # last generations whose mean and best candidate are confirmed
_MAGNITUDES = (0.5, 2.0)  # of the shared weights from which the races start, all but the first


class _Earned(NamedTuple):
    """What the candidates of a generation earned."""

    fitness: Floats  # (races, population)
    upper: Floats  # (races,) upper quartiles of the returns
    steps: int  # of the environment, since the tuning began


def tune_cma(
    measuring: Measuring,
    config: TuneConfig,
    start: Tuned,
    known: Sequence[StoredRow] = (),
) -> Generator[RaceRow, None, Tuned]:
    """Yield a row per generation, return the best confirmed weights (connections,).

    See `tune_individual`. In a generation all candidates meet the same episodes, and each
    generation draws new ones. What is returned is the best, over many other episodes, of the last
    means and candidates of the race that lasted, and of `start`.
    """
    connections = measuring.network.connections
    shared = np.full(connections, start.weights.values[0, 0])
    if connections < 2:
        return Tuned(Weightings.individual(shared), METHOD, start.evaluations, 0)
    plan = make_plan(measuring.task, config)
    races = [_make_race(config, shared, number) for number in range(plan[0].races)]
    typical: list[Floats] = []
    kept = [shared]
    steps, evaluations, generation = 0, start.evaluations, -1
    for number, stage in enumerate(plan):
        races, typical = _go_on(races, typical, stage, config, number), []
        draw = new_episodes(measuring.task)
        if stage.hard:
            size = _POOL * config.population * stage.episodes
            champion = Weightings.individual(races[0].mean)
            rng = stream(measuring.seed, "tune pool")
            draw = from_pool(measuring, champion, size, rng)
            evaluations += size
        for _ in range(stage.generations):
            generation += 1
            candidates = np.array(
                [[race.ask() for _ in range(config.population)] for race in races]
            )
            evaluations += candidates.shape[0] * candidates.shape[1] * stage.episodes
            if generation < len(known):
                earned = _stored(known[generation], generation, candidates)
            else:
                drawn = draw(stage.episodes, stream(measuring.seed, "tune", generation))
                flat = Weightings.individual(candidates.reshape(-1, connections))
                evaluation = measuring.on(stage.task).evaluate(flat, drawn.episodes)
                steps += int(evaluation.steps.sum())
                earned = _earned(candidates, evaluation.returns[0], drawn.shares, steps)
            fitness, steps = earned.fitness, earned.steps
            for race, tried, values in zip(races, candidates, fitness, strict=True):
                race.tell([(x, -value) for x, value in zip(tried, values.tolist(), strict=True)])
            typical.append(np.stack([earned.upper, np.median(fitness, axis=1)]))
            if generation >= config.generations - _KEPT:
                leader = int(np.argmax(typical[-1][1]))
                kept += [
                    races[leader].mean.copy(),
                    candidates[leader, int(np.argmax(fitness[leader]))],
                ]
            if generation >= len(known):
                yield _row(generation, candidates, earned)
    best, more = confirm(measuring, Weightings.individual(np.array(kept)))
    return Tuned(best, METHOD, evaluations + more, config.generations)


def leaders(typical: Sequence[Floats], most: int) -> list[int]:
    """Return the indices of the `most` best races, in ascending order.

    `typical` (2, races) per generation: the upper quartile of a race's returns, and what decides
    between equal ones. Failures count for little here: later stages cure them, but hardly change
    what a race earns without any. With three seeds on the 2019 champion, the race whose median
    return was best 178 generations later was first of 32 by the quartile, and fourth to sixth by
    the mean.
    """
    upper, other = np.mean(typical[-_WINDOW:], axis=0)
    return sorted(np.lexsort((-other, -upper))[:most].tolist())


def _go_on(
    races: list[Any], typical: Sequence[Floats], stage: TuningStage, config: TuneConfig, number: int
) -> list[Any]:
    """Return the races of the stage with this number: the best of the one before.

    Where the stage has a sigma of its own, they begin anew with it where they are.
    """
    if stage.races < len(races):
        races = [races[index] for index in leaders(typical, stage.races)]
    if stage.sigma is None:
        return races
    seeds = stream(config.seed, "tune stage", number).integers(2**32, size=len(races))
    return [
        SepCMA(race.mean.copy(), stage.sigma, seed=int(seed), population_size=config.population)
        for race, seed in zip(races, seeds, strict=True)
    ]


def _make_race(config: TuneConfig, shared: Floats, number: int) -> Any:
    """Return the optimiser of a race.

    The first race starts from the best shared weight, the others from random ones, whose signs
    alternate.
    """
    rng = stream(config.seed, "tune race", number)
    sign = -1.0 if number % 2 else 1.0
    mean = np.full(len(shared), sign * rng.uniform(*_MAGNITUDES)) if number else shared.copy()
    return SepCMA(
        mean, config.sigma, seed=int(rng.integers(2**32)), population_size=config.population
    )


def _earned(candidates: Floats, returns: Floats, shares: Floats, steps: int) -> _Earned:
    """Return what `candidates` (races, population, connections) earned.

    Each has a row of `returns` (candidates, episodes), on episodes that count for `shares`
    (episodes,).
    """
    fitness = finite((returns * shares).sum(axis=1)).reshape(candidates.shape[:2])
    upper = finite(np.percentile(returns.reshape(len(fitness), -1), _UPPER, axis=1))
    return _Earned(fitness, upper, steps)


def _row(generation: int, candidates: Floats, earned: _Earned) -> RaceRow:
    """Return the row of a generation."""
    return RaceRow(
        generation=generation,
        env_steps=earned.steps,
        best=float(earned.fitness.max()),
        median=float(np.median(earned.fitness, axis=1).max()),
        races=len(candidates),
        candidates=float(np.abs(candidates).sum()),
        fitness=earned.fitness.ravel().tolist(),
        upper=earned.upper.tolist(),
    )


def _stored(row: StoredRow, generation: int, candidates: Floats) -> _Earned:
    """Return what `candidates` earned as a row says that was kept.

    UserError unless the row belongs to these candidates.
    """
    try:
        fitness = np.array(row["fitness"], dtype=np.float64).reshape(candidates.shape[:2])
        upper = np.array(row["upper"], dtype=np.float64).reshape(len(candidates))
        same = row["generation"] == generation and np.isclose(
            float(row["candidates"]), np.abs(candidates).sum()
        )
        steps = int(row["env_steps"])
    except (KeyError, TypeError, ValueError):
        same = False
    if not same or not (np.isfinite(fitness).all() and np.isfinite(upper).all()):
        raise UserError(
            f"generation {generation} of the tuning does not belong to its settings: expected the "
            "candidates that these settings lead to, got others; begin a new tuning"
        )
    return _Earned(fitness, upper, steps)
