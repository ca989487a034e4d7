import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gym_toys
import numpy as np
import pytest
import torch
from export_toys import (
    FAR,
    every_activation,
    kernel_outputs,
    load_torch,
    observations,
    perceptron,
    random_file,
    subject,
)
from gymnasium import spaces

from wann.activations.declaration import own_declaration
from wann.activations.table import declare
from wann.activations.text import parse
from wann.formats import NetworkFile
from wann.formats.export.interface import Interface, Scaling
from wann.formats.export.torch_format import dumps_torch
from wann.network.compile import network_of_pairs, to_genome
from wann.network.network import Network
from wann.network.torch_module import to_module
from wann.tasks.gym.actions import make_head

CONSTANTS = [
    "maximum(x, exp(1))",
    "x + select(1 > 0, exp(1), 2)",
    "select(1 > 0, 1, x)",
    "maximum(x, 1 / 0)",
    "minimum(x, 1 - 2) + select(x > 1 + 1, -exp(0), select(2 < 1, 1, 2))",
]


@pytest.mark.parametrize("seed", range(12))
def test_random_networks_agree_with_the_kernels(seed: int, tmp_path: Path) -> None:
    file = random_file(seed, bool(seed % 2))
    given = subject(file, weight=None if seed % 2 else 0.7)
    network = load_torch(given, tmp_path).Network().double()
    seen = np.random.default_rng(seed).normal(size=(50, given.network.inputs))
    expected = kernel_outputs(given, file, seen)
    found = network(torch.from_numpy(seen)).detach().numpy()
    fits = np.abs(expected).max(axis=1) < 1e100
    np.testing.assert_allclose(found[fits], expected[fits], rtol=1e-5, atol=1e-5)


