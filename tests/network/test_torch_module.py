import io
import sys
from collections.abc import Iterator
from copy import deepcopy
from importlib import import_module

import naive
import numpy as np
import pytest
import torch
from genome_toys import PROPERTY, as_bytes, genomes, grow
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from wann.activations import Activation
from wann.activations.table import from_text
from wann.errors import UserError
from wann.kernels.forward import forward
from wann.network.compile import compile_genome, network_of_pairs, to_genome
from wann.network.genome import Genome, minimal
from wann.network.network import Network, pack
from wann.network.torch_module import differentiable, from_module, has_gradient, to_module

BATCH = 16
seeds = st.integers(0, 2**32 - 1)
# Infinitely often differentiable, so that finite differences are close.
GENTLE = np.array(
    [Activation.SIN, Activation.GAUSSIAN, Activation.TANH, Activation.SIGMOID, Activation.COSINE]
)


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def draw(network: Network, seed: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Weights (connections,) and observations (BATCH, inputs)."""
    rng = np.random.default_rng(seed)
    return rng.uniform(-1.0, 1.0, network.connections), rng.normal(size=(BATCH, network.inputs))


def kernel_values(
    network: Network, weights: NDArray[np.float64], x: NDArray[np.float64]
) -> NDArray[np.float64]:
    """All rows (rows, BATCH) that the kernel computes, `weights` () or (connections,)."""
    values = np.ones((1 + network.inputs + len(network.activation), BATCH))
    values[1 : 1 + network.inputs] = x.T
    forward(pack([network]), 0, np.repeat(weights[..., None], BATCH, axis=-1), values, BATCH)
    return values


def module_outputs(
    network: Network,
    weights: NDArray[np.float64],
    x: NDArray[np.float64],
    dtype: torch.dtype = torch.float64,
) -> NDArray[np.float64]:
    outputs = to_module(network, weights, dtype=dtype)(torch.tensor(x, dtype=dtype))
    return np.asarray(outputs.detach().to(torch.float64).numpy())


def is_settled(
    network: Network, weights: NDArray[np.float64], x: NDArray[np.float64], seed: int
) -> bool:
    """A rounding error in a sum could not be seen.

    No step is so near its edge, nor the network so wild.
    """
    nudge = 1e-12 * np.random.default_rng(seed).uniform(0.5, 1.0, network.connections)
    nudge *= np.random.default_rng(seed + 1).choice([-1.0, 1.0], network.connections)
    values, up, down = (
        kernel_values(network, weights * (1.0 + sign * nudge), x) for sign in (0.0, 1.0, -1.0)
    )
    finite = np.isfinite(values).all() and np.abs(values).max() < 1e6
    return bool(finite and np.abs(up - values).max() < 1e-8 and np.abs(down - values).max() < 1e-8)


def test_draws_every_activation() -> None:
    kinds = {int(a) for seed in range(60) for a in compile_genome(grow(seed, 50, 4, 2)).activation}
    assert kinds == set(Activation)


@PROPERTY
@given(genomes(), seeds)
def test_computes_what_the_kernel_computes(genome: Genome, seed: int) -> None:
    network = compile_genome(genome)
    weights, x = draw(network, seed)
    values = kernel_values(network, weights, x)
    assume(is_settled(network, weights, x, seed))
    np.testing.assert_allclose(
        module_outputs(network, weights, x), values[-network.outputs :].T, rtol=1e-9, atol=1e-9
    )


@PROPERTY
@given(genomes(), seeds, st.sampled_from([-2.0, -0.5, 0.5, 1.0]))
def test_so_it_does_under_a_shared_weight(genome: Genome, seed: int, weight: float) -> None:
    network, shared = compile_genome(genome), np.array(weight)
    _, x = draw(network, seed)
    values = kernel_values(network, shared, x)
    assume(is_settled(network, shared, x, seed))
    module = to_module(network, weight, dtype=torch.float64)
    assert [tuple(p.shape) for p in module.parameters()] == [()]
    outputs = module(torch.tensor(x)).detach().numpy()
    np.testing.assert_allclose(outputs, values[-network.outputs :].T, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("activation", list(Activation), ids=lambda a: a.label)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_activation(activation: Activation, dtype: torch.dtype) -> None:
    network = Network(1, 1, np.array([activation]), np.array([0, 1]), np.array([1]))
    x = np.array(
        [
            -1e4,
            -7.25,
            -1.5,
            -1.0,
            -0.5,
            -1e-3,
            0.0,
            1e-3,
            0.5,
            1.0,
            1.5,
            2.0,
            3.75,
            40.0,
            1001.5,
            1e4,
        ]
    )
    x = x.astype(np.float32).astype(np.float64)
    expected = [naive.ACTIVATIONS[activation](v) for v in x]
    tolerance = 1e-6 if dtype == torch.float32 else 1e-12
    found = module_outputs(network, np.array([1.0]), x[:, None], dtype)[:, 0]
    np.testing.assert_allclose(found, expected, rtol=tolerance, atol=tolerance)


def test_nodes_without_connections() -> None:
    network = Network(
        2,
        len(Activation),
        np.array(list(Activation)),
        np.zeros(len(Activation) + 1, dtype=np.int64),
        np.zeros(0, int),
    )
    expected = [naive.ACTIVATIONS[activation](0.0) for activation in Activation]
    np.testing.assert_allclose(
        module_outputs(network, np.zeros(0), np.ones((3, 2))), [expected] * 3
    )


@PROPERTY
@given(genomes(), seeds, st.booleans())
def test_there_and_back(genome: Genome, seed: int, shared: bool) -> None:
    network = compile_genome(genome)
    weights = np.array(0.1) if shared else draw(network, seed)[0]
    back, found = from_module(to_module(network, weights, dtype=torch.float64))
    assert found.tobytes() == weights.tobytes()
    assert found.shape == weights.shape
    for a, b in zip(back, network, strict=True):
        assert np.array_equal(a, b)
    again = compile_genome(to_genome(back))
    assert as_bytes(to_genome(again)) == as_bytes(to_genome(network))
    for a, b in zip(again, network, strict=True):
        assert np.array_equal(a, b)


@PROPERTY
@given(genomes(GENTLE, steps=30), seeds)
def test_gradients_are_those_of_finite_differences(genome: Genome, seed: int) -> None:
    network = compile_genome(genome)
    weights, x = draw(network, seed)
    module = to_module(network, weights, dtype=torch.float64)
    torch.sum(module(torch.tensor(x))).backward()
    assert module.weights.grad is not None
    step = 1e-6
    for i in np.random.default_rng(seed).permutation(network.connections)[:5]:
        ends = []
        for change in (step, -step):
            moved = weights.copy()
            moved[i] += change
            ends.append(kernel_values(network, moved, x)[-network.outputs :].sum())
        slope = float(module.weights.grad[int(i)])
        assert slope == pytest.approx(
            (ends[0] - ends[1]) / (2 * step), rel=1e-4, abs=1e-4 * (1 + abs(slope))
        )


@PROPERTY
@given(genomes(np.array([Activation.STEP, Activation.TANH, Activation.SIGMOID])), seeds)
def test_no_gradient_comes_through_steps(genome: Genome, seed: int) -> None:
    network = compile_genome(genome)
    weights, x = draw(network, seed)
    module = to_module(network, weights, dtype=torch.float64)
    torch.sum(module(torch.tensor(x))).backward()
    assert module.weights.grad is not None
    may = has_gradient(network)
    assert not module.weights.grad.numpy()[~may].any()
    assert differentiable(network) == may.all()


def test_has_gradient_by_hand() -> None:
    """1 -> 2 -> 4, where 2 is a step, and 1 -> 3 -> 4: only what leads into 2 is cut off."""
    network = Network(1, 1, np.array([2, 5, 1]), np.array([0, 1, 2, 4]), np.array([1, 1, 2, 3]))
    assert has_gradient(network).tolist() == [False, True, True, True]
    assert not differentiable(network)
    assert differentiable(network._replace(activation=np.array([9, 5, 1])))
    assert not has_gradient(network._replace(activation=np.array([9, 5, 2]))).any()
    dead_end = Network(1, 1, np.array([5, 5, 1]), np.array([0, 1, 2, 3]), np.array([1, 1, 3]))
    assert has_gradient(dead_end).tolist() == [False, True, True]
    assert differentiable(dead_end)  # no output depends on the first
    assert to_module(dead_end, 0.5)(torch.ones(1, 1)).shape == (1, 1)


def test_is_an_ordinary_module() -> None:
    network = compile_genome(grow(7, 50, 4, 2))
    weights, x = draw(network, 0)
    module = to_module(network, weights, dtype=torch.float64)
    batch = torch.tensor(x)
    buffer = io.BytesIO()
    torch.save(module.state_dict(), buffer)
    buffer.seek(0)
    loaded = to_module(network, dtype=torch.float64)
    assert loaded.weights.tolist() == [1.0] * network.connections
    loaded.load_state_dict(torch.load(buffer, weights_only=True))
    for twin in (loaded, deepcopy(module), module.to("cpu"), torch.nn.Sequential(module)):
        assert torch.equal(twin(batch), module(batch))
    assert module.float()(batch.float()).dtype == torch.float32
    assert f"connections={network.connections}" in repr(module)


def test_on_another_device() -> None:
    module = to_module(compile_genome(grow(7, 50, 4, 2)), dtype=torch.float64).to("meta")
    assert module(torch.empty(3, 4, device="meta")).shape == (3, 2)
    assert all(tensor.is_meta for tensor in module.buffers())


def test_refuses_with_one_line() -> None:
    network = compile_genome(grow(7, 50, 4, 2))
    with pytest.raises(
        ValueError, match=r"expected one weight or \d+, got an array of shape \(3,\)"
    ):
        to_module(network, np.ones(3))
    with pytest.raises(ValueError, match=r"expected observations \(batch, 4\), got \(5, 3\)"):
        to_module(network)(torch.ones(5, 3))
    with pytest.raises(ValueError, match="expected a module that to_module made, got Linear"):
        from_module(torch.nn.Linear(2, 2))
    other = network._replace(activation=network.activation % 11 + 1)
    with pytest.raises(
        ValueError, match="expected the state of the same network, got another 'activation'"
    ):
        to_module(network).load_state_dict(to_module(other).state_dict())


def test_says_so_where_pytorch_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    rooms = ("torch_module", "network.torch_module", "network.torch_activations")
    for name in (*(f"wann.{room}" for room in rooms), "wann.weights.gradient"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    for name in ("wann.torch_module", "wann.weights.gradient"):
        with pytest.raises(UserError, match=r"not installed: pip install 'wann\[torch\]'"):
            import_module(name)


def test_works_without_connections() -> None:
    network = compile_genome(minimal(3, 2, np.zeros((4, 2), dtype=bool)))
    assert to_module(network)(torch.ones(5, 3)).tolist() == [[0.0, 0.0]] * 5
    assert differentiable(network)


def test_numbers_beyond_float32_are_infinite_as_in_the_kernels() -> None:
    code = from_text("far = select(x > 0, maximum(x, 1e300), minimum(x, -1e300))").code
    network, _ = network_of_pairs(1, 1, np.array([code]), np.array([1]), np.array([2]))
    found = to_module(network, 1.0)(torch.tensor([[1.0], [-1.0]])).detach()
    assert found.flatten().tolist() == [np.inf, -np.inf]
