"""Batches of the user's own: loaders, lists, functions that make generators."""

from collections.abc import Iterator
from itertools import repeat
from typing import Any

import pytest
import torch
from torch import nn
from torch.utils.data import (
    BatchSampler,
    DataLoader,
    IterableDataset,
    RandomSampler,
    Sampler,
    SubsetRandomSampler,
    TensorDataset,
    WeightedRandomSampler,
)

from wann.config import Training
from wann.errors import UserError
from wann.pruning import from_batches, prune
from wann.pruning.training import loaders
from wann.pruning.training.data import Data

X = torch.randn(120, 12, generator=torch.Generator().manual_seed(0))
Y = X[:, :3].argmax(1)
SET = TensorDataset(X, Y)
torch.set_num_threads(1)  # more of them wait for each other longer than these models take
SHORT = Training(steps=60, batch=20, check_every=20, learning_rate=0.05)


def generator() -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    yield from zip(X.split(32), Y.split(32), strict=True)


class Stream(IterableDataset):
    def __iter__(self) -> Iterator[Any]:
        return iter(SET)


def refilled(numpy: bool = False) -> Iterator[tuple[Any, Any]]:
    """Yield batches that lie in one buffer, one after the other."""
    x, y = torch.empty(30, 12), torch.empty(30, dtype=torch.long)
    for number in range(4):
        x.copy_(X[number * 30 : number * 30 + 30])
        y.copy_(Y[number * 30 : number * 30 + 30])
        yield (x.numpy(), y.numpy()) if numpy else (x, y)


class OneByOne(Sampler[list[int]]):
    """Draws from other samplers in turn, and in an order of its own."""

    def __init__(self, *others: Sampler[int], chance: torch.Generator) -> None:
        self.others, self.chance = list(others), chance

    def __iter__(self) -> Iterator[list[int]]:
        drawn = [number for other in self.others for number in other]
        for place in torch.randperm(len(drawn), generator=self.chance).tolist():
            yield [drawn[place]]


def in_order(chance: torch.Generator) -> BatchSampler:
    return BatchSampler(RandomSampler(SET, generator=chance), 7, drop_last=False)


def weighted(chance: torch.Generator) -> BatchSampler:
    return BatchSampler(WeightedRandomSampler(torch.ones(120), 120, generator=chance), 7, False)


def nested(chance: torch.Generator) -> OneByOne:
    return OneByOne(RandomSampler(SET, generator=chance), chance=torch.Generator())


def same(one: Data, other: Data) -> bool:
    return all(torch.equal(a, b) for a, b in zip(one[:6], other[:6], strict=True))


@pytest.mark.parametrize(
    "source",
    [
        DataLoader(SET, batch_size=7),
        SET,
        [(X, Y)],
        tuple(generator()),
        generator,
        generator(),
        DataLoader(Stream(), batch_size=16),
        [(X.numpy(), Y.int().numpy())],
        [[X, Y]],
        refilled,
        refilled(numpy=True),
    ],
    ids=[
        *("loader", "set", "one", "tuple", "function", "generator", "stream", "numpy", "list"),
        *("one buffer", "one buffer of numpy"),
    ],
)
def test_whatever_gives_the_same_batches_is_the_same_data(source: Any) -> None:
    found = from_batches(source)
    assert same(found, from_batches([(X, Y)]))
    assert [len(y) for y in found[1:6:2]] == [92, 8, 20]  # a sixth, and a twelfth of the rest
    assert (found.shape, found.classes) == ((12,), 3)
    together = torch.cat([found.x, found.x_validation, found.x_test])
    assert torch.equal(together.sort(0).values, X.sort(0).values)


@pytest.mark.parametrize("own", [None, torch.Generator()])
def test_what_a_loader_shuffles_depends_on_the_seed_alone(own: torch.Generator | None) -> None:
    loader = DataLoader(SET, batch_size=7, shuffle=True, generator=own)
    torch.manual_seed(1)
    before = torch.get_rng_state()
    first = from_batches(loader, seed=3)
    assert torch.equal(torch.get_rng_state(), before)
    torch.manual_seed(2)
    assert same(first, from_batches(loader, seed=3))
    assert not same(first, from_batches(loader, seed=4))


@pytest.mark.parametrize("made", [in_order, weighted, nested])
def test_what_the_samplers_of_a_loader_draw_depends_on_the_seed_alone(made: Any) -> None:
    chance = torch.Generator().manual_seed(5)
    loader = DataLoader(SET, batch_sampler=made(chance))
    before = chance.get_state()
    first, again = (from_batches(loader, seed=3) for _ in range(2))
    assert same(first, again)
    assert torch.equal(chance.get_state(), before)
    assert not same(first, from_batches(loader, seed=4))


