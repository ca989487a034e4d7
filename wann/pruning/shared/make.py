"""A training of masks made of settings and arrays, with defaults that depend on the data."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.config import AGNOSTIC
from wann.errors import UserError
from wann.network.network import Network
from wann.network.torch_module import torch
from wann.pruning.shared.agnostic_parent import HOMOGENEOUS, UNITS, AgnosticParent
from wann.pruning.shared.mixed_parent import MixedParent
from wann.pruning.shared.network_parent import NetworkParent
from wann.pruning.shared.parent import Parent
from wann.pruning.shared.schedule import MaskSchedule, phases_of
from wann.pruning.shared.training import Examples, MaskTrainer, SharedWeights
from wann.pruning.torch_random import generator_for

_BATCH = 256
# Connections for a unit: of `digits` 45 units keep 900 connections that classify 97 % of the test
# images, and 96 units 95 %
_FOR_A_UNIT = 20
_PLACES = 2  # for each connection, at least, where the number of units is not given


class MaskSettings(NamedTuple):
    """What decides a training of masks, but for its data."""

    parent: str  # agnostic or mixed
    hidden: Sequence[int]  # units of each hidden layer; none: one layer of as many as suit
    activations: Sequence[int]  # codes of hidden units; see `make_parent`
    learned: bool  # whether training chooses that of each unit, or they take them in turn
    magnitudes: tuple[float, float]  # the lowest and the highest of the weights of a mixed parent
    sizes: Sequence[int]  # in connections, the largest first
    schedule: MaskSchedule
    gates: str
    batch: int  # 0: as many as suit
    seed: int
    network: Network | None = None  # whose hidden nodes the parent has, in place of `hidden`


def make_parent(settings: MaskSettings, inputs: int, outputs: int) -> Parent:
    """Return the parent that a training begins with.

    Hidden units of an agnostic one take the activations of the settings if these are homogeneous;
    otherwise, as by default, those that are best for it.
    """
    generator = generator_for(settings.seed, "parent of masks")
    if settings.network is not None:
        return NetworkParent(settings.network, generator)
    hidden = list(settings.hidden) or [hidden_units(inputs, outputs, settings.sizes[0])]
    if settings.parent == AGNOSTIC:
        suited = set(settings.activations) <= set(HOMOGENEOUS)
        kinds = settings.activations if suited else UNITS
        return AgnosticParent(inputs, outputs, hidden, generator, kinds, learned=settings.learned)
    return MixedParent(
        inputs, outputs, hidden, settings.activations, generator, learned=settings.learned
    )


def hidden_units(inputs: int, outputs: int, connections: int) -> int:
    """Return how many units a hidden layer has, of which so many connections are to be left."""
    return max(-(-connections // _FOR_A_UNIT), -(-_PLACES * connections // (1 + inputs + outputs)))


def make_trainer(
    settings: MaskSettings, outputs: int, x: NDArray[np.float32], y: NDArray[np.int64]
) -> MaskTrainer:
    """Return a training of masks at its beginning.

    Args:
        settings: what decides it.
        outputs: how many classes there are.
        x: examples (examples, inputs).
        y: their classes (examples,).

    Raises:
        UserError: there are fewer places than connections, too few connections for a network, or
            fewer examples than in a batch.
    """
    if settings.batch > len(y):
        raise UserError(
            f"expected at most {len(y)} examples in a step, which are all there are to train on, "
            f"got batch {settings.batch}"
        )
    parent = make_parent(settings, x.shape[1], outputs)
    examples = Examples(torch.tensor(x, dtype=torch.float32), torch.tensor(y, dtype=torch.int64))
    lowest, highest = settings.magnitudes
    return MaskTrainer(
        parent,
        examples,
        phases_of(settings.sizes, parent.places, settings.schedule),
        batch=settings.batch or _BATCH,
        gates=settings.gates,
        weights=SharedWeights(lowest, highest),
        seed=settings.seed,
    )


@contextmanager
def one_thread() -> Iterator[None]:
    """Let PyTorch use one thread meanwhile: sums that are cut among several give other bytes."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
