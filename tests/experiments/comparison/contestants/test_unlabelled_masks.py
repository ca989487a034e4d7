"""Contestants pruned under shared weights where there are no labels."""

import numpy as np
import pytest

from wann.activations import Activation
from wann.config import UNLABELLED_MASKS, Making
from wann.errors import UserError
from wann.evaluators.threads import ThreadEvaluator
from wann.evolution.strategy.exact_count import exact_networks
from wann.evolution.strategy.parent import make_parent
from wann.experiments.comparison.contestants.contestant import Champion, ContestantSetup
from wann.experiments.comparison.contestants.make import check_names, default_names, make
from wann.network.from_masks import network_of_masks, smallest_dense, trim
from wann.network.structure import structure_of
from wann.tasks.registry import make_task

CARTPOLE = make_task("gym:CartPole-v1")
KINDS = {
    "shared-mask": {Activation.ABSOLUTE, Activation.RELU, Activation.STEP},
    "mixed-mask": set(Activation) - {Activation.SQUARE, Activation.SIGN},
    "rectified-mask": {Activation.RELU},
}


def setup(steps: int = 400) -> ContestantSetup:
    return ContestantSetup(CARTPOLE, ThreadEvaluator(1), 0, Making(steps=steps))


def champion(connections: int) -> Champion:
    masks = trim(smallest_dense(4, 2, connections), connections, np.random.default_rng(0))
    return Champion("toy", None, network_of_masks(masks), None, {})


@pytest.mark.parametrize("name", UNLABELLED_MASKS)
def test_they_have_exactly_as_many_connections_and_balance_a_pole(name: str) -> None:
    found, again = (make(name, champion(14), setup()) for _ in range(2))
    assert found.network.connections == 14
    assert found.network == again.network
    linear = {Activation.LINEAR, Activation.INVERSE}
    assert set(found.network.activation.tolist()) <= KINDS[name] | linear
    assert found.weights is None
    assert found.cost["generations"] == 8
    assert found.cost["env_steps"] > 10_000
    weights = np.array([[-1.5], [-0.7], [0.7], [1.5]])
    episodes = CARTPOLE.draw_episodes(10, np.random.default_rng(1))
    returns = ThreadEvaluator(1).evaluate(CARTPOLE, [found.network], weights, episodes).returns
    assert returns.mean() > (150 if name == "shared-mask" else 50)  # by chance some 20
    if name == "shared-mask":
        assert (returns[0, :2] == returns[0, 3:1:-1]).all()


def test_all_of_the_connections_counted_lead_to_an_output() -> None:
    parent = make_parent("agnostic", 4, 2, [6], [Activation.RELU], 20)
    candidates = np.random.default_rng(0).standard_normal((30, parent.scores))
    networks = exact_networks(parent, candidates, 17)
    assert len(networks) > 5
    assert {network.connections for network in networks} == {17}
    assert {structure_of(network).effective_connections for network in networks} == {17}
    assert exact_networks(parent, candidates, 1) == []


def test_a_size_that_the_parent_does_not_have_is_refused() -> None:
    with pytest.raises(UserError, match="2 connections at least"):
        make("shared-mask", champion(1), setup())


def test_they_are_contestants_of_control_tasks() -> None:
    check_names(UNLABELLED_MASKS, CARTPOLE)
    assert "shared-mask" in default_names(CARTPOLE)
    with pytest.raises(UserError, match=r"shared-gates needs a task with labels.*mixed-mask"):
        check_names(["shared-gates"], CARTPOLE)
