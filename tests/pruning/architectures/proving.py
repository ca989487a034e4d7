"""Proves on one architecture that pruning is right, and says in a row what came of it."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import torch
from architectures import COUNT, Architecture
from torch import nn
from torch.nn import functional

from wann.config import Training
from wann.errors import UserError
from wann.pruning import Hold, PrunedModel, prune
from wann.pruning.forward import Examples, call, run, tensors_in

DENSITY, NEAR = 0.5, 1e-5
TRAINING = Training(steps=3, batch=8, check_every=3, learning_rate=0.01)
_FEW_BITS = 0.05  # of bfloat16: 8 bits


class Row(NamedTuple):
    """What came of one architecture."""

    name: str
    weights: str  # kept of all, or "" where pruning is refused
    left_whole: str
    units: str  # parameters before and after shrinking
    exported: bool
    said: list[str]  # in one line each: what is refused or held, why, and what to do


def prove(name: str, entry: Architecture, folder: Path, *, any_batch: bool = False) -> Row:
    """Prune by weights and units, shrink, train on, and export to `folder`; return what came.

    Exporting for batches of any size takes four times as long as for the one that is at hand.
    """
    said: list[str] = []
    weights = _or_protected(entry, said, lambda protect: _weights(entry, protect))
    units = _or_protected(entry, said, lambda protect: _units(entry, protect))
    numbers, small = "", None
    try:
        small = _shrunk(entry, units) if units is not None else None
    except UserError as error:
        said.append(_line(error))
    if small is not None:
        _trains_on(entry, units, small)
        numbers = f"{_size(units.model):,} → {_size(small.model):,}"
        said += held_lines(small)
    exported = False
    if units is not None:
        pruned = units if small is None else small
        exported = _exported(entry, pruned, folder / as_file(name), said, any_batch)
    kept = "" if weights is None else f"{weights.kept:,} of {_total(weights):,}"
    whole = {} if weights is None else dict(weights.left_whole)
    return Row(name, kept, ", ".join(whole), numbers, exported, list(dict.fromkeys(said)))


def as_file(name: str) -> str:
    """Return the name of the files of an architecture, without an ending."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def held_lines(pruned: PrunedModel) -> list[str]:
    """Return what shrinking says of layers that it leaves large, each reason once."""
    layers: dict[str, list[str]] = {}
    for entry in pruned.held:
        layers.setdefault(entry.reason, []).append(entry.layer)
    return [f"{', '.join(names)}: {reason}" for reason, names in layers.items()]


def _or_protected(
    entry: Architecture, said: list[str], make: Callable[[tuple[str, ...]], PrunedModel]
) -> Any:
    """Return what `make` returns; where it refuses, with what its line says to protect."""
    try:
        return make(())
    except UserError as error:
        line = _line(error)
    said.append(line)
    if not entry.protect:
        return None
    assert "protect" in line, line
    assert all(repr(name) in line for name in entry.protect), line
    return make(entry.protect)


def _line(error: UserError) -> str:
    assert "\n" not in str(error)
    return str(error)


def _settings(entry: Architecture, protect: tuple[str, ...]) -> dict[str, Any]:
    own = {"loss": _loss, "metric": lambda a, b: -_loss(a, b)} if entry.targets else {}
    return {"training": TRAINING, "protect": protect, **own}


