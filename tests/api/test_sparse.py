"""`wann.sparse` takes whatever is pruned or grown, and refuses the rest in one line."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from paths import REFERENCE_RUN
from torch import nn

import wann
from wann.errors import UserError
from wann.network.torch_module import to_module
from wann.pruning import Training, prune

pytestmark = pytest.mark.usefixtures("jobs_here", "nothing_painted")


def test_networks_runs_and_files(tmp_path: Path) -> None:
    network = wann.load(REFERENCE_RUN)
    x = np.random.default_rng(0).normal(size=(4, network.inputs))
    for what in (network, network.network, REFERENCE_RUN, str(REFERENCE_RUN), "zoo:swingup"):
        found = wann.sparse(what, dtype="float64", weight=1.5)
        np.testing.assert_allclose(found(x), network(x, 1.5), rtol=1e-11, atol=1e-12)
    weights = np.linspace(-1, 1, network.connections)
    own = wann.sparse(network.with_weights(weights), dtype="float64")
    np.testing.assert_allclose(own(x), network(x, weights), rtol=1e-11, atol=1e-12)
    module = to_module(network.network, weights)
    np.testing.assert_allclose(wann.sparse(module)(x), own(x), rtol=1e-4, atol=1e-4)
    path = own.save(tmp_path / "own.safetensors")
    np.testing.assert_array_equal(wann.sparse(path, dtype="float64")(x), own(x))


def test_models_of_pytorch_and_what_prune_returns(tmp_path: Path) -> None:
    model = nn.Sequential(nn.Flatten(), nn.Linear(64, 20), nn.ReLU(), nn.Linear(20, 10))
    pruned = prune(model, "digits", method="random", density=0.1, training=Training(steps=2))
    found = wann.sparse(pruned)
    assert found.connections == pruned.kept
    x = torch.rand(20, *found.shape)
    expected = pruned.model.eval()(x).detach()
    outputs = found(x)
    assert isinstance(outputs, torch.Tensor)
    assert outputs.dtype == x.dtype
    torch.testing.assert_close(outputs, expected, rtol=1e-5, atol=1e-5)
    again = wann.sparse(pruned.model, np.zeros((1, *found.shape), np.float32), dtype=torch.float32)
    np.testing.assert_array_equal(again(x.numpy()), outputs.numpy())


def test_a_file_is_read_without_pytorch(tmp_path: Path) -> None:
    model = nn.Sequential(nn.Linear(6, 5), nn.SiLU(), nn.Linear(5, 2))
    found = wann.sparse(model, torch.zeros(1, 6))
    path = found.save(tmp_path / "model.safetensors")
    code = (
        "import sys, numpy as np, wann; model = wann.sparse(sys.argv[1]); "
        "print(model(np.ones(6)).tolist()); assert 'torch' not in sys.modules"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == str(found(np.ones(6)).tolist())


LINEAR = nn.Linear(3, 2)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((LINEAR,), "expected a batch of inputs of Linear as example="),
        ((LINEAR, "text"), "expected a tensor as example="),
        ((LINEAR, torch.zeros(3)), r"expected a batch of inputs \(n, \*shape\)"),
        ((LINEAR, torch.zeros(1, 4)), "cannot take a batch of shape"),
        ((3,), "expected .*, got 3"),
        (("nowhere.safetensors",), "nowhere.safetensors"),
    ],
)
def test_refusals(arguments: tuple[Any, ...], message: str) -> None:
    with pytest.raises(UserError, match=message) as raised:
        wann.sparse(*arguments)
    assert "\n" not in str(raised.value)


def test_a_weight_is_for_networks(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="weight= is for networks"):
        wann.sparse(LINEAR, torch.zeros(1, 3), weight=1.0)
    path = wann.sparse(LINEAR, torch.zeros(1, 3)).save(tmp_path / "linear.safetensors")
    with pytest.raises(UserError, match="weight= is for networks"):
        wann.sparse(path, weight=1.0)
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(UserError, match=r"linear.safetensors: .*damaged"):
        wann.sparse(path)
