"""Networks that grow while they are trained."""

import numpy as np
import pytest
import torch

from wann.activations import Activation
from wann.config import Training
from wann.pruning.dynamic.grow import Grower, grow
from wann.pruning.dynamic.growing_model import GrowingModel
from wann.pruning.dynamic.plan import Growing, places, plan
from wann.pruning.training.data import Data

torch.set_num_threads(1)
KINDS = (Activation.RELU, Activation.COSINE, Activation.STEP)
TRAINING = Training(steps=40, batch=20, check_every=40)


def examples(inputs: int = 5) -> Data:
    drawn = torch.Generator().manual_seed(0)
    x = torch.randn(80, inputs, generator=drawn)
    y = (x[:, 0] * x[:, 1] > 0).long() + (x[:, 2] > 0).long()
    x = torch.cat([torch.ones(80, 1), x], 1)
    return Data(x, y, x, y, x, y, (1 + inputs,), 3)


@pytest.mark.parametrize(
    ("hidden", "connections"),
    [((6,), 1), ((6,), 2), ((6,), 3), ((6,), 30), ((6,), 72), ((4, 3), 60), ((4, 3), 91)],
)
def test_exactly_so_many_connections(hidden: tuple[int, ...], connections: int) -> None:
    assert connections <= places(5, 3, hidden)
    data, planned = examples(), plan(5, 3, hidden, connections, TRAINING.steps)
    model = GrowingModel(5, 3, hidden, KINDS)
    network, weights = grow(model, data, TRAINING, planned, seed=3)
    assert network.connections == connections == np.count_nonzero(weights)
    assert network.hidden == sum(planned[-1].units)
    said = network(data.x[:, 1:].numpy(), weights)
    with torch.no_grad():
        np.testing.assert_allclose(said, model(data.x).numpy(), rtol=1e-4, atol=1e-5)


def test_growing_changes_nothing_and_joins_where_the_gradient_is_largest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("wann.pruning.dynamic.grow._SHARE", 1.0)
    data, model = examples(), GrowingModel(5, 3, (4,), KINDS)
    grower = Grower(model, data, 0)
    masks = grower.grown(model.no_connection(), Growing(0, 7, (0,)))
    # Of the places into outputs from bias and inputs, those with the largest gradients
    gradient = model.see(data.x, data.y).gradient(1)[:, :6].abs()
    edge = gradient.flatten().sort().values[-7]
    assert torch.equal(masks["weights.1"][:, :6], gradient >= edge)
    with torch.no_grad():
        model.weights[1][masks["weights.1"]] = torch.linspace(-1, 1, 7)
    before = model(data.x)
    more = grower.grown(masks, Growing(10, 20, (3,)))
    torch.testing.assert_close(model(data.x), before)
    assert sum(int(mask.sum()) for mask in more.values()) == 20
    assert all((more[name] | ~mask).all() for name, mask in masks.items())
    # The first three units have three activations, and each is heard.
    there = more["weights.0"].any(1)
    assert sorted(model.activations[0][there.numpy()].tolist()) == sorted(KINDS)
    assert more["weights.1"][:, 6:].any(0)[there].all()
