"""Networks for a task, and what they earn there without an evaluator."""

import numpy as np
from genome_edits import add_connection, is_legal
from genome_toys import grow

from wann.config import SearchConfig
from wann.evolution.first_genomes import first_genomes
from wann.network.compile import compile_genome
from wann.network.genome import genome_at
from wann.network.network import Network, pack
from wann.network.weightings import Weightings
from wann.tasks.task import Task

WEIGHTS = Weightings.shared([-1.0, 0.5, 2.0])


def networks(task: Task, count: int = 3) -> list[Network]:
    return [compile_genome(grow(seed, 25, task.inputs, task.outputs)) for seed in range(count)]


def even_network(task: Task) -> Network:
    """Return a network that does the same under w and -w: one of a search of that depth."""
    settings = SearchConfig(initial_depth=2, initial_connections=0.3)
    genes = first_genomes(settings, task.inputs, task.outputs, [0])
    return compile_genome(genome_at(genes, 0))


def recurrent_network(task: Task) -> Network:
    """Return a network that remembers outputs, itself, and inputs."""
    outputs = [1 + task.inputs + i for i in range(task.outputs)]
    genome = grow(4, 30, task.inputs, task.outputs, recurrent=True)
    for source in (1, *outputs):
        for target in outputs:
            if is_legal(genome, ~source, target):
                genome = add_connection(genome, ~source, target)
    return compile_genome(genome)


def score(
    task: Task,
    episodes: np.ndarray,
    some: list[Network] | None = None,
    weights: Weightings = WEIGHTS,
) -> tuple[np.ndarray, np.ndarray]:
    some = some or networks(task)
    returns = np.full((len(some), len(weights), len(episodes)), -7.0)
    steps = np.full(len(some), -7)
    task.score(pack(some), (0, len(some)), weights, episodes, returns, steps)
    return returns, steps
