"""How often a forward uses parameters itself, through functions, rather than by calling a layer."""

from typing import Any

from torch.overrides import TorchFunctionMode

from wann.network.torch_module import nn, torch

_SIDES = ("1d", "2d", "3d")
_BY_UNIT = frozenset(["linear", *(f"conv{sides}" for sides in _SIDES)])
_BY_INPUT = frozenset(f"conv_transpose{sides}" for sides in _SIDES)
_MATRICES = frozenset(["matmul", "__matmul__", "mm"])


class FunctionUses(TorchFunctionMode):
    """Counts, while a model runs, how often functions use each number of its parameters.

    Layers of PyTorch call such functions, so that their own calls are among those that are counted;
    recurrent layers and attention are not.
    """

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self._names = {p.data_ptr(): (name, p.numel()) for name, p in model.named_parameters()}
        self.uses: dict[str, int] = {}  # by the name of the parameter, where there are any

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        """Run one function, and note which parameter it multiplied how often."""
        result = func(*args, **(kwargs or {}))
        kind = getattr(func, "__name__", "")
        if kind in _BY_UNIT | _BY_INPUT:
            given = dict(zip(("input", "weight"), args, strict=False)) | (kwargs or {})
            weight = given["weight"]
            values = result if kind in _BY_UNIT else given["input"]
            self._note(weight, int(values.numel()) // len(weight))
        elif kind in _MATRICES and len(args) == 2:
            first, second = args
            self._note(first, int(result.numel()) // first.shape[0] if first.ndim == 2 else 0)
            self._note(second, int(result.numel()) // second.shape[-1] if second.ndim == 2 else 0)
        return result

    def _note(self, tensor: torch.Tensor, times: int) -> None:
        """Count a use of a parameter, if `tensor` is one, or is one turned over."""
        name, size = self._names.get(tensor.data_ptr(), ("", 0))
        if times and size == tensor.numel():
            self.uses[name] = self.uses.get(name, 0) + times
