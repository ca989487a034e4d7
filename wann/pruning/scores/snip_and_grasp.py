"""Scores from the gradient of the loss, meant for networks before training: SNIP and GraSP.

The model is scored in its present mode. In training mode a batch normalisation uses the statistics
of the batches, as a network before training needs it, and its running statistics stay as they are.
No weight is drawn anew: those that will be trained are the ones that are scored.
"""

import torch

from wann.pruning.forward import run
from wann.pruning.scores.scoring import Scores, Scoring, gradients, scratch

GRASP_TEMPERATURE = 200.0


def snip(scoring: Scoring) -> Scores:
    """Score a weight by |w dL/dw| (Lee et al. 2019, eq. 5).

    The score says how much the loss depends on whether the weight is there. The gradient is that of
    the mean over all batches. The paper divides the scores by their sum, which does not change
    their order.
    """
    with scratch(scoring) as (model, weights):
        slope = _mean_gradient(scoring, model, weights, temperature=1.0)
        return {name: (weight.detach() * slope[name]).abs() for name, weight in weights.items()}


def grasp(scoring: Scoring) -> Scores:
    """Score a weight by theta * Hg (Wang et al. 2020, eq. 8).

    Keeping the weights with the largest scores preserves the flow of gradients. The paper scores
    by -theta * Hg and removes the largest, which is the same. Outputs are divided by a temperature
    of 200. The Hessian H is that of the mean over all batches, applied batch by batch; the gradient
    g is computed first, from all of them.
    """
    with scratch(scoring) as (model, weights):
        product = _hessian_times_gradient(scoring, model, weights)
        return {name: weight.detach() * product[name] for name, weight in weights.items()}


def graspabs(scoring: Scoring) -> Scores:
    """Score a weight by |theta * Hg|, the variant of Frankle et al. 2021."""
    return {name: score.abs() for name, score in grasp(scoring).items()}


def _mean_gradient(
    scoring: Scoring,
    model: torch.nn.Module,
    weights: dict[str, torch.nn.Parameter],
    temperature: float,
) -> dict[str, torch.Tensor]:
    """Return the gradient of the mean loss over all examples."""
    total = {name: torch.zeros_like(weight) for name, weight in weights.items()}
    examples = scoring.examples()
    for inputs, targets in scoring.data():
        loss = scoring.loss(run(model, inputs) / temperature, targets)
        for name, gradient in gradients(loss, weights).items():
            total[name] += gradient * (len(inputs) / examples)
    return total


def _hessian_times_gradient(
    scoring: Scoring, model: torch.nn.Module, weights: dict[str, torch.nn.Parameter]
) -> dict[str, torch.Tensor]:
    slope = _mean_gradient(scoring, model, weights, GRASP_TEMPERATURE)
    total = {name: torch.zeros_like(weight) for name, weight in weights.items()}
    examples = scoring.examples()
    for inputs, targets in scoring.data():
        loss = scoring.loss(run(model, inputs) / GRASP_TEMPERATURE, targets)
        inner = gradients(loss, weights, create_graph=True)
        # A weight that no longer counts has a gradient without history, and adds nothing.
        along = torch.stack([(inner[name] * slope[name]).sum() for name in weights]).sum()
        for name, gradient in gradients(along, weights).items():
            total[name] += gradient * (len(inputs) / examples)
    return total
