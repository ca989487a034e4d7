"""No code that does something else for each activation passes one by that it does not know."""

from collections.abc import Callable

import naive
import numpy as np
import pytest
from matplotlib.text import Text

from wann.activations import Activation, activation
from wann.activations.table import check_declared
from wann.drawing.drawing import draw_network
from wann.envs import classic_observations, classic_physics
from wann.errors import UserError
from wann.evaluators.threads import ThreadEvaluator
from wann.evolution.mutation import apply_random
from wann.evolution.random_edits import OPERATORS
from wann.formats import NetworkFile, dumps_json, dumps_out, dumps_python, json_format, out_format
from wann.kernels.activate import UNKNOWN_CODE
from wann.kernels.forward import Packed, forward
from wann.kernels.jit import kernel
from wann.kernels.logits import logits
from wann.kernels.merged import PAIR, forward_merged, merge, sum_inputs
from wann.kernels.nodes import SEATS, compute_seats
from wann.kernels.vectors import LANES
from wann.network.compile import to_genome
from wann.network.network import Network, pack
from wann.network.torch_module import has_gradient, to_module
from wann.network.weightings import Weightings
from wann.tasks.registry import make_task

UNKNOWN = 13  # one more than the table has
SUMS = np.array([0.0, 0.5, -1.25, 3.0, -0.3, 1.0, 0.0, 2.0])


def node(activation: int, inputs: int = 1, outputs: int = 1) -> Network:
    """Return a network whose outputs hear the first input alone."""
    return Network(
        inputs,
        outputs,
        np.full(outputs, activation),
        np.arange(outputs + 1),
        np.ones(outputs, dtype=np.int64),
    )


def by_forward(activation: int, shared: bool) -> np.ndarray:
    values = np.full((3, LANES), np.nan)
    values[0], values[1] = 1.0, SUMS[:LANES]
    weight = np.ones(LANES) if shared else np.ones((1, LANES))
    forward(pack([node(activation)]), 0, weight, values, LANES)
    return values[2]


@kernel
def in_seats(packed: Packed, seat: np.ndarray, weight: np.ndarray, values: np.ndarray) -> bool:
    """As rollouts call it: code for the compiler alone is called from code that is compiled."""
    return compute_seats(packed, seat, weight, values)


def by_seats(activation: int) -> np.ndarray:
    values = np.full((3, SEATS * LANES), np.nan)
    values[0], values[1] = 1.0, np.tile(SUMS[:LANES], SEATS)
    seat = np.tile([0, 1, 2], (SEATS, 1))
    if not in_seats(pack([node(activation)]), seat, np.ones(SEATS * LANES), values):
        raise ValueError(UNKNOWN_CODE)
    for k in range(1, SEATS):
        np.testing.assert_array_equal(values[2, k * LANES :][:LANES], values[2, :LANES])
    return values[2, :LANES]


def by_logits(activation: int, shared: bool) -> np.ndarray:
    given, found = np.ones((2, LANES)), np.full((1, LANES, 1), np.nan)
    given[1] = SUMS[:LANES]
    logits(pack([node(activation)]), 0, 1, 1, np.ones((1, 1)), shared, given, found)
    return found[0, :, 0]


def by_merged(activation: int) -> np.ndarray:
    with np.errstate(over="ignore"):  # of a hash, without the compiler
        merged = merge(pack([node(activation)]), 1, 1)
    given = np.ones((2, PAIR), np.float32)
    given[1] = np.resize(SUMS, PAIR)
    sums, values = (np.full((1, PAIR), np.nan, np.float32) for _ in range(2))
    sum_inputs(merged, given, 0, PAIR, sums)
    forward_merged(merged, 1.0, sums, PAIR, values)
    return values[0, :LANES]


def by_module(activation: int) -> np.ndarray:
    import torch

    module = to_module(node(activation), dtype=torch.float64)
    return module(torch.tensor(SUMS[:LANES, None])).detach().numpy()[:, 0]


def by_python_file(activation: int) -> np.ndarray:
    written: dict = {}
    exec(dumps_python(as_file(activation), "it"), written)
    return np.array([written["act"]([x])[0] for x in SUMS[:LANES].tolist()])


KERNELS: dict[str, Callable[[int], np.ndarray]] = {
    "forward, a shared weight": lambda code: by_forward(code, True),
    "forward, individual weights": lambda code: by_forward(code, False),
    "side by side": by_seats,
    "logits, a shared weight": lambda code: by_logits(code, True),
    "logits, individual weights": lambda code: by_logits(code, False),
    "merged": by_merged,
    "PyTorch": by_module,
    "Python file": by_python_file,
}


def as_file(activation: int) -> NetworkFile:
    return NetworkFile(to_genome(node(activation)), None, None, {})


def scored(spec: str, weights: Weightings) -> None:
    """Score a network of unknown nodes on a task, as a search does."""
    task = make_task(spec)
    network = node(UNKNOWN, task.inputs, task.outputs)
    episodes = task.draw_episodes(1, np.random.default_rng(0))
    with ThreadEvaluator(1) as evaluator:
        evaluator.evaluate(task, [network], weights, episodes)


