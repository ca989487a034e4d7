"""What a network file holds, its limits, and the safe reading of its text."""

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.config.own_data import named_in
from wann.errors import UserError, short_repr
from wann.network.genome import Genome, validate
from wann.runs.moved_data import located
from wann.terminal import printable

# The largest network that fits the first two limits fits the third, with weights, in the JSON
# format.
MAX_NODES = 100_000
MAX_CONNECTIONS = 1_000_000
MAX_BYTES = 128 * 2**20


class NetworkFile(NamedTuple):
    """What one network file holds."""

    genome: Genome
    # (genes,), in the order of the genes; None: all connections share one
    weights: NDArray[np.float64] | None
    task: str | None
    info: dict[str, Any]  # JSON values, for instance measured returns

    def __repr__(self) -> str:
        return short_repr(self)

    def named_in(self, folder: Path) -> "NetworkFile":
        """Return it as a file in `folder` has it, whose data may lie there (`config.own_data`)."""
        return self if self.task is None else self._replace(task=named_in(self.task, folder))

    def located_in(self, folder: Path) -> "NetworkFile":
        """Return what a file in `folder` holds, with the whole path of its data."""
        return self if self.task is None else self._replace(task=located(self.task, folder))


def check(file: NetworkFile) -> None:
    """Raise ValueError if `file` holds no valid network or weights.

    UserError if it is too large for a file.
    """
    validate(file.genome)
    check_size(len(file.genome.node_id), len(file.genome.source))
    if file.weights is None:
        return
    if file.weights.shape != file.genome.source.shape:
        raise ValueError(
            f"expected {len(file.genome.source)} weights, one per gene, got shape "
            f"{file.weights.shape}"
        )
    if not np.isfinite(file.weights).all():
        raise ValueError(
            f"weights must be finite, got {np.count_nonzero(~np.isfinite(file.weights))} that are "
            "not"
        )


def check_size(nodes: int, connections: int) -> None:
    """Raise UserError if a network of this size is too large for a file."""
    if nodes > MAX_NODES or connections > MAX_CONNECTIONS:
        raise UserError(
            f"expected at most {MAX_NODES} nodes and {MAX_CONNECTIONS} connections, got {nodes} "
            f"and {connections}; a smaller network is needed"
        )


def validated(genome: Genome) -> Genome:
    """Return `genome`; UserError if the connections that a file gave it break an invariant."""
    try:
        validate(genome)
    except ValueError as error:
        raise UserError(
            f"{error}; connections must lead from bias, inputs and hidden nodes to hidden nodes "
            "and outputs, each pair joined once in each way, without a cycle; recurrent ones may "
            "also leave outputs, but not the bias"
        ) from None
    return genome


def read_text(path: Path) -> str:
    """Return the text of `path`; UserError if it cannot be read, is too large or is not UTF-8."""
    origin = printable(str(path))
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:  # ValueError: a null character in the name
        reason = getattr(error, "strerror", None) or error
        raise UserError(
            f"{origin}: expected a readable file, got {str(reason).lower()!r}; check the path"
        ) from None
    if len(data) > MAX_BYTES:
        raise UserError(
            f"{origin}: expected at most {MAX_BYTES} bytes, got more; is it a network file?"
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UserError(
            f"{origin}: expected UTF-8 text, got byte 0x{data[error.start]:02x} at {error.start}; "
            "is it a network file?"
        ) from None
