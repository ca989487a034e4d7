"""Architectures for small machines, small: depthwise convolutions, excitation, shuffled channels.

All take images (batch, 3, 16, 16) and return three numbers an example.
"""

from collections.abc import Callable

import torch
from image_nets import CLASSES, conv_norm, head
from torch import nn
from torch.nn import functional


class Excite(nn.Module):
    """Squeeze and excitation by 1x1 convolutions, as MobileNetV3 and EfficientNet write it."""

    def __init__(self, wide: int, inner: int) -> None:
        super().__init__()
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc1, self.fc2 = nn.Conv2d(wide, inner, 1), nn.Conv2d(inner, wide, 1)
        self.activation, self.scale_activation = nn.ReLU(), nn.Hardsigmoid()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        scale = self.scale_activation(self.fc2(self.activation(self.fc1(self.avgpool(x)))))
        return scale * x


class Inverted(nn.Module):
    """An inverted residual: expand, filter each channel, excite, project."""

    def __init__(
        self,
        inputs: int,
        inner: int,
        wide: int,
        stride: int,
        act: Callable[[], nn.Module],
        excite: bool,
    ) -> None:
        super().__init__()
        layers: list[nn.Module] = [conv_norm(inputs, inner, 1, act())] if inner != inputs else []
        layers.append(conv_norm(inner, inner, 3, act(), stride=stride, groups=inner))
        layers += [Excite(inner, inner // 4)] if excite else []
        layers += [nn.Conv2d(inner, wide, 1, bias=False), nn.BatchNorm2d(wide)]
        self.conv = nn.Sequential(*layers)
        self.use_res_connect = stride == 1 and inputs == wide

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + self.conv(x) if self.use_res_connect else self.conv(x)


class Mobile(nn.Module):
    """MobileNetV2 and V3, EfficientNet-Lite."""

    def __init__(self, act: Callable[[], nn.Module], excite: bool) -> None:
        super().__init__()
        self.features = nn.Sequential(
            conv_norm(3, 8, 3, act(), stride=2),
            Inverted(8, 8, 6, 1, act, excite),
            Inverted(6, 24, 8, 2, act, excite),
            Inverted(8, 32, 8, 1, act, excite),
            conv_norm(8, 24, 1, act()),
        )
        self.classifier = nn.Sequential(nn.Dropout(0.2), nn.Linear(24, CLASSES))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.classifier(functional.adaptive_avg_pool2d(self.features(x), (1, 1)).flatten(1))


def mobilenet_v2() -> nn.Module:
    return Mobile(nn.ReLU6, False)


def mobilenet_v3() -> nn.Module:
    return Mobile(nn.Hardswish, True)


def efficientnet() -> nn.Module:
    return Mobile(nn.SiLU, True)


class Shuffle(nn.Module):
    """A unit of ShuffleNetV2: half of the channels pass, all are shuffled."""

    def __init__(self, wide: int) -> None:
        super().__init__()
        half = wide // 2
        self.branch = nn.Sequential(
            conv_norm(half, half, 1),
            conv_norm(half, half, 3, nn.Identity(), groups=half),
            conv_norm(half, half, 1),
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        one, two = x.chunk(2, dim=1)
        out = torch.cat((one, self.branch(two)), dim=1)
        batch, channels, height, width = out.shape
        out = out.view(batch, 2, channels // 2, height, width).transpose(1, 2).contiguous()
        return out.view(batch, channels, height, width)


def shufflenet() -> nn.Module:
    return nn.Sequential(conv_norm(3, 8, stride=2), Shuffle(8), Shuffle(8), *head(8))


class ConvNeXtBlock(nn.Module):
    """Channels go last for a norm and linear layers, and scales are parameters."""

    def __init__(self, wide: int) -> None:
        super().__init__()
        self.dwconv, self.norm = (
            nn.Conv2d(wide, wide, 7, padding=3, groups=wide),
            nn.LayerNorm(wide),
        )
        self.pwconv1, self.act = nn.Linear(wide, 4 * wide), nn.GELU()
        self.pwconv2, self.gamma = nn.Linear(4 * wide, wide), nn.Parameter(0.5 * torch.ones(wide))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = self.norm(self.dwconv(x).permute(0, 2, 3, 1))
        y = self.gamma * self.pwconv2(self.act(self.pwconv1(y)))
        return x + y.permute(0, 3, 1, 2)


def convnext() -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(3, 8, 4, 4),
        *(ConvNeXtBlock(8), ConvNeXtBlock(8)),
        *(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.LayerNorm(8), nn.Linear(8, CLASSES)),
    )
