"""The `.out` files of the 2019 release, tables of connections.

Source: github.com/google/brain-tokyo-workshop, WANNRelease. A file is a table of n rows and n + 1
columns, separated by commas: row = source, column = target, 0 = no connection, nan = a disabled
connection, anything else = a connection; the last column holds the activation ids. The nodes stand
in the order bias, inputs, hidden nodes in topological order, outputs. Values that are not all 1
are the weights of the connections. (Those in champions of the release's weight-agnostic searches
mean nothing beyond being nonzero, which the file does not tell.)

A line that begins with # is none of the table; the release passes over it as well. Where the table
would not show how many inputs and outputs there are, the first line says it:
`# 2 inputs, 1 outputs`.
"""

import heapq
import math
import re
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.activations import Activation, check_handled
from wann.errors import UserError
from wann.formats.network_file import NetworkFile, check, check_size, validated
from wann.formats.safe_values import shown
from wann.network.genome import Genome
from wann.terminal import printable

# A table grows with the square of the nodes: this many take 32 MB at two characters a pair.
MAX_ROWS = 4000
_MOST_COMMENTS = 20

# What an individual weight of exactly 0 is written as, since 0 means no connection; still a normal
# number in float32.
_NEARLY_ZERO = 1e-30

_RELEASED = tuple(kind for kind in Activation if kind is not Activation.SIGN)
_ACTIVATION_IDS = set(map(float, _RELEASED))
_SIZES = re.compile(r"# ([0-9]{1,6}) inputs, ([0-9]{1,6}) outputs")
# The value of all connections where they share a weight, and the weight of disabled ones.
_SHARED = 1.0


class _Connections(NamedTuple):
    """The connections of a table (connections,), in the order of its rows."""

    sources: NDArray[np.int64]
    targets: NDArray[np.int64]
    values: NDArray[np.float64]


def dumps(file: NetworkFile) -> str:
    """Return the table of a network.

    UserError if it has too many nodes for one, or an activation that the release does not have.

    Lossless for structure: disabled connections are written as nan. A connection's value is its
    weight, or 1. Ids, the weights of disabled connections, the task and `info` have no place in the
    format.
    """
    check(file)
    genome = file.genome
    if genome.recurrent:
        raise UserError("a .out table has no place for recurrent connections: write it as .json")
    check_handled(genome.activation.tolist(), _RELEASED, "a .out table")
    nodes = len(genome.node_id)
    if nodes > MAX_ROWS:
        raise UserError(
            f"expected at most {MAX_ROWS} nodes in a .out table, got {nodes}; write it as .json"
        )
    order = matrix_order(genome)
    row = np.argsort(order)
    weights = np.full(len(genome.source), _SHARED) if file.weights is None else file.weights
    weights = np.where(weights == 0.0, _NEARLY_ZERO, weights)
    values = np.where(genome.enabled, weights, np.nan).tolist()
    table = [["0"] * nodes + [str(activation)] for activation in genome.activation[order].tolist()]
    for source, target, value in zip(
        row[genome.source].tolist(), row[genome.target].tolist(), values, strict=True
    ):
        table[source][target] = repr(value)
    text = "".join(",".join(line) + "\n" for line in table)
    ends = genome.inputs, genome.outputs
    if _ends_shown(row[genome.source], row[genome.target], nodes) == ends:
        return text
    return f"# {ends[0]} inputs, {ends[1]} outputs\n{text}"


