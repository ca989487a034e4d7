"""Contestants that are pruned under shared weights in tasks without labels, by their returns alone.

See `wann.evolution.strategy`; they are made as `wann search --method es` makes networks, for one
size.
"""

import time
from collections.abc import Sequence

import numpy as np

from wann.activations import PAPER
from wann.config import AGNOSTIC, MIXED, SearchConfig
from wann.errors import UserError
from wann.evolution.strategy.exact_count import exact_networks
from wann.experiments.comparison.contestants.contestant import Contestant, ContestantSetup
from wann.experiments.growing.strategy import StrategyRounds
from wann.network.network import Network
from wann.network.weightings import Weightings
from wann.streams import stream

_STEPS_OF_A_GENERATION = 50  # of the training steps that other models are pruned with
_POPULATION = 192
_EPISODES = 16  # for each weight, by which the network is chosen among the last candidates
# Of each kind: the parent, what its hidden units compute, and how to say it
_WAYS = {
    "shared-mask": (AGNOSTIC, PAPER, "parent that computes the same with w and -w"),
    "mixed-mask": (MIXED, PAPER, "parent of all activations"),
    "rectified-mask": (MIXED, ("linear", "inverse", "relu"), "parent of rectifiers"),
}


def unlabelled_mask(setup: ContestantSetup, name: str, connections: int) -> Contestant:
    """Return the network of exactly so many `connections` that an evolution strategy comes to.

    `setup`: for a task without labels; `name`: one of `UNLABELLED_MASKS`.

    UserError if the parent has fewer places than that, or no network of exactly so many.
    """
    started = time.process_time()
    config = config_of(setup, name, connections)
    rounds = StrategyRounds(config, setup.task, setup.evaluator, [connections])
    steps = 0
    while not rounds.search.finished:
        steps += rounds.next().steps
    networks = exact_networks(rounds.search.parent, rounds.search.drawn(), connections)
    if not networks:
        raise UserError(
            f"{name}: no candidate has exactly {connections} connections that lead to an output: "
            "expected one; give more --steps, or compare another size"
        )
    network, more = _best(rounds, networks)
    cost = {
        "generations": rounds.search.generation,
        "env_steps": steps + more,
        "seconds": round(time.process_time() - started, 3),
    }
    about = f"{_WAYS[name][2]}, pruned under shared weights by an evolution strategy"
    return Contestant(network, None, about, cost)


def config_of(setup: ContestantSetup, name: str, connections: int) -> SearchConfig:
    """Return the settings of the search that makes the contestant of that name."""
    parent, activations, _ = _WAYS[name]
    return SearchConfig(
        task=setup.task.spec,
        seed=setup.seed,
        method="es",
        population=_POPULATION,
        generations=-(-setup.making.steps // _STEPS_OF_A_GENERATION),
        parent=parent,
        activations=activations,
        max_connections=connections,
    )


def _best(rounds: StrategyRounds, networks: Sequence[Network]) -> tuple[Network, int]:
    """Return the network that earns most under the shared weights, and the steps that took."""
    config, task = rounds.config, rounds.task
    episodes = task.draw_confirmation(_EPISODES, stream(config.seed, "confirm"))
    found = rounds.score(networks, Weightings.shared(config.weights), episodes)
    means = found.returns.mean(axis=(1, 2))
    best = int(np.where(np.isfinite(means), means, -np.inf).argmax())
    return networks[best], int(found.steps.sum())
