"""Tables and digits searched by gradients and by evolution, each as its recipe has it.

    python tests/benchmarks/bench_tables.py wine --method gradient --seeds 5,6,7
    python tests/benchmarks/bench_tables.py wine --method evolution --seeds 5,6,7

The name is one of `TABLES`, or a recipe, such as `digits`. Prints a line for each seed, as a table
with commas: the champion's connections, its accuracy on test examples under random shared weights
and with the one that is best on training examples, the steps of the search, and its seconds of
processor time. For PyTorch on one thread set OMP_NUM_THREADS=1. The test part of a table, a quarter
of its rows, is the same for all seeds.
"""

import argparse
import csv
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sklearn import datasets

import wann

Table = tuple[Any, Any]


def few_irises() -> Table:
    """Every fifth iris: 30 rows, of which 24 are trained on."""
    x, y = datasets.load_iris(return_X_y=True)
    return x[::5], y[::5]


def letters() -> Table:
    """4,000 rows of 16 numbers in 26 classes, of two clusters each, that overlap."""
    return datasets.make_classification(  # type: ignore[no-any-return]
        4000,
        n_features=16,
        n_informative=12,
        n_redundant=2,
        n_classes=26,
        n_clusters_per_class=2,
        class_sep=2.0,
        random_state=0,
    )


def moons() -> Table:
    """400 points in the plane, in two crescents that touch."""
    return datasets.make_moons(400, noise=0.2, random_state=0)  # type: ignore[no-any-return]


TABLES: dict[str, Callable[[], Table]] = {
    "wine": lambda: datasets.load_wine(return_X_y=True),
    "breast-cancer": lambda: datasets.load_breast_cancer(return_X_y=True),
    "iris": lambda: datasets.load_iris(return_X_y=True),
    "few-irises": few_irises,
    "moons": moons,
    "letters": letters,
}


def row_of(name: str, settings: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Search once, and return what came out."""
    started = time.process_time()
    what: dict[str, Any] = {"dataset": TABLES[name]()} if name in TABLES else {"recipe": name}
    run = wann.search(
        **what, **settings, out=folder / "run", threads=1, figures=False, progress=False
    )
    seconds = time.process_time() - started
    found = run.evaluate(threads=1, conditions="random_shared,tuned_shared", seed=1)
    means = {key: round(100 * found.conditions[key].mean, 2) for key in found.conditions}
    return {
        "connections": run.champion.connections,
        "random_shared": means["random_shared"],
        "tuned_shared": means["tuned_shared"],
        "env_steps": run.summary.env_steps,
        "seconds": round(seconds, 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("names", help="tables or recipes, separated by commas")
    parser.add_argument("--method", choices=("gradient", "evolution"))
    parser.add_argument("--seeds", default="0")
    parser.add_argument("--steps", type=int)
    parser.add_argument("--max-connections", type=int)
    parser.add_argument("--activations")
    asked = {key: value for key, value in vars(parser.parse_args()).items() if value is not None}
    names, seeds = asked.pop("names").split(","), asked.pop("seeds").split(",")
    jobs = [(name, seed) for name in names for seed in map(int, seeds)]
    for number, (name, seed) in enumerate(jobs):
        with tempfile.TemporaryDirectory() as folder:
            found = row_of(name, {**asked, "seed": seed}, Path(folder))
        row = {"data": name, **asked, "seed": seed} | found
        writer = csv.DictWriter(sys.stdout, row, lineterminator="\n")
        if number == 0:
            writer.writeheader()
        writer.writerow(row)
        sys.stdout.flush()


if __name__ == "__main__":
    main()