def test_every_activation_agrees_with_the_kernels(tmp_path: Path) -> None:
    file = every_activation()
    given = subject(file)
    network = load_torch(given, tmp_path).Network().double()
    seen = np.concatenate([np.linspace(-9, 9, 361), [-80.0, 80.0, 1000.5]])[:, None]
    found = network(torch.from_numpy(seen)).detach().numpy()
    np.testing.assert_allclose(found, kernel_outputs(given, file, seen), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("recurrent", [False, True])
def test_infinite_values_are_heard_as_the_docstring_says(recurrent: bool, tmp_path: Path) -> None:
    # Two outputs, of inputs 1 and 2 and of input 3; the second hears itself the step before, too
    sources = np.array([1, 2, 3, *([~5] if recurrent else [])])
    start = np.array([0, 2, len(sources)])
    network = Network(3, 2, np.ones(2, dtype=np.int64), start, sources)
    module = load_torch(subject(NetworkFile(to_genome(network), None, None, {})), tmp_path)
    inf, nan, most = torch.inf, torch.nan, torch.finfo(torch.float32).max
    rows = torch.tensor([[inf, 1, 2], [inf, -inf, 2], [-inf, 1, 2], [nan, 1, 2]])
    found = module.Network()(rows)
    outputs = found[0] if recurrent else found
    expected = torch.tensor([[most, 2], [0, 2], [-most, 2], [nan, nan]])
    torch.testing.assert_close(outputs.detach(), expected, rtol=0, atol=0, equal_nan=True)
    said = " ".join(module.Network.forward.__doc__.split())
    assert "An infinite value is heard as the largest finite number of its sign." in said
    assert "NaN makes NaN of nodes that do not hear it, too." in said


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_constants_in_formulas_are_those_of_the_kernels(dtype: torch.dtype, tmp_path: Path) -> None:
    codes = [
        declare(own_declaration(f"constant_{i}", parse(text))).code
        for i, text in enumerate(CONSTANTS)
    ]
    ends = np.arange(2, 2 + len(codes))
    network, _ = network_of_pairs(1, len(ends), np.array(codes), np.ones_like(ends), ends)
    file = NetworkFile(to_genome(network), None, None, {})
    given, seen = subject(file), np.linspace(-4, 4, 33)[:, None]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        module = load_torch(given, tmp_path).Network().to(dtype)
        found = module(torch.from_numpy(seen).to(dtype)).detach().numpy()
    np.testing.assert_allclose(found, kernel_outputs(given, file, seen), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("individual", [False, True])
def test_states_move_between_the_file_and_the_module_of_the_project(
    individual: bool, tmp_path: Path
) -> None:
    file = perceptron([5, 4, 3], kind=5)
    given = subject(file if individual else file._replace(weights=None))
    network = load_torch(given, tmp_path).Network()
    ours = to_module(given.network, 1.0 if given.weights is None else given.weights)
    assert set(network.state_dict()) == set(ours.state_dict())
    with torch.no_grad():
        ours.weights.add_(0.25)
    network.load_state_dict(ours.state_dict())
    seen = torch.randn(6, 5)
    torch.testing.assert_close(network(seen), ours(seen))
    network(seen).sum().backward()
    assert network.weights.grad.abs().sum() > 0


@pytest.mark.parametrize("name", gym_toys.ACTIONS)
def test_actions_are_those_of_the_task(name: str, tmp_path: Path) -> None:
    head = make_head(gym_toys.ACTIONS[name], "toy")
    file = perceptron([2, head.outputs])
    file = file._replace(weights=np.round(file.weights * 8) / 8)  # type: ignore[operator]
    scaling = Scaling((0.5, 1.5), (2.0, 4.0))
    given = subject(file, interface=Interface(["a", "b"], head.names, (), scaling, head.act))
    seen = observations(2, 3)
    seen = seen[np.isfinite(seen).all(axis=1)]
    read = (seen - np.array(scaling.shift)) / np.array(scaling.scale)
    expected = np.array([np.ravel(a) for a in head.act(kernel_outputs(given, file, read).T)])
    network = load_torch(given, tmp_path).Network().double()
    found = network.act(torch.from_numpy(seen)).detach().numpy().reshape(expected.shape)
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9)
    for kind in (torch.float32, torch.float64):
        if isinstance(space := gym_toys.ACTIONS[name], spaces.Box):
            made = network.to(kind).act(torch.from_numpy(FAR).to(kind))
            low, high = (torch.from_numpy(bound).to(kind) for bound in (space.low, space.high))
            assert ((made >= low.ravel()) & (made <= high.ravel())).all(), kind


def test_a_classifier_has_classes_and_probabilities(tmp_path: Path) -> None:
    head = make_head(spaces.Discrete(3), "toy").act
    file, classes = perceptron([4, 3]), ("a", '"""', "\\c")
    scaling = Scaling((0.0,) * 4, (2.0,) * 4, clipped=True)
    interface = Interface(list("abcd"), classes, (), scaling, head, classes, classes)
    module = load_torch(subject(file, 'x"""\\', interface=interface), tmp_path)
    network, seen = module.Network(), torch.rand(6, 4) * 3
    assert list(classes) == module.CLASSES
    assert network.act(seen).tolist() == network(seen).argmax(1).tolist()
    torch.testing.assert_close(network.probabilities(seen), torch.softmax(network(seen), 1))
    torch.testing.assert_close(network(seen), network(seen.clamp(max=2.0)))


def test_the_file_runs_without_the_project(tmp_path: Path) -> None:
    path = tmp_path / "alone.py"
    path.write_text(dumps_torch(subject(random_file(4, True), "alone")))
    blocked = "import sys; sys.modules['wann'] = None; import runpy; "
    command = f"{blocked}runpy.run_path({str(path)!r}, run_name='__main__')"
    done = subprocess.run(
        [sys.executable, "-P", "-c", command], capture_output=True, text=True, cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("tensor([[")


@pytest.mark.parametrize("individual", [False, True])
def test_a_module_in_double_computes_with_the_numbers_of_its_file(
    individual: bool, tmp_path: Path
) -> None:
    file = perceptron([3, 4, 2], kind=5)
    file = file if individual else file._replace(weights=None)
    # float32 has steps of 128 at such shifts, where a whole input spreads over less
    scaling = Scaling((1_700_000_001.3, 0.1, -7.7), (86.1, 1 / 3, 1e-3), clipped=True)
    interface = Interface(["a", "b", "c"], ["y", "z"], (), scaling)
    given = subject(file, weight=None if individual else 0.7, interface=interface)
    seen = np.array(scaling.shift) + np.random.default_rng(0).uniform(size=(20, 3)) * scaling.scale
    read = ((seen - np.array(scaling.shift)) / np.array(scaling.scale)).clip(0, 1)
    expected = kernel_outputs(given, file, read)
    made = load_torch(given, tmp_path)
    ways: list[Callable[[Any], Any]] = [
        lambda network: network.double(),
        lambda network: network.half().to(torch.float64),
        lambda network: torch.nn.Sequential(network).double(),
    ]
    for convert in ways:
        found = convert(made.Network())(torch.from_numpy(seen)).detach().numpy()
        np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12)
    assert made.Network().to("meta").double().weights.dtype == torch.float64
    assert "In float32, inputs that are large beside" in " ".join(made.__doc__.split())
    # In float32 nothing is other than it was
    plain, again = made.Network(), made.Network().double().float()
    rows = torch.rand(5, 3)
    torch.testing.assert_close(plain(rows), again(rows), rtol=0, atol=0)
    # Trained weights are converted as they are
    with torch.no_grad():
        plain.weights.add_(0.25)
    torch.testing.assert_close(plain.weights.double(), plain.double().weights, rtol=0, atol=0)
