import copy

import pytest
import torch
from pruning_toys import Mlp, conv_net, generator, lenet
from safetensors.torch import save_file
from torch import nn

from wann.errors import UserError
from wann.pruning import masks


class Transformer(nn.Module):
    """An embedding that is the output layer too."""

    def __init__(self, tied: bool) -> None:
        super().__init__()
        self.embed, self.body, self.head = (
            nn.Embedding(5, 4),
            nn.Linear(4, 4),
            nn.Linear(4, 5, bias=False),
        )
        self.norm, self.scale = nn.LayerNorm((3, 4)), nn.Parameter(torch.ones(4))
        if tied:
            self.head.weight = self.embed.weight


def random_masks(seed: int = 0, density: float = 0.3) -> masks.Masks:
    shapes = {"fc1.weight": (8, 5), "fc2.weight": (3, 8)}
    return {
        n: torch.rand(shape, generator=generator(seed)) < density for n, shape in shapes.items()
    }


def test_weights_of_layers_are_prunable_and_nothing_else() -> None:
    assert masks.prunable(lenet()) == ["fc1.weight", "fc2.weight", "fc3.weight"]
    assert masks.prunable(conv_net()) == ["0.weight", "4.weight", "8.weight"]
    assert masks.prunable(Transformer(tied=False)) == ["body.weight", "head.weight"]
    every = nn.ModuleList(
        [nn.Conv1d(2, 2, 1), nn.ConvTranspose2d(2, 2, 1), nn.Conv3d(2, 2, 1), nn.Bilinear(2, 2, 2)]
    )
    assert masks.prunable(every) == ["0.weight", "1.weight", "2.weight", "3.weight"]
    assert masks.total(masks.full(lenet())) == 266_200


@pytest.mark.parametrize(
    ("protect", "left"),
    [
        ("fc3", ["fc1.weight", "fc2.weight"]),
        (["fc3"], ["fc1.weight", "fc2.weight"]),
        (["fc1.weight", "fc3"], ["fc2.weight"]),
        (["fc[13]"], ["fc2.weight"]),
        (["*.bias"], ["fc1.weight", "fc2.weight", "fc3.weight"]),
    ],
)
def test_layers_are_protected_by_name_and_pattern(
    protect: str | list[str], left: list[str]
) -> None:
    assert list(masks.full(lenet(), protect)) == left


def test_protecting_a_module_protects_all_inside() -> None:
    model = nn.ModuleDict(
        {"body": nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2)), "head": nn.Linear(2, 2)}
    )
    assert masks.prunable(model, ["body"]) == ["head.weight"]
    assert masks.prunable(model, ["body.*"]) == ["head.weight"]


def tied_layers() -> nn.Module:
    """Two layers with one weight."""
    model = nn.Sequential(nn.Linear(3, 3), nn.Linear(3, 3))
    model[1].weight = model[0].weight
    return model


@pytest.mark.parametrize(
    ("model", "protect", "words"),
    [
        (lenet(), ["fc9"], ["'fc9'", "fc1", "fc2", "fc3"]),
        (lenet(), ["*"], ["no prunable layer", "fc1.weight", "protected"]),
        (nn.Sequential(nn.BatchNorm1d(4), nn.ReLU()), [], ["no prunable layer", "Sequential"]),
        (Transformer(tied=True), [], ["'head.weight'", "'embed.weight'", "share"]),
        (tied_layers(), [], ["'0.weight'", "'1.weight'", "share"]),
        (nn.LazyLinear(3), [], ["'weight'", "one batch"]),
    ],
)
def test_what_cannot_be_pruned_is_said(
    model: nn.Module, protect: list[str], words: list[str]
) -> None:
    with pytest.raises(UserError) as error:
        masks.prunable(model, protect)
    assert all(word in str(error.value) for word in words)
    assert "\n" not in str(error.value)


def test_shared_weights_can_be_protected() -> None:
    assert masks.prunable(Transformer(tied=True), ["head"]) == ["body.weight"]


def test_apply_zeroes_in_place_and_keeps_the_keys_and_the_class() -> None:
    model = lenet()
    keys, kind, parameter = list(model.state_dict()), type(model.fc1), model.fc1.weight
    before = model.fc2.weight.clone()
    kept = masks.random_like(
        masks.full(model) | {"fc1.weight": torch.rand(300, 784) < 0.5}, generator()
    )
    kept["fc2.weight"] = torch.rand(100, 300, generator=generator()) < 0.2
    masks.apply(model, kept)
    assert list(model.state_dict()) == keys
    assert type(model.fc1) is kind
    assert model.fc1.weight is parameter
    assert torch.equal(model.fc2.weight, before * kept["fc2.weight"])
    copied = copy.deepcopy(model)
    assert torch.equal(copied.fc2.weight, model.fc2.weight)


def test_apply_removes_what_is_not_a_number() -> None:
    model = Mlp(2, 2)
    model.fc1.weight.data[0, 0] = torch.nan
    masks.apply(model, {"fc1.weight": torch.tensor([[False, True], [True, True]])})
    assert model.fc1.weight[0, 0] == 0.0


