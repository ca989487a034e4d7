"""Made-up data of three classes, and models to prune on it, one of which must not be trained."""

import torch
from torch import nn

from wann.config import Training
from wann.pruning.training.data import Data

torch.set_num_threads(1)  # more of them wait for each other longer than these models take

SHORT = Training(steps=60, batch=20, check_every=20)


def made_up() -> Data:
    chance = torch.Generator().manual_seed(0)
    x = torch.randn(100, 12, generator=chance)
    y = (x[:, :3].argmax(1)).long()
    return Data(x[:60], y[:60], x[60:80], y[60:80], x[80:], y[80:], (12,), 3)


def small(outputs: int = 3) -> nn.Sequential:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return nn.Sequential(
            nn.Linear(12, 20),
            nn.BatchNorm1d(20),
            nn.ReLU(),
            nn.Linear(20, 10),
            nn.ReLU(),
            nn.Linear(10, outputs),
        )


class Trap(nn.Module):
    """Can be looked at, not trained."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(12, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        assert not (self.training and torch.is_grad_enabled()), "was trained"
        return self.layer(x)
