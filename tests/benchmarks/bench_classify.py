"""Scoring on 1000 images at 6 weights: jitted kernels against plain NumPy.

Networks are scored alone, and with what relatives share.

Prints one JSON object. Both sides are timed in this process, in turn, on one thread; ratios are
medians over the turns. A random network of 300 hidden nodes and 1849 connections on random images,
and a real generation: relatives of the network in the file given, or of that random network, after
some generations of breeding by the recipe `mnist256`.
"""

import json
import platform
import statistics
import sys
import time
from pathlib import Path

import numpy as np

from wann.config import TRAINING_WEIGHTS
from wann.datasets.dataset import Dataset
from wann.evaluators.threads import ThreadEvaluator
from wann.evolution.generational import Search
from wann.evolution.search_state import SearchState
from wann.experiments.growing.recipes import load_recipe
from wann.formats import read_network
from wann.kernels.merged import log_likelihood, merge
from wann.network.compile import compile_genome
from wann.network.genome import Genome
from wann.network.network import Network, pack
from wann.network.weightings import Weightings
from wann.tasks.classify import Classification

INPUTS, HIDDEN, CLASSES, CONNECTIONS, IMAGES = 256, 300, 10, 1849, 1000
TURNS, GENERATIONS = 7, 20


def random_genome(seed: int = 0) -> Genome:
    """Random connections from lower to higher nodes, at least one into each.

    The activations of the recipe.
    """
    rng = np.random.default_rng(seed)
    nodes = 1 + INPUTS + CLASSES + HIDDEN
    first_hidden = 1 + INPUTS + CLASSES
    order = [*range(1 + INPUTS), *range(first_hidden, nodes), *range(1 + INPUTS, first_hidden)]
    place = {node: i for i, node in enumerate(order)}
    pairs: dict[tuple[int, int], None] = {}

    def join(target: int) -> None:
        limit = min(place[target], 1 + INPUTS + HIDDEN)
        pairs[order[int(rng.integers(0, limit))], target] = None

    for node in range(first_hidden, nodes):
        join(node)
        later = [other for other in range(first_hidden, nodes) if other > node] + list(
            range(1 + INPUTS, first_hidden)
        )
        pairs[node, int(rng.choice(later))] = None
    while len(pairs) < CONNECTIONS:
        join(int(rng.integers(1 + INPUTS, nodes)))
    source, target = (np.array(column, dtype=np.int64) for column in zip(*pairs, strict=True))
    activation = np.ones(nodes, dtype=np.int64)
    activation[first_hidden:] = rng.choice([1, 3, 4, 5, 6, 7, 8, 9, 10], HIDDEN)
    return Genome(
        INPUTS,
        CLASSES,
        np.arange(nodes),
        activation,
        source,
        target,
        np.ones(len(source), dtype=np.bool_),
    )


