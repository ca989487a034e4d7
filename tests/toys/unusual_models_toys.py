"""Models that are written in ways of which pruning must not be taken in: heads first, tokens..."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from pruning_toys import generator
from torch import nn
from torch.nn import functional
from torch.nn.utils import parametrizations, parametrize, prune


class HeadFirst(nn.Module):
    """The layer of the outputs is defined before the one of the inputs."""

    def __init__(self, looks: bool = False) -> None:
        super().__init__()
        self.head, self.body, self.looks = nn.Linear(6, 3), nn.Linear(12, 6), looks

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if self.looks and len(x) > 10**9:  # what tracing without examples cannot go through
            return x
        return self.head(functional.relu(self.body(x.flatten(1)))).softmax(1)


class Vision(nn.Module):
    """Tokens, positions and scales beside the weights of a small vision transformer."""

    def __init__(self) -> None:
        super().__init__()
        self.patch = nn.Conv2d(1, 8, 4, 4)
        self.token = nn.Parameter(torch.zeros(1, 1, 8))
        self.positions = nn.Parameter(torch.randn(1, 5, 8) * 0.02)
        self.gamma = nn.Parameter(torch.ones(8, 1, 1))
        self.block = nn.TransformerEncoderLayer(8, 2, 16, 0.0, batch_first=True)
        self.head = nn.Linear(8, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        h = (self.patch(x) * self.gamma).flatten(2).transpose(1, 2)
        h = torch.cat([self.token.expand(len(h), -1, -1), h], 1) + self.positions
        return self.head(self.block(h)[:, 0])


class Functional(nn.Module):
    """Weights that the forward multiplies with by itself, one of them by elements and a sum."""

    def __init__(self) -> None:
        super().__init__()
        shapes = {"a": (8, 12), "b": (8, 6), "c": (6, 5), "d": (3, 5), "shift": (1, 12)}
        for name, shape in shapes.items():
            values = torch.randn(shape, generator=generator(len(name)))
            setattr(self, name, nn.Parameter(values))
        self.norm, self.unused = nn.LayerNorm((2, 6)), nn.Parameter(torch.zeros(3, 3))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.norm((x + self.shift).view(-1, 2, 6)).flatten(1)
        x = functional.linear(x, self.a) @ self.b
        x = torch.einsum("bi,io->bo", x, self.c)
        return (x[:, None] * self.d).sum(2)


class Words(nn.Module):
    """Words as whole numbers, a recurrent layer, and two heads that are added up."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = nn.Linear(7, 3), nn.Linear(7, 3)
        self.table = nn.Embedding(20, 6)
        self.memory = nn.LSTM(6, 7, batch_first=True)

    def forward(self, words: torch.Tensor) -> torch.Tensor:
        values, _ = self.memory(self.table(words))
        return self.first(values[:, -1]) + self.second(values.mean(1))


class Tied(nn.Module):
    """A table of words that values are multiplied with, too, by functions alone."""

    def __init__(self) -> None:
        super().__init__()
        self.table, self.body = nn.Parameter(torch.randn(20, 6)), nn.Linear(6, 6)

    def forward(self, words: torch.Tensor) -> torch.Tensor:
        values = self.body(functional.embedding(words, self.table)).mean(1)
        return (values @ self.table.t())[:, :3]


class Queries(nn.Module):
    """Learned queries: parameters that go through a layer as inputs do. And a layer unused."""

    def __init__(self) -> None:
        super().__init__()
        self.aside, self.keys = nn.Linear(4, 4), nn.Linear(4, 8)
        self.queries = nn.Parameter(torch.randn(3, 8))
        self.attention = nn.MultiheadAttention(8, 2, batch_first=True)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        keys = self.keys(x)
        return self.attention(self.queries.expand(len(x), -1, -1), keys, keys)[0].mean(1)[:, :3]


