"""One weight for each connection, by gradient descent on the cross-entropy of the outputs.

Adam takes the steps, and the weights of the best epoch are kept.

Under a shared weight outputs can be sums of hundreds, and a softmax of them is certain of
everything it says. So the weights into the outputs are divided until the outputs are about 1 apart,
which leaves every classification as it was.
"""

from collections.abc import Generator, Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.config import MOST_EPOCHS
from wann.errors import short_repr
from wann.network.network import Network
from wann.network.torch_module import NetworkModule, from_module, nn, to_module, torch
from wann.weights.tuning_rows import Epoch

# Fractions of the shared weight from which training is tried, for one epoch each; 0 stands for
# weights at random, as units that cut negative sums off can all be silent under any shared weight,
# and then have no gradient.
SCALES = (1.0, 0.3, 0.1, 0.0)

_NOISE = 0.1  # of a start weight, so that nodes with equal sources can part
_CALMED_BY = 2000  # samples
_AT_ONCE = 5000  # samples in a forward pass without gradients


class GradientResult(NamedTuple):
    """What training found."""

    weights: NDArray[np.float64]  # (connections,) in the order of the network, of the best epoch
    epochs: list[Epoch]  # the start and each epoch
    validation: float  # accuracy of the best epoch on the validation samples
    best_epoch: int
    scale: float  # the one of `SCALES` that it started from

    def __repr__(self) -> str:
        return short_repr(self)


class _Samples(NamedTuple):
    x: torch.Tensor  # (samples, inputs)
    y: torch.Tensor  # (samples,)


def tune_by_gradient(
    network: Network,
    x: NDArray[Any],
    y: NDArray[Any],
    x_validation: NDArray[Any],
    y_validation: NDArray[Any],
    *,
    start: float,
    epochs: int = MOST_EPOCHS,
    batch_size: int = 256,
    learning_rate: float = 0.03,
    seed: int = 0,
    threads: int = 1,
) -> Generator[Epoch, None, GradientResult]:
    """Train the weights of `network` to classify; yield each epoch as soon as it is over.

    One epoch is tried from each of `SCALES` times the start weight, and from weights at random (He
    et al. 2015); from the best of them `epochs` follow, under a learning rate that falls along a
    cosine. Which start and which epoch are best is decided by accuracy on the validation samples
    alone. The same seed gives the same bytes on one thread. ValueError for samples that do not fit
    the network.

    Args:
        network: Whose weights are trained.
        x: Training samples, (samples, inputs).
        y: Their classes, (samples,), counted from 0.
        x_validation: Validation samples, (samples, inputs).
        y_validation: Their classes, (samples,).
        start: The shared weight to begin with.
        epochs: How many follow the best start.
        batch_size: Samples in a step.
        learning_rate: Of Adam, in the first step.
        seed: Of the order of samples and of weights at random.
        threads: What PyTorch may use meanwhile.
    """
    if not np.isfinite(start) or start == 0.0:
        raise ValueError(
            "expected a finite start weight other than 0, from which gradients lead on, got "
            f"{start}"
        )
    if epochs < 1 or batch_size < 1:
        raise ValueError(
            f"expected at least one epoch and one sample in a batch, got {epochs} and {batch_size}"
        )
    training, validation = (
        _check(network, x, y, "training"),
        _check(network, x_validation, y_validation, "validation"),
    )

    def run(module: NetworkModule, epochs: int, all_epochs: int) -> Iterator[Epoch]:
        generator = torch.Generator().manual_seed(seed)
        return _train(
            module, training, validation, epochs, all_epochs, batch_size, learning_rate, generator
        )

    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        rng = np.random.default_rng(seed)
        noise = 1.0 + _NOISE * rng.standard_normal(network.connections)
        starts = [scale * start * noise if scale else _drawn(network, rng) for scale in SCALES]
        starts = [_calm(network, weights, training.x[:_CALMED_BY]) for weights in starts]
        # As many epochs planned as will follow: what is tried is then their first one.
        tried = [
            list(run(to_module(network, weights), 1, epochs))[-1].validation for weights in starts
        ]
        chosen = int(np.argmax(tried))

        module, trained = to_module(network, starts[chosen]), []
        best, weights = -1.0, starts[chosen]
        for epoch in run(module, epochs, epochs):
            trained.append(epoch)
            if epoch.validation > best:
                best, weights = epoch.validation, from_module(module)[1]
            yield epoch
        best_epoch = next(epoch.epoch for epoch in trained if epoch.validation == best)
        return GradientResult(weights, trained, best, best_epoch, SCALES[chosen])
    finally:
        torch.set_num_threads(before)


