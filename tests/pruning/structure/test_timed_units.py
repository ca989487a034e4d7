"""Units go until the smaller model takes a share of the time, by a clock that counts operations."""

from collections.abc import Callable, Mapping

import pytest
import torch
from shrinking_toys import residual_net
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from wann.errors import UserError
from wann.pruning.masks import full
from wann.pruning.methods import METHODS, Method, prune_at
from wann.pruning.methods.method import When
from wann.pruning.scores import Scoring
from wann.pruning.structure import timed_units
from wann.pruning.structure.costs import count_costs
from wann.pruning.structure.timed_units import layer_prices
from wann.pruning.structure.weight_uses import count_uses
from wann.statistics import Quartiles

CHANCE = torch.Generator().manual_seed(0)
IMAGES = torch.randn(6, 3, 8, 8, generator=CHANCE)


def scoring_of(model: nn.Module) -> Scoring:
    return Scoring(model, full(model), [(IMAGES, torch.arange(6) % 3)])


def counted(ways: Mapping[str, Callable[[], object]], _: int) -> dict[str, Quartiles]:
    """Return operations in place of seconds, so that no other program changes a result."""
    found = {}
    for name, run in ways.items():
        with FlopCounterMode(display=False) as counter:
            run()
        found[name] = Quartiles(*[float(counter.get_total_flops())] * 3)
    return found


@pytest.fixture
def operations(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timed_units, "time_in_turn", counted)


@pytest.mark.usefixtures("operations")
@pytest.mark.parametrize("density", [0.7, 0.4, 0.2])
@pytest.mark.parametrize("method", ["unit-latency", "unit-latency-64"])
def test_the_smaller_model_takes_no_more_than_asked_for(method: str, density: float) -> None:
    torch.manual_seed(0)
    model = residual_net(False).eval()
    costs = count_costs(model, prune_at(method, scoring_of(model), density), IMAGES)
    assert costs.shrunk_flops is not None
    assert density - 0.15 <= costs.shrunk_flops / costs.dense_flops <= density


@pytest.mark.usefixtures("operations")
def test_all_the_time_keeps_all_units() -> None:
    model = residual_net(False).eval()
    assert all(mask.all() for mask in prune_at("unit-latency", scoring_of(model), 1.0).values())


@pytest.mark.usefixtures("operations")
def test_the_same_times_make_the_same_masks() -> None:
    model = residual_net(False).eval()
    first, second = (prune_at("unit-latency", scoring_of(model), 0.5) for _ in range(2))
    assert all(torch.equal(first[layer], second[layer]) for layer in first)


@pytest.mark.usefixtures("operations")
def test_weights_have_the_price_of_what_their_layer_takes() -> None:
    model = residual_net(True).eval()
    uses = count_uses(model, IMAGES)
    for name, price in layer_prices(model, IMAGES).items():
        assert price == 2 * uses[name] * len(IMAGES)


def test_a_real_clock_gives_units_that_shrink() -> None:
    torch.manual_seed(0)
    wide = nn.Sequential(nn.Flatten(), nn.Linear(192, 999), nn.Tanh(), nn.Linear(999, 999))
    model = nn.Sequential(wide, nn.Tanh(), nn.Linear(999, 3)).eval()
    found = prune_at("unit-latency-64", scoring_of(model), 0.5)
    costs = count_costs(model, found, IMAGES)
    assert costs.shrunk_flops is not None
    assert costs.shrunk_flops < costs.dense_flops


@pytest.mark.usefixtures("operations")
def test_what_cannot_be_had_says_why() -> None:
    model = residual_net(False).eval()
    scoring = scoring_of(model)
    with pytest.raises(UserError, match=r"to 0.001 of the time for 1 at once: 0\.\d+ is left"):
        prune_at("unit-latency", scoring, 0.001)
    with pytest.raises(UserError, match="time is measured on inputs: expected at least one batch"):
        prune_at("unit-latency", Scoring(model, scoring.masks), 0.5)
    with pytest.raises(UserError, match=r"in \(0, 1\], the share of the time"):
        prune_at("unit-latency", scoring, 1.5)
    with pytest.raises(UserError, match="expected to time at least 1 example at once, got 0"):
        Method("mine", None, select="units-at-latency", when=When.TRAINED, at_once=0)
    assert METHODS["unit-latency-64"].at_once == 64
