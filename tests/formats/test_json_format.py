import json
import re
from typing import Any

import numpy as np
import pytest
from formats_toys import assert_same_genome, network_files
from genome_toys import PROPERTY, genomes
from hypothesis import given
from hypothesis import strategies as st

from wann.activations.table import by_name
from wann.errors import UserError
from wann.formats import NetworkFile, dumps_json
from wann.formats.json_format import loads
from wann.formats.network_file import MAX_BYTES, MAX_CONNECTIONS, MAX_NODES
from wann.network.genome import Genome, minimal

VALID: dict[str, Any] = {
    "format": "wann-network",
    "version": 1,
    "inputs": 1,
    "outputs": 1,
    "task": "swingup",
    "nodes": [
        {"id": 0, "kind": "bias"},
        {"id": 1, "kind": "input"},
        {"id": 2, "kind": "output", "activation": "linear"},
        {"id": 30, "kind": "hidden", "activation": "tanh"},
        {"id": 40, "kind": "hidden", "activation": "sin"},
    ],
    "connections": [
        {"source": 0, "target": 2, "enabled": True, "weight": 0.5},
        {"source": 1, "target": 30, "enabled": True, "weight": -0.0},
        {"source": 30, "target": 40, "enabled": False, "weight": 2},
        {"source": 40, "target": 2, "enabled": True, "weight": 1e-300},
    ],
    "info": {"mean": 611.6},
}


def changed(path: str, value: object) -> str:
    """Return VALID as text with the value at a path such as "nodes.3.id" replaced."""
    data: Any = json.loads(json.dumps(VALID))
    *way, last = [int(key) if key.isdigit() else key for key in path.split(".")]
    place = data
    for key in way:
        place = place[key]
    place[last] = value
    return json.dumps(data)


def without(path: str, key: str) -> str:
    data: Any = json.loads(json.dumps(VALID))
    place = data
    for step in path.split(".") if path else []:
        place = place[int(step) if step.isdigit() else step]
    del place[key]
    return json.dumps(data)


TEXT = json.dumps(VALID)


@PROPERTY
@given(network_files(genomes(steps=150, recurrent=None)))
def test_round_trip_is_exact(file: NetworkFile) -> None:
    text = dumps_json(file)
    back = loads(text, "x.json")
    assert_same_genome(back.genome, file.genome)
    assert (back.weights is None) == (file.weights is None)
    if back.weights is not None and file.weights is not None:
        assert back.weights.tobytes() == file.weights.tobytes()
    assert (back.task, back.info) == (file.task, file.info)
    assert dumps_json(back) == text
    assert text.endswith("}\n")
    assert text.isascii()


def test_the_text_is_what_the_format_says() -> None:
    genome = minimal(1, 1, np.array([[True], [False]]))
    file = NetworkFile(genome, np.array([0.5, -1.0]), None, {"mean": 1.5, "digest": "ab"})
    assert dumps_json(file) == (
        "{\n"
        '  "format": "wann-network",\n'
        '  "version": 1,\n'
        '  "inputs": 1,\n'
        '  "outputs": 1,\n'
        '  "task": null,\n'
        '  "nodes": [\n'
        '    {"id": 0, "kind": "bias"},\n'
        '    {"id": 1, "kind": "input"},\n'
        '    {"id": 2, "kind": "output", "activation": "linear"}\n'
        "  ],\n"
        '  "connections": [\n'
        '    {"source": 0, "target": 2, "enabled": true, "weight": 0.5},\n'
        '    {"source": 1, "target": 2, "enabled": false, "weight": -1.0}\n'
        "  ],\n"
        '  "info": {\n'
        '    "digest": "ab",\n'
        '    "mean": 1.5\n'
        "  }\n"
        "}\n"
    )


def test_reads_what_a_person_may_write() -> None:
    file = loads(TEXT, "x.json")
    assert file.weights is not None
    assert file.weights.tolist() == [0.5, -0.0, 2.0, 1e-300]
    assert np.signbit(file.weights[1])
    assert file.genome.source.tolist() == [0, 1, 3, 4]
    assert file.genome.node_id.tolist() == [0, 1, 2, 30, 40]
    assert loads(without("", "info"), "x").info == {}
    assert loads(without("", "task"), "x").task is None


