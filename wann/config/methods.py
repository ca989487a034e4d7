"""The methods of a search: which settings are for which, and how long a training is.

Evolution breeds generations of networks. The other two train which connections of a dense parent
are kept: gradients from labels, in blocks of training steps, and an evolution strategy from scores
of candidates, generation by generation.
"""

from collections.abc import Collection, Iterator
from math import ceil

from wann.errors import UserError

EVOLUTION, GRADIENT, STRATEGY = "evolution", "gradient", "es"
METHOD_NAMES = (EVOLUTION, GRADIENT, STRATEGY)
AGNOSTIC, MIXED = "agnostic", "mixed"
PARENT_NAMES = (AGNOSTIC, MIXED)
ADD_RECURRENT = "add_recurrent"  # the setting, and the operator whose frequency it is
# The settings that are frequencies of operators, but for `add_recurrent`
OPERATOR_NAMES = (
    *("add_connection", "add_node", "enable_connection", "change_activation"),
    *("disable_connection", "remove_connection", "remove_node", "move_connection"),
)
GATE_NAMES = ("top-k", "bernoulli")

# Settings that are of effect in one method alone
OF_GRADIENT = ("gates", "learn_activations", "steps", "batch", "learning_rate")
OF_EVOLUTION = (
    *("asynchronous", "islands"),
    *("race_episodes", "race_share", "stage"),
    *("migrate_every", "ranking", "max_share", "size_share", "tournament", "elite", "cull"),
    *("initial_connections", "initial_depth", "initial_signs", "initial_genes"),
    *("add_connection", "add_node", "enable_connection"),
    *("change_activation", "disable_connection", "remove_connection", "remove_node"),
    *("move_connection", "recurrent", "add_recurrent", "mutation", "crossover"),
    *("extra_mutation", "gradient_every"),
)
# In both that begin with a parent, and in both that have generations
OF_PARENTS = ("parent", "hidden_units")
OF_GENERATIONS = ("generations", "population", "confirm_episodes", "confirm_candidates")
# Settings that gradients heed with a mixed parent alone: the networks of an agnostic one classify
# alike without
OF_MIXED = ("strata",)
# Activations that multiply their value by a positive factor of their sum, by name
HOMOGENEOUS_NAMES = ("linear", "absolute", "relu")
# What hidden units of an agnostic parent may compute
_OF_AGNOSTIC = {GRADIENT: HOMOGENEOUS_NAMES, STRATEGY: (*HOMOGENEOUS_NAMES, "step")}
# Settings that a network decides whose hidden nodes the parent has
OF_PARENT_NODES = ("parent", "hidden_units", "activations", "learn_activations")

BLOCK_STEPS = 250  # steps of a training between two rows
MASK_LEARNING_RATE = 0.01
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
    first, further = (ceil(part / BLOCK_STEPS) for part in mask_steps(steps))
    return first + (len(mask_sizes(largest)) - 1) * further


def mask_steps(steps: int) -> tuple[int, int]:
    """Return how many steps lead to the first size, `steps`, and how many to each further one."""
    return steps, max(1, round(FURTHER_SHARE * steps))


def rounds_of(method: str, generations: int, steps: int, largest: int) -> int:
    """Return how many generations a search has; by gradients, how many blocks of steps.

    `largest` is the first size in connections that a training of masks comes to.
    """
    if method == GRADIENT:
        return mask_blocks(steps, largest)
    if method == STRATEGY:
        first, further = mask_steps(generations)
        return first + (len(mask_sizes(largest)) - 1) * further
    return generations


def check_given(
    given: Collection[str],
    methods: Collection[str],
    parents: Collection[str],
    activations: Collection[str],
    *,
    recurrent: bool = True,
) -> None:
    """Raise UserError if one of the settings that were given is of no effect.

    Args:
        given: their names.
        methods: the methods of the searches that they are for.
        parents: the kinds of parents that masks are trained of, where they are.
        activations: those of the searches.
        recurrent: whether networks of any of the searches may have recurrent connections.
    """
    for _, problem in of_no_effect(given, methods, parents, activations):
        raise UserError(problem)
    if ADD_RECURRENT in given and not recurrent:
        raise UserError(
            f"{ADD_RECURRENT} is for recurrent networks: leave it out, or give recurrent as well"
        )


def of_no_effect(
    given: Collection[str],
    methods: Collection[str],
    parents: Collection[str],
    activations: Collection[str],
) -> Iterator[tuple[str, str]]:
    """Yield each setting of no effect with what `check_given`, which takes the same, says of it."""
    others = " or ".join(sorted(set(methods) - {EVOLUTION}))
    remedies = [
        (OF_GRADIENT, {GRADIENT}, "the training of masks", "give method gradient"),
        (OF_PARENTS, {GRADIENT, STRATEGY}, "the training of masks", "give method gradient or es"),
        (OF_GENERATIONS, {EVOLUTION, STRATEGY}, "evolution", "give method evolution"),
        (OF_EVOLUTION, {EVOLUTION}, "evolution", f"give method evolution in place of {others}"),
    ]
    for names, heeding, what, remedy in remedies:
        if not heeding & set(methods):
            for name in sorted(set(names) & set(given)):
                yield name, f"{name} is for {what}: leave it out, or {remedy}"
    if set(methods) == {GRADIENT} and set(parents) == {AGNOSTIC}:
        for name in sorted(set(OF_MIXED) & set(given)):
            yield (
                name,
                f"{name} makes no difference to an agnostic parent, whose networks classify alike "
                "under every shared weight: leave it out, or give parent mixed",
            )
    if "activations" in given and set(parents) == {AGNOSTIC}:
        for method in sorted(set(methods) & _OF_AGNOSTIC.keys()):
            unfit = sorted(set(activations) - set(_OF_AGNOSTIC[method]))
            if unfit:
                yield (
                    "activations",
                    "hidden units of an agnostic parent: expected some of "
                    f"{', '.join(_OF_AGNOSTIC[method])}, got activation {unfit[0]}; leave "
                    "activations out, or give parent mixed",
                )


def check_seeded(given: Collection[str]) -> None:
    """Raise UserError if a setting is of no effect where masks are trained among given nodes.

    `given`: the names of the settings that a search by gradients was given which begins from a
    network, whose hidden nodes with their activations its parent then has.
    """
    check_given(given, {GRADIENT}, {MIXED}, ())
    for name in OF_PARENT_NODES:
        if name in given:
            raise UserError(
                f"{name} makes no difference where masks are trained among the nodes of a network: "
                "leave it out, or leave out --seed-from"
            )
