"""The two methods of a search: which settings are for which, and how long a training is.

Evolution breeds generations of networks. Gradients train which connections of a dense parent are
kept; a generation is then a block of training steps.
"""

from collections.abc import Collection
from math import ceil

from wann.errors import UserError

EVOLUTION, GRADIENT = "evolution", "gradient"
METHOD_NAMES = (EVOLUTION, GRADIENT)
AGNOSTIC, MIXED = "agnostic", "mixed"
PARENT_NAMES = (AGNOSTIC, MIXED)
GATE_NAMES = ("top-k", "bernoulli")

# Settings that are of no effect unless masks are trained, and those that are of none then
OF_GRADIENT = ("parent", "gates", "hidden_units", "steps", "batch", "learning_rate")
OF_EVOLUTION = (
    *("generations", "population", "migrate_every", "ranking", "max_share", "size_share"),
    *("tournament", "elite", "cull", "initial_connections", "initial_genes", "add_connection"),
    *("add_node", "enable_connection", "change_activation", "disable_connection"),
    *("remove_connection", "remove_node", "move_connection", "mutation", "crossover"),
    *("extra_mutation", "confirm_episodes", "confirm_candidates"),
)
# Settings that only a mixed parent heeds: the networks of an agnostic one classify alike without
OF_MIXED = ("activations", "strata")

BLOCK_STEPS = 250  # steps of a training between two rows
FURTHER_SHARE = 0.25  # of the steps down to the first size, for each further one
_SMALLEST = 20  # connections of the last size


def mask_sizes(largest: int) -> list[int]:
    """Return the sizes that a training of masks comes to, in connections: halves of the one before.

    The first is `largest`.
    """
    sizes = [largest]
    while sizes[-1] // 2 >= _SMALLEST:
        sizes.append(sizes[-1] // 2)
    return sizes


def mask_blocks(steps: int, largest: int) -> int:
    """Return how many blocks of steps a training of masks has.

    Each size begins with a block of its own. `steps` lead to the first size, `largest`.
    """
    further = max(1, round(FURTHER_SHARE * steps))
    sizes = mask_sizes(largest)
    return ceil(steps / BLOCK_STEPS) + (len(sizes) - 1) * ceil(further / BLOCK_STEPS)


def check_given(given: Collection[str], methods: Collection[str], parents: Collection[str]) -> None:
    """Raise UserError if one of the settings that were given is of no effect.

    Args:
        given: their names.
        methods: the methods of the searches that they are for.
        parents: the kinds of parents that masks are trained of, where they are.
    """
    refused = [
        (EVOLUTION, OF_GRADIENT, "the training of masks: leave it out, or give method gradient"),
        (GRADIENT, OF_EVOLUTION, "evolution: leave it out, or leave out method gradient"),
    ]
    for method, names, what in refused:
        if set(methods) == {method}:
            for name in sorted(set(names) & set(given)):
                raise UserError(f"{name} is for {what}")
    if set(methods) == {GRADIENT} and set(parents) == {AGNOSTIC}:
        for name in sorted(set(OF_MIXED) & set(given)):
            raise UserError(
                f"{name} makes no difference to an agnostic parent, whose networks classify alike "
                "under every shared weight: leave it out, or give parent mixed"
            )