BAD = {
    "empty": ("", "expected JSON"),
    "truncated": (TEXT[: len(TEXT) // 2], "is the file complete?"),
    "trailing": (TEXT + "x", "Extra data"),
    "line breaks shown escaped": ('{"a": \n\n "b\n', "line 3"),
    "list": ("[1]", "got a list of 1"),
    "null": ("null", "got null"),
    "text": ('"wann-network"', "got 'wann-network'"),
    "other object": ("{}", '"format": null'),
    "other format": (changed("format", "neat\n"), r"'neat\\n'"),
    "newer": (changed("version", 2), "got 2; read it with a newer wann"),
    "version true": (changed("version", True), "version: expected an integer"),
    "version 1.0": (changed("version", 1.0), "version: expected an integer"),
    "no version": (without("", "version"), "none called 'version'"),
    "no nodes": (without("", "nodes"), "none called 'nodes'"),
    "unknown key": (changed("wieghts", []), "unknown key 'wieghts'"),
    "unknown key with line break": (changed("a\nb", 1), r"'a\\nb'"),
    "task": (changed("task", 3), "task: expected a name or null, got 3"),
    "info": (changed("info", [1]), "info: expected an object, got a list of 1"),
    "inputs true": (
        changed("inputs", True),
        "inputs: expected an integer from 1 to 100000, got true",
    ),
    "inputs 0": (changed("inputs", 0), "got 0"),
    "inputs many": (changed("inputs", 99_999), "nodes: expected at least 100001"),
    "outputs text": (
        changed("outputs", "1"),
        "outputs: expected an integer from 1 to 100000, got '1'",
    ),
    "nodes object": (changed("nodes", {}), "nodes: expected a list, got an object"),
    "too few nodes": (changed("nodes", VALID["nodes"][:2]), "nodes: expected at least 3"),
    "node number": (changed("nodes.0", 7), "nodes[0]: expected an object, got 7"),
    "kind": (changed("nodes.1.kind", "hidden"), "nodes[1]: expected kind 'input', got 'hidden'"),
    "kind list": (changed("nodes.1.kind", []), "got a list of 0"),
    "more outputs": (changed("outputs", 2), "nodes[3]: expected kind 'output', got 'hidden'"),
    "id float": (changed("nodes.3.id", 30.0), "nodes[3]: id: expected an integer"),
    "id true": (changed("nodes.1.id", True), "nodes[1]: id: expected an integer"),
    "id text": (changed("nodes.1.id", "1"), "got '1'"),
    "id negative": (changed("nodes.3.id", -1), "got -1"),
    "id too large": (changed("nodes.3.id", 2**63), "got 9223372036854775808"),
    "id twice": (
        changed("nodes.4.id", 30),
        "nodes[4]: expected a new id, got 30, that of nodes[3]",
    ),
    "no activation": (without("nodes.3", "activation"), "none called 'activation'"),
    "activation": (
        changed("nodes.3.activation", "tahn"),
        "unknown activation 'tahn': did you mean 'tanh'",
    ),
    "activation long": (changed("nodes.3.activation", "t" * 1000), "nodes[3]: unknown activation"),
    "formulas": (changed("activations", "soft = x"), "expected a list of texts NAME = FORMULA"),
    "formula": (changed("activations", ["soft = y"]), "activations: activation 'soft': formula"),
    "formula of a built-in name": (
        changed("activations", ["tanh = x"]),
        "activations: activation 'tanh' is tanh(x) here already, got x: give it another name",
    ),
    "activation id": (
        changed("nodes.3.activation", 5),
        "nodes[3]: activation: expected a name, got 5",
    ),
    "node key": (changed("nodes.3.weight", 1), "nodes[3]: unknown key 'weight'"),
    "connections text": (
        changed("connections", "none"),
        "connections: expected a list, got 'none'",
    ),
    "connection list": (
        changed("connections.1", [1]),
        "connections[1]: expected an object, got a list of 1",
    ),
    "connection null first": (
        changed("connections.0", None),
        "connections[0]: expected an object, got null",
    ),
    "source unknown": (
        changed("connections.1.source", 99),
        "connections[1]: source: expected the id of a node, got 99",
    ),
    "source true": (changed("connections.1.source", True), "source: expected an integer"),
    "source float": (changed("connections.1.source", 1.0), "source: expected an integer"),
    "target unknown": (
        changed("connections.1.target", 99),
        "target: expected the id of a node, got 99",
    ),
    "enabled 1": (changed("connections.1.enabled", 1), "enabled: expected true or false, got 1"),
    "no enabled": (without("connections.1", "enabled"), "none called 'enabled'"),
    "weight text": (
        changed("connections.1.weight", "1"),
        "connections[1]: weight: expected a finite number, got '1'",
    ),
    "weight true": (
        changed("connections.1.weight", True),
        "weight: expected a finite number, got true",
    ),
    "weight null": (
        changed("connections.1.weight", None),
        "weight: expected a finite number, got null",
    ),
    "weight nan": (changed("connections.1.weight", float("nan")), "got NaN"),
    "weight inf": (changed("connections.1.weight", float("inf")), "got Infinity"),
    "weight -inf": (changed("connections.1.weight", -float("inf")), "got -Infinity"),
    "weight 1e999": (TEXT.replace("1e-300", "1e999"), "'1e999', which is beyond float64"),
    "weight 10^400": (
        changed("connections.1.weight", 10**400),
        "weight: expected a finite number, got 1000",
    ),
    "weight 10^5000": (
        TEXT.replace("1e-300", "1" + "0" * 5000),
        "an integer of thousands of digits",
    ),
    "info nan": (changed("info.mean", float("nan")), "got NaN"),
    "one weight missing": (without("connections.2", "weight"), "connections[2]: expected a weight"),
    "one weight only": (without("connections.0", "weight"), "connections[1]: expected no weight"),
    "connection twice": (
        changed("connections.1", VALID["connections"][0]),
        "two connections join the same pair",
    ),
    "from output": (changed("connections.1.source", 2), "a connection leaves an output"),
    "to input": (changed("connections.0.target", 1), "enters the bias or an input"),
    "loop": (changed("connections.2.target", 30), "a cycle"),
    "cycle": (changed("connections.1.source", 40), "a cycle"),
    "key twice": ('{"format": "wann-network", "format": 1}', "got 'format' twice"),
    "deep lists": ("[" * 1_000_000, "nested too deeply"),
    "deep objects": ('{"a":' * 1_000_000, "nested too deeply"),
    "many nodes": (changed("nodes", [0] * (MAX_NODES + 1)), f"expected at most {MAX_NODES} nodes"),
    "many connections": (
        changed("connections", [0] * (MAX_CONNECTIONS + 1)),
        f"and {MAX_CONNECTIONS} connections",
    ),
}


@pytest.mark.parametrize(("text", "fragment"), BAD.values(), ids=BAD.keys())
def test_mistakes_are_named_in_one_line(text: str, fragment: str) -> None:
    with pytest.raises(UserError) as raised:
        loads(text, "some/file.json")
    message = str(raised.value)
    assert message.startswith("some/file.json: ")
    assert fragment.replace("\\\\", "\\") in message
    assert len(message.splitlines()) == 1
    assert len(message) < 600


@PROPERTY
@given(st.data())
def test_damaged_files_are_read_or_refused(data: st.DataObject) -> None:
    text = dumps_json(loads(TEXT, "x"))
    start = data.draw(st.integers(0, len(text)))
    length = data.draw(st.integers(0, 10))
    inserted = data.draw(
        st.text(max_size=5) | st.sampled_from(["null", "true", "-1", "1e9", '"', "[]", "{}", ","])
    )
    message = ""
    try:
        loads(text[:start] + inserted + text[start + length :], "x.json")
    except UserError as error:
        message = str(error)
    assert re.fullmatch(r"(x\.json: .+)?", message)  # without DOTALL: one line


def test_the_writer_refuses_what_could_not_be_read_back() -> None:
    genome = minimal(1, 1, np.ones((2, 1), dtype=np.bool_))
    with pytest.raises(ValueError, match="1 that are not"):
        dumps_json(NetworkFile(genome, np.array([1.0, np.nan]), None, {}))
    with pytest.raises(ValueError, match="expected 2 weights"):
        dumps_json(NetworkFile(genome, np.ones(3), None, {}))
    with pytest.raises(ValueError, match="not JSON compliant"):
        dumps_json(NetworkFile(genome, None, None, {"mean": float("nan")}))
    with pytest.raises(ValueError, match="enters the bias"):
        dumps_json(NetworkFile(genome._replace(target=np.array([0, 2])), None, None, {}))


def test_the_largest_network_fits_the_limit_of_bytes() -> None:
    nodes, connections = 1000, 10_000
    ids = np.arange(2**63 - nodes, 2**63 - 1, dtype=np.int64)
    ids = np.append(ids, 2**63 - 1)
    rng = np.random.default_rng(0)
    pairs = rng.choice(490 * 500, connections, replace=False)
    genome = Genome(
        490,
        1,
        ids,
        np.full(nodes, 4, dtype=np.int64),
        (pairs // 500).astype(np.int64),
        (pairs % 500).astype(np.int64) + 500,
        np.zeros(connections, dtype=np.bool_),
    )
    text = dumps_json(NetworkFile(genome, np.full(connections, -1.2345678901234567e-308), None, {}))
    assert len(text) * max(MAX_CONNECTIONS / connections, MAX_NODES / nodes) < MAX_BYTES


def test_a_file_leaves_built_in_activations_as_they_are() -> None:
    file = loads(json.dumps({**VALID, "activations": ["tanh = tanh(x)  #123456"]}), "a test")
    assert 5 in file.genome.activation
    assert by_name("tanh").code == 5
