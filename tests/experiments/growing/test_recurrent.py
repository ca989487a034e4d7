"""Searches for networks that remember: one seed gives the same bytes, whoever works."""

import json
from pathlib import Path

import pytest
from ray_toys import PoolHere

from wann.config import SearchConfig
from wann.evaluators.evaluator import Evaluator
from wann.evaluators.ray.evaluator import DistributedEvaluator
from wann.evaluators.threads import ThreadEvaluator
from wann.experiments.growing.growth import Growth, grow
from wann.formats import read_network
from wann.network.compile import compile_genome
from wann.runs.filenames import CHAMPION, GENERATIONS, LINEAGE
from wann.runs.rundir import RunDir

CONFIG = SearchConfig(
    task="swingup-memory",
    recurrent=True,
    add_recurrent=2.0,
    population=24,
    generations=6,
    confirm_episodes=4,
    tournament=4,
    seed=3,
)


def results(folder: Path) -> list[bytes]:
    return [(folder / name).read_bytes() for name in (GENERATIONS, LINEAGE, CHAMPION)]


def grown(folder: Path, evaluator: Evaluator) -> Path:
    with RunDir.create(folder, CONFIG) as run:
        growth = Growth(CONFIG, evaluator, run)
        list(grow(growth))
        growth.finish()
    return folder


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    with ThreadEvaluator(1) as evaluator:
        return grown(tmp_path_factory.mktemp("one") / "run", evaluator)


def test_it_finds_networks_that_remember(alone: Path) -> None:
    genome = read_network(alone / CHAMPION).genome
    written = json.loads((alone / CHAMPION).read_text())["connections"]
    assert compile_genome(genome).recurrent
    assert any(connection.get("recurrent") for connection in written)


def test_it_is_the_same_on_threads_and_after_a_kill(alone: Path, tmp_path: Path) -> None:
    with RunDir.create(tmp_path / "run", CONFIG) as run, ThreadEvaluator(2) as evaluator:
        killed = Growth(CONFIG, evaluator, run)
        killed.step()
        killed.step()
        killed.save()
        killed.step()  # whose row the checkpoint does not know
        resumed = Growth(CONFIG, evaluator, run)
        resumed.restore()
        assert [row["generation"] for row in grow(resumed)] == [2, 3, 4, 5]
        resumed.finish()
    assert results(tmp_path / "run") == results(alone)


def test_it_is_the_same_on_workers_that_die(alone: Path, tmp_path: Path) -> None:
    """As on Ray: what workers get and return are messages."""
    pool = PoolHere(3, lambda assignment, worker: pool.sent % 7 == 3)
    with DistributedEvaluator(pool, tell=lambda line: None) as evaluator:
        grown(tmp_path / "run", evaluator)
    assert pool.deaths > 0
    assert results(tmp_path / "run") == results(alone)
