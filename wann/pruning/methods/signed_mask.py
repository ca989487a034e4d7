"""Masks with signs, trained under shared weights: all that is kept of a model weighs w or -w.

Training chooses which weights are kept, and the sign of each; all have one magnitude, the same in
all layers. As of supermasks (Zhou et al. 2019, Ramanujan et al. 2020) no weight is trained; unlike
theirs, what is chosen has to do under many magnitudes, and under both signs of w, which are drawn
anew in each step. Biases of the layers are zero. What else a model has, as the normalisation
between its layers, stays as it is, and adapts to no w: a normalisation with running statistics has
those of the weights that were drawn in training.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from torch import nn

from wann.config import TRAINING_WEIGHTS
from wann.pruning import allocate
from wann.pruning.forward import copy_model
from wann.pruning.masks import Masks, check, total, weights_of
from wann.pruning.methods.supermask import Supermask
from wann.pruning.methods.train_scores import ScoreTraining, Tensors, train_scores
from wann.pruning.scores.scoring import Batch
from wann.pruning.shared.training import SharedWeights
from wann.pruning.straight_through import straight_through
from wann.pruning.top_k import best
from wann.pruning.torch_modes import in_own_modes
from wann.pruning.torch_random import generator_for, seed_from
from wann.pruning.training.adam import for_adam

_SMALL = 1e-6
_DRAWN = SharedWeights(number=2)  # one of each sign, in turn


@dataclass(frozen=True)
class SignedConfig:
    """Training of the scores of signed masks, by Adam."""

    epochs: int = 14
    batch: int = 64
    rate: float = 0.01  # falls to 0 by a cosine
    weights: SharedWeights = _DRAWN


@in_own_modes()
def signed_mask(
    model: nn.Module,
    masks: Masks,
    data: Batch,
    density: float,
    generator: torch.Generator,
    *,
    config: SignedConfig = SignedConfig(),
    allocation: str = "erk",
) -> Supermask:
    """Return which weights are kept, and their signs, as weights of 1 and -1.

    Args:
        model: the network, which stays as it is.
        masks: the weights that may be kept.
        data: all inputs (examples, *shape) and classes (examples,).
        density: the share of all weights that is kept, in (0, 1].
        generator: random numbers on the CPU.
        config: how scores are trained.
        allocation: one of `allocate.ALLOCATIONS`: how many weights each layer keeps.
    """
    check(model, masks)
    counts = allocate.allocate(allocation, None, masks, allocate.budget(total(masks), density))
    scores = {name: _drawn(model.get_parameter(name), generator) for name in weights_of(masks)}
    shared = _in_turn(config.weights, seed_from(generator))

    def chosen(name: str) -> torch.Tensor:
        magnitude = scores[name].detach().abs().flatten()
        return best(magnitude, masks[name].flatten(), counts[name], name).view(masks[name].shape)

    def signs(name: str) -> torch.Tensor:
        score = scores[name].detach()
        return torch.where(score < 0, -1.0, 1.0).to(score)

    def effective() -> Tensors:
        weight = next(shared)
        return {
            name: weight * straight_through(chosen(name) * signs(name), score)
            for name, score in scores.items()
        }

    scale = torch.ones((), device=next(iter(scores.values())).device, requires_grad=True)
    optimizer = torch.optim.Adam(for_adam([*scores.values(), scale]), config.rate)
    training = ScoreTraining(optimizer, config.epochs, config.batch)

    def loss(outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        # The largest output counts, whatever the scale of all: each shared weight has its own.
        spread = outputs.detach().std() + _SMALL
        return nn.functional.cross_entropy(outputs / spread * scale.exp(), targets)

    losses, state = train_scores(model, scores, effective, data, generator, training, loss)
    kept = {name: chosen(name) for name in scores}
    return Supermask(masks | kept, state | {name: signs(name) for name in scores}, losses)


@torch.no_grad()
def set_weight(model: nn.Module, masks: Masks, weight: float) -> None:
    """Give all that `masks` keep of a model the magnitude `weight`, with its signs, in place.

    A negative `weight` turns all signs round.
    """
    for name, mask in weights_of(masks).items():
        parameter = model.get_parameter(name)
        parameter.copy_(torch.sign(parameter) * mask * weight)


@in_own_modes()
def under_weights(
    model: nn.Module, masks: Masks, measure: Callable[[nn.Module], float]
) -> dict[float, float]:
    """Return what `measure` says of a model with each of the shared weights of a search."""
    found = {}
    for weight in TRAINING_WEIGHTS:
        copy = copy_model(model)  # each with the signs of the model
        set_weight(copy, masks, weight)
        found[weight] = measure(copy)
    return found


def _drawn(weight: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Return scores for the places of a weight: normal, with a spread of 1 / sqrt(fan-in)."""
    fan_in = nn.init._calculate_fan_in_and_fan_out(weight)[0]
    drawn = torch.randn(weight.shape, generator=generator) / math.sqrt(fan_in)
    return drawn.to(weight).requires_grad_()


def _in_turn(weights: SharedWeights, seed: int) -> Iterator[float]:
    """Yield shared weights without end: those of one draw, then those of the next."""
    generator = generator_for(seed, "shared weights")
    while True:
        yield from weights.draw(generator).tolist()