def alone() -> None:
    """Compute an unknown node that hears nothing."""
    nothing = node(UNKNOWN)._replace(edge_start=np.zeros(2, int), source=np.zeros(0, int))
    forward(pack([nothing]), 0, np.ones(LANES), np.ones((3, LANES)), LANES)


INDIVIDUAL = Weightings.individual(np.ones((1, 10)))
OTHERS: dict[str, Callable[[], object]] = {
    "node without sources": alone,
    "swing-up": lambda: scored("swingup", Weightings.shared([1.0])),
    "data set, shared": lambda: scored("digits", Weightings.shared([1.0])),
    "data set, individual": lambda: scored("digits", INDIVIDUAL),
    "classic control": lambda: scored("gym:CartPole-v1", Weightings.shared([1.0])),
    "network file": lambda: dumps_json(as_file(UNKNOWN)),
    "table": lambda: dumps_out(as_file(UNKNOWN)),
    "table read": lambda: out_format.loads("0,0,1,1\n0,0,1,1\n0,0,0,12\n", "x.out"),
    "drawing": lambda: draw_network(node(UNKNOWN)),
    "the choice of a search": lambda: check_declared([Activation.TANH, UNKNOWN]),
    "environment": lambda: classic_physics.step_lanes(
        6, np.zeros((6, LANES)), np.zeros((3, LANES)), 0, LANES
    ),
    "observation": lambda: classic_observations.observe_lanes(
        6, np.zeros((6, LANES)), np.zeros((9, LANES)), 0, LANES
    ),
    "mutation": lambda: apply_random(
        to_genome(node(1)), len(OPERATORS), np.array([1]), 9, np.random.default_rng(0)
    ),
}


@pytest.mark.parametrize("name", KERNELS)
def test_each_activation_is_computed(name: str) -> None:
    for built_in in Activation:
        expected = [naive.ACTIVATIONS[built_in](x) for x in SUMS[:LANES].tolist()]
        np.testing.assert_allclose(KERNELS[name](built_in), expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", KERNELS)
def test_nan_goes_on_where_it_is_not_compared(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    heard = np.resize([np.nan, -0.0, 0.0, -1.5, np.nan, 2.0], LANES)
    monkeypatch.setitem(globals(), "SUMS", heard)
    for built_in in Activation:
        expected = [naive.ACTIVATIONS[built_in](x) for x in heard.tolist()]
        assert np.isnan(expected[0]) == (built_in != Activation.STEP)  # 1 if x > 0, else 0
        np.testing.assert_allclose(KERNELS[name](built_in), expected, rtol=1e-5, atol=1e-6)


OWN = {
    "softplus_like": lambda x: np.logaddexp(0, x) - np.sqrt(abs(x)),
    "bump": lambda x: np.where((x > -1) & (x <= 1), np.cos(x), np.exp(-abs(x))),
    "rounded": lambda x: np.rint(3 * x) / 3 + np.maximum(np.floor(x), -1) * np.sin(x),
    "steps": lambda x: np.where(x > 0, 1, -1) + np.rint(x),
}


@pytest.mark.parametrize("name", KERNELS)
def test_each_of_ones_own_is_computed_alike(name: str) -> None:
    for called, function in OWN.items():
        declared = activation(function, name=called)
        expected = declared(SUMS[:LANES])
        np.testing.assert_allclose(KERNELS[name](declared.code), expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("called", OWN)
def test_gradients_of_ones_own_are_slopes(called: str) -> None:
    import torch

    declared = activation(OWN[called], name=called)
    module = to_module(node(declared.code), dtype=torch.float64)
    x = torch.tensor([[-2.3], [-0.7], [0.2], [0.9], [3.1]], dtype=torch.float64, requires_grad=True)
    module(x).sum().backward()
    values, small = x.detach().numpy(), 1e-6
    slopes = (declared(values + small) - declared(values - small)) / (2 * small)
    assert x.grad is not None
    np.testing.assert_allclose(x.grad.numpy(), slopes, rtol=1e-6, atol=1e-6)
    assert has_gradient(node(declared.code)).tolist() == [called != "steps"]


@pytest.mark.parametrize("called", OWN)
def test_files_and_drawings_hold_ones_own(called: str) -> None:
    declared = activation(OWN[called], name=called)
    network = node(declared.code)
    text = dumps_json(as_file(declared.code))
    assert f'"{declared}"' in text
    assert json_format.loads(text, "x").genome.activation.tolist()[-1] == declared.code
    assert called in [text.get_text() for text in draw_network(network).findobj(Text)]
    with pytest.raises(UserError, match=f"unknown activation '{called}': a .out table"):
        dumps_out(as_file(declared.code))


@pytest.mark.parametrize("name", KERNELS)
@pytest.mark.parametrize("code", [UNKNOWN, 0, -1])
def test_no_node_of_another_activation_is_computed(name: str, code: int) -> None:
    with pytest.raises(ValueError, match="activation"):
        KERNELS[name](code)


@pytest.mark.parametrize("name", OTHERS)
def test_nothing_is_made_of_an_unknown_code(name: str) -> None:
    with pytest.raises(
        (ValueError, IndexError), match=r"ctivation|expected (one of|the index)|range"
    ):
        OTHERS[name]()
