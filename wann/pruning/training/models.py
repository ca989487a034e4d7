"""Models to prune: those of the papers by name, anybody's own by `module:function`.

`lenet-300-100` and `conv-2/4/6` as in Frankle & Carbin (2019, figure 2), weights Glorot-normal and
biases zero; `mlp-1000-1000-500-200` of the weights-against-units experiment on MNIST, likewise;
`resnet-20` for images (He et al. 2016, section 4.2) with convolutions as shortcuts where the shape
changes.
"""

import math
from collections import OrderedDict
from collections.abc import Callable

from wann.errors import UserError, in_one_line
from wann.network.torch_module import nn, torch
from wann.own import Registry, accepted, is_own
from wann.pruning.forward import Examples, run
from wann.pruning.modes import Modes
from wann.pruning.torch_random import settled, torch_seed

Shape = tuple[int, ...]  # of one example, without the batch


class GlorotNet(nn.Sequential):
    """Layers one behind another, weights from Glorot's normal distribution, biases zero."""

    def __init__(self, layers: OrderedDict[str, nn.Module]) -> None:
        super().__init__(layers)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw the parameters anew."""
        for module in self.modules():
            if isinstance(module, nn.Linear | nn.Conv2d):
                nn.init.xavier_normal_(module.weight)
                assert module.bias is not None
                nn.init.zeros_(module.bias)


class ResidualNet(nn.Sequential):
    """A residual network, the weights of its convolutions drawn as He et al. do."""

    def __init__(self, layers: OrderedDict[str, nn.Module]) -> None:
        super().__init__(layers)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw the weights of the convolutions anew."""
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight)


def build(name: str, shape: Shape, classes: int, seed: int = 0) -> nn.Module:
    """Return a new model called `name`, or what `module:function` returns.

    It is for examples of `shape` and this number of `classes`. The same seed gives the same
    weights; PyTorch's global generator is left as it was. A function of the user's is called
    without arguments, or with those of `inputs` (the shape), `classes` that it takes by name.
    UserError for an unknown name, a function that cannot be had, and a model whose outputs do not
    fit.
    """
    drawn_from = torch_seed(seed, "weights")
    with settled(drawn_from):
        torch.manual_seed(drawn_from)  # A user's function may draw on other devices, too.
        model = _own(name, shape, classes) if is_own(name) else MODELS.find(name)(shape, classes)
    parameter = next(model.parameters(), torch.zeros(()))
    check_outputs(
        model,
        name,
        torch.zeros((2, *shape), dtype=parameter.dtype, device=parameter.device),
        classes,
    )
    return model


def check_outputs(model: nn.Module, name: str, example: Examples, classes: int) -> None:
    """Raise UserError unless `model` maps the batch `example` to a number for each class.

    It may know more classes than there are examples of. `name` is what the error calls it.
    """
    try:
        with Modes(model), torch.no_grad():
            outputs = run(model.eval(), example)
    except UserError as problem:
        raise UserError(f"{name}: {problem}") from None
    except Exception as problem:  # whatever somebody's model raises
        raise UserError(
            f"{name} cannot take a batch of shape {tuple(example.shape)}: {in_one_line(problem)}; "
            "expected a model for these inputs"
        ) from None
    expected = (len(example), classes)
    if outputs.ndim != 2 or len(outputs) != len(example) or outputs.shape[1] < classes:
        raise UserError(
            f"{name}: expected outputs of shape {expected} for {len(example)} examples, a number "
            f"for each class, got {tuple(outputs.shape)}"
        )
    check_floating(name, outputs)


def check_floating(name: str, outputs: torch.Tensor) -> None:
    """Raise UserError unless the outputs of the model called `name` can take gradients."""
    if not outputs.is_floating_point():
        raise UserError(f"{name}: expected floating numbers as outputs, got {outputs.dtype}")


def _own(name: str, shape: Shape, classes: int) -> nn.Module:
    """Return what the function called `module:function` makes."""
    function = MODELS.find(name)
    try:
        model = function(**accepted(function, inputs=shape, classes=classes))
    except Exception as problem:  # whatever somebody's function raises
        raise UserError(
            f"{name} failed: {in_one_line(problem)}; it may take `inputs` and `classes`, no more"
        ) from None
    if not isinstance(model, nn.Module):
        raise UserError(f"{name}: expected a torch.nn.Module, it returned {type(model).__name__}")
    return model


def _mlp(*hidden: int) -> Callable[[Shape, int], nn.Module]:
    """Return what builds a perceptron with `hidden` units in its layers, fc1, fc2 and so on."""

    def make(shape: Shape, classes: int) -> nn.Module:
        sizes = [math.prod(shape), *hidden, classes]
        layers: OrderedDict[str, nn.Module] = OrderedDict(flatten=nn.Flatten())
        _append_dense(layers, sizes)
        return GlorotNet(layers)

    return make


def _conv(*widths: int) -> Callable[[Shape, int], nn.Module]:
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
        _append_dense(layers, [channels * height * width, 256, 256, classes])
        return GlorotNet(layers)

    return make


def _append_dense(layers: OrderedDict[str, nn.Module], sizes: list[int]) -> None:
    for number in range(1, len(sizes)):
        layers[f"fc{number}"] = nn.Linear(sizes[number - 1], sizes[number])
        if number < len(sizes) - 1:
            layers[f"relu{number}"] = nn.ReLU()


def _image(shape: Shape, name: str, least: int) -> tuple[int, int, int]:
    if len(shape) != 3 or min(shape[1:]) < least:
        raise UserError(
            f"{name} is for images (channels, height, width) of at least {least} pixels a side, "
            f"got {shape}"
        )
    return shape[0], shape[1], shape[2]


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


def _resnet(blocks: int) -> Callable[[Shape, int], nn.Module]:
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
        return ResidualNet(layers)

    return make


_ABOUT = {
    "lenet-300-100": "300 and 100 hidden units (Frankle & Carbin 2019)",
    "mlp-1000-1000-500-200": "four hidden layers, for weights against units",
    "conv-2": "2 convolutions, then dense layers (Frankle & Carbin 2019)",
    "conv-4": "4 convolutions, then dense layers (Frankle & Carbin 2019)",
    "conv-6": "6 convolutions, then dense layers (Frankle & Carbin 2019)",
    "resnet-20": "a residual network for images (He et al. 2016)",
}
MODELS: Registry[Callable[..., nn.Module]] = Registry(
    "model",
    {
        "lenet-300-100": _mlp(300, 100),
        "mlp-1000-1000-500-200": _mlp(1000, 1000, 500, 200),
        "conv-2": _conv(64),
        "conv-4": _conv(64, 128),
        "conv-6": _conv(64, 128, 256),
        "resnet-20": _resnet(3),
    },
    expected="a function that returns a torch.nn.Module, and may take `inputs` and `classes`",
    about=_ABOUT.__getitem__,
)
