"""Contestants that are perceptrons on the very inputs of a task, cut to exactly so many weights.

The model sees a constant 1 before the inputs, as the bias node: its biases are weights
among others, which every method may keep or prune, and a kept one counts as a connection. Layers
behind the first have no biases. Nothing is normalised but by the task itself, and its test examples
are not seen here at all.
"""

import dataclasses
import time
from collections import OrderedDict
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wann.activations import PAPER, Activation
from wann.activations.table import from_text
from wann.config import PRESETS, Making, Training
from wann.errors import UserError
from wann.experiments.comparison.contestants.contestant import Contestant, ContestantSetup
from wann.experiments.comparison.contestants.descent import Descent
from wann.network.from_masks import (
    Floats,
    Mask,
    network_of_masks,
    smallest_dense,
    trim,
    weights_of_masks,
)
from wann.network.torch_module import nn, torch
from wann.pruning import masks as masking
from wann.pruning.api import needs_dense
from wann.pruning.masks import Masks
from wann.pruning.methods import METHODS, OF_UNITS, prune_at
from wann.pruning.methods.model_and_data import Subject, early_step
from wann.pruning.pruned_model import PrunedModel
from wann.pruning.scores.scoring import Scoring
from wann.pruning.shared.unit_activations import activate, in_turn
from wann.pruning.torch_random import generator_for, settled, torch_seed
from wann.pruning.training.data import Data
from wann.streams import stream
from wann.tasks.optional_abilities import Labelled
from wann.tasks.task import Task

_CHECKS = 40  # looks at the validation loss during a training


_RECTIFIERS = (Activation.RELU,)
ALL_KINDS = tuple(from_text(label).code for label in PAPER)


class _InTurn(nn.Module):
    """Hidden units that have different activations."""

    def __init__(self, activations: NDArray[np.int64]) -> None:
        super().__init__()
        self.activations = activations

    def forward(self, sums: torch.Tensor) -> torch.Tensor:
        return activate(sums, self.activations)


