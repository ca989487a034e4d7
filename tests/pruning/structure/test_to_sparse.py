"""Models of PyTorch as layers of kept connections: the outputs of the masked model."""

import numpy as np
import pytest

pytest.importorskip("torch")

from pruning_models_toys import random_masks

from wann.errors import UserError
from wann.network.sparse.model import SparseModel
from wann.network.torch_module import nn, torch
from wann.pruning.masks import Masks, kept
from wann.pruning.structure.graph import masked_copy
from wann.pruning.structure.to_sparse import to_sparse
from wann.pruning.training.models import build


class Sums(nn.Module):
    """Adds up tensors, reads one twice, and has an activation behind another."""

    def __init__(self, last: nn.Module | None = None) -> None:
        super().__init__()
        self.a, self.b, self.c = nn.Linear(6, 8), nn.Linear(8, 8), nn.Linear(8, 3, bias=False)
        self.norm = nn.BatchNorm1d(8)
        self.last = last or nn.Sigmoid()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        a = self.a(x)
        b = torch.tanh(self.norm(self.b(torch.relu(a))))
        return self.last(torch.relu(self.c(a + b + b)))


def normed() -> nn.Module:
    """Return a perceptron whose batch norm stands everywhere."""
    model = nn.Sequential(
        nn.BatchNorm1d(6),
        nn.Linear(6, 9),
        nn.BatchNorm1d(9),
        nn.ReLU(),
        nn.BatchNorm1d(9, affine=False),
        nn.Dropout(0.5),
        nn.Linear(9, 4),
        nn.GELU("tanh"),
    )
    model(torch.randn(50, 6))
    for module in model.modules():
        if isinstance(module, nn.BatchNorm1d) and module.affine:
            nn.init.normal_(module.weight)
            nn.init.normal_(module.bias)
    return model


def empty() -> nn.Module:
    """Return a perceptron of which one layer has no weight left."""
    model = nn.Sequential(nn.Linear(6, 5), nn.ReLU(), nn.Linear(5, 4), nn.ReLU(), nn.Linear(4, 2))
    with torch.no_grad():
        model[2].weight.zero_()
    return model


PERCEPTRONS = {
    "sums": Sums,
    "normed": normed,
    "empty": empty,
    "flattened": lambda: nn.Sequential(nn.Flatten(), nn.Linear(6, 3)),
    "linear": lambda: nn.Linear(6, 3),
    "twice": lambda: nn.Sequential(shared := nn.Linear(6, 6), nn.ELU(), shared, nn.Softplus()),
    "activation first": lambda: nn.Sequential(nn.LeakyReLU(), nn.Linear(6, 3)),
    "nothing but one": lambda: nn.Sequential(nn.Identity(), nn.Tanh()),
}


def check(model: nn.Module, masks: Masks, x: torch.Tensor) -> None:
    """Compare the sparse model with the masked one, in both precisions and for some batches."""
    model = masked_copy(model, masks)
    layers = to_sparse(model, masks, x[:2])
    expected = model.double()(x.double()).detach().numpy()
    for dtype, close in (("float64", 1e-12), ("float32", 1e-5)):
        sparse = SparseModel(layers, dtype)
        for batch in (0, 1, 9, len(x)):
            found = sparse(x[:batch].numpy())
            scale = 1 + np.abs(expected).max()
            np.testing.assert_allclose(found, expected[:batch], rtol=close, atol=close * scale)


@pytest.mark.parametrize("name", PERCEPTRONS)
@pytest.mark.parametrize("density", [1.0, 0.3])
def test_outputs_are_those_of_the_masked_model(name: str, density: float) -> None:
    torch.manual_seed(0)
    model = PERCEPTRONS[name]().eval()
    check(model, random_masks(model, density, 0), torch.randn(70, 6))


