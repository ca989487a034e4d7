"""How well masks under shared weights classify, by how they are trained: for choosing defaults.

    python tests/benchmarks/bench_masks.py mnist256 --hidden 192 --seeds 0,1

Prints one JSON object for each seed and size: the settings, the accuracy on validation images with
the shared weight 1 (the same with any other, as the parent is agnostic), and processor seconds.
With `--test` the accuracy on test images, too, which nothing may be chosen by.
"""

import argparse
import json
import time

import numpy as np
import torch

from wann.activations import Activation
from wann.activations.table import from_text
from wann.network.network import Network
from wann.pruning.shared.agnostic_parent import UNITS, AgnosticParent
from wann.pruning.shared.gates import GATES
from wann.pruning.shared.schedule import MaskSchedule, phases_of
from wann.pruning.shared.training import Examples, MaskTrainer, train_masks
from wann.tasks.registry import make_task


def numbers(text: str) -> list[int]:
    return [int(part) for part in text.split(",")]


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("task")
    parser.add_argument("--connections", type=numbers, default=[1849])
    parser.add_argument("--hidden", type=numbers, default=[96])
    parser.add_argument("--activations", default=",".join(Activation(it).label for it in UNITS))
    parser.add_argument("--learn-activations", action="store_true")
    parser.add_argument("--steps", type=int, default=3000)
    parser.add_argument("--learning-rate", type=float, default=MaskSchedule.learning_rate)
    parser.add_argument("--start", type=float, default=MaskSchedule.start)
    parser.add_argument("--batch", type=int, default=256)
    parser.add_argument("--gates", choices=GATES, default="top-k")
    parser.add_argument("--seeds", type=numbers, default=[0])
    parser.add_argument("--test", action="store_true")
    return parser.parse_args()


def accuracy(network: Network, x: np.ndarray, y: np.ndarray) -> float:
    return round(100.0 * float((network(x, 1.0).argmax(1) == y).mean()), 2)


def main() -> None:
    asked = arguments()
    torch.set_num_threads(1)
    task = make_task(asked.task)
    data = task.labelled()
    examples = Examples(torch.tensor(data["x"], dtype=torch.float32), torch.tensor(data["y"]))
    codes = [from_text(name).code for name in asked.activations.split(",")]
    schedule = MaskSchedule(asked.steps, asked.learning_rate, asked.start)
    settings = {name: value for name, value in vars(asked).items() if name not in ("seeds", "test")}
    for seed in asked.seeds:
        chance = torch.Generator().manual_seed(seed)
        parent = AgnosticParent(
            task.inputs, task.outputs, asked.hidden, chance, codes, learned=asked.learn_activations
        )
        phases = phases_of(asked.connections, parent.places, schedule)
        trainer = MaskTrainer(
            parent, examples, phases, batch=asked.batch, gates=asked.gates, seed=seed
        )
        started = time.process_time()
        for size, network in zip(asked.connections, train_masks(trainer), strict=True):
            seconds = round(time.process_time() - started, 1)
            row = {**settings, "connections": size, "seed": seed, "cpu_seconds": seconds}
            row["validation"] = accuracy(network, data["x_validation"], data["y_validation"])
            if asked.test:
                held_out = task.held_out
                row["test"] = accuracy(network, held_out.images, held_out.labels)
            print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main()
