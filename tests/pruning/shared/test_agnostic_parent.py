import mask_toys
import naive
import numpy as np
import pytest
import torch
from genome_toys import PROPERTY
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from numpy.typing import NDArray

from wann.activations import Activation
from wann.errors import UserError
from wann.pruning.shared.parent import Parent

SEEDS = st.integers(0, 2**32 - 1)
LAYERS = st.lists(st.integers(1, 6), max_size=3).map(tuple)
KINDS = st.lists(st.sampled_from(["linear", "absolute", "relu"]), min_size=1, unique=True).map(
    tuple
)
WEIGHTS = st.floats(0.05, 3.0) | st.floats(-3.0, -0.05)


@PROPERTY
@given(SEEDS, LAYERS, KINDS, st.integers(1, 6), st.floats(0.1, 1.0), WEIGHTS, st.booleans())
def test_a_shared_weight_is_a_factor_of_all_outputs(
    seed: int,
    hidden: tuple[int, ...],
    kinds: tuple[str, ...],
    inputs: int,
    share: float,
    weight: float,
    learned: bool,
) -> None:
    """It is weight ** (2 layers + 2), and the twin in plain Python gives the same outputs."""
    parent = mask_toys.parent("agnostic", inputs, 3, hidden, seed % 1000, kinds, learned)
    masks = mask_toys.random_masks(parent, share, seed)
    network = parent.network(masks)
    assert parent.connections(masks) == network.connections
    x = np.random.default_rng(seed).normal(size=(20, inputs))
    plain, weighted = network(x, 1.0), network(x, weight)
    factor = weight ** (2 * len(hidden) + 2)
    assert_allclose(weighted, factor * plain, rtol=1e-12, atol=1e-12 * factor)
    # The largest output of each example stays the largest, but where two are as good as equal.
    gap = np.diff(np.sort(plain, axis=1), axis=1)[:, -1:]
    clear = (gap > 1e-9).all(axis=1)
    assert (plain.argmax(1) == weighted.argmax(1))[clear].all()
    computed = mask_toys.outputs_of(parent, masks, x, [weight])[0]
    assert_allclose(computed, plain, rtol=1e-12, atol=1e-12)
    scores = [score.detach().numpy() for score in parent.scores]
    for example, found in zip(x[:3], plain, strict=False):
        twin = naive.agnostic_outputs(scores, masks, kinds_of(parent), example)
        assert_allclose(twin, found, atol=1e-12)


def kinds_of(parent: Parent) -> list[NDArray[np.int64]]:
    """The activations of the units of each layer; outputs are linear."""
    outputs = np.full(parent.outputs, Activation.LINEAR)
    return [*(layer.codes() for layer in parent.units), outputs]


def test_one_unit_by_hand() -> None:
    """|x1 - x2| - |1| of two units, with a linear and an inverse node for each unit that hears."""
    parent = mask_toys.parent("agnostic", 2, 1, (2,), activations=("absolute",))
    parent.scores = [torch.tensor([[-1.0, 3], [1, 1], [-2, 1]]), torch.tensor([[1.0], [-1]])]
    masks = [np.array([[0, 1], [1, 0], [1, 0]], bool), np.ones((2, 1), bool)]
    network = parent.network(masks)
    assert network([[5.0, 2.0], [1.0, 1.0]], 1.0).tolist() == [[2.0], [-1.0]]
    assert network([[5.0, 2.0], [1.0, 1.0]], -2.0).tolist() == [[32.0], [-16.0]]
    found = dict(zip(*np.unique(network.activation, return_counts=True), strict=True))
    # One unit has both nodes, one the linear one; the output has both, and is itself linear.
    assert found == {Activation.ABSOLUTE: 2, Activation.LINEAR: 2 + 1 + 1, Activation.INVERSE: 2}
    assert network.connections == 3 + 3 + 2 + 2


def test_activations_that_are_not_homogeneous_are_refused() -> None:
    with pytest.raises(UserError, match="expected some of linear, absolute, relu, got activation"):
        mask_toys.parent("agnostic", activations=("absolute", "tanh"))


def test_what_leads_nowhere_or_comes_from_nowhere_is_left_out() -> None:
    parent = mask_toys.parent("agnostic", 2, 1, (3,))
    first, last = np.zeros((3, 3), bool), np.zeros((3, 1), bool)
    first[1, 0] = first[2, 2] = last[0, 0] = last[1, 0] = True
    network = parent.network([first, last])
    assert network.connections == parent.fewest == 4
    assert network.hidden == 3
    assert parent.network([first & False, last]).connections == 0


def test_a_score_of_zero_counts_the_same_in_training_and_in_the_network() -> None:
    parent = mask_toys.parent("agnostic", 1, 1, ())
    parent.scores = [torch.zeros(2, 1)]
    masks = [np.ones((2, 1), bool)]
    computed = mask_toys.outputs_of(parent, masks, np.array([[3.0]]), [1.0])
    assert computed[0].tolist() == parent.network(masks)([[3.0]], 1.0).tolist() == [[-4.0]]


def test_gradients_go_to_all_scores_as_if_they_were_weights() -> None:
    parent = mask_toys.parent("agnostic", 2, 1, ())
    x = torch.tensor([[1.0, 2.0, -3.0]])
    kept = [torch.tensor([[True], [False], [False]])]
    parent.forward(x, kept, torch.ones(1)).sum().backward()
    assert parent.scores[0].grad is not None
    assert parent.scores[0].grad[:, 0].tolist() == [1.0, 2.0, -3.0]


@pytest.mark.parametrize("hidden", [(), (40,), (40, 30)])
def test_worths_are_magnitudes_that_begin_alike(hidden: tuple[int, ...]) -> None:
    parent = mask_toys.parent("agnostic", 400, 300, hidden)
    worth = parent.worth()
    assert [part.shape for part in worth] == [score.shape for score in parent.scores]
    assert all((part >= 0).all() for part in worth)
    for part in worth:
        assert part.square().mean().sqrt() == pytest.approx(1.0, abs=0.1)


@pytest.mark.parametrize("hidden", [(), (4,), (4, 3), (5, 4, 3)])
def test_each_layer_has_its_share_of_what_is_kept(hidden: tuple[int, ...]) -> None:
    shares = mask_toys.parent("agnostic", hidden=hidden).shares
    assert len(shares) == len(hidden) + 1
    assert sum(shares) == pytest.approx(1.0)
    assert all(share > 0 for share in shares)
