"""A training of masks as a search: rows, front, and the same bytes however it is run."""

import dataclasses
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from wann.activations import Activation
from wann.config import SearchConfig, methods
from wann.errors import UserError
from wann.evaluators.threads import ThreadEvaluator
from wann.evolution.search_state import SearchState
from wann.experiments.growing import mask_search
from wann.experiments.growing.champion_accuracy import accuracy_of
from wann.experiments.growing.growth import Growth, grow
from wann.experiments.growing.make_rounds import check_method
from wann.experiments.growing.mask_search import MaskSearch
from wann.experiments.growing.start import start_text
from wann.formats import read_network
from wann.network.compile import compile_genome, to_genome
from wann.network.from_masks import dense_masks, network_of_masks, trim
from wann.network.genome import Genome
from wann.network.weightings import Weightings
from wann.pruning.shared.unit_activations import in_turn
from wann.runs import filenames
from wann.runs.checkpoint import Checkpoint, pack, unpack
from wann.runs.rundir import RunDir
from wann.tasks.optional_abilities import accuracy_task
from wann.tasks.registry import make_task
from wann.tasks.task import Task
from wann.weights.ensemble import validation_accuracy

DIGITS = make_task("digits")
CONFIG = SearchConfig(
    task="digits", method="gradient", steps=60, max_connections=90, batch=64, weights=(-1.0, 1.5)
)


@pytest.fixture(autouse=True)
def short_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (methods, mask_search):
        monkeypatch.setattr(module, "BLOCK_STEPS", 20)


def results(folder: Path) -> dict[str, bytes]:
    names = [filenames.GENERATIONS, filenames.CHAMPION, filenames.FRONT]
    return {name: (folder / name).read_bytes() for name in names}


def run_of(
    folder: Path, threads: int, config: SearchConfig = CONFIG, begun: dict[str, bytes] | None = None
) -> list[dict[str, Any]]:
    with RunDir.create(folder, config, begun or {}) as run, ThreadEvaluator(threads) as evaluator:
        growth = Growth(config, evaluator, run)
        rows = list(grow(growth))
        growth.finish()
    return rows


def two_layers() -> Genome:
    """Return a network of two layers of hidden nodes, with some of their connections."""
    whole = dense_masks(64, [12, 6], 10)
    masks = trim(whole, 300, np.random.default_rng(0))
    kinds = [in_turn((Activation.RELU, Activation.SIN), wide) for wide in (12, 6)]
    return to_genome(network_of_masks(masks, kinds))


@pytest.mark.parametrize("parent", ["agnostic", "mixed", "of a network"])
def test_a_run_is_the_same_on_more_threads_and_after_a_kill(tmp_path: Path, parent: str) -> None:
    seeded = parent == "of a network"
    config = CONFIG if seeded else dataclasses.replace(CONFIG, parent=parent)
    begun = {}
    if seeded:
        text = start_text(two_layers(), tmp_path / "network.json", DIGITS, tmp_path)
        begun = {filenames.START: text.encode()}
        check_method(config, DIGITS, two_layers())
    rows = run_of(tmp_path / "one", 1, config, begun)
    assert [row["connections"] for row in rows] == [90, 90, 90, 45, 22]
    assert len(rows) == config.rounds
    with RunDir.create(tmp_path / "two", config, begun) as run, ThreadEvaluator(2) as evaluator:
        killed = Growth(config, evaluator, run)
        steps = killed.step()["env_steps"]
        killed.step()
        killed.save()
        killed.step()  # whose row the checkpoint does not know
        resumed = Growth(config, evaluator, run)
        resumed.restore()
        assert resumed.search.generation == 2
        assert [row["generation"] for row in grow(resumed)] == [2, 3, 4]
        resumed.finish()
    assert results(tmp_path / "one") == results(tmp_path / "two")
    lanes = 1 if parent == "agnostic" else 4
    confirmed, measured = len(DIGITS.confirming) * 2, 3 * 125 * 4
    assert steps == 20 * 64 * lanes + confirmed + measured
    if seeded:  # the nodes of the network, and no others
        found = read_network(tmp_path / "one" / filenames.CHAMPION).genome
        assert 0 < found.hidden <= 18
        kinds = {Activation.LINEAR, Activation.RELU, Activation.SIN}
        assert set(found.activation.tolist()) <= kinds


