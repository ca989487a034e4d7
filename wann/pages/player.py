"""The data of the player, the part of a page in which networks act at a weight that one drags."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.network.network import Network
from wann.pages.network_data import network_data
from wann.pages.scene import task_data
from wann.tasks.task import Task

# The shared weights that can be chosen, and whatever lies between training weights beyond them.
LEAST_WEIGHT, MOST_WEIGHT = -2.0, 2.0

# What a network earns: pairs of a shared weight and the mean return or accuracy at it.
Profile = Sequence[tuple[float, float]]


class Offered(NamedTuple):
    """What shared weights that have a button are said to be."""

    hint: str  # before all buttons
    each: str  # one of them


TRAINED = Offered("trained at", "a training weight")
CONFIRMED = Offered("confirmed at", "a weight for confirming")  # trained at ever new ones
EXAMPLES = Offered("for instance", "an example")


class Contestant(NamedTuple):
    """A network in the player."""

    label: str  # what it is called there
    network: Network
    weights: NDArray[np.float64] | None = None  # (connections,) its own, if it has any
    note: str = ""  # a plain sentence on it
    series: int | None = None  # the number of its colour; None: its place among all


def player_data(
    task: Task | None,
    contestants: Sequence[Contestant],
    training_weights: Sequence[float],
    profile: Sequence[Profile],
    *,
    offered: Offered = TRAINED,
    own_label: str = "Own weights",
    begin_with_own: bool = True,
) -> dict[str, Any]:
    """Return JSON values of what acts where, as web/player.js reads them.

    Args:
        task: what the networks do; None where that is not known.
        contestants: the networks, at least one; the first is shown first.
        training_weights: shared weights that have a button each.
        profile: of each contestant what it earns over shared weights; empty where that was not
            measured.
        offered: what these are said to be.
        own_label: what the switch to the networks' own weights is called.
        begin_with_own: whether those are switched on at first, where there are any.

    Raises:
        UserError: where the task cannot be made here.
        ValueError: where the profiles are not as many as the contestants, or there are none.
    """
    if not contestants or len(profile) != len(contestants):
        raise ValueError(
            f"expected a profile for each of one or more contestants, got {len(profile)} for "
            f"{len(contestants)}"
        )
    return {
        "task": None if task is None else task_data(task),
        "least": min([LEAST_WEIGHT, *training_weights]),
        "most": max([MOST_WEIGHT, *training_weights]),
        "training": [float(weight) for weight in training_weights],
        "offered": offered._asdict(),
        "ownLabel": own_label,
        "beginWithOwn": begin_with_own,
        "contestants": [
            {
                "label": one.label,
                "note": one.note,
                "series": place if one.series is None else one.series,
                "network": network_data(one.network, one.weights),
                "profile": [[float(weight), float(mean)] for weight, mean in points],
            }
            for place, (one, points) in enumerate(zip(contestants, profile, strict=True))
        ],
    }