class Residual(nn.Module):
    """Has all that residual networks have, and some more: functions, groups, joined images."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Conv2d(3, 8, 3, padding="same", bias=False)
        self.norms = nn.ModuleList(nn.BatchNorm2d(8) for _ in range(4))
        self.grouped = nn.Conv2d(8, 8, (3, 1), stride=(2, 1), padding=(1, 0), groups=4)
        self.short = nn.Conv2d(8, 8, 1, stride=(2, 1), bias=False)
        self.alone = nn.Conv2d(8, 8, 3, padding=2, dilation=2, groups=8)
        self.last = nn.Linear(16, 5)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        a = torch.relu(self.norms[0](self.first(x)))
        b = torch.relu(self.norms[1](self.grouped(a)) + self.norms[2](self.short(a)))
        b += self.norms[3](self.alone(b))
        c = nn.functional.max_pool2d(nn.functional.silu(b), 3, stride=2, padding=1)
        d = nn.functional.avg_pool2d(b, kernel_size=3, stride=2, padding=1)
        return self.last(torch.cat([c, d], 1).mean((2, 3)))


def vgg() -> nn.Module:
    """Return convolutions with batch norm and pools, as VGG has them."""
    return nn.Sequential(
        nn.Conv2d(3, 6, 3, padding=1),
        nn.BatchNorm2d(6),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(6, 7, 5, stride=1, padding=0),
        nn.Tanh(),
        nn.AvgPool2d(2, 1, padding=1, count_include_pad=False),
        nn.AdaptiveAvgPool2d((1, None)),
        nn.Flatten(),
        nn.Dropout(),
        nn.Linear(7 * 3, 4),
    )


IMAGES = {
    "residual": Residual,
    "vgg": vgg,
    "pool first": lambda: nn.Sequential(nn.AdaptiveMaxPool2d(1), nn.Flatten(), nn.Linear(3, 2)),
    "flat input": lambda: nn.Sequential(nn.Flatten(), nn.Linear(3 * 12 * 13, 2)),
    "norm and activation first": lambda: nn.Sequential(
        nn.BatchNorm2d(3), nn.ReLU(), nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.Flatten()
    ),
}


def with_statistics(model: nn.Module) -> nn.Module:
    """Return `model` with batch norm that does something."""
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.normal_(module.weight)
            nn.init.normal_(module.bias)
            nn.init.normal_(module.running_mean)
            nn.init.uniform_(module.running_var, 0.5, 2.0)
    return model.eval()


@pytest.mark.parametrize("name", IMAGES)
@pytest.mark.parametrize("density", [1.0, 0.3, 0.0])
def test_outputs_of_images_are_those_of_the_masked_model(name: str, density: float) -> None:
    torch.manual_seed(0)
    model = with_statistics(IMAGES[name]())
    masks = random_masks(model, density, 0)
    check(model, masks, torch.randn(11, 3, 12, 13))


@pytest.mark.parametrize("name", ["conv-2", "resnet-20"])
def test_models_of_the_papers(name: str) -> None:
    model = with_statistics(build(name, (3, 16, 16), 10))
    masks = random_masks(model, 0.1, 0)
    layers = to_sparse(model, masks, torch.zeros(1, 3, 16, 16))
    if name == "resnet-20":  # batch norm and sums have gone into the layers before them
        assert len(layers.layers) == 21 + 3
    check(model, masks, torch.randn(3, 3, 16, 16))


def test_kept_weights_are_connections() -> None:
    model = build("lenet-300-100", (1, 8, 8), 10)
    masks, x = random_masks(model, 0.1, 0), torch.randn(5, 1, 8, 8)
    layers = to_sparse(model, masks, x)
    assert layers.connections == kept(masks)
    assert (layers.shape, len(layers.layers)) == ((1, 8, 8), 3)
    check(model, masks, torch.randn(66, 1, 8, 8))


class InPlace(nn.Module):
    """Rectifies a tensor in place, and reads it again."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.last = nn.Linear(6, 8), nn.Linear(8, 8)
        self.act = nn.ReLU(inplace=True)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.first(x)
        return self.last(self.act(x)) + x


