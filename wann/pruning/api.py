"""A model, pruned by any method at any density in one call, and the controls for its result."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from wann.config import Training
from wann.errors import UserError, unknown
from wann.network.network import Network
from wann.pruning import allocate, scores, select
from wann.pruning import masks as masking
from wann.pruning.forward import run
from wann.pruning.masks import Masks
from wann.pruning.methods import Method, When, find, prune_at, supermask, tickets, while_training
from wann.pruning.methods.model_and_data import Dense, Subject, Tell, early_step
from wann.pruning.rewind import Rewind, reinit
from wann.pruning.scores import Score, Scoring
from wann.pruning.structure.shrink import shrink
from wann.pruning.structure.to_network import to_network
from wann.pruning.training.checks import check_fit
from wann.pruning.training.data import Data, load_data
from wann.pruning.training.models import build
from wann.pruning.training.training import History, accuracy

CONTROLS = {
    "reinit": "the same masks, other weights to begin with",
    "shuffle": "masks shuffled within each layer",
    "random": "as many weights, at random over the whole network",
}
# Training on after pruning takes this share of the learning rate (Han et al. 2015).
_FINE = 0.1


class Increase(NamedTuple):
    """How much more the loss is right after pruning, over the examples that were scored."""

    true: float
    # The sum of the scores of what was pruned, where the score predicts it; else None
    predicted: float | None


@dataclass(frozen=True)
class PrunedModel:
    """A pruned model as it is in the end, and how it was made."""

    model: nn.Module  # trained, pruned weights zero
    masks: Masks
    accuracy: float  # on the test examples
    history: History | None = field(repr=False)  # of the last training; None if there was none
    at_once: float | None  # accuracy right after pruning, where the model was trained before
    rounds: int = 0  # how many rounds of training came before the last
    # How much more the loss was right after pruning; None unless a trained model was pruned
    increase: "Increase | None" = None
    left_whole: Mapping[str, str] = field(default_factory=dict)  # see `masks.survey`

    @property
    def kept(self) -> int:
        """How many weights are kept."""
        return masking.kept(self.masks)

    @property
    def density(self) -> float:
        """The share of the prunable weights that is kept."""
        return masking.density(self.masks)

    def shrink(self, example: torch.Tensor) -> nn.Module:
        """Return the model without dead units, equal in its outputs. See `shrink.shrink`."""
        return shrink(self.model, self.masks, example)

    def to_network(self, example: torch.Tensor) -> tuple[Network, NDArray[np.float64]]:
        """Return the model as a `Network`, and its weights. See `to_network.to_network`."""
        return to_network(self.model, self.masks, example)


def prune(
    model: nn.Module | str,
    data: Data | str | Path = "digits",
    method: str | Method | Score = "magnitude",
    density: float = 0.1,
    *,
    training: Training | None = None,
    seed: int = 0,
    protect: Sequence[str] = (),
    include: Sequence[str] = (),
    outputs: Sequence[str] = (),
    retrain: bool = True,
    rewind_step: int | None = None,
    tell: Tell | None = None,
) -> PrunedModel:
    """Prune `model` to `density` by `method`, training it on `data` as the method wants.

    The model itself stays as it is.

    Args:
        model: a module, whose present weights are the initial ones, or what `models.build` takes.
        data: `Data`, or the name or path of a data set.
        method: one of `METHODS`, a `Method` of your own, or a score, which ranks the trained model.
        density: the share of the prunable weights to keep, in (0, 1]; of the units for 'unit'.
        training: by default that of Frankle & Carbin's lottery tickets.
        seed: of everything that is drawn.
        protect: parameters, layers or patterns that are left whole.
        include: what is pruned although it would be left whole: frozen layers, embeddings, tokens.
        outputs: the layers whose units are the outputs, where a forward pass does not show it.
        retrain: whether to train on where a method prunes a trained model.
        rewind_step: the step that late rewinding goes back to; by default a fiftieth of training.
        tell: called with (steps done, all) of each training.

    Raises:
        UserError: a density that leaves a layer without weights, names that are unknown, a model
            that does not fit the data, labels that are no classes, a loss that is no number.
    """
    data = load_data(str(data)) if isinstance(data, str | Path) else data
    if isinstance(model, str):
        model = build(model, data.shape, data.classes, seed)
    if not isinstance(model, nn.Module) or not isinstance(data, Data):
        raise UserError(
            "expected a torch.nn.Module or its name, and `Data` or its name, got "
            f"{type(model).__name__} and {type(data).__name__}"
        )
    training = training or Training()
    step = early_step(training, rewind_step)
    subject = Subject(
        model, data, training, seed, protect, rewind_step=step, include=include, outputs=outputs
    )
    allocate.budget(masking.total(subject.full), density)  # refused before, not after training
    check_fit(subject.model, subject.data)
    if (found := find(method)).select == "units":
        subject.check_units(density)
    pruned = prune_subject(subject, found, density, retrain=retrain, tell=tell)
    return dataclasses.replace(pruned, left_whole=subject.survey.left_whole)


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
        density: the share of the prunable weights to keep, in (0, 1]; of the units for 'unit'.
        dense: what training the whole model gave; None to train it where the method needs that.
        last: the round of lottery tickets to go on from; None to begin with the whole model.
        retrain: whether to train on where a method prunes a trained model.
        tell: called with (steps done, all) of each training.
    """
    if method.when is When.INIT:
        found = prune_at(method, subject.scoring(subject.copy(), subject.full), density)
        return _trained(subject, subject.copy(), found, None, tell=tell)
    if method.when is When.MASK:
        return _supermask(subject, method, density)
    if method.when is When.DURING:
        model = subject.copy()
        first, revise = while_training.plan(subject, method, density)
        history = subject.train(model, first, revise=revise, tell=tell)
        return PrunedModel(model, history.masks, history.accuracy, history, None)
    dense = dense or subject.train_dense(tell)
    if method.when is When.ROUNDS:
        return _ticket(subject, method, density, dense, last, tell)
    model = subject.copy(dense.trained)
    scoring = subject.scoring(model, subject.full)
    found = prune_at(method, scoring, density)
    before, predicted = _loss(scoring), _predicted(method, scoring, found)
    masking.apply(model, found)
    at_once = accuracy(model, subject.data.x_test, subject.data.y_test)
    increase = Increase(_loss(scoring) - before, predicted)
    if not retrain:
        return PrunedModel(model, found, at_once, None, at_once, increase=increase)
    start = tickets.set_back(subject, method.rewind, dense, model)
    fine = _fine(subject.training) if method.rewind is Rewind.KEEP else None
    result = _trained(subject, model, found, at_once, training=fine, start=start, tell=tell)
    return dataclasses.replace(result, increase=increase)


