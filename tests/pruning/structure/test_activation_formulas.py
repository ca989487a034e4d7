"""What PyTorch makes of nan, infinities and zeros, `wann.sparse` and networks make of them, too."""

from collections.abc import Callable
from functools import partial

import numpy as np
import pytest

pytest.importorskip("torch")

from torch.nn import functional as F

import wann
from wann.activations.table import by_name, from_text
from wann.errors import UserError
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
Function = Callable[[torch.Tensor], torch.Tensor]
# The same as functions and methods, with settings by position, by name, and those of PyTorch.
FUNCTIONS: dict[str, tuple[Function, ...]] = {
    "abs": (torch.abs, torch.absolute, torch.abs_),
    "square": (torch.square,),
    "neg": (torch.neg, torch.negative),
    "sin": (torch.sin, lambda x: x.sin()),
    "cos": (torch.cos, lambda x: x.cos_()),
    "sign": (torch.sign,),
    "relu": (F.relu, torch.relu_, partial(F.relu, inplace=True)),
    "tanh": (torch.tanh, lambda x: x.tanh_()),
    "logsigmoid": (F.logsigmoid,),
    "leakyrelu": (F.leaky_relu, lambda x: F.leaky_relu(x, 0.1), F.leaky_relu_),
    "elu": (F.elu, lambda x: F.elu(input=x, alpha=0.7), lambda x: F.elu(x, 0.7, True)),
    "celu": (F.celu, lambda x: torch.celu(x, 1.3)),
    "gelu": (partial(F.gelu, approximate="tanh"),),
    "hardtanh": (F.hardtanh, lambda x: F.hardtanh(x, -1, 2), partial(F.hardtanh, max_val=2.0)),
    "softplus": (F.softplus, lambda x: F.softplus(x, 2), lambda x: F.softplus(x, threshold=5.0)),
    "hardshrink": (F.hardshrink, lambda x: x.hardshrink(0.3)),
    "softshrink": (F.softshrink, partial(F.softshrink, lambd=0.3)),
    "threshold": (lambda x: F.threshold(x, 0.2, 5.0), lambda x: F.threshold(x, 0, value=2)),
}
CASES = [
    (name, made)
    for table in (MODULES, FUNCTIONS)
    for name, several in table.items()
    for made in several
]
CASE_IDS = [f"{name}-{number}" for number, (name, _) in enumerate(CASES)]
HEARD = np.array(
    [
        *(np.nan, np.inf, -np.inf, 0.0, -0.0, 1.0, -1.0, 0.2, -0.2, 0.3, -0.3, 5.0, -5.0),
        *(87.5, -87.5, 800.0, -800.0, 1e12, -1e12, 1e30, -1e30, 1e-40, -1e-40, 2.5, -2.5),
    ]
)


class One(nn.Module):
    """An activation of one number, behind a layer that passes it on as it is."""

    def __init__(self, activation: Function) -> None:
        super().__init__()
        self.pass_on, self.activation = nn.Linear(1, 1), activation
        with torch.no_grad():
            self.pass_on.weight.fill_(1.0)
            self.pass_on.bias.fill_(0.0)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.activation(self.pass_on(x))


def heard_by(name: str) -> np.ndarray:
    """Of an angle of a billion turns, rounding alone decides what is left."""
    angle = name in ("sin", "cos")
    return HEARD[~(np.abs(HEARD) > 1e3) | np.isinf(HEARD)] if angle else HEARD


def test_each_activation_of_the_table_is_tried() -> None:
    assert {*MODULES, *FUNCTIONS} == set(NAMES)
    assert set(NAMES) == {*_BUILT_IN, *_PLAIN, *_SET}


@pytest.mark.parametrize(("name", "activation"), CASES, ids=CASE_IDS)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_sparse_models_have_what_pytorch_has(name: str, activation: Function, dtype: str) -> None:
    kind = getattr(torch, dtype)
    model = One(activation).to(kind).eval()
    x = torch.tensor(heard_by(name), dtype=kind)[:, None]
    expected = model(x).detach().numpy()
    sparse = wann.sparse(model, torch.zeros(2, 1, dtype=kind), dtype=dtype)
    for at_once in (len(x), 1):  # many examples in lanes, and each by itself
        found = np.concatenate([np.asarray(sparse(part.numpy())) for part in x.split(at_once)])
        close = 1e-12 if dtype == "float64" else 1e-5
        np.testing.assert_allclose(found, expected, rtol=close, atol=close)


@pytest.mark.parametrize(("name", "activation"), CASES, ids=CASE_IDS)
def test_networks_have_what_pytorch_has(name: str, activation: Function) -> None:
    model = One(activation).double().eval()
    x = torch.tensor(heard_by(name))[:, None]
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
    for _, activation in CASES:  # so that all are declared
        to_network(One(activation).double(), {}, torch.zeros(2, 1, dtype=torch.float64))
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


def test_sines_and_cosines_are_as_exact_as_in_pytorch() -> None:
    x = torch.linspace(-300.0, 300.0, 20001)[:, None]
    for function in (torch.sin, torch.cos):
        model = One(function).eval()
        found = np.asarray(wann.sparse(model, torch.zeros(2, 1), dtype="float32")(x.numpy()))
        np.testing.assert_allclose(found, model(x).detach().numpy(), rtol=0, atol=1e-6)


@pytest.mark.parametrize(
    "activation",
    [
        F.gelu,
        lambda x: F.leaky_relu(x, float(torch.inf)),
        lambda x: F.threshold(x, 0.0, float("nan")),
        nn.Hardtanh(0.0, float("inf")),
        nn.GELU(),
    ],
)
def test_settings_that_no_formula_has_are_refused_with_the_reason(activation: Function) -> None:
    with pytest.raises(UserError, match="settings that are finite numbers") as error:
        wann.sparse(One(activation), torch.zeros(2, 1))
    assert "\n" not in str(error.value)
    with pytest.raises(UserError, match="settings that are finite numbers"):
        to_network(One(activation).double(), {}, torch.zeros(2, 1, dtype=torch.float64))
