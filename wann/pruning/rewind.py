"""From which weights training goes on once some are pruned."""

import enum
from collections.abc import Callable, Mapping

import torch
from torch import nn

from wann.errors import UserError
from wann.pruning.torch_random import devices_of, seed_from, settled


class Rewind(enum.Enum):
    """What happens to the weights that are kept; by value, as in settings."""

    # Trained on as they are. This is fine-tuning; with the learning rates of the first training it
    # is learning-rate rewinding (Renda 2020).
    KEEP = "keep"
    INITIAL = "initial"  # set back to before training: a lottery ticket (Frankle & Carbin 2019)
    STEP = "step"  # set back to an early step of training: late rewinding (Frankle et al. 2020)
    REINIT = "reinit"  # drawn anew: the control for the two above


def state_of(model: nn.Module) -> dict[str, torch.Tensor]:
    """Return a copy of the state of `model`, to rewind to later."""
    return {name: value.detach().clone() for name, value in model.state_dict().items()}


def rewind(model: nn.Module, to: Mapping[str, torch.Tensor]) -> None:
    """Set `model` to the state `to`, parameters and buffers, in place.

    Masks are to be applied again afterwards. UserError if names or shapes do not fit.
    """
    has = model.state_dict()
    for name in [*has, *to]:
        if (
            name not in has
            or name not in to
            or (isinstance(to[name], torch.Tensor) and to[name].shape != has[name].shape)
        ):
            expected = tuple(has[name].shape) if name in has else "nothing"
            came = tuple(to[name].shape) if name in to else "nothing"
            raise UserError(
                f"the state to rewind to does not fit at {name!r}: expected {expected}, got {came}"
            )
    model.load_state_dict(to)


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
