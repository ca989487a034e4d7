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


class Centred(nn.Module):
    """Takes off what it has seen in training; `persistent`: whether its state tells of that."""

    def __init__(self, units: int, persistent: bool) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(units), persistent=persistent)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if self.training:
            with torch.no_grad():
                self.mean.lerp_(x.mean(0), 0.3)
        return x - self.mean


class Counting(nn.Linear):
    """Counts its passes in training, and tells so in extra state that is no tensor."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__(inputs, outputs)
        self.count = {"passes": 0}

    def get_extra_state(self) -> dict[str, int]:
        return self.count

    def set_extra_state(self, state: dict[str, int]) -> None:
        self.count = state

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        self.count["passes"] += self.training
        return super().forward(x)


def centred(persistent: bool, inputs: int = 12, outputs: int = 3) -> nn.Sequential:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        layers = [nn.Linear(inputs, 20), Centred(20, persistent), nn.ReLU()]
        return nn.Sequential(nn.Flatten(), *layers, nn.Linear(20, outputs))