def loads(
    text: str, origin: str, inputs: int | None = None, outputs: int | None = None
) -> NetworkFile:
    """Return the network of the text of a `.out` table, with weights unless all are 1.

    UserError, naming `origin`, if `text` is no such table, or not one of so many `inputs` (without
    the bias) and `outputs` as are given.

    Where the text does not say how many it has, the leading rows that no connection enters are the
    bias and the inputs, and the trailing ones that none leaves are the outputs. Numbers that are
    given must be these; they decide where there are no hidden nodes between the two.
    """
    try:
        lines = text.strip().split("\n", MAX_ROWS + _MOST_COMMENTS)
        said = _SIZES.fullmatch(lines[0].strip())
        matrix, activation = _read_table([line for line in lines if not line.startswith("#")])
        nodes = len(matrix)
        sources, targets = np.nonzero(matrix)  # nan is not zero: disabled connections count
        connections = _Connections(sources, targets, matrix[sources, targets])
        if said:
            numbers = int(said[1]), int(said[2])
            ends = _check_said(numbers, (inputs, outputs), nodes)
        else:
            seen = _ends_shown(sources, targets, nodes)
            ends = _find_ends(seen, nodes, inputs, outputs)
            _check_ends(ends, (inputs, outputs), seen, nodes)
        genome = validated(_genome(connections, activation, ends))
        return NetworkFile(genome, _weights(connections.values), None, {})
    except UserError as error:
        raise UserError(f"{printable(origin)}: {error}") from None


def matrix_order(genome: Genome) -> NDArray[np.int64]:
    """Return the positions of the nodes in the order of the rows of a table.

    Topological over all connections, the disabled ones too; where that leaves a choice, by
    position, so that a table in topological order is written as it was read.
    """
    first_output, first_hidden = 1 + genome.inputs, 1 + genome.inputs + genome.outputs
    waiting = [0] * len(genome.node_id)
    followers: list[list[int]] = [[] for _ in waiting]
    for source, target in zip(genome.source.tolist(), genome.target.tolist(), strict=True):
        if source >= first_hidden and target >= first_hidden:
            waiting[target] += 1
            followers[source].append(target)
    ready = [node for node in range(first_hidden, len(waiting)) if waiting[node] == 0]
    hidden = []
    while ready:
        node = heapq.heappop(ready)
        hidden.append(node)
        for follower in followers[node]:
            waiting[follower] -= 1
            if waiting[follower] == 0:
                heapq.heappush(ready, follower)
    return np.array(
        [*range(first_output), *hidden, *range(first_output, first_hidden)], dtype=np.int64
    )


