"""Networks as PyTorch modules, and back again: batched, on any device, with gradients.

The extra `torch` is needed.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.activations.expression import is_flat
from wann.activations.table import by_code, check_declared
from wann.arrays import numbers_of
from wann.network.network import Network, without_recurrence
from wann.network.torch_activations import nn, torch, torch_function

# `torch` and `nn` too: who takes them from here gets the line above where they are missing.
__all__ = [
    "NetworkModule",
    "differentiable",
    "from_module",
    "has_gradient",
    "nn",
    "to_module",
    "torch",
]

_STRUCTURE = ("activation", "edge_start", "source")


class _Plan(NamedTuple):
    """How a network is computed: its nodes level by level, the outputs last.

    The nodes of a level are ordered by activation. All weights stand in one flat array of `cells`
    numbers, cut into matrices: the first (nodes, 1 + inputs) leads from bias and inputs to all
    nodes, and one for each level but the first (its nodes, nodes before it) from hidden nodes.
    """

    # For each level, runs of one activation: its id, number of nodes
    levels: list[list[tuple[int, int]]]
    cells: int
    cell_of: NDArray[np.int64]  # (connections,) the cell in which each weight stands
    output: NDArray[np.int64]  # (outputs,) the index of each output in the last level


class NetworkModule(nn.Module):
    """One network; `to_module` makes it.

    Parameter `weights`: (connections,) in the order of the network, or () for one shared weight.
    The buffers `activation`, `edge_start` and `source` are the fields of `Network`; a state dict
    holds them too, and can be loaded only by a module of the same structure.
    """

    activation: torch.Tensor
    edge_start: torch.Tensor
    source: torch.Tensor
    _cell_of: torch.Tensor
    _output: torch.Tensor

    def __init__(self, network: Network, weights: torch.Tensor) -> None:
        super().__init__()
        check_declared(network.activation.tolist())
        self.inputs, self.outputs = network.inputs, network.outputs
        self.weights = nn.Parameter(weights)
        for name in _STRUCTURE:
            self.register_buffer(name, torch.tensor(getattr(network, name), dtype=torch.int64))
        plan = _make_plan(network)
        self._levels, self._cells = plan.levels, plan.cells
        self.register_buffer("_cell_of", torch.from_numpy(plan.cell_of), persistent=False)
        self.register_buffer("_output", torch.from_numpy(plan.output), persistent=False)

    def forward(self, observations: torch.Tensor) -> torch.Tensor:
        """Return the outputs (batch, outputs) for `observations` (batch, inputs).

        They are of the dtype of the weights. Node values must stay finite. An infinite one, which a
        chain of squares can reach, makes NaN of other nodes.
        """
        if observations.ndim != 2 or observations.shape[1] != self.inputs:
            raise ValueError(
                f"expected observations (batch, {self.inputs}), got {tuple(observations.shape)}"
            )
        rows = torch.cat([observations.new_ones(len(observations), 1), observations], 1).T
        first, *later = self._matrices()
        sums, *waiting = (first @ rows).split([_size(level) for level in self._levels])
        new = values = _activate(sums, self._levels[0])
        for level, matrix, sums in zip(self._levels[1:], later, waiting, strict=True):
            new = _activate(torch.addmm(sums, matrix, values), level)
            values = torch.cat([values, new])
        return new.index_select(0, self._output).T

    def extra_repr(self) -> str:
        """Return what a print of the module says about it."""
        return f"inputs={self.inputs}, outputs={self.outputs}, connections={len(self.source)}"

    def _matrices(self) -> list[torch.Tensor]:
        weights = self.weights.expand(len(self.source))
        # Dense matrices, mostly zeros: faster than sums over connections, forward and backward
        # together.
        flat = weights.new_zeros(self._cells).index_add(0, self._cell_of, weights)
        shapes = _shapes(self.inputs, [_size(level) for level in self._levels])
        return [
            m.view(shape)
            for m, shape in zip(flat.split([a * b for a, b in shapes]), shapes, strict=True)
        ]

    def _load_from_state_dict(self, state_dict: Any, prefix: str, *args: Any) -> None:
        for name in _STRUCTURE:
            loaded = state_dict.get(prefix + name)
            if loaded is not None and not torch.equal(loaded.cpu(), getattr(self, name).cpu()):
                raise ValueError(
                    f"expected the state of the same network, got another {name!r}; make its own "
                    "module"
                )
        super()._load_from_state_dict(state_dict, prefix, *args)


def to_module(
    network: Network,
    weights: float | NDArray[np.float64] | None = None,
    *,
    dtype: torch.dtype = torch.float32,
) -> NetworkModule:
    """Return `network` as a module with parameters of `dtype`.

    `weights`: (connections,) in the order of the network, None for all ones, or one number, which
    stays shared. What float32 rounds of them, a later `.double()` does not bring back.
    """
    without_recurrence(
        network, "only feed-forward networks become PyTorch modules", "tune it without gradients"
    )
    values = np.ones(network.connections) if weights is None else numbers_of(weights, "the weights")
    if values.shape not in ((), (network.connections,)):
        raise ValueError(
            f"expected one weight or {network.connections}, got an array of shape {values.shape}"
        )
    return NetworkModule(network, torch.tensor(values, dtype=dtype))


def from_module(module: nn.Module) -> tuple[Network, NDArray[np.float64]]:
    """Return the network of `module`, and its weights: (connections,), or () if they are shared."""
    if not isinstance(module, NetworkModule):
        raise ValueError(f"expected a module that to_module made, got {type(module).__name__}")
    arrays = [getattr(module, name).cpu().numpy().copy() for name in _STRUCTURE]
    weights = module.weights.detach().to("cpu", torch.float64).numpy().copy()
    return Network(module.inputs, module.outputs, *arrays), weights


def has_gradient(network: Network) -> NDArray[np.bool_]:
    """Return for each connection (connections,) whether its weight can get a gradient.

    It can if some path from it to an output passes no node whose activation is flat, as a step is:
    such nodes let no gradient through.
    """
    flat = [code for code in np.unique(network.activation).tolist() if is_flat(by_code(code).tree)]
    return _leads_on(network, ~np.isin(network.activation, flat))


def differentiable(network: Network) -> bool:
    """Return whether every weight that an output depends on can get a gradient.

    `has_gradient` says which can.
    """
    depends = _leads_on(network, np.ones(len(network.activation), dtype=np.bool_))
    return bool((has_gradient(network) | ~depends).all())


def _leads_on(network: Network, lets_through: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return for each connection whether a path leads from it to an output.

    The path leads through nodes (computed,) that let it through.
    """
    first = 1 + network.inputs
    heard = np.arange(first + len(network.activation)) >= first + network.hidden
    for node in range(len(network.activation) - 1, -1, -1):
        heard[first + node] &= lets_through[node]
        if heard[first + node]:
            heard[network.source[network.edge_start[node] : network.edge_start[node + 1]]] = True
    return heard[network.target]


