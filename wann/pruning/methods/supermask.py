"""Supermasks: subnetworks of weights that are never trained; training chooses which are kept.

With signed constants all weights of a layer have one magnitude: like a weight-agnostic network, the
subnetwork has shared weights, with a sign for each connection. A copy of the model is trained, so
that the user's model stays as it is.
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import nn

from wann.errors import UserError, short_repr
from wann.pruning import allocate
from wann.pruning.masks import Masks, apply, check, total, weights_of
from wann.pruning.methods.train_scores import ScoreTraining, train_scores
from wann.pruning.rewind import rewind
from wann.pruning.scores.scoring import Batch, Loss
from wann.pruning.straight_through import straight_through
from wann.pruning.top_k import best
from wann.pruning.torch_modes import in_own_modes
from wann.pruning.torch_random import seed_from

Tensors = dict[str, torch.Tensor]


@dataclass(frozen=True)
class PopupConfig:
    """Training of edge-popup scores; by default the MNIST example of the authors' code."""

    epochs: int = 14
    batch: int = 64
    rate: float = 0.1  # of SGD; falls to 0 by a cosine
    momentum: float = 0.9
    decay: float = 1e-4


@dataclass(frozen=True)
class BernoulliConfig:
    """Training of mask probabilities (Zhou et al. 2019, section 5).

    The authors use SGD with a rate of 100 for 2000 epochs.
    """

    epochs: int = 14
    batch: int = 64
    rate: float = 300.0
    momentum: float = 0.0
    decay: float = 0.0
    # Whether weights are multiplied by sqrt(all / kept) of their layer, which keeps the variance of
    # sums. The authors' dynamic rescaling multiplies by all / kept: that is as good where half of
    # the weights are kept, but values grow beyond all bounds where 2 per cent are.
    rescale: bool = True


class Supermask(NamedTuple):
    """What a training of masks found."""

    masks: Masks
    state: Tensors  # of the whole model: frozen weights, as scaled as they are used, biases of zero
    losses: list[float]  # the mean training loss of each epoch

    def __repr__(self) -> str:
        return short_repr(self)

    def install(self, model: nn.Module) -> None:
        """Turn `model` into this subnetwork, in place."""
        rewind(model, self.state)
        apply(model, self.masks)


def constants(model: nn.Module, masks: Masks, kind: str, generator: torch.Generator) -> Tensors:
    """Return the frozen weights of the masked layers of `model`.

    'signed': the signs of its own weights, times the standard deviation sqrt(2 / fan-in) of
    Kaiming's initialisation; 'kaiming': drawn from that; 'own': its weights as they are.
    """
    frozen = {}
    for name, mask in weights_of(masks).items():
        weight = model.get_parameter(name).detach()
        deviation = math.sqrt(2.0 / nn.init._calculate_fan_in_and_fan_out(weight)[0])
        if kind == "signed":
            frozen[name] = torch.where(weight < 0, -deviation, deviation).to(weight.dtype)
        elif kind == "kaiming":
            frozen[name] = (torch.randn(mask.shape, generator=generator) * deviation).to(weight)
        elif kind == "own":
            frozen[name] = weight.clone()
        else:
            raise UserError(
                f"unknown kind of frozen weights {kind!r}: expected 'signed', 'kaiming' or 'own'"
            )
    return frozen


@in_own_modes()
def edge_popup(
    model: nn.Module,
    masks: Masks,
    data: Batch,
    density: float,
    generator: torch.Generator,
    *,
    kind: str = "signed",
    config: PopupConfig = PopupConfig(),
    loss: Loss = nn.functional.cross_entropy,
    allocation: str = "uniform",
) -> Supermask:
    """Return the masks that edge-popup finds in `model` (Ramanujan et al. 2020).

    A score per weight is trained; forward passes use the highest |score| of each layer, and the
    gradient goes to all as if none were masked. The weights are scaled by 1 / sqrt(share kept of
    the layer), so that what is kept has the variance of all.

    Args:
        model: the network, which stays as it is.
        masks: the weights that may be kept.
        data: all inputs (examples, *shape) and targets (examples,).
        density: the share of all weights that is kept, in (0, 1].
        generator: random numbers on the CPU, for scores and the order of the examples.
        kind: which weights are frozen, see `constants`.
        config: how scores are trained.
        loss: of outputs and targets, the mean over the examples.
        allocation: one of `allocate.ALLOCATIONS`; the authors keep equal shares of all layers.
    """
    check(model, masks)
    counts = allocate.allocate(allocation, None, masks, allocate.budget(total(masks), density))
    share = {name: count / masks[name].numel() for name, count in counts.items()}
    frozen = {
        name: w / math.sqrt(share[name])
        for name, w in constants(model, masks, kind, generator).items()
    }
    scores = {name: _uniform(weight, generator) for name, weight in frozen.items()}

    def chosen(name: str) -> torch.Tensor:
        magnitude = scores[name].detach().abs().flatten()
        return best(magnitude, masks[name].flatten(), counts[name], name).view(masks[name].shape)

    def effective() -> Tensors:
        return {
            name: w * straight_through(chosen(name), scores[name].abs())
            for name, w in frozen.items()
        }

    training = _training(scores, config)
    losses, state = train_scores(model, scores, effective, data, generator, training, loss)
    return Supermask(masks | {name: chosen(name) for name in frozen}, state | frozen, losses)


