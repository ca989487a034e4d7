"""A module that is found under several names is one module."""

import pytest
import torch
from torch import nn

from wann.errors import UserError
from wann.pruning import masks


class Listed(nn.Module):
    """Layers that are attributes, and in a list as well."""

    def __init__(self) -> None:
        super().__init__()
        self.enc, self.head = nn.Sequential(nn.Linear(4, 5), nn.ReLU()), nn.Linear(5, 3)
        self.layers = nn.ModuleList([self.enc, self.head])

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for layer in self.layers:
            x = layer(x)
        return x


@pytest.mark.parametrize("examples", [None, torch.zeros(2, 4)], ids=["without examples", "with"])
@pytest.mark.parametrize(
    ("protect", "include", "names"),
    [
        ([], [], ["enc.0.weight", "head.weight"]),
        (["enc"], [], ["head.weight"]),
        (["layers.0"], [], ["head.weight"]),
        (["layers.1.weight"], [], ["enc.0.weight"]),
        ([], ["layers.0.*"], ["enc.0.weight", "head.weight"]),
    ],
)
def test_a_module_under_two_names_is_pruned_under_the_first_and_known_by_both(
    protect: list[str], include: list[str], names: list[str], examples: torch.Tensor | None
) -> None:
    found = masks.survey(Listed(), protect, include, examples=examples)
    assert (found.names, found.left_whole) == (names, {})


def test_a_module_that_is_called_twice_counts_once() -> None:
    model = nn.Sequential(*[nn.Linear(3, 3)] * 2)
    assert {name: mask.numel() for name, mask in masks.full(model).items()} == {"0.weight": 9}
    with pytest.raises(UserError, match=r"all of 0\.weight are protected"):
        masks.full(model, "1")
