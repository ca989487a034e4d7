"""A parent of any activations: one or more hidden layers, from each node to all that follow.

Under another shared weight such a network is another function, so its places are trained under many
shared weights at once.
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from wann.activations.ids import Activation
from wann.network.genome import Genome
from wann.network.torch_activations import torch_function
from wann.network.torch_module import torch
from wann.pruning.shared.parent import Genes, Kept, Parent, Tensor, in_turn


class MixedParent(Parent):
    """Hidden layers whose nodes take all activations in turn.

    Each layer, and that of the outputs, hears bias, inputs and all hidden layers before it. A node
    has one activation; what a place of the network computes is chosen as places into nodes of that
    activation are.
    """

    depends_on_weight = True

    def __init__(
        self,
        inputs: int,
        outputs: int,
        hidden: Sequence[int],
        activations: Sequence[int],
        generator: torch.Generator,
    ) -> None:
        """Draw the scores.

        Args:
            inputs: how many there are, without the bias.
            outputs: how many there are.
            hidden: how many nodes each hidden layer has.
            activations: the codes that its nodes take in turn.
            generator: random numbers.
        """
        self.inputs, self.outputs = inputs, outputs
        # Nodes of one activation stand together, so that each is computed once a layer.
        self.activations = [in_turn(activations, wide) for wide in hidden]
        before, self.scores = 1 + inputs, []
        for wide in (*hidden, outputs):
            drawn = torch.randn(before, wide, generator=generator) / math.sqrt(before)
            self.scores.append(drawn.requires_grad_())
            before += wide

    @property
    def fewest(self) -> int:
        """One, from an input to an output."""
        return 1

    def worth(self) -> list[Tensor]:
        """Return each score, in units of the spread with which its matrix began."""
        return [score.detach() * math.sqrt(len(score)) for score in self.scores]

    def forward(self, x: Tensor, kept: Sequence[Tensor], weights: Tensor) -> Tensor:
        """Return the outputs, as `Parent.forward` says.

        What bias and inputs add is summed once for all weights, and only then multiplied by them.
        """
        first, lanes = 1 + self.inputs, weights[:, None, None]
        hidden: list[Tensor] = []
        sums = x.new_zeros(())
        for number, (score, chosen) in enumerate(zip(self.scores, kept, strict=True)):
            mask = chosen + (score - score.detach())
            sums = (x @ mask[:first])[None]
            if hidden:
                sums = sums + torch.cat(hidden, 2) @ mask[first:]
            sums = lanes * sums
            if number < len(self.activations):
                hidden.append(activate(sums, self.activations[number]))
        return sums

    def connections(self, kept: Kept) -> int:
        """Return how many the network has: those from which a path leads to an output."""
        used, found = np.zeros(0, dtype=np.bool_), 0
        for chosen in reversed(kept):
            # What the layer hears: bias and inputs, and all hidden nodes before it
            nodes = used[len(chosen) :] if len(used) else np.ones(self.outputs, dtype=np.bool_)
            live = chosen & nodes
            found += int(np.count_nonzero(live))
            used = (used[: len(chosen)] if len(used) else False) | live.any(axis=1)
        return found

    def genome(self, kept: Kept) -> Genome:
        """Return the genome of what is kept."""
        genes = Genes(self.inputs, self.outputs)
        rows = genes.first_rows
        for number, chosen in enumerate(kept):
            last = number == len(self.activations)
            nodes = genes.output_rows if last else genes.add_nodes(self.activations[number])
            source, target = np.nonzero(chosen)
            genes.join(rows[source], nodes[target])
            rows = np.concatenate([rows, nodes])
        return genes.genome()


def activate(sums: Tensor, activations: NDArray[np.int64]) -> Tensor:
    """Return what nodes of the sorted `activations` compute of `sums` (..., nodes)."""
    codes, counts = np.unique(activations, return_counts=True)
    parts = torch.split(sums, counts.tolist(), dim=-1)
    return torch.cat(
        [_compute(int(code), part) for code, part in zip(codes, parts, strict=True)], -1
    )


def _compute(code: int, sums: Tensor) -> Tensor:
    """Return an activation; a step gets the gradient of a sigmoid, as it has none of its own."""
    if code != Activation.STEP:
        return torch_function(code)(sums)
    smooth = torch.sigmoid(4.0 * sums)
    return (sums > 0).to(sums.dtype) + (smooth - smooth.detach())
