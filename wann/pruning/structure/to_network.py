"""A pruned perceptron as a `Network`: what evaluators, sweeps, drawings and exporters take, grown or pruned.

Every kept weight is a connection, every kept bias that is not zero one from the bias node. Of units
that no output hears nothing is left; a unit that hears nothing stays, as what it says may not be
zero.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.activations import Activation
from wann.errors import UserError
from wann.network.compile import compile_with_genes
from wann.network.genome import Genome
from wann.network.network import Network
from wann.network.torch_module import nn, torch
from wann.pruning.masks import Masks
from wann.pruning.structure.graph import Graph, Kind, Step, trace

ACTIVATIONS = {
    "relu": Activation.RELU,
    "tanh": Activation.TANH,
    "sigmoid": Activation.SIGMOID,
    "abs": Activation.ABSOLUTE,
    "square": Activation.SQUARE,
}
_NOTHING = {
    "flatten",
    "identity",
    "contiguous",
    "dropout",
    "dropout1d",
    "dropout2d",
    "dropout3d",
    "alphadropout",
}

Ids = NDArray[np.int64]


class _Edges(NamedTuple):
    source: list[Ids]
    target: list[Ids]
    weight: list[NDArray[np.float64]]


def to_network(
    model: nn.Module, masks: Masks, example: torch.Tensor
) -> tuple[Network, NDArray[np.float64]]:
    """Return `model` under `masks` as a network, and its weights (connections,) in the order of the network.

    Its inputs are those of the model, flattened. `example` is a batch of inputs. UserError for a
    model that is more than fully connected layers with an activation of `Network` behind each.
    """
    graph = trace(model, masks, example)
    if not graph.layers or len(graph.outputs) != 1:
        raise UserError(
            f"{type(model).__name__} is no perceptron: expected fully connected layers and one "
            "output"
        )
    inputs, outputs = int(example[0].numel()), graph.steps[graph.outputs[0]].channels
    last = _last_layer(graph)
    nodes = 1 + inputs + outputs + sum(graph.steps[n].channels for n in graph.layers if n != last)
    activation = np.full(nodes, Activation.LINEAR, dtype=np.int64)
    edges = _Edges([], [], [])
    ids: dict[int, Ids] = {}
    next_id = 1 + inputs + outputs
    for number, step in enumerate(graph.steps):
        if step.kind is Kind.INPUT:
            ids[number] = np.arange(1, 1 + inputs)
        elif step.kind is Kind.LAYER and step.label == "linear":
            count = step.channels
            own = (
                np.arange(1 + inputs, 1 + inputs + count)
                if number == last
                else np.arange(next_id, next_id + count)
            )
            next_id += 0 if number == last else count
            ids[number] = own
            _join(graph, step, ids[step.sources[0]], own, masks, edges)
        elif step.kind is Kind.SAME and len(step.sources) == 1 and step.label in _NOTHING:
            ids[number] = ids[step.sources[0]]
        elif step.kind is Kind.SAME and len(step.sources) == 1 and step.label in ACTIVATIONS:
            ids[number] = ids[step.sources[0]]
            _set(activation, ids[number], ACTIVATIONS[step.label], graph, step, 1 + inputs)
        else:
            raise _unfit(graph, step)
    genome = Genome(
        inputs,
        outputs,
        np.arange(nodes),
        activation,
        np.concatenate(edges.source),
        np.concatenate(edges.target),
        np.ones(sum(map(len, edges.source)), dtype=np.bool_),
    )
    network, genes = compile_with_genes(genome)
    return network, np.concatenate(edges.weight)[genes]


def _last_layer(graph: Graph) -> int:
    """Return the layer whose units are the outputs."""
    number = graph.outputs[0]
    while graph.steps[number].kind is Kind.SAME and len(graph.steps[number].sources) == 1:
        number = graph.steps[number].sources[0]
    if graph.steps[number].kind is not Kind.LAYER:
        raise _unfit(graph, graph.steps[number])
    return number


def _join(
    graph: Graph, step: Step, sources: Ids, targets: Ids, masks: Masks, edges: _Edges
) -> None:
    """Append the connections of one layer: for each unit that of its bias, then those of its weights."""
    layer: Any = graph.model.get_submodule(step.module)
    weight = layer.weight.detach().cpu().numpy()
    if weight.shape[1] != len(sources):
        raise _unfit(graph, step)
    row, column = np.nonzero(graph.weight(step).cpu().numpy())
    edges.source.append(sources[column])
    edges.target.append(targets[row])
    edges.weight.append(weight[row, column])
    if layer.bias is not None:
        bias = layer.bias.detach().cpu().numpy()  # what a mask prunes is zero
        kept = np.flatnonzero(bias)
        edges.source.append(np.zeros(len(kept), dtype=np.int64))
        edges.target.append(targets[kept])
        edges.weight.append(bias[kept])


def _set(
    activation: Ids, nodes: Ids, wanted: Activation, graph: Graph, step: Step, first_computed: int
) -> None:
    """Give `nodes` their activation.

    UserError if they are inputs, have another already, or are read without it.
    """
    readers = sum(
        other.sources.count(step.sources[0]) for other in graph.steps
    ) + graph.outputs.count(step.sources[0])
    if nodes[0] < first_computed or (activation[nodes] != Activation.LINEAR).any() or readers > 1:
        raise _unfit(graph, step)
    activation[nodes] = wanted


def _unfit(graph: Graph, step: Step) -> UserError:
    where = f"{step.label} ({step.module})" if step.module else step.label
    return UserError(
        f"{where} has no place in a network: expected fully connected layers, each with one of "
        f"{', '.join(ACTIVATIONS)} or no activation behind it"
    )
