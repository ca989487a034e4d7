"""Parents to be pruned under shared weights, examples for them, and random masks."""

import numpy as np
import torch
from numpy.typing import NDArray
from pruning_toys import generator

from wann.activations import PAPER
from wann.activations.table import from_text
from wann.pruning.shared.agnostic_parent import AgnosticParent
from wann.pruning.shared.mixed_parent import MixedParent
from wann.pruning.shared.parent import Parent
from wann.pruning.shared.training import Examples

KINDS = ("agnostic", "mixed")


def parent(
    kind: str = "agnostic",
    inputs: int = 5,
    outputs: int = 3,
    hidden: tuple[int, ...] = (8,),
    seed: int = 0,
    activations: tuple[str, ...] | None = None,
    learned: bool = False,
) -> Parent:
    """A parent of one of the two kinds."""
    if activations is None:
        activations = ("absolute",) if kind == "agnostic" else PAPER
    codes = [from_text(name).code for name in activations]
    if kind == "agnostic":
        return AgnosticParent(inputs, outputs, hidden, generator(seed), codes, learned=learned)
    return MixedParent(inputs, outputs, hidden, codes, generator(seed), learned=learned)


def random_masks(of: Parent, share: float, seed: int) -> list[NDArray[np.bool_]]:
    """Masks that keep about a share of all places."""
    rng = np.random.default_rng(seed)
    return [rng.random(score.shape) < share for score in of.scores]


def blobs(number: int = 90, inputs: int = 5, classes: int = 3, seed: int = 0) -> Examples:
    """Clouds of points that do not overlap much."""
    chance = generator(seed)
    y = torch.arange(number) % classes
    centres = 2.0 * torch.randn(classes, inputs, generator=chance)
    return Examples(centres[y] + 0.5 * torch.randn(number, inputs, generator=chance), y)


def outputs_of(of: Parent, masks: list[NDArray[np.bool_]], x, weights) -> NDArray[np.float64]:
    """What the parent computes in float64 of inputs (examples, inputs) where masks are kept."""
    of = of.with_trained([score.detach().double() for score in of.trained])
    seen = torch.cat([torch.ones(len(x), 1), torch.as_tensor(x)], 1).double()
    kept = [torch.from_numpy(mask) for mask in masks]
    return of.forward(seen, kept, torch.tensor(weights, dtype=torch.float64)).numpy()