@in_own_modes()
def bernoulli(
    model: nn.Module,
    masks: Masks,
    data: Batch,
    density: float | None,
    generator: torch.Generator,
    *,
    kind: str = "signed",
    config: BernoulliConfig = BernoulliConfig(),
    loss: Loss = nn.functional.cross_entropy,
) -> Supermask:
    """Return the masks of trained probabilities (Zhou et al. 2019, section 5), each weight's own.

    Each forward pass draws a mask, and the gradient goes to the probabilities as if they were the
    mask. The masks returned are one last draw, as draws are what was trained. (Keeping all weights
    that are more likely than not would give another network, and a bad one.)

    Args:
        model: the network, which stays as it is.
        masks: the weights that may be kept.
        data: all inputs (examples, *shape) and targets (examples,).
        density: the share of all weights that every draw has exactly; None leaves it free.
        generator: random numbers on the CPU, for draws and the order of the examples.
        kind: which weights are frozen, see `constants`.
        config: how probabilities are trained.
        loss: of outputs and targets, the mean over the examples.
    """
    check(model, masks)
    frozen = constants(model, masks, kind, generator)
    keep = total(masks) // 2 if density is None else allocate.budget(total(masks), density)
    # In the beginning each weight is kept with the probability that the density says.
    start = math.log(keep / max(1, total(masks) - keep))
    logits = {
        name: torch.full_like(weight, start).requires_grad_() for name, weight in frozen.items()
    }
    chance = torch.Generator(next(iter(frozen.values())).device)
    chance.manual_seed(seed_from(generator))

    def draw() -> Masks:
        # A logit with logistic noise is positive just as often as the weight is likely.
        worth = {
            name: values.detach() + _logistic(values, chance) for name, values in logits.items()
        }
        if density is not None:
            return allocate.best_of_network(worth, masks, keep)
        return {name: (values > 0) & masks[name] for name, values in worth.items()}

    def effective() -> Tensors:
        return {
            name: frozen[name]
            * straight_through(drawn, torch.sigmoid(logits[name]))
            * _scale(drawn, config)
            for name, drawn in draw().items()
        }

    training = _training(logits, config)
    losses, state = train_scores(model, logits, effective, data, generator, training, loss)
    new = draw()
    return Supermask(
        masks | new, state | {n: w * _scale(new[n], config) for n, w in frozen.items()}, losses
    )


def _training(variables: Tensors, config: PopupConfig | BernoulliConfig) -> ScoreTraining:
    optimizer = torch.optim.SGD(
        variables.values(), config.rate, config.momentum, weight_decay=config.decay
    )
    return ScoreTraining(optimizer, config.epochs, config.batch)


def _logistic(like: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    return torch.logit(
        torch.rand(like.shape, generator=generator, device=like.device, dtype=like.dtype), eps=1e-7
    )


def _scale(kept: torch.Tensor, config: BernoulliConfig) -> torch.Tensor | float:
    return (kept.numel() / kept.sum().clamp_min(1)).sqrt() if config.rescale else 1.0


def _uniform(weight: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Return scores as the authors draw them, uniform within 1 / sqrt(fan-in).

    That is Kaiming's uniform initialisation with a = sqrt(5).
    """
    bound = 1.0 / math.sqrt(nn.init._calculate_fan_in_and_fan_out(weight)[0])
    return (
        ((torch.rand(weight.shape, generator=generator) * 2.0 - 1.0) * bound)
        .to(weight)
        .requires_grad_()
    )
