"""Weightings: which kind they are is said, and never read from a shape."""

import numpy as np
import pytest

from wann.network.weightings import Weightings


def test_shared_weights_and_those_of_a_lonely_connection_have_one_shape_and_differ() -> None:
    shared, individual = Weightings.shared([0.5, -1.0]), Weightings.individual([[0.5], [-1.0]])
    assert shared.values.tolist() == individual.values.tolist() == [[0.5], [-1.0]]
    assert shared.is_shared
    assert not individual.is_shared
    assert (len(shared), shared.width) == (2, 1)


def test_one_row_of_individual_weights_is_one_weighting() -> None:
    weights = Weightings.individual([1.0, 2.0, 3.0])
    assert (len(weights), weights.width) == (1, 3)


def test_parts_stay_of_their_kind() -> None:
    weights = Weightings.individual(np.arange(6.0).reshape(3, 2))
    assert weights[1:].values.tolist() == [[2.0, 3.0], [4.0, 5.0]]
    assert weights[np.array([2, 0])].values.tolist() == [[4.0, 5.0], [0.0, 1.0]]
    assert not weights[:1].is_shared
    assert Weightings.shared([1.0, 2.0])[:1].is_shared


def test_lanes_are_laid_out_as_the_forward_pass_reads_them() -> None:
    individual, shared = Weightings.individual([[1.0, 2.0], [3.0, 4.0]]), Weightings.shared([5, 6])
    lanes = individual.in_lanes([1, 0, 1])
    assert lanes.tolist() == [[3.0, 1.0, 3.0], [4.0, 2.0, 4.0]]
    assert lanes.flags["C_CONTIGUOUS"]
    assert shared.in_lanes([1, 0, 1]).tolist() == [6.0, 5.0, 6.0]
    assert shared.in_lanes([]).shape == (0,)


@pytest.mark.parametrize(
    ("weights", "shared"),
    [([0.8, 0.8, 0.8], True), ([0.8, 0.8, 0.7], False), ([0.8], False), ([], False)],
)
def test_equal_weights_of_several_connections_are_recognised_as_shared(
    weights: list[float], shared: bool
) -> None:
    found = Weightings.recognised(np.array(weights))
    assert found.is_shared == shared
    assert found.values.tolist() == [weights[:1] if shared else weights]


@pytest.mark.parametrize(
    ("values", "shared"), [(np.zeros((2, 3)), True), (np.zeros(3), False), (np.zeros(3), True)]
)
def test_other_shapes_are_refused(values: np.ndarray, shared: bool) -> None:
    with pytest.raises(ValueError, match="expected weights of shape"):
        Weightings(values, shared)


def test_arrays_of_users_are_taken_for_what_they_are() -> None:
    shared, individual = np.array([[-1.0], [2.0]]), np.arange(6.0).reshape(2, 3)
    assert Weightings.of(shared).is_shared
    assert not Weightings.of(individual).is_shared
    for given in (shared, individual):
        np.testing.assert_array_equal(Weightings.of(given).values, given)
    same = Weightings.individual(individual)
    assert Weightings.of(same) is same
    with pytest.raises(ValueError, match=r"expected weights of shape"):
        Weightings.of(np.ones(3))
