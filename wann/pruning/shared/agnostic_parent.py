"""A parent whose networks classify alike under every shared weight but 0: agnostic by structure.

A unit hears its sources through two nodes, one linear and one inverse, so that each source counts
as 1 or -1 although all connections have the same weight. For one shared weight w the sum of a unit
then is w^2 times that of w = 1, which is a positive factor. Hidden units are positively homogeneous
(a positive factor of their sum is one of their value: `absolute`, `relu`, `linear`), so the factor
is handed on: with n layers of hidden units every output is w^(2n + 2) times that of w = 1. As that
is positive and the same for all outputs, the largest stays the largest.
"""

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from wann.activations import Activation
from wann.errors import UserError
from wann.network.genome import Genome
from wann.network.torch_module import torch
from wann.pruning.shared.parent import Genes, Kept, Parent, Tensor, shares_of
from wann.pruning.shared.unit_activations import activations_of
from wann.pruning.straight_through import straight_through

# The built-in activations that are positively homogeneous; `inverse` is, too, and would do no more
# than `linear`, as scores have signs.
HOMOGENEOUS = (Activation.LINEAR, Activation.ABSOLUTE, Activation.RELU)
# One linear unit for five others: networks of few connections need some, those of many need none
# (see `docs/explanation/agnostic.md`, "What the training depends on").
UNITS = (*(Activation.ABSOLUTE,) * 5, Activation.LINEAR)


class AgnosticParent(Parent):
    """Layers of units that hear each unit before them as 1, -1 or not at all.

    A place stands for both signs; that of its score is the one that counts.
    """

    depends_on_weight = False

    def __init__(
        self,
        inputs: int,
        outputs: int,
        hidden: Sequence[int],
        generator: torch.Generator,
        activations: Sequence[int] = UNITS,
        *,
        learned: bool = False,
    ) -> None:
        """Draw the scores.

        Args:
            inputs: how many there are, without the bias.
            outputs: how many there are.
            hidden: how many units each hidden layer has.
            generator: random numbers.
            activations: the codes that hidden units take in turn, of those in `HOMOGENEOUS`.
            learned: whether training chooses one of them for each unit instead.

        UserError if an activation is none of these.
        """
        for code in activations:
            if code not in HOMOGENEOUS:
                names = ", ".join(Activation(known).label for known in HOMOGENEOUS)
                raise UserError(
                    "hidden units of a network that is agnostic by its structure are homogeneous: "
                    f"expected some of {names}, got activation {code}"
                )
        self.inputs, self.outputs = inputs, outputs
        self.shares = shares_of(len(hidden))
        sizes = [1 + inputs, *hidden, outputs]
        self.scores = [
            (torch.randn(before, wide, generator=generator) / math.sqrt(before)).requires_grad_()
            for before, wide in pairwise(sizes)
        ]
        self.units = [activations_of(activations, wide, learned, generator) for wide in hidden]

    @property
    def fewest(self) -> int:
        """Two for each layer: into a linear or inverse node, and from there into the unit."""
        return 2 * len(self.scores)

    def worth(self) -> list[Tensor]:
        """Return the magnitude of each score, in units of that with which its matrix began."""
        return [score.detach().abs() * math.sqrt(len(score)) for score in self.scores]

    def forward(self, x: Tensor, kept: Sequence[Tensor], weights: Tensor) -> Tensor:
        """Return the outputs of `Parent.forward` for w = 1, from which others differ by a factor.

        They are (1, examples, outputs).
        """
        values = x
        for number, (score, chosen) in enumerate(zip(self.scores, kept, strict=True)):
            values = values @ _signs(score, chosen)
            if number < len(self.units):  # outputs are linear
                values = self.units[number].values(values)
        return values[None]

    def connections(self, kept: Kept) -> int:
        """Return how many the network has: those that units hear by, and one behind each node."""
        heard = []
        speak: NDArray[np.bool_] = np.ones(1 + self.inputs, dtype=np.bool_)
        for chosen in kept:
            heard.append(chosen & speak[:, None])
            speak = np.any(heard[-1], axis=0)
        found = 0
        used: NDArray[np.bool_] = np.ones(self.outputs, dtype=np.bool_)
        for score, hears in zip(reversed(self.scores), reversed(heard), strict=True):
            live = hears & used
            found += _entering(live, (score.detach() > 0).cpu().numpy())
            used = np.any(live, axis=1)
        return found

    def genome(self, kept: Kept) -> Genome:
        """Return the genome of what is kept; units that hear nothing, and so say 0, go."""
        genes = Genes(self.inputs, self.outputs)
        rows = genes.first_rows
        for number, (score, chosen) in enumerate(zip(self.scores, kept, strict=True), 1):
            heard = chosen & (rows >= 0)[:, None]
            if number < len(self.scores):
                alive = np.flatnonzero(heard.any(axis=0))
                units = np.full(chosen.shape[1], -1, dtype=np.int64)
                units[alive] = genes.add_nodes(self.units[number - 1].codes()[alive])
            else:
                units = genes.output_rows
            positive = (score.detach() > 0).cpu().numpy()
            _hear(genes, Activation.LINEAR, heard & positive, rows, units)
            _hear(genes, Activation.INVERSE, heard & ~positive, rows, units)
            rows = units
        return genes.genome()


def _entering(live: NDArray[np.bool_], positive: NDArray[np.bool_]) -> int:
    """Return how many connections the units have that hear sources where `live`, with nodes."""
    added, subtracted = live & positive, live & ~positive
    nodes = np.count_nonzero(added.any(axis=0)) + np.count_nonzero(subtracted.any(axis=0))
    return int(np.count_nonzero(live) + nodes)


def _hear(
    genes: Genes,
    kind: Activation,
    heard: NDArray[np.bool_],
    rows: NDArray[np.int64],
    units: NDArray[np.int64],
) -> None:
    """Let `units` hear the sources in `rows` where `heard`, each through one node of a kind."""
    used = np.flatnonzero(heard.any(axis=0))
    nodes = np.full(heard.shape[1], -1, dtype=np.int64)
    nodes[used] = genes.add_nodes(np.full(len(used), kind, dtype=np.int64))
    source, unit = np.nonzero(heard)
    genes.join(rows[source], nodes[unit])
    genes.join(nodes[used], units[used])


def _signs(score: Tensor, chosen: Tensor) -> Tensor:
    """Return 1 or -1 where a score is chosen, else 0, with the gradient of the scores."""
    signs = torch.where(score.detach() > 0, 1.0, -1.0) * chosen
    return straight_through(signs, score)
