"""Whether a method suits a model and a density; asked before anything is trained."""

import dataclasses
from collections.abc import Sequence

from wann.errors import UserError, unknown
from wann.pruning import allocate, scores
from wann.pruning import masks as masking
from wann.pruning.methods import SELECTIONS, Method, When, tickets
from wann.pruning.methods.model_and_data import Subject
from wann.pruning.patterns import pattern_of
from wann.pruning.rewind import Rewind, refuse_without_reset
from wann.pruning.torch_modes import in_own_modes

_FEW = 2  # examples that a score is tried out on


@in_own_modes()
def check_method(
    subject: Subject, method: Method, densities: Sequence[float], retrain: bool = True
) -> None:
    """Raise UserError if `method` cannot prune the subject's model to `densities`.

    What depends on trained weights alone is not known before: which layers a ranking of the whole
    network would empty.

    Args:
        subject: the model, its data and its training.
        method: the method.
        densities: shares of the prunable weights to keep; of the units for 'unit', of
            the operations for 'unit-cost', of the time for 'unit-latency'.
        retrain: whether the model is trained on after pruning.
    """
    if method.select not in SELECTIONS:
        raise unknown("selection", method.select, SELECTIONS)
    for density in densities:
        if method.select == "units":
            subject.check_units(density)
        elif method.select == "units-at-cost":
            subject.check_cost(density)
        elif method.select == "units-at-latency":
            subject.check_latency(method.at_once, density)
        else:
            _check_counts(subject, method, density)
    if subject.trained and method.rewind in (Rewind.INITIAL, Rewind.STEP):
        raise UserError(
            f"this method goes back to weights from before the end of training ({method.about}), "
            "which are not known of a model that is trained already: expected one that trains on, "
            "such as magnitude or imp-lr"
        )
    if subject.fine_tuned and not fine_tunes(subject, method):
        raise UserError(
            f"this method does not fine-tune ({method.about}): leave out the steps and the rate of "
            "fine-tuning, or choose one that trains on, such as magnitude"
        )
    if method.rewind is Rewind.REINIT and retrain:
        refuse_without_reset(subject.model)
    if method.kind == "signed-mask" and subject.objective.loss is not None:
        raise UserError(
            "signed-mask is trained for classes, since the scale of the outputs is that of the "
            "shared weight: expected no loss of one's own; leave it out, or choose another method"
        )
    if method.score is not None and method.when is not When.INIT:
        _try_score(subject, method)


def fine_tunes(subject: Subject, method: Method) -> bool:
    """Whether the model is trained on as it is after pruning, at a share of the learning rate.

    A trained model is so by methods of before training, too.
    """
    return method.fine_tunes or (subject.trained and method.when is When.INIT)


def _check_counts(subject: Subject, method: Method, density: float) -> None:
    keep = allocate.budget(masking.total(subject.full), density)
    if pattern := pattern_of(method.allocate):
        pattern.check(density)
    elif method.allocate != allocate.GLOBAL:
        allocate.allocate(
            method.allocate, None, subject.full, keep, allow_empty=subject.allow_empty
        )
    if method.when is When.ROUNDS:
        tickets.rounds_before(subject.full, keep)


def _try_score(subject: Subject, method: Method) -> None:
    """Compute a score of the model before training, on few examples, for what it refuses."""
    assert method.score is not None
    scoring = subject.scoring(subject.copy(), subject.full)
    few = [(x[:_FEW], y[:_FEW]) for x, y in list(scoring.batches)[:1]]
    scores.compute(method.score, dataclasses.replace(scoring, batches=few), values=False)
