"""A smaller model is right at sizes of inputs that it was not made on."""

from contextlib import suppress

import pytest

from wann.errors import UserError
from wann.network.torch_module import nn, torch
from wann.pruning.structure.graph import masked_copy
from wann.pruning.structure.shrink import shrink
from wann.pruning.structure.sizes import batches, larger
from wann.pruning.structure.to_network import to_network
from wann.pruning.structure.to_sparse import to_sparse


class Sums(nn.Module):
    """Adds up what is said of each part of a sequence."""

    def __init__(self) -> None:
        super().__init__()
        self.a, self.c, self.h = nn.Linear(3, 16), nn.Linear(16, 8), nn.Linear(8, 4)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.h(torch.relu(self.c(torch.relu(self.a(x)).sum(1))))


class Filters(nn.Module):
    """Filters an image of any size, down to one pixel where it is small."""

    def __init__(self) -> None:
        super().__init__()
        self.a, self.b = nn.Conv2d(3, 16, 3, 2, 1), nn.Conv2d(16, 16, 3, 2, 1)
        self.c, self.h = nn.Conv2d(16, 16, 3, 1, 1), nn.Linear(16, 4)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = torch.relu(self.b(torch.relu(self.a(x))))
        return self.h(torch.relu(self.c(x)).mean((2, 3)))


@pytest.mark.parametrize(
    ("model", "first", "shape", "others"),
    [
        (Sums(), "a", (5, 3), [(9, 3), (2, 3)]),
        (Filters(), "b", (3, 4, 4), [(3, 16, 16), (3, 5, 9)]),
    ],
)
def test_other_sizes_have_the_same_outputs(
    model: nn.Module, first: str, shape: tuple[int, ...], others: list[tuple[int, ...]]
) -> None:
    for seed in range(5):
        torch.manual_seed(seed)
        for parameter in model.parameters():
            nn.init.uniform_(parameter, -0.5, 1.0)
        masks = {f"{first}.weight": torch.ones_like(model.get_submodule(first).weight).bool()}
        masks[f"{first}.weight"][:6] = False  # constants that are not zero
        small = shrink(model, masks, torch.randn(4, *shape))
        for other in (shape, *others):
            x = torch.randn(7, *other)
            with torch.no_grad():
                expected = masked_copy(model, masks)(x)
                torch.testing.assert_close(small(x), expected, atol=1e-4, rtol=1e-5)


def test_sizes_are_those_that_the_model_takes() -> None:
    shapes = [tuple(x.shape) for x in larger(Filters(), torch.randn(3, 3, 4, 6))]
    assert shapes == [(2, 3, 8, 6), (2, 3, 4, 12), (2, 3, 8, 12)]
    assert [tuple(x.shape) for x in larger(Sums(), torch.randn(1, 5, 3))] == [(1, 10, 3)]
    assert larger(nn.Linear(3, 2), torch.randn(4, 3)) == []


class Logarithm(nn.Module):
    """Returns numbers for short sequences alone."""

    def __init__(self) -> None:
        super().__init__()
        self.a, self.h = nn.Linear(3, 8), nn.Linear(8, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.h(torch.relu(self.a(x)).mean(1)) + torch.log(
            6.0 - (0.0 * x + 1.0).sum(1)[:, :1]
        )


def test_sizes_for_which_there_are_no_numbers_do_not_count() -> None:
    model, x = Logarithm().eval(), torch.randn(3, 5, 3)
    assert larger(model, x) == []
    masks = {"a.weight": torch.ones(8, 3).bool()}
    masks["a.weight"][:4] = False
    with torch.inference_mode():
        small = shrink(model, masks, x)
        torch.testing.assert_close(small(x), masked_copy(model, masks)(x))


class Lengths(nn.Module):
    """Goes one way for batches of some lengths, and another way for others."""

    def __init__(self, most: int, other: str) -> None:
        super().__init__()
        self.a, self.b, self.h = nn.Linear(6, 8), nn.Linear(8, 8), nn.Linear(8, 2)
        self.most, self.other = most, other

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        h = torch.sigmoid(self.a(x))
        if len(x) > self.most:
            return self.h(h)
        if self.other == "fails":
            raise RuntimeError("too few examples")
        return self.h(torch.relu(self.a(x)) if self.other == "relu" else self.b(h))


def lengths(most: int, other: str) -> tuple[nn.Module, dict[str, torch.Tensor]]:
    model = Lengths(most, other)
    masks = {"a.weight": torch.ones(8, 6).bool(), "a.bias": torch.ones(8).bool()}
    for mask in masks.values():
        mask[:4] = False
    return model, masks


@pytest.mark.parametrize("other", ["relu", "layer"])
@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize(("most", "count"), [(1, 4), (1, 1), (2, 4), (4, 4), (2, 3)])
def test_batches_of_all_lengths_have_the_same_outputs_or_it_is_said(
    most: int, count: int, bias: bool, other: str
) -> None:
    model, masks = lengths(most, other)
    masks["a.bias"] |= bias
    small: nn.Module = masked_copy(model, masks)  # where it is refused
    with suppress(UserError):
        small = shrink(model, masks, torch.randn(count, 6))
    for n in (1, 2, 3, 4, 5, 9):
        x = torch.randn(n, 6)
        with torch.no_grad():
            torch.testing.assert_close(small(x), masked_copy(model, masks)(x))


def test_what_goes_another_way_for_one_example_keeps_its_constants() -> None:
    model, masks = lengths(1, "relu")
    x = torch.randn(4, 6)
    small = shrink(model, masks, x)
    assert small.a.out_features == 8
    assert [one.layer for one in small.held if "for other sizes" in one.reason] == ["a"]
    model, masks = lengths(4, "relu")
    with pytest.raises(UserError, match="outputs for a batch of 8 would change by"):
        shrink(model, masks, x)


@pytest.mark.parametrize("make", [to_network, to_sparse])
def test_what_holds_for_one_length_of_batches_is_no_model(make: object) -> None:
    model = Lengths(1, "relu").eval()
    with pytest.raises(UserError, match="for a batch of 1 would change by"):
        make(model, {}, torch.randn(4, 6))
    make(Lengths(1, "fails").eval(), {}, torch.randn(4, 6))


def test_lengths_are_those_that_the_model_takes() -> None:
    assert [len(x) for x in batches(Lengths(0, "fails"), torch.randn(4, 6))] == [1, 2, 8]
    assert [len(x) for x in batches(Lengths(1, "fails"), torch.randn(2, 6))] == [4]
    assert [len(x) for x in batches(Lengths(0, "fails"), torch.randn(1, 6))] == [2]
