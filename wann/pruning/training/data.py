"""A data set as tensors in memory: training, validation and test examples.

Of the training examples a twelfth is split off for validation, which makes 55000, 5000 and 10000 of
MNIST's, as in Frankle & Carbin (2019). Batches are slices of shuffled indices: one takes a single
indexing of a tensor, so that no worker processes are needed.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann import own
from wann.config.objects import parse_object
from wann.datasets.coded_table import options_of
from wann.datasets.dataset import Dataset
from wann.datasets.files import load_file
from wann.datasets.images import Preparation
from wann.datasets.registry import DATASETS, load_dataset
from wann.errors import UserError, explain, unknown
from wann.machine.home import expanded
from wann.network.torch_module import torch
from wann.pruning.forward import Examples, as_examples, changed
from wann.pruning.torch_modes import in_own_modes, ordinary
from wann.pruning.torch_random import generator_for
from wann.pruning.training.normalisation import mean_and_sd, shaped_examples
from wann.streams import stream

VALIDATION_SHARE = 1 / 12
_AT_ONCE = 5000  # examples
_PARTS = ("training", "validation", "test")


# Of several inputs, by position or by name
Tensors = Sequence[torch.Tensor] | Mapping[str, torch.Tensor]


class Data(NamedTuple):
    """Examples (examples, *shape) and their classes (examples,), on one device."""

    x: Examples  # for training; `with_inputs` takes tuples and dictionaries of tensors
    y: torch.Tensor
    x_validation: Examples
    y_validation: torch.Tensor
    x_test: Examples
    y_test: torch.Tensor
    shape: tuple[Any, ...]  # of one example: (features,) or (channels, height, width)
    classes: int

    def __repr__(self) -> str:
        parts = [f"{len(y)} {name}" for name, y in zip(_PARTS, self[1:6:2], strict=True)]
        return (
            f"Data({', '.join(parts)} examples of shape {self.shape}, {self.classes} classes, on "
            f"{self.device})"
        )

    @property
    def device(self) -> torch.device:
        """Where the tensors are."""
        return self.x.device

    def to(self, device: str | torch.device) -> "Data":
        """Return the same examples on `device`."""
        return self._replace(**{name: getattr(self, name).to(device) for name in self._fields[:6]})


def load_data(
    name: str,
    *,
    flat: bool = False,
    validation: float = VALIDATION_SHARE,
    seed: int = 0,
    device: str = "cpu",
    preparation: Preparation | None = None,
) -> Data:
    """Return a data set by name or from a file, split and normalised as `from_dataset` says.

    Args:
        name: one of `DATASETS`, or the path of a table, an npz file or a folder of IDX files;
            behind a table's path stands how it is read: `flowers.csv {"label": "species"}`.
        flat: whether images become rows of pixels.
        validation: the share of the training examples that is kept for validation, in (0, 1).
        seed: draws which those are.
        device: where the tensors lie: cpu, cuda or cuda:NUMBER.
        preparation: what is done to images before, by default nothing.

    Raises:
        UserError: an unknown name, a file that is none, a device that is not there, or too few
            examples.
    """
    return from_dataset(
        _load(name, preparation or Preparation()), flat=flat, validation=validation, seed=seed
    ).to(check_device(device))


def check_device(device: str) -> torch.device:
    """Return the device of this name; UserError if it is unknown or not there."""
    try:
        found = torch.device(device)
        torch.empty(0, device=found)
    except (RuntimeError, AssertionError, NotImplementedError) as problem:
        reason = explain(problem)[:200]
        raise UserError(
            f"device {device!r} cannot be used: {reason}; expected cpu, cuda or cuda:NUMBER"
        ) from None
    return found


@in_own_modes()
def from_dataset(
    dataset: Dataset, *, flat: bool = False, validation: float = VALIDATION_SHARE, seed: int = 0
) -> Data:
    """Return `dataset` split, normalised, and as tensors in the CPU's memory.

    Examples are normalised by mean and sd of the training examples that remain: of all pixels for
    images (of each channel, if there are channels), of each feature otherwise. MNIST is normalised
    by the usual numbers, 0.1307 and 0.3081.
    """
    kept, apart = _split(dataset, validation, seed)
    x_train, shape = shaped_examples(dataset.x_train, dataset.shape)
    x_test, _ = shaped_examples(dataset.x_test, dataset.shape)
    mean, sd = mean_and_sd(dataset, x_train[kept])

    def tensors(x: NDArray[np.float32], y: NDArray[np.int64]) -> tuple[torch.Tensor, torch.Tensor]:
        scaled = np.empty(x.shape, np.float32)
        for first in range(0, len(x), _AT_ONCE):  # float64 of all at once would fill gigabytes
            part = slice(first, first + _AT_ONCE)
            scaled[part] = (x[part] - mean) / sd
        return torch.from_numpy(scaled.reshape(len(x), -1) if flat else scaled), torch.from_numpy(
            y.copy()
        )

    return Data(
        *tensors(x_train[kept], dataset.y_train[kept]),
        *tensors(x_train[apart], dataset.y_train[apart]),
        *tensors(x_test, dataset.y_test),
        (int(np.prod(shape)),) if flat else shape,
        dataset.classes,
    )


@in_own_modes()
def from_tensors(
    x: Examples | Tensors,
    y: torch.Tensor,
    x_test: Examples | Tensors,
    y_test: torch.Tensor,
    *,
    validation: float = VALIDATION_SHARE,
    seed: int = 0,
) -> Data:
    """Return examples of one's own, neither scaled nor reshaped.

    Args:
        x: examples for training (examples, *shape); a tuple or dictionary of such tensors for a
            model of several inputs, which are then its arguments by position or by name.
        y: their labels (examples,), whole numbers from 0.
        x_test: examples for the test (examples, *shape).
        y_test: their labels.
        validation: the share of the training examples that is split off for validation, in (0, 1).
        seed: draws which those are.

    Raises:
        UserError: examples and labels do not go together, or there are too few of them.
    """
    x, x_test = as_examples(x), as_examples(x_test)
    for name, examples, labels in (("x, y", x, y), ("x_test, y_test", x_test, y_test)):
        if (
            len(examples) != len(labels)
            or labels.ndim != 1
            or labels.is_floating_point()
            or not len(labels)
        ):
            raise UserError(
                f"{name}: expected a whole number for each example, got examples "
                f"{tuple(examples.shape)} and labels {tuple(labels.shape)} of type {labels.dtype}"
            )
    kept, apart = split_off(x, validation, seed, "x")
    y, y_test = y.long(), y_test.long()
    classes = 1 + int(max(y.max(), y_test.max()))
    return Data(x[kept], y[kept], x[apart], y[apart], x_test, y_test, tuple(x.shape[1:]), classes)


@in_own_modes()
def with_inputs(data: Data) -> Data:
    """Return `data`, tuples and dictionaries of tensors in it as `Inputs`; UserError as there.

    What was made under `torch.inference_mode`, through which no gradient leads, is copied.
    """
    return data._replace(
        x=changed(data.x, ordinary),
        y=ordinary(data.y),
        x_validation=changed(data.x_validation, ordinary),
        y_validation=ordinary(data.y_validation),
        x_test=changed(data.x_test, ordinary),
        y_test=ordinary(data.y_test),
    )


def split_off(
    x: Examples, share: float, seed: int, name: str, purpose: str = "validation"
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the indices of the examples that stay, and of those split off, both in order.

    Args:
        x: examples for training (examples, *shape).
        share: the share of them that is split off, in (0, 1).
        seed: draws which those are.
        name: what an error calls the examples.
        purpose: what they are split off for.

    Raises:
        UserError: as `share_of`.
    """
    held = share_of(share, len(x), name, purpose)
    order = torch.from_numpy(stream(seed, purpose).permutation(len(x))).to(x.device)
    return order[held:].sort().values, order[:held].sort().values


