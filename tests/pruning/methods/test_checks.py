"""What does not depend on trained weights is refused before training; what may be cut is cut."""

from typing import Any

import pytest
import torch
from made_up_toys import SHORT, Trap, made_up
from torch import nn

from wann.errors import UserError
from wann.pruning import prune
from wann.pruning.masks import counts
from wann.pruning.methods import METHODS, Method, When
from wann.pruning.scores import Scoring


class DeepTrap(nn.Module):
    """Can be looked at, not trained: 240, 20 and 30 weights."""

    def __init__(self, **more: nn.Module) -> None:
        super().__init__()
        self.one, self.two = nn.Linear(12, 20), nn.Linear(20, 1)
        self.three = nn.Linear(1, 3)
        for name, module in more.items():
            self.add_module(name, module)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        assert not (self.training and torch.is_grad_enabled()), "was trained"
        return self.three(torch.relu(self.two(torch.relu(self.one(x)))))


class Fixed(nn.Module):
    """Parameters that cannot be drawn anew."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(3))


def wrong_shape(scoring: Scoring) -> dict[str, torch.Tensor]:
    return {name: torch.ones(1) for name in scoring.masks}


@pytest.mark.parametrize(
    ("model", "method", "density", "words"),
    [
        (DeepTrap(), "magnitude-uniform", 0.02, "'two.weight' cannot keep one of its 20 weights"),
        (DeepTrap(), "one-shot", 0.01, "cannot keep one of its"),
        (DeepTrap(), "imp", 0.008, "cannot keep one of its"),
        (DeepTrap(extra=Fixed()), "imp-reinit", 0.5, "Fixed at 'extra' cannot be drawn anew"),
        (Trap(), Method("x", "magnitude", "glob", when=When.TRAINED), 0.5, "glob"),
        (Trap(), Method("x", "magnitude", select="bes", when=When.TRAINED), 0.5, "bes"),
        (Trap(), wrong_shape, 0.5, "'layer.weight' has shape (1,): expected (3, 12)"),
        (Trap(), "magnitudes", 0.5, "magnitude"),
    ],
)
def test_refusals_come_before_training(
    model: nn.Module, method: Any, density: float, words: str
) -> None:
    with pytest.raises(UserError) as error:
        prune(model, made_up(), method, density, training=SHORT)
    assert words in str(error.value)


class Cut(nn.Module):
    """The weights of its middle are so small that rankings of the whole network leave none."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.one, self.two, self.three = nn.Linear(12, 8), nn.Linear(8, 8), nn.Linear(8, 3)
        with torch.no_grad():
            self.two.weight *= 1e-6

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.three(torch.relu(self.two(torch.relu(self.one(x)))))


@pytest.mark.parametrize("method", ["magnitude-init", "snip", "synflow-one-shot", "magnitude"])
def test_a_network_that_is_cut_is_a_result_where_that_is_allowed(method: str) -> None:
    how: dict[str, Any] = {"training": SHORT, "trained": METHODS[method].when is When.TRAINED}
    if method == "magnitude":
        with pytest.raises(UserError, match=r"'two.weight' cannot keep one of its 64 weights"):
            prune(Cut(), made_up(), method, 0.3, **how)
    found = prune(Cut(), made_up(), method, 0.3, allow_empty=True, **how)
    assert found.kept == round(0.3 * 184)
    assert 0.0 <= found.accuracy <= 1.0
    if method.startswith("magnitude"):
        assert counts(found.masks)["two.weight"] == 0
        outputs = found.model.eval()(made_up().x)
        assert torch.equal(outputs, outputs[:1].expand_as(outputs))  # one answer for all


@pytest.mark.parametrize("method", ["snip-iterative", "imp", "gradual", "rigl", "random-uniform"])
def test_methods_in_rounds_go_on_after_a_collapse(method: str) -> None:
    found = prune(Cut(), made_up(), method, 0.1, allow_empty=True, training=SHORT)
    assert found.kept == round(0.1 * 184)
