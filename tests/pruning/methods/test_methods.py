from dataclasses import replace

import pytest
import torch
from pruning_toys import Mlp, batch, generator, lenet
from torch import nn

from wann import trust
from wann.errors import UserError
from wann.pruning import masks
from wann.pruning.allocate import ALLOCATIONS
from wann.pruning.methods import METHODS, OF_UNITS, SELECTIONS, Method, When, find, prune_at
from wann.pruning.patterns import pattern_of
from wann.pruning.scores import SCORES, Scoring, compute

ALONE = sorted(  # but for those that a clock decides on, see `test_timed_units`
    name
    for name, method in METHODS.items()
    if method.when in (When.INIT, When.TRAINED) and method.select != "units-at-latency"
)

EVEN_SNIP = replace(METHODS["snip"], allocate="uniform")


def given(seed: int = 0, **more) -> Scoring:
    model = Mlp(20, 30, 10, 4, seed=seed)
    return Scoring(
        model, masks.full(model), [batch(16, 20, classes=4)], generator=generator(seed), **more
    )


@pytest.mark.parametrize("name", METHODS)
def test_methods_are_made_of_parts_that_exist(name: str) -> None:
    method = METHODS[name]
    assert method.score is None or method.score in SCORES
    assert method.allocate in {"global", *ALLOCATIONS} or pattern_of(method.allocate)
    assert method.select in SELECTIONS


@pytest.mark.parametrize("density", [1.0, 0.5, 0.17])
@pytest.mark.parametrize("name", ALONE)
def test_methods_keep_exactly_what_is_asked_for(name: str, density: float) -> None:
    scoring = given()
    before = {key: value.clone() for key, value in scoring.model.state_dict().items()}
    found = prune_at(name, scoring, density)
    if METHODS[name].select == "units":
        assert masks.counts(found)["fc1.weight"] == 20 * round(30 * density)
        assert masks.counts(found)["fc2.weight"] == 30 * round(10 * density)
    elif METHODS[name].allocate == "fan-in":
        fan_in = [max(round(density * width), 1) for width in (20, 30, 10)]
        assert list(masks.counts(found).values()) == [
            units * each for units, each in zip((30, 10, 4), fan_in, strict=True)
        ]
    elif METHODS[name].select == "units-at-cost":
        first, second = (int(found[f"fc{k}.weight"].any(1).sum()) for k in (1, 2))
        assert 20 * first + first * second + second * 4 <= density * 940
    else:
        assert masks.kept(found) == round(density * 940)
    assert list(found)[:3] == list(scoring.masks)
    assert all(torch.equal(value, before[key]) for key, value in scoring.model.state_dict().items())
    assert all(mask.all() for mask in scoring.masks.values())
    masks.check(scoring.model, found)


@pytest.mark.parametrize("name", ALONE)
def test_the_same_seed_makes_the_same_masks(name: str) -> None:
    first, second = (prune_at(name, given(), 0.3) for _ in range(2))
    assert all(torch.equal(first[layer], second[layer]) for layer in first)


EXACT = [
    name
    for name in ALONE
    if METHODS[name].select not in OF_UNITS and not pattern_of(METHODS[name].allocate)
]


@pytest.mark.parametrize("name", EXACT)
def test_pruning_further_only_removes(name: str) -> None:
    scoring = given()
    half = prune_at(name, scoring, 0.5)
    less = prune_at(name, replace(scoring, masks=half), 0.2)
    assert masks.kept(less) == 188
    assert all((less[layer] <= half[layer]).all() for layer in half)
    with pytest.raises(UserError, match=r"cannot keep 564|keeps 564 weights"):
        prune_at(name, replace(scoring, masks=half), 0.6)


@pytest.mark.parametrize("score", ["snip", "grasp", "synflow"])
def test_random_masks_take_the_counts_of_scores(score: str) -> None:
    best = prune_at(score, given(), 0.2)
    random = prune_at(f"random-{score}", given(), 0.2)
    assert masks.counts(random) == masks.counts(best)
    assert not torch.equal(random["fc1.weight"], best["fc1.weight"])


def test_snip_is_the_best_of_its_scores() -> None:
    scoring = given()
    found = prune_at("snip", scoring, 0.25)
    flat = torch.cat([s.flatten() for s in compute("snip", scoring).values()])
    chosen = torch.cat([mask.flatten() for mask in found.values()])
    assert flat[chosen].min() > flat[~chosen].max()