class Twice(nn.Module):
    """A head that is used twice, behind a frozen body; an auxiliary head for training alone."""

    def __init__(self) -> None:
        super().__init__()
        self.head, self.other, self.body = nn.Linear(6, 3), nn.Linear(6, 3), nn.Linear(12, 6)
        self.body.requires_grad_(False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        h = self.body(x)
        both = self.head(h).view(-1, 3) + self.head(torch.relu(h))
        return both + self.other(h) if self.training else both


class Tanh(nn.Module):
    def forward(self, weight: torch.Tensor) -> torch.Tensor:
        return torch.tanh(weight)


class Softplus(nn.Module):
    def forward(self, weight: torch.Tensor) -> torch.Tensor:
        return functional.softplus(weight)


class LowRank(nn.Module):
    """Adds nothing before it is trained."""

    def __init__(self) -> None:
        super().__init__()
        self.a, self.b = nn.Parameter(torch.zeros(4, 2)), nn.Parameter(torch.randn(2, 12))

    def forward(self, weight: torch.Tensor) -> torch.Tensor:
        return weight + self.a @ self.b


class Fixed(nn.Module):
    """Masks of somebody else's."""

    def forward(self, weight: torch.Tensor) -> torch.Tensor:
        return weight.triu()


class Standardised(nn.Linear):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return functional.linear(x, self.weight - self.weight.mean(1, keepdim=True))


class Rounded(nn.Linear):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return functional.linear(x, torch.round(self.weight * 4) / 4)


def behind(layer: nn.Module) -> nn.Sequential:
    return nn.Sequential(layer, nn.ReLU(), nn.Linear(4, 3))


def under(*steps: nn.Module) -> nn.Sequential:
    layer = nn.Linear(12, 4)
    for step in steps:
        parametrize.register_parametrization(layer, "weight", step)
    return behind(layer)


# By name: a model for examples (n, 12), and the weight that is pruned of its first layer, None if
# it is refused
COMPUTED: dict[str, tuple[Callable[[], Any], str | None]] = {
    "orthogonal": (lambda: behind(parametrizations.orthogonal(nn.Linear(12, 4))), None),
    "weight norm": (lambda: behind(parametrizations.weight_norm(nn.Linear(12, 4))), None),
    "old weight norm": (lambda: behind(nn.utils.weight_norm(nn.Linear(12, 4))), None),
    "spectral norm": (
        lambda: behind(parametrizations.spectral_norm(nn.Linear(12, 4))),
        "0.parametrizations.weight.original",
    ),
    "old spectral norm": (
        lambda: behind(nn.utils.spectral_norm(nn.Linear(12, 4))),
        "0.weight_orig",
    ),
    "tanh": (lambda: under(Tanh()), "0.parametrizations.weight.original"),
    "two": (lambda: under(Tanh(), Tanh()), "0.parametrizations.weight.original"),
    "softplus": (lambda: under(Softplus()), None),
    "softplus behind tanh": (lambda: under(Tanh(), Softplus()), None),
    "low rank": (lambda: under(LowRank()), None),
    "fixed": (lambda: under(Fixed()), None),
    "pruned": (lambda: behind(prune.l1_unstructured(nn.Linear(12, 4), "weight", 0.5)), None),
    "standardised": (lambda: behind(Standardised(12, 4)), None),
    "rounded": (lambda: behind(Rounded(12, 4)), "0.weight"),
}


@dataclass
class Output:
    """What transformers of a well-known library return."""

    logits: torch.Tensor
    hidden: torch.Tensor


class Returns(nn.Module):
    """Returns its logits as `how` says."""

    def __init__(self, how: str) -> None:
        super().__init__()
        self.how, self.body, self.head = how, nn.Linear(12, 6), nn.Linear(6, 3)

    def forward(self, x: torch.Tensor) -> Any:
        hidden = torch.relu(self.body(x))
        logits = self.head(hidden)
        made: dict[str, Callable[[], Any]] = {
            "tensor": lambda: logits,
            "object": lambda: Output(logits, hidden),
            "dictionary": lambda: {"logits": logits, "hidden": hidden},
            "only": lambda: {"out": logits, "note": "text"},
            "tuple": lambda: (logits,),
            "two": lambda: (logits, hidden),
            "nothing": lambda: None,
            "named otherwise": lambda: {"out": logits, "hidden": hidden},
        }
        return made[self.how]()


class Several(nn.Module):
    """Takes words and which of them count, and numbers."""

    def __init__(self) -> None:
        super().__init__()
        self.head, self.table = nn.Linear(12, 3), nn.Embedding(20, 6)
        self.words, self.numbers = nn.Linear(6, 8), nn.Linear(5, 4)

    def forward(
        self, ids: torch.Tensor, numbers: torch.Tensor, mask: torch.Tensor | None = None
    ) -> Output:
        values = self.words(self.table(ids))
        values = values.mean(1) if mask is None else (values * mask[:, :, None]).mean(1)
        hidden = torch.cat([torch.relu(values), torch.relu(self.numbers(numbers))], 1)
        return Output(self.head(hidden), hidden)