def _check(network: Network, x: NDArray[Any], y: NDArray[Any], what: str) -> _Samples:
    """Return the samples as tensors; ValueError if they do not fit the network."""
    if x.ndim != 2 or x.shape[1] != network.inputs or y.shape != x.shape[:1] or len(y) == 0:
        raise ValueError(
            f"expected {what} samples (samples, {network.inputs}) with a class each, got {x.shape} "
            f"and {y.shape}"
        )
    if not np.issubdtype(y.dtype, np.integer) or y.min() < 0 or y.max() >= network.outputs:
        raise ValueError(
            f"expected {what} classes from 0 to {network.outputs - 1}, got {y.dtype}, up to "
            f"{y.max()}"
        )
    return _Samples(torch.tensor(x, dtype=torch.float32), torch.tensor(y.astype(np.int64)))


def _drawn(network: Network, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return weights whose variance is 2 by the connections into their target.

    It is that of He et al. 2015, section 2.2.
    """
    incoming = np.bincount(network.target)[network.target]
    return rng.standard_normal(network.connections) * np.sqrt(2.0 / incoming)


def _calm(network: Network, weights: NDArray[np.float64], x: torch.Tensor) -> NDArray[np.float64]:
    """Return `weights`, those into the outputs divided by the spread of a sample's outputs."""
    with torch.no_grad():
        outputs = to_module(network, weights)(x)
    apart = float(outputs.std(1, correction=0).mean())
    if not np.isfinite(apart) or apart == 0.0:
        return weights
    return np.where(network.target > network.inputs + network.hidden, weights / apart, weights)


def _train(
    module: NetworkModule,
    training: _Samples,
    validation: _Samples,
    epochs: int,
    all_epochs: int,
    batch_size: int,
    learning_rate: float,
    generator: torch.Generator,
) -> Iterator[Epoch]:
    """Train `module` for `epochs`, yielding its start and each epoch.

    The learning rate falls as if `all_epochs` were to follow.
    """
    yield Epoch(0, None, None, _accuracy(module, validation))
    steps = -(-len(training.y) // batch_size) * all_epochs
    optimizer = torch.optim.Adam(module.parameters(), lr=learning_rate, fused=True)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    for epoch in range(1, epochs + 1):
        loss_sum, correct = 0.0, 0
        for batch in torch.randperm(len(training.y), generator=generator).split(batch_size):
            y = training.y[batch]
            outputs = module(training.x[batch])
            loss = nn.functional.cross_entropy(outputs, y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            loss_sum += float(loss.detach()) * len(y)
            correct += int((outputs.argmax(1) == y).sum())
        yield Epoch(
            epoch,
            loss_sum / len(training.y),
            correct / len(training.y),
            _accuracy(module, validation),
        )


def _accuracy(module: NetworkModule, samples: _Samples) -> float:
    """Return the share of `samples` whose own class has the largest output."""
    with torch.no_grad():
        correct = [
            int((module(x).argmax(1) == y).sum())
            for x, y in zip(samples.x.split(_AT_ONCE), samples.y.split(_AT_ONCE), strict=True)
        ]
    return sum(correct) / len(samples.y)
