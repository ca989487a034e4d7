"""How many connections contestants can have at most: the places of what they are pruned from."""

from collections.abc import Iterable, Mapping

from wann.config import (
    CONTROL_CONTESTANTS,
    DENSE_SMALL,
    GROWN_BY_GRADIENTS,
    SHARED_MASKS,
    Making,
)
from wann.errors import UserError
from wann.experiments.comparison.contestants.make import DENSE, is_of_a_champion
from wann.network.from_masks import dense_masks
from wann.tasks.optional_abilities import Labelled
from wann.tasks.task import Task

# As large as they are to be, whatever the settings
_OF_ANY_SIZE = (DENSE, DENSE_SMALL, *CONTROL_CONTESTANTS)


def dense_places(task: Task, making: Making) -> int:
    """Return how many connections the dense parent has."""
    return sum(mask.size for mask in dense_masks(task.inputs, making.hidden, task.outputs))


def places_of(name: str, task: Task, making: Making) -> int | None:
    """Return how many connections a contestant can have, None where nothing limits them."""
    if is_of_a_champion(name) or name in _OF_ANY_SIZE:
        return None
    if name in SHARED_MASKS:
        if not isinstance(task, Labelled):  # their parents are as large as suits the size
            return None
        from wann.experiments.comparison.contestants.shared_masks import places_of_parent

        return places_of_parent(name, task, making)
    if name in GROWN_BY_GRADIENTS:
        from wann.pruning.dynamic.plan import places

        return places(task.inputs, task.outputs, making.hidden)
    return dense_places(task, making)


def check_places(
    names: Iterable[str], task: Task, making: Making, sizes: Mapping[str, int]
) -> None:
    """Raise UserError unless all contestants can be as large as they are to be.

    `sizes`: the numbers of connections asked for, by what asks for them.
    """
    asked_by, most = max(sizes.items(), key=lambda asked: asked[1])
    for name in names:
        places = places_of(name, task, making)
        if places is not None and most > places:
            raise UserError(
                f"{name}: what it is made of has {places:,} places, fewer than the {most:,} "
                f"connections of {asked_by}: give more units by --hidden, or ask for fewer"
            )
