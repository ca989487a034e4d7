from genome_toys import grow

from wann.network.compile import compile_genome
from wann.network.network import pack


def test_pack_lays_networks_end_to_end() -> None:
    networks = [compile_genome(grow(seed, 5 * seed, 3, 2)) for seed in range(6)]
    packed = pack(networks)
    assert len(packed.node_start) == 7
    for index, network in enumerate(networks):
        first, last = packed.node_start[index : index + 2]
        starts = packed.edge_start[first : last + 1]
        assert (packed.activation[first:last] == network.activation).all()
        assert (starts - starts[0] == network.edge_start).all()
        assert (packed.source[starts[0] : starts[-1]] == network.source).all()
    assert packed.node_start[-1] == len(packed.activation) == len(packed.edge_start) - 1
    assert packed.edge_start[-1] == len(packed.source)
