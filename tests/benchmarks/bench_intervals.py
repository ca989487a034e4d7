"""How often 95 % intervals over searches and seeds hold the true mean, by how they are made.

    python tests/benchmarks/bench_intervals.py > runs/studies/interval-coverage/rows.csv

Tables of searches by seeds are drawn from normal distributions, the same seeds for all searches:
each value is the sum of a part of its search, a part of its seed, and a rest. Each line is one kind
of table; below the names of intervals stand the shares of 400 tables whose interval holds the
mean. Ten minutes on one core.
"""

import csv
import sys
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from wann.statistics import estimate_table, t_interval

Floats = NDArray[np.float64]
Ends = tuple[float | None, float | None]

# Standard deviations of the parts: of searches, of seeds, and of the rest.
KINDS = {
    "searches and rest": (1.0, 0.0, 1.0),
    "mostly searches": (1.0, 0.0, 0.3),
    "searches and seeds": (1.0, 1.0, 0.5),
    "mostly seeds": (0.3, 1.0, 0.3),
    "mostly rest": (0.1, 0.1, 1.0),
}
TABLES, RESAMPLES = 400, 400


def percentiles(means: Floats) -> Ends:
    low, high = np.percentile(means, (2.5, 97.5)).tolist()
    return low, high


def pooled(table: Floats, rng: np.random.Generator) -> Ends:
    flat = table.ravel()
    return percentiles(flat[rng.integers(0, len(flat), (RESAMPLES, len(flat)))].mean(axis=1))


def whole_searches(table: Floats, rng: np.random.Generator) -> Ends:
    drawn = rng.integers(0, len(table), (RESAMPLES, len(table)))
    return percentiles(table.mean(axis=1)[drawn].mean(axis=1))


def seeds_within(table: Floats, rng: np.random.Generator) -> Ends:
    searches, seeds = table.shape
    drawn = rng.integers(0, searches, (RESAMPLES, searches, 1))
    within = rng.integers(0, seeds, (RESAMPLES, searches, seeds))
    return percentiles(table[drawn, within].mean(axis=(1, 2)))


def both_crossed(table: Floats, rng: np.random.Generator) -> Ends:
    searches, seeds = table.shape
    drawn = rng.integers(0, searches, (RESAMPLES, searches, 1))
    of_all = rng.integers(0, seeds, (RESAMPLES, 1, seeds))
    return percentiles(table[drawn, of_all].mean(axis=(1, 2)))


def t_over_searches(table: Floats, rng: np.random.Generator) -> Ends:
    found = t_interval(table.mean(axis=1))
    return found.low, found.high


def used_here(table: Floats, rng: np.random.Generator) -> Ends:
    found = estimate_table(table)
    return found.low, found.high


WAYS: dict[str, Callable[[Floats, np.random.Generator], Ends]] = {
    "bootstrap of all rows": pooled,
    "bootstrap of searches": whole_searches,
    "bootstrap of searches, and of seeds within each": seeds_within,
    "bootstrap of searches and of seeds": both_crossed,
    "t-interval over searches": t_over_searches,
    "used here": used_here,
}


def main() -> None:
    rng = np.random.default_rng(0)
    out = csv.DictWriter(sys.stdout, ["kind", "searches", "seeds", *WAYS], lineterminator="\n")
    out.writeheader()
    for kind, (of_search, of_seed, rest) in KINDS.items():
        for searches in (3, 5, 10, 20):
            for seeds in (1, 3, 5):
                held = dict.fromkeys(WAYS, 0)
                for _ in range(TABLES):
                    table = (
                        of_search * rng.standard_normal((searches, 1))
                        + of_seed * rng.standard_normal((1, seeds))
                        + rest * rng.standard_normal((searches, seeds))
                    )
                    for name, way in WAYS.items():
                        low, high = way(table, rng)
                        held[name] += low is not None and high is not None and low <= 0.0 <= high
                shares = {name: count / TABLES for name, count in held.items()}
                out.writerow({"kind": kind, "searches": searches, "seeds": seeds, **shares})
                sys.stdout.flush()


if __name__ == "__main__":
    main()
