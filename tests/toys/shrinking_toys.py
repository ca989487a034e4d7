"""Models as users write them, to be made smaller: modules called twice, joints, functions."""

from collections.abc import Callable

import torch
from torch import nn
from torch.nn import functional


class Block(nn.Module):
    """A residual block with one activation module for both of its places, as many write it."""

    def __init__(self, inputs: int, wide: int, stride: int, reuse: bool) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, wide, 3, stride, 1, bias=False)
        self.bn1, self.bn2 = nn.BatchNorm2d(wide), nn.BatchNorm2d(wide)
        self.relu = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(wide, wide, 3, 1, 1, bias=False)
        self.downsample: nn.Module = nn.Identity()
        if stride > 1 or inputs != wide:
            self.downsample = nn.Sequential(
                nn.Conv2d(inputs, wide, 1, stride, bias=False), nn.BatchNorm2d(wide)
            )
        self.reuse = reuse

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        act = self.relu if self.reuse else functional.relu
        y = self.bn2(self.conv2(act(self.bn1(self.conv1(x)))))
        return act(y + self.downsample(x))


def residual_net(reuse: bool) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(3, 16, 3, 1, 1, bias=False),
        nn.BatchNorm2d(16),
        nn.ReLU(),
        Block(16, 16, 1, reuse),
        Block(16, 32, 2, reuse),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(32, 10),
    )


class Written(nn.Module):
    """Two convolutions and two layers, with a function of the user's between them."""

    def __init__(self, between: Callable[..., torch.Tensor], **modules: nn.Module) -> None:
        super().__init__()
        self.one, self.two = nn.Conv2d(2, 6, 3, padding=1), nn.Conv2d(6, 6, 3)
        self.hidden, self.last = nn.LazyLinear(7), nn.Linear(7, 3)
        for name, module in modules.items():
            self.add_module(name, module)
        self.between = between

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.last(functional.relu(self.hidden(self.between(self, x).flatten(1))))


def _chain(self: Written, x: torch.Tensor) -> torch.Tensor:
    return self.act(self.two(self.act(self.one(x))))


def _added(self: Written, x: torch.Tensor) -> torch.Tensor:
    y = torch.relu(self.one(x))
    z = self.wide(y)
    z += y
    return self.two(z / 2 + 1)


def _joined(self: Written, x: torch.Tensor) -> torch.Tensor:
    y = torch.relu(self.one(x))
    return self.after(torch.cat([y, self.wide(y), y], dim=1))


def _separate(self: Written, x: torch.Tensor) -> torch.Tensor:
    return self.two(torch.relu(self.depth(torch.relu(self.one(x)))))


def _excited(self: Written, x: torch.Tensor) -> torch.Tensor:
    y = torch.relu(self.one(x))
    return self.two(y * torch.sigmoid(functional.adaptive_avg_pool2d(self.wide(y), 1)))


def _upwards(self: Written, x: torch.Tensor) -> torch.Tensor:
    return self.two(torch.relu(self.up(torch.relu(self.one(x)))))


def _channels_last(self: Written, x: torch.Tensor) -> torch.Tensor:
    y = torch.relu(self.norm(self.one(x))).permute(0, 2, 3, 1)
    return self.two(torch.tanh(y).permute(0, 3, 1, 2))


def _excited_by_layers(self: Written, x: torch.Tensor) -> torch.Tensor:
    y = torch.relu(self.one(x))
    b, c, _, _ = y.size()
    scale = torch.sigmoid(self.fc(functional.adaptive_avg_pool2d(y, 1).view(b, c)))
    return self.two(y * scale.view(b, c, 1, 1).expand_as(y))


def _as_a_sequence(self: Written, x: torch.Tensor) -> torch.Tensor:
    y = torch.relu(self.one(x)).flatten(2).transpose(1, 2)
    y = y + self.down(self.act(self.up(y)))
    return self.two(y.transpose(1, 2).unflatten(2, (8, 8)))


def _twice(self: Written, x: torch.Tensor) -> torch.Tensor:
    y = torch.relu(self.wide(torch.relu(self.one(x))))
    return self.two(torch.relu(self.wide(y)))


def _norm_twice(self: Written, x: torch.Tensor) -> torch.Tensor:
    return torch.relu(self.norm(self.two(torch.relu(self.norm(self.one(x))))))


def _wide() -> nn.Conv2d:
    return nn.Conv2d(6, 6, 1)


