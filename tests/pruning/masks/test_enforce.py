"""Masks hold whatever is done to a model between two steps, and no stale memory is written."""

import copy
from collections.abc import Callable

import pytest
import torch
from pruning_toys import Mlp, generator
from torch import nn

from wann.errors import UserError
from wann.pruning import masks
from wann.pruning.masks.enforce import Hold

OPTIMIZERS: dict[str, Callable] = {
    "adamw, foreach": lambda p: torch.optim.AdamW(p, 0.1, foreach=True),
    "adamw, fused": lambda p: torch.optim.AdamW(p, 0.1, fused=True),
    "sgd, fused": lambda p: torch.optim.SGD(p, 0.1, 0.9, weight_decay=0.1, fused=True),
    "rmsprop": lambda p: torch.optim.RMSprop(p, 0.1, momentum=0.9),
    "adagrad": lambda p: torch.optim.Adagrad(p, 0.1),
    "nadam": lambda p: torch.optim.NAdam(p, 0.1),
    "lbfgs": lambda p: torch.optim.LBFGS(p, 0.1, max_iter=1),
}


def some_masks(model: nn.Module) -> masks.Masks:
    chance = generator(3)
    return {
        name: torch.rand(mask.shape, generator=chance) < 0.3
        for name, mask in masks.full(model).items()
    }


def revived(model: nn.Module, found: masks.Masks) -> int:
    """Return how many weights are there that the masks prune."""
    return sum(int((model.get_parameter(name)[~mask] != 0).sum()) for name, mask in found.items())


def step(model: nn.Module, hold: Hold, optimizer: torch.optim.Optimizer) -> None:
    weight = next(model.parameters())
    x = torch.randn(5, 6, generator=generator(1)).to(weight)

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        loss = model(x).square().sum()
        loss.backward()
        hold.gradients()
        return loss

    optimizer.step(closure)
    hold.weights()


def assign(model: nn.Module) -> None:
    model.load_state_dict({k: v.clone() for k, v in model.state_dict().items()}, assign=True)


def set_data(model: nn.Module) -> None:
    for parameter in model.parameters():
        parameter.data = parameter.data + 1.0


def swap_parameter(model: Mlp) -> None:
    model.fc1.weight = nn.Parameter(torch.ones_like(model.fc1.weight))


def swap_layer(model: Mlp) -> None:
    model.fc2 = copy.deepcopy(model.fc2)
    with torch.no_grad():
        model.fc2.weight.fill_(1.0)


def channels_last(model: nn.Module) -> None:
    """Lay the numbers of a weight out in another order, in new memory."""
    weight = model.fc1.weight
    weight.data = weight.data.t().contiguous().t()


def swap_tensors(model: nn.Module) -> None:
    torch.__future__.set_swap_module_params_on_conversion(True)
    try:
        model.to(torch.float64)
    finally:
        torch.__future__.set_swap_module_params_on_conversion(False)


