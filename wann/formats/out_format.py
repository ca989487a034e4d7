"""The `.out` files of the 2019 release, tables of connections.

Source: github.com/google/brain-tokyo-workshop, WANNRelease. A file is a table of n rows and n + 1
columns, separated by commas: row = source, column = target, 0 = no connection, nan = a disabled
connection, anything else = a connection; the last column holds the activation ids. The nodes stand
in the order bias, inputs, hidden nodes in topological order, outputs. The release writes values
that mean nothing beyond being nonzero, so none are read.
"""

import heapq
import math

import numpy as np
from numpy.typing import NDArray

from wann.activations import Activation
from wann.errors import UserError
from wann.formats.network_file import NetworkFile, check, check_size, validated
from wann.formats.safe_values import printable, shown
from wann.network.genome import Genome

# A table grows with the square of the nodes: this many take 32 MB at two characters a pair.
MAX_ROWS = 4000

# What an individual weight of exactly 0 is written as, since 0 means no connection; still a normal
# number in float32.
_NEARLY_ZERO = 1e-30

_ACTIVATION_IDS = set(map(float, Activation))


def dumps(file: NetworkFile) -> str:
    """Return the table of a network; UserError if it has too many nodes for one.

    Lossless for structure: disabled connections are written as nan. A connection's value is its
    weight, or 1. Ids, the weights of disabled connections, the task and `info` have no place in the
    format.
    """
    check(file)
    genome = file.genome
    nodes = len(genome.node_id)
    if nodes > MAX_ROWS:
        raise UserError(
            f"expected at most {MAX_ROWS} nodes in a .out table, got {nodes}; write it as .json"
        )
    order = matrix_order(genome)
    row = np.argsort(order)
    weights = np.ones(len(genome.source)) if file.weights is None else file.weights
    weights = np.where(weights == 0.0, _NEARLY_ZERO, weights)
    values = np.where(genome.enabled, weights, np.nan).tolist()
    table = [["0"] * nodes + [str(activation)] for activation in genome.activation[order].tolist()]
    for source, target, value in zip(
        row[genome.source].tolist(), row[genome.target].tolist(), values, strict=True
    ):
        table[source][target] = repr(value)
    return "".join(",".join(line) + "\n" for line in table)


def loads(
    text: str, origin: str, inputs: int | None = None, outputs: int | None = None
) -> NetworkFile:
    """Return the network of the text of a `.out` table, without weights.

    UserError, naming `origin`, if `text` is no such table.

    A table does not say how many inputs (without the bias) and outputs it has. Where that is not
    given, the leading rows that no connection enters are the bias and the inputs, and the trailing
    ones that none leaves are the outputs.
    """
    try:
        matrix, activation = _read_table(text)
        ends = _find_ends(matrix, inputs, outputs)
        return NetworkFile(validated(_genome(matrix, activation, ends)), None, None, {})
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


def _read_table(text: str) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the matrix (nodes, nodes) and the activation ids (nodes,) of a table."""
    lines = text.strip().split("\n", MAX_ROWS)
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


def _find_ends(
    matrix: NDArray[np.float64], inputs: int | None, outputs: int | None
) -> tuple[int, int]:
    """Return the numbers of inputs and outputs, inferred where they are None; see `loads`."""
    nodes = len(matrix)
    sources, targets = np.nonzero(matrix)  # nan is not zero, so that disabled connections count
    leading = int(targets.min(initial=nodes))
    trailing = nodes - 1 - int(sources.max(initial=-1))
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
    if inputs < 1 or outputs < 1 or 1 + inputs + outputs > nodes:
        raise UserError(
            f"expected a bias, an input and an output, got {nodes} nodes with {inputs} inputs and "
            f"{outputs} outputs; say how many inputs and outputs it has"
        )
    return inputs, outputs


def _genome(
    matrix: NDArray[np.float64], activation: NDArray[np.int64], ends: tuple[int, int]
) -> Genome:
    """Return the genome of a table: genes in the order of its rows, ids by position."""
    (inputs, outputs), nodes = ends, len(matrix)
    first_output, hidden = 1 + inputs, nodes - 1 - inputs - outputs
    rows = np.arange(nodes)
    order = np.concatenate(
        [rows[:first_output], rows[first_output + hidden :], rows[first_output:][:hidden]]
    )
    position = np.argsort(order)  # of the node in each row
    sources, targets = np.nonzero(matrix)
    check_size(nodes, len(sources))
    return Genome(
        inputs,
        outputs,
        np.arange(nodes, dtype=np.int64),
        activation[order],
        position[sources],
        position[targets],
        ~np.isnan(matrix[sources, targets]),
    )