class Perceptron(nn.Sequential):
    """Layers without biases and activations between them, weights Glorot-normal.

    `activations`: the codes (units,) of each hidden layer.
    """

    def __init__(self, sizes: Sequence[int], kinds: Sequence[int] = _RECTIFIERS) -> None:
        """Draw the weights; hidden units take activations of these codes in turn."""
        layers: OrderedDict[str, nn.Module] = OrderedDict()
        for number, (before, wide) in enumerate(pairwise(sizes), 1):
            layers[f"fc{number}"] = nn.Linear(before, wide, bias=False)
            if number < len(sizes) - 1:
                same = tuple(kinds) == _RECTIFIERS
                layers[f"relu{number}"] = nn.ReLU() if same else _InTurn(in_turn(kinds, wide))
        super().__init__(layers)
        self.activations = [in_turn(kinds, wide) for wide in sizes[1:-1]]
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw the weights anew."""
        for module in self.modules():
            if isinstance(module, nn.Linear):
                nn.init.xavier_normal_(module.weight)


def pruned_perceptron(
    setup: ContestantSetup, method: str, connections: int, kinds: Sequence[int] = _RECTIFIERS
) -> Contestant:
    """Return the perceptron in which a method keeps exactly so many `connections`, trained.

    `setup`: for a task with labels; `method`: the name of one of `wann.pruning.methods.METHODS`;
    `kinds`: the activations that hidden units take in turn.

    Raises:
        UserError: the method meets no exact count, or the model has fewer weights than that.
    """
    chosen = METHODS[method]
    if chosen.select in OF_UNITS:
        raise UserError(
            f"{method} prunes whole units, which meets no exact count: "
            "choose a method that prunes weights"
        )
    making = setup.making
    descent = setup.kept(
        ("descent", method, tuple(kinds)),
        lambda: Descent(_subject(setup, making.hidden, kinds), chosen),
    )
    subject = descent.subject
    total = masking.total(subject.full)
    if connections > total:
        raise UserError(
            f"{method}: the model has {total} weights, fewer than the {connections} connections to "
            "keep; give more --hidden units"
        )
    found, seconds = descent.to(connections)
    trainings = (
        found.rounds + (found.history is not None) + (needs_dense(chosen) and found.rounds == 0)
    )
    cost = {"steps": making.steps * max(1, trainings), "seconds": round(seconds, 3)}
    shape = "-".join(map(str, (setup.task.inputs, *making.hidden, setup.task.outputs)))
    kind = "perceptron" if len(kinds) == 1 else f"perceptron of {len(kinds)} kinds of units"
    return _contestant(found, connections, f"{shape} {kind}, {chosen.about}", cost)


def dense_perceptron(setup: ContestantSetup) -> Contestant:
    """Return the perceptron that the others are pruned from, whole and trained.

    It is a reference, of its own size.
    """
    subject = _subject(setup, setup.making.hidden)
    return _trained(subject, subject.full, "the unpruned perceptron, trained", setup.making)


def small_perceptron(setup: ContestantSetup, connections: int) -> Contestant:
    """Return a trained perceptron of one hidden layer with exactly so many `connections`.

    The weights it has too many are left out at random.
    """
    whole = smallest_dense(setup.task.inputs, setup.task.outputs, connections)
    kept = trim(whole, connections, stream(setup.seed, "trim"))
    subject = _subject(setup, (len(whole[0]),))
    masks = {name: torch.from_numpy(mask) for name, mask in zip(subject.full, kept, strict=True)}
    left_out = sum(mask.size for mask in whole) - connections
    about = (
        f"perceptron of {len(whole[0])} hidden units, {left_out} of its weights left out at "
        "random, trained"
    )
    return _trained(subject, masks, about, setup.making)


def masks_at_start(method: str, sizes: Sequence[int], keep: int, seed: int) -> list[Mask]:
    """Return the masks of `keep` weights that a method finds in random ones without data.

    `sizes`: how many inputs there are, and how many units each layer has.
    """
    model = _perceptron(sizes, seed)
    full = masking.full(model)
    generator = generator_for(seed, "masks")
    example = [(torch.ones(1, sizes[0]), torch.zeros(1, dtype=torch.long))]
    found = prune_at(
        method, Scoring(model, full, example, generator=generator), keep / masking.total(full)
    )
    return [mask.numpy() for mask in found.values()]


def data_of(task: Task) -> Data:
    """Return the labelled examples of `task` as it gives them, a constant 1 before the inputs.

    The validation examples stand for the test examples too, as only the comparison sees the latter.
    """
    if not isinstance(task, Labelled):
        raise UserError(f"{task.name} has no labels to train on: expected a classification task")
    labelled = task.labelled()
    x, x_validation = (_with_bias(labelled[name]) for name in ("x", "x_validation"))
    y, y_validation = (
        torch.from_numpy(labelled[name].astype(np.int64)) for name in ("y", "y_validation")
    )
    return Data(
        x,
        y,
        x_validation,
        y_validation,
        x_validation,
        y_validation,
        (1 + task.inputs,),
        task.outputs,
    )


def training_of(making: Making) -> Training:
    """Return how every model of a comparison is trained that has weights of its own."""
    return dataclasses.replace(
        PRESETS["lth-short"],
        steps=making.steps,
        batch=making.batch,
        learning_rate=making.learning_rate,
        check_every=max(1, making.steps // _CHECKS),
    )


def _with_bias(x: Any) -> torch.Tensor:
    return torch.from_numpy(np.column_stack([np.ones(len(x)), x]).astype(np.float32))


def _subject(
    setup: ContestantSetup, hidden: Sequence[int], kinds: Sequence[int] = _RECTIFIERS
) -> Subject:
    task, seed, training = setup.task, setup.seed, training_of(setup.making)
    model = _perceptron([1 + task.inputs, *hidden, task.outputs], seed, kinds)
    return Subject(model, data_of(task), training, seed, rewind_step=early_step(training))


def _perceptron(sizes: Sequence[int], seed: int, kinds: Sequence[int] = _RECTIFIERS) -> Perceptron:
    with settled(torch_seed(seed, "weights")):
        return Perceptron(sizes, kinds)


def _trained(subject: Subject, masks: Masks, about: str, making: Making) -> Contestant:
    started, model = time.process_time(), subject.copy()
    history = subject.train(model, masks)
    found = PrunedModel(model, masks, history.accuracy, history, None)
    return _contestant(found, masking.kept(masks), about, _cost(making, 1, started))


def _contestant(
    found: PrunedModel, connections: int, about: str, cost: dict[str, Any]
) -> Contestant:
    weights, masks = _layers(found.model, found.masks)
    assert isinstance(found.model, Perceptron)
    network = network_of_masks(masks, found.model.activations)
    if network.connections != connections:
        raise UserError(f"{network.connections} weights were kept: expected exactly {connections}")
    return Contestant(network, weights_of_masks(weights, masks), about, cost)


def _layers(model: nn.Module, masks: Masks) -> tuple[list[Floats], list[Mask]]:
    parameters = {name: value.detach().double().numpy() for name, value in model.named_parameters()}
    return list(parameters.values()), [masks[name].numpy() for name in parameters]


def _cost(making: Making, trainings: int, started: float) -> dict[str, Any]:
    return {"steps": making.steps * trainings, "seconds": round(time.process_time() - started, 3)}
