from pathlib import Path

import pytest

pytest.importorskip("torch")

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from pruning_models_toys import random_conv_net, random_masks, random_mlp
from pruning_toys import Mlp, generator

from wann.errors import UserError
from wann.kernels.logits import logits
from wann.kernels.vectors import LANES
from wann.network.compile import compile_genome
from wann.network.genome import validate
from wann.network.network import Network, pack
from wann.network.torch_module import nn, to_module, torch
from wann.pruning import masks as masking
from wann.pruning.structure.effective import effective
from wann.pruning.structure.graph import masked_copy
from wann.pruning.structure.shrink import shrink
from wann.pruning.structure.to_network import genome_of_masks, to_network
from wann.pruning.structure.to_sparse import to_sparse
from wann.pruning.training.models import build


def outputs_of(network: Network, weights: np.ndarray, x: np.ndarray) -> np.ndarray:
    lanes = -(-len(x) // LANES) * LANES
    given = np.ones((1 + network.inputs, lanes))
    given[1:, : len(x)] = x.T
    result = np.empty((1, lanes, network.outputs))
    logits(pack([network]), 0, network.inputs, network.outputs, weights[None], False, given, result)
    return result[0, : len(x)]


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.integers(1, 9), min_size=2, max_size=5),
    st.sampled_from(["relu", "tanh", "sigmoid", "none"]),
    st.floats(0, 1),
    st.integers(0, 999),
)
def test_the_outputs_are_those_of_the_model(
    sizes: list[int], act: str, density: float, seed: int
) -> None:
    model = random_mlp(sizes, act, seed)
    masks = random_masks(model, density, seed, biases=True)
    x = torch.randn(11, sizes[0], dtype=torch.float64)
    network, weights = to_network(model, masks, x.float())
    with torch.no_grad():
        expected = masked_copy(model, masks).double()(x).numpy()
    np.testing.assert_allclose(
        outputs_of(network, weights, x.numpy()), expected, atol=1e-12, rtol=1e-9
    )


def test_every_kept_weight_and_bias_is_a_connection() -> None:
    model = random_mlp([5, 4, 3], "tanh", 0)
    masks = {"1.weight": torch.ones(4, 5).bool(), "3.weight": torch.ones(3, 4).bool()}
    masks["1.weight"][2, 1] = masks["3.weight"][0, 0] = False
    masks["3.bias"] = torch.tensor([True, False, True])
    network, weights = to_network(model, masks, torch.zeros(2, 5))
    assert network.connections == 19 + 11 + 4 + 2
    assert int((network.source == 0).sum()) == 6
    assert network.hidden == 4
    assert sorted(np.abs(weights)) == pytest.approx(
        sorted(
            abs(v)
            for p in masked_copy(model, masks).parameters()
            for v in p.detach().flatten().tolist()
            if v
        )
    )


def test_a_weight_of_zero_that_is_kept_is_a_connection() -> None:
    model = nn.Sequential(nn.Linear(3, 1, bias=False))
    nn.init.zeros_(model[0].weight)
    assert to_network(model, {}, torch.zeros(1, 3))[0].connections == 3


def test_lenet_without_biases_has_the_connections_that_outputs_hear() -> None:
    model = build("lenet-300-100", (1, 28, 28), 10)
    masks = random_masks(model, 0.3, 0)
    network, _ = to_network(model, masks, torch.zeros(2, 1, 28, 28))
    assert (network.inputs, network.outputs, network.connections) == (
        784,
        10,
        effective(model, masks, torch.zeros(2, 1, 28, 28)).effective,
    )


