"""A smaller model is right at sizes of inputs that it was not made on."""

import pytest

from wann.network.torch_module import nn, torch
from wann.pruning.structure.graph import masked_copy
from wann.pruning.structure.shrink import shrink
from wann.pruning.structure.sizes import larger


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
