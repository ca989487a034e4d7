"""A parent whose networks classify alike under every shared weight but 0: agnostic by structure.

A unit hears its sources through two nodes, one linear and one inverse, so that each source counts
as 1 or -1 although all connections have the same weight. Hidden units take the absolute value. For
one shared weight w, the sum of a unit is then w^2 times that of w = 1, and so is what an output
hears: with n layers of hidden units every output is w^(2n + 2) times that of w = 1. That factor is
positive and the same for all outputs, so the largest stays the largest. Nothing else among the
built-in activations does so: the sum must come through odd, homogeneous functions (`linear`,
`inverse`), and the unit must be even and homogeneous of any degree (`absolute`, `square`).
"""

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from wann.activations import Activation
from wann.network.genome import Genome
from wann.network.torch_module import torch
from wann.pruning.shared.parent import Genes, Kept, Parent, Tensor

# Places behind the first layer are worth so many times their scores. There are few of them, and
# without this too few are kept: 500 connections on `mnist256` then classify 81 % instead of 93 %.
_LATER = 4.0


class AgnosticParent(Parent):
    """Layers of absolute values that hear each unit before them as 1, -1 or not at all.

    A place stands for both signs; that of its score is the one that counts.
    """

    depends_on_weight = False

    def __init__(
        self, inputs: int, outputs: int, hidden: Sequence[int], generator: torch.Generator
    ) -> None:
        """Draw the scores.

        Args:
            inputs: how many there are, without the bias.
            outputs: how many there are.
            hidden: how many units each hidden layer has.
            generator: random numbers.
        """
        self.inputs, self.outputs = inputs, outputs
        sizes = [1 + inputs, *hidden, outputs]
        self.scores = [
            (torch.randn(before, wide, generator=generator) / math.sqrt(before)).requires_grad_()
            for before, wide in pairwise(sizes)
        ]

    def worth(self) -> list[Tensor]:
        """Return the magnitude of each score, in units of that with which its matrix began."""
        factors = [1.0] + [_LATER] * (len(self.scores) - 1)
        return [
            score.detach().abs() * (factor * math.sqrt(len(score)))
            for score, factor in zip(self.scores, factors, strict=True)
        ]

    def forward(self, x: Tensor, kept: Sequence[Tensor], weights: Tensor) -> Tensor:
        """Return the outputs of `Parent.forward` for w = 1, from which others differ by a factor.

        They are (1, examples, outputs).
        """
        values = x
        for number, (score, chosen) in enumerate(zip(self.scores, kept, strict=True), 1):
            sums = values @ _straight_through(score, chosen)
            values = sums.abs() if number < len(self.scores) else sums
        return values[None]

    def genome(self, kept: Kept) -> Genome:
        """Return the genome of what is kept; units that hear nothing, and so say 0, go."""
        genes = Genes(self.inputs, self.outputs)
        rows = genes.first_rows
        for number, (score, chosen) in enumerate(zip(self.scores, kept, strict=True), 1):
            positive = (score.detach() > 0).cpu().numpy()
            heard = chosen & (rows >= 0)[:, None]
            if number < len(self.scores):
                units = np.full(chosen.shape[1], -1, dtype=np.int64)
                alive = np.flatnonzero(heard.any(axis=0))
                kinds = np.full(len(alive), Activation.ABSOLUTE, dtype=np.int64)
            else:
                units, alive = genes.output_rows, np.arange(0)
                kinds = np.zeros(0, dtype=np.int64)
            pairs = []
            for kind, signed in (
                (Activation.LINEAR, heard & positive),
                (Activation.INVERSE, heard & ~positive),
            ):
                used = np.flatnonzero(signed.any(axis=0))
                nodes = np.full(chosen.shape[1], -1, dtype=np.int64)
                nodes[used] = genes.add_nodes(np.full(len(used), kind, dtype=np.int64))
                source, unit = np.nonzero(signed)
                genes.join(rows[source], nodes[unit])
                pairs.append((nodes[used], used))
            units[alive] = genes.add_nodes(kinds)
            for nodes, used in pairs:
                genes.join(nodes, units[used])
            rows = units
        return genes.genome()


def _straight_through(score: Tensor, chosen: Tensor) -> Tensor:
    """Return the signs of the scores that are chosen, else 0, with the gradient of the scores."""
    signs = torch.sign(score.detach()) * chosen
    return signs + (score - score.detach())