def test_a_tensor_that_was_changed_in_place_is_read_as_it_became() -> None:
    torch.manual_seed(0)
    model, x = InPlace().eval(), torch.randn(50, 6)
    found = SparseModel(to_sparse(model, {}, torch.zeros(2, 6)))(x)
    torch.testing.assert_close(found, model(x), atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("dtype", [torch.int64, torch.uint8, torch.bool, torch.bfloat16])
def test_tensors_of_any_type_have_outputs_that_are_not_cut(dtype: torch.dtype) -> None:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(6, 8), nn.ReLU(), nn.Linear(8, 4))
    x = torch.randint(0, 2, (20, 6)).to(dtype)
    found = SparseModel(to_sparse(model, {}, torch.zeros(2, 6)))(x)
    assert found.dtype == (dtype if dtype.is_floating_point else torch.float32)
    close = 0.05 if dtype is torch.bfloat16 else 1e-5
    torch.testing.assert_close(found.float(), model(x.float()), atol=close, rtol=close)


class Hooked(nn.Module):
    """Its first layer has a hook that turns what it makes round."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.last = nn.Linear(6, 8), nn.Linear(8, 4)
        self.first.register_forward_hook(lambda module, given, made: made.flip(1))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.last(torch.relu(self.first(x)))


def test_layers_with_hooks_are_refused() -> None:
    with pytest.raises(UserError, match="forward hooks"):
        to_sparse(Hooked().eval(), {}, torch.zeros(2, 6))


class AsTuple(nn.Module):
    """Returns its logits in a tuple."""

    def __init__(self) -> None:
        super().__init__()
        self.only = nn.Linear(6, 4)

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor]:
        return (self.only(x),)


def test_logits_may_come_in_a_tuple() -> None:
    model, x = AsTuple(), torch.randn(5, 6)
    found = SparseModel(to_sparse(model, {}, torch.zeros(2, 6)))(x)
    torch.testing.assert_close(found, model(x)[0], atol=1e-5, rtol=1e-5)


IMAGE_REFUSALS = [
    (nn.Conv2d(3, 4, 3, padding=1, padding_mode="circular"), r"conv2d \(0\).*'circular'"),
    (nn.Conv2d(3, 4, 3), r"returns an array of shape \(4, 10, 11\)"),
    (nn.ConvTranspose2d(3, 4, 3), r"convtranspose2d \(0\).*it is a transposed convolution"),
    (nn.Sequential(nn.MaxPool2d(2, ceil_mode=True), nn.Flatten()), r"maxpool2d \(0\).*ceil_mode"),
    (nn.Sequential(nn.MaxPool2d(2, dilation=2), nn.Flatten()), "windows have gaps"),
    (nn.Sequential(nn.AdaptiveAvgPool2d(5), nn.Flatten()), "windows are of different sizes"),
    (nn.Sequential(nn.GroupNorm(1, 3), nn.Flatten()), r"groupnorm \(0\) has no place"),
    (nn.Sequential(nn.Flatten(2), nn.Linear(156, 2)), r"has no place"),
]


@pytest.mark.parametrize(("model", "message"), IMAGE_REFUSALS)
def test_what_has_no_place_among_images_is_named(model: nn.Module, message: str) -> None:
    with pytest.raises(UserError, match=message):
        to_sparse(model.eval(), {}, torch.zeros(2, 3, 12, 13))


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (nn.Sequential(nn.Linear(6, 4), nn.LayerNorm(4)), r"layernorm \(1\) has no place in a spa"),
        (nn.Sequential(nn.Linear(6, 4), nn.Softmax(1)), r"softmax \(1\) has no place"),
        (nn.Sequential(nn.Linear(6, 4), nn.GELU()), r"gelu \(1\) has no place"),
        (nn.Identity(), "returns its inputs"),
        (nn.Sequential(nn.Linear(6, 4), nn.PReLU(4)), r"prelu \(1\) has no place"),
    ],
)
def test_what_has_no_place_is_named(model: nn.Module, message: str) -> None:
    with pytest.raises(UserError, match=message):
        to_sparse(model.eval(), {}, torch.zeros(2, 6))
