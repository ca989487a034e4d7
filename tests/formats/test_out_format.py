import re
from pathlib import Path

import numpy as np
import pytest
from formats_toys import assert_same_genome, champion, network_files, released
from genome_toys import PROPERTY
from hypothesis import given
from hypothesis import strategies as st

from wann.activations import Activation
from wann.errors import UserError
from wann.formats import (
    NetworkFile,
    dumps_json,
    dumps_out,
    read_network,
)
from wann.formats.json_format import loads as loads_json
from wann.formats.network_file import MAX_BYTES
from wann.formats.out_format import MAX_ROWS, loads
from wann.network.genome import Genome, minimal

# Bias, input, two hidden nodes, output; one disabled connection.
TABLE = "0,0,1.5,0,nan,1\n0,0,1,2,0,1\n0,0,0,-1,0,5\n0,0,0,0,1e-3,3.00e+00\n0,0,0,0,0,1\n"


def table(file: NetworkFile) -> list[list[float]]:
    """Return the numbers of a table, as the release reads them: without comments."""
    lines = [line for line in dumps_out(file).splitlines() if not line.startswith("#")]
    return [[float(cell) for cell in line.split(",")] for line in lines]


@PROPERTY
@given(released)
def test_structure_survives_a_round_trip(genome: Genome) -> None:
    text = dumps_out(NetworkFile(genome, None, "swingup", {}))
    back = loads(text, "x.out", genome.inputs, genome.outputs)
    assert (back.weights, back.task, back.info) == (None, None, {})
    assert back.genome.hidden == genome.hidden
    assert sorted(back.genome.activation.tolist()) == sorted(genome.activation.tolist())
    assert len(back.genome.source) == len(genome.source)
    assert back.genome.connections == genome.connections
    # The table is in topological order, disabled connections included: above its diagonal.
    matrix = np.array(table(back))[:, :-1]
    sources, targets = np.nonzero(matrix)
    assert (sources < targets).all()
    # What was read is written as it was, and read as the same arrays.
    assert dumps_out(back) == text
    assert_same_genome(
        loads(dumps_out(back), "x.out", genome.inputs, genome.outputs).genome, back.genome
    )


@PROPERTY
@given(released)
def test_the_same_network_comes_back(genome: Genome) -> None:
    # Ids that name nodes whatever their order: each node's id becomes its position in what is read
    # back.
    back = loads(
        dumps_out(NetworkFile(genome, None, None, {})), "x.out", genome.inputs, genome.outputs
    ).genome
    fixed = 1 + genome.inputs + genome.outputs
    assert (back.activation[:fixed] == genome.activation[:fixed]).all()

    def paths(g: Genome) -> list[tuple[object, ...]]:
        """Return every node's signature: its activation and what enters it.

        What enters it is followed down to the inputs.
        """
        signature: dict[int, tuple[object, ...]] = {i: ("input", i) for i in range(1 + g.inputs)}

        def sign(node: int) -> tuple[object, ...]:
            if node not in signature:
                entering = [
                    (sign(int(s)), bool(e))
                    for s, t, e in zip(g.source, g.target, g.enabled, strict=True)
                    if t == node
                ]
                signature[node] = (int(g.activation[node]), hash(tuple(sorted(entering, key=repr))))
            return signature[node]

        outputs = [sign(node) for node in range(1 + g.inputs, fixed)]
        return outputs + sorted((sign(node) for node in range(fixed, len(g.node_id))), key=repr)

    assert paths(back) == paths(genome)


@PROPERTY
@given(network_files(released))
def test_values_are_the_weights(file: NetworkFile) -> None:
    values = np.array(table(file))[:, :-1]
    written = np.sort(values[~np.isnan(values) & (values != 0.0)])
    assert len(written) == file.genome.connections
    if file.weights is None:
        assert (written == 1.0).all()
    else:
        weights = file.weights[file.genome.enabled]
        assert (written == np.sort(np.where(weights == 0.0, 1e-30, weights))).all()