def test_what_is_confirmed_is_the_accuracy_on_all_validation_examples(tmp_path: Path) -> None:
    with RunDir.create(tmp_path / "run", CONFIG) as run, ThreadEvaluator(1) as evaluator:
        growth = Growth(CONFIG, evaluator, run)
        list(grow(growth))
        summary = growth.finish()
    champion, tell = growth.champion, accuracy_of(growth)
    assert champion is not None
    assert tell is not None
    network = compile_genome(champion.genome)
    expected = validation_accuracy(DIGITS, network, Weightings.shared(CONFIG.weights))
    assert champion.mean == tell() == pytest.approx(expected)
    assert summary["measure"] == "accuracy"
    front = run.read_json(filenames.FRONT)
    assert {row["measure"] for row in front} == {"accuracy"}
    assert {row["sd_over"] for row in front} == {
        "trials: one weight and one block of examples each"
    }
    assert not (run.path / filenames.LINEAGE).exists()


def test_a_checkpoint_of_another_training_is_refused() -> None:
    search = MaskSearch(CONFIG, DIGITS)
    search.advance()
    memory, population = search.memory, search.population
    MaskSearch(CONFIG, DIGITS).restore(SearchState(1, population, None, memory))
    with pytest.raises(ValueError, match="20 steps in 2 blocks"):
        MaskSearch(CONFIG, DIGITS).restore(SearchState(2, population, None, memory))
    other = dataclasses.replace(CONFIG, hidden_units=(30,))
    with pytest.raises(ValueError, match="shape"):
        MaskSearch(other, DIGITS).restore(SearchState(1, population, None, memory))
    with pytest.raises(KeyError):
        MaskSearch(CONFIG, DIGITS).restore(SearchState(1, population, None, {}))


def test_arrays_come_back_from_a_checkpoint() -> None:
    search = MaskSearch(CONFIG, DIGITS)
    search.advance()
    arrays = {name: it for name, it in search.memory.items() if isinstance(it, np.ndarray)}
    back = unpack(pack(Checkpoint(list(search.population), {}, arrays))).arrays
    assert sorted(back) == sorted(arrays)
    assert all(
        back[name].dtype == arrays[name].dtype and (back[name] == arrays[name]).all()
        for name in arrays
    )


def test_labels_are_asked_for_before_pytorch(monkeypatch: pytest.MonkeyPatch) -> None:
    for room in ("mask_search", "gradient_children"):
        monkeypatch.setitem(sys.modules, f"wann.experiments.growing.{room}", None)
    for changes in ({}, {"method": "evolution", "gradient_every": 2}):
        config = dataclasses.replace(CONFIG, **changes)
        with pytest.raises(UserError, match="has no labels, and gradients need them"):
            check_method(config, make_task("swingup"))


@pytest.mark.parametrize(
    ("task", "changes", "problem"),
    [
        (make_task("swingup"), {}, "has no labels, and gradients need them"),
        (DIGITS, {"batch": 5000}, "examples in a step"),
        (DIGITS, {"hidden_units": (1,)}, "has 75 places for connections"),
    ],
)
def test_what_cannot_be_trained_is_refused(
    task: Task, changes: dict[str, Any], problem: str
) -> None:
    with pytest.raises(UserError, match=problem):
        check_method(dataclasses.replace(CONFIG, **changes), task)
    check_method(dataclasses.replace(CONFIG, method="evolution", **changes), task)


def test_only_tasks_with_accuracies_can_be_trained_on() -> None:
    assert accuracy_task(make_task("swingup")) is None
    found = accuracy_task(DIGITS)
    assert found is not None
    assert found.measure == "accuracy"
