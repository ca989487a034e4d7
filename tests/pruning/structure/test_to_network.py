import pytest

pytest.importorskip("torch")

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from pruning_models_toys import random_conv_net, random_masks, random_mlp

from wann.errors import UserError
from wann.kernels.forward import LANES
from wann.kernels.logits import logits
from wann.network.network import Network, pack
from wann.network.torch_module import nn, torch
from wann.pruning.structure.effective import effective
from wann.pruning.structure.graph import masked_copy
from wann.pruning.structure.to_network import to_network
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
        (Added(), (3,), "add has no place"),
        (nn.Flatten(), (3,), "is no perceptron"),
        (nn.Sequential(nn.Linear(3, 3), nn.Softmax(1)), (3,), "softmax"),
    ],
)
def test_what_is_no_perceptron(model: nn.Module, shape: tuple[int, ...], message: str) -> None:
    with pytest.raises(UserError, match=message) as caught:
        to_network(model, {}, torch.randn(2, *shape))
    assert "\n" not in str(caught.value)