# What is written, by name: all of it can be made smaller.
SHRINKABLE: dict[str, Callable[[], Written]] = {
    **{
        type(act).__name__: (lambda act=act: Written(_chain, act=act))
        for act in (
            nn.ReLU(inplace=True),
            nn.GELU(),
            nn.Dropout(0.5),
            nn.Identity(),
            nn.MaxPool2d(3, 1),
            nn.AvgPool2d(2, 1),
            nn.PReLU(),
        )
    },
    "iadd of a sum": lambda: Written(_added, wide=_wide()),
    "cat": lambda: Written(_joined, wide=_wide(), after=nn.Conv2d(18, 4, 3)),
    "depthwise": lambda: Written(_separate, depth=nn.Conv2d(6, 6, 3, groups=6)),
    "squeeze and excitation": lambda: Written(_excited, wide=_wide()),
    "layer twice": lambda: Written(_twice, wide=_wide()),
    "transposed": lambda: Written(_upwards, up=nn.ConvTranspose2d(6, 6, 3, 2, 1, 1)),
    "transposed into the next": lambda: Written(
        lambda s, x: torch.relu(s.up(torch.relu(s.one(x)))), up=nn.ConvTranspose2d(6, 5, 4, 2, 1)
    ),
    "instance norm": lambda: Written(
        _chain, act=nn.Sequential(nn.InstanceNorm2d(6, affine=True), nn.ReLU())
    ),
    "instance norm with statistics": lambda: Written(
        _chain, act=nn.InstanceNorm2d(6, track_running_stats=True)
    ),
    "batch norm without statistics": lambda: Written(
        lambda s, x: s.two(s.norm(s.one(x))), norm=nn.BatchNorm2d(6, track_running_stats=False)
    ),
    "PReLU of each channel": lambda: Written(_chain, act=nn.PReLU(6)),
    "channels last": lambda: Written(_channels_last, norm=nn.BatchNorm2d(6)),
    "linear excitation": lambda: Written(_excited_by_layers, fc=nn.Linear(6, 6)),
    "mean": lambda: Written(lambda s, x: torch.relu(s.two(torch.relu(s.one(x)))).mean((2, 3))),
    "amax, sum": lambda: Written(lambda s, x: s.two(s.one(x)).amax(dim=-1).sum(2, keepdim=True)),
    "index": lambda: Written(lambda s, x: s.two(torch.relu(s.one(x))[:, :, 1:-1, ::2])[:, :, 0]),
    "features last": lambda: Written(
        _as_a_sequence, up=nn.Linear(6, 9), down=nn.Linear(9, 6), act=nn.GELU()
    ),
    "norm twice": lambda: Written(_norm_twice, norm=nn.BatchNorm2d(6)),
}


def _shuffled(self: Written, x: torch.Tensor) -> torch.Tensor:
    y = torch.relu(self.one(x))
    return self.two(y.view(-1, 2, 3, 8, 8).transpose(1, 2).reshape(-1, 6, 8, 8))


def _partly_flat(self: Written, x: torch.Tensor) -> torch.Tensor:
    return self.after(torch.flatten(torch.relu(self.one(x)), 1, 2))


# With the word that the reason has, and the layer that is held.
HELD: dict[str, tuple[Callable[[], Written], str, str]] = {
    "layer_norm": (
        lambda: Written(lambda s, x: s.two(functional.layer_norm(s.one(x), (6, 8, 8)))),
        "one",
        "layer_norm() holds its channels: it normalises over several channels",
    ),
    "LayerNorm": (
        lambda: Written(lambda s, x: s.two(s.norm(s.one(x))), norm=nn.LayerNorm([6, 8, 8])),
        "one",
        "norm holds its channels: it normalises over several channels",
    ),
    "GroupNorm": (
        lambda: Written(lambda s, x: s.two(s.norm(s.one(x))), norm=nn.GroupNorm(2, 6)),
        "one",
        "norm holds its channels: it normalises over several channels",
    ),
    "groups": (
        lambda: Written(lambda s, x: s.two(s.g(s.one(x))), g=nn.Conv2d(6, 6, 1, groups=2)),
        "one",
        "g holds its channels: it is a convolution in groups of several channels",
    ),
    "transposed in groups": (
        lambda: Written(lambda s, x: s.two(s.t(s.one(x))), t=nn.ConvTranspose2d(6, 6, 1, groups=2)),
        "one",
        "t holds its channels: it is a transposed convolution in groups",
    ),
    "norm of another dimension": (
        lambda: Written(
            lambda s, x: s.two(s.norm(s.one(x).permute(0, 2, 3, 1)).permute(0, 3, 1, 2)),
            norm=nn.BatchNorm2d(8),
        ),
        "one",
        "norm holds its channels: what it does with channels",
    ),
    "pool of channels": (
        lambda: Written(
            lambda s, x: s.two(
                functional.max_pool2d(s.one(x).transpose(1, 2), (1, 3), 1, (0, 1))[:, :6]
            )
        ),
        "one",
        "max_pool2d() holds its channels: what it does with channels",
    ),
    "reflected": (
        lambda: Written(
            lambda s, x: s.two(s.r(s.one(x))),
            r=nn.Conv2d(6, 6, 3, padding=1, padding_mode="reflect"),
        ),
        "one",
        "r holds its channels: its padding is 'reflect', not zeros",
    ),
    "shuffle": (lambda: Written(_shuffled), "one", "view() holds its channels: what it does with"),
    "flatten with end_dim": (
        lambda: Written(_partly_flat, after=nn.Linear(8, 3)),
        "one",
        "flatten() holds its channels: what it does with",
    ),
    "shared parameter": (
        lambda: Written(lambda s, x: s.two(torch.relu(s.one(x))) + s.two.weight.mean()),
        "one",
        "two holds its channels: parameters of it are used elsewhere, too",
    ),
    "pad": (
        lambda: Written(lambda s, x: s.two(functional.pad(s.one(x), (0, 0, 1, 1)))),
        "one",
        "pad() holds its channels: what it does with",
    ),
    "added to the inputs": (
        lambda: Written(lambda s, x: s.two(s.one(x + s.back(x))), back=nn.Conv2d(2, 2, 1)),
        "back",
        "its channels go together with inputs of the model",
    ),
    "padding": (
        lambda: Written(
            lambda s, x: s.after(torch.sigmoid(s.one(x))), after=nn.Conv2d(6, 6, 3, padding=1)
        ),
        "one",
        "zero padding makes its constant channels differ",
    ),
}


class Branching(nn.Module):
    """Cannot be traced: what it does depends on values."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(3, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.layer(x) if x.sum() > 0 else x