def _read_table(lines: list[str]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the matrix (nodes, nodes) and the activation ids (nodes,) of a table."""
    nodes = len(lines)
    if nodes > MAX_ROWS:
        raise UserError(
            f"expected at most {MAX_ROWS} lines, one per node, got more; is it a .out table?"
        )
    if nodes < 3:
        raise UserError(f"expected a line per node, at least 3, got {nodes}; is the file complete?")
    matrix = np.empty((nodes, nodes))
    activation = np.empty(nodes, dtype=np.int64)
    for index, line in enumerate(lines):
        cells = line.count(",") + 1  # counted before the line is cut, which may have millions
        if cells != nodes + 1:
            raise UserError(
                f"line {index + 1}: expected {nodes + 1} values (one for each of {nodes} lines, "
                f"and an activation id), got {cells}; is the file complete?"
            )
        values = [_parse_cell(cell, index + 1) for cell in line.split(",")]
        if values[-1] not in _ACTIVATION_IDS:
            raise UserError(
                f"line {index + 1}: expected an activation id from 1 to 11, got {values[-1]}; "
                "correct it"
            )
        matrix[index] = values[:-1]
        activation[index] = int(values[-1])
    return matrix, activation


def _parse_cell(cell: str, line: int) -> float:
    try:
        value = float(cell)
    except ValueError:
        value = math.inf
    # Python's float would also take 1_0 and digits of other scripts.
    if math.isinf(value) or "_" in cell or not cell.isascii():
        raise UserError(
            f"line {line}: expected finite numbers or nan, got {shown(cell)}; correct it"
        )
    return value


def _ends_shown(
    sources: NDArray[np.int64], targets: NDArray[np.int64], nodes: int
) -> tuple[int, int]:
    """Return the numbers of inputs and outputs that the connections of a table show."""
    leading = int(targets.min(initial=nodes))
    return leading - 1, nodes - 1 - int(sources.max(initial=-1))


def _find_ends(
    seen: tuple[int, int], nodes: int, inputs: int | None, outputs: int | None
) -> tuple[int, int]:
    """Return the numbers of inputs and outputs, inferred where they are None; see `loads`.

    `seen` are those that the connections show.
    """
    leading, trailing = seen[0] + 1, seen[1]
    if inputs is None and outputs is None and leading + trailing > nodes:
        raise UserError(
            f"expected inputs and outputs that can be told apart, got {leading} leading nodes that "
            f"no connection enters and {trailing} trailing ones that none leaves, of {nodes}; say "
            "how many inputs and outputs it has"
        )
    if inputs is None:
        inputs = min(leading, nodes - (outputs or 0)) - 1
    if outputs is None:
        outputs = min(trailing, nodes - 1 - inputs)
    return inputs, outputs


def _check_ends(
    ends: tuple[int, int],
    wanted: tuple[int | None, int | None],
    seen: tuple[int, int],
    nodes: int,
) -> None:
    """Raise UserError unless a table can have `ends`, numbers of inputs and outputs.

    They must be those `wanted`, as far as these are not None. Where there are hidden nodes, they
    must also be those that the connections show, `seen`.
    """
    hidden = nodes - 1 - sum(ends)
    if min(ends) < 1 or (hidden < 0 and None in wanted):
        raise UserError(
            f"expected a bias, an input and an output, got {nodes} nodes with {ends[0]} inputs and "
            f"{ends[1]} outputs; say how many inputs and outputs it has"
        )
    fits = hidden == 0 and ends[0] <= seen[0] and ends[1] <= seen[1]
    if not (fits or seen == ends):
        raise _misfit(ends, seen)


def _check_said(
    said: tuple[int, int], wanted: tuple[int | None, int | None], nodes: int
) -> tuple[int, int]:
    """Return the numbers that a table says; UserError unless they are those `wanted`."""
    if min(said) < 1 or 1 + sum(said) > nodes:
        raise UserError(
            f"expected a bias, an input and an output, got {nodes} nodes with {said[0]} inputs and "
            f"{said[1]} outputs; is the file complete?"
        )
    ends = tuple(own if asked is None else asked for own, asked in zip(said, wanted, strict=True))
    if ends != said:
        raise _misfit((ends[0], ends[1]), said)
    return said


def _misfit(wanted: tuple[int, int], found: tuple[int, int]) -> UserError:
    return UserError(
        f"expected {wanted[0]} inputs and {wanted[1]} outputs, got a table of {found[0]} inputs "
        f"and {found[1]} outputs; is it a network of another task?"
    )


def _weights(values: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """Return the weight of each connection, by its value; None where all are 1."""
    enabled = ~np.isnan(values)
    if (values[enabled] == _SHARED).all():
        return None
    weights = np.where(enabled, values, _SHARED)
    weights[weights == _NEARLY_ZERO] = 0.0
    return weights


def _genome(
    connections: _Connections, activation: NDArray[np.int64], ends: tuple[int, int]
) -> Genome:
    """Return the genome of a table: genes in the order of its rows, ids by position."""
    (inputs, outputs), nodes = ends, len(activation)
    first_output, hidden = 1 + inputs, nodes - 1 - inputs - outputs
    rows = np.arange(nodes)
    order = np.concatenate(
        [rows[:first_output], rows[first_output + hidden :], rows[first_output:][:hidden]]
    )
    position = np.argsort(order)  # of the node in each row
    check_size(nodes, len(connections.sources))
    return Genome(
        inputs,
        outputs,
        np.arange(nodes, dtype=np.int64),
        activation[order],
        position[connections.sources],
        position[connections.targets],
        ~np.isnan(connections.values),
    )
