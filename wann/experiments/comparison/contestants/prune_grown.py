"""A grown network, pruned by the scores of its weights.

The scores of `wann.pruning` are given the network as a module with one row of weights, one for each
connection.
"""

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.activations import Activation
from wann.config import SCORE_BATCH, StudySettings
from wann.errors import UserError, short_repr
from wann.experiments.comparison.contestants.rewiring import without
from wann.network.network import Network
from wann.network.torch_module import nn, to_module, torch
from wann.own import is_own
from wann.pruning import scores
from wann.pruning.masks import Masks
from wann.pruning.methods import METHODS, Method, When, find, prune_by_score
from wann.pruning.scores.scoring import Scoring
from wann.pruning.torch_random import generator_for
from wann.tasks.optional_abilities import Labelled
from wann.tasks.task import Task

_FLOW = "synflow"  # the score that takes activations for what they scale by
_AT_ONCE = (When.INIT, When.TRAINED)


class Cut(NamedTuple):
    """A grown network with some of its connections left out."""

    network: Network
    weights: NDArray[np.float64]
    kept: NDArray[np.bool_]  # (connections,) of the network it was cut from

    def __repr__(self) -> str:
        return short_repr(self)


def cut(
    network: Network, weights: NDArray[np.float64], name: str, keep: int, task: Task, seed: int = 0
) -> Cut:
    """Return `network` with the connections that are best by a method or score.

    Args:
        network: the grown network.
        weights: its weights (connections,).
        name: a method, as `method_of` takes it, or a score.
        keep: how many connections are kept.
        task: gives the training examples that scores of gradients see.
        seed: of what the score draws.

    Raises:
        UserError: there are not as many connections, the name does not suit, the task has no
            examples where the score needs them, or the score refuses the network.
    """
    method = method_of(name)
    if not 1 <= keep <= network.connections:
        raise UserError(f"expected to keep 1 to {network.connections} connections, got {keep}")
    linear = network._replace(activation=np.full_like(network.activation, Activation.LINEAR))
    model = _Flat(linear if method.score == _FLOW else network, weights)
    whole: Masks = {"weight": torch.ones_like(model.weight, dtype=torch.bool)}
    generator = generator_for(seed, "masks")
    scoring = Scoring(model, whole, _examples(task, method.score == _FLOW), generator=generator)
    try:
        found = prune_by_score(method, scoring, keep / network.connections)["weight"][0].numpy()
    except UserError as error:
        raise UserError(f"{name} of a network for {task.name}: {error}") from None
    return Cut(without(network, found), weights[found], found)


def method_of(name: str) -> Method:
    """Return the method of that name over the whole network, or one of the score of that name.

    UserError for methods that train, draw or prune units, and for what is neither a method nor a
    score.
    """
    if name not in METHODS and not is_own(name):
        scores.find(name)
        return Method(name, name)
    method = find(name)
    if method.score is None or method.when not in _AT_ONCE or method.select != "best":
        fit = [
            name
            for name, m in METHODS.items()
            if m.score and m.when in _AT_ONCE and m.select == "best"
        ]
        raise UserError(
            f"{name} is no score of the weights of a grown network: "
            f"expected one of {', '.join(fit)}"
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
    labelled, seen = task.labelled(), StudySettings.examples
    x, y = (
        torch.from_numpy(labelled["x"][:seen]).double(),
        torch.from_numpy(labelled["y"][:seen]).long(),
    )
    return list(zip(torch.split(x, SCORE_BATCH), torch.split(y, SCORE_BATCH), strict=True))
