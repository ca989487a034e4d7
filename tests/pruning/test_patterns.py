"""Patterns are exact, keep the best, and are those that hardware knows."""

import pytest
import torch
from genome_toys import PROPERTY
from hypothesis import given
from hypothesis import strategies as st
from pruning_toys import generator
from torch import nn

from wann.errors import UserError
from wann.pruning import Training, prune
from wann.pruning.masks import full
from wann.pruning.patterns import Blocks, Groups, pattern_of
from wann.pruning.pruned_model import PrunedModel
from wann.pruning.structure.semi_structured import two_of_four
from wann.pruning.uses.layers import Layout

SHAPES = [(5, 8), (3, 10), (4, 6, 3, 3), (2, 3, 5)]
seeds = st.integers(0, 2**32 - 1)


def rows_of(weight: torch.Tensor, inputs: int) -> list[list[float]]:
    """The slow twin: for each output what leads into it, input channels innermost."""
    outputs = 1 - inputs
    moved = weight.movedim((outputs, inputs), (0, -1))
    return moved.reshape(weight.shape[outputs], -1).tolist()


def laid(inputs: int) -> dict[str, Layout]:
    return {"w": Layout(turned=not inputs)}


def drawn(shape: tuple[int, ...], seed: int) -> tuple[torch.Tensor, torch.Tensor]:
    chance = generator(seed)
    scores = torch.randint(-2, 3, shape, generator=chance).double()
    return scores, torch.rand(shape, generator=chance) < 0.8


@PROPERTY
@given(seeds, st.sampled_from(SHAPES), st.sampled_from([0, 1]), st.sampled_from([(2, 4), (1, 3)]))
def test_each_group_keeps_its_best(
    seed: int, shape: tuple[int, ...], inputs: int, numbers: tuple[int, int]
) -> None:
    keep, of = numbers
    scores, alive = drawn(shape, seed)
    found = Groups(keep, of).select({"w": scores}, {"w": alive}, keep / of, laid(inputs))["w"]
    assert found.shape == scores.shape
    for values, lives, kept in zip(
        *(rows_of(table, inputs) for table in (scores, alive, found)), strict=True
    ):
        for first in range(0, len(values), of):
            places = [i for i in range(first, min(first + of, len(values))) if lives[i]]
            best = sorted(places, key=lambda place: (-values[place], place))[:keep]
            assert [i for i in range(first, min(first + of, len(values))) if kept[i]] == sorted(
                best
            )


@PROPERTY
@given(seeds, st.sampled_from(SHAPES), st.sampled_from([0, 1]), st.floats(0.05, 1))
def test_the_best_blocks_of_the_network_are_kept_whole(
    seed: int, shape: tuple[int, ...], inputs: int, density: float
) -> None:
    rows, columns = 2, 3
    scores, alive = drawn(shape, seed)
    other, other_alive = drawn((4, 4), seed + 1)
    given_scores = {"w": scores, "v": other}
    found = Blocks(rows, columns).select(
        given_scores, {"w": alive, "v": other_alive}, density, laid(inputs), True
    )
    blocks = []  # worth, place, and what lives and is kept in it
    for name, table, lives in (("w", scores, alive), ("v", other, other_alive)):
        turned = [rows_of(t, inputs if name == "w" else 1) for t in (table, lives, found[name])]
        for down in range(0, len(turned[0]), rows):
            for across in range(0, len(turned[0][0]), columns):
                cells = [
                    (values[i], lives[i], kept[i])
                    for values, lives, kept in zip(
                        *(part[down : down + rows] for part in turned), strict=True
                    )
                    for i in range(across, min(across + columns, len(values)))
                ]
                living = [cell for cell in cells if cell[1]]
                worth = sum(cell[0] for cell in living) / max(len(living), 1)
                blocks.append((-worth, len(blocks), living, cells))
    wanted = min(max(round(density * len(blocks)), 1), sum(bool(block[2]) for block in blocks))
    best = sorted(block for block in blocks if block[2])[:wanted]
    for block in blocks:
        kept = [cell[2] for cell in block[3] if cell[1]]
        assert all(kept) if block in best else not any(kept)
        assert not any(cell[2] for cell in block[3] if not cell[1])


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("2:4", Groups(2, 4)),
        ("4x1", Blocks(4, 1)),
        ("global", None),
        ("my:fn", None),
        (len, None),
    ],
)
def test_names_of_patterns(name: object, expected: object) -> None:
    assert pattern_of(name) == expected


@pytest.mark.parametrize("name", ["4:4", "0:4", "4:2", "0x4", "2000x1", "1:99999"])
def test_patterns_without_sense_are_refused(name: str) -> None:
    with pytest.raises(UserError, match="N:M with N below M"):
        pattern_of(name)


STEPS = Training(steps=10)


def pruned(
    method: str, pattern: str, density: float, model: nn.Module | None = None
) -> PrunedModel:
    return prune(
        model or "lenet-300-100", "digits", method, density, allocation=pattern, training=STEPS
    )


