"""Networks as layers: the outputs that the kernels of searches compute."""

import numpy as np
import pytest

from wann.api.load import load
from wann.errors import UserError
from wann.network.sparse.from_network import check_weight, layers_of
from wann.network.sparse.model import SparseModel


@pytest.mark.parametrize("name", ["zoo:swingup", "zoo:digits"])
@pytest.mark.parametrize("own", [False, True], ids=["shared", "own"])
def test_outputs_are_those_of_the_network(name: str, own: bool) -> None:
    network, rng = load(name), np.random.default_rng(0)
    weight = rng.normal(size=network.connections) if own else -1.5
    model = SparseModel(layers_of(network.network, weight), "float64")
    x = rng.normal(size=(100, network.inputs))
    expected = network.network(x, weight)
    np.testing.assert_allclose(model(x), expected, rtol=1e-11, atol=1e-11)
    np.testing.assert_allclose(model(x[5]), expected[5], rtol=1e-11, atol=1e-11)


def test_weights_that_are_zero_are_left_out() -> None:
    network = load("zoo:swingup")
    weights = np.arange(network.connections) % 2.0
    model = layers_of(network.network, weights)
    from_bias = int((weights[network.source == 0] != 0).sum())
    connections = sum(len(layer.weight) for layer in model.layers[:-1])
    assert connections == int(weights.sum()) - from_bias
    x = np.random.default_rng(0).normal(size=(3, network.inputs))
    np.testing.assert_allclose(
        SparseModel(model, "float64")(x), network.network(x, weights), rtol=1e-12, atol=1e-12
    )


@pytest.mark.parametrize("weight", ["1", None, True, np.nan, np.inf, [1.0]])
def test_a_weight_is_one_finite_number(weight: object) -> None:
    with pytest.raises(UserError, match="expected one finite number as weight"):
        check_weight(weight)
