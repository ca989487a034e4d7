"""A model that has places for more connections and units than it has of them."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.network.compile import compile_with_genes
from wann.network.network import Network
from wann.network.torch_module import nn, torch
from wann.pruning.masks import Masks
from wann.pruning.shared.parent import Genes
from wann.pruning.shared.unit_activations import activate, in_turn

Tensor = torch.Tensor


class Seen(NamedTuple):
    """What passes through a model: layer by layer, the outputs last."""

    heard: list[Tensor]  # (examples, units before): what each layer hears
    slopes: list[Tensor]  # (examples, units): the gradients of the mean loss for its sums

    def gradient(self, layer: int) -> Tensor:
        """Return the gradient (units, units before) for each place into a layer, kept or not."""
        return self.slopes[layer].T @ self.heard[layer]


class GrowingModel(nn.Module):
    """Hidden layers, and outputs, that hear bias, inputs and all hidden layers before them.

    All weights are zero in the beginning; masks say which of them are connections.
    """

    def __init__(
        self, inputs: int, outputs: int, hidden: Sequence[int], activations: Sequence[int]
    ) -> None:
        """Begin without any connection.

        Args:
            inputs: how many there are, without the bias.
            outputs: how many there are.
            hidden: how many units each hidden layer has at most.
            activations: the codes that its units take in turn, in the order in which they come.
        """
        super().__init__()
        self.inputs, self.outputs = inputs, outputs
        # Units of one activation stand together, so that each is computed once a layer.
        self.activations = [in_turn(activations, wide) for wide in hidden]
        self.order = [_in_turns(codes) for codes in self.activations]
        before, weights = 1 + inputs, []
        for wide in (*hidden, outputs):
            weights.append(nn.Parameter(torch.zeros(wide, before)))
            before += wide
        self.weights = nn.ParameterList(weights)

    @property
    def names(self) -> list[str]:
        """The names of the weights, layer by layer."""
        return [f"weights.{number}" for number in range(len(self.weights))]

    def no_connection(self) -> Masks:
        """Return masks that keep nothing."""
        return {
            name: torch.zeros_like(weight, dtype=torch.bool)
            for name, weight in zip(self.names, self.weights, strict=True)
        }

    def forward(self, x: Tensor) -> Tensor:
        """Return the outputs (examples, outputs) for bias and inputs (examples, 1 + inputs)."""
        return self._layers(x)[1][-1]

    def see(self, x: Tensor, y: Tensor) -> Seen:
        """Return what passes through the model for examples and their classes (examples,)."""
        heard, sums = self._layers(x)
        loss = nn.functional.cross_entropy(sums[-1], y)
        slopes = torch.autograd.grad(loss, sums, allow_unused=True)
        known = [
            torch.zeros_like(part) if slope is None else slope
            for part, slope in zip(sums, slopes, strict=True)
        ]
        return Seen([part.detach() for part in heard], known)

    def network(self, masks: Masks) -> tuple[Network, NDArray[np.float64]]:
        """Return the network of what masks keep, and the weights (connections,) of it."""
        genes, values = Genes(self.inputs, self.outputs), []
        rows = genes.first_rows
        for number, (name, weight) in enumerate(zip(self.names, self.weights, strict=True)):
            last = number == len(self.activations)
            nodes = genes.output_rows if last else genes.add_nodes(self.activations[number])
            mask = masks[name].numpy()
            target, source = np.nonzero(mask)
            genes.join(rows[source], nodes[target])
            values.append(weight.detach().double().numpy()[mask])
            rows = np.concatenate([rows, nodes])
        network, of_genes = compile_with_genes(genes.genome())
        return network, np.concatenate(values)[of_genes]

    def _layers(self, x: Tensor) -> tuple[list[Tensor], list[Tensor]]:
        """Return what each layer hears, and its sums."""
        heard, sums = [x], []
        for number, weight in enumerate(self.weights):
            sums.append(heard[-1] @ weight.T)
            if number < len(self.activations):
                said = activate(sums[-1], self.activations[number])
                heard.append(torch.cat([heard[-1], said], 1))
        return heard, sums


def _in_turns(codes: NDArray[np.int64]) -> list[int]:
    """Return the units of sorted `codes` so that activations take turns."""
    first = np.searchsorted(codes, codes)
    turn = np.arange(len(codes)) - first
    return [int(unit) for unit in np.argsort(turn, kind="stable")]