def _loss(outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    if outputs.ndim == 3:  # numbers for each word
        outputs = outputs.transpose(1, 2)
    return functional.cross_entropy(outputs.float(), targets)


def _weights(entry: Architecture, protect: tuple[str, ...]) -> PrunedModel:
    """Prune by three methods, one of them on batches of the user's own; all counts are exact."""
    how, data = _settings(entry, protect), entry.data()
    model = entry.model()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    found = prune(model, data, "magnitude", DENSITY, trained=True, **how)
    for name, value in model.state_dict().items():
        assert torch.equal(value, before[name]), f"{name} of the given model was changed"
    _check_weights(model, found)
    snip = prune(model, data, "snip", DENSITY, allow_empty=True, **how)
    _check_weights(model, snip)
    if isinstance(data.x, torch.Tensor):
        batches = [(data.x[k : k + 8], data.y[k : k + 8]) for k in range(0, len(data.y), 8)]
        own = prune(model, batches, "lamp", DENSITY, trained=True, retrain=False, **how)
        _check_weights(model, own)
    return found


def _check_weights(model: nn.Module, found: PrunedModel) -> None:
    """The counts are exact, zeros are zeros, types stay, and nothing else is zero."""
    inner = getattr(model, "_orig_mod", model)
    given, now = (dict(m.named_parameters()) for m in (inner, found.model))
    total = sum(now[name].numel() for name in found.masks)
    kept = sum(int((now[name] != 0).sum()) for name in found.masks)
    assert found.kept == kept == round(DENSITY * total)
    for name, parameter in now.items():
        assert parameter.dtype == given[name].dtype, name
        assert parameter.shape == given[name].shape, name
        assert parameter.requires_grad == given[name].requires_grad, name
        if name in found.masks:
            assert not parameter[~found.masks[name]].any(), name
        else:
            assert int((parameter == 0).sum()) <= int((given[name] == 0).sum()), name
    _check_made(found)


def _check_made(found: PrunedModel) -> None:
    """Zeros in what a weight is computed from are zeros in the weight that layers use."""
    for name, mask in found.masks.items():
        if ".parametrizations." in name:
            place, weight = name.split(".parametrizations.")
            used = getattr(found.model.get_submodule(place), weight.split(".")[0])
            assert torch.equal(used != 0, mask), name


def _units(entry: Architecture, protect: tuple[str, ...]) -> PrunedModel:
    """Prune units: each layer keeps half of them, those of the outputs all."""
    how = _settings(entry, protect)
    found = prune(entry.model(), entry.data(), "unit", DENSITY, trained=True, **how)
    whole = 0
    for name, mask in found.masks.items():
        values = found.model.get_parameter(name)
        assert not values[~mask].any(), name
        if mask.ndim > 1:
            layer = found.model.get_submodule(name.rpartition(".")[0])
            axis = int(isinstance(layer, nn.modules.conv._ConvTransposeNd))
            alive = int((values.transpose(0, axis).flatten(1) != 0).any(1).sum())
            whole += alive == values.shape[axis]
            assert alive in (values.shape[axis], round(DENSITY * values.shape[axis])), name
    assert whole <= 2, "more layers than those of the outputs are whole"
    return found


def _shrunk(entry: Architecture, found: PrunedModel) -> PrunedModel:
    """Make the model smaller; outputs, types and what is trained are as before."""
    small = found.shrunk()
    fresh = entry.examples(COUNT // 4, 6)
    _check_same(found.model.eval(), small.model, fresh)
    now = {**dict(small.model.named_parameters()), **dict(small.model.named_buffers())}
    for name, value in (*found.model.named_parameters(), *found.model.named_buffers()):
        assert now[name].dtype == value.dtype, name
        assert now[name].requires_grad == value.requires_grad, name
        if name in small.masks:
            assert small.masks[name].shape == now[name].shape, name
            assert not now[name][~small.masks[name]].any(), name
    _check_ties(found.model, small.model)
    return small


def _check_same(one: nn.Module, other: nn.Module, examples: Examples) -> None:
    with torch.no_grad():
        first, second = (tensors_in(call(model, examples)) for model in (one, other))
    assert len(first) == len(second)
    for a, b in zip(first, second, strict=True):
        near = NEAR if a.dtype == torch.float32 else _FEW_BITS
        assert a.dtype == b.dtype
        torch.testing.assert_close(a, b, rtol=near, atol=near)


def _check_ties(model: nn.Module, small: nn.Module) -> None:
    """Parameters that are one have stayed one."""
    every = [dict(m.named_parameters(remove_duplicate=False)) for m in (model, small)]
    owners = [{name: id(p) for name, p in parameters.items()} for parameters in every]
    for name, owner in owners[0].items():
        for other, its in owners[0].items():
            assert (owner == its) == (owners[1][name] == owners[1][other]), (name, other)


def _trains_on(entry: Architecture, found: PrunedModel, small: PrunedModel) -> None:
    """A step of SGD reaches all that it reached before, and zeros stay zeros."""
    reached = []
    for pruned in (found, small):
        model = pruned.model.train()
        hold = Hold(model, pruned.masks)
        optimizer = torch.optim.SGD(
            [p for p in model.parameters() if p.requires_grad], 0.01, momentum=0.9, weight_decay=0.1
        )
        for _ in range(2):
            optimizer.zero_grad()
            data = entry.data()
            _loss(run(model, data.x), data.y).backward()
            hold.gradients()
            optimizer.step()
            hold.weights()
        reached.append({name for name, p in model.named_parameters() if p.grad is not None})
        for name, mask in pruned.masks.items():
            assert not model.get_parameter(name)[~mask].any(), name
        assert all(bool(p.isfinite().all()) for p in model.parameters())
        model.eval()
    assert reached[0] <= reached[1]


def _exported(
    entry: Architecture, pruned: PrunedModel, path: Path, said: list[str], any_batch: bool
) -> bool:
    """Write the program, and beside it inputs and the outputs that it is to give."""
    example = entry.examples(2, 7)
    try:
        program = pruned.export(
            path.with_suffix(".pt2"), example, shrink=False, any_batch=any_batch
        )
    except UserError as error:
        said.append(_line(error))
        return False
    examples = entry.examples(7 if any_batch else 2, 8)
    with torch.no_grad():
        outputs = tensors_in(call(pruned.model.eval(), examples))
    tensors = {"": examples} if isinstance(examples, torch.Tensor) else _named(examples)
    torch.save({"inputs": tensors, "outputs": outputs}, program.with_suffix(".pt"))
    return True


def _named(examples: Any) -> dict[str, torch.Tensor]:
    names = examples.names or [str(k) for k in range(len(examples.tensors))]
    return dict(zip(names, examples.tensors, strict=True))


def _size(model: nn.Module) -> int:
    return sum(parameter.numel() for parameter in model.parameters())


def _total(found: PrunedModel) -> int:
    return sum(mask.numel() for mask in found.masks.values())
