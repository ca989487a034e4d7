"""Networks for the tests of file formats."""

from pathlib import Path

import genome_toys
import numpy as np
import pytest
from hypothesis import strategies as st
from numpy.typing import NDArray
from paths import SHARED

from wann.formats import NetworkFile
from wann.kernels.forward import forward
from wann.kernels.vectors import LANES
from wann.network.compile import compile_with_genes
from wann.network.genome import Genome
from wann.network.network import pack

genomes = genome_toys.genomes(steps=150)
released = genome_toys.genomes(genome_toys.RELEASED, steps=150)
finite = st.floats(allow_nan=False, allow_infinity=False)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | finite | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=5,
)


@st.composite
def network_files(draw: st.DrawFn, some: st.SearchStrategy[Genome] = genomes) -> NetworkFile:
    genome = draw(some)
    weights = None
    if len(genome.source) and draw(st.booleans()):
        # Any bits that are a finite number, -0.0 and subnormals among them.
        size = len(genome.source)
        weights = np.array(draw(st.lists(finite, min_size=size, max_size=size)))
    info = draw(st.dictionaries(st.text(max_size=8), json_values, max_size=3))
    return NetworkFile(genome, weights, draw(st.none() | st.text(max_size=8)), info)


def assert_same_genome(a: Genome, b: Genome) -> None:
    """Assert that all arrays agree in type and bytes."""
    assert (a.inputs, a.outputs) == (b.inputs, b.outputs)
    for x, y in zip(a[2:], b[2:], strict=True):
        assert x.dtype == y.dtype
        assert x.tobytes() == y.tobytes()


def outputs(
    file: NetworkFile, observations: NDArray[np.float64], weight: float
) -> NDArray[np.float64]:
    """Return what the kernels compute (lanes, outputs) for observations (lanes, inputs)."""
    network, gene = compile_with_genes(file.genome)
    lanes = -(-len(observations) // LANES) * LANES
    values = np.ones((1 + network.inputs + len(network.activation), lanes))
    values[1 : 1 + network.inputs, : len(observations)] = observations.T
    if file.weights is None:
        forward(pack([network]), 0, np.full(lanes, float(weight)), values, lanes)
    else:
        weights = np.repeat(file.weights[gene][:, None], lanes, axis=1)
        forward(pack([network]), 0, weights, values, lanes)
    return values[len(values) - network.outputs :, : len(observations)].T


def champion(name: str) -> Path:
    """Return a file of the release's champions; the test is skipped where it is not."""
    if not (SHARED / "champions" / name).is_file():
        pytest.skip(
            f"needs champions/{name} in $WANN_SHARED or in a folder `shared` beside the checkout"
        )
    return SHARED / "champions" / name