def test_data_sets_that_draw_their_examples_are_left_to_themselves() -> None:
    class Drawn(IterableDataset):
        def __init__(self, seed: int) -> None:
            self.generator = torch.Generator().manual_seed(seed)

        def __iter__(self) -> Iterator[Any]:
            for _ in range(60):
                yield torch.randn(12, generator=self.generator), 0

    train, test = (DataLoader(Drawn(seed), batch_size=20) for seed in (1, 2))
    found = from_batches(train, test=test)
    assert not (found.x[:, None] == found.x_test).all(2).any()


def test_parts_of_ones_own_are_taken_as_they_are() -> None:
    parts = [DataLoader(SET, 9, sampler=SubsetRandomSampler(range(a, a + 40))) for a in (0, 40, 80)]
    found = from_batches(parts[0], test=parts[2], validation=parts[1])
    for x, a in ((found.x, 0), (found.x_validation, 40), (found.x_test, 80)):
        assert torch.equal(x.sort(0).values, X[a : a + 40].sort(0).values)
    assert [len(y) for y in from_batches(SET, validation=0.5)[1:6:2]] == [50, 50, 20]


def test_a_loader_is_what_is_pruned_on() -> None:
    model = nn.Linear(12, 3)
    loader = DataLoader(SET, batch_size=30, shuffle=True)
    found, again = (prune(model, loader, "magnitude", 0.5, training=SHORT) for _ in range(2))
    assert found.accuracy == again.accuracy > 0.5
    assert found.kept == 18
    own = prune(model, loader, "magnitude", 0.5, training=SHORT, test=[(X[:50], Y[:50])])
    assert own.accuracy * 50 == pytest.approx(round(own.accuracy * 50))


def test_targets_that_are_no_classes_take_a_loss_and_a_metric() -> None:
    target = X @ torch.arange(12.0)

    def loss(outputs: torch.Tensor, wanted: torch.Tensor) -> torch.Tensor:
        return nn.functional.mse_loss(outputs.squeeze(1), wanted)

    def r2(outputs: torch.Tensor, wanted: torch.Tensor) -> float:
        return float(1 - loss(outputs, wanted) / target.var())

    training = Training(steps=200, batch=20, learning_rate=0.1)
    data = [(X, target)]
    for method in ("magnitude", "snip", "obd", "fisher", "imp", "gradual", "rigl", "synflow"):
        found = prune(nn.Linear(12, 1), data, method, 0.5, training=training, loss=loss, metric=r2)
        assert found.kept == 6
        if method in ("magnitude", "obd", "imp"):
            assert found.accuracy > 0.7, method
            # The factors are 0 to 11: the large ones are kept.
            assert found.masks["weight"][0, 6:].sum() >= 5
    with pytest.raises(UserError, match="other targets need a `loss` and a `metric`"):
        prune(nn.Linear(12, 1), data, training=training)


def test_loss_and_metric_of_ones_own_for_classes() -> None:
    def share(outputs: torch.Tensor, wanted: torch.Tensor) -> torch.Tensor:
        return (outputs.argmax(1) == wanted).double().mean()

    torch.manual_seed(0)
    model = nn.Linear(12, 3)
    plain, own = (
        prune(model, [(X, Y)], "magnitude", 0.5, training=SHORT, **how)
        for how in ({}, {"loss": nn.functional.cross_entropy, "metric": share})
    )
    assert torch.equal(plain.model.weight, own.model.weight)
    assert own.accuracy == pytest.approx(plain.accuracy)


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({"loss": lambda outputs, wanted: 1.0}, "loss returns a number without gradient"),
        ({"loss": lambda outputs: outputs}, "loss fails on outputs (2, 3) and targets (2,)"),
        ({"loss": lambda o, w: o.mean() * float("nan")}, "loss of the first examples is nan"),
        ({"metric": lambda outputs, wanted: outputs}, "metric fails on outputs (8, 3)"),
    ],
)
def test_functions_that_do_not_fit_are_said_before_training(
    how: dict[str, Any], words: str
) -> None:
    with pytest.raises(UserError) as error:
        prune(nn.Linear(12, 3), [(X, Y)], training=Training(), **how)
    assert words in str(error.value)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ([], "there are no training batches"),
        ([(X, Y), (X[:, :3], Y)], "training batches differ in shape: (12,) and (3,)"),
        ([X], "got Tensor"),
        ([(X, Y, Y)], "got 3 of them"),
        ([{"x": X}], "got dict"),
        ([(X, Y[:3])], "got shapes (120, 12) and (3,)"),
        ([(X, "text")], "training batches: expected batches"),
        ([(X[:1], Y[:1])], "has 1 training examples"),
        (lambda: 1 / 0, "division by zero"),
        (repeat((X, Y)), "or have no end"),
    ],
)
def test_what_is_no_data_is_one_line(
    source: Any, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loaders, "_MOST", 1000)
    with pytest.raises(UserError) as error:
        from_batches(source)
    assert words in str(error.value)
    assert "\n" not in str(error.value)
