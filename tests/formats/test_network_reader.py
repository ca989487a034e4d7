"""What the one reader of network files does with files of every kind."""

import json
from pathlib import Path

import numpy as np
import pytest

from wann.errors import UserError
from wann.formats import read_network
from wann.formats.load import load_network
from wann.formats.network_reader import task_in

# Bias, input, two hidden nodes, output; one disabled connection.
TABLE = "0,0,1.5,0,nan,1\n0,0,1,2,0,1\n0,0,0,-1,0,5\n0,0,0,0,1e-3,3\n0,0,0,0,0,1\n"
# Another network with as many enabled connections.
OTHER = TABLE.replace("0,5", "0,9")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "swing.out").write_text(TABLE)
    (tmp_path / "cartpole_swingup.wann.json").write_text("[[0, 1, 2, 3, 4], 932]")
    return tmp_path


def test_paths_may_be_texts(folder: Path) -> None:
    path = folder / "swing.out"
    assert read_network(str(path)).genome.hidden == read_network(path).genome.hidden == 2
    assert load_network(str(path)).network.connections == 5


def test_weights_of_a_table_come_with_it_and_are_said_once(folder: Path, capsys) -> None:
    for _ in range(2):
        loaded = load_network(folder / "swing.out")
        assert loaded.weights is not None
        assert sorted(loaded.weights.tolist()) == [-1.0, 1e-3, 1.0, 1.5, 2.0]
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "is a table with a weight for each connection: they are taken as tuned weights" in said


def test_a_loaded_network_computes_with_its_own_weights_or_a_shared_one(folder: Path) -> None:
    loaded = load_network(str(folder / "swing.out"))
    assert loaded([0.5]).shape == (1,)
    assert loaded(np.zeros((7, 1)), 2.0).shape == (7, 1)
    np.testing.assert_array_equal(loaded([0.5]), loaded([0.5], loaded.weights))
    assert (loaded([0.5]) != loaded([0.5], 1.0)).any()
    assert "its own weights" in repr(loaded)
    bare = loaded.with_weights(None)
    assert "shared weight" in repr(bare)
    np.testing.assert_array_equal(bare([0.5]), loaded([0.5], 1.0))


def test_tuned_weights_of_the_release_come_with_their_table(folder: Path, capsys) -> None:
    path = folder / "cartpole_swingup.wann.json"
    file = read_network(path)
    assert file.weights is not None
    # In the order of the table's rows; the disabled one has the shared weight alone.
    assert file.weights.tolist() == [-1.5, -1.5, -0.5, 0.5, 1.5, 2.5]
    assert "added to the shared weight -1.5, for the network" in capsys.readouterr().err
    assert (task_in(path), task_in(folder / "swing.out")) == (None, None)
    (folder / "again.out").write_text(TABLE)  # the same network once more is no other
    np.testing.assert_array_equal(read_network(path).weights, file.weights)


def of(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text)


SPOILT = {
    "two networks": (
        lambda f: of(f, "other.out", OTHER),
        r"expected one table of 5 .* got .*other.out, .*swing.out",
    ),
    "no table": (lambda f: (f / "swing.out").unlink(), "expected one table .* got none"),
    "another size": (
        lambda f: of(f, "cartpole_swingup.wann.json", "[[1, 2], 9]"),
        "expected one table of 2 .* got none",
    ),
    "no numbers": (
        lambda f: of(f, "cartpole_swingup.wann.json", '[["1", 2, 3, 4, 5], 9]'),
        "weight 0: expected a finite number, got '1'",
    ),
    "cut off": (
        lambda f: of(f, "cartpole_swingup.wann.json", "[[1, 2"),
        "is the file complete",
    ),
}


@pytest.mark.parametrize("name", SPOILT)
def test_weights_without_their_one_table_are_refused(name: str, folder: Path) -> None:
    spoil, message = SPOILT[name]
    spoil(folder)
    with pytest.raises(UserError, match=message) as caught:
        read_network(folder / "cartpole_swingup.wann.json")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "first"),
    [("bipedhard.json", -1.87), ("vae_racer.json", -0.7), ("mnist.json", 0.0), ("x.json", None)],
)
def test_the_shared_weight_is_known_by_the_name(
    name: str, first: float | None, folder: Path
) -> None:
    of(folder, name, json.dumps([[0.0] * 5, 1]))
    if first is None:
        with pytest.raises(UserError, match="expected one of swing, biped, rac, mnist in it"):
            read_network(folder / name)
        return
    assert read_network(folder / name).weights.tolist() == [first] * 6
