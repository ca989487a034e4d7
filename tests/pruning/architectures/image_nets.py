"""Convolutional architectures as users write them, small: plain, residual, dense, U-shaped.

All take images (batch, 3, 16, 16) and return three numbers an example, or three a pixel.
"""

from collections.abc import Callable

import torch
from torch import nn
from torch.nn import functional

CLASSES = 3


class Lambda(nn.Module):
    """A function as a module."""

    def __init__(self, function: Callable[[torch.Tensor], torch.Tensor]) -> None:
        super().__init__()
        self.function = function

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.function(x)


def head(width: int) -> list[nn.Module]:
    return [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(width, CLASSES)]


def conv_norm(
    inputs: int, outputs: int, kernel: int = 3, act: nn.Module | None = None, **how: int
) -> nn.Sequential:
    """Return a convolution, batch norm and an activation."""
    how.setdefault("padding", kernel // 2)
    conv = nn.Conv2d(inputs, outputs, kernel, bias=False, **how)
    return nn.Sequential(conv, nn.BatchNorm2d(outputs), nn.ReLU() if act is None else act)


def lenet() -> nn.Module:
    return nn.Sequential(
        *(nn.Conv2d(3, 6, 5, padding=2), nn.Tanh(), nn.AvgPool2d(2)),
        *(nn.Conv2d(6, 16, 5), nn.Tanh(), nn.AvgPool2d(2), nn.Flatten()),
        *(nn.Linear(64, 30), nn.Tanh(), nn.Linear(30, 20), nn.Tanh(), nn.Linear(20, CLASSES)),
    )


def conv_6() -> nn.Module:
    layers: list[nn.Module] = []
    inputs = 3
    for wide in (8, 12, 16):
        layers += [nn.Conv2d(inputs, wide, 3, padding=1), nn.ReLU()]
        layers += [nn.Conv2d(wide, wide, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)]
        inputs = wide
    dense = [nn.Linear(64, 24), nn.ReLU(), nn.Linear(24, 24), nn.ReLU(), nn.Linear(24, CLASSES)]
    return nn.Sequential(*layers, nn.Flatten(), *dense)


class Vgg(nn.Module):
    """VGG-11 with batch norm: features, an adaptive pool, a classifier with dropout."""

    def __init__(self) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        inputs = 3
        for wide in (8, "M", 12, "M", 16, 16, "M", 20, 20, "M", 20, 20):
            if isinstance(wide, str):
                layers.append(nn.MaxPool2d(2))
            else:
                layers += [
                    nn.Conv2d(inputs, wide, 3, padding=1),
                    nn.BatchNorm2d(wide),
                    nn.ReLU(True),
                ]
                inputs = wide
        self.features, self.avgpool = nn.Sequential(*layers), nn.AdaptiveAvgPool2d((2, 2))
        self.classifier = nn.Sequential(
            *(nn.Linear(20 * 4, 32), nn.ReLU(True), nn.Dropout()),
            *(nn.Linear(32, 32), nn.ReLU(True), nn.Dropout(), nn.Linear(32, CLASSES)),
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.avgpool(self.features(x))
        return self.classifier(torch.flatten(x, 1))


class BasicBlock(nn.Module):
    """A block of ResNet-18; with `excite`, squeeze and excitation before the sum."""

    def __init__(self, inputs: int, wide: int, stride: int, excite: bool = False) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, wide, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(wide)
        self.relu = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(wide, wide, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(wide)
        self.se = LinearExcite(wide) if excite else None
        self.downsample = None
        if stride != 1 or inputs != wide:
            self.downsample = nn.Sequential(
                nn.Conv2d(inputs, wide, 1, stride, bias=False), nn.BatchNorm2d(wide)
            )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        identity = x
        out = self.bn2(self.conv2(self.relu(self.bn1(self.conv1(x)))))
        if self.se is not None:
            out = self.se(out)
        if self.downsample is not None:
            identity = self.downsample(x)
        out += identity
        return self.relu(out)


class LinearExcite(nn.Module):
    """Squeeze and excitation as SENet writes it, by linear layers and sizes of tensors."""

    def __init__(self, wide: int) -> None:
        super().__init__()
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Sequential(
            *(nn.Linear(wide, wide // 2, bias=False), nn.ReLU(True)),
            *(nn.Linear(wide // 2, wide, bias=False), nn.Sigmoid()),
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        b, c, _, _ = x.size()
        y = self.fc(self.pool(x).view(b, c)).view(b, c, 1, 1)
        return x * y.expand_as(x)


class ResNet18(nn.Module):
    def __init__(self, excite: bool = False) -> None:
        super().__init__()
        self.stem = nn.Sequential(*conv_norm(3, 8, 7, stride=2), nn.MaxPool2d(3, 1, 1))
        self.layer1 = nn.Sequential(BasicBlock(8, 8, 1, excite), BasicBlock(8, 8, 1, excite))
        self.layer2 = nn.Sequential(BasicBlock(8, 12, 2, excite), BasicBlock(12, 12, 1, excite))
        self.avgpool, self.fc = nn.AdaptiveAvgPool2d((1, 1)), nn.Linear(12, CLASSES)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.avgpool(self.layer2(self.layer1(self.stem(x))))
        return self.fc(torch.flatten(x, 1))


class PreAct(nn.Module):
    """A pre-activation block: norms and activations before the convolutions."""

    def __init__(self, inputs: int, wide: int, stride: int) -> None:
        super().__init__()
        self.bn1, self.conv1 = nn.BatchNorm2d(inputs), nn.Conv2d(inputs, wide, 3, stride, 1)
        self.bn2, self.conv2 = nn.BatchNorm2d(wide), nn.Conv2d(wide, wide, 3, 1, 1)
        if stride != 1 or inputs != wide:
            self.shortcut = nn.Conv2d(inputs, wide, 1, stride, bias=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        out = functional.relu(self.bn1(x))
        shortcut = self.shortcut(out) if hasattr(self, "shortcut") else x
        out = self.conv2(functional.relu(self.bn2(self.conv1(out))))
        return out + shortcut


def preact() -> nn.Module:
    blocks = [PreAct(8, 8, 1), PreAct(8, 12, 2), PreAct(12, 12, 1)]
    return nn.Sequential(
        nn.Conv2d(3, 8, 3, 1, 1), *blocks, nn.BatchNorm2d(12), nn.ReLU(), *head(12)
    )


class Bottleneck(nn.Module):
    """A block of ResNeXt: 1x1, 3x3 in groups, 1x1."""

    def __init__(self, inputs: int, inner: int, wide: int, groups: int) -> None:
        super().__init__()
        self.one = conv_norm(inputs, inner, 1)
        self.two = conv_norm(inner, inner, 3, groups=groups)
        self.three = nn.Sequential(nn.Conv2d(inner, wide, 1, bias=False), nn.BatchNorm2d(wide))
        self.down = conv_norm(inputs, wide, 1, nn.Identity())

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.relu(self.three(self.two(self.one(x))) + self.down(x))


def resnext() -> nn.Module:
    return nn.Sequential(
        conv_norm(3, 8), Bottleneck(8, 8, 12, 2), Bottleneck(12, 12, 12, 3), *head(12)
    )


class DenseLayer(nn.Module):
    """One layer of DenseNet, whose outputs stand behind all that came before."""

    def __init__(self, inputs: int, growth: int) -> None:
        super().__init__()
        self.norm1, self.conv1 = nn.BatchNorm2d(inputs), nn.Conv2d(inputs, 12, 1, bias=False)
        self.norm2, self.conv2 = nn.BatchNorm2d(12), nn.Conv2d(12, growth, 3, 1, 1, bias=False)

    def forward(self, before: list[torch.Tensor]) -> torch.Tensor:
        x = torch.cat(before, 1)
        return self.conv2(torch.relu(self.norm2(self.conv1(torch.relu(self.norm1(x))))))


class DenseNet(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, 1, 1, bias=False)
        self.layers = nn.ModuleList(DenseLayer(8 + 4 * k, 4) for k in range(3))
        self.transition = nn.Sequential(
            nn.BatchNorm2d(20), nn.ReLU(), nn.Conv2d(20, 10, 1, bias=False), nn.AvgPool2d(2, 2)
        )
        self.norm, self.classifier = nn.BatchNorm2d(10), nn.Linear(10, CLASSES)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        features = [self.stem(x)]
        for layer in self.layers:
            features.append(layer(features))
        x = torch.relu(self.norm(self.transition(torch.cat(features, 1))))
        return self.classifier(functional.adaptive_avg_pool2d(x, 1).flatten(1))


class Unet(nn.Module):
    """Down, up by a transposed convolution, and a skip that is joined; three numbers a pixel."""

    def __init__(self) -> None:
        super().__init__()
        self.down1 = nn.Sequential(conv_norm(3, 8), conv_norm(8, 8))
        self.down2 = nn.Sequential(conv_norm(8, 12), conv_norm(12, 12))
        self.pool, self.up = nn.MaxPool2d(2), nn.ConvTranspose2d(12, 8, 2, 2)
        self.decode, self.out = nn.Sequential(conv_norm(16, 8)), nn.Conv2d(8, CLASSES, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        skip = self.down1(x)
        up = self.up(self.down2(self.pool(skip)))
        return self.out(self.decode(torch.cat([skip, up], dim=1)))


class Inception(nn.Module):
    """Branches of different kernels, joined; a second such module behind the first."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = conv_norm(3, 8)
        self.first = nn.ModuleList(self._branches(8))
        self.second = nn.ModuleList(self._branches(18))
        self.fc = nn.Linear(18, CLASSES)

    @staticmethod
    def _branches(inputs: int) -> list[nn.Module]:
        return [
            conv_norm(inputs, 4, 1),
            nn.Sequential(conv_norm(inputs, 4, 1), conv_norm(4, 6, 3)),
            nn.Sequential(conv_norm(inputs, 3, 1), conv_norm(3, 4, 5)),
            nn.Sequential(nn.MaxPool2d(3, 1, 1), conv_norm(inputs, 4, 1)),
        ]

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = torch.cat([branch(self.stem(x)) for branch in self.first], 1)
        x = torch.cat([branch(x) for branch in self.second], 1)
        return self.fc(x.mean((2, 3)))


def dilated() -> nn.Module:
    """Atrous convolutions, as for segmentation, and a bilinear enlargement; numbers a pixel."""
    return nn.Sequential(
        conv_norm(3, 8, stride=2),
        conv_norm(8, 8, dilation=2, padding=2),
        conv_norm(8, 8, dilation=4, padding=4),
        nn.Conv2d(8, CLASSES, 1),
        nn.Upsample(scale_factor=2, mode="bilinear", align_corners=False),
    )


def autoencoder() -> nn.Module:
    """Strided convolutions down, transposed ones up, with norms between; numbers a pixel."""
    return nn.Sequential(
        conv_norm(3, 8, stride=2),
        conv_norm(8, 12, stride=2),
        *(nn.ConvTranspose2d(12, 8, 4, 2, 1), nn.BatchNorm2d(8), nn.ReLU()),
        nn.ConvTranspose2d(8, CLASSES, 4, 2, 1),
    )


def superresolution() -> nn.Module:
    """Channels become pixels (pixel shuffle), as in ESPCN."""
    return nn.Sequential(
        *(nn.Conv2d(3, 8, 5, padding=2), nn.Tanh(), nn.Conv2d(8, 8, 3, padding=1), nn.Tanh()),
        *(nn.Conv2d(8, 12, 3, 2, 1), nn.PixelShuffle(2)),
    )


def normed(norm: Callable[[int], nn.Module]) -> Callable[[], nn.Module]:
    """Return what builds convolutions with another normalisation than that of batches."""

    def make() -> nn.Module:
        return nn.Sequential(
            *(nn.Conv2d(3, 8, 3, padding=1), norm(8), nn.ReLU()),
            *(nn.Conv2d(8, 8, 3, padding=1), norm(8), nn.ReLU(), nn.Conv2d(8, 12, 1), nn.ReLU()),
            *head(12),
        )

    return make


def video() -> nn.Module:
    """Convolutions in three dimensions, on short films (batch, 3, frames, height, width)."""
    return nn.Sequential(
        *(nn.Conv3d(3, 6, 3, padding=1), nn.BatchNorm3d(6), nn.ReLU(), nn.MaxPool3d(2)),
        *(nn.Conv3d(6, 8, 3), nn.ReLU(), nn.AdaptiveAvgPool3d(1)),
        *(nn.Flatten(), nn.Linear(8, CLASSES)),
    )
