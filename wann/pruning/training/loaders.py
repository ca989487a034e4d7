"""Batches of the user's own as data: a DataLoader, a data set of PyTorch, any finite iterable.

They are gone through once and held in memory, so that order and split depend on a seed alone, not
on what a loader shuffles. What a loader draws meanwhile (augmentation) is drawn once.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from wann.arrays import without_gaps
from wann.errors import UserError, in_one_line
from wann.network.torch_module import torch
from wann.pruning.torch_modes import in_own_modes
from wann.pruning.torch_random import settled, torch_seed
from wann.pruning.training.data import VALIDATION_SHARE, Data, split_off

Batches = Iterable[Any] | Callable[[], Iterable[Any]]

TEST_SHARE = 1 / 6
_MOST = 10**7  # examples: an iterable that goes on is taken for one without end
_AT_ONCE = 256
_SAMPLERS = ("sampler", "batch_sampler")  # of whatever class, as DataLoader takes them
_DRAWING = (torch.utils.data.Sampler, torch.utils.data.DataLoader)
_EXPECTED = "expected batches (inputs, targets) of tensors with as many examples each"


@in_own_modes()
def from_batches(
    train: Batches,
    test: Batches | None = None,
    validation: Batches | float = VALIDATION_SHARE,
    *,
    seed: int = 0,
) -> Data:
    """Return batches of the user's own as data in memory, neither scaled nor reshaped.

    Args:
        train: a DataLoader, a map-style data set of PyTorch, any finite iterable of batches
            (inputs, targets), or a function without arguments that returns one.
        test: the same for the test; None splits a sixth off the training examples.
        validation: the same for validation, or the share of the training examples that is split
            off, in (0, 1).
        seed: draws the splits, and what a loader draws while it is gone through.

    Raises:
        UserError: something is no batch, shapes differ, or there are too few or too many examples.
    """
    x, y = _collect("training", train, seed)
    if test is None:
        (x, y), (x_test, y_test) = _split(x, y, TEST_SHARE, seed, "test")
    else:
        x_test, y_test = _collect("test", test, seed)
    if isinstance(validation, int | float):
        (x, y), (x_validation, y_validation) = _split(x, y, validation, seed, "validation")
    else:
        x_validation, y_validation = _collect("validation", validation, seed)
    for name, other in (("test", x_test), ("validation", x_validation)):
        if other.shape[1:] != x.shape[1:]:
            raise UserError(
                f"{name} examples have shape {tuple(other.shape[1:])}, those for training "
                f"{tuple(x.shape[1:])}: expected the same"
            )
    targets = (y, y_validation, y_test)
    labelled = all(part.dtype == torch.int64 and part.ndim == 1 for part in targets)
    classes = 1 + max(int(part.max()) for part in targets) if labelled else 0
    return Data(x, y, x_validation, y_validation, x_test, y_test, tuple(x.shape[1:]), classes)


def _collect(name: str, source: Any, seed: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Return all inputs and targets of a source, in its order."""
    inputs: list[torch.Tensor] = []
    targets: list[torch.Tensor] = []
    count = 0
    # All batches of a list are there at once; others may lie in one buffer, one after the other
    own = torch.Tensor.detach if isinstance(source, list | tuple) else torch.clone
    with settled(torch_seed(seed, "loader")), _seeded(source, seed):
        for batch in _batches_of(name, source):
            x, y = _pair(name, batch)
            if inputs and (x.shape[1:], y.shape[1:]) != (inputs[0].shape[1:], targets[0].shape[1:]):
                raise UserError(
                    f"{name} batches differ in shape: {tuple(inputs[0].shape[1:])} and "
                    f"{tuple(x.shape[1:])}: expected examples of one shape"
                )
            inputs.append(own(x))
            targets.append(own(y))
            count += len(x)
            if count > _MOST:
                raise UserError(
                    f"the {name} batches hold more than {_MOST} examples, or have no end: expected "
                    "a finite iterable that fits into memory"
                )
    if not count:
        raise UserError(f"there are no {name} batches: {_EXPECTED}; is the generator used up?")
    y = torch.cat(targets)
    whole = not (y.is_floating_point() or y.is_complex() or y.dtype == torch.bool)
    return torch.cat(inputs), y.long() if whole else y


def _batches_of(name: str, source: Any) -> Iterator[Any]:
    if isinstance(source, torch.utils.data.Dataset) and hasattr(source, "__getitem__"):
        source = torch.utils.data.DataLoader(source, batch_size=_AT_ONCE)
    try:
        yield from source() if callable(source) and not isinstance(source, Iterable) else source
    except UserError:
        raise
    except Exception as problem:  # whatever a user's loader raises
        raise UserError(f"{name} batches: {in_one_line(problem)}; {_EXPECTED}") from None


def _pair(name: str, batch: Any) -> tuple[torch.Tensor, torch.Tensor]:
    if not isinstance(batch, tuple | list) or len(batch) != 2:
        came = f"{len(batch)} of them" if isinstance(batch, tuple | list) else type(batch).__name__
        raise UserError(f"{name} batches: {_EXPECTED}, got {came}")
    for part in batch:
        without_gaps(part, f"{name} batches")
    try:
        x, y = (torch.as_tensor(part).detach() for part in batch)
    except (TypeError, ValueError, RuntimeError) as problem:
        raise UserError(f"{name} batches: {_EXPECTED}; {in_one_line(problem)}") from None
    if x.is_meta or y.is_meta:
        raise UserError(f"{name} batches: {_EXPECTED}, got some on meta, which have no values")
    if not x.ndim or not y.ndim or len(x) != len(y):
        raise UserError(
            f"{name} batches: {_EXPECTED}, got shapes {tuple(x.shape)} and {tuple(y.shape)}"
        )
    return x, y


@contextmanager
def _seeded(source: Any, seed: int) -> Iterator[None]:
    """Seed the generators that a DataLoader has of its own; they go on as before afterwards."""
    with ExitStack() as stack:
        for generator in _generators_of(source):
            stack.callback(generator.set_state, generator.get_state())
            generator.manual_seed(torch_seed(seed, "loader"))
        yield


def _generators_of(source: Any) -> list[torch.Generator]:
    """Return the generators of a loader and of all samplers in it, however they are nested.

    Those in the data sets of loaders are left alone: seeded alike, data sets that draw their
    examples would have the same ones for training and for the test.
    """
    found: dict[int, torch.Generator] = {}
    met, left = set[int](), [source]
    while left:
        owner = left.pop()
        if id(owner) in met:
            continue
        met.add(id(owner))
        is_loader = owner is not source or isinstance(owner, _DRAWING)
        for name, value in getattr(owner, "__dict__", {}).items():
            parts = value if isinstance(value, list | tuple) else [value]
            left += [part for part in parts if name in _SAMPLERS or isinstance(part, _DRAWING)]
            if is_loader or name == "generator":
                found |= {id(part): part for part in parts if isinstance(part, torch.Generator)}
    return list(found.values())


def _split(
    x: torch.Tensor, y: torch.Tensor, share: float, seed: int, purpose: str
) -> tuple[tuple[torch.Tensor, torch.Tensor], tuple[torch.Tensor, torch.Tensor]]:
    """Return the examples that stay, and a `share` that is split off, both in their order."""
    stays, apart = split_off(x, share, seed, "the data", purpose)
    return (x[stays], y[stays]), (x[apart], y[apart])
