"""Architectures with what pruning may stumble over: ties, norms of weights, branches, types."""

from typing import Any

import torch
from torch import nn
from torch.nn import functional
from torch.nn.utils import parametrizations

INPUTS, CLASSES = 12, 3


def mlp() -> nn.Module:
    return nn.Sequential(
        *(nn.Linear(INPUTS, 20), nn.ReLU(), nn.Linear(20, 10), nn.ReLU(), nn.Linear(10, CLASSES))
    )


class NormedLayers(nn.Module):
    """An MLP with layer norm between."""

    def __init__(self) -> None:
        super().__init__()
        self.one, self.norm = nn.Linear(INPUTS, 16), nn.LayerNorm(16)
        self.two, self.head = nn.Linear(16, 10), nn.Linear(10, CLASSES)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(torch.relu(self.two(torch.relu(self.norm(self.one(x))))))


def weight_normed() -> nn.Module:
    return nn.Sequential(
        *(parametrizations.weight_norm(nn.Linear(INPUTS, 16)), nn.ReLU()),
        *(nn.Linear(16, 10), nn.ReLU(), nn.Linear(10, CLASSES)),
    )


def spectral_normed() -> nn.Module:
    return nn.Sequential(
        *(parametrizations.spectral_norm(nn.Linear(INPUTS, 16)), nn.ReLU()),
        *(nn.Linear(16, 10), nn.ReLU(), nn.Linear(10, CLASSES)),
    )


class TiedAutoencoder(nn.Module):
    """The decoder has the encoder's weight, transposed by the forward."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder, self.bias = nn.Linear(INPUTS, 16), nn.Parameter(torch.zeros(INPUTS))
        self.hidden, self.head = nn.Linear(INPUTS, 10), nn.Linear(10, CLASSES)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = functional.linear(torch.relu(self.encoder(x)), self.encoder.weight.t(), self.bias)
        return self.head(torch.relu(self.hidden(x)))


class TiedLayers(nn.Module):
    """Two layers with one weight and biases of their own."""

    def __init__(self) -> None:
        super().__init__()
        self.inner, self.one, self.two = nn.Linear(INPUTS, 10), nn.Linear(10, 10), nn.Linear(10, 10)
        self.two.weight = self.one.weight
        self.head = nn.Linear(10, CLASSES)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = torch.relu(self.two(torch.relu(self.one(torch.relu(self.inner(x))))))
        return self.head(x)


def frozen() -> nn.Module:
    """A frozen body, and a head that is trained."""
    body = nn.Sequential(nn.Linear(INPUTS, 16), nn.ReLU()).requires_grad_(False)
    return nn.Sequential(body, nn.Linear(16, 10), nn.ReLU(), nn.Linear(10, CLASSES))


class Inputs(nn.Module):
    """Two inputs by position, each with a layer of its own, joined behind."""

    def __init__(self) -> None:
        super().__init__()
        self.a, self.b = nn.Linear(5, 8), nn.Linear(7, 8)
        self.hidden, self.head = nn.Linear(16, 10), nn.Linear(10, CLASSES)

    def forward(self, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        joined = torch.cat([torch.relu(self.a(x)), torch.relu(self.b(y))], dim=-1)
        return self.head(torch.relu(self.hidden(joined)))


class Siamese(nn.Module):
    """One body for two inputs, whose difference is judged."""

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(nn.Linear(6, 12), nn.ReLU(), nn.Linear(12, 10), nn.ReLU())
        self.head = nn.Linear(10, CLASSES)

    def forward(self, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        return self.head(torch.abs(self.body(x) - self.body(y)))


class Outputs(nn.Module):
    """Logits and values, from two heads of one body, as actors and critics have."""

    def __init__(self) -> None:
        super().__init__()
        self.body, self.hidden = nn.Linear(INPUTS, 16), nn.Linear(16, 10)
        self.actor, self.critic = nn.Linear(10, CLASSES), nn.Linear(10, 1)

    def forward(self, x: torch.Tensor) -> dict[str, torch.Tensor]:
        h = torch.relu(self.hidden(torch.relu(self.body(x))))
        return {"logits": self.actor(h), "value": self.critic(h)}


class Buffers(nn.Module):
    """Inputs are normalised by buffers, features scaled by another, one per hidden unit."""

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("mean", torch.linspace(-1.0, 1.0, INPUTS))
        self.register_buffer("scale", torch.linspace(0.5, 1.5, 16))
        self.register_buffer("steps", torch.tensor(7))
        self.one, self.two, self.head = nn.Linear(INPUTS, 16), nn.Linear(16, 10), nn.Linear(10, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        mean: Any = self.mean
        scale: Any = self.scale
        x = torch.relu(self.one(x - mean)) * scale
        return self.head(torch.relu(self.two(x)))


class Branching(nn.Module):
    """A Python if on the data."""

    def __init__(self) -> None:
        super().__init__()
        self.one, self.two, self.other = nn.Linear(INPUTS, 16), nn.Linear(16, 10), nn.Linear(16, 10)
        self.head = nn.Linear(10, CLASSES)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        h = torch.relu(self.one(x))
        h = self.two(h) if h.sum() > 3 * len(x) else self.other(h)
        return self.head(torch.relu(h))


class PaddedToFours(nn.Module):
    """Images are padded until their sides are multiples of 4, as a forward asks their sizes."""

    def __init__(self) -> None:
        super().__init__()
        self.one, self.two = nn.Conv2d(3, 12, 4, 4), nn.Conv2d(12, 12, 3, padding=1)
        self.head = nn.Linear(12, CLASSES)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        sides = []
        for size in reversed(x.shape[2:]):
            sides += [0, 4 - size % 4] if size % 4 else [0, 0]
        if any(sides):
            x = nn.functional.pad(x, sides)
        x = torch.relu(self.one(x))
        for _ in range(min(len(x.shape), int(x.shape[-1]))):
            x = x + torch.relu(self.two(x))
        return self.head(x.mean((2, 3)))


class StandardConv(nn.Conv2d):
    """A convolution whose weights are standardised in its own forward."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        weight = self.weight - self.weight.mean((1, 2, 3), keepdim=True)
        weight = weight / (weight.std((1, 2, 3), keepdim=True) + 1e-5)
        return self._conv_forward(x, weight, self.bias)