@pytest.mark.parametrize(
    ("name", "mask", "words"),
    [
        ("fc1.weight", torch.ones(3, 2, dtype=torch.bool), ["'fc1.weight'", "(3, 2)", "(2, 3)"]),
        ("fc7.weight", torch.ones(2, 3, dtype=torch.bool), ["'fc7.weight'", "fc1.weight"]),
        ("fc1.weight", torch.ones(2, 3), ["'fc1.weight'", "float32", "bool"]),
        (
            "fc1.weight",
            torch.ones(2, 3, dtype=torch.bool, device="meta"),
            ["'fc1.weight'", "meta", "cpu"],
        ),
    ],
)
def test_masks_that_do_not_fit_are_refused(name: str, mask: torch.Tensor, words: list[str]) -> None:
    with pytest.raises(UserError) as error:
        masks.apply(Mlp(3, 2), {name: mask})
    assert all(word in str(error.value) for word in words)


def test_counts_are_of_weights_alone() -> None:
    some = {
        "a.weight": torch.tensor([[True, False], [True, True]]),
        "a.bias": torch.tensor([True, False]),
    }
    assert (masks.counts(some), masks.kept(some), masks.total(some), masks.density(some)) == (
        {"a.weight": 3},
        3,
        4,
        0.75,
    )


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("scope", ["layer", "global"])
def test_shuffled_masks_differ_and_keep_as_many(scope: str, seed: int) -> None:
    before = random_masks(seed)
    copied = {name: mask.clone() for name, mask in before.items()}
    after = masks.shuffle(before, generator(seed), scope)
    assert masks.kept(after) == masks.kept(before)
    assert any(not torch.equal(after[name], before[name]) for name in before)
    assert all(torch.equal(before[name], copied[name]) for name in before)
    if scope == "layer":
        assert masks.counts(after) == masks.counts(before)
        assert all(not torch.equal(after[name], before[name]) for name in before)
    assert all(
        torch.equal(masks.shuffle(before, generator(seed), scope)[n], after[n]) for n in before
    )


def test_the_smallest_mask_is_shuffled_too() -> None:
    for seed in range(20):
        assert masks.shuffle({"a": torch.tensor([[True, False]])}, generator(seed))[
            "a"
        ].tolist() == [[False, True]]
    assert masks.shuffle({"a": torch.ones(2, 2, dtype=torch.bool)}, generator())["a"].all()
    with pytest.raises(UserError, match="'layer' or 'global'"):
        masks.shuffle({}, generator(), "even")


def test_random_masks_keep_as_many_in_each_layer() -> None:
    before = random_masks()
    after = masks.random_like(before, generator(5))
    assert masks.counts(after) == masks.counts(before)
    assert not torch.equal(after["fc1.weight"], before["fc1.weight"])


def test_overlap_counts_what_is_common() -> None:
    a = {"x": torch.tensor([[True, True, False, False]]), "y": torch.tensor([[True]])}
    b = {"x": torch.tensor([[True, False, True, False]]), "y": torch.tensor([[True]])}
    found = masks.overlap(a, b)
    assert found["x"][:3] == (1, 3, 1 / 3)
    assert found["y"] == (1, 1, 1.0, 1.0)
    assert found[""][:3] == (2, 4, 0.5)
    with pytest.raises(UserError, match="differ in y"):
        masks.overlap(a, {"x": b["x"]})
    empty = {"x": torch.zeros(2, 2, dtype=torch.bool)}
    assert masks.overlap(empty, empty)["x"].iou == 1.0


def test_the_expected_overlap_is_that_of_random_masks() -> None:
    a = {
        "x": torch.rand(40, 50, generator=generator(1)) < 0.3,
        "y": torch.rand(30, 10, generator=generator(2)) < 0.6,
    }
    b = {
        "x": torch.rand(40, 50, generator=generator(3)) < 0.1,
        "y": torch.rand(30, 10, generator=generator(4)) < 0.5,
    }
    chance = generator(9)
    draws = [
        masks.overlap(masks.random_like(a, chance), masks.random_like(b, chance))
        for _ in range(400)
    ]
    for name, expected in masks.overlap(a, b).items():
        drawn = torch.tensor([draw[name].iou for draw in draws], dtype=torch.float64)
        assert abs(expected.expected - float(drawn.mean())) < 4 * float(drawn.std()) / 20


def test_masks_come_back_from_files(tmp_path) -> None:
    before = random_masks()
    masks.save(tmp_path / "masks.safetensors", before)
    after = masks.load(str(tmp_path / "masks.safetensors"))
    assert list(after) == list(before)
    assert all(torch.equal(after[name], before[name]) for name in before)
    assert [path.name for path in tmp_path.iterdir()] == ["masks.safetensors"]


def test_damaged_and_foreign_files_are_refused_in_one_line(tmp_path) -> None:
    masks.save(tmp_path / "good", random_masks())
    whole = (tmp_path / "good").read_bytes()
    (tmp_path / "half").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / "text").write_text("not masks at all, but long enough for a header")
    (tmp_path / "flipped").write_bytes(whole[:-1] + bytes([1 - whole[-1]]))
    save_file({"fc1.weight": torch.ones(2, 2)}, tmp_path / "weights")
    for name in ("half", "empty", "text", "flipped", "weights", "missing", "."):
        with pytest.raises(UserError) as error:
            masks.load(tmp_path / name)
        assert str(tmp_path) in str(error.value)
        assert "\n" not in str(error.value)