def _make_plan(network: Network) -> _Plan:
    first, hidden = 1 + network.inputs, network.hidden
    level = _levels_of(network)
    order = np.lexsort((network.activation, level))
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    sizes = np.bincount(level)
    before = np.cumsum(sizes) - sizes
    matrix_start = np.cumsum([a * b for a, b in _shapes(network.inputs, sizes.tolist())])

    target, source = network.target - first, network.source
    of, row = level[target], rank[target]
    inner = source >= first
    cell_of = row * first + source
    cell_of[inner] = (
        matrix_start[of - 1][inner]
        + ((row - before[of]) * before[of])[inner]
        + rank[source[inner] - first]
    )
    levels = [
        _runs(network.activation[order[a : a + n]]) for a, n in zip(before, sizes, strict=True)
    ]
    return _Plan(levels, int(matrix_start[-1]), cell_of, rank[hidden:] - before[-1])


def _levels_of(network: Network) -> NDArray[np.int64]:
    """Return the level of each computed node: one behind its deepest source.

    The outputs stand together in the last level.
    """
    first = 1 + network.inputs
    depth = np.zeros(first + len(network.activation), dtype=np.int64)
    for node in range(network.hidden):
        sources = network.source[network.edge_start[node] : network.edge_start[node + 1]]
        depth[first + node] = 1 + depth[sources].max(initial=0)
    depth[first + network.hidden :] = depth.max() + 1
    return depth[first:] - 1


def _shapes(inputs: int, sizes: list[int]) -> list[tuple[int, int]]:
    """Return the shapes of the matrices of a plan whose levels have `sizes` nodes."""
    return [(sum(sizes), 1 + inputs)] + [(sizes[k], sum(sizes[:k])) for k in range(1, len(sizes))]


def _runs(activation: NDArray[np.int64]) -> list[tuple[int, int]]:
    """Return runs of equal numbers: (number, how many); `activation` is sorted."""
    kinds, counts = np.unique(activation, return_counts=True)
    return list(zip(kinds.tolist(), counts.tolist(), strict=True))


def _size(level: list[tuple[int, int]]) -> int:
    return sum(count for _, count in level)


def _activate(sums: torch.Tensor, runs: list[tuple[int, int]]) -> torch.Tensor:
    parts = sums.split([count for _, count in runs])
    return torch.cat(
        [torch_function(kind)(part) for (kind, _), part in zip(runs, parts, strict=True)]
    )
