"""Random models and masks for the tests of pruning."""

from itertools import pairwise

import pytest

pytest.importorskip("torch")

from torch.nn.modules.batchnorm import _NormBase

from wann.network.torch_module import nn, torch

# Threads of PyTorch that wait for each other on cores that others use make these small models a
# hundred times slower.
torch.set_num_threads(1)

ACTIVATIONS = {"relu": nn.ReLU, "tanh": nn.Tanh, "sigmoid": nn.Sigmoid, "none": nn.Identity}


def random_mlp(
    sizes: list[int], activation: str, seed: int, *, norm: bool = False
) -> nn.Sequential:
    torch.manual_seed(seed)
    layers: list[nn.Module] = [nn.Flatten()]
    for i, (inputs, outputs) in enumerate(pairwise(sizes)):
        layers.append(nn.Linear(inputs, outputs))
        if i < len(sizes) - 2:
            layers += [nn.BatchNorm1d(outputs)] if norm else []
            layers.append(ACTIVATIONS[activation]())
    return scrambled(nn.Sequential(*layers))


def random_conv_net(seed: int, activation: str, padding: int) -> nn.Sequential:
    """Two convolutions with batch norm, a pool, two full layers, for images (2, 8, 8)."""
    torch.manual_seed(seed)
    act = ACTIVATIONS[activation]
    side = (8 - 4 + 4 * padding) // 2
    return scrambled(
        nn.Sequential(
            nn.Conv2d(2, 5, 3, padding=padding),
            nn.BatchNorm2d(5),
            act(),
            nn.Conv2d(5, 6, 3, padding=padding, bias=False),
            act(),
            nn.MaxPool2d(2),
            nn.Flatten(),
            nn.Linear(6 * side * side, 7, bias=False),
            act(),
            nn.Linear(7, 3),
        )
    )


class Residual(nn.Module):
    """Sums, functions, an activation in place: what a tracer has to see through."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Conv2d(2, 6, 3, padding=1)
        self.inner = nn.Conv2d(6, 4, 1)
        self.outer = nn.Conv2d(4, 6, 1)
        self.relu = nn.ReLU(inplace=True)
        self.last = nn.Linear(6, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = torch.tanh(self.first(x))
        x = self.relu(x + self.outer(torch.relu(self.inner(x))))
        return self.last(nn.functional.adaptive_avg_pool2d(x, 1).view(x.size(0), -1))


def scrambled(model: nn.Module) -> nn.Module:
    """Give biases, norms and their statistics values that show mistakes."""
    for parameter in model.parameters():
        if parameter.ndim == 1:
            nn.init.normal_(parameter, 0.1, 0.5)
    for module in model.modules():
        if isinstance(module, _NormBase) and module.running_mean is not None:
            nn.init.normal_(module.running_mean)
            nn.init.uniform_(module.running_var, 0.5, 2.0)
    return model.eval()


def random_masks(
    model: nn.Module, density: float, seed: int, *, biases: bool = False
) -> dict[str, torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    return {
        name: torch.rand(parameter.shape, generator=generator) < density
        for name, parameter in model.named_parameters()
        if parameter.ndim > 1 or (biases and "bias" in name)
    }


def exact_masks(model: nn.Module, density: float, seed: int) -> dict[str, torch.Tensor]:
    """Keep the same share of each layer, as exactly as it can be."""
    generator = torch.Generator().manual_seed(seed)
    masks = {}
    for name, parameter in model.named_parameters():
        if parameter.ndim > 1:
            order = torch.randperm(parameter.numel(), generator=generator)
            masks[name] = (order < round(density * parameter.numel())).reshape(parameter.shape)
    return masks
