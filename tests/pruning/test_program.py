"""Pruned models as programs of PyTorch; that they run without `wann` is tested by architecture."""

import dataclasses
from pathlib import Path
from typing import Any

import pytest
import torch
from made_up_toys import SHORT, made_up, small
from shrinking_toys import Branching
from torch import nn

from wann.errors import UserError
from wann.pruning import Hold, PrunedModel, prune
from wann.pruning.program import export_program


@pytest.fixture(scope="module")
def pruned() -> PrunedModel:
    return prune(small(), made_up(), "unit", 0.5, training=SHORT)


def test_a_program_takes_batches_of_any_size(pruned: PrunedModel, tmp_path: Path) -> None:
    path = pruned.export(tmp_path / "model.pt2")
    program = torch.export.load(path).module()
    for count in (1, 2, 9):
        x = torch.randn(count, 12)
        assert torch.allclose(program(x), pruned.model.eval()(x), atol=1e-5)
    sizes = [sum(p.numel() for p in m.parameters()) for m in (program, pruned.model)]
    assert sizes[0] < 0.6 * sizes[1]
    whole = torch.export.load(pruned.export(tmp_path / "whole.pt2", shrink=False)).module()
    assert sum(p.numel() for p in whole.parameters()) == sizes[1]


def test_a_shrunk_model_is_trained_on_and_its_zeros_stay() -> None:
    found = prune(small(), made_up(), "magnitude", 0.1, training=SHORT)
    left = found.shrunk()
    assert left.kept <= found.kept
    assert sum(mask.numel() for mask in left.masks.values()) < sum(
        mask.numel() for mask in found.masks.values()
    )
    assert left.held == found.held
    hold = Hold(left.model, left.masks)
    optimizer = torch.optim.Adam(left.model.parameters(), 0.1)
    for _ in range(3):
        optimizer.zero_grad()
        left.model(made_up().x).square().mean().backward()
        hold.gradients()
        optimizer.step()
        hold.weights()
    assert all(not left.model.get_parameter(n)[~mask].any() for n, mask in left.masks.items())


def test_a_pruned_bias_into_which_a_constant_is_folded_is_kept() -> None:
    model = nn.Sequential(nn.Linear(2, 3), nn.Sigmoid(), nn.Linear(3, 2), nn.Linear(2, 1))
    masks = {
        "0.weight": torch.tensor([[True, True], [False, False], [True, True]]),
        "2.weight": torch.ones(2, 3).bool(),
        "2.bias": torch.tensor([False, True]),
    }
    left = PrunedModel(model, masks, 0.0, None, None, example=torch.randn(2, 2)).shrunk()
    assert left.masks["0.weight"].shape == (2, 2)
    assert left.masks["2.bias"].tolist() == [True, True]


class Written(nn.Module):
    """Has the size of its batch written out."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.reshape(2, 3) + 1


@pytest.mark.parametrize(
    ("model", "name", "words"),
    [
        (nn.Linear(3, 2), "model.onnx", "expected a name that ends in .pt2"),
        (nn.Linear(3, 2), "there.pt2", "exists already"),
        (Branching(), "model.pt2", "Branching cannot be exported.*without branches on values"),
        (Written(), "model.pt2", "Written cannot be exported.*any_batch=False fixes the size"),
    ],
)
def test_what_cannot_be_exported_is_one_line(
    model: nn.Module, name: str, words: str, tmp_path: Path, capfd: Any
) -> None:
    (tmp_path / "there.pt2").write_bytes(b"mine")
    with pytest.raises(UserError, match=words) as error:
        export_program(model, tmp_path / name, torch.ones(2, 3))
    assert "\n" not in str(error.value)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["there.pt2"]
    assert capfd.readouterr() == ("", "")


def test_the_size_of_a_batch_may_be_fixed(tmp_path: Path) -> None:
    path = export_program(Written(), tmp_path / "two.pt2", torch.ones(2, 3), any_batch=False)
    assert torch.export.load(path).module()(torch.zeros(2, 3)).tolist() == [[1.0] * 3] * 2


def test_without_an_example_one_is_asked_for(pruned: PrunedModel, tmp_path: Path) -> None:
    bare = dataclasses.replace(pruned, example=None)
    for call in (bare.shrink, bare.shrunk, lambda: bare.export(tmp_path / "a.pt2")):
        with pytest.raises(UserError, match="expected a batch of inputs as `example`"):
            call()


def test_a_model_that_cannot_shrink_says_how_it_is_exported(tmp_path: Path) -> None:
    masks = {"layer.weight": torch.ones(3, 3).bool()}
    found = PrunedModel(Branching(), masks, 0.0, None, None, example=torch.randn(2, 3))
    with pytest.raises(UserError, match="shrink=False exports it as it is"):
        found.export(tmp_path / "a.pt2")
