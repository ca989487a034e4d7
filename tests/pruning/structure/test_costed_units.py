"""Units go by what they save and what the loss rises, down to a share of the operations."""

import copy

import pytest
import torch
from shrinking_toys import residual_net
from torch import nn
from torch.nn import functional

from wann.errors import UserError
from wann.pruning.masks import full
from wann.pruning.methods import prune_at
from wann.pruning.scores import Scoring
from wann.pruning.structure.channels import Channels
from wann.pruning.structure.costed_units import costed_removal
from wann.pruning.structure.costs import count_costs, operations
from wann.pruning.structure.graph import heard_from_inputs
from wann.pruning.structure.shrink import shrink
from wann.pruning.structure.trace import trace
from wann.pruning.structure.unit_worth import unit_worth
from wann.pruning.structure.weight_uses import count_uses

CHANCE = torch.Generator().manual_seed(0)
ROWS = torch.randn(12, 7, generator=CHANCE, dtype=torch.float64)
IMAGES = torch.randn(6, 3, 8, 8, generator=CHANCE)


def mlp(hidden: tuple[int, int] = (6, 5)) -> nn.Sequential:
    torch.manual_seed(0)
    first, second = hidden
    return nn.Sequential(
        nn.Linear(7, first), nn.Tanh(), nn.Linear(first, second), nn.Tanh(), nn.Linear(second, 3)
    ).double()


def scoring_of(model: nn.Module, x: torch.Tensor) -> Scoring:
    half = len(x) // 2
    targets = torch.arange(len(x)) % 3
    batches = [(x[:half], targets[:half]), (x[half:], targets[half:])]
    return Scoring(model, full(model), batches)


def channels_of(scoring: Scoring) -> Channels:
    graph = trace(scoring.model, scoring.masks, scoring.some_inputs())
    return Channels(graph, heard_from_inputs(graph))


def losses(model: nn.Module, x: torch.Tensor) -> torch.Tensor:
    targets = torch.arange(len(x)) % 3
    with torch.no_grad():
        return functional.cross_entropy(model.eval()(x), targets, reduction="none")


@pytest.mark.parametrize("layer", [0, 2])
def test_worth_is_half_the_mean_square_of_what_a_factor_changes(layer: int) -> None:
    model = mlp()
    channels = channels_of(scoring_of(model, ROWS))
    worth = unit_worth(scoring_of(model, ROWS), channels)
    (number,) = [n for n, s in enumerate(channels.graph.steps) if s.module == str(layer)]
    for unit, root in enumerate(channels.classes(number).tolist()):
        changed, step = [], 1e-6
        for factor in (1 + step, 1 - step):
            other = copy.deepcopy(model)
            with torch.no_grad():
                other[layer].weight[unit] *= factor
                other[layer].bias[unit] *= factor
            changed.append(losses(other, ROWS))
        slope = (changed[0] - changed[1]) / (2 * step)
        assert worth[root].item() == pytest.approx(slope.square().mean().item() / 2, rel=1e-5)


class Places(nn.Module):
    """A layer on sequences whose places are laid out one behind the other, in either order."""

    def __init__(self, first: bool) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.inner, self.out, self.first = nn.Linear(3, 5), nn.Linear(5, 3), first

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if self.first:  # places, then examples
            return self.out(self.inner(x.transpose(0, 1)).tanh().mean(0))
        return self.out(self.inner(x.reshape(-1, 3)).tanh().reshape(-1, 4, 5).mean(1))


@pytest.mark.parametrize("first", [True, False], ids=["places first", "laid out"])
def test_units_of_layers_on_places_are_worth_what_they_are_to_each_example(first: bool) -> None:
    x = torch.randn(6, 4, 3, generator=CHANCE)
    model = Places(first)
    channels = channels_of(scoring_of(model, x))
    worth = unit_worth(scoring_of(model, x), channels)
    number = [n for n, s in enumerate(channels.graph.steps) if s.module == "inner"][-1]
    classes = channels.classes(number).tolist()
    model = model.double()
    for unit in range(5):
        changed, step = [], 1e-6
        for factor in (1 + step, 1 - step):
            other = copy.deepcopy(model)
            with torch.no_grad():
                other.inner.weight[unit] *= factor
                other.inner.bias[unit] *= factor
            changed.append(losses(other, x.double()))
        slope = (changed[0] - changed[1]) / (2 * step)
        expected = slope.square().mean().item() / 2
        assert worth[classes[unit]].item() == pytest.approx(expected, rel=1e-3)


