"""Growing, pruning, and both one after the other, at equal processor time, where there are labels.

    python tests/benchmarks/bench_bridge.py digits --seconds 60 --seeds 0,1,2

Prints one JSON object for each way and seed: the champion's connections, its accuracies on test
images under one random shared weight, under the six of the series and with one tuned weight, and
the processor seconds that finding it took. The ways:

* `gradient`: masks are trained, which ends by itself;
* `evolution`: generations are bred until the time is over;
* `prune-grow`: evolution begins from the champion of `gradient`, and has the time that is left;
* `grow-prune`: evolution has half of the time, then masks are trained among its champion's nodes;
* `memetic`: evolution with children by gradients every `--gradient-every` generations.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import wann

WAYS = ("gradient", "evolution", "prune-grow", "grow-prune", "memetic")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("recipe")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seeds", default="0")
    parser.add_argument("--ways", default=",".join(WAYS))
    parser.add_argument("--activations", help="of evolution; those of the recipe if left out")
    parser.add_argument("--gradient-every", type=int, default=50)
    return parser.parse_args()


class Bench:
    """Searches of one seed, whose processor time is counted from the beginning of each way."""

    def __init__(self, asked: argparse.Namespace, seed: int, folder: Path) -> None:
        self.asked, self.seed, self.folder = asked, seed, folder
        self.began = time.process_time()

    def search(self, name: str, until: float = float("inf"), **settings: Any) -> wann.Run:
        """Return a search that is stopped after `until` seconds of this way."""
        return wann.search(
            self.asked.recipe,
            **settings,
            seed=self.seed,
            out=self.folder / name,
            threads=1,
            figures=False,
            progress=False,
            callback=lambda row: self.passed() >= until,
        )

    def evolution(self, name: str, until: float, **settings: Any) -> wann.Run:
        if self.asked.activations:
            settings["activations"] = self.asked.activations.split(",")
        return self.search(name, until, method="evolution", generations=10**6, **settings)

    def passed(self) -> float:
        return time.process_time() - self.began

    def gradient(self) -> wann.Run:
        return self.search("run", method="gradient")

    def evolved(self) -> wann.Run:
        return self.evolution("run", self.asked.seconds)

    def prune_grow(self) -> wann.Run:
        pruned = self.search("pruned", method="gradient")
        return self.evolution("run", self.asked.seconds, seed_from=pruned.folder)

    def grow_prune(self) -> wann.Run:
        grown = self.evolution("grown", self.asked.seconds / 2)
        return self.search("run", method="gradient", seed_from=grown.folder)

    def memetic(self) -> wann.Run:
        every = self.asked.gradient_every
        return self.evolution("run", self.asked.seconds, gradient_every=every)


MAKE: dict[str, Callable[[Bench], wann.Run]] = {
    "gradient": Bench.gradient,
    "evolution": Bench.evolved,
    "prune-grow": Bench.prune_grow,
    "grow-prune": Bench.grow_prune,
    "memetic": Bench.memetic,
}


def row_of(way: str, asked: argparse.Namespace, seed: int) -> dict[str, Any]:
    """Return what one way found, and what it cost."""
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(asked, seed, Path(folder))
        run = MAKE[way](bench)
        seconds = bench.passed()
        result = run.evaluate(threads=1, seed=1)
        tuned = run.evaluate(threads=1, seed=1, conditions=["tuned_shared"])
        return {
            "recipe": asked.recipe,
            "way": way,
            "activations": asked.activations,
            "budget_seconds": asked.seconds,
            "seed": seed,
            "connections": run.champion.connections,
            "generations": run.summary.generations,
            "random_shared": round(100 * result.random_shared.mean, 1),
            "six_weights": round(100 * result.training_weights.mean, 1),
            "tuned_shared": round(100 * tuned.conditions["tuned_shared"].mean, 1),
            "seconds": round(seconds, 1),
        }


def warm_up(asked: argparse.Namespace) -> None:
    """Let kernels be compiled and PyTorch be imported, which no way should pay for."""
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(asked, 0, Path(folder))
        trained = bench.search("trained", method="gradient", steps=20, max_connections=60)
        bench.evolution("grown", 0.0, seed_from=trained.folder, gradient_every=1).evaluate()


def main() -> None:
    asked = arguments()
    warm_up(asked)
    for seed in map(int, asked.seeds.split(",")):
        for way in asked.ways.split(","):
            print(json.dumps(row_of(way, asked, seed)), flush=True)


if __name__ == "__main__":
    main()
