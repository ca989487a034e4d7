import numpy as np
import pytest
from compare_toys import diamond

from wann.network.latency import along_connections, through_module, time_batch


def test_ways_are_timed_in_the_order_given() -> None:
    calls: list[str] = []
    ways = {"b": lambda: calls.append("b"), "a": lambda: calls.append("a")}
    found = time_batch(ways, 7, 2)
    assert [(row.way, row.batch) for row in found] == [("b", 7), ("a", 7)]
    assert calls[-4:] == ["b", "a", "b", "a"]
    assert all(0 <= row.low <= row.median <= row.high for row in found)


def test_both_ways_compute_the_network() -> None:
    pytest.importorskip("torch")
    from wann.network import torch_module

    network, x = diamond(), np.random.default_rng(0).standard_normal((5, 2))
    weights = np.linspace(-1.0, 1.0, network.connections)
    module = torch_module.to_module(network, weights, dtype=torch_module.torch.float64)
    dense = through_module(module, torch_module.torch.from_numpy(x))()
    sparse = along_connections(network, weights, x)()
    np.testing.assert_allclose(sparse, dense.numpy(), rtol=1e-5, atol=1e-6)
