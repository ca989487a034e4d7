"""NTK-SAP is the derivative by the mask, needs no labels, and no layer is lost."""

import pytest
import torch
from torch import nn

from wann.errors import UserError
from wann.pruning.masks import counts, full
from wann.pruning.methods import prune_at
from wann.pruning.scores import Scoring, compute, ntk_sap
from wann.pruning.training.models import build

X = torch.zeros(20, 5)


def scoring(model: nn.Module, x: torch.Tensor, seed: int | None = 0) -> Scoring:
    chance = None if seed is None else torch.Generator().manual_seed(seed)
    return Scoring(
        model, full(model), [(x, torch.zeros(len(x), dtype=torch.long))], generator=chance
    )


def test_a_linear_layer_has_the_score_that_can_be_worked_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """f = m w x, so that |f(w) - f(w + e)|^2 is |m e x|^2: derived by m at 1."""
    monkeypatch.setattr(ntk_sap, "_DRAWS", 1)
    model = nn.Linear(5, 3).double()
    found = compute("ntk-sap", scoring(model, X.double()))["weight"]
    chance = torch.Generator().manual_seed(0)
    x = torch.randn(20, 5, generator=chance).double()
    torch.randn(3, 5, generator=chance)  # the weights, which have no part in it
    e = 1e-2 * torch.randn(3, 5, generator=chance).double()
    expected = (2.0 * (x @ e.T).T @ x * e).abs()
    torch.testing.assert_close(found, expected, rtol=1e-6, atol=0.0)


def test_neither_weights_nor_data_matter_and_the_model_stays_as_it_is() -> None:
    models = [build("lenet-300-100", (1, 8, 8), 10, seed=seed) for seed in (0, 1)]
    before = [value.clone() for value in models[0].state_dict().values()]
    images = torch.randn(30, 1, 8, 8)
    first, second = (
        compute("ntk-sap", scoring(model, x))
        for model, x in zip(models, (images, images + 1.0), strict=True)
    )
    assert all(torch.equal(first[name], second[name]) for name in first)
    for value, was in zip(models[0].state_dict().values(), before, strict=True):
        assert torch.equal(value, was)


def test_no_layer_is_lost_at_five_percent_in_a_hundred_rounds() -> None:
    model = build("lenet-300-100", (1, 8, 8), 10, seed=0)
    found = prune_at("ntk-sap", scoring(model, torch.zeros(64, 1, 8, 8)), 0.05)
    assert sum(counts(found).values()) == 2510
    assert min(counts(found).values()) > 50


class Tokens(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.table, self.out = nn.Embedding(7, 4), nn.Linear(4, 3)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        return self.out(self.table(ids).mean(1))


def test_tokens_are_taken_as_they_are_and_norms_have_statistics() -> None:
    ids = torch.randint(0, 7, (20, 6), generator=torch.Generator().manual_seed(0))
    assert compute("ntk-sap", scoring(Tokens(), ids))["out.weight"].min() > 0
    model = nn.Sequential(nn.Linear(5, 4), nn.BatchNorm1d(4), nn.ReLU(), nn.Linear(4, 3))
    compute("ntk-sap", scoring(model, X))
    assert model[1].num_batches_tracked == 0


def test_random_scores_want_a_generator() -> None:
    with pytest.raises(UserError, match="generator"):
        compute("ntk-sap", scoring(nn.Linear(5, 3), X, seed=None))