def random_task() -> Classification:
    """As many images and classes as MNIST's 16x16 has in a generation, of random pixels."""
    rng = np.random.default_rng(0)
    x = rng.random((IMAGES * 6 // 5, INPUTS)).astype(np.float32)
    y = rng.integers(0, CLASSES, len(x))
    return Classification(Dataset("random", x, y, x[:8], y[:8], CLASSES, (16, 16)), "random")


def activate(kind: int, x: np.ndarray) -> np.ndarray:
    if kind == 3:
        return np.sin(np.pi * x)
    if kind == 4:
        return np.exp(-np.multiply(x, x) / 2.0)
    if kind == 5:
        return np.tanh(x)
    if kind == 6:
        return (np.tanh(x / 2.0) + 1.0) / 2.0
    if kind == 7:
        return -x
    if kind == 8:
        return np.abs(x)
    if kind == 9:
        return np.maximum(0, x)
    return np.cos(np.pi * x) if kind == 10 else x


def plain_numpy(network: Network, images: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """One dense matrix-vector product and one activation call per node and weight, as in 2019.

    Log-likelihoods.
    """
    rows = 1 + network.inputs + len(network.activation)
    found = []
    for weight in TRAINING_WEIGHTS:
        weights = np.zeros((rows, rows))
        weights[network.source, network.target] = weight
        values = np.zeros((len(images), rows))
        values[:, 0], values[:, 1 : 1 + network.inputs] = 1.0, images
        for i, kind in enumerate(network.activation):
            row = 1 + network.inputs + i
            values[:, row] = activate(int(kind), values @ weights[:, row])
        logits = values[:, -network.outputs :]
        shifted = logits - logits.max(axis=1, keepdims=True)
        likelihood = shifted[np.arange(len(labels)), labels] - np.log(np.exp(shifted).sum(axis=1))
        found.append(np.maximum(likelihood, -20.0).mean())
    return np.array(found)


def relatives(genome: Genome, task: Classification) -> list[Network]:
    """The different networks of a generation that descends from `genome`."""
    config = load_recipe("mnist256")
    search = Search(config, INPUTS, CLASSES)
    search.restore(SearchState(0, [genome] * config.population, None))
    weights = Weightings.shared(TRAINING_WEIGHTS)
    with ThreadEvaluator(1) as evaluator:
        for number in range(GENERATIONS):
            search.ask()
            blocks = task.draw_episodes(8, np.random.default_rng(number))
            search.tell(evaluator.evaluate(task, search.networks, weights, blocks).returns)
    search.ask()
    return list(
        {
            network.source.tobytes() + network.activation.tobytes(): network
            for network in search.networks
        }.values()
    )


def main() -> None:
    genome = read_network(Path(sys.argv[1])).genome if len(sys.argv) > 1 else random_genome()
    network, task = compile_genome(random_genome()), random_task()
    blocks = task.draw_episodes(8, np.random.default_rng(0))
    images, labels = task.images[blocks.ravel()].astype(np.float64), task.labels[blocks.ravel()]
    weights = Weightings.shared(TRAINING_WEIGHTS)
    family = relatives(genome, task)
    with ThreadEvaluator(1) as evaluator:

        def seconds(networks: list[Network]) -> float:
            started = time.perf_counter()
            evaluator.evaluate(task, networks, weights, blocks)
            return (time.perf_counter() - started) / len(networks)

        merged, given = (
            merge(pack([network]), INPUTS, CLASSES),
            task.gather(blocks.ravel(), np.float32),
        )
        result = np.empty((1, len(weights)))

        def kernel() -> float:
            started = time.perf_counter()
            log_likelihood(merged, weights.values[:, 0].copy(), given, labels, -20.0, result)
            return time.perf_counter() - started

        kernel()
        ours = evaluator.evaluate(task, [network], weights, blocks).returns.mean(axis=2)[0]
        np.testing.assert_allclose(ours, plain_numpy(network, images, labels), rtol=1e-4)
        turns = []
        for _ in range(TURNS):
            started = time.perf_counter()
            plain_numpy(network, images, labels)
            plain = time.perf_counter() - started
            started = time.perf_counter()
            plain_numpy(family[0], images, labels)
            plain_family = time.perf_counter() - started
            one_by_one = sum(seconds([other]) for other in family[:10]) / 10
            turns.append(
                (plain, seconds([network]), plain_family, one_by_one, seconds(family), kernel())
            )
    middle = [statistics.median(column) for column in zip(*turns, strict=True)]
    print(
        json.dumps(
            {
                "numpy_ms": round(middle[0] * 1e3, 1),
                "kernel_ms": round(middle[5] * 1e3, 3),
                "ratio": round(statistics.median(t[0] / t[5] for t in turns), 1),
                "with_gathering_and_packing_ms": round(middle[1] * 1e3, 3),
                "generation": {
                    "networks": len(family),
                    "connections": family[0].connections,
                    "hidden": family[0].hidden,
                    "numpy_ms": round(middle[2] * 1e3, 1),
                    "one_by_one_ms": round(middle[3] * 1e3, 3),
                    "merged_ms": round(middle[4] * 1e3, 3),
                    "ratio_one_by_one": round(statistics.median(t[2] / t[3] for t in turns), 1),
                    "ratio_merged": round(statistics.median(t[2] / t[4] for t in turns), 1),
                },
                "machine": platform.processor() or platform.machine(),
            }
        )
    )


if __name__ == "__main__":
    main()