def share_of(share: float, examples: int, name: str, purpose: str = "validation") -> int:
    """Return how many of the training `examples` of what is called `name` are for a purpose.

    UserError if `share` is outside (0, 1), or none would be left for training.
    """
    if not 0 < share < 1:
        raise UserError(f"expected a share of {purpose} examples between 0 and 1, got {share}")
    held = max(1, round(share * examples))
    if held >= examples:
        raise UserError(f"{name} has {examples} training examples: too few to split off {held}")
    return held


def batches(
    examples: int, size: int, seed: int, device: torch.device | str = "cpu"
) -> Iterator[torch.Tensor]:
    """Yield indices of batches without end, every epoch in a new order.

    The examples at the end of an epoch that are too few for a batch are left out. The order is
    drawn on the CPU, so that it is the same on every device. If `size` is above `examples`, a batch
    holds all of them.
    """
    generator = generator_for(seed, "batches")
    size = min(size, examples)
    while True:
        order = torch.randperm(examples, generator=generator)[: examples // size * size].to(device)
        yield from order.view(-1, size)


def _load(spec: str, preparation: Preparation) -> Dataset:
    if spec in DATASETS or own.is_name(spec):
        return load_dataset(spec, preparation)
    name, brace, text = spec.partition(" {")  # a path may have spaces
    settings = parse_object("{" + text, "settings as a JSON object") if brace else {}
    if name in DATASETS:
        raise UserError(f"{name}: {', '.join(settings)} are for tables")
    path = expanded(name, "the data set")
    if not path.exists() and not path.suffix and path.name == name:
        raise unknown(
            "data set", name, [*DATASETS, "a path to a table, an npz file or a folder of IDX files"]
        )
    return load_file(path, preparation, options_of(settings))


def normalisation_of(name: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return what `load_data` subtracts from examples, and what it then divides them by.

    Both have the shape of an example: (channels, height, width), or (features,).
    """
    dataset = _load(name, Preparation())
    x, shape = shaped_examples(dataset.x_train, dataset.shape)
    mean, sd = mean_and_sd(dataset, x[_split(dataset, VALIDATION_SHARE, 0)[0]])
    return np.broadcast_to(mean, shape), np.broadcast_to(sd, shape)


def _split(
    dataset: Dataset, validation: float, seed: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the indices of the examples to train on, and of those kept for validation."""
    held = share_of(validation, len(dataset.y_train), dataset.name)
    order = stream(seed, "validation").permutation(len(dataset.y_train))
    return np.sort(order[held:]), np.sort(order[:held])