@PROPERTY
@given(network_files(released))
def test_weights_come_back_and_so_do_the_sizes(file: NetworkFile) -> None:
    back = loads(dumps_out(file), "x.out")
    assert (back.genome.inputs, back.genome.outputs) == (file.genome.inputs, file.genome.outputs)
    if file.weights is None or (file.weights[file.genome.enabled] == 1.0).all():
        assert back.weights is None
        return
    assert back.weights is not None
    assert dumps_out(back) == dumps_out(file)
    own = file.weights[file.genome.enabled]
    found = back.weights[back.genome.enabled]
    np.testing.assert_array_equal(np.sort(found), np.sort(np.where(own == 1e-30, 0.0, own)))


def test_weights_of_the_release_come_back() -> None:
    file = loads(TABLE, "x.out")
    assert file.weights is not None
    assert file.weights.tolist() == [1.5, 1.0, 1.0, 2.0, -1.0, 1e-3]  # the second is disabled
    shared = TABLE.replace("1.5", "1").replace("2,0,1", "1,0,1").replace("-1", "1")
    assert loads(shared.replace("1e-3", "1.00e+00"), "x.out").weights is None


def misfit(inputs: int, outputs: int, hidden: int = 6) -> str:
    """Return the table of a network whose every hidden node is joined to all around it."""
    nodes = 1 + inputs + hidden + outputs
    rows = []
    for row in range(nodes):
        joined = [
            "0.5"
            if (row <= inputs < column < nodes - outputs)
            or (inputs < row < nodes - outputs <= column)
            else "0"
            for column in range(nodes)
        ]
        rows.append(",".join([*joined, "1"]))
    return "\n".join(rows)


@pytest.mark.parametrize(
    ("inputs", "outputs"), [(4, 2), (24, 2), (4, 4), (25, 4), (24, 5), (23, 4)]
)
def test_a_table_of_another_task_is_refused_with_both_sizes(inputs: int, outputs: int) -> None:
    text = misfit(24, 4)
    assert loads(text, "x.out", 24, 4).genome.hidden == 6
    wanted, found = f"expected {inputs} inputs and {outputs} outputs", "24 inputs and 4 outputs"
    with pytest.raises(UserError, match=rf"x\.out: {wanted}, got a table of {found}"):
        loads(text, "x.out", inputs, outputs)
    with pytest.raises(UserError, match=f"{wanted}, got a table of {found}"):
        loads(f"# 24 inputs, 4 outputs\n{text}", "x.out", inputs, outputs)


@pytest.mark.parametrize("said", ["0 inputs, 4 outputs", "24 inputs, 400 outputs"])
def test_sizes_that_cannot_be_are_refused(said: str) -> None:
    with pytest.raises(UserError, match="expected a bias, an input and an output, got 35 nodes"):
        loads(f"# {said}\n{misfit(24, 4)}", "x.out")


def test_reads_the_table() -> None:
    genome = loads(TABLE, "x.out").genome
    assert (genome.inputs, genome.outputs, genome.hidden, genome.connections) == (1, 1, 2, 5)
    assert genome.activation.tolist() == [1, 1, 1, 5, 3]
    assert genome.source.tolist() == [0, 0, 1, 1, 3, 4]
    assert genome.target.tolist() == [3, 2, 3, 4, 4, 2]
    assert genome.enabled.tolist() == [True, False, True, True, True, True]
    assert_same_genome(loads(TABLE.replace("\n", "\r\n") + "\n\n", "x.out").genome, genome)


