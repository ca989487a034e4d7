"""Counts of networks one can check by hand."""

from compare_toys import diamond

from wann.network.from_masks import dense_masks, network_of_masks
from wann.network.structure import count_paths, effective_connections, structure_of


def test_a_diamond_counted_by_hand() -> None:
    found = structure_of(diamond())
    assert effective_connections(diamond()).tolist() == [True, True, False, False, True, True]
    assert (found.connections, found.effective_connections) == (6, 4)
    assert (found.hidden, found.active_units, found.inputs, found.active_inputs) == (2, 1, 2, 1)
    assert (found.depth, found.paths) == (2, 2)  # input 1 -> 5 and input 1 -> 3 -> 5
    assert found.sparse_flops == 12
    assert found.sparse_bytes == 6 * 8 + 4 * 4 + 3
    assert found.to_dict()["paths"] == "2"


def test_paths_beyond_64_bits_are_exact() -> None:
    masks = dense_masks(10, [10] * 29, 1)
    assert count_paths(network_of_masks(masks)) == 10**30
