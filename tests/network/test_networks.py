"""Networks laid end to end, against the single ones."""

import numpy as np
import pytest
from genome_toys import grow
from hypothesis import given, settings
from hypothesis import strategies as st

from wann.network.compile import compile_all, compile_genome
from wann.network.genome import lay_end_to_end as genes_of
from wann.network.network import Laid, Network, lay_end_to_end, pack
from wann.network.networks import Networks, connections_of, shapes_of


def several(seeds: list[int]) -> list[Network]:
    return [compile_genome(grow(seed, 5 * (seed % 7), 3, 2)) for seed in seeds]


@settings(deadline=None)  # kernels are compiled first
@given(st.lists(st.integers(0, 30), min_size=1, max_size=40))
def test_each_is_found_again_and_equals_are_told(seeds: list[int]) -> None:
    single = several(seeds)
    networks = Networks.of(single)
    assert list(networks) == single
    assert networks[-1] == single[-1]
    assert networks[1:3] == single[1:3]
    assert networks.first_equals().tolist() == [single.index(network) for network in single]
    assert connections_of(networks).tolist() == connections_of(single).tolist()
    assert shapes_of(networks) == shapes_of(single) == {(3, 2)}
    for of_all, of_single in zip(lay_end_to_end(networks), lay_end_to_end(single), strict=True):
        np.testing.assert_array_equal(of_all, of_single)
    chosen = np.array(seeds[::2]) % len(seeds)
    assert list(networks.take(chosen)) == [single[i] for i in chosen]


def test_a_generation_is_compiled_as_its_genomes_are() -> None:
    genomes = [grow(seed, 12, 3, 2) for seed in range(20)]
    networks = compile_all(genes_of(genomes))
    assert list(networks) == [compile_genome(genome) for genome in genomes]
    for one, other in zip(pack(networks), pack(list(networks)), strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("field", ["activation", "edge_start", "source"])
def test_one_difference_is_enough(field: str) -> None:
    network = several([13])[0]
    # Where the last node's connections end is where all do
    for at in range(len(getattr(network, field)) - (field == "edge_start")):
        changed = getattr(network, field).copy()
        changed[at] += 1
        other = network._replace(**{field: changed})
        assert Networks.of([network, other, network]).first_equals().tolist() == [0, 1, 0]


def test_networks_whose_hashes_are_equal_are_compared() -> None:
    # All without nodes have one hash; of as many nodes and connections as others, one each
    none, start = np.empty(0, np.int64), np.zeros(1, np.int64)
    empty = Network(3, 0, none, start, none)
    assert Networks.of([empty, empty]).first_equals().tolist() == [0, 0]


def test_no_network_is_beyond_the_last() -> None:
    networks = Networks.of(several([1, 2]))
    with pytest.raises(IndexError, match="network 2 of 2"):
        networks[2]
    assert repr(networks) == "Networks(2 of 3 inputs and 2 outputs)"
    assert isinstance(networks.laid, Laid)
