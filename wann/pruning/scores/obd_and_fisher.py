"""Scores from the curvature of the loss, meant for trained networks: OBD and Fisher.

A weight w costs h w^2 / 2 if it goes, h the second derivative of the loss for it; other terms of
the Taylor series are left out, so the loss should be at its minimum (LeCun, Denker, Solla 1990, eq.
3 to 5). The model is scored in evaluation mode, on the mean loss over all examples of the batches.
"""

from collections.abc import Callable, Iterator

import torch
from torch import nn
from torch.func import functional_call, grad, vmap

from wann.errors import UserError, in_one_line
from wann.pruning.forward import Arguments, Examples, arguments, logits_of, run
from wann.pruning.scores.diagonal_hessian import (
    output_curvature,
    output_diagonal,
    record,
    recursion,
)
from wann.pruning.scores.scoring import Loss, Scores, Scoring, scratch

_AT_ONCE = 2**24  # numbers in the gradients of single examples that are held together


def obd(scoring: Scoring) -> Scores:
    """Score a weight by h w^2 / 2, h the Levenberg-Marquardt diagonal, which is never negative.

    By the recursion of the paper (its eq. 7 to 9, without the second term of 8) where the model is
    one chain of linear and convolutional layers, activations and pooling, however it is written.
    Any other model gets the exact diagonal of its generalised Gauss-Newton matrix, from gradients
    of single examples: the same at a layer that ends the network, without the recursion's neglect
    of terms between units before it, and slower by about the number of outputs.
    """
    examples = scoring.examples()
    with scratch(scoring) as (model, weights):
        model.eval()
        total = {name: torch.zeros_like(weight) for name, weight in weights.items()}
        for inputs, targets in scoring.data():
            tape = record(model, inputs, weights)
            if tape is None:
                curvature = gauss_newton(model, weights, inputs, targets, scoring.loss)
            else:
                curvature = recursion(tape, output_diagonal(scoring.loss, tape.outputs, targets))
            for name, values in curvature.items():
                total[name] += values * (len(inputs) / examples)
        return {name: total[name] * weight.detach() ** 2 / 2 for name, weight in weights.items()}


def fisher(scoring: Scoring) -> Scores:
    """Score a weight by F w^2 / 2, F the empirical Fisher diagonal.

    F is the mean over the examples of the squared gradient.
    """
    examples = scoring.examples()

    def one(
        parameters: dict[str, torch.Tensor], example: Arguments, target: torch.Tensor
    ) -> torch.Tensor:
        return scoring.loss(_run_one(model, parameters, example), target[None])

    with scratch(scoring) as (model, weights):
        model.eval()
        total = {name: torch.zeros_like(weight) for name, weight in weights.items()}
        for inputs, targets in scoring.data():
            for gradient in _of_examples(one, weights, inputs, targets):
                for name, values in gradient.items():
                    total[name] += values.square().sum(0) / examples
        return {name: total[name] * weight.detach() ** 2 / 2 for name, weight in weights.items()}


def gauss_newton(
    model: nn.Module,
    weights: dict[str, nn.Parameter],
    inputs: Examples,
    targets: torch.Tensor,
    loss: Loss,
) -> dict[str, torch.Tensor]:
    """Return the diagonal of J^T H J for each weight: the generalised Gauss-Newton matrix.

    H is the curvature of the mean loss at the outputs. It is split into a sum of v v^T; each v,
    pulled back through the network, is a gradient, of which squares add up.

    Args:
        model: the network, in the mode it is scored in.
        weights: the parameters to score, by name.
        inputs: a batch (examples, *shape).
        targets: (examples,) what the loss takes.
        loss: of outputs and targets, the mean over the examples.
    """

    def one(
        parameters: dict[str, torch.Tensor], example: Arguments, direction: torch.Tensor
    ) -> torch.Tensor:
        return (_run_one(model, parameters, example).flatten() * direction).sum()

    with torch.no_grad():
        outputs = run(model, inputs)
    values, vectors = torch.linalg.eigh(output_curvature(loss, outputs, targets))
    # (examples, outputs, directions)
    directions = vectors * values.clamp_min(0.0).sqrt().unsqueeze(1)
    total = {name: torch.zeros_like(weight) for name, weight in weights.items()}
    for k in range(directions.shape[2]):
        for gradient in _of_examples(one, weights, inputs, directions[:, :, k]):
            for name, single in gradient.items():
                total[name] += single.square().sum(0)
    return total


def _run_one(
    model: nn.Module, parameters: dict[str, torch.Tensor], example: Arguments
) -> torch.Tensor:
    """Return the logits (1, outputs) of one example, with these parameters in the model."""
    by_position, by_name = example
    given = tuple(tensor[None] for tensor in by_position)
    named = {name: tensor[None] for name, tensor in by_name.items()}
    return logits_of(functional_call(model, parameters, given, named))


def _of_examples(
    one: Callable[..., torch.Tensor],
    weights: dict[str, nn.Parameter],
    inputs: Examples,
    others: torch.Tensor,
) -> Iterator[dict[str, torch.Tensor]]:
    """Yield the gradients of `one(weights, input, other)`, some examples at a time.

    Each is (examples, *shape).
    """
    constant = {name: weight.detach() for name, weight in weights.items()}
    each: Callable[..., dict[str, torch.Tensor]] = vmap(grad(one), in_dims=(None, 0, 0))
    size = max(1, _AT_ONCE // sum(weight.numel() for weight in weights.values()))
    for first in range(0, len(inputs), size):
        part = slice(first, first + size)
        try:
            found = each(constant, arguments(inputs[part]), others[part])
        except RuntimeError as problem:
            raise UserError(
                "this score needs gradients of single examples, which the model does not give: "
                f"{in_one_line(problem)[:150]}; expected a forward without branches on values"
            ) from None
        yield found
