"""From which weights training goes on once some are pruned."""

import copy
import enum
from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import nn

from wann.errors import UserError
from wann.pruning.torch_modes import in_own_modes
from wann.pruning.torch_random import devices_of, seed_from, settled


class Rewind(enum.Enum):
    """What happens to the weights that are kept; by value, as in settings."""

    # Trained on as they are. This is fine-tuning; with the learning rates of the first training it
    # is learning-rate rewinding (Renda 2020).
    KEEP = "keep"
    INITIAL = "initial"  # set back to before training: a lottery ticket (Frankle & Carbin 2019)
    STEP = "step"  # set back to an early step of training: late rewinding (Frankle et al. 2020)
    REINIT = "reinit"  # drawn anew: the control for the two above


@in_own_modes()
def state_of(model: nn.Module) -> dict[str, torch.Tensor]:
    """Return a copy of the state of `model`, to rewind to later.

    Buffers that `state_dict` leaves out (`persistent=False`) are in it, and the extra state of
    modules, which need not be a tensor.
    """
    state: dict[str, Any] = model.state_dict()
    beside = {name: module._buffers[own] for name, (module, own) in _beside(model).items()}
    present = {name: value for name, value in beside.items() if value is not None}
    return {name: _copied(value) for name, value in (*state.items(), *present.items())}


@in_own_modes()
def set_state(model: nn.Module, to: Mapping[str, torch.Tensor]) -> None:
    """Set `model` to a state of such a model, in place.

    What `state_dict` leaves out stays as it is where `to` has none of it, as files of others.
    """
    beside = _beside(model)
    kept = {name: value for name, value in to.items() if name not in beside}
    # A module may hold what it is given, and change it
    extra = {name: _copied(kept[name]) for name in kept if is_extra(name)}
    model.load_state_dict(kept | extra)
    for name in beside:
        if name in to:
            _set_buffer(*beside[name], to[name])


def rewind(model: nn.Module, to: Mapping[str, torch.Tensor]) -> None:
    """Set `model` to the state `to`, parameters and buffers, in place; see `set_state`.

    Masks are to be applied again afterwards. UserError if names or shapes do not fit.
    """
    has, beside = model.state_dict(), _beside(model)
    for name in [*has, *to]:
        expected, came = (_kind(state, name) for state in (has, to))
        if name not in beside and expected != came:
            raise UserError(
                f"the state to rewind to does not fit at {name!r}: expected {expected}, got {came}"
            )
    set_state(model, to)


def stored(model: nn.Module, state: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Return what a file holds of a state, to be read back into copies of `model`.

    That is all but buffers that `state_dict` leaves out and that are as they are in `model`.
    UserError where a file cannot hold it.
    """
    refuse_unstored(model)
    beside = {name: module._buffers[own] for name, (module, own) in _beside(model).items()}
    found = {name: v for name, v in state.items() if not _is_same(v, beside.get(name))}
    for name, value in found.items():
        if value.layout != torch.strided:
            raise _unstored(model, name, f"a tensor of layout {value.layout}", "a dense one")
    return found


def refuse_unstored(model: nn.Module) -> None:
    """Raise UserError if files cannot hold the extra state of a module of `model`."""
    for name, value in model.state_dict().items():
        if not isinstance(value, torch.Tensor):
            expected = "a tensor of get_extra_state; wann.prune takes any"
            raise _unstored(model, name, type(value).__name__, expected)


def _unstored(model: nn.Module, name: str, came: str, expected: str) -> UserError:
    return UserError(
        f"{name!r} of {type(model).__name__} is {came}, which the files of a study cannot hold: "
        f"expected {expected}"
    )


def _beside(model: nn.Module) -> dict[str, tuple[nn.Module, str]]:
    """Return the module and the own name of each buffer that `state_dict` leaves out."""
    return {
        f"{prefix}.{own}".lstrip("."): (module, own)
        for prefix, module in model.named_modules(remove_duplicate=False)
        for own in module._buffers
        if own in module._non_persistent_buffers_set
    }


def _set_buffer(module: nn.Module, own: str, value: torch.Tensor) -> None:
    """Set a buffer in place, or replace it where that cannot be, as where it had another shape."""
    now = module._buffers[own]
    if now is None or now.shape != value.shape or not _is_plain(now):
        if not _is_same(value, now):
            module._buffers[own] = _copied(value if now is None else value.to(now.device))
    else:
        with torch.no_grad():
            now.copy_(value)


def _is_plain(value: torch.Tensor) -> bool:
    return value.layout == torch.strided and value.is_contiguous()


def _is_same(value: torch.Tensor, other: torch.Tensor | None) -> bool:
    if other is None or value.shape != other.shape or value.dtype != other.dtype:
        return False
    if value.layout == other.layout == torch.strided:
        return torch.equal(value, other.to(value.device))
    return torch.equal(value.to_dense(), other.to_dense().to(value.device))


def is_extra(name: str) -> bool:
    """Whether something of a state is what a module adds to it, of whatever kind."""
    return name.rpartition(".")[2] == "_extra_state"


def _copied(value: Any) -> Any:
    return value.detach().clone() if isinstance(value, torch.Tensor) else copy.deepcopy(value)


def _kind(state: Mapping[str, Any], name: str) -> tuple[int, ...] | str:
    """Return the shape of what a state has under a name; its kind, if that is no tensor."""
    if name not in state:
        return "nothing"
    value = state[name]
    is_weight = isinstance(value, torch.Tensor) and not is_extra(name)
    return tuple(value.shape) if is_weight else "extra state"


@in_own_modes()
def reinit(model: nn.Module, generator: torch.Generator) -> None:
    """Draw the parameters of `model` anew, in place.

    The method `reset_parameters` of each of its modules draws them, first in the inner modules. A
    module whose parameters begin in another way needs such a method itself, which is called after
    those of the modules in it. The global random numbers are as before afterwards. UserError if a
    parameter belongs to no such module.
    """
    refuse_without_reset(model)
    with settled(seed_from(generator), devices_of(model)), torch.no_grad():
        # `modules` lists parents before the modules in them: reversed, inner modules come first.
        for module in reversed(list(model.modules())):
            reset = _reset(module)
            if reset is not None:
                reset()


def _reset(module: nn.Module) -> Callable[[], None] | None:
    """Return the method of `module` that draws its parameters, if it has one."""
    return getattr(module, "reset_parameters", None) or getattr(module, "_reset_parameters", None)


def refuse_without_reset(module: nn.Module, name: str = "") -> None:
    """Raise UserError if a parameter of `module`, called `name`, cannot be drawn anew."""
    if _reset(module) is not None:
        return
    own = [own for own, _ in module.named_parameters(recurse=False)]
    if own:
        where = f"{type(module).__name__} at {name!r}" if name else type(module).__name__
        raise UserError(
            f"{where} cannot be drawn anew: give it a method reset_parameters, for {', '.join(own)}"
        )
    for child, inner in module.named_children():
        refuse_without_reset(inner, f"{name}.{child}".lstrip("."))
