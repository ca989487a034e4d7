"""One method, carried out on one subject: what `prune`, studies and comparisons have in common."""

import dataclasses
from typing import Any

from torch import nn

from wann.errors import UserError
from wann.pruning import allocate, scores
from wann.pruning import masks as masking
from wann.pruning.forward import run
from wann.pruning.masks import Masks
from wann.pruning.methods import (
    Method,
    When,
    prune_at,
    signed_mask,
    supermask,
    tickets,
    while_training,
)
from wann.pruning.methods.model_and_data import Dense, Subject, Tell
from wann.pruning.modes import Modes
from wann.pruning.pruned_model import Increase, PrunedModel
from wann.pruning.rewind import Rewind
from wann.pruning.scores import Scoring
from wann.pruning.torch_modes import in_own_modes
from wann.pruning.torch_random import in_use


@in_own_modes()
def prune_subject(
    subject: Subject,
    method: Method,
    density: float,
    *,
    dense: Dense | None = None,
    last: tickets.Round | None = None,
    retrain: bool = True,
    tell: Tell | None = None,
) -> PrunedModel:
    """Do what `prune` does, with what is known already given.

    Args:
        subject: the model, its data and its training.
        method: the method, as `methods.find` returns it.
        density: the share of the prunable weights to keep, in (0, 1]; of the units for 'unit', of
            the operations for 'unit-cost', of the time for 'unit-latency'.
        dense: what training the whole model gave; None to train it where the method needs that.
        last: the round of lottery tickets to go on from; None to begin with the whole model.
        retrain: whether to train on where a method prunes a trained model.
        tell: called with (steps done, all) of each training.
    """
    found = _pruned(subject, method, density, dense, last, retrain, tell)
    metric = subject.objective.metric_name
    return dataclasses.replace(found, example=subject.example(), metric=metric)


def _pruned(
    subject: Subject,
    method: Method,
    density: float,
    dense: Dense | None,
    last: tickets.Round | None,
    retrain: bool,
    tell: Tell | None,
) -> PrunedModel:
    if method.when is When.MASK:
        return _supermask(subject, method, density)
    if method.when is When.DURING:
        model = subject.copy()
        first, revise = while_training.plan(subject, method, density)
        history = subject.train(model, first, revise=revise, tell=tell)
        return PrunedModel(model, history.masks, history.accuracy, history, None)
    if method.when is When.INIT and not subject.trained:
        scoring = subject.scoring(subject.copy(), subject.full)
        found = prune_at(method, scoring, density, allow_empty=subject.allow_empty)
        return train_pruned(subject, subject.copy(), found, None, tell=tell)
    dense = dense or subject.train_dense(tell)
    if method.when is When.ROUNDS:
        return _ticket(subject, method, density, dense, last, tell)
    return _at_once(subject, method, density, dense, retrain, tell)


def _at_once(
    subject: Subject,
    method: Method,
    density: float,
    dense: Dense,
    retrain: bool,
    tell: Tell | None,
) -> PrunedModel:
    """Prune a trained model in one go, and train it on from where the method rewinds to."""
    model = subject.copy(dense.trained)
    scoring = subject.scoring(model, subject.full)
    found = prune_at(method, scoring, density, allow_empty=subject.allow_empty)
    before, predicted = _loss(scoring), _predicted(method, scoring, found)
    masking.apply(model, found)
    at_once = subject.measure(model)
    increase = Increase(_loss(scoring) - before, predicted)
    if not retrain:
        return PrunedModel(model, found, at_once, None, at_once, increase=increase)
    start = tickets.set_back(subject, method.rewind, dense, model)
    fine = subject.fine_tuning if method.rewind is Rewind.KEEP else None
    result = train_pruned(subject, model, found, at_once, training=fine, start=start, tell=tell)
    return dataclasses.replace(result, increase=increase)


def _ticket(
    subject: Subject,
    method: Method,
    density: float,
    dense: Dense,
    last: tickets.Round | None,
    tell: Tell | None,
) -> PrunedModel:
    keep = allocate.budget(masking.total(subject.full), density)
    count = tickets.rounds_before(subject.full, keep)
    first = last or tickets.Round(0, subject.full, dense.trained)
    before = [first, *tickets.rounds(subject, method, dense, count, first, tell)][-1]
    found = tickets.ticket_of(subject, method, before, keep)
    model = subject.copy(before.trained)
    masking.apply(model, found)
    at_once = subject.measure(model)
    start = tickets.set_back(subject, method.rewind, dense, model, before.number + 1)
    fine = subject.fine_tuning if method.fine else None
    result = train_pruned(subject, model, found, at_once, training=fine, start=start, tell=tell)
    return dataclasses.replace(result, rounds=before.number + 1)


def train_pruned(
    subject: Subject, model: nn.Module, masks: Masks, at_once: float | None, **how: Any
) -> PrunedModel:
    """Train `model` under `masks`, `how` as in `Subject.train`, and return what came of it.

    `at_once` is its accuracy before, where it was pruned after a training.
    """
    history = subject.train(model, masks, **how)
    metric = subject.objective.metric_name
    return PrunedModel(model, masks, history.accuracy, history, at_once, metric=metric)


def _supermask(subject: Subject, method: Method, density: float) -> PrunedModel:
    """Train masks, and no weights, for as many examples as other methods train weights for."""
    model, loss = subject.copy(), subject.objective.mean
    data, generator = (subject.data.x, subject.data.y), subject.generator("supermask")
    given = (model, subject.full, data, density, generator)
    epochs = max(1, round(subject.training.steps * subject.training.batch / len(subject.data.y)))
    if method.kind == "signed-mask":
        signed = signed_mask.SignedConfig(epochs=epochs)
        found = signed_mask.signed_mask(*given, config=signed, allocation=method.allocate)
    elif method.kind == "edge-popup":
        popup = supermask.PopupConfig(epochs=epochs)
        found = supermask.edge_popup(*given, config=popup, allocation=method.allocate, loss=loss)
    elif method.allocate != "global":
        raise UserError(
            "mask probabilities compete over the whole network: "
            f"expected 'global', got {method.allocate!r}"
        )
    else:
        bernoulli = supermask.BernoulliConfig(epochs=epochs)
        found = supermask.bernoulli(*given, config=bernoulli, loss=loss)
    found.install(model)
    share = subject.measure(model)
    result = PrunedModel(model, found.masks, share, None, share)
    if method.kind != "signed-mask":
        return result
    shares = signed_mask.under_weights(model, found.masks, subject.measure)
    return dataclasses.replace(result, under_weights=shares)


def _loss(scoring: Scoring) -> float:
    """Return the mean loss of the model as it is, over the examples that scores look at."""
    model, batches = scoring.model, list(scoring.data())
    with Modes(model), in_use(model):
        model.eval()
        found = [float(scoring.loss(run(model, x), y)) * len(y) for x, y in batches]
    return sum(found) / sum(len(y) for _, y in batches)


def _predicted(method: Method, scoring: Scoring, masks: Masks) -> float | None:
    """Return by how much the pruned weights raise the loss, None where the score does not say it.

    The prediction is of second order and takes each weight by itself (LeCun et al. 1990, eq. 3).
    """
    if method.score not in ("obd", "fisher"):
        return None
    found = scores.compute(method.score, scoring)
    return sum(float(found[name][~masks[name]].sum()) for name in found)
