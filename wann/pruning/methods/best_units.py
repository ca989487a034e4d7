"""Methods that prune whole units: those whose names begin with `unit`."""

from wann.errors import UserError
from wann.network.torch_module import torch
from wann.pruning.forward import Examples, copy_model
from wann.pruning.masks.types import Masks
from wann.pruning.schedule import check_density
from wann.pruning.scores.scoring import Scoring
from wann.pruning.structure import units
from wann.pruning.structure.channels import channels_of
from wann.pruning.structure.costed_units import costed_removal
from wann.pruning.structure.joined_units import JoinedUnits, find_joined
from wann.pruning.structure.timed_units import units_in_time
from wann.pruning.structure.unit_worth import unit_worth
from wann.pruning.structure.weight_uses import count_uses
from wann.pruning.uses.find import find_outputs


def best_units(scoring: Scoring, density: float) -> Masks:
    """Return masks that keep the share `density` of the units of each layer, outputs whole."""
    model, given, some = scoring.model, scoring.masks, scoring.some_inputs()
    outputs = find_outputs(model, some, scoring.outputs)
    counts = units.unit_counts(model, given, density, outputs=outputs)
    scores, joined = units.unit_scores(model, given, logits=True), find_joined(model, given, some)
    if joined is None:
        return units.select_units(model, given, counts, scores)
    return joined.with_norms(units.select_units(model, given, counts, joined.scores(scores)))


def units_at_cost(scoring: Scoring, density: float) -> Masks:
    """Return masks with which the share `density` of the operations is left, or just less.

    UserError where the model cannot be traced, or too many operations are in what has to stay.
    """
    check_density(density, of="operations")
    model, given, some = scoring.model, scoring.masks, _inputs(scoring, "operations are counted")
    channels = channels_of(model, given, some)
    worth, uses = unit_worth(scoring, channels), count_uses(copy_model(model).eval(), some)
    found = costed_removal(channels, given, worth, uses, density)
    joined = JoinedUnits(channels)
    return joined.with_norms(joined.without(given, found.removed))


def units_at_latency(scoring: Scoring, density: float, examples: int) -> Masks:
    """Return masks with which the smaller model takes the share `density` of the time, or less.

    `examples`: how many are computed at once. UserError where the model cannot be traced or made
    smaller, or what has to stay takes more.
    """
    check_density(density, of="the time")
    some = _inputs(scoring, "time is measured")
    batch = some[torch.arange(examples) % len(some)]
    return units_in_time(
        scoring.model, scoring.masks, batch, density, lambda found: unit_worth(scoring, found)
    )


def _inputs(scoring: Scoring, what: str) -> Examples:
    some = scoring.some_inputs()
    if some is None:
        raise UserError(f"{what} on inputs: expected at least one batch of data")
    return some
