import numpy as np

from wann.network.compile import compile_genome
from wann.network.digest import network_digest, structure_digest
from wann.network.genome import minimal

NETWORK = compile_genome(minimal(3, 2, np.ones((4, 2), dtype=bool)))
SMALLER = compile_genome(minimal(3, 2, np.arange(8).reshape(4, 2) > 0))
WEIGHTS = np.arange(8, dtype=np.float64)


def test_digests_are_those_in_the_files_of_old_runs() -> None:
    assert structure_digest(NETWORK) == "76da0b9dce892e95414c78e2"
    assert network_digest(NETWORK, None) == "a2038156b1c83fe4"
    assert network_digest(NETWORK, WEIGHTS) == "0816db5060c6b47d"


def test_whatever_differs_shows() -> None:
    assert structure_digest(NETWORK) != structure_digest(SMALLER)
    other = NETWORK._replace(activation=NETWORK.activation + 1)
    assert structure_digest(NETWORK) != structure_digest(other)
    digests = [network_digest(NETWORK, weights) for weights in (None, WEIGHTS, WEIGHTS + 1)]
    assert len({*digests, network_digest(other, None)}) == 4
