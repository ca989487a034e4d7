"""The method `unit`: the best units of each layer, those that go together ranked as one."""

from wann.pruning.masks.types import Masks
from wann.pruning.scores.scoring import Scoring
from wann.pruning.structure import units
from wann.pruning.structure.joined_units import find_joined
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
