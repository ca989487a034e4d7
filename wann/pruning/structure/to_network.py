"""Pruned perceptrons as networks: what evaluators, sweeps, drawings and exporters take.

`to_network` makes a `Network` of a model under masks: every kept weight is a connection, and every
kept bias that is not zero is one from the bias node. Units that no output hears are left out. A
unit that hears nothing stays, as what it says may not be zero. `genome_of_masks` makes the genome
that a search can begin from, of the masks in a file.
"""

import math
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from wann.activations import Activation
from wann.errors import UserError
from wann.network.from_masks import (
    DeadUnits,
    Floats,
    Layer,
    Mask,
    genome_of_layers,
    network_of_layers,
)
from wann.network.genome import Genome
from wann.network.network import Network
from wann.network.torch_module import nn, to_module, torch
from wann.pruning import masks as masking
from wann.pruning.forward import FEW, call, tensors_in
from wann.pruning.masks import Masks
from wann.pruning.structure.activation_formulas import NAMES, SETTINGS, code_of
from wann.pruning.structure.graph import Graph, Kind, TracedStep
from wann.pruning.structure.sizes import batches
from wann.pruning.structure.trace import refuse_hooks, trace
from wann.pruning.torch_modes import in_own_modes
from wann.pruning.torch_random import in_use

_LEAVES_VALUES = {
    "flatten",
    "identity",
    "contiguous",
    "dropout",
    "dropout1d",
    "dropout2d",
    "dropout3d",
    "alphadropout",
}


@in_own_modes()
def to_network(model: nn.Module, masks: Masks, example: torch.Tensor) -> tuple[Network, Floats]:
    """Return `model` under `masks` as a network, and its weights.

    The weights (connections,) are in the order of the network. Its inputs are those of the model,
    flattened. `example` is a batch of inputs.

    Raises:
        UserError: the model is more than fully connected layers with an activation of `Network`
            behind each, or the network would have other outputs.
    """
    refuse_hooks(model, "a network")
    graph = trace(model, masks, example)
    if not graph.layers or len(graph.outputs) != 1:
        raise UserError(
            f"{type(model).__name__} is no perceptron: expected fully connected layers and one "
            "output"
        )
    activations = _activations(graph, int(example[0].numel()))
    layers, weights = [], []
    for number in _chain(graph):
        step = graph.steps[number]
        layer: Any = graph.model.get_submodule(step.module)
        kept = graph.weight(step).cpu().numpy()
        bias = np.zeros(len(kept))
        if layer.bias is not None:
            bias = layer.bias.detach().cpu().numpy()  # Biases that a mask prunes are zero.
        layers.append(Layer(kept, bias != 0, activations[number]))
        weights += [layer.weight.detach().cpu().numpy()[kept], bias[bias != 0]]
    network, genes = network_of_layers(layers, DeadUnits.LEFT_OUT)
    chosen = np.concatenate(weights)[genes]
    _compare(graph.model, to_module(network, chosen, dtype=torch.float64), example)
    return network, chosen


def _compare(model: nn.Module, found: nn.Module, example: torch.Tensor) -> None:
    """Raise UserError unless `found` has the outputs of `model` for the example and other inputs.

    A model may do more than its forward shows, in a call of its own.
    """
    kind = next(model.parameters()).dtype
    chance = np.random.default_rng(0).standard_normal(example[:FEW].shape)
    drawn = torch.from_numpy(chance).to(example.device, example.dtype)
    every = torch.cat([example[:FEW], drawn])
    every = every.to(kind) if every.is_floating_point() else every
    for x in (every, *batches(model, every)):
        with in_use(model):
            expected = tensors_in(call(model, x))[0].flatten(1).cpu().double()
            made = found(x.flatten(1).cpu().double())
        if not bool(expected.isfinite().all()):
            continue
        limit = math.sqrt(torch.finfo(kind).eps) * max(1.0, float(expected.abs().max()))
        apart = float((made - expected).abs().max()) if made.shape == expected.shape else math.inf
        if not apart <= limit:
            raise UserError(
                f"{type(model).__name__} has no place in a network: its outputs for a batch of "
                f"{len(x)} would change by {apart:.3g}, more than {limit:.3g}; expected a call "
                "that does the same for every batch, and what the forward does"
            )


def genome_of_masks(path: Path) -> Genome:
    """Return what the masks in a file keep as a genome: hidden units with ReLU, linear outputs.

    Masks hold weights, and the models they are of keep all their biases: each unit that has a
    weight has a connection from the bias.

    Raises:
        UserError: the masks are of anything but fully connected layers that follow each other.
    """
    masks = masking.weights_of(masking.load(path))
    kept = [mask.numpy() for mask in masks.values()]
    if not kept or any(mask.ndim != 2 for mask in kept) or not _follow(kept):
        shapes = ", ".join(str(tuple(mask.shape)) for mask in masks.values()) or "none"
        raise UserError(
            f"{path} holds masks of shapes {shapes}: expected those of a perceptron, layer after "
            "layer"
        )
    kinds = [Activation.RELU] * (len(kept) - 1) + [Activation.LINEAR]
    biases = [np.asarray(mask.any(axis=1)) for mask in kept]
    return genome_of_layers([Layer(*parts) for parts in zip(kept, biases, kinds, strict=True)])


def _follow(masks: Sequence[Mask]) -> bool:
    return all(before.shape[0] == mask.shape[1] for before, mask in pairwise(masks))


def _activations(graph: Graph, inputs: int) -> dict[int, int]:
    """Return the code of the activation behind each layer of `graph`, by the number of its step.

    UserError for a step that no network can have, in parts that lead to no output as well.
    """
    found: dict[int, int] = {}
    # For each step the layer whose units it passes on, None for the inputs
    owner: dict[int, int | None] = {}
    for number, step in enumerate(graph.steps):
        alone = step.kind is Kind.SAME and len(step.sources) == 1
        if step.kind is Kind.INPUT:
            owner[number] = None
        elif step.kind is Kind.LAYER and step.label == "linear":
            before = owner[step.sources[0]]
            wide = inputs if before is None else graph.steps[before].channels
            if graph.weight(step).shape[1] != wide:
                raise _unfit(step)
            owner[number], found[number] = number, Activation.LINEAR
        elif alone and step.label in _LEAVES_VALUES:
            owner[number] = owner[step.sources[0]]
        elif alone and (code := code_of(step, graph.model)) is not None:
            layer = owner[number] = owner[step.sources[0]]
            if layer is None or found[layer] != Activation.LINEAR or _readers(graph, step) > 1:
                raise _unfit(step)
            found[layer] = code
        else:
            raise _unfit(step)
    return found


def _readers(graph: Graph, step: TracedStep) -> int:
    """Return how many steps and outputs read what `step` is given."""
    given = step.sources[0]
    reads = sum(other.sources.count(given) for other in graph.steps)
    return reads + graph.outputs.count(given)


def _chain(graph: Graph) -> list[int]:
    """Return the layers that lead to the output, from the first to the last.

    UserError if the output is what no layer computes.
    """
    found: list[int] = []
    number = graph.outputs[0]
    while graph.steps[number].kind is not Kind.INPUT:
        step = graph.steps[number]
        if step.kind is Kind.LAYER:
            found.insert(0, number)
        number = step.sources[0]
    if not found:
        raise _unfit(graph.steps[number])
    return found


def _unfit(step: TracedStep) -> UserError:
    where = f"{step.label} ({step.module})" if step.module else step.label
    return UserError(
        f"{where} has no place in a network: expected fully connected layers, each with one of "
        f"{', '.join(NAMES)} ({SETTINGS}) or no activation behind it"
    )
