"""The connections of a genome chosen anew, by some steps of gradients under shared weights.

Its nodes stay as they are. There are places as in a `NetworkParent` of it, and scores with which
its own connections begin ahead of others. In each step the best places are kept, and the gradient
of the loss goes to the scores of all (a straight-through estimator, Ramanujan et al. 2020).
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from wann.network.compile import compile_with_genes
from wann.network.genome import Genome
from wann.network.torch_module import nn, torch
from wann.pruning.shared.gates import keep_best
from wann.pruning.shared.make import one_thread
from wann.pruning.shared.network_parent import NetworkParent
from wann.pruning.torch_random import generator_for

Tensor = torch.Tensor

_AHEAD = 1.0  # with which connections begin that are there
_NOISE = 0.3  # the spread with which all places begin
_LEARNING_RATE = 0.003
_MORE = 0.1  # the share of connections that may come, where as many are allowed
_BATCH = 256  # examples in a step


class Chooser:
    """Chooses connections by gradients on labelled examples."""

    def __init__(self, x: NDArray[np.float32], y: NDArray[np.int64], steps: int, seed: int) -> None:
        """Begin.

        Args:
            x: examples (examples, inputs).
            y: their classes (examples,).
            steps: of each choice.
            seed: of all that is drawn.
        """
        bias = np.ones((len(x), 1), dtype=np.float32)
        self._x = torch.from_numpy(np.hstack([bias, np.asarray(x, dtype=np.float32)]))
        self._y = torch.from_numpy(np.asarray(y, dtype=np.int64))
        self._steps, self._seed = steps, seed
        self.batch = min(_BATCH, len(y))

    def rechosen(
        self, genome: Genome, weights: Sequence[float], most: int, number: Sequence[int]
    ) -> Genome:
        """Return `genome` with other connections, at most a tenth more of them than it has.

        Disabled ones go. Where nothing leads to an output, or a loss or gradient is no finite
        number, all stays as it is.

        Args:
            genome: what is to have other connections.
            weights: shared weights, of which the mean loss counts.
            most: how many connections there may be.
            number: of this choice, so that each draws other numbers.
        """
        network, genes = compile_with_genes(genome)
        if not network.connections:
            return genome
        generator = generator_for(self._seed, "connections chosen anew", *number)
        parent = NetworkParent(network, generator)
        more = 1 + int(_MORE * network.connections)
        keep = min(most, network.connections + more, parent.places)
        with torch.no_grad():
            for score, own in zip(parent.scores, parent.places_of(network), strict=True):
                ahead = _AHEAD * torch.from_numpy(own) / len(score) ** 0.5
                score.copy_(_NOISE * score + ahead)
        shared = torch.tensor(list(weights), dtype=torch.float32)
        with one_thread():
            if not self._train(parent, shared, keep, generator):
                return genome
            kept = keep_best(parent.worth(), keep, parent.shares)
        source, target = _pairs([part.numpy() for part in kept], 1 + network.inputs)
        # Places of nodes in the genome, by their rows in the network and by their order in `parent`
        at = np.arange(1 + network.inputs + len(network.activation))
        at[len(at) - network.outputs :] = 1 + network.inputs + np.arange(network.outputs)
        at[network.source], at[network.target] = genome.source[genes], genome.target[genes]
        ordered = at[np.argsort(parent.order.position)]
        enabled = np.ones(len(source), dtype=np.bool_)
        return genome._replace(source=ordered[source], target=ordered[target], enabled=enabled)

    def _train(
        self, parent: NetworkParent, weights: Tensor, keep: int, generator: torch.Generator
    ) -> bool:
        """Train the scores; return whether all losses and gradients were finite."""
        optimizer = torch.optim.Adam(parent.scores, _LEARNING_RATE)
        for _ in range(self._steps):
            some = torch.randint(len(self._y), (self.batch,), generator=generator)
            kept = keep_best(parent.worth(), keep, parent.shares)
            outputs = parent.forward(self._x[some], kept, weights)
            classes = self._y[some].repeat(len(weights))
            loss = nn.functional.cross_entropy(outputs.flatten(0, 1), classes)
            optimizer.zero_grad()
            torch.autograd.backward(loss)
            gradients = [score.grad for score in parent.scores if score.grad is not None]
            if not all(bool(torch.isfinite(part).all()) for part in (loss, *gradients)):
                return False
            optimizer.step()
        return True


def _pairs(
    kept: Sequence[NDArray[np.bool_]], first: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return sources and targets of what is kept, in the order of the parent's nodes."""
    sources, targets = [], []
    for part in kept:
        source, target = np.nonzero(part)
        sources.append(source)
        targets.append(first + target)
        first += part.shape[1]
    return np.concatenate(sources), np.concatenate(targets)
