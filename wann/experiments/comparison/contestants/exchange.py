"""The exchange between pruned and grown: a mask becomes a genome, a grown network is pruned by the score of a weight.

Scores are those of `wann.pruning`: they see the network as a module with one row of weights, one
for each connection.
"""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.activations import Activation
from wann.errors import UserError
from wann.experiments.comparison.contestants.rewiring import without
from wann.network.genome import Genome
from wann.network.network import Network
from wann.network.torch_module import nn, to_module, torch
from wann.pruning import masks as masking
from wann.pruning.masks import Masks
from wann.pruning.methods import METHODS, Method, When, prune_by_score
from wann.pruning.scores import find
from wann.pruning.scores.scoring import Scoring
from wann.pruning.training.models import torch_seed
from wann.tasks.abilities import Labelled
from wann.tasks.base import Task

_EXAMPLES, _BATCH = 2000, 500  # that a score looks at, in all and at a time
_FLOW = "synflow"  # the score that takes activations for what they scale by
_AT_ONCE = (When.INIT, When.TRAINED)


class Cut(NamedTuple):
    """A grown network with some of its connections left out."""

    network: Network
    weights: NDArray[np.float64]
    kept: NDArray[np.bool_]  # (connections,) of the network it was cut from


def genome_of_masks(path: Path) -> Genome:
    """Return what the masks in a file keep as a genome: hidden units with ReLU, linear outputs.

    Masks hold weights, and the models they are of keep all their biases: each unit that has a
    weight has a connection from the bias. UserError for masks of anything but fully connected
    layers that follow each other.
    """
    masks = masking.weights_of(masking.load(path))
    layers = [mask.numpy() for mask in masks.values()]
    if not layers or any(layer.ndim != 2 for layer in layers) or not _follow(layers):
        shapes = ", ".join(str(tuple(mask.shape)) for mask in masks.values()) or "none"
        raise UserError(
            f"{path} holds masks of shapes {shapes}: expected those of a perceptron, layer after "
            "layer"
        )
    inputs, outputs = layers[0].shape[1], layers[-1].shape[0]
    ids, source, target, first_hidden = np.arange(1, 1 + inputs), [], [], 1 + inputs + outputs
    nodes = first_hidden
    for layer in layers:
        last = layer is layers[-1]
        own = (1 + inputs if last else nodes) + np.arange(len(layer))
        nodes += 0 if last else len(layer)
        row, column = np.nonzero(layer)
        biased = own[layer.any(axis=1)]
        source += [ids[column], np.zeros(len(biased), dtype=np.int64)]
        target += [own[row], biased]
        ids = own
    activation = np.full(nodes, Activation.LINEAR, dtype=np.int64)
    activation[first_hidden:] = Activation.RELU
    joined = np.concatenate(source), np.concatenate(target)
    return Genome(
        inputs,
        outputs,
        np.arange(nodes),
        activation,
        *joined,
        np.ones(len(joined[0]), dtype=np.bool_),
    )


def cut(
    network: Network, weights: NDArray[np.float64], name: str, keep: int, task: Task, seed: int = 0
) -> Cut:
    """Return `network` with the `keep` connections that are best by a method or score.

    `weights` (connections,).

    Scores of gradients see training examples of the task: UserError where it has none, and as the
    score does.
    """
    method = method_of(name)
    if not 1 <= keep <= network.connections:
        raise UserError(f"expected to keep 1 to {network.connections} connections, got {keep}")
    linear = network._replace(activation=np.full_like(network.activation, Activation.LINEAR))
    model = _Flat(linear if method.score == _FLOW else network, weights)
    whole: Masks = {"weight": torch.ones_like(model.weight, dtype=torch.bool)}
    generator = torch.Generator().manual_seed(torch_seed(seed, "masks"))
    scoring = Scoring(model, whole, _examples(task, method.score == _FLOW), generator=generator)
    try:
        found = prune_by_score(method, scoring, keep / network.connections)["weight"][0].numpy()
    except UserError as error:
        raise UserError(f"{name} of a network for {task.name}: {error}") from None
    return Cut(without(network, found), weights[found], found)


def method_of(name: str) -> Method:
    """Return the method of that name, over the whole network.

    Or a method of the score of that name, at once.

    UserError for methods that train, draw or prune units, and for what is neither a method nor a
    score.
    """
    if name not in METHODS:
        find(name)
        return Method(name, name)
    method = METHODS[name]
    if method.score is None or method.when not in _AT_ONCE or method.select != "best":
        fit = [
            name
            for name, m in METHODS.items()
            if m.score and m.when in _AT_ONCE and m.select == "best"
        ]
        raise UserError(
            f"{name} is no score of the weights of a grown network: expected one of "
            f"{', '.join(fit)}"
        )
    return replace(method, allocate="global")


class _Flat(nn.Module):
    """A network whose weights are one row (1, connections), as masks and scores expect layers."""

    def __init__(self, network: Network, weights: NDArray[np.float64]) -> None:
        super().__init__()
        self.inner = to_module(network, weights, dtype=torch.float64)
        self.inner.weights.requires_grad_(False)
        self.weight = nn.Parameter(torch.from_numpy(weights)[None].clone())

    def forward(self, observations: torch.Tensor) -> Any:
        """Return the outputs (batch, outputs) for `observations` (batch, inputs)."""
        return torch.func.functional_call(self.inner, {"weights": self.weight[0]}, (observations,))


def _examples(task: Task, for_shape: bool) -> list[tuple[torch.Tensor, torch.Tensor]]:
    """Return labelled examples; of a task without labels none, or one that only has the shape."""
    if not isinstance(task, Labelled):
        return [(torch.ones(1, task.inputs).double(), torch.zeros(1).long())] if for_shape else []
    labelled = task.labelled()
    x, y = (
        torch.from_numpy(labelled["x"][:_EXAMPLES]).double(),
        torch.from_numpy(labelled["y"][:_EXAMPLES]).long(),
    )
    return list(zip(torch.split(x, _BATCH), torch.split(y, _BATCH), strict=True))


def _follow(layers: list[NDArray[np.bool_]]) -> bool:
    return all(before.shape[0] == layer.shape[1] for before, layer in pairwise(layers))
