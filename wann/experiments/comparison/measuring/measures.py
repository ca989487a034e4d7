"""What is measured of a contestant: the same code for all, whoever made it, on episodes that no tuning has seen.

Besides the four weight conditions (`wann.conditions`), a shared weight is tried with signs: one
magnitude for all, each connection with the sign it has in the contestant's own weights, or where it
has none in the tuned ones.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wann.errors import UserError
from wann.evaluators.base import Evaluator
from wann.experiments.comparison.contestants.contestant import Contestant, Making
from wann.experiments.comparison.measuring.latency import measure_latency
from wann.experiments.comparison.measuring.signed import SignedEvaluator, signs_of
from wann.experiments.comparison.measuring.tuning import tune_config
from wann.network.structure import structure_of
from wann.streams import stream
from wann.tasks.base import Task
from wann.weights.conditions import CONDITIONS, fixed, measure_conditions
from wann.weights.individual import finish, tune_individual
from wann.weights.measures import profile
from wann.weights.tuned import Tuned

Row = dict[str, Any]
Floats = NDArray[np.float64]

TRAINED, ENSEMBLE, SIGNED_RANDOM, SIGNED_TUNED = (
    "trained_weights",
    "ensemble",
    "random_signed",
    "tuned_signed",
)
# In the order in which they are shown: how each is called, and what the weights are.
LABELS = {
    "random_weights": "random weights, each from U(-2, 2)",
    "random_shared": "one random weight for all, from U(-2, 2)",
    ENSEMBLE: "vote over six shared weights",
    SIGNED_RANDOM: "one random magnitude for all, from U(0, 2), with the trained signs",
    "tuned_shared": "one tuned weight for all",
    SIGNED_TUNED: "one tuned magnitude for all, with the trained signs",
    "tuned_weights": "individual weights, tuned alike for all",
    TRAINED: "individual weights: its own, or tuned where it came without",
}
# The conditions of curves: without training, with one number tuned, with all weights trained.
POINT = ("random_shared", "tuned_shared", TRAINED)


def measure(
    task: Task, contestant: Contestant, evaluator: Evaluator, seed: int, making: Making
) -> Row:
    """Return all measures of a contestant as JSON values; what is no finite number is None.

    `evaluations` counts what tuning took here; what it took to find the contestant is its own
    `cost`.
    """
    network, kept = contestant.network, []

    def tune(start: Tuned) -> Tuned:
        config = tune_config(task, seed, making)
        kept.append(
            contestant.tuned
            or finish(tune_individual(task, network, evaluator, config, start=start))
        )
        return kept[-1]

    found = measure_conditions(
        task, network, evaluator, names=CONDITIONS, episodes=making.episodes, seed=seed, tune=tune
    )
    found[TRAINED] = found["tuned_weights"]
    if contestant.weights is not None:
        rng = stream(seed, "condition tuned_weights")
        found[TRAINED] = fixed(task, network, evaluator, contestant.weights, making.episodes, rng)
    signs = signs_of(kept[0].weights if contestant.weights is None else contestant.weights)
    signed = SignedEvaluator(evaluator, signs)
    with_signs = measure_conditions(
        task,
        network,
        signed,
        names=("random_shared", "tuned_shared"),
        episodes=making.episodes,
        seed=seed,
    )
    found[SIGNED_RANDOM], found[SIGNED_TUNED] = (
        with_signs["random_shared"],
        with_signs["tuned_shared"],
    )
    found[SIGNED_TUNED]["weight"] = abs(found[SIGNED_TUNED]["weight"])
    row: Row = finite(
        {
            "conditions": {name: found[name] for name in LABELS if name in found},
            "signs": "tuned" if contestant.weights is None else "own",
            "profile": _profile(task, contestant, evaluator, seed, making),
            "signed_profile": [
                row
                for row in _profile(task, contestant, signed, seed, making)
                if row["weight"] >= 0.0
            ],
            "structure": structure_of(network).to_dict(),
            "latency": measure_latency(network, making.repeats),
            "cost": contestant.cost,
        }
    )
    return row


def measure_point(
    task: Task, contestant: Contestant, evaluator: Evaluator, seed: int, making: Making
) -> Row:
    """Return what curves show of a contestant: the conditions of `POINT`, by the code of `measure`.

    And its counts.
    """
    network, weights, episodes = contestant.network, contestant.weights, making.episodes
    found = measure_conditions(
        task,
        network,
        evaluator,
        names=("random_shared", "tuned_shared"),
        episodes=episodes,
        seed=seed,
    )
    if weights is None:
        tuned = finish(tune_individual(task, network, evaluator, tune_config(task, seed, making)))
        weights = tuned.weights
    rng = stream(seed, "condition tuned_weights")
    found[TRAINED] = fixed(task, network, evaluator, weights, episodes, rng)
    counts = structure_of(network).to_dict()
    row: Row = finite(
        {"conditions": found, "structure": counts, "latency": [], "cost": contestant.cost}
    )
    return row


def check_fit(contestant: Contestant, task: Task, name: str) -> None:
    """Raise UserError unless the network has the task's inputs and outputs, and at least one connection."""
    has, needs = (
        (contestant.network.inputs, contestant.network.outputs),
        (task.inputs, task.outputs),
    )
    if has != needs:
        raise UserError(
            f"{name} has {has[0]} inputs and {has[1]} outputs, {task.name} needs {needs[0]} and "
            f"{needs[1]}: "
            "expected networks of one task"
        )
    if not contestant.network.connections:
        raise UserError(f"{name} has no connections: there is nothing to compare")


def finite(value: Any) -> Any:
    """Return JSON values with None in the place of numbers that are not finite, and Python's own numbers."""
    if isinstance(value, dict):
        return {key: finite(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [finite(entry) for entry in value]
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _profile(
    task: Task, contestant: Contestant, evaluator: Evaluator, seed: int, making: Making
) -> list[Row]:
    """Return the mean at each of 41 shared weights from -2 to 2."""
    rows = profile(task.held_out, contestant.network, making.episodes, seed, evaluator)
    return [{"weight": weight, "mean": measure.mean, "sd": measure.sd} for weight, measure in rows]
