"""Models to prune: small ones to be checked by hand, and the one of the golden numbers."""

import torch
from torch import nn
from torch.nn import functional

from wann.pruning.masks import full
from wann.pruning.scores import Scores, Scoring

torch.set_num_threads(1)


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


class Mlp(nn.Module):
    """Layers fc1, fc2, ...

    With Glorot-normal weights and biases of zero, written as users write them.
    """

    def __init__(self, *sizes: int, seed: int = 0, activation=functional.relu) -> None:
        super().__init__()
        self.depth, self.activation, chance = len(sizes) - 1, activation, generator(seed)
        for k in range(self.depth):
            layer = nn.utils.skip_init(nn.Linear, sizes[k], sizes[k + 1])
            nn.init.xavier_normal_(layer.weight, generator=chance)
            nn.init.zeros_(layer.bias)
            self.add_module(f"fc{k + 1}", layer)

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        values = inputs.flatten(1)
        for k in range(1, self.depth):
            values = self.activation(getattr(self, f"fc{k}")(values))
        return getattr(self, f"fc{self.depth}")(values)


def lenet(seed: int = 0) -> Mlp:
    return Mlp(784, 300, 100, 10, seed=seed)


def conv_net(seed: int = 0, activation: type[nn.Module] = nn.ReLU) -> nn.Sequential:
    """Two convolutions, a normalisation and a linear layer: 1 x 8 x 8 -> 3."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return nn.Sequential(
            nn.Conv2d(1, 4, 3, padding=1),
            nn.BatchNorm2d(4),
            activation(),
            nn.MaxPool2d(2),
            nn.Conv2d(4, 6, 3),
            activation(),
            nn.AvgPool2d(2),
            nn.Flatten(),
            nn.Linear(6, 3),
        )


def batch(*shape: int, classes: int = 3, seed: int = 1) -> tuple[torch.Tensor, torch.Tensor]:
    chance = generator(seed)
    return torch.randn(shape, generator=chance), torch.randint(
        0, classes, shape[:1], generator=chance
    )


def doubles(model: nn.Module, *batches: tuple[torch.Tensor, torch.Tensor], **more) -> Scoring:
    """What a score is given, in float64, so that it can be compared with finite differences."""
    model = model.double()
    return Scoring(
        model, full(model), [(inputs.double(), targets) for inputs, targets in batches], **more
    )


def mean_loss(scoring: Scoring) -> torch.Tensor:
    """The loss over all batches, slowly and obviously."""
    inputs, targets = (torch.cat(part) for part in zip(*scoring.batches, strict=True))
    return scoring.loss(scoring.model(inputs), targets)


@torch.no_grad()
def nudged_loss(scoring: Scoring, name: str, place: tuple[int, ...], by: float) -> float:
    """The loss with one weight moved."""
    weight = scoring.model.get_parameter(name)
    before = weight[place].item()
    weight[place] = before + by
    loss = float(mean_loss(scoring))
    weight[place] = before
    return loss


def largest(scoring: Scoring) -> Scores:
    """A score of a user's own: the weights as they are."""
    return {name: scoring.model.get_parameter(name) for name in scoring.masks}


def newest(scoring: Scoring) -> Scores:
    """A score of a user's own: how far training moved each weight."""
    return {
        name: (scoring.model.get_parameter(name) - first).abs()
        for name, first in scoring.before_training().items()
    }
