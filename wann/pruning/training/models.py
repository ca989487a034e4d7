"""Models to prune: those of the papers by name, anybody's own by `module:function`.

`lenet-300-100` and `conv-2/4/6` as in Frankle & Carbin (2019, figure 2), weights Glorot-normal and
biases zero; `mlp-1000-1000-500-200` of the weights-against-units experiment on MNIST, likewise;
`resnet-20` for images (He et al. 2016, section 4.2) with convolutions as shortcuts where the shape
changes; `vgg-11` for images (Simonyan & Zisserman 2015, table 1, A) with batch norm and one dense
layer.
"""

import math
from collections import OrderedDict
from collections.abc import Callable

from wann.errors import UserError, in_one_line
from wann.network.torch_module import nn, torch
from wann.own import Registry, accepted, is_own
from wann.pruning.forward import Examples, run
from wann.pruning.modes import Modes
from wann.pruning.torch_modes import in_own_modes
from wann.pruning.torch_random import in_use, settled, torch_seed
from wann.pruning.training.image_models import Shape, conv, resnet, vgg
from wann.pruning.training.layers import GlorotNet, append_dense


@in_own_modes()
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
        with Modes(model), in_use(model):
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
        append_dense(layers, sizes)
        return GlorotNet(layers)

    return make


_ABOUT = {
    "lenet-300-100": "300 and 100 hidden units (Frankle & Carbin 2019)",
    "mlp-1000-1000-500-200": "four hidden layers, for weights against units",
    "conv-2": "2 convolutions, then dense layers (Frankle & Carbin 2019)",
    "conv-4": "4 convolutions, then dense layers (Frankle & Carbin 2019)",
    "conv-6": "6 convolutions, then dense layers (Frankle & Carbin 2019)",
    "resnet-20": "a residual network for images (He et al. 2016)",
    "vgg-11": "8 convolutions with batch norm, one dense layer (Simonyan & Zisserman 2015)",
}
MODELS: Registry[Callable[..., nn.Module]] = Registry(
    "model",
    {
        "lenet-300-100": _mlp(300, 100),
        "mlp-1000-1000-500-200": _mlp(1000, 1000, 500, 200),
        "conv-2": conv(64),
        "conv-4": conv(64, 128),
        "conv-6": conv(64, 128, 256),
        "resnet-20": resnet(3),
        "vgg-11": vgg((64,), (128,), (256, 256), (512, 512), (512, 512)),
    },
    expected="a function that returns a torch.nn.Module, and may take `inputs` and `classes`",
    about=_ABOUT.__getitem__,
)
