"""Children by gradients among those of evolution: legal, better, the same bytes when resumed."""

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from wann.config import SearchConfig
from wann.errors import UserError
from wann.evaluators.threads import ThreadEvaluator
from wann.experiments.growing.growth import Growth, grow
from wann.experiments.growing.make_rounds import check_method
from wann.network.compile import compile_genome, to_genome
from wann.network.from_masks import dense_masks, network_of_masks, trim
from wann.network.genome import validate
from wann.network.weightings import Weightings
from wann.pruning.shared.rechosen import Chooser
from wann.runs import filenames
from wann.runs.rundir import RunDir
from wann.tasks.registry import make_task

DIGITS = make_task("digits")
CONFIG = SearchConfig(
    task="digits",
    generations=5,
    population=16,
    tournament=4,
    episodes=1,
    weights=(-1.0, 1.0),
    initial_connections=0.1,
    initial_genes="enabled",
    max_connections=150,
    confirm_episodes=1,
    gradient_every=2,
)
FILES = (filenames.GENERATIONS, filenames.CHAMPION, filenames.LINEAGE)


def test_chosen_connections_have_a_smaller_loss_among_the_same_nodes() -> None:
    examples = DIGITS.labelled()
    masks = trim(dense_masks(64, [12], 10), 200, np.random.default_rng(0))
    genome = to_genome(network_of_masks(masks))
    chooser = Chooser(examples["x"], examples["y"], 60, seed=1)
    child = chooser.rechosen(genome, [-1.0, 1.0], 210, (3, 0))
    validate(child)
    assert np.array_equal(child.node_id, genome.node_id)
    assert np.array_equal(child.activation, genome.activation)
    assert child.connections == 210
    episodes = DIGITS.draw_episodes(8, np.random.default_rng(0))
    networks = [compile_genome(one) for one in (genome, child)]
    with ThreadEvaluator(1) as evaluator:
        shared = Weightings.shared([-1.0, 1.0])
        before, after = evaluator.evaluate(DIGITS, networks, shared, episodes).returns.mean((1, 2))
    assert after > before
    again = chooser.rechosen(genome, [-1.0, 1.0], 210, (3, 0))
    assert again == child != chooser.rechosen(genome, [-1.0, 1.0], 210, (3, 1))


def test_a_genome_whose_loss_is_not_finite_stays_as_it_is() -> None:
    genome = to_genome(network_of_masks(dense_masks(2, [3], 2)))
    x = np.full((4, 2), np.inf, dtype=np.float32)
    chooser = Chooser(x, np.array([0, 1, 0, 1]), 2, seed=0)
    assert chooser.rechosen(genome, [1.0], 50, (0,)) is genome


def test_a_run_is_the_same_on_more_threads_and_after_a_kill(tmp_path: Path) -> None:
    with RunDir.create(tmp_path / "one", CONFIG) as run, ThreadEvaluator(1) as evaluator:
        growth = Growth(CONFIG, evaluator, run)
        rows = list(grow(growth))
        growth.finish()
    with RunDir.create(tmp_path / "two", CONFIG) as run, ThreadEvaluator(2) as evaluator:
        killed = Growth(CONFIG, evaluator, run)
        killed.step()
        killed.step()
        killed.save()
        killed.step()  # whose row the checkpoint does not know, with children by gradients
        resumed = Growth(CONFIG, evaluator, run)
        resumed.restore()
        list(grow(resumed))
        resumed.finish()
    assert [(tmp_path / "one" / name).read_bytes() for name in FILES] == [
        (tmp_path / "two" / name).read_bytes() for name in FILES
    ]
    steps = np.diff([0, *(row["env_steps"] for row in rows)])
    assert (steps[[2, 4]] > steps[[1, 3]].max()).all()
    assert all(row["connections"] <= 150 for row in rows)


@pytest.mark.parametrize(
    ("task", "changes", "problem"),
    [
        ("swingup", {}, "has no labels, and gradients need them: .* gradient_every"),
        ("digits", {"islands": 2}, "leave out gradient_every, or asynchronous and islands"),
        ("digits", {"asynchronous": True}, "leave out gradient_every, or asynchronous"),
    ],
)
def test_where_there_are_no_children_by_gradients(
    task: str, changes: dict[str, Any], problem: str
) -> None:
    with pytest.raises(UserError, match=problem):
        check_method(dataclasses.replace(CONFIG, **changes), make_task(task))
