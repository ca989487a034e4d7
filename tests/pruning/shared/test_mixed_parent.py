import mask_toys
import naive
import numpy as np
import torch
from genome_toys import PROPERTY
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from wann.activations import Activation

SMOOTH = ("linear", "sin", "gaussian", "tanh", "sigmoid", "inverse", "absolute", "relu", "cosine")


@PROPERTY
@given(
    st.integers(0, 2**32 - 1),
    st.lists(st.integers(1, 7), max_size=2).map(tuple),
    st.floats(0.1, 1.0),
    st.lists(st.sampled_from(SMOOTH), min_size=1, max_size=9, unique=True).map(tuple),
    st.booleans(),
)
def test_parent_network_and_twin_compute_the_same(
    seed: int, hidden: tuple[int, ...], share: float, activations: tuple[str, ...], learned: bool
) -> None:
    """The twin is that of genomes: each node asks those that it is fed by."""
    parent = mask_toys.parent("mixed", 4, 2, hidden, seed % 1000, activations, learned)
    masks = mask_toys.random_masks(parent, share, seed)
    x = np.random.default_rng(seed).normal(size=(6, 4))
    weights = [-1.5, 0.7]
    computed = mask_toys.outputs_of(parent, masks, x, weights)
    network, genome = parent.network(masks), parent.genome(masks)
    assert parent.connections(masks) == network.connections
    for weight, found in zip(weights, computed, strict=True):
        assert_allclose(found, network(x, weight), rtol=1e-9, atol=1e-9)
        twin = naive.forward(genome, x[0].tolist(), [weight] * len(genome.source))
        assert_allclose(found[0], twin, rtol=1e-9, atol=1e-9)


def test_nodes_take_the_activations_in_turn() -> None:
    parent = mask_toys.parent("mixed", 2, 1, (5, 2), activations=("relu", "step"))
    masks = [np.ones(score.shape, dtype=bool) for score in parent.scores]
    network = parent.network(masks)
    found = dict(zip(*np.unique(network.activation, return_counts=True), strict=True))
    assert found == {Activation.LINEAR: 1, Activation.STEP: 3, Activation.RELU: 4}
    assert network.connections == parent.places == 3 * 5 + 8 * 2 + 10 * 1


def test_a_step_has_a_gradient_and_stays_a_step() -> None:
    parent = mask_toys.parent("mixed", 1, 1, (1,), activations=("step",))
    kept = [torch.ones_like(score, dtype=torch.bool) for score in parent.scores]
    x = torch.tensor([[1.0, -0.9], [1.0, -1.1]])
    found = parent.forward(x, kept, torch.tensor([1.0]))
    # One step of 1 + x, and the same again from the skips beside it
    assert_allclose(found.detach()[0, :, 0], [1.0 + 0.1, -0.1], atol=1e-6)
    found.sum().backward()
    assert all((score.grad != 0).all() for score in parent.scores)


def test_a_network_of_one_connection_is_the_smallest() -> None:
    parent = mask_toys.parent("mixed", 2, 2, (3,))
    masks = [np.zeros(score.shape, dtype=bool) for score in parent.scores]
    masks[-1][1, 0] = True
    assert parent.network(masks).connections == parent.fewest == 1
