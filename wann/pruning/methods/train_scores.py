"""Training of scores or probabilities of weights, whose own values stay what they are."""

import math
from collections.abc import Callable, Iterator
from typing import NamedTuple

import torch
from torch import nn

from wann.errors import UserError
from wann.pruning.forward import call_with, copy_model, logits_of
from wann.pruning.rewind import state_of
from wann.pruning.scores.scoring import Batch, Loss
from wann.pruning.torch_random import devices_of, seed_from, settled

Tensors = dict[str, torch.Tensor]


class ScoreTraining(NamedTuple):
    """How scores are trained."""

    optimizer: torch.optim.Optimizer  # of the scores; its rate falls to 0 by a cosine
    epochs: int
    batch: int


def train_scores(
    model: nn.Module,
    variables: Tensors,
    effective: Callable[[], Tensors],
    data: Batch,
    generator: torch.Generator,
    training: ScoreTraining,
    loss: Loss,
) -> tuple[list[float], Tensors]:
    """Return the mean loss of each epoch of training `variables`, and the state of the model then.

    A copy of the model is trained, with biases of zero in the layers of the variables.

    Args:
        model: the network, which stays as it is.
        variables: what is trained, by the names of the weights.
        effective: returns the weights of a step, with gradients for the variables.
        data: all inputs (examples, *shape) and targets (examples,).
        generator: random numbers on the CPU, for the order of the examples.
        training: how.
        loss: of outputs and targets, the mean over the examples.

    UserError if the loss is no finite number any more.
    """
    model = copy_model(model).train().requires_grad_(False)
    for name in variables:
        layer = model.get_submodule(name.rpartition(".")[0])
        if isinstance(bias := getattr(layer, "bias", None), torch.Tensor):
            bias.zero_()
    optimizer, epochs, batch = training
    rate = optimizer.param_groups[0]["lr"]
    steps = epochs * math.ceil(len(data[0]) / batch)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    device = next(model.parameters()).device
    losses = []
    with settled(seed_from(generator), devices_of(model)), torch.enable_grad():
        for epoch in range(epochs):
            seen = torch.zeros((), device=device)
            for inputs, targets in _batches(
                (data[0].to(device), data[1].to(device)), batch, generator
            ):
                value = loss(logits_of(call_with(model, effective(), inputs)), targets)
                optimizer.zero_grad()
                value.backward()  # type: ignore[no-untyped-call]
                optimizer.step()
                schedule.step()
                seen += value.detach() * (len(inputs) / len(data[0]))
            losses.append(float(seen))
            if not math.isfinite(losses[-1]):
                raise UserError(
                    f"the loss is {losses[-1]} in epoch {epoch + 1}: choose a lower rate than "
                    f"{rate}"
                )
    return losses, state_of(model)


def _batches(data: Batch, size: int, generator: torch.Generator) -> Iterator[Batch]:
    """Yield all of `data` in random order."""
    inputs, targets = data
    order = torch.randperm(len(inputs), generator=generator).to(inputs.device)
    for first in range(0, len(inputs), size):
        part = order[first : first + size]
        yield inputs[part], targets[part]