def test_units_of_a_residual_sum_have_one_factor_behind_their_norms() -> None:
    torch.manual_seed(0)
    model = residual_net(True).double().eval()
    for parameter in model.parameters():
        if parameter.ndim == 1:
            nn.init.normal_(parameter, 0.3, 0.5)
    scoring = scoring_of(model, IMAGES.double())
    channels = channels_of(scoring)
    worth = unit_worth(scoring, channels)
    (number,) = [n for n, s in enumerate(channels.graph.steps) if s.module == "0"]
    step, unit = 1e-6, 3
    changed = []
    for factor in (1 + step, 1 - step):
        other = copy.deepcopy(model)
        with torch.no_grad():
            for norm in (other[1], other[3].bn2):  # of the stem, and of what is added to it
                norm.weight[unit] *= factor
                norm.bias[unit] *= factor
        changed.append(losses(other, IMAGES.double()))
    slope = (changed[0] - changed[1]) / (2 * step)
    root = int(channels.classes(number)[unit])
    assert worth[root].item() == pytest.approx(slope.square().mean().item() / 2, rel=1e-4)


def test_what_saves_most_for_least_goes_first() -> None:
    """Against a slow twin, which counts the operations of both layers of weights anew each time."""
    hidden = [6, 5]
    scoring = scoring_of(mlp((6, 5)), ROWS)
    channels = channels_of(scoring)
    steps = {s.module: n for n, s in enumerate(channels.graph.steps) if s.module in "024"}
    price = torch.rand(channels.size, generator=torch.Generator().manual_seed(1)).double()
    uses = count_uses(scoring.model, ROWS)
    units = [
        (layer, root)
        for layer in (0, 1)
        for root in channels.classes(steps[str(2 * layer)]).tolist()
    ]

    def operations(alive: list[int]) -> int:
        return 2 * (7 * alive[0] + alive[0] * alive[1] + alive[1] * 3)

    total = operations(hidden)
    for density in (0.9, 0.5, 0.2, 0.14):
        alive, left, removed = list(hidden), list(units), set()
        while operations(alive) > density * total:
            best = None
            for layer, root in left:
                fewer = [count - (k == layer) for k, count in enumerate(alive)]
                if fewer[layer]:
                    rate = price[root].item() / (operations(alive) - operations(fewer))
                    best = min(best or (rate, layer, root), (rate, layer, root))
            _, layer, root = best
            alive[layer] -= 1
            left.remove((layer, root))
            removed.add(root)
        found = costed_removal(channels, scoring.masks, price, uses, density)
        assert set(found.removed.nonzero().flatten().tolist()) == removed
        assert (found.left, found.total) == (operations(alive), total)


@pytest.mark.parametrize("density", [1.0, 0.6, 0.25])
def test_the_smaller_model_has_no_more_operations_than_asked_for(density: float) -> None:
    torch.manual_seed(0)
    model = residual_net(False).eval()
    found = prune_at("unit-cost", scoring_of(model, IMAGES), density)
    costs = count_costs(model, found, IMAGES)
    assert costs.shrunk_flops is not None
    assert 0.8 * density <= costs.shrunk_flops / costs.dense_flops <= density
    assert all(mask.any() for mask in found.values())


