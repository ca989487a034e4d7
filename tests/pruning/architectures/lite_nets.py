"""EfficientNet-Lite0 in plain PyTorch, with the names of its published checkpoint.

Source: Tan & Le (2019), and their EfficientNet-Lite (2020): no squeezing, rectifiers up to 6, stem
and head of fixed size; padded as TensorFlow pads, by more behind than before where strides are 2.
"""

import torch
from torch import nn
from torch.nn import functional

Stages = tuple[tuple[int, int, int, int, int], ...]
# (blocks, kernel, stride, expansion, channels) of each stage
LITE0: Stages = (
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
)


class SameConv(nn.Conv2d):
    """A convolution without bias whose output is as large as its input over the stride."""

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int, groups: int) -> None:
        super().__init__(inputs, outputs, kernel, stride, groups=groups, bias=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        kernel, stride = self.kernel_size[0], self.stride[0]
        sides = []
        for size in (x.shape[-1], x.shape[-2]):
            extra = max((-(-size // stride) - 1) * stride + kernel - size, 0)
            sides += [extra // 2, extra - extra // 2]
        return super().forward(functional.pad(x, sides))


def _norm(channels: int) -> nn.BatchNorm2d:
    return nn.BatchNorm2d(channels, eps=1e-3, momentum=0.01)


class Block(nn.Module):
    """An inverted residual block."""

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int, expand: int) -> None:
        super().__init__()
        wide, self.wider = inputs * expand, expand > 1
        if self.wider:
            self._expand_conv, self._bn0 = SameConv(inputs, wide, 1, 1, 1), _norm(wide)
        self._depthwise_conv = SameConv(wide, wide, kernel, stride, wide)
        self._bn1 = _norm(wide)
        self._project_conv, self._bn2 = SameConv(wide, outputs, 1, 1, 1), _norm(outputs)
        self.adds = stride == 1 and inputs == outputs

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        out = functional.relu6(self._bn0(self._expand_conv(x))) if self.wider else x
        out = functional.relu6(self._bn1(self._depthwise_conv(out)))
        out = self._bn2(self._project_conv(out))
        return x + out if self.adds else out


class EfficientNetLite(nn.Module):
    """Images (batch, 3, height, width) to logits (batch, classes); Lite0 by default."""

    def __init__(
        self, stages: Stages = LITE0, stem: int = 32, head: int = 1280, classes: int = 1000
    ) -> None:
        super().__init__()
        self._conv_stem, self._bn0 = SameConv(3, stem, 3, 2, 1), _norm(stem)
        blocks, inputs = [], stem
        for count, kernel, stride, expand, outputs in stages:
            for number in range(count):
                step = stride if number == 0 else 1
                blocks.append(Block(inputs, outputs, kernel, step, expand))
                inputs = outputs
        self._blocks = nn.ModuleList(blocks)
        self._conv_head, self._bn1 = SameConv(inputs, head, 1, 1, 1), _norm(head)
        self._fc = nn.Linear(head, classes)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = functional.relu6(self._bn0(self._conv_stem(x)))
        for block in self._blocks:
            x = block(x)
        x = functional.relu6(self._bn1(self._conv_head(x)))
        return self._fc(functional.adaptive_avg_pool2d(x, 1).flatten(1))
