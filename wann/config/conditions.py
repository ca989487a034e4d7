"""The weight conditions: each with its name, its heading in tables, and what its weights are."""

from typing import NamedTuple

RANDOM_WEIGHTS, RANDOM_SHARED = "random_weights", "random_shared"
TUNED_WEIGHTS, TUNED_SHARED = "tuned_weights", "tuned_shared"
# Those that only a comparison has
TRAINED_WEIGHTS, ENSEMBLE = "trained_weights", "ensemble"
RANDOM_SIGNED, TUNED_SIGNED = "random_signed", "tuned_signed"


class Condition(NamedTuple):
    """How a weight condition is called where it is shown."""

    heading: str  # above a column, or a panel of a figure
    weights: str  # what the weights are


# By the names of the conditions, in the order in which a comparison shows them.
CONDITIONS = {
    TUNED_WEIGHTS: Condition("tuned", "individual weights, tuned alike for all"),
    TRAINED_WEIGHTS: Condition(
        "trained", "individual weights: its own, or tuned where it came without"
    ),
    TUNED_SHARED: Condition("tuned shared", "one tuned weight for all"),
    TUNED_SIGNED: Condition("tuned signed", "one tuned magnitude for all, with the trained signs"),
    ENSEMBLE: Condition("vote", "vote over six shared weights"),
    RANDOM_SHARED: Condition("random shared", "one random weight for all, from U(-2, 2)"),
    RANDOM_SIGNED: Condition(
        "random signed", "one random magnitude for all, from U(0, 2), with the trained signs"
    ),
    RANDOM_WEIGHTS: Condition("random", "random weights, each from U(-2, 2)"),
}
# What `wann evaluate --conditions` measures, in the order of the paper's table.
CONDITION_NAMES = (RANDOM_WEIGHTS, RANDOM_SHARED, TUNED_SHARED, TUNED_WEIGHTS)
