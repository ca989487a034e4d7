"""NTK-SAP: the weights that the neural tangent kernel depends on (Wang et al. 2023).

It needs no more of the data than their shape, and no training.
"""

from collections.abc import Callable, Mapping

import torch
from torch import nn
from torch.nn.modules.batchnorm import _NormBase

from wann.pruning.forward import Examples, call_with, logits_of
from wann.pruning.scores.scoring import Scores, Scoring, gradients, scratch

_EPSILON = 1e-2  # the spread of what is added to the weights
_DRAWS = 8
_EXAMPLES = 64

Weights = Mapping[str, torch.Tensor]


def ntk_sap(scoring: Scoring) -> Scores:
    """Score a weight by |d/dm of |f(x; m w) - f(x; m (w + e))|^2| where m is its mask.

    What is derived estimates the sum of the eigenvalues of the neural tangent kernel. The weights w
    are drawn anew (He et al. 2015), and so are small e, and inputs x from a normal distribution, in
    the shape of the first batch: a mask is to suit any weights. Biases are zero. Whole numbers
    among the inputs, such as tokens, are taken as they are. A normalisation has the statistics of x
    under w. Several draws are summed up, since without normalisations one draw silences a unit for
    all inputs, and would prune what leads out of it.

    Source: Wang et al. 2023, "NTK-SAP: Improving neural network pruning by aligning training
    dynamics", section 4. UserError without batches or a generator.
    """
    chance = scoring.random()
    inputs = next(scoring.data())[0][:_EXAMPLES]
    with scratch(scoring) as (model, weights):
        for name, parameter in model.named_parameters():
            if name.rpartition(".")[2].startswith("bias"):
                parameter.detach().zero_()
        scales = {name: torch.ones_like(w, requires_grad=True) for name, w in weights.items()}
        total = {name: torch.zeros_like(weight) for name, weight in weights.items()}
        for _ in range(_DRAWS):
            given = _map(inputs, lambda t: _normal(t, chance) if t.is_floating_point() else t)
            near = {name: _he_normal(weight, chance) for name, weight in weights.items()}
            apart = _distance(model, scoring.masks, scales, near, given, chance)
            for name, slope in gradients(apart, scales).items():
                total[name] += slope
    return {name: slope.abs() for name, slope in total.items()}


def _distance(
    model: nn.Module,
    masks: Weights,
    scales: Weights,
    near: Weights,
    inputs: Examples,
    chance: torch.Generator,
) -> torch.Tensor:
    """Return how far outputs move where small numbers are added to the weights.

    Args:
        model: the model, whose normalisations take the statistics of these inputs.
        masks: of its weights.
        scales: what the masks are multiplied with, which gradients are for.
        near: the weights.
        inputs: what outputs are for.
        chance: what the small numbers are drawn from.
    """

    def output(drawn: Weights) -> torch.Tensor:
        masked = {name: w * masks[name] * scales[name] for name, w in drawn.items()}
        return logits_of(call_with(model, masked, inputs))

    far = {name: weight + _EPSILON * _normal(weight, chance) for name, weight in near.items()}
    _take_statistics(model, lambda: output(near))
    return (output(near) - output(far)).square().sum()


def _take_statistics(model: nn.Module, run: Callable[[], object]) -> None:
    """Let normalisations take the statistics of what they are given in `run` for running ones."""
    for module in model.modules():
        if isinstance(module, _NormBase):
            module.momentum = 1.0
    with torch.no_grad():
        model.train()
        run()
    model.eval()


def _he_normal(like: torch.Tensor, chance: torch.Generator) -> torch.Tensor:
    """Return weights for rectifiers (He et al. 2015, eq. 10)."""
    spread: float = (2.0 / max(like[0].numel(), 1)) ** 0.5
    return spread * _normal(like, chance)


def _normal(like: torch.Tensor, chance: torch.Generator) -> torch.Tensor:
    """Return numbers of a normal distribution, drawn on the CPU, so that all devices agree."""
    drawn: torch.Tensor = torch.randn(like.shape, generator=chance).to(like)
    return drawn


def _map(inputs: Examples, change: Callable[[torch.Tensor], torch.Tensor]) -> Examples:
    return change(inputs) if isinstance(inputs, torch.Tensor) else inputs.map(change)
