"""A network is read back with every connection, those that lead to no output as well."""

from pathlib import Path

import numpy as np
import pytest
from compare_toys import diamond

from wann.errors import UserError
from wann.formats.whole_network import read_whole_network, write_network
from wann.network.from_masks import network_of_masks, smallest_dense, trim
from wann.network.network import Network


def a_perceptron() -> Network:
    masks = trim(smallest_dense(64, 10, 90), 90, np.random.default_rng(0))
    return network_of_masks(masks)


@pytest.mark.parametrize("network", [diamond(), a_perceptron()])
def test_what_is_written_is_read_back_with_every_connection(
    network: Network, tmp_path: Path
) -> None:
    weights = np.random.default_rng(0).standard_normal(network.connections)
    write_network(tmp_path / "n.json", network, weights, "digits")
    found = read_whole_network(tmp_path / "n.json")
    assert [np.asarray(a).tobytes() for a in found.network] == [
        np.asarray(b).tobytes() for b in network
    ]
    assert found.weights is not None
    assert found.weights.tobytes() == weights.tobytes()
    assert (found.task, found.info) == ("digits", {})


def test_a_network_may_have_no_weights_and_further_values(tmp_path: Path) -> None:
    write_network(tmp_path / "new" / "n.json", diamond(), None, "swingup", {"cost": {"steps": 3}})
    found = read_whole_network(tmp_path / "new" / "n.json")
    assert found.weights is None
    assert found.info == {"cost": {"steps": 3}}


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"nowhere\.json: expected a readable file"):
        read_whole_network(tmp_path / "nowhere.json")
