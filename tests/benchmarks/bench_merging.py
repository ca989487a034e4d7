"""What contestants of a comparison have in common: how much merging them could spare.

    python tests/benchmarks/bench_merging.py

Prints one JSON object: the connections of the contestants of `zoo:digits`, each by itself, and of
all as one network, in which two nodes that do the same to the same sources are one. A search
merges its generation so (`wann.kernels.merged`). Some minutes on one core.
"""

import json
from pathlib import Path

from wann.config import Making
from wann.evaluators.threads import ThreadEvaluator
from wann.experiments.comparison.contestants.contestant import Champion, ContestantSetup
from wann.experiments.comparison.contestants.make import make
from wann.formats.load import load_network
from wann.kernels.merged import merge
from wann.network.network import Network, pack
from wann.tasks.registry import make_task

NAMES = (
    "shared-mask",
    "mixed-mask",
    "imp",
    "imp-mixed",
    "snip",
    "magnitude",
    "rewired",
    "shuffled",
)
SEEDS = range(3)
STEPS = 400  # of training; which nodes are alike does not depend on them


def connections(networks: list[Network], inputs: int, outputs: int) -> int:
    """Return how many connections networks have once they are merged."""
    return len(merge(pack(networks), inputs, outputs).source)


def main() -> None:
    """Make the contestants, and count."""
    task = make_task("digits")
    champion = load_network("zoo:digits").network
    found = {"grown": [champion]}
    with ThreadEvaluator(1) as evaluator:
        for name in NAMES:
            setups = [ContestantSetup(task, evaluator, seed, Making(steps=STEPS)) for seed in SEEDS]
            toy = Champion("digits", Path("digits.json"), champion, None, {})
            found[name] = [make(name, toy, setup).network for setup in setups]
    every = [network for networks in found.values() for network in networks]
    alone = sum(connections([network], 64, 10) for network in every)
    print(
        json.dumps(
            {
                "contestants": len(every),
                "connections_alone": alone,
                "connections_merged": connections(every, 64, 10),
                "merged_by_name": {
                    name: [
                        sum(connections([network], 64, 10) for network in networks),
                        connections(networks, 64, 10),
                    ]
                    for name, networks in found.items()
                },
            }
        )
    )


if __name__ == "__main__":
    main()