CHANGES: dict[str, Callable] = {
    "share_memory": lambda m: m.share_memory(),
    "assign": assign,
    "data": set_data,
    "double": lambda m: m.double(),
    "half": lambda m: m.half(),
    "bfloat16": lambda m: m.to(torch.bfloat16),
    "apply": lambda m: m._apply(lambda t: t.clone() + 1.0),
    "parameter": swap_parameter,
    "layer": swap_layer,
    "layout": channels_last,
    "swapped": swap_tensors,
    "meta and back": lambda m: m.to("meta").to_empty(device="cpu"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_masks_hold_for_what_is_there_now(name: str) -> None:
    model = Mlp(6, 5, 4)
    found = some_masks(model)
    hold = Hold(model, found)
    hold.weights()
    before = [parameter.data for parameter in model.parameters()]
    CHANGES[name](model)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.fill_(1.0)
    old = [values.fill_(7.0) for values in before] if name in ("assign", "double", "half") else []
    hold.weights()
    assert revived(model, found) == 0
    assert all((values == 7.0).all() for values in old)
    assert all(model.get_parameter(n)[mask].all() for n, mask in found.items())
    optimizer = torch.optim.SGD(model.parameters(), 0.1, 0.9)
    for _ in range(2):
        step(model, hold, optimizer)
    assert revived(model, found) == 0
    assert not any(
        optimizer.state[model.get_parameter(n)]["momentum_buffer"][~mask].any()
        for n, mask in found.items()
    )


def test_memory_that_was_shared_is_not_written_again() -> None:
    model = Mlp(64, 50, 4)
    found = some_masks(model)
    hold = Hold(model, found)
    model.share_memory()
    others = [torch.ones(50 * 64) for _ in range(50)]  # one of them gets what was freed
    hold.weights()
    assert revived(model, found) == 0
    assert all(bool((other == 1).all()) for other in others)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_no_optimizer_revives_what_is_pruned(name: str) -> None:
    model = Mlp(6, 5, 4)
    found = some_masks(model)
    hold, optimizer = Hold(model, found), OPTIMIZERS[name](list(model.parameters()))
    hold.weights()
    for _ in range(3):
        step(model, hold, optimizer)
    assert revived(model, found) == 0


def test_a_copy_of_model_and_hold_is_held_as_well() -> None:
    model = Mlp(6, 5, 4)
    found = some_masks(model)
    copied, hold = copy.deepcopy((model, Hold(model, found)))
    hold.weights()
    assert revived(copied, found) == 0
    assert revived(model, found) > 0


def test_gradients_of_any_layout_are_held() -> None:
    model = Mlp(6, 5, 4)
    found = some_masks(model)
    hold = Hold(model, found)
    model.fc1.weight.grad = torch.ones(6, 5).t()
    model.fc2.weight.grad = torch.ones(4, 5, requires_grad=True) * 1.0  # as create_graph leaves it
    hold.gradients()
    for name, mask in found.items():
        assert torch.equal(model.get_parameter(name).grad != 0, mask)


@pytest.mark.parametrize(
    "dtype",
    [
        torch.float64,
        torch.float32,
        torch.bfloat16,
        torch.float16,
        torch.complex64,
        torch.complex128,
    ],
)
@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
@pytest.mark.parametrize("wrong", [float("nan"), float("inf"), -float("inf")])
def test_what_is_no_number_is_held_in_any_type_and_layout(
    dtype: torch.dtype, layout: torch.memory_format, wrong: float
) -> None:
    layer = nn.Conv2d(4, 5, 3, dtype=dtype).to(memory_format=layout)
    before = layer.weight.detach().clone()
    mask = torch.rand(before.shape, generator=generator()) < 0.5
    with torch.no_grad():
        layer.weight.masked_fill_(~mask, wrong)
    layer.weight.grad = layer.weight.detach().clone(memory_format=torch.contiguous_format)
    hold = Hold(layer, {"weight": mask})
    hold.gradients()
    hold.weights()
    expected = torch.where(mask, before, torch.zeros_like(before))
    assert torch.equal(layer.weight, expected)
    assert torch.equal(layer.weight.grad, expected)


def shrunk(model: Mlp) -> None:
    model.fc1 = nn.Linear(6, 4)


def removed(model: Mlp) -> None:
    del model.fc1


def narrowed(model: Mlp) -> None:
    model.fc1.weight.data = model.fc1.weight.data[:3]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (shrunk, "'fc1.weight' has shape (5, 6), the parameter (4, 6)"),
        (removed, "no parameter 'fc1.weight'"),
        (narrowed, "'fc1.weight' has shape (5, 6), the parameter (3, 6)"),
    ],
)
def test_a_model_that_no_longer_fits_is_refused(change: Callable, words: str) -> None:
    model = Mlp(6, 5, 4)
    hold = Hold(model, some_masks(model))
    change(model)
    for call in (hold.weights, hold.gradients):
        with pytest.raises(UserError) as error:
            call()
        assert words in str(error.value)
        assert "\n" not in str(error.value)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_a_sparse_gradient_is_refused_by_name(dtype: torch.dtype) -> None:
    model = nn.Sequential(nn.Embedding(5, 3, sparse=True, dtype=dtype))
    hold = Hold(model, {"0.weight": torch.rand(5, 3, generator=generator()) < 0.5})
    model(torch.tensor([1, 2])).sum().backward()
    with pytest.raises(UserError, match=r"gradient of '0.weight' is sparse"):
        hold.gradients()


def test_a_second_name_of_a_shared_weight_is_held() -> None:
    layer = nn.Linear(3, 3)
    model = nn.Sequential(layer, layer)
    mask = torch.rand(3, 3, generator=generator()) < 0.5
    Hold(model, {"1.weight": mask}).weights()
    assert torch.equal(layer.weight != 0, mask)
