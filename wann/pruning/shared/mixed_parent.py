"""A parent of any activations: one or more hidden layers, from each node to all that follow.

Under another shared weight such a network is another function, so its places are trained under many
shared weights at once.
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from wann.network.genome import Genome
from wann.network.torch_module import torch
from wann.pruning.shared.parent import Genes, Kept, Parent, Tensor, shares_of
from wann.pruning.shared.unit_activations import activations_of
from wann.pruning.straight_through import straight_through


class MixedParent(Parent):
    """Hidden layers whose nodes take all activations in turn, or learn which.

    Each layer, and that of the outputs, hears bias, inputs and all hidden layers before it. A node
    has one activation. Where nodes take them in turn, what is computed is chosen as places into
    nodes of that activation are.
    """

    depends_on_weight = True

    def __init__(
        self,
        inputs: int,
        outputs: int,
        hidden: Sequence[int],
        activations: Sequence[int],
        generator: torch.Generator,
        *,
        learned: bool = False,
    ) -> None:
        """Draw the scores.

        Args:
            inputs: how many there are, without the bias.
            outputs: how many there are.
            hidden: how many nodes each hidden layer has.
            activations: the codes that its nodes take in turn.
            generator: random numbers.
            learned: whether training chooses one of them for each node instead.
        """
        self.inputs, self.outputs = inputs, outputs
        self.shares = shares_of(len(hidden))
        before, self.scores = 1 + inputs, []
        for wide in (*hidden, outputs):
            drawn = torch.randn(before, wide, generator=generator) / math.sqrt(before)
            self.scores.append(drawn.requires_grad_())
            before += wide
        self.units = [activations_of(activations, wide, learned, generator) for wide in hidden]

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
            mask = straight_through(chosen, score)
            sums = (x @ mask[:first])[None]
            if hidden:
                sums = sums + torch.cat(hidden, 2) @ mask[first:]
            sums = lanes * sums
            if number < len(self.units):
                hidden.append(self.units[number].values(sums))
        return sums

    def connections(self, kept: Kept) -> int:
        """Return how many the network has: those from which a path leads to an output."""
        # Which nodes are at work; the last layer hears all but the outputs, which all are.
        nodes = len(kept[-1])
        used: NDArray[np.bool_] = np.zeros(nodes + self.outputs, dtype=np.bool_)
        used[nodes:] = True
        found = 0
        for chosen in reversed(kept):
            before, wide = chosen.shape
            live = chosen & used[before : before + wide]
            found += int(np.count_nonzero(live))
            used[:before] |= np.any(live, axis=1)
        return found

    def genome(self, kept: Kept) -> Genome:
        """Return the genome of what is kept."""
        genes = Genes(self.inputs, self.outputs)
        rows = genes.first_rows
        for number, chosen in enumerate(kept):
            last = number == len(self.units)
            nodes = genes.output_rows if last else genes.add_nodes(self.units[number].codes())
            source, target = np.nonzero(chosen)
            genes.join(rows[source], nodes[target])
            rows = np.concatenate([rows, nodes])
        return genes.genome()
