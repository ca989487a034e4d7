"""What is measured of a contestant, by the same code for all, whoever made it.

No tuning has seen the episodes that are measured on. Besides the four weight conditions
(`wann.weights.conditions`), a shared weight is tried with signs: one magnitude for all connections,
each with the sign that it has in the contestant's own weights or, where there are none, in the
tuned ones.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.config import Making
from wann.config.conditions import (
    CONDITION_NAMES,
    CONDITIONS,
    ENSEMBLE,
    RANDOM_SHARED,
    RANDOM_SIGNED,
    RANDOM_WEIGHTS,
    TRAINED_WEIGHTS,
    TUNED_SHARED,
    TUNED_SIGNED,
    TUNED_WEIGHTS,
)
from wann.errors import UserError
from wann.experiments.comparison.contestants.contestant import Contestant
from wann.experiments.comparison.measuring.latency import measure_latency
from wann.experiments.comparison.measuring.trained_signs import SignedEvaluator, signs_of
from wann.experiments.comparison.measuring.tuning_settings import tune_config
from wann.experiments.comparison.rows import MeasuredCondition, ProfilePoint, Profiles
from wann.files import finite
from wann.network.latency import Latency
from wann.network.structure import Structure, structure_of
from wann.network.weightings import Weightings
from wann.streams import stream
from wann.tasks.task import Task
from wann.weights.condition_measures import ConditionMeasure, TunedSharedWeight
from wann.weights.conditions import beside, fixed, measure_conditions
from wann.weights.individual import finish, tune_individual
from wann.weights.measures import profile
from wann.weights.measuring import Measuring
from wann.weights.tuned import Tuned

Floats = NDArray[np.float64]

# The conditions of curves: without training, with one number tuned, with all weights trained. A
# vote is added where a task has classes. Rows of before random weights and votes were measured at
# points lack these two.
POINT = (RANDOM_WEIGHTS, RANDOM_SHARED, TUNED_SHARED, TRAINED_WEIGHTS, ENSEMBLE)


class MeasuredContestant(NamedTuple):
    """What is measured of a contestant: the fields of a row of the comparison that tell of it."""

    conditions: Mapping[str, MeasuredCondition]  # by the names in `CONDITIONS`
    profiles: Profiles | None  # None where only the conditions of `POINT` are measured
    structure: Structure
    latencies: tuple[Latency, ...]
    cost: Mapping[str, float]


def measure(measuring: Measuring, contestant: Contestant, making: Making) -> MeasuredContestant:
    """Return all measures of a contestant; what is no finite number is None.

    `measuring` is of the contestant's network. `evaluations` counts the episodes that tuning took
    here; what it took to find the contestant is its `cost`.
    """
    kept: list[Tuned] = []
    tune = _tuning(measuring, contestant, making, kept)
    found = measure_conditions(
        measuring, names=CONDITION_NAMES, episodes=making.episodes, tune=tune
    )
    found[TRAINED_WEIGHTS] = _trained(measuring, contestant, making, found)
    signs = signs_of(
        kept[0].weights.values[0] if contestant.weights is None else contestant.weights
    )
    signed = replace(measuring, evaluator=SignedEvaluator(measuring.evaluator, signs))
    with_signs = measure_conditions(
        signed, names=(RANDOM_SHARED, TUNED_SHARED), episodes=making.episodes
    )
    found[RANDOM_SIGNED] = with_signs[RANDOM_SHARED]
    found[TUNED_SIGNED] = _magnitude(with_signs[TUNED_SHARED])
    profiles = Profiles(
        "tuned" if contestant.weights is None else "own",
        _profile(measuring, making),
        tuple(point for point in _profile(signed, making) if point.weight >= 0.0),
    )
    latencies = tuple(measure_latency(contestant.network, making.repeats))
    return _as_found(found, profiles, contestant, latencies)


def measure_point(
    measuring: Measuring, contestant: Contestant, making: Making
) -> MeasuredContestant:
    """Return what curves show of a contestant: the conditions of `POINT`, and its counts.

    They are measured by the same code as in `measure`.
    """
    own = contestant.weights is not None
    found = measure_conditions(
        measuring,
        names=[name for name in CONDITION_NAMES if not (own and name == TUNED_WEIGHTS)],
        episodes=making.episodes,
        tune=_tuning(measuring, contestant, making, []),
    )
    found[TRAINED_WEIGHTS] = _trained(measuring, contestant, making, found)
    if own:  # else it is among what all four conditions come with
        found |= beside(measuring.held_out)
    return _as_found(found, None, contestant, ())


def as_point(found: MeasuredContestant) -> MeasuredContestant:
    """Return what `measure_point` would have returned where `measure` has returned `found`."""
    conditions = {name: one for name, one in found.conditions.items() if name in POINT}
    return found._replace(conditions=conditions, profiles=None, latencies=())


def check_fit(contestant: Contestant, task: Task, name: str) -> None:
    """Raise UserError unless the network fits the task and has at least one connection."""
    has, needs = (
        (contestant.network.inputs, contestant.network.outputs),
        (task.inputs, task.outputs),
    )
    if has != needs:
        raise UserError(
            f"{name} has {has[0]} inputs and {has[1]} outputs, {task.name} needs {needs[0]} and "
            f"{needs[1]}: expected networks of one task"
        )
    if not contestant.network.connections:
        raise UserError(f"{name} has no connections: there is nothing to compare")


def _tuning(
    measuring: Measuring, contestant: Contestant, making: Making, kept: list[Tuned]
) -> Callable[[Tuned], Tuned]:
    """Return what tunes the weights of a contestant; what it finds is put into `kept`, too."""

    def tune(start: Tuned) -> Tuned:
        config = tune_config(measuring.task, measuring.seed, making)
        kept.append(contestant.tuned or finish(tune_individual(measuring, config, start=start)))
        return kept[-1]

    return tune


def _trained(
    measuring: Measuring,
    contestant: Contestant,
    making: Making,
    found: Mapping[str, ConditionMeasure],
) -> ConditionMeasure:
    """Return what the contestant earns with its own weights or, without any, with tuned ones."""
    if contestant.weights is None:
        return found[TUNED_WEIGHTS]
    rng = stream(measuring.seed, "condition tuned_weights")
    own = Weightings.individual(contestant.weights)
    return fixed(measuring, own, making.episodes, rng)


def _condition(found: ConditionMeasure) -> MeasuredCondition:
    """Return what a row of the comparison keeps of a condition."""
    return MeasuredCondition.from_json(finite(found.to_json()))


def _as_found(
    found: Mapping[str, ConditionMeasure],
    profiles: Profiles | None,
    contestant: Contestant,
    latencies: tuple[Latency, ...],
) -> MeasuredContestant:
    names = CONDITIONS if profiles is not None else POINT
    return MeasuredContestant(
        {name: _condition(found[name]) for name in CONDITIONS if name in names and name in found},
        profiles,
        structure_of(contestant.network),
        latencies,
        finite(contestant.cost),
    )


def _magnitude(found: ConditionMeasure) -> ConditionMeasure:
    """Return `found` with the magnitude of its shared weight, whose sign said nothing."""
    assert isinstance(found.origin, TunedSharedWeight)
    return found._replace(origin=found.origin._replace(weight=abs(found.origin.weight)))


def _profile(measuring: Measuring, making: Making) -> tuple[ProfilePoint, ...]:
    """Return what the network earns at each of 41 shared weights from -2 to 2."""
    points = profile(measuring.held_out, making.episodes)
    return tuple(
        ProfilePoint(weight, finite(measure.mean), finite(measure.sd)) for weight, measure in points
    )
