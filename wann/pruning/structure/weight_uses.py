"""How often a model uses each of its weights for one example.

The model is run, and what goes through its layers is looked at. So a layer on a sequence, in
groups, or called twice counts as often as it is used. Counted are fully connected layers,
convolutions, recurrent layers and attention, and what a forward does itself with a weight through
the functions of such layers, or as a matrix; nothing else that it does with parameters.
"""

from typing import Any

from wann.network.torch_module import nn
from wann.pruning.forward import Examples, call
from wann.pruning.structure.function_uses import FunctionUses
from wann.pruning.torch_random import in_use
from wann.pruning.uses.layers import CONVOLUTIONS, LINEAR, RECURRENT, TRANSPOSED, given_to

Uses = dict[str, int]  # how often one number of a weight is a factor, by the name of the parameter

_ATTENDED = ("query", "key", "value")  # the arguments of attention


def count_uses(model: nn.Module, example: Examples) -> Uses:
    """Return how often `model` uses each weight for the first of `example`.

    The number is 0 for layers that the model leaves out. The model is run once, in its present
    mode; its hooks are as before afterwards.
    """
    names = {id(parameter): name for name, parameter in model.named_parameters()}
    uses: Uses = {}

    def note(layer: Any, given: tuple[Any, ...], named: dict[str, Any], result: Any) -> None:
        times = _times(layer, given, named, result)
        for weight in _weights(layer):
            if times is None:
                uses.pop(names[id(weight)], None)
            elif names[id(weight)] in uses:
                uses[names[id(weight)]] += times

    handles = []
    for layer in model.modules():
        weights = _weights(layer)
        uses |= {names[id(weight)]: 0 for weight in weights}
        if weights:
            handles.append(layer.register_forward_hook(note, with_kwargs=True))
    try:
        with in_use(model), FunctionUses(model) as functions:
            call(model, example[:1])
    finally:
        for handle in handles:
            handle.remove()
    # What a layer does in its own call is counted by both, unless it computes its weight anew
    return uses | {name: max(n, uses.get(name, 0)) for name, n in functions.uses.items()}


def _weights(layer: Any) -> list[nn.Parameter]:
    """Return the weights of a layer that are all used equally often, none if it is unknown."""
    own = dict(layer.named_parameters(recurse=False))
    if isinstance(layer, (*LINEAR, *CONVOLUTIONS, *TRANSPOSED)):
        return [own["weight"]] if "weight" in own else []
    if isinstance(layer, RECURRENT):
        return [parameter for name, parameter in own.items() if name.startswith("weight")]
    if isinstance(layer, nn.MultiheadAttention):
        inside = [own[name] for name in own if name.endswith("proj_weight")]
        return [*inside, layer.out_proj.weight]
    return []


def _times(layer: Any, given: tuple[Any, ...], named: dict[str, Any], result: Any) -> int | None:
    """Return how often a layer used its weights in this call.

    None if it used some of them more often than others.
    """
    if isinstance(layer, nn.MultiheadAttention):
        tensors = dict(zip(_ATTENDED, given, strict=False)) | named
        query, key, value = (
            int(tensors[name].numel()) // tensors[name].shape[-1] for name in _ATTENDED
        )
        return query if query == key == value else None
    if isinstance(layer, RECURRENT):
        values = given_to(given, named)
        values = values.data if isinstance(values, nn.utils.rnn.PackedSequence) else values
        return int(values.numel()) // layer.input_size
    if isinstance(layer, TRANSPOSED):
        return int(given_to(given, named).numel()) // layer.in_channels
    return int(result.numel()) // (
        layer.out_channels if isinstance(layer, CONVOLUTIONS) else layer.out_features
    )
