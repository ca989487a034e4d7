"""Methods that prune whole units: those whose names begin with `unit`."""

from wann.errors import UserError
from wann.network.torch_module import nn, torch
from wann.pruning.forward import Examples, copy_model
from wann.pruning.masks.types import Masks
from wann.pruning.schedule import check_density
from wann.pruning.scores.scoring import Scoring
from wann.pruning.structure import units
from wann.pruning.structure.channels import channels_of
from wann.pruning.structure.costed_units import alike, costed_removal
from wann.pruning.structure.costs import operations
from wann.pruning.structure.joined_units import JoinedUnits, find_joined
from wann.pruning.structure.shrink import shrink
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

    Units that a smaller model would keep as constants, as zero padding may make it, are not
    counted on: the others go in their place. UserError where the model cannot be traced, or too
    many operations are in what has to stay.
    """
    check_density(density, of="operations")
    model, given, some = scoring.model, scoring.masks, _inputs(scoring, "operations are counted")
    channels = channels_of(model, given, some)
    worth, uses = unit_worth(scoring, channels), count_uses(copy_model(model).eval(), some)
    joined, staying = JoinedUnits(channels), torch.zeros(channels.size, dtype=torch.bool)
    while True:
        found = costed_removal(channels, given, worth, uses, density, staying)
        masks = joined.with_norms(joined.without(given, found.removed))
        try:
            left = operations(shrink(model, masks, some), some)
        except UserError:  # which is said again where it is made smaller
            return masks
        if left <= density * found.total * (1 + 1e-12):
            return masks
        kept = _kept_all_the_same(model, masks, some, found.removed)
        if not kept.any():
            raise UserError(
                f"units cannot be pruned to {density:.3g} of the operations: the smaller model has "
                f"{left / found.total:.3g} of them; choose a higher density"
            )
        staying |= alike(channels, kept)


def _kept_all_the_same(
    model: nn.Module, masks: Masks, some: Examples, removed: torch.Tensor
) -> torch.Tensor:
    """Return which of the `removed` classes (classes,) a smaller model keeps as constants."""
    kept = torch.zeros_like(removed)
    for zeros_alone in (False, True):  # as `shrink` tries it
        if not kept.any():
            kept = channels_of(model, masks, some, zeros_alone).needed.cpu() & removed
    return kept


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
