"""The share of a generation that is serial.

That is breeding, ranking, compiling, finding copies and packing.

Prints one JSON object. Two threads, 6 weights x 3 episodes, settings of the recipe `swingup-six`,
but for the fixed weights; 192 and 1024 genomes. The first generations, whose episodes end early,
are left out.
"""

import json
import time

import numpy as np

from wann.config import make_config
from wann.evaluators.batches import unique_networks
from wann.evaluators.threads import ThreadEvaluator
from wann.evolution.generational import Search
from wann.experiments.growing.recipes import load_recipe
from wann.experiments.growing.weights_and_episodes import training_weights
from wann.network.network import pack
from wann.network.weightings import Weightings
from wann.streams import stream
from wann.tasks.registry import make_task

SKIPPED, MEASURED = 40, 40


def share(population: int) -> dict[str, float]:
    """Return seconds of serial and of parallel work, and the serial share."""
    config = make_config(
        {"weight_series": "fixed", "population": population, "generations": SKIPPED + MEASURED},
        load_recipe("swingup-six"),
    )
    task = make_task(config.task)
    search = Search(config, task.inputs, task.outputs)
    serial = evaluation = 0.0
    with ThreadEvaluator(2) as evaluator:
        while not search.finished:
            number = search.generation
            t0 = time.perf_counter()
            search.ask()
            t1 = time.perf_counter()
            pack(unique_networks(search.networks)[0])
            t2 = time.perf_counter()
            episodes = task.draw_episodes(config.episodes, stream(config.seed, "episodes", number))
            weights = Weightings.shared(training_weights(config, number))
            t3 = time.perf_counter()
            returns = evaluator.evaluate(task, search.networks, weights, episodes).returns
            t4 = time.perf_counter()
            search.tell(returns)
            t5 = time.perf_counter()
            if number >= SKIPPED:
                serial += (t1 - t0) + (t2 - t1) + (t5 - t4)
                evaluation += (t4 - t3) - (t2 - t1)  # evaluate() does this, too
    return {
        "serial_s": round(serial, 3),
        "evaluate_s": round(evaluation, 3),
        "serial_share": round(serial / (serial + evaluation), 3),
    }


def main() -> None:
    np.seterr(all="raise")
    print(json.dumps({"genomes_192": share(192), "genomes_1024": share(1024)}))


if __name__ == "__main__":
    main()
