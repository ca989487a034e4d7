"""The network format of this project: JSON that can be read by eye.

A file loads without the run it comes from. A comment stands behind `//`; files have none.

    {
      "format": "wann-network",
      "version": 1,
      "inputs": 5,
      "outputs": 1,
      "task": "swingup",                             // or null
      "activations": ["soft = x / (1 + abs(x))"],    // those that are not built in; or left out
      "nodes": [                                     // in the order bias, inputs, outputs, hidden
        {"id": 0, "kind": "bias"},
        {"id": 1, "kind": "input"},
        {"id": 6, "kind": "output", "activation": "linear"},
        {"id": 1234, "kind": "hidden", "activation": "tanh"}
      ],
      "connections": [
        // ids of nodes; a weight on all or on none
        {"source": 0, "target": 6, "enabled": true, "weight": 0.5},
        // "recurrent" stands only on what reads what its source was one step before
        {"source": 6, "target": 1234, "enabled": true, "recurrent": true, "weight": 0.5}
      ],
      "info": {}                                     // anything else that is known of it
    }

Equal contents give equal bytes, and what is read back equals what was written, to the last bit of a
weight. (One exception: weights of a network without a single connection come back as None.) A bias
or input may carry an activation as well; it is written where it is not linear, and never computed.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from wann.activations import Activation
from wann.activations.table import by_code, own_texts
from wann.errors import UserError, unknown
from wann.formats.file_activations import read_activations
from wann.formats.network_file import MAX_NODES, NetworkFile, check, check_size, validated
from wann.formats.safe_values import integer, number, shown
from wann.network.genome import Genome, node_of
from wann.reading import parse_json
from wann.terminal import printable

FORMAT = "wann-network"
VERSION = 1

_LARGEST_ID = 2**63 - 1


def dumps(file: NetworkFile) -> str:
    """Return the text of a network file.

    `info` must hold JSON values, and neither NaN nor infinities. ValueError if `file` holds no
    valid network or weights, UserError if it is too large.
    """
    check(file)
    genome = file.genome
    head = {
        "format": FORMAT,
        "version": VERSION,
        "inputs": genome.inputs,
        "outputs": genome.outputs,
        "task": file.task,
    }
    lines = [f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in head.items()]
    if own := own_texts(genome.activation.tolist()):
        lines.append(_block("activations", "[]", map(json.dumps, own)))
    lines.append(_block("nodes", "[]", map(json.dumps, _node_entries(genome))))
    lines.append(_block("connections", "[]", map(json.dumps, _connection_entries(file))))
    info = json.loads(json.dumps(file.info, allow_nan=False, sort_keys=True))
    lines.append(
        _block(
            "info", "{}", (f"{json.dumps(key)}: {json.dumps(value)}" for key, value in info.items())
        )
    )
    return "{\n" + ",\n".join(lines) + "\n}\n"


def loads(text: str, origin: str) -> NetworkFile:
    """Return what the text of a network file holds.

    UserError, naming `origin`, if `text` is not exactly that of a network file.
    """
    try:
        return _network_file(parse_json(text))
    except UserError as error:
        raise UserError(f"{printable(origin)}: {error}") from None


def _block(key: str, brackets: str, entries: Iterable[str]) -> str:
    """Return a list or object with one entry per line."""
    body = ",\n".join(f"    {entry}" for entry in entries)
    return (
        f'  "{key}": {brackets[0]}\n{body}\n  {brackets[1]}' if body else f'  "{key}": {brackets}'
    )


def _node_entries(genome: Genome) -> Iterable[dict[str, Any]]:
    ids_and_activations = zip(genome.node_id.tolist(), genome.activation.tolist(), strict=True)
    for position, (node_id, activation) in enumerate(ids_and_activations):
        kind = _kind(position, genome.inputs, genome.outputs)
        entry = {"id": node_id, "kind": kind}
        if kind in ("output", "hidden") or activation != Activation.LINEAR:
            entry["activation"] = by_code(activation).name
        yield entry


def _connection_entries(file: NetworkFile) -> Iterable[dict[str, Any]]:
    genome = file.genome
    sources, targets = genome.node_id[node_of(genome.source)], genome.node_id[genome.target]
    entries: list[dict[str, Any]] = [
        {"source": source, "target": target, "enabled": enabled}
        for source, target, enabled in zip(
            sources.tolist(), targets.tolist(), genome.enabled.tolist(), strict=True
        )
    ]
    for entry, source in zip(entries, genome.source.tolist(), strict=True):
        if source < 0:
            entry["recurrent"] = True
    if file.weights is None:
        return entries
    return [
        {**entry, "weight": weight}
        for entry, weight in zip(entries, file.weights.tolist(), strict=True)
    ]


def _kind(position: int, inputs: int, outputs: int) -> str:
    if position == 0:
        return "bias"
    if position <= inputs:
        return "input"
    return "output" if position <= inputs + outputs else "hidden"


def _network_file(data: object) -> NetworkFile:
    """Return the network that the value of a whole file describes.

    UserError, without the file's name, if it is not a network.
    """
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        what = f'"format": {shown(data.get("format"))}' if isinstance(data, dict) else shown(data)
        raise UserError(
            f'expected an object with "format": "{FORMAT}", got {what}; is it a network file?'
        )
    if "version" in data and data["version"] != VERSION:
        raise UserError(
            f"expected version {VERSION}, got {shown(data['version'])}; read it with a newer wann"
        )
    required = ("format", "version", "inputs", "outputs", "nodes", "connections")
    _check_keys(data, "the file", required, ("task", "info", "activations"))
    integer(data["version"], "version", VERSION, VERSION)  # true and 1.0 equal 1
    task, info = data.get("task"), data.get("info", {})
    if task is not None and not isinstance(task, str):
        raise UserError(f"task: expected a name or null, got {shown(task)}; correct it")
    if not isinstance(info, dict):
        raise UserError(f"info: expected an object, got {shown(info)}; correct it")
    inputs = integer(data["inputs"], "inputs", 1, MAX_NODES)
    outputs = integer(data["outputs"], "outputs", 1, MAX_NODES)
    nodes, connections = _entries(data, "nodes"), _entries(data, "connections")
    check_size(len(nodes), len(connections))
    if len(nodes) < 1 + inputs + outputs:
        raise UserError(
            f"nodes: expected at least {1 + inputs + outputs} (a bias, {inputs} inputs and "
            f"{outputs} outputs), got {len(nodes)}; is the file complete?"
        )
    codes = read_activations(data.get("activations", []))
    positions, activations = _read_nodes(nodes, inputs, outputs, codes)
    genes, weights = _read_connections(connections, positions)
    genome = Genome(
        inputs,
        outputs,
        np.array(list(positions), dtype=np.int64),
        np.array(activations, dtype=np.int64),
        np.array([source for source, _, _ in genes], dtype=np.int64),
        np.array([target for _, target, _ in genes], dtype=np.int64),
        np.array([enabled for _, _, enabled in genes], dtype=np.bool_),
    )
    return NetworkFile(
        validated(genome), np.array(weights, dtype=np.float64) if weights else None, task, info
    )


def _entries(data: Mapping[str, Any], key: str) -> list[Any]:
    if not isinstance(data[key], list):
        raise UserError(f"{key}: expected a list, got {shown(data[key])}; correct it")
    entries: list[Any] = data[key]
    return entries


def _check_keys(
    entry: object, what: str, required: tuple[str, ...], optional: tuple[str, ...]
) -> dict[str, Any]:
    """Return `entry` if it is an object with all `required` keys and no others but `optional` ones.

    UserError, naming it as `what`, if it is not.
    """
    if not isinstance(entry, dict):
        raise UserError(f"{what}: expected an object, got {shown(entry)}; correct it")
    for key in entry:
        if key not in required and key not in optional:
            raise UserError(
                f"{what}: {unknown('key', key[:60], (*required, *optional))}; remove or rename it"
            )
    missing = [key for key in required if key not in entry]
    if missing:
        raise UserError(
            f"{what}: expected the keys {', '.join(required)}, got none called {missing[0]!r}; add "
            "it"
        )
    return entry


def _read_nodes(
    nodes: list[Any], inputs: int, outputs: int, codes: Mapping[str, int]
) -> tuple[dict[int, int], list[int]]:
    """Return the position of every id, in order of position, and the activation of every node.

    `codes` are those of the activations, by name.
    """
    positions: dict[int, int] = {}
    activations = []
    for position, node in enumerate(nodes):
        what = f"nodes[{position}]"
        kind = _kind(position, inputs, outputs)
        computed = kind in ("output", "hidden")
        required = ("id", "kind", "activation") if computed else ("id", "kind")
        entry = _check_keys(node, what, required, () if computed else ("activation",))
        if entry["kind"] != kind:
            raise UserError(
                f"{what}: expected kind {kind!r}, got {shown(entry['kind'])}; the order is bias, "
                "inputs, outputs, hidden, as many as 'inputs' and 'outputs' say"
            )
        node_id = integer(entry["id"], f"{what}: id", 0, _LARGEST_ID)
        if node_id in positions:
            raise UserError(
                f"{what}: expected a new id, got {node_id}, that of nodes[{positions[node_id]}]; "
                "change it"
            )
        label = entry.get("activation", Activation.LINEAR.label)
        if not isinstance(label, str):
            raise UserError(f"{what}: activation: expected a name, got {shown(label)}; correct it")
        if label not in codes:
            raise UserError(f"{what}: {unknown('activation', label[:60], codes)}; correct it")
        positions[node_id] = position
        activations.append(codes[label])
    return positions, activations


def _read_connections(
    connections: list[Any], positions: Mapping[int, int]
) -> tuple[list[tuple[int, int, bool]], list[float]]:
    """Return (source position, target position, enabled) of every connection, and the weights.

    The source of a recurrent connection is `~position`.
    There are as many weights as connections, or none.
    """
    genes, weights = [], []
    weighted = bool(connections) and isinstance(connections[0], dict) and "weight" in connections[0]
    for index, connection in enumerate(connections):
        what = f"connections[{index}]"
        optional = ("weight", "recurrent")
        entry = _check_keys(connection, what, ("source", "target", "enabled"), optional)
        ends = []
        for end in ("source", "target"):
            node_id = integer(entry[end], f"{what}: {end}", 0, _LARGEST_ID)
            if node_id not in positions:
                raise UserError(
                    f"{what}: {end}: expected the id of a node, got {node_id}; correct it"
                )
            ends.append(positions[node_id])
        for key in ("enabled", "recurrent"):
            if not isinstance(entry.get(key, False), bool):
                raise UserError(
                    f"{what}: {key}: expected true or false, got {shown(entry[key])}; correct it"
                )
        if ("weight" in entry) is not weighted:
            raise UserError(
                f"{what}: expected {'a' if weighted else 'no'} weight, as in connections[0], "
                f"got {'one' if 'weight' in entry else 'none'}; give all connections a weight, or "
                "none"
            )
        source = ~ends[0] if entry.get("recurrent", False) else ends[0]
        genes.append((source, ends[1], entry["enabled"]))
        if weighted:
            weights.append(number(entry["weight"], f"{what}: weight"))
    return genes, weights