def test_a_method_of_ones_own_is_another_entry() -> None:
    own = Method(
        "smallest weights",
        lambda s: {n: -s.model.get_parameter(n).abs() for n in s.masks},
        "uniform",
    )
    small, large = prune_at(own, given(), 0.5), prune_at("magnitude-uniform", given(), 0.5)
    assert torch.equal(small["fc1.weight"], ~large["fc1.weight"])
    assert masks.kept(prune_at(replace(METHODS["snip"], rounds=5), given(), 0.1)) == 94
    with trust.forgotten_afterwards():
        assert find(f"{__name__}:EVEN_SNIP") is METHODS.find(EVEN_SNIP) is EVEN_SNIP
        assert find(f"{__name__}:given").score == f"{__name__}:given"
        with pytest.raises(UserError, match=r"ALONE is .*: expected a Method, or a score"):
            find(f"{__name__}:ALONE")
        with pytest.raises(UserError, match=r"dump takes .*: expected a function of \(scoring\)"):
            find("json:dump")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            {"when": When.DURING},
            "prunes at 'during': expected one of gradual, rigl, srigl, set, cht as kind, got ''",
        ),
        (
            {"when": When.MASK, "kind": "rigl"},
            "expected one of edge-popup, supermask, signed-mask as kind, got 'rigl'",
        ),
        ({"kind": "rigl"}, "prunes at 'init': expected none as kind, got 'rigl'"),
        ({"when": When.ROUNDS, "select": "units"}, "expected the selection 'best', got 'units'"),
    ],
)
def test_a_method_that_nothing_carries_out_is_refused(
    change: dict[str, object], words: str
) -> None:
    with pytest.raises(UserError) as error:
        replace(METHODS["snip"], **change)
    assert words in str(error.value)


def test_densities_are_of_what_may_be_pruned() -> None:
    """Protected layers neither count nor put pressure on the others (open_lth counts them)."""
    scoring = given()
    free = replace(scoring, masks=masks.full(scoring.model, ["fc3"]))
    found = prune_at("magnitude", free, 0.25)
    assert list(found) == ["fc1.weight", "fc2.weight"]
    assert masks.kept(found) == 225


def test_magnitude_before_training_cuts_the_network() -> None:
    model = lenet()
    scoring = Scoring(model, masks.full(model))
    found = prune_at("magnitude-init", scoring, 0.01)
    assert tuple(masks.counts(found).values()) == pytest.approx((495, 1816, 351), rel=0.1)
    with pytest.raises(UserError, match=r"'fc1.weight' cannot keep one"):
        prune_at("magnitude-init", scoring, 0.001)


@pytest.mark.parametrize(
    ("method", "density", "words"),
    [
        ("synflo", 0.5, "did you mean 'synflow'"),
        ("imp", 0.5, "needs training"),
        ("rigl", 0.5, "needs training"),
        ("edge-popup", 0.5, "needs training"),
        ("snip", 0.0, "(0, 1]"),
        ("snip", 1.2, "(0, 1]"),
        ("random-erk", float("nan"), "(0, 1]"),
        ("unit", 0.0, "(0, 1]"),
        ("random-uniform", 0.0001, "keeps none of 940 weights"),
        (replace(METHODS["snip"], select="bes"), 0.5, "did you mean 'best'"),
        (replace(METHODS["snip"], rounds=0), 0.5, "rounds"),
    ],
)
def test_bad_requests_are_refused(method: str | Method, density: float, words: str) -> None:
    with pytest.raises(UserError) as error:
        prune_at(method, given(), density)
    assert words in str(error.value)


def test_random_methods_want_a_generator() -> None:
    with pytest.raises(UserError, match="generator"):
        prune_at("random-erk", replace(given(), generator=None), 0.5)


class Residual(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.one, self.two = (nn.Conv2d(k, 4, 3, padding=1, bias=False) for k in (3, 4))
        self.norm, self.head = nn.BatchNorm2d(4), nn.Linear(4, 5)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        values = torch.relu(self.norm(self.one(images)))
        return self.head(torch.relu(values + self.norm(self.two(values))).mean((2, 3)))


class Attention(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.embed, self.head = nn.Embedding(20, 8), nn.Linear(8, 5)
        self.body = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True)

    def forward(self, words: torch.Tensor) -> torch.Tensor:
        return self.head(self.body(self.embed(words)).mean(1))


class Recurrent(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.body, self.head = nn.LSTM(4, 6, batch_first=True), nn.Linear(6, 5)

    def forward(self, steps: torch.Tensor) -> torch.Tensor:
        return self.head(self.body(steps)[0][:, -1])


@pytest.mark.parametrize(
    ("model", "inputs"),
    [
        (Residual(), torch.randn(6, 3, 4, 4, generator=generator())),
        (Attention(), torch.randint(0, 20, (6, 7), generator=generator())),
        (Recurrent(), torch.randn(6, 7, 4, generator=generator())),
        (Mlp(8, 6, 5).bfloat16(), torch.randn(6, 8, generator=generator()).bfloat16()),
    ],
    ids=["residual", "attention", "recurrent", "bfloat16"],
)
@pytest.mark.parametrize("name", EXACT)
@pytest.mark.filterwarnings("ignore:There is a performance drop:UserWarning")  # vmap of attention
def test_any_module_can_be_pruned(name: str, model: nn.Module, inputs: torch.Tensor) -> None:
    before = {key: value.clone() for key, value in model.state_dict().items()}
    scoring = Scoring(
        model, masks.full(model), [(inputs, torch.arange(6) % 5)], generator=generator()
    )
    if name == "phew" and isinstance(model, Attention | Recurrent):
        with pytest.raises(UserError, match="walks through fully connected layers and convol"):
            prune_at(name, scoring, 0.6)
        return
    found = prune_at(name, scoring, 0.6, allow_empty=True)
    assert masks.kept(found) == round(0.6 * masks.total(found))
    assert all(torch.equal(value, before[key]) for key, value in model.state_dict().items())