def test_counts_that_are_given_win() -> None:
    # Two inputs, two outputs, and only the second output connected: the first could as well be an
    # input.
    genome = minimal(2, 2, np.array([[False, True], [False, True], [False, False]]))
    genome = genome._replace(
        source=genome.source[[1, 3]], target=genome.target[[1, 3]], enabled=np.ones(2, dtype=bool)
    )
    said = dumps_out(NetworkFile(genome, None, None, {}))
    assert_same_genome(loads(said, "x.out").genome, genome)
    first, text = said.split("\n", 1)
    assert first == "# 2 inputs, 2 outputs"
    with pytest.raises(UserError, match=r"x\.out: .*say how many inputs and outputs it has"):
        loads(text, "x.out")
    for inputs, outputs in ((2, None), (None, 2), (2, 2)):
        assert_same_genome(loads(text, "x.out", inputs, outputs).genome, genome)


BAD = {
    "empty": ("", "a line per node, at least 3, got 1"),
    "two nodes": ("0,1,1\n0,0,1\n", "at least 3, got 2"),
    "no table": ("hello\nthere\nyou\n", "line 1: expected 4 values"),
    "ragged": (TABLE.replace("-1,0,5", "-1,5"), "line 3: expected 6 values"),
    "too wide": (TABLE.replace("-1,0,5", "-1,0,0,5"), "line 3: expected 6 values"),
    "no activations": ("0,0,1\n0,0,1\n0,0,0\n", "line 1: expected 4 values"),
    "cut lines": (TABLE[:30], "is the file complete?"),
    "word": (TABLE.replace("1.5", "big"), "line 1: expected finite numbers or nan, got 'big'"),
    "empty cell": (TABLE.replace("1.5", ""), "got ''"),
    "underscore": (TABLE.replace("1.5", "1_5"), "got '1_5'"),
    "other digits": (
        TABLE.replace("1.5", "\N{ARABIC-INDIC DIGIT ONE}"),
        "got '\N{ARABIC-INDIC DIGIT ONE}'",
    ),
    "odd line break": (TABLE.replace("1.5", "1\x0b\u20285"), "expected finite numbers or nan"),
    "inf": (TABLE.replace("1.5", "inf"), "got 'inf'"),
    "-inf": (TABLE.replace("1.5", "-Infinity"), "got '-Infinity'"),
    "overflow": (TABLE.replace("1.5", "1e999"), "got '1e999'"),
    "activation 12": (
        TABLE.replace("0,5", "0,12"),
        "line 3: expected an activation id from 1 to 11, got 12",
    ),
    "activation 0": (TABLE.replace("0,5", "0,0"), "got 0.0"),
    "activation 1.5": (TABLE.replace("0,5", "0,1.5"), "got 1.5"),
    "activation nan": (TABLE.replace("0,5", "0,nan"), "got nan"),
    "loop": (TABLE.replace("0,0,0,-1", "0,0,1,-1"), "a cycle"),
    "cycle": (
        TABLE.replace("1e-3,3", "1e-3,3").replace("0,0,0,0,1e-3", "0,0,nan,0,1e-3"),
        "a cycle",
    ),
    "no inputs": ("0,1,1,1\n0,0,1,1\n0,0,0,1\n", "got 3 nodes with 0 inputs"),
    "no outputs": ("0,0,1,1\n0,0,1,1\n0,0,1,1\n", "and 0 outputs"),
    "nothing joined": ("0,0,0,1\n0,0,0,1\n0,0,0,1\n", "say how many inputs and outputs it has"),
    "too many lines": ("0\n" * (MAX_ROWS + 1), f"expected at most {MAX_ROWS} lines"),
    "one long line": ("," * 1_000_000, "at least 3, got 1"),
    "long lines": (f"{',' * 1_000_000}\n" * 3, "expected 4 values"),
    "null": ("\0,0\n" * 3, "expected 4 values"),
}


@pytest.mark.parametrize(("text", "fragment"), BAD.values(), ids=BAD.keys())
def test_mistakes_are_named_in_one_line(text: str, fragment: str) -> None:
    with pytest.raises(UserError) as raised:
        loads(text, "some/file.out")
    message = str(raised.value)
    assert message.startswith("some/file.out: ")
    assert fragment in message
    assert len(message.splitlines()) == 1
    assert len(message) < 400


