"""What is pruned under shared weights: places for connections, and what they compute when kept."""

import copy
import math
from abc import ABC, abstractmethod
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from wann.activations import Activation
from wann.network.compile import compile_with_genes
from wann.network.genome import Genome
from wann.network.network import Network
from wann.network.torch_module import torch
from wann.pruning.shared.unit_activations import UnitActivations

Tensor = torch.Tensor
_FEWER = 1 / 3  # places that a layer keeps, for each that the layer before it keeps
_LARGEST = 4.0  # score of the beginning, in units of the spread of all
Kept = Sequence[NDArray[np.bool_]]  # for each tensor of scores: which of its places are kept


class Parent(ABC):
    """Places for connections, in matrices (units before, units), with a score for each."""

    inputs: int  # without the bias
    outputs: int
    scores: list[Tensor]  # each (units before, units), with a gradient
    units: list[UnitActivations]  # of each hidden layer
    # Whether the shared weight changes what is chosen by the largest output, other than by ties
    depends_on_weight: bool
    shares: Sequence[float]  # of what is kept, of each tensor of scores

    @property
    def places(self) -> int:
        """How many connections could be chosen."""
        return sum(score.numel() for score in self.scores)

    @property
    @abstractmethod
    def fewest(self) -> int:
        """How few connections a network can have that leads from an input to an output."""

    @abstractmethod
    def worth(self) -> list[Tensor]:
        """Return how much each place is worth, comparable between all matrices, as `scores`."""

    @abstractmethod
    def forward(self, x: Tensor, kept: Sequence[Tensor], weights: Tensor) -> Tensor:
        """Return the outputs (weights, examples, outputs), with gradients for the scores.

        Args:
            x: bias and inputs (examples, 1 + inputs).
            kept: bools of the shapes of `scores`.
            weights: shared weights (weights,).
        """

    @abstractmethod
    def genome(self, kept: Kept) -> Genome:
        """Return the genome of what is kept."""

    @abstractmethod
    def connections(self, kept: Kept) -> int:
        """Return how many connections the network of what is kept has, without making it."""

    def loosen(self) -> None:
        """Scale each tensor of scores so that its largest one is as at the beginning.

        It chooses as before. But scores grow in training, and a step of Adam, which is as long as
        ever, moves large ones little: the smaller sizes of a row of them were hardly trained.
        """
        with torch.no_grad():
            for score in self.scores:
                largest = score.abs().max() * math.sqrt(len(score))
                score.mul_(_LARGEST / largest.clamp_min(1e-12))

    @property
    def trained(self) -> list[Tensor]:
        """All that is trained: the scores of places, then those of activations."""
        return [*self.scores, *(score for layer in self.units for score in layer.scores)]

    def with_trained(self, tensors: Sequence[Tensor]) -> "Parent":
        """Return the same parent with other tensors in place of `trained`."""
        left = list(tensors)
        other = copy.copy(self)
        other.scores = [left.pop(0) for _ in self.scores]
        other.units = [
            layer.with_scores([left.pop(0) for _ in layer.scores]) for layer in self.units
        ]
        return other

    def network(self, kept: Kept) -> Network:
        """Return the network of what is kept, without what leads to no output."""
        return compile_with_genes(self.genome(kept))[0]


def shares_of(layers: int) -> list[float]:
    """Return which share of what is kept each tensor has, of so many hidden layers and the outputs.

    Compared by their scores alone, places of later layers would crowd out those of the first: steps
    of Adam are as long for all, and in units of the spread of their layer, those of fewer sources
    grow faster. Of 112 connections on `digits` then 13 were left in the first layer.
    """
    parts = [_FEWER**layer for layer in range(layers + 1)]
    return [part / sum(parts) for part in parts]


class Genes:
    """Nodes and connections of a genome in the making, hidden nodes in order of their birth."""

    def __init__(self, inputs: int, outputs: int) -> None:
        self.inputs, self.outputs = inputs, outputs
        first = np.full(1 + inputs + outputs, Activation.LINEAR, dtype=np.int64)
        self._activations: list[NDArray[np.int64]] = [first]
        self._pairs: list[tuple[NDArray[np.int64], NDArray[np.int64]]] = []
        self.nodes = 1 + inputs + outputs

    @property
    def first_rows(self) -> NDArray[np.int64]:
        """The positions of bias and inputs."""
        return np.arange(1 + self.inputs)

    @property
    def output_rows(self) -> NDArray[np.int64]:
        """The positions of the outputs."""
        return np.arange(1 + self.inputs, 1 + self.inputs + self.outputs)

    def add_nodes(self, activations: NDArray[np.int64]) -> NDArray[np.int64]:
        """Add hidden nodes that compute `activations`, and return their positions."""
        new = np.arange(self.nodes, self.nodes + len(activations))
        self._activations.append(np.asarray(activations, dtype=np.int64))
        self.nodes += len(activations)
        return new

    def join(self, source: NDArray[np.int64], target: NDArray[np.int64]) -> None:
        """Join nodes pairwise."""
        self._pairs.append((source, target))

    def genome(self) -> Genome:
        """Return the genome."""
        source, target = (np.concatenate(part) for part in zip(*self._pairs, strict=True))
        return Genome(
            self.inputs,
            self.outputs,
            np.arange(self.nodes),
            np.concatenate(self._activations),
            source,
            target,
            np.ones(len(source), dtype=np.bool_),
        )
