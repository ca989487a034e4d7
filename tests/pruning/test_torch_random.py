"""Models that draw where they are in use: always the same, and the caller's numbers go on."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import torch
from made_up_toys import SHORT, made_up
from torch import nn

from wann.errors import UserError
from wann.pruning import Subject, masks, prune
from wann.pruning.program import export_program
from wann.pruning.scores import Scoring
from wann.pruning.structure.channels import channels_of
from wann.pruning.structure.costs import count_costs
from wann.pruning.structure.effective import effective
from wann.pruning.structure.latency import measure_latency
from wann.pruning.structure.shrink import shrink
from wann.pruning.structure.timed_units import layer_prices
from wann.pruning.structure.to_network import to_network
from wann.pruning.structure.to_sparse import to_sparse
from wann.pruning.structure.unit_worth import unit_worth
from wann.pruning.training.checks import check_fit
from wann.pruning.training.models import build
from wann.pruning.training.training import evaluate
from wann.pruning.uses.find import uses_of

DATA = made_up()
X = DATA.x[:4]


class Drawing(nn.Module):
    """Drops units in use as well, as a forward with plain `F.dropout(x)` does."""

    def __init__(self) -> None:
        super().__init__()
        with torch.random.fork_rng():
            torch.manual_seed(0)
            self.first, self.last = nn.Linear(12, 20), nn.Linear(20, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.last(nn.functional.dropout(torch.relu(self.first(x)), 0.5))


class Noisy(nn.Module):
    """A parametrisation that draws."""

    def forward(self, weight: torch.Tensor) -> torch.Tensor:
        return weight * (1.0 + torch.rand(()))


def made() -> nn.Module:
    return Drawing()


def with_noise() -> nn.Module:
    model = Drawing()
    with torch.random.fork_rng():  # the weight is made once
        nn.utils.parametrize.register_parametrization(model.first, "weight", Noisy())
    return model


def numbers_after(seed: int, call: Callable[[], Any]) -> tuple[Any, bool]:
    """Return what `call` gives, and whether the global numbers are as before."""
    torch.manual_seed(seed)
    before = torch.get_rng_state()
    with suppress(UserError):  # that a drawing model cannot be made smaller is said each time
        found = call()
        return found, torch.equal(before, torch.get_rng_state())
    return None, torch.equal(before, torch.get_rng_state())


@pytest.mark.parametrize(
    "method", ["snip", "magnitude", "imp", "wanda", "rigl", "edge-popup", "signed-mask", "unit"]
)
def test_the_same_seed_gives_the_same_result(method: str) -> None:
    def call() -> Any:
        found = prune(made(), DATA, method, 0.5, training=SHORT)
        return found.accuracy, found.at_once, found.increase, found.model.first.weight.tolist()

    (one, kept), (other, also_kept) = (numbers_after(seed, call) for seed in (1, 2))
    assert one == other
    assert one is not None
    assert kept
    assert also_kept


def whole() -> masks.Masks:
    return masks.keep_all(made(), ["first.weight", "last.weight"])


def scoring() -> Scoring:
    return Scoring(made(), whole(), [(DATA.x, DATA.y)])


CALLS: dict[str, Callable[[Path], Any]] = {
    "evaluate": lambda _: evaluate(made(), DATA.x, DATA.y),
    "measure": lambda _: Subject(made(), DATA).measure(made()),
    "survey": lambda _: masks.survey(made(), examples=X),
    "survey of what is computed": lambda _: masks.survey(with_noise(), examples=X),
    "survey without examples": lambda _: masks.survey(made()),
    "uses": lambda _: uses_of(made(), X),
    "check": lambda _: check_fit(made(), DATA),
    "build": lambda _: build(f"{__name__}:made", (12,), 3) and None,
    "shrink": lambda _: shrink(made(), whole(), X),
    "effective": lambda _: effective(made(), whole(), X),
    "costs": lambda _: count_costs(made(), whole(), X),
    "network": lambda _: to_network(made(), whole(), X),
    "sparse": lambda _: to_sparse(made(), whole(), X),
    "export": lambda folder: export_program(made(), folder / "x.pt2", X),
    "latency": lambda _: len(measure_latency(made(), whole(), X, batches=(1,), repeats=1)),
    "prices": lambda _: len(layer_prices(made(), X)),
    "worth": lambda _: unit_worth(scoring(), channels_of(made(), whole(), X)).tolist(),
}


@pytest.mark.parametrize("name", CALLS)
def test_a_look_at_a_model_leaves_the_global_numbers_alone(name: str, tmp_path: Path) -> None:
    (tmp_path / "1").mkdir()
    (tmp_path / "2").mkdir()
    (one, kept), (other, also_kept) = (
        numbers_after(seed, lambda seed=seed: CALLS[name](tmp_path / str(seed))) for seed in (1, 2)
    )
    assert kept
    assert also_kept
    assert str(one).replace("/1/", "/2/") == str(other)
