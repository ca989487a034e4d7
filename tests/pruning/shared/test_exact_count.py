import mask_toys
import numpy as np
import pytest
import torch

from wann.errors import UserError
from wann.pruning.shared.exact_count import exact_network


@pytest.mark.parametrize("hidden", [(), (6,), (6, 4)])
@pytest.mark.parametrize("kind", mask_toys.KINDS)
def test_every_size_is_met_and_all_connections_are_at_work(
    kind: str, hidden: tuple[int, ...]
) -> None:
    parent = mask_toys.parent(kind, hidden=hidden)
    for size in range(parent.fewest, parent.places + 1):
        network = exact_network(parent, size)
        assert network.connections == size
        rows = np.arange(1 + network.inputs + len(network.activation))
        computed = rows[1 + network.inputs : len(rows) - network.outputs]
        assert np.isin(computed, network.source).all()
        if kind == "agnostic":
            assert np.isin(computed, network.target).all()


def test_the_best_places_are_taken_where_that_meets_the_count() -> None:
    """As in a parent without hidden layer, where each place is one connection."""
    parent = mask_toys.parent("mixed", hidden=())
    order = np.argsort(-parent.worth()[0].numpy().ravel())
    for size in range(1, parent.places + 1):
        masks = np.zeros(parent.places, dtype=bool)
        masks[order[:size]] = True
        kept = [masks.reshape(parent.scores[0].shape)]
        assert exact_network(parent, size) == parent.network(kept)


def test_equal_worths_are_taken_in_order() -> None:
    parent = mask_toys.parent("mixed", inputs=4, outputs=1, hidden=())
    parent.scores = [torch.ones(5, 1)]
    assert exact_network(parent, 3).source.tolist() == [0, 1, 2]


@pytest.mark.parametrize(
    ("kind", "size", "problem"),
    [
        ("agnostic", 3, "has 4 connections at least: expected as many, got 3"),
        ("mixed", 0, "has 1 connections at least"),
        ("mixed", 91, "90 connections: expected one of 91; give it more hidden units, or ask"),
        ("agnostic", 500, "expected one of 500; give it more hidden units, or ask for fewer"),
    ],
)
def test_sizes_that_no_network_has(kind: str, size: int, problem: str) -> None:
    with pytest.raises(UserError) as raised:
        exact_network(mask_toys.parent(kind), size)
    assert problem in str(raised.value)


def test_a_parent_so_small_that_some_sizes_are_not_met() -> None:
    """Whatever is added brings two connections or none: no network of three exists."""
    parent = mask_toys.parent("agnostic", inputs=1, outputs=1, hidden=())
    parent.scores = [torch.tensor([[1.0], [-1.0]])]
    assert exact_network(parent, 2).connections == 2
    with pytest.raises(UserError, match="expected one of 3; give it more hidden units"):
        exact_network(parent, 3)