@pytest.mark.parametrize(
    ("inputs", "outputs"), [(0, 1), (-3, None), (3, 2), (2, 1), (1, 2), (1, 99), (None, 99)]
)
def test_wrong_counts_are_refused(inputs: int | None, outputs: int | None) -> None:
    with pytest.raises(UserError, match=r"^x\.out: .+$"):
        loads(TABLE, "x.out", inputs, outputs)


@PROPERTY
@given(st.data())
def test_damaged_files_are_read_or_refused(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(TABLE)))
    length = data.draw(st.integers(0, 10))
    inserted = data.draw(
        st.text(max_size=5) | st.sampled_from(["nan", "inf", "-1", ",", "\n", "1e400", "."])
    )
    message = ""
    try:
        loads(TABLE[:start] + inserted + TABLE[start + length :], "x.out")
    except UserError as error:
        message = str(error)
    assert re.fullmatch(r"(x\.out: .+)?", message)  # without DOTALL: one line


def test_the_writer_refuses_tables_that_are_too_large() -> None:
    genome = minimal(MAX_ROWS, 1, np.ones((MAX_ROWS + 1, 1), dtype=np.bool_))
    with pytest.raises(
        UserError,
        match=r"expected at most 4000 nodes in a \.out table, got 4002; write it as \.json",
    ):
        dumps_out(NetworkFile(genome, None, None, {}))


def test_the_writer_refuses_activations_that_the_release_does_not_have() -> None:
    genome = minimal(1, 1, np.ones((2, 1), dtype=np.bool_))
    genome.activation[-1] = Activation.SIGN
    with pytest.raises(UserError, match=r"unknown activation 'sign': a \.out table cannot"):
        dumps_out(NetworkFile(genome, None, None, {}))


def test_files_that_cannot_be_read_are_named_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "binary.out").write_bytes(b"\x93NUMPY\x01")
    with (tmp_path / "huge.out").open("wb") as stream:
        stream.truncate(MAX_BYTES + 1)  # a hole: takes no space
    (tmp_path / "line\nbreak.out").write_text("0")
    for name, fragment in {
        "none.out": "no such file",
        "none/none.out": "no such file",
        ".": "is a directory",
        "nu\0ll.out": "null",
        "n" * 300: "too long",
        "binary.out": "byte 0x93 at 0",
        "huge.out": f"at most {MAX_BYTES} bytes",
        "line\nbreak.out": "at least 3",
    }.items():
        with pytest.raises(UserError) as raised:
            read_network(tmp_path / name)
        assert fragment in str(raised.value)
        assert len(str(raised.value).splitlines()) == 1


def test_the_format_is_picked_by_name_or_content(tmp_path: Path) -> None:
    file = loads(TABLE, "x.out")
    for name, text in {
        "a.out": TABLE,
        "b.JSON": dumps_json(file),
        "c": f" \n{dumps_json(file)}",
        "d": TABLE,
    }.items():
        (tmp_path / name).write_text(text, encoding="utf-8-sig" if name == "b.JSON" else "utf-8")
        assert_same_genome(read_network(tmp_path / name).genome, file.genome)
    (tmp_path / "e.json").write_text(TABLE)
    with pytest.raises(UserError, match="expected JSON"):
        read_network(tmp_path / "e.json")


def test_the_published_swing_up_champion_round_trips() -> None:
    path = champion("swing.out")
    file = read_network(path)
    genome = file.genome
    assert (genome.inputs, genome.outputs, genome.hidden) == (5, 1, 22)
    assert (genome.connections, len(genome.source)) == (52, 62)
    assert_same_genome(loads(dumps_out(file), "x.out").genome, genome)
    assert_same_genome(loads_json(dumps_json(file), "x.json").genome, genome)
    published = np.loadtxt(path, delimiter=",")
    written = np.array(table(file))
    assert (written[:, -1] == published[:, -1]).all()
    assert ((written == 0.0) == (published == 0.0)).all()
    assert (np.isnan(written) == np.isnan(published)).all()
