"""What a network file holds, and what its readers share: safe reading, limits, and one-line errors."""

import json
import math
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.errors import UserError
from wann.network.genome import Genome, validate

# The largest network that fits the first two limits fits the third, with weights, in the JSON
# format.
MAX_NODES = 100_000
MAX_CONNECTIONS = 1_000_000
MAX_BYTES = 128 * 2**20

_SHOWN = 60


class NetworkFile(NamedTuple):
    """The content of one file."""

    genome: Genome
    # (genes,), in the order of the genes; None: all connections share one
    weights: NDArray[np.float64] | None
    task: str | None
    info: dict[str, Any]  # JSON values, for instance measured returns


def check(file: NetworkFile) -> None:
    """Raise ValueError if `file` holds no valid network or weights, UserError if it is too large for a file."""
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
            f"and {connections}; "
            "a smaller network is needed"
        )


def validated(genome: Genome) -> Genome:
    """Return `genome`; UserError if the connections that a file gave it break an invariant."""
    try:
        validate(genome)
    except ValueError as error:
        raise UserError(
            f"{error}; connections must lead from bias, inputs and hidden nodes to hidden nodes "
            "and outputs, "
            "each pair joined once, without a cycle"
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


def parse_json(text: str) -> Any:
    """Return the value of a JSON text.

    UserError if it is none, or holds NaN, an infinity or a key twice.
    """
    try:
        return json.loads(
            text, parse_constant=_reject, parse_float=_parse_float, object_pairs_hook=_unique_keys
        )
    except UserError:
        raise
    except json.JSONDecodeError as error:
        raise UserError(
            f"line {error.lineno}, column {error.colno}: expected JSON, got "
            f"{text[error.pos : error.pos + 10]!r} "
            f"({error.msg}); is the file complete?"
        ) from None
    except RecursionError:
        raise UserError(
            "expected a network, got lists or objects nested too deeply; is it a network file?"
        ) from None
    except ValueError:  # Python refuses to convert integers of more than 4300 digits
        raise UserError(
            "expected numbers, got an integer of thousands of digits; correct it"
        ) from None


def integer(value: object, what: str, low: int, high: int) -> int:
    """Return `value` if it is an integer from `low` to `high`, else raise UserError.

    True and 1.0 are no integers.
    """
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise UserError(
            f"{what}: expected an integer from {low} to {high}, got {shown(value)}; correct it"
        )
    return value


def number(value: object, what: str) -> float:
    """Return `value` as a float if it is a finite number, else raise UserError.

    True is no number.
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        try:
            result = float(value)
        except OverflowError:  # an integer beyond the largest float
            result = math.inf
        if math.isfinite(result):
            return result
    raise UserError(f"{what}: expected a finite number, got {shown(value)}; correct it")


def shown(value: object) -> str:
    """Return a JSON value as it can stand in a message: on one line, and short."""
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else f"a list of {len(value)}"
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    text = repr(value[: 2 * _SHOWN] if isinstance(value, str) else value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


def printable(origin: str) -> str:
    """Return the name of a file as it can stand in a message: quoted if it has line breaks and the like."""
    return origin if origin.isprintable() else repr(origin)


def _reject(constant: str) -> None:
    raise UserError(f"expected finite numbers, got {constant}; correct it")


def _parse_float(text: str) -> float:
    value = float(text)
    if math.isinf(value):
        raise UserError(
            f"expected finite numbers, got {shown(text)}, which is beyond float64; correct it"
        )
    return value


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    entry = dict(pairs)
    if len(entry) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise UserError(
            f"expected every key once, got {shown(twice)} twice in one object; remove one"
        )
    return entry