class Added(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.first, self.last = nn.Linear(3, 3), nn.Linear(3, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.last(x + torch.tanh(self.first(x)))


class Functions(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.first, self.last = nn.Linear(3, 3), nn.Linear(3, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.last(nn.functional.silu(self.first(x)))


ACTIVATIONS = [
    *(nn.SiLU(), nn.GELU("tanh"), nn.ELU(0.7), nn.CELU(1.3), nn.SELU(), nn.LeakyReLU(0.2)),
    *(nn.LeakyReLU(), nn.PReLU(), nn.Softsign(), nn.Hardtanh(-2, 1.5), nn.ReLU6()),
    *(nn.Hardsigmoid(), nn.Hardswish(), nn.Softplus(2.0, 5.0), nn.Mish(), nn.LogSigmoid()),
    *(nn.Tanhshrink(), nn.Hardshrink(), nn.Softshrink(0.3), nn.Threshold(0.1, -2.0)),
]


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=repr)
def test_activations_of_pytorch_become_formulas(activation: nn.Module) -> None:
    model = nn.Sequential(nn.Linear(3, 5), activation, nn.Linear(5, 2)).double()
    x = 3.0 * torch.randn(40, 3, dtype=torch.float64, generator=generator(0))
    network, weights = to_network(model, {}, x)
    expected = model(x).detach().numpy()
    np.testing.assert_allclose(network(x.numpy(), weights), expected, rtol=1e-12, atol=1e-13)
    module = to_module(network, weights, dtype=torch.float64)
    np.testing.assert_allclose(module(x).detach().numpy(), expected, rtol=1e-12, atol=1e-13)


def test_activations_of_pytorch_may_be_functions() -> None:
    model, x = Functions().double(), torch.randn(9, 3, dtype=torch.float64)
    network, weights = to_network(model, {}, x)
    np.testing.assert_allclose(network(x.numpy(), weights), model(x).detach().numpy(), rtol=1e-12)


def test_activations_of_other_settings_have_other_names() -> None:
    settings = 1.2345678901234567, 1.2345678901234565
    models = [
        nn.Sequential(nn.Linear(2, 2), nn.Hardtanh(-low, 2.2345678901234567), nn.Linear(2, 1))
        for low in settings
    ]
    for model in models:
        x = 9.0 * torch.randn(20, 2, generator=generator(0))
        network, weights = to_network(model, {}, x)
        expected = model.double()(x.double()).detach().numpy()
        np.testing.assert_allclose(network(x.numpy(), weights), expected, rtol=1e-12, atol=1e-13)


class Called(nn.Sequential):
    """Does more than its forward, in its call."""

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        return 3.0 * super().__call__(x)


def hooked(where: int | None, before: bool) -> nn.Module:
    """Return a perceptron with a hook of its own (None), or of a module inside."""
    model = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Dropout(), nn.Linear(4, 2)).eval()
    part = model if where is None else model[where]
    if before:
        part.register_forward_pre_hook(lambda module, given: (3.0 * given[0],))
    else:
        part.register_forward_hook(lambda module, given, made: 3.0 * made)
    return model


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("where", [None, 0, 1, 2, 3])
def test_hooks_are_refused_by_name(where: int | None, before: bool) -> None:
    model = hooked(where, before)
    name = "Sequential" if where is None else rf"\({where}\)"
    for make in (to_network, to_sparse):
        with pytest.raises(UserError, match=f"{name} has no place in a") as caught:
            make(model, {}, torch.zeros(2, 3))
        assert "in place" not in str(caught.value)
    masks = {"0.weight": torch.ones(4, 3).bool()}
    masks["0.weight"][0] = False
    x = torch.randn(5, 3)
    with torch.no_grad():
        small = shrink(model, masks, torch.randn(2, 3))(x)
        torch.testing.assert_close(small, masked_copy(model, masks)(x))


@pytest.mark.parametrize("x", [torch.zeros(2, 3), torch.ones(1, 3)])
def test_a_network_with_other_outputs_is_refused(x: torch.Tensor) -> None:
    model = Called(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2))
    with pytest.raises(UserError, match="Called has no place in a network: its outputs for"):
        to_network(model, {}, x)


@pytest.mark.parametrize(
    ("model", "shape", "message"),
    [
        (random_conv_net(0, "relu", 0), (2, 8, 8), r"conv2d \(0\) has no place in a network"),
        (random_mlp([3, 4, 2], "relu", 0, norm=True), (3,), "batchnorm1d"),
        (
            nn.Sequential(nn.Linear(3, 3), nn.GELU(), nn.Linear(3, 2)),
            (3,),
            "gelu.*relu, tanh, sigmoid",
        ),
        (nn.Sequential(nn.Linear(3, 3), nn.ReLU(), nn.Tanh(), nn.Linear(3, 2)), (3,), "tanh"),
        (nn.Sequential(nn.ReLU(), nn.Linear(3, 2)), (3,), "relu"),
        (nn.Sequential(nn.Linear(2, 3), nn.PReLU(3), nn.Linear(3, 2)), (2,), r"prelu \(1\)"),
        (Added(), (3,), "add has no place"),
        (nn.Flatten(), (3,), "is no perceptron"),
        (nn.Sequential(nn.Linear(3, 3), nn.Softmax(1)), (3,), "softmax"),
    ],
)
def test_what_is_no_perceptron(model: nn.Module, shape: tuple[int, ...], message: str) -> None:
    with pytest.raises(UserError, match=message) as caught:
        to_network(model, {}, torch.randn(2, *shape))
    assert "\n" not in str(caught.value)


def saved(path: Path, *shapes: tuple[int, ...], density: float = 0.5) -> Path:
    masks = {
        f"fc{i}.weight": torch.rand(shape, generator=generator(i)) < density
        for i, shape in enumerate(shapes, 1)
    }
    masking.save(path, masks)
    return path


def test_a_mask_as_a_genome_has_its_weights_and_a_bias_for_each_unit_that_has_any(
    tmp_path: Path,
) -> None:
    first = torch.tensor([[True, False, True], [False, False, False]])
    masking.save(
        tmp_path / "m.safetensors",
        {"fc1.weight": first, "fc2.weight": torch.tensor([[True, True]])},
    )
    genome = genome_of_masks(tmp_path / "m.safetensors")
    validate(genome)
    # Nodes: bias 0, inputs 1 to 3, output 4, hidden 5 and 6.
    joined = set(zip(genome.source.tolist(), genome.target.tolist(), strict=True))
    assert joined == {(1, 5), (3, 5), (0, 5), (5, 4), (6, 4), (0, 4)}


def test_a_mask_as_a_genome_computes_what_the_masked_model_does(tmp_path: Path) -> None:
    genome = genome_of_masks(saved(tmp_path / "m.safetensors", (6, 5), (7, 6), (3, 7)))
    network = compile_genome(genome)
    masks = masking.load(tmp_path / "m.safetensors")
    model = Mlp(5, 6, 7, 3)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.fill_(0.5)
            if name in masks:
                parameter *= masks[name]
    x = torch.randn(4, 5, generator=generator())
    ours = to_module(network, 0.5)(x).detach()
    assert torch.allclose(ours, model(x).detach(), atol=1e-5)


@pytest.mark.parametrize(
    "shapes",
    [((4, 3), (2, 5)), ((4, 3, 3, 3), (2, 4)), ()],
    ids=["do not follow", "convolution", "none"],
)
def test_masks_of_anything_else_are_refused(
    tmp_path: Path, shapes: tuple[tuple[int, ...], ...]
) -> None:
    with pytest.raises(UserError, match="expected those of a perceptron, layer after layer"):
        genome_of_masks(saved(tmp_path / "m.safetensors", *shapes))
