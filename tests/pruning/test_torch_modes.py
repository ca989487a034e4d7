"""Whatever mode of PyTorch the caller is in, pruning is the same, or says what cannot be had."""

import copy
from collections.abc import Callable
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from made_up_toys import SHORT, made_up, small
from pruning_toys import Mlp
from torch import nn

import wann
from wann.errors import UserError
from wann.pruning import Data, Hold, Scoring, Subject, from_batches, load_data, masks, prune, shrink
from wann.pruning.methods import prune_at
from wann.pruning.scores import compute
from wann.pruning.structure.to_sparse import to_sparse
from wann.pruning.training import train

MODES: dict[str, Callable[[], Any]] = {
    "no_grad": torch.no_grad,
    "inference": torch.inference_mode,
    "autocast": partial(torch.autocast, "cpu", dtype=torch.bfloat16),
}
DATA = made_up()
X = DATA.x[:4]
MASKS = {"0.weight": torch.rand(20, 12, generator=torch.Generator().manual_seed(0)) < 0.3}


def scoring() -> Scoring:
    return Scoring(small(), masks.full(small(), examples=X), [(DATA.x, DATA.y)])


def trained() -> nn.Module:
    with torch.inference_mode(False):
        model = small()
    train(model, DATA, MASKS, SHORT)
    return model


def held() -> nn.Module:
    model = small().to(torch.bfloat16)
    Hold(model, MASKS).weights()
    return model


def weighted(method: str) -> list[torch.Tensor]:
    found = prune(small(), DATA, method, 0.5, training=SHORT)
    assert not any(p.is_inference() for p in found.model.parameters())
    return [*found.model.state_dict().values(), *found.masks.values()]


CALLS: dict[str, Callable[[], Any]] = {
    **{
        method: partial(weighted, method)
        for method in ("magnitude", "snip", "wanda", "obd", "fisher", "imp", "rigl", "edge-popup")
    },
    "batches": lambda: prune(small(), [(DATA.x, DATA.y)], "snip", training=SHORT).accuracy,
    "compute": lambda: [*compute("grasp", scoring()).values()],
    "prune_at": lambda: [*prune_at("snip", scoring(), 0.3).values()],
    "survey": lambda: masks.survey(small(), examples=X).names,
    "train": lambda: [*trained().state_dict().values()],
    "hold": lambda: [*held().parameters()],
    "measure": lambda: Subject(small(), DATA).measure(small()),
    "shrink": lambda: [*shrink(small(), MASKS, X).parameters()],
    "sparse": lambda: str(to_sparse(small().eval(), MASKS, X)),
}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", CALLS)
def test_a_call_gives_the_same_in_any_mode(name: str, mode: str) -> None:
    def state() -> list[bool]:
        enabled = torch.is_autocast_enabled("cpu")
        return [torch.is_grad_enabled(), torch.is_inference_mode_enabled(), enabled]

    expected = CALLS[name]()
    with MODES[mode]():
        before = state()
        found = CALLS[name]()
        assert state() == before
    if isinstance(expected, list) and isinstance(expected[0], torch.Tensor):
        assert all(torch.equal(a, b) for a, b in zip(found, expected, strict=True))
    else:
        assert found == expected


@pytest.mark.parametrize("inside", [True, False])
@pytest.mark.parametrize("method", ["magnitude", "snip", "obd", "imp", "signed-mask"])
def test_models_and_data_of_inference_mode_are_pruned(method: str, inside: bool) -> None:
    expected = prune(small(), DATA, method, 0.5, training=SHORT)
    with torch.inference_mode():
        model = small()
        data = Data(*(part.clone() for part in DATA[:6]), *DATA[6:])
    with torch.inference_mode() if inside else nullcontext():
        found = prune(model, data, method, 0.5, training=SHORT)
    assert found.accuracy == expected.accuracy
    assert torch.equal(found.model[0].weight, expected.model[0].weight)
    found.model(X).sum().backward()


def test_batches_made_in_inference_mode_train_outside_of_it() -> None:
    with torch.inference_mode():
        data = from_batches([(DATA.x, DATA.y)])
    assert not data.x.is_inference()


def test_a_pruned_model_is_exported_and_shrunk_on_an_example_of_inference_mode(
    tmp_path: Path,
) -> None:
    found = prune(small(), DATA, "magnitude", 0.5, training=SHORT)
    with torch.inference_mode():
        example = X.clone()
        path = found.export(tmp_path / "x.pt2", example)
        small_model = found.shrink(example)
    outputs = found.model.eval()(X)
    assert torch.allclose(torch.export.load(path).module()(X), outputs, atol=1e-5)
    assert torch.allclose(small_model(X), outputs, atol=1e-5)
    small_model(X).sum().backward()


@pytest.mark.parametrize("method", ["magnitude", "snip"])
def test_grown_networks_are_pruned_in_any_mode(method: str) -> None:
    pruned = prune(Mlp(64, 5, 10), load_data("digits"), "magnitude", 0.5, training=SHORT)
    network = wann.load(pruned)
    expected = wann.prune_network(network, method, 0.5, task="digits")
    with torch.inference_mode():
        found = wann.prune_network(network, method, 0.5, task="digits")
    assert np.array_equal(found.weights, expected.weights)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_what_cannot_be_changed_is_one_line(dtype: torch.dtype) -> None:
    with torch.inference_mode():
        model = small().to(dtype)
        masks.apply(model, MASKS)
        Hold(model, MASKS).weights()
    for call in (
        lambda: Hold(model, MASKS),
        lambda: masks.apply(model, MASKS),
        lambda: train(model, DATA, MASKS, SHORT),
    ):
        with pytest.raises(UserError, match=r"'0.weight' was made under torch.inference_mode"):
            call()
    Hold(copy.deepcopy(model), MASKS).weights()
