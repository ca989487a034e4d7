"""The modes of PyTorch that a caller may be in, which are no modes of ours.

Under `torch.no_grad` and `torch.inference_mode` nothing could be trained. Under `torch.autocast`
PyTorch keeps casts of weights until the caller leaves it: a model would go on with the weights of
its first pass, whatever training or a mask does to them.
"""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager

from wann.errors import UserError
from wann.network.torch_module import torch

_DEVICES = ("cpu", "cuda", "mps", "xpu")


@contextmanager
def in_own_modes() -> Iterator[None]:
    """Take gradients, make ordinary tensors and cast nothing in this block, or in a function.

    The modes of the caller are as before afterwards.
    """
    with ExitStack() as modes:
        modes.enter_context(torch.inference_mode(False))
        modes.enter_context(torch.enable_grad())
        for device in _DEVICES:
            if torch.is_autocast_enabled(device):
                modes.enter_context(torch.autocast(device, enabled=False))
        yield


def ordinary(tensor: torch.Tensor) -> torch.Tensor:
    """Return a tensor that gradients may lead through: a copy of one of `torch.inference_mode`."""
    is_inference = isinstance(tensor, torch.Tensor) and tensor.is_inference()
    return tensor.clone() if is_inference else tensor  # what is no tensor is refused elsewhere


def refuse_inference(parameters: Mapping[str, torch.Tensor]) -> None:
    """Raise UserError if one of `parameters`, by name, cannot be changed in the present mode."""
    if torch.is_inference_mode_enabled():
        return
    for name, parameter in parameters.items():
        if parameter.is_inference():
            raise UserError(
                f"{name!r} was made under torch.inference_mode, and cannot be changed outside of "
                "it: make the model outside, or give copy.deepcopy(model)"
            )
