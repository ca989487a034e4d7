"""Scores from the weights alone: their magnitude, chance, and criteria of supermasks.

The criteria of supermasks compare the value of a weight before training with the one after.

Source: Zhou, Lan, Liu, Yosinski: Deconstructing Lottery Tickets, section 2 and supplement.
"""

from collections.abc import Callable

import torch

from wann.pruning.scores.scoring import Scores, Scoring

Weights = dict[str, torch.Tensor]


def magnitude(scoring: Scoring) -> Scores:
    """Score a weight by its magnitude (Han et al. 2015)."""
    return {name: weight.abs() for name, weight in _final(scoring).items()}


def lamp(scoring: Scoring) -> Scores:
    """Score a weight by its square over those of its layer that are no smaller: LAMP.

    Within a layer the order is that of magnitude; what differs is how layers compare under global
    allocation.

    Source: Lee et al. 2021.
    """
    return {name: _lamp(weight, scoring.masks[name]) for name, weight in _final(scoring).items()}


def random(scoring: Scoring) -> Scores:
    """Score weights by chance, from the generator of `scoring`."""
    generator = scoring.random()
    return {
        name: torch.rand(mask.shape, generator=generator, dtype=torch.float64).to(mask.device)
        for name, mask in scoring.masks.items()
    }


def small_final(scoring: Scoring) -> Scores:
    """Keep the smallest weights: a control for magnitude."""
    return {name: -score for name, score in magnitude(scoring).items()}


def large_init(scoring: Scoring) -> Scores:
    """Keep the weights that were largest before training."""
    return {name: weight.abs() for name, weight in scoring.before_training().items()}


def small_init(scoring: Scoring) -> Scores:
    """Keep the weights that were smallest before training."""
    return {name: -score for name, score in large_init(scoring).items()}


def large_init_large_final(scoring: Scoring) -> Scores:
    """Keep what is large before and after training.

    The score is the lower of a weight's two ranks in its layer, from 0 to 1.
    """
    before, after = large_init(scoring), magnitude(scoring)
    return {
        name: torch.minimum(*(_ranks(s[name], scoring.masks[name]) for s in (before, after)))
        for name in before
    }


def small_init_small_final(scoring: Scoring) -> Scores:
    """Keep what is small before and after training, by ranks too."""
    before, after = small_init(scoring), small_final(scoring)
    return {
        name: torch.minimum(*(_ranks(s[name], scoring.masks[name]) for s in (before, after)))
        for name in before
    }


def magnitude_increase(scoring: Scoring) -> Scores:
    """Keep the weights whose magnitude has grown most."""
    before, after = scoring.before_training(), _final(scoring)
    return {name: after[name].abs() - before[name].abs() for name in after}


def movement(scoring: Scoring) -> Scores:
    """Keep the weights that have moved furthest."""
    before, after = scoring.before_training(), _final(scoring)
    return {name: (after[name] - before[name]).abs() for name in after}


def same_sign(score: Callable[[Scoring], Scores]) -> Callable[[Scoring], Scores]:
    """Return `score`, but for weights that training has led across zero.

    Those come after all others, in the order of the score.
    """

    def score_same_sign(scoring: Scoring) -> Scores:
        scores = {name: values.double() for name, values in score(scoring).items()}
        before, after = scoring.before_training(), _final(scoring)
        flat = torch.cat([values.flatten() for values in scores.values()])
        below = flat.max() - flat.min() + 1.0
        return {
            name: torch.where(before[name] * after[name] < 0, s - below, s)
            for name, s in scores.items()
        }

    score_same_sign.__doc__ = f"{score.__name__}, of weights that kept their sign first."
    return score_same_sign


large_final_same_sign = same_sign(magnitude)
magnitude_increase_same_sign = same_sign(magnitude_increase)
movement_same_sign = same_sign(movement)


def _final(scoring: Scoring) -> Weights:
    """Return the weights of the model as they are, zero where they are pruned."""
    return {
        name: scoring.model.get_parameter(name).detach().masked_fill(~mask, 0.0)
        for name, mask in scoring.masks.items()
    }


def _ranks(values: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Return the rank of each value among those alive in its layer, as a share of them.

    Equal values share the lowest of their ranks. The paper's code looks for one percentile that
    both criteria are cut at (`bsearch_quadrant_threshold`), which is to rank by the lower of both.
    """
    alive = values[mask]
    _, index, number = torch.unique(alive, return_inverse=True, return_counts=True)
    result = torch.zeros(values.shape, dtype=torch.float64, device=values.device)
    result[mask] = (number.cumsum(0) - number)[index].double() / max(1, len(alive))
    return result


def _lamp(weight: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    squares = weight[mask].double() ** 2
    ranked, order = torch.sort(squares, stable=True)
    rest = ranked.flip(0).cumsum(0).flip(0)
    scores = torch.zeros_like(squares)
    scores[order] = ranked / rest.clamp_min(torch.finfo(torch.float64).tiny)
    result = torch.zeros(weight.shape, dtype=torch.float64, device=weight.device)
    result[mask] = scores
    return result