def control(
    subject: Subject,
    kind: str,
    masks: Masks,
    tell: Tell | None = None,
    *,
    method: str | Method | Score | None = None,
) -> PrunedModel:
    """Return what a control for the masks of a method gives when trained from the start.

    Args:
        subject: the model, its data and its training.
        kind: one of `CONTROLS`.
        masks: what the method keeps.
        tell: called with (steps done, all).
        method: the method. Controls of two methods draw different masks; new weights to begin with
            are the same for all, as the first weights are.
    """
    model = subject.copy()
    of = f" of {find(method).label}" if method is not None else ""
    if kind == "reinit":
        reinit(model, subject.generator("reinit"))
    elif kind == "shuffle":
        masks = masking.shuffle(masks, subject.generator(f"shuffle{of}"))
    elif kind == "random":
        counts = allocate.uniform(subject.full, masking.kept(masks))
        masks = select.select_random(counts, subject.full, subject.generator(f"random mask{of}"))
    else:
        raise unknown("control", kind, CONTROLS)
    return _trained(subject, model, masks, None, tell=tell)


def needs_dense(method: Method) -> bool:
    """Whether a method begins with the whole model, trained."""
    return method.when in (When.TRAINED, When.ROUNDS)


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
    at_once = accuracy(model, subject.data.x_test, subject.data.y_test)
    start = tickets.set_back(subject, method.rewind, dense, model)
    result = _trained(subject, model, found, at_once, start=start, tell=tell)
    return dataclasses.replace(result, rounds=before.number + 1)


def _trained(
    subject: Subject, model: nn.Module, masks: Masks, at_once: float | None, **how: Any
) -> PrunedModel:
    history = subject.train(model, masks, **how)
    return PrunedModel(model, masks, history.accuracy, history, at_once)


def _supermask(subject: Subject, method: Method, density: float) -> PrunedModel:
    """Train masks for as many steps as the weights of other methods; weights stay what they are."""
    data, model = (subject.data.x, subject.data.y), subject.copy()
    generator = subject.generator("supermask")
    epochs = max(1, round(subject.training.steps * subject.training.batch / len(subject.data.y)))
    if method.kind == "edge-popup":
        popup = supermask.PopupConfig(epochs=epochs)
        found = supermask.edge_popup(
            model, subject.full, data, density, generator, config=popup, allocation=method.allocate
        )
    elif method.allocate != "global":
        raise UserError(
            "mask probabilities compete over the whole network: "
            f"expected 'global', got {method.allocate!r}"
        )
    else:
        bernoulli = supermask.BernoulliConfig(epochs=epochs)
        found = supermask.bernoulli(model, subject.full, data, density, generator, config=bernoulli)
    found.install(model)
    share = accuracy(model, subject.data.x_test, subject.data.y_test)
    return PrunedModel(model, found.masks, share, None, share)


def _loss(scoring: Scoring) -> float:
    """Return the mean loss of the model as it is, over the examples that scores look at."""
    model, batches = scoring.model, list(scoring.data())
    training = model.training
    with torch.no_grad():
        model.eval()
        found = [float(scoring.loss(run(model, x), y)) * len(y) for x, y in batches]
    model.train(training)
    return sum(found) / sum(len(y) for _, y in batches)


def _predicted(method: Method, scoring: Scoring, masks: Masks) -> float | None:
    """Return by how much the pruned weights raise the loss, None where the score does not say it.

    The prediction is of second order and takes each weight by itself (LeCun et al. 1990, eq. 3).
    """
    if method.score not in ("obd", "fisher"):
        return None
    found = scores.compute(method.score, scoring)
    return sum(float(found[name][~masks[name]].sum()) for name in found)


def _fine(training: Training) -> Training:
    return dataclasses.replace(training, learning_rate=training.learning_rate * _FINE)