class Opaque(nn.Module):
    """Layers whose units are not known, between such as can be cut."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.kind, self.first, self.last = kind, nn.Linear(5, 12), nn.Linear(12, 3)
        self.middle: nn.Module = nn.Linear(12, 12)
        if kind == "groups":
            self.middle = nn.Conv1d(12, 12, 1, groups=2)
        elif kind == "recurrent":
            self.middle = nn.LSTM(12, 12, batch_first=True)
        elif kind == "attention":
            self.middle = nn.MultiheadAttention(12, 2, batch_first=True)
        self.wide, self.narrow = nn.Linear(12, 40), nn.Linear(40, 12)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        h = self.first(x)
        if self.kind == "groups":
            h = self.middle(h.transpose(1, 2)).transpose(1, 2)
        elif self.kind == "recurrent":
            h = self.middle(h)[0]
        elif self.kind == "attention":
            h = self.middle(h, h, h)[0]
        else:
            h = nn.functional.linear(h, self.middle.weight)
        return self.last(self.narrow(self.wide(h).relu()).mean(1))


@pytest.mark.parametrize("kind", ["groups", "recurrent", "attention", "function"])
def test_operations_of_layers_without_known_units_belong_to_the_whole(kind: str) -> None:
    model, x = Opaque(kind).eval(), torch.randn(6, 4, 5, generator=CHANCE)
    with pytest.raises(UserError, match=r"0\.\d+ are left where") as error:
        prune_at("unit-cost", scoring_of(model, x), 0.05)
    least = float(str(error.value).split(": ")[1].split()[0])
    middle = {"groups": 72, "recurrent": 1152, "attention": 576, "function": 144}[kind]
    assert least > 2 * 4 * middle / operations(model, x)
    for density in (least + 0.01, (least + 1) / 2):
        found = prune_at("unit-cost", scoring_of(model, x), density)
        assert operations(shrink(model, found, x), x) <= density * operations(model, x)


@pytest.mark.parametrize("norm", [False, True])
@pytest.mark.parametrize("activation", [nn.Sigmoid, nn.Softplus, nn.ReLU])
def test_units_that_padding_would_keep_do_not_count_as_gone(
    activation: type[nn.Module], norm: bool
) -> None:
    torch.manual_seed(0)
    norms = [[nn.BatchNorm2d(8)] if norm else [] for _ in range(2)]
    model = nn.Sequential(
        *(nn.Conv2d(3, 8, 3, padding=1), *norms[0], activation()),
        *(nn.Conv2d(8, 8, 3, padding=1), *norms[1], activation(), nn.Flatten()),
        nn.Linear(8 * 64, 3),
    ).eval()
    scoring = scoring_of(model, IMAGES)
    costs = count_costs(model, prune_at("unit-cost", scoring, 0.4), IMAGES)
    assert costs.shrunk_flops is not None
    assert costs.shrunk_flops <= 0.4 * costs.dense_flops
    if activation is not nn.ReLU:
        with pytest.raises(
            UserError, match=r"cannot be pruned to 0\.3 of the operations: 0\.3\d+ are"
        ):
            prune_at("unit-cost", scoring, 0.3)


def test_what_is_protected_keeps_its_units() -> None:
    model = mlp().float()
    scoring = scoring_of(model, ROWS.float())
    masks = {name: mask for name, mask in scoring.masks.items() if name != "2.weight"}
    found = prune_at("unit-cost", Scoring(model, masks, scoring.batches), 0.5)
    assert "2.weight" not in found
    assert not found["0.weight"].all()


class Recurrent(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.rnn = nn.GRU(3, 3, batch_first=True)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.rnn(x)[0][:, -1]


class Branches(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.one, self.two = nn.Linear(7, 4), nn.Linear(4, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.two(self.one(x).relu() if x.sum() > 0 else self.one(x))


def test_what_cannot_be_had_says_why() -> None:
    scoring = scoring_of(mlp().float(), ROWS.float())
    with pytest.raises(UserError, match=r"cannot be pruned to 0.01 of the operations: 0\.\d+ are"):
        prune_at("unit-cost", scoring, 0.01)
    with pytest.raises(UserError, match="expected at least one batch of data"):
        prune_at("unit-cost", Scoring(scoring.model, scoring.masks), 0.5)
    lone = Recurrent()
    with pytest.raises(UserError, match="no units to prune: expected fully connected layers"):
        prune_at("unit-cost", scoring_of(lone, torch.randn(6, 4, 3)), 0.5)
    with pytest.raises(UserError, match="Branches cannot be traced"):
        prune_at("unit-cost", scoring_of(Branches(), ROWS.float()), 0.5)
    with pytest.raises(UserError, match=r"in \(0, 1\], the share of operations"):
        prune_at("unit-cost", scoring, 1.5)
