from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from wann.activations import Activation
from wann.network.compile import compile_genome
from wann.network.genome import minimal
from wann.network.network import Network
from wann.network.torch_module import to_module
from wann.weights.gradient import SCALES, GradientResult, tune_by_gradient
from wann.weights.tuning_rows import Epoch

# Two inputs; three hidden nodes (tanh, relu, absolute) from the bias and both; three linear outputs
# from those.
NETWORK = Network(
    2,
    3,
    np.array([5, 9, 8, 1, 1, 1]),
    np.array([0, 3, 6, 9, 13, 17, 21]),
    np.array([0, 1, 2] * 3 + [0, 3, 4, 5] * 3),
)


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def clouds(samples: int, seed: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Three clouds of points, one a class, far enough apart for straight lines between them."""
    rng = np.random.default_rng(seed)
    y = rng.integers(3, size=samples)
    centres = np.array([[2.0, 0.0], [-1.0, 1.7], [-1.0, -1.7]])
    return centres[y] + 0.4 * rng.normal(size=(samples, 2)), y


def finish_training(*data: Any, seen: list[Epoch] | None = None, **settings: Any) -> GradientResult:
    """Run a training to its end, its epochs into `seen`."""
    training = tune_by_gradient(*data, **settings)
    while True:
        try:
            epoch = next(training)
        except StopIteration as end:
            return end.value
        if seen is not None:
            seen.append(epoch)


def tune(network: Network = NETWORK, **settings: Any) -> GradientResult:
    given = {"start": 1.0, "epochs": 8, "batch_size": 30, "seed": 3} | settings
    return finish_training(network, *clouds(300, 0), *clouds(200, 1), **given)


def accuracy(
    network: Network, weights: NDArray[np.float64], x: NDArray[Any], y: NDArray[Any]
) -> float:
    outputs = to_module(network, weights)(torch.tensor(x, dtype=torch.float32))
    return float((outputs.argmax(1).numpy() == y).mean())


@pytest.mark.parametrize("start", [1.0, -1.5, 300.0])
def test_learns(start: float) -> None:
    result = tune(start=start)
    assert accuracy(NETWORK, result.weights, *clouds(500, 2)) > 0.97
    assert result.weights.shape == (NETWORK.connections,)
    assert result.scale in SCALES


def test_units_that_any_shared_weight_silences_learn_from_weights_at_random() -> None:
    """Positive inputs, rectifiers, a negative shared weight: no unit speaks or has a gradient."""
    hidden = 12
    edges = np.concatenate([3 * np.arange(hidden + 1), 3 * hidden + hidden * np.arange(1, 4)])
    sources = np.concatenate([np.tile([0, 1, 2], hidden), np.tile(3 + np.arange(hidden), 3)])
    network = Network(2, 3, np.array([Activation.RELU] * hidden + [1] * 3), edges, sources)
    (x, y), (x_validation, y_validation) = clouds(300, 0), clouds(200, 1)
    result = finish_training(
        network,
        x + 6.0,
        y,
        x_validation + 6.0,
        y_validation,
        start=-1.0,
        epochs=8,
        batch_size=30,
        seed=3,
    )
    assert result.scale == 0.0
    assert result.validation > 0.9


def test_rows_and_what_is_kept() -> None:
    seen: list[Epoch] = []
    result = tune(seen=seen)
    assert seen == result.epochs
    assert [epoch.epoch for epoch in result.epochs] == list(range(9))
    assert result.epochs[0].loss is None
    losses = [epoch.loss for epoch in result.epochs[1:]]
    assert losses[-1] < losses[0]
    # The first of the best on the validation samples, and the weights are those of that epoch.
    validation = [epoch.validation for epoch in result.epochs]
    assert result.validation == max(validation)
    assert result.best_epoch == validation.index(max(validation))
    assert accuracy(NETWORK, result.weights, *clouds(200, 1)) == pytest.approx(result.validation)


def test_the_same_seed_gives_the_same_bytes() -> None:
    one, two, other = tune(), tune(), tune(seed=4)
    assert one.weights.tobytes() == two.weights.tobytes()
    assert one.epochs == two.epochs
    assert one.weights.tobytes() != other.weights.tobytes()


def test_nothing_but_validation_chooses() -> None:
    """With validation labels that are all wrong, the epoch that fits those best is kept."""
    x, y = clouds(200, 1)
    turned = finish_training(
        NETWORK,
        *clouds(300, 0),
        x,
        (y + 1) % 3,
        start=1.0,
        epochs=8,
        batch_size=30,
        learning_rate=0.1,
    )
    validation = [epoch.validation for epoch in turned.epochs]
    assert turned.validation == max(validation) > validation[-1]
    assert turned.best_epoch < 8
    assert turned.epochs[-1].accuracy > 0.9
    assert tune(epochs=8).best_epoch > turned.best_epoch


def test_the_start_classifies_as_the_shared_weight_does() -> None:
    """Dividing the weights into the outputs calms the softmax and moves hardly any decision."""
    x, y = clouds(200, 1)
    shared = accuracy(NETWORK, np.ones(NETWORK.connections), x, y)
    result = tune(start=1.0, learning_rate=1e-9, epochs=1)
    assert result.epochs[0].validation == pytest.approx(shared, abs=0.15)
    outputs = to_module(NETWORK, result.weights)(torch.tensor(x, dtype=torch.float32))
    assert float(outputs.detach().std(1, correction=0).mean()) == pytest.approx(1.0, rel=0.1)


def test_a_network_that_cannot_learn_stays_as_it_is() -> None:
    steps = NETWORK._replace(activation=np.full(6, Activation.STEP))
    result = tune(network=steps, epochs=2)
    assert result.best_epoch == 0
    assert len({epoch.validation for epoch in result.epochs}) == 1
    nothing = compile_genome(minimal(2, 3, np.zeros((3, 3), dtype=bool)))
    assert tune(network=nothing, epochs=2).weights.shape == (0,)


def test_refuses_with_one_line() -> None:
    x, y = clouds(30, 0)
    with pytest.raises(ValueError, match="expected a finite start weight other than 0"):
        finish_training(NETWORK, x, y, x, y, start=0.0)
    with pytest.raises(ValueError, match="expected at least one epoch"):
        finish_training(NETWORK, x, y, x, y, start=1.0, epochs=0)
    with pytest.raises(
        ValueError,
        match=r"expected training samples \(samples, 2\) with a class each, got \(30, 1\)",
    ):
        finish_training(NETWORK, x[:, :1], y, x, y, start=1.0)
    with pytest.raises(
        ValueError, match="expected validation classes from 0 to 2, got int64, up to 3"
    ):
        finish_training(NETWORK, x, y, x, y + 1, start=1.0)
    with pytest.raises(ValueError, match="expected training classes from 0 to 2, got float64"):
        finish_training(NETWORK, x, y + 0.0, x, y, start=1.0)
