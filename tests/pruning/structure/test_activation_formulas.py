"""What PyTorch makes of nan, infinities and zeros, `wann.sparse` and networks make of them, too."""

import numpy as np
import pytest

pytest.importorskip("torch")

import wann
from wann.activations.table import by_name, from_text
from wann.network.network import Network
from wann.network.torch_module import nn, torch
from wann.pruning.structure.activation_formulas import _BUILT_IN, _PLAIN, _SET, NAMES
from wann.pruning.structure.to_network import to_network

# Each module of the table, by its name there, with settings of both kinds where it has some.
MODULES: dict[str, tuple[nn.Module, ...]] = {
    "relu": (nn.ReLU(),),
    "tanh": (nn.Tanh(),),
    "sigmoid": (nn.Sigmoid(),),
    "silu": (nn.SiLU(),),
    "softsign": (nn.Softsign(),),
    "mish": (nn.Mish(),),
    "relu6": (nn.ReLU6(),),
    "hardsigmoid": (nn.Hardsigmoid(),),
    "hardswish": (nn.Hardswish(),),
    "selu": (nn.SELU(),),
    "logsigmoid": (nn.LogSigmoid(),),
    "tanhshrink": (nn.Tanhshrink(),),
    "leakyrelu": (nn.LeakyReLU(0.1), nn.LeakyReLU(-0.1)),
    "prelu": (nn.PReLU(),),
    "elu": (nn.ELU(0.7),),
    "celu": (nn.CELU(1.3),),
    "gelu": (nn.GELU("tanh"),),
    "hardtanh": (nn.Hardtanh(-0.5, 2.0), nn.Hardtanh(0.25, 2.0)),
    "softplus": (nn.Softplus(2.0, 5.0),),
    "hardshrink": (nn.Hardshrink(0.3), nn.Hardshrink(0.0)),
    "softshrink": (nn.Softshrink(0.3), nn.Softshrink(0.0)),
    "threshold": (nn.Threshold(0.2, 5.0), nn.Threshold(-1.0, -7.0), nn.Threshold(0.0, 2.0)),
}
FUNCTIONS = {"abs": torch.abs, "square": torch.square, "neg": torch.neg}
CASES = [
    *((name, module) for name, modules in MODULES.items() for module in modules),
    *((name, None) for name in FUNCTIONS),
]
HEARD = np.array(
    [
        *(np.nan, np.inf, -np.inf, 0.0, -0.0, 1.0, -1.0, 0.2, -0.2, 0.3, -0.3, 5.0, -5.0),
        *(87.5, -87.5, 800.0, -800.0, 1e12, -1e12, 1e30, -1e30, 1e-40, -1e-40, 2.5, -2.5),
    ]
)


class One(nn.Module):
    """An activation of one number, behind a layer that passes it on as it is."""

    def __init__(self, name: str, activation: nn.Module | None) -> None:
        super().__init__()
        self.pass_on, self.activation, self.name = nn.Linear(1, 1), activation, name
        with torch.no_grad():
            self.pass_on.weight.fill_(1.0)
            self.pass_on.bias.fill_(0.0)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.pass_on(x)
        return FUNCTIONS[self.name](x) if self.activation is None else self.activation(x)


def test_each_activation_of_the_table_is_tried() -> None:
    assert {*MODULES, *FUNCTIONS} == set(NAMES)
    assert set(NAMES) == {*_BUILT_IN, *_PLAIN, *_SET}


@pytest.mark.parametrize(("name", "activation"), CASES, ids=str)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_sparse_models_have_what_pytorch_has(
    name: str, activation: nn.Module | None, dtype: str
) -> None:
    kind = getattr(torch, dtype)
    model = One(name, activation).to(kind).eval()
    x = torch.tensor(HEARD, dtype=kind)[:, None]
    expected = model(x).detach().numpy()
    sparse = wann.sparse(model, torch.zeros(2, 1, dtype=kind), dtype=dtype)
    for at_once in (len(x), 1):  # many examples in lanes, and each by itself
        found = np.concatenate([np.asarray(sparse(part.numpy())) for part in x.split(at_once)])
        close = 1e-12 if dtype == "float64" else 1e-5
        np.testing.assert_allclose(found, expected, rtol=close, atol=close)


@pytest.mark.parametrize(("name", "activation"), CASES, ids=str)
def test_networks_have_what_pytorch_has(name: str, activation: nn.Module | None) -> None:
    model = One(name, activation).double().eval()
    x = torch.tensor(HEARD)[:, None]
    network, weights = to_network(model, {}, torch.zeros(2, 1, dtype=torch.float64))
    expected = model(x).detach().numpy()
    np.testing.assert_allclose(network(x.numpy(), weights), expected, rtol=1e-12, atol=1e-12)


# What some formulas were before they passed nan on: of all that is a number they make the same.
OF_BEFORE = {
    "relu": "select(x > 0, x, 0)",
    "hardshrink_0p3": "select(x > 0.3, x, select(x < -0.3, x, 0))",
    "hardshrink_0": "select(x > 0, x, select(x < 0, x, 0))",
    "softshrink_0p3": "select(x > 0.3, x - 0.3, select(x < -0.3, x + 0.3, 0))",
    "threshold_0p2_5": "select(x > 0.2, x, 5)",
    "threshold_m1_m7": "select(x > -1, x, -7)",
    "silu": "x * sigmoid(x)",
}


@pytest.mark.parametrize("name", OF_BEFORE)
def test_numbers_give_the_bytes_that_they_gave(name: str) -> None:
    for label, activation in CASES:  # so that all are declared
        to_network(One(label, activation).double(), {}, torch.zeros(2, 1, dtype=torch.float64))
    around = [float(np.nextafter(x, x + s)) for x in HEARD[3:] for s in (-1.0, 1.0)]
    numbers = np.concatenate(
        [HEARD[3:], around, np.random.default_rng(0).normal(size=1000), [np.inf, -np.inf]]
    )
    if name == "silu":  # far below zero it was wrong
        numbers = numbers[numbers >= -750.0]
    codes = by_name(name).code, from_text(f"{name}_of_before = {OF_BEFORE[name]}").code
    new, old = (Network(1, 1, np.array([code]), np.arange(2), np.ones(1, int)) for code in codes)
    x = numbers[:, None]
    assert new(x, 1.0).tobytes() == old(x, 1.0).tobytes()
    for dtype in ("float64", "float32"):
        found = (wann.sparse(which, dtype=dtype, weight=1.0)(x) for which in (new, old))
        # A sparse model keeps the sign of a zero behind a rectifier, and always has
        a, b = (outputs + 0.0 if name == "relu" else outputs for outputs in found)
        assert a.tobytes() == b.tobytes()
