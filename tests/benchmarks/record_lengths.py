"""Record how long episodes of `biped-paper` are, for `bench_scaling.py`.

What it prints is `biped_lengths.txt`.

One row a network, of the first generation of the recipe; one column for each of the 6 weights x 4
episodes of the recipe, weights outermost. Numbers are environment steps.
"""

import sys

import numpy as np

from wann.config import TRAINING_WEIGHTS
from wann.evaluators.processes import ProcessEvaluator
from wann.evolution.generational import Search
from wann.experiments.growing.recipes import load_recipe
from wann.network.compile import compile_genome
from wann.network.weightings import Weightings
from wann.tasks.registry import make_task

ROWS = 96


def main() -> None:
    config = load_recipe("biped-paper")
    task = make_task(config.task)
    search = Search(config, task.inputs, task.outputs)
    networks = [compile_genome(genome) for genome in list(search.population)[:ROWS]]
    seeds = task.draw_episodes(config.episodes, np.random.default_rng(0))
    columns = []
    with ProcessEvaluator() as evaluator:
        for weight in TRAINING_WEIGHTS:
            for seed in seeds:
                lane = evaluator.evaluate(
                    task, networks, Weightings.shared([weight]), np.array([seed])
                )
                columns.append(lane.steps)
                print(".", end="", file=sys.stderr, flush=True)
    print(
        "# environment steps of `biped-paper`: a row a network, a column for each of 6 weights x 4 "
        "episodes"
    )
    for row in np.array(columns).T:
        if row.any():  # copies of earlier networks have no steps of their own
            print(*row)


if __name__ == "__main__":
    main()
