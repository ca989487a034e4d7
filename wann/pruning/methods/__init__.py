"""This folder holds the published methods by name, and those that train while they prune.

Each is a combination of score, allocation, selection, schedule and rewinding. `wann.pruning.api`
carries them out, and comparisons prune by them. Begin with `METHODS`; `rigl`, `supermask`,
`signed_mask`, `tickets` and `while_training` hold what methods do during training.
"""

from dataclasses import replace

from wann.errors import UserError, unknown
from wann.own import Registry, is_own, label_of
from wann.pruning import allocate, masks, schedule, scores, select
from wann.pruning.masks import Masks
from wann.pruning.masks.types import ShortMasks
from wann.pruning.methods.best_units import best_units, units_at_cost, units_at_latency
from wann.pruning.methods.method import KINDS as KINDS
from wann.pruning.methods.method import OF_UNITS as OF_UNITS
from wann.pruning.methods.method import SELECTIONS as SELECTIONS
from wann.pruning.methods.method import Method as Method
from wann.pruning.methods.method import When as When
from wann.pruning.methods.phew import phew
from wann.pruning.methods.published import PUBLISHED, trained
from wann.pruning.patterns import pattern_of
from wann.pruning.scores import Score, Scoring
from wann.pruning.torch_modes import in_own_modes
from wann.pruning.uses.layers import layouts

METHODS: Registry[Method] = Registry(
    "method",
    PUBLISHED,
    expected="a Method, or a score, which then ranks a trained model",
    about=lambda name: PUBLISHED[name].about,
    instances=Method,
)


def find(method: str | Method | Score) -> Method:
    """Return the method of that name.

    One of the user's own is called 'module:name'. A score may stand for a method: its name,
    'module:function' or the function itself. The method then ranks the weights of a trained model
    by it. UserError if there is no such method or score.
    """
    if isinstance(method, Method):
        return method
    if not isinstance(method, str):
        return trained(f"the score {label_of(method)}", scores.find(method))
    if method in METHODS:
        return METHODS[method]
    if is_own(method):
        found = METHODS.find(method)
        if isinstance(found, Method):
            return found
        scores.find(method)
    elif method not in scores.SCORES:
        raise unknown("method", method, METHODS)
    return trained(f"the score {method}", method)


@in_own_modes()
def prune_at(
    method: str | Method, scoring: Scoring, density: float, *, allow_empty: bool = False
) -> Masks:
    """Return the masks of `method` at `density`.

    The density is a share of all weights in the masks, or of the units if the method selects
    'units', of the operations if it selects 'units-at-cost', or of the time that `at_once` examples
    take if it selects 'units-at-latency'. The model of `scoring` is before or
    after training, as the method wants it; from the masks of `scoring` on, it is pruned further.
    Methods that choose at random need its generator; from equal generators, different methods draw
    different numbers.

    Raises:
        UserError: the method needs training in between; or as the parts do.
    """
    method = find(method)
    return ShortMasks(_masks_of(method, method.drawing(scoring), density, allow_empty))


def _masks_of(method: Method, scoring: Scoring, density: float, allow_empty: bool) -> Masks:
    if method.when not in (When.INIT, When.TRAINED):
        raise UserError(
            f"this method needs training ({method.about}): expected one that prunes before or "
            "after it"
        )
    if method.select not in SELECTIONS:
        raise unknown("selection", method.select, SELECTIONS)
    if method.select in OF_UNITS:
        return _of_units(method, scoring, density)
    if method.select == "walks":
        return phew(scoring, density)
    if pattern := pattern_of(method.allocate):
        pattern.check(density)
        method = replace(method, score=method.score or "random")
    if method.score is None:
        keep = allocate.budget(masks.total(scoring.masks), density)
        counts = allocate.allocate(
            method.allocate, None, scoring.masks, keep, allow_empty=allow_empty
        )
        return select.select_random(counts, scoring.masks, scoring.random())
    found = prune_by_score(method, scoring, density, allow_empty=allow_empty)
    if method.select == "random" and not pattern:
        return select.select_random(masks.counts(found), scoring.masks, scoring.random())
    return found


def _of_units(method: Method, scoring: Scoring, density: float) -> Masks:
    if method.select == "units-at-latency":
        return units_at_latency(scoring, density, method.at_once)
    return (best_units if method.select == "units" else units_at_cost)(scoring, density)


def prune_by_score(
    method: Method, scoring: Scoring, density: float, *, allow_empty: bool = False
) -> Masks:
    """Return the masks of the best weights after the rounds of `method`.

    The scores of each round are computed with the weights that the round before it has left.
    """
    assert method.score is not None
    total, alive, found = masks.total(scoring.masks), masks.density(scoring.masks), scoring.masks
    last = allocate.budget(total, density)
    if last > masks.kept(found):
        raise UserError(
            f"density {density} keeps {last} weights: expected no more than the "
            f"{masks.kept(found)} left"
        )
    for share in schedule.exponential(min(1.0, density / alive), method.rounds)[:-1]:
        found = _round(
            method,
            replace(scoring, masks=found),
            max(last, round(share * alive * total)),
            allow_empty,
        )
    return _round(method, replace(scoring, masks=found), last, allow_empty)


def _round(method: Method, scoring: Scoring, keep: int, allow_empty: bool) -> Masks:
    assert method.score is not None
    found = scores.compute(method.score, scoring)
    if pattern := pattern_of(method.allocate):
        share = keep / masks.total(scoring.masks)
        return pattern.select(found, scoring.masks, share, layouts(scoring.model), allow_empty)
    if method.allocate == "global":
        return select.select_global(found, keep, scoring.masks, allow_empty=allow_empty)
    counts = allocate.allocate(method.allocate, found, scoring.masks, keep, allow_empty=allow_empty)
    return select.select(found, counts, scoring.masks, allow_empty=allow_empty)
