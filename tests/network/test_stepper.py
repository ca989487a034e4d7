"""A recurrent network, step by step, against a twin in which every node keeps its values."""

import naive
import numpy as np
import pytest
from genome_toys import PROPERTY, SMOOTH, genomes
from hypothesis import assume, given
from hypothesis import strategies as st

from wann.errors import UserError
from wann.network.compile import compile_with_genes, to_genome
from wann.network.genome import Genome
from wann.network.network import Network, step_of
from wann.network.stepper import Stepper

seeds = st.integers(0, 2**32 - 1)


def accumulator() -> Network:
    """One input, one output that adds the input to what it said before."""
    return Network(1, 1, np.array([1]), np.array([0, 2]), np.array([1, ~2]))


@PROPERTY
@given(genomes(SMOOTH, steps=40, recurrent=True), seeds, st.integers(1, 11))
def test_steps_are_those_of_the_slow_twin(genome: Genome, seed: int, episodes: int) -> None:
    network, gene = compile_with_genes(genome)
    rng = np.random.default_rng(seed)
    seen = rng.normal(size=(4, episodes, genome.inputs))
    weights = rng.uniform(-1.0, 1.0, len(genome.source))
    twins = [naive.episode(genome, seen[:, i].tolist(), weights.tolist()) for i in range(episodes)]
    expected = np.array(twins).swapaxes(0, 1)
    assume(np.isfinite(expected).all())
    assume(np.abs(expected).max() < 1e6)
    stepper = Stepper(network, weights[gene], episodes)
    for _ in range(2):
        found = np.array([stepper(rows) for rows in seen])
        np.testing.assert_allclose(found, expected, rtol=1e-7, atol=1e-7)
        stepper.reset()


@PROPERTY
@given(genomes(steps=40, recurrent=None))
def test_a_step_is_a_network_without_recurrence(genome: Genome) -> None:
    network, _ = compile_with_genes(genome)
    step, remembered = step_of(network)
    assert not step.recurrent
    assert (step.source < step.target).all()
    assert step.inputs == network.inputs + len(remembered)
    assert (step.connections, step.hidden) == (network.connections, network.hidden)
    past = network.source < 0
    shift = np.where(~network.source <= network.inputs, 0, len(remembered))
    read = remembered[step.source[past] - 1 - network.inputs]
    assert read.tolist() == (~network.source + shift)[past].tolist()
    if not network.recurrent:
        assert step == network


def test_an_accumulator_adds_up_and_begins_anew() -> None:
    stepper = Stepper(accumulator())
    assert [stepper([x]).item() for x in (1.0, 2.0, 4.0)] == [1.0, 3.0, 7.0]
    stepper.reset()
    assert stepper([5.0]).item() == 5.0
    assert to_genome(accumulator()).source.tolist() == [1, ~2]


def test_some_episodes_begin_anew_while_others_go_on() -> None:
    stepper = Stepper(accumulator(), episodes=3)
    stepper(np.full((3, 1), 1.0))
    stepper.reset([True, False, True])
    assert stepper(np.full((3, 1), 1.0))[:, 0].tolist() == [1.0, 2.0, 1.0]
    assert stepper.values[2].tolist() == [1.0, 2.0, 1.0]
    with pytest.raises(UserError, match=r"for each of 3 episodes .* shape \(2,\)"):
        stepper.reset([True, False])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Stepper(accumulator())([1.0, 2.0]), r"expected inputs of shape \(1, 1\)"),
        (lambda: Stepper(accumulator(), [1.0]), "one weight, or one for each of 2 connections"),
        (
            lambda: accumulator()([1.0]),
            r"feed-forward networks alone, got one with .* \(1 of 2\);",
        ),
    ],
)
def test_what_does_not_fit_is_said(call, message: str) -> None:
    with pytest.raises(UserError, match=message):
        call()