@pytest.mark.parametrize("method", ["magnitude", "snip", "random", "random-uniform", "obd"])
def test_methods_of_one_cut_prune_to_two_of_four(method: str) -> None:
    found = pruned(method, "2:4", 0.5)
    assert found.kept * 2 == sum(mask.numel() for mask in found.masks.values())
    for name, mask in found.masks.items():
        groups = mask.view(len(mask), -1, 4).sum(dim=2)
        assert (groups == 2).all(), name
    assert two_of_four(found.model, found.masks) == ["fc1", "fc2", "fc3"]
    with pytest.raises(UserError, match="float16 or bfloat16 on an NVIDIA card, got float32"):
        found.semi_structured()


@pytest.mark.parametrize(("method", "density"), [("magnitude", 0.25), ("synflow", 0.5)])
def test_blocks_are_kept_whole(method: str, density: float) -> None:
    found = pruned(method, "4x4", density)
    blocks = 0
    for mask in found.masks.values():
        rows, columns = mask.shape
        padded = torch.zeros(-(-rows // 4) * 4, -(-columns // 4) * 4)
        padded[:rows, :columns] = mask
        sums = padded.view(-(-rows // 4), 4, -(-columns // 4), 4).sum(dim=(1, 3))
        full_sums = torch.zeros_like(padded)
        full_sums[:rows, :columns] = 1.0
        sizes = full_sums.view(-(-rows // 4), 4, -(-columns // 4), 4).sum(dim=(1, 3))
        assert ((sums == 0) | (sums == sizes)).all()
        blocks += int((sums > 0).sum())
    total = sum(-(-m.shape[0] // 4) * -(-m.shape[1] // 4) for m in found.masks.values())
    assert blocks == round(density * total)
    with pytest.raises(UserError, match="prune with the allocation 2:4 first"):
        found.semi_structured()


class Upwards(nn.Module):
    """A transposed convolution, whose inputs are its first dimension."""

    def __init__(self) -> None:
        super().__init__()
        self.up, self.out = nn.ConvTranspose2d(1, 6, 3, stride=2), nn.LazyLinear(10)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.out(self.up(x).relu().flatten(1))


def test_a_transposed_convolution_is_grouped_along_its_inputs() -> None:
    model = Upwards()
    model(torch.zeros(1, 1, 8, 8))
    mask = pruned("magnitude", "1:3", 1 / 3, model).masks["up.weight"]
    assert (mask.movedim(0, -1).reshape(6, 3, 3).sum(dim=2) == 1).all()


class InGroups(nn.Module):
    """Transposed convolutions in groups, whose units each hear inputs of their own."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.up = nn.Conv2d(1, 6, 1), nn.ConvTranspose2d(6, 4, 2, groups=2)
        self.out = nn.Linear(4 * 81, 10)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.out(self.up(self.first(x).relu()).relu().flatten(1))


@pytest.mark.parametrize(
    ("method", "pattern", "density"),
    [("magnitude", "fan-in", 0.5), ("wanda", "fan-in", 0.25), ("magnitude", "2:4", 0.5)],
)
def test_units_of_transposed_convolutions_in_groups_keep_alike(
    method: str, pattern: str, density: float
) -> None:
    mask = pruned(method, pattern, density, InGroups()).masks["up.weight"]
    counts = [int(mask[3 * g : 3 * g + 3, unit].sum()) for g in range(2) for unit in range(2)]
    assert counts == [round(12 * density)] * 4
    if pattern == "2:4":
        rows = [mask[3 * g : 3 * g + 3, unit] for g in range(2) for unit in range(2)]
        assert all((row.movedim(0, -1).reshape(3, 4).sum(1) == 2).all() for row in rows)


REFUSED = [
    ("imp", "2:4", 0.5, "patterns are cut once"),
    ("rigl", "4x4", 0.5, "patterns are cut once"),
    ("edge-popup", "2:4", 0.5, "patterns are cut once"),
    ("synflow", "2:4", 0.5, "2:4 is one density"),
    ("random-snip", "2:4", 0.5, "not by a pattern"),
    ("unit", "2:4", 0.5, "does not allocate weights"),
    ("magnitude", "2:4", 0.2, "2:4 keeps 0.5 of the weights"),
    ("magnitude", "4:2", 0.5, "N:M with N below M"),
]


@pytest.mark.parametrize(("method", "pattern", "density", "said"), REFUSED)
def test_what_does_not_go_with_a_pattern_says_so(
    method: str, pattern: str, density: float, said: str
) -> None:
    with pytest.raises(UserError, match=said):
        pruned(method, pattern, density)


def test_what_the_pattern_finds_is_what_is_alive() -> None:
    model = nn.Linear(8, 3)
    masks = full(model)
    assert Groups(2, 4).holds(torch.zeros(3, 8, dtype=torch.bool))
    assert not Groups(2, 4).holds(masks["weight"])
