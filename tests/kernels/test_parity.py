"""What is said to do the same under both signs does so, to the bit."""

import numpy as np
import pytest
from genome_toys import grow
from hypothesis import given, settings
from hypothesis import strategies as st

from wann.activations import Activation
from wann.kernels.parity import same_for_both_signs
from wann.network.compile import compile_genome
from wann.network.network import Network, pack

ODD = np.array([Activation.LINEAR, Activation.SIN, Activation.INVERSE, Activation.SIGN])
EVEN = np.array([Activation.GAUSSIAN, Activation.ABSOLUTE, Activation.COSINE, Activation.SQUARE])


def said(network: Network) -> bool:
    return bool(same_for_both_signs(pack([network]), 0, network.inputs, network.outputs))


def layered(activation: int) -> Network:
    """Two inputs, a hidden node that hears the bias and both, and an output."""
    return Network(
        2, 1, np.array([activation, Activation.LINEAR]), np.array([0, 3, 4]), np.array([0, 1, 2, 3])
    )


@pytest.mark.parametrize("activation", list(Activation))
def test_a_path_of_two_connections_is_even_through_an_odd_node(activation: Activation) -> None:
    assert said(layered(activation)) is (activation in ODD)


def test_what_is_known_of_small_networks() -> None:
    direct = Network(1, 1, np.array([Activation.LINEAR]), np.array([0, 1]), np.array([1]))
    assert not said(direct), "w x changes its sign"
    both = Network(1, 1, np.array([1, 1]), np.array([0, 1, 3]), np.array([1, 1, 2]))
    assert not said(both), "a sum of w x and w w x"
    recurrent = Network(1, 1, np.array([1, 1]), np.array([0, 2, 3]), np.array([1, ~2, 2]))
    assert not said(recurrent)
    silent = Network(1, 1, np.array([Activation.LINEAR]), np.array([0, 0]), np.zeros(0, np.int64))
    assert said(silent)


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 25), st.sampled_from(["odd", "even", "both", "all"]))
def test_what_is_said_holds_to_the_bit(seed: int, steps: int, kind: str) -> None:
    everything = np.array(list(Activation))
    choice = {"odd": ODD, "even": EVEN, "both": np.append(ODD, EVEN), "all": everything}[kind]
    network = compile_genome(grow(seed, steps, 3, 2, choice.astype(np.int64)))
    if not said(network):
        return
    x = np.random.default_rng(seed).normal(0, 3, (20, 3))
    for weight in (0.3, 1.7):
        assert (network(x, weight) == network(x, -weight)).all()
