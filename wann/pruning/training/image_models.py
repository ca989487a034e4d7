"""Convolutional networks that come with the package, each by what builds it."""

from collections import OrderedDict
from collections.abc import Callable

from wann.errors import UserError
from wann.network.torch_module import nn, torch
from wann.pruning.training.layers import GlorotNet, HeNet, append_dense

Shape = tuple[int, ...]  # of one example, without the batch


def conv(*widths: int) -> Callable[[Shape, int], nn.Module]:
    """Return what builds the Conv-2, -4 and -6 of Frankle & Carbin.

    They have two 3x3 convolutions of each width, and a pool behind these.
    """

    def make(shape: Shape, classes: int) -> nn.Module:
        channels, height, width = _image(shape, f"conv-{2 * len(widths)}", 2 ** len(widths))
        layers: OrderedDict[str, nn.Module] = OrderedDict()
        for block, wide in enumerate(widths, 1):
            for number in (2 * block - 1, 2 * block):
                layers[f"conv{number}"] = nn.Conv2d(channels, wide, 3, padding=1)
                layers[f"relu_conv{number}"] = nn.ReLU()
                channels = wide
            layers[f"pool{block}"] = nn.MaxPool2d(2)
            height, width = height // 2, width // 2
        layers["flatten"] = nn.Flatten()
        append_dense(layers, [channels * height * width, 256, 256, classes])
        return GlorotNet(layers)

    return make


def vgg(*blocks: tuple[int, ...]) -> Callable[[Shape, int], nn.Module]:
    """Return what builds a network of Simonyan & Zisserman for small images.

    `blocks` are the widths of the 3x3 convolutions between two pools. As is usual for CIFAR, they
    have batch norm, and one dense layer in place of three is behind them.
    """
    name = f"vgg-{sum(map(len, blocks)) + 3}"

    def make(shape: Shape, classes: int) -> nn.Module:
        channels, height, width = _image(shape, name, 2 ** len(blocks))
        layers: OrderedDict[str, nn.Module] = OrderedDict()
        number = 0
        for block, widths in enumerate(blocks, 1):
            for wide in widths:
                number += 1
                layers[f"conv{number}"] = nn.Conv2d(channels, wide, 3, padding=1, bias=False)
                layers[f"bn{number}"] = nn.BatchNorm2d(wide)
                layers[f"relu{number}"] = nn.ReLU()
                channels = wide
            layers[f"pool{block}"] = nn.MaxPool2d(2)
            height, width = height // 2, width // 2
        layers["flatten"] = nn.Flatten()
        layers["fc"] = nn.Linear(channels * height * width, classes)
        return HeNet(layers)

    return make


class _Block(nn.Module):
    """Two 3x3 convolutions with batch norm, added to the input or to a 1x1 convolution of it."""

    def __init__(self, channels: int, wide: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels, wide, 3, stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(wide)
        self.conv2 = nn.Conv2d(wide, wide, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(wide)
        self.shortcut: nn.Module = nn.Identity()
        if stride != 1 or channels != wide:
            self.shortcut = nn.Sequential(
                nn.Conv2d(channels, wide, 1, stride, bias=False), nn.BatchNorm2d(wide)
            )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return the block's outputs (batch, wide, height, width)."""
        inner = torch.relu(self.bn1(self.conv1(x)))
        return torch.relu(self.bn2(self.conv2(inner)) + self.shortcut(x))


def resnet(blocks: int) -> Callable[[Shape, int], nn.Module]:
    """Return what builds a residual network of 6 `blocks` + 2 layers, 16 to 64 channels wide."""

    def make(shape: Shape, classes: int) -> nn.Module:
        channels, _, _ = _image(shape, f"resnet-{6 * blocks + 2}", 4)
        layers: OrderedDict[str, nn.Module] = OrderedDict(
            conv=nn.Conv2d(channels, 16, 3, padding=1, bias=False),
            bn=nn.BatchNorm2d(16),
            relu=nn.ReLU(),
        )
        channels = 16
        for stage, wide in enumerate((16, 32, 64), 1):
            for number in range(1, blocks + 1):
                layers[f"stage{stage}_{number}"] = _Block(
                    channels, wide, 2 if stage > 1 and number == 1 else 1
                )
                channels = wide
        layers["pool"], layers["flatten"] = nn.AdaptiveAvgPool2d(1), nn.Flatten()
        layers["fc"] = nn.Linear(channels, classes)
        return HeNet(layers)

    return make


def _image(shape: Shape, name: str, least: int) -> tuple[int, int, int]:
    if len(shape) != 3 or min(shape[1:]) < least:
        raise UserError(
            f"{name} is for images (channels, height, width) of at least {least} pixels a side, "
            f"got {shape}"
        )
    return shape[0], shape[1], shape[2]