def standardised() -> nn.Module:
    return nn.Sequential(
        *(StandardConv(3, 8, 3, padding=1), nn.ReLU(), nn.Conv2d(8, 12, 3, 2), nn.ReLU()),
        *(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(12, CLASSES)),
    )


class Looping(nn.Module):
    """One layer, called as often as an attribute says, with a residual sum."""

    def __init__(self) -> None:
        super().__init__()
        self.inner, self.layer, self.head = (
            nn.Linear(INPUTS, 10),
            nn.Linear(10, 10),
            nn.Linear(10, 3),
        )
        self.times = 3

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = torch.relu(self.inner(x))
        for _ in range(self.times):
            x = x + torch.relu(self.layer(x))
        return self.head(x)


def half() -> nn.Module:
    return mlp().to(torch.bfloat16)


class Mixed(nn.Module):
    """Layers in bfloat16 between layers in float32, with casts in the forward."""

    def __init__(self) -> None:
        super().__init__()
        self.one, self.norm = nn.Linear(INPUTS, 16).to(torch.bfloat16), nn.BatchNorm1d(16)
        self.two = nn.Linear(16, 10).to(torch.bfloat16)
        self.head = nn.Linear(10, CLASSES)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        h = torch.relu(self.norm(self.one(x.to(self.one.weight.dtype)).to(self.norm.weight.dtype)))
        h = torch.relu(self.two(h.to(self.two.weight.dtype)))
        return self.head(h.to(self.head.weight.dtype))


def compiled() -> nn.Module:
    return torch.compile(mlp(), backend="eager")


class Bilinear(nn.Module):
    """A bilinear layer of two parts of the input."""

    def __init__(self) -> None:
        super().__init__()
        self.one, self.two = nn.Linear(5, 8), nn.Linear(7, 8)
        self.both, self.head = nn.Bilinear(8, 8, 10), nn.Linear(10, CLASSES)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        a, b = torch.relu(self.one(x[:, :5])), torch.relu(self.two(x[:, 5:]))
        return self.head(torch.relu(self.both(a, b)))


class Dictionary(nn.Module):
    """Sequences in a ModuleDict and a ModuleList, chosen by name."""

    def __init__(self) -> None:
        super().__init__()
        self.parts = nn.ModuleDict(
            {
                "body": nn.ModuleList(
                    [
                        nn.Sequential(nn.Linear(INPUTS, 16), nn.ReLU()),
                        nn.Sequential(nn.Linear(16, 10), nn.ELU()),
                    ]
                ),
                "head": nn.Linear(10, CLASSES),
            }
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        body: Any = self.parts["body"]
        for part in body:
            x = part(x)
        return self.parts["head"](x)


class Experts(nn.Module):
    """A soft mixture of experts: a gate weighs what each of them says."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = nn.Linear(INPUTS, 3)
        self.experts = nn.ModuleList(
            nn.Sequential(nn.Linear(INPUTS, 8), nn.ReLU(), nn.Linear(8, 10)) for _ in range(3)
        )
        self.head = nn.Linear(10, CLASSES)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        weights = self.gate(x).softmax(-1)
        said = torch.stack([expert(x) for expert in self.experts], 1)
        return self.head(torch.relu((weights[:, :, None] * said).sum(1)))


class Gated(nn.Module):
    """Highway gates and a gated linear unit, which splits its channels in halves."""

    def __init__(self) -> None:
        super().__init__()
        self.inner, self.what, self.gate = (
            nn.Linear(INPUTS, 10),
            nn.Linear(10, 10),
            nn.Linear(10, 10),
        )
        self.glu, self.head = nn.Linear(10, 16), nn.Linear(8, CLASSES)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = torch.tanh(self.inner(x))
        gate = torch.sigmoid(self.gate(x))
        x = gate * torch.relu(self.what(x)) + (1 - gate) * x
        return self.head(functional.glu(self.glu(x), dim=-1))


class Functional(nn.Module):
    """Weights that the forward multiplies with by itself."""

    def __init__(self) -> None:
        super().__init__()
        self.w1, self.b1 = (
            nn.Parameter(0.3 * torch.randn(INPUTS, 16)),
            nn.Parameter(torch.zeros(16)),
        )
        self.w2, self.w3 = nn.Parameter(0.3 * torch.randn(10, 16)), nn.Parameter(torch.randn(10, 3))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = torch.relu(x @ self.w1 + self.b1)
        x = torch.relu(functional.linear(x, self.w2))
        return torch.einsum("bi,io->bo", x, self.w3)
