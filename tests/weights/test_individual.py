"""One weight for each connection: schedules, replay, what is refused."""

import itertools
from typing import Any

import numpy as np
import pytest
from genome_toys import grow

from wann.config import TuneConfig, make_config
from wann.errors import UserError
from wann.evaluators.threads import ThreadEvaluator
from wann.network.compile import compile_genome
from wann.network.network import Network
from wann.network.weightings import Weightings
from wann.tasks.registry import make_task
from wann.tasks.swingup import CartPoleSwingUp
from wann.weights.cma import leaders, tune_cma
from wann.weights.individual import finish, tune_individual
from wann.weights.measuring import Measuring
from wann.weights.shared import tune_shared
from wann.weights.stages import make_plan
from wann.weights.tuned import Tuned

TASK = CartPoleSwingUp(steps=60)
CONFIG = TuneConfig(generations=8, population=6, races=4, episodes=2, seed=3)
START = Tuned(Weightings.shared([0.7]), "given", 0, 0)


class Noting(ThreadEvaluator):
    """An evaluator that notes on which tasks it is asked to score."""

    def __init__(self) -> None:
        super().__init__(1)
        self.specs: set[str] = set()

    def evaluate(self, task: Any, *arguments: Any, **further: Any) -> Any:
        self.specs.add(task.spec)
        return super().evaluate(task, *arguments, **further)


def test_weights_are_tuned_on_whole_episodes() -> None:
    stuck = make_task('gym:Pendulum-v1 {"max_steps": 12, "stuck_steps": 3}')
    config = TuneConfig(generations=2, population=4, races=1, episodes=1, method="cma")
    with Noting() as evaluator:
        measuring = Measuring(stuck, compile_genome(grow(1, 10, 3, 1)), evaluator)
        start = tune_shared(measuring, episodes=2)
        finish(tune_individual(measuring, config, start=start))
    assert evaluator.specs == {stuck.confirmed_on.spec} != {stuck.spec}


def network() -> Network:
    return compile_genome(grow(1, 40, 5, 1))


def tuned(
    threads: int,
    known: list[dict[str, Any]],
    config: TuneConfig = CONFIG,
    task: CartPoleSwingUp = TASK,
) -> tuple[list[Any], Tuned]:
    rows: list[dict[str, Any]] = []
    with ThreadEvaluator(threads) as evaluator:
        measuring = Measuring(task, network(), evaluator, config.seed)
        steps = tune_cma(measuring, config, START, known)
        while True:
            try:
                rows.append(next(steps).to_json())
            except StopIteration as end:
                return rows, end.value


@pytest.mark.parametrize(
    ("races", "generations"), [(1, 5), (4, 9), (5, 10), (16, 1000), (16, 2), (200, 40)]
)
def test_an_eighth_of_the_races_goes_on_and_the_work_stays_the_same(
    races: int, generations: int
) -> None:
    config = TuneConfig(races=races, generations=generations, episodes=3)
    plan = make_plan(TASK, config)
    counts = [stage.races for stage in plan]
    assert counts[0] == races
    assert all(after == max(1, before // 8) for before, after in itertools.pairwise(counts))
    assert generations < races or counts[-1] == 1
    assert sum(stage.generations for stage in plan) == generations
    for stage in plan:
        assert 3 * races - stage.races < stage.races * stage.episodes <= 3 * races
        assert stage.sigma is None
        assert stage.task is TASK
        assert stage.hard == (stage.races == 1 < races)


def test_excerpts_come_first_and_double_the_races() -> None:
    whole = CartPoleSwingUp()
    plan = make_plan(whole, TuneConfig(races=16, generations=61, sigma=1.0))
    assert [stage.races for stage in plan] == [128, 64, 32, 16, 2, 1]
    assert [stage.task for stage in plan] == [*whole.excerpts(), whole, whole, whole]
    assert [stage.sigma for stage in plan] == [None, 0.4, 0.4, 0.4, None, 0.2]
    assert [stage.hard for stage in plan] == [False, False, False, False, False, True]
    assert sum(stage.generations for stage in plan) == 61


def test_races_go_on_by_the_upper_quartile_then_by_the_other_value() -> None:
    long_ago = np.array([[9.0, 9.0, 9.0, 9.0], [9.0, 9.0, 9.0, 9.0]])
    typical = [np.array([[5.0, 7.0, 7.0, 8.0], [9.0, 1.0, 2.0, 0.0]])] * 20
    assert leaders([long_ago * [1, 0, 0, 0], *typical], 1) == [3]
    assert leaders(typical, 2) == [2, 3]
    assert leaders(typical, 3) == [1, 2, 3]
    assert leaders([np.zeros((2, 4))], 2) == [0, 1]


def test_an_excerpt_scores_its_part_of_the_whole() -> None:
    some, starts = network(), TASK.draw_episodes(50, np.random.default_rng(2))
    weights = Weightings.shared([-1.0, 0.5, 1.5])
    with ThreadEvaluator(1) as evaluator:
        for excerpt in CartPoleSwingUp().excerpts():
            assert isinstance(excerpt, CartPoleSwingUp)
            assert not excerpt.excerpts()
            part, most, before = (
                evaluator.evaluate(task, [some], weights, starts).returns
                for task in (
                    excerpt,
                    CartPoleSwingUp(steps=excerpt.steps),
                    CartPoleSwingUp(steps=excerpt.first),
                )
            )
            np.testing.assert_allclose(part, most - before, atol=1e-9)


@pytest.mark.parametrize("task", [TASK, CartPoleSwingUp(steps=310)], ids=["whole", "excerpts"])
def test_any_number_of_threads_and_any_stop_give_the_same_bytes(task: CartPoleSwingUp) -> None:
    rows, whole = tuned(1, [], task=task)
    assert [row["generation"] for row in rows] == list(range(CONFIG.generations))
    assert all(len(row["fitness"]) == 6 * row["races"] for row in rows)
    for stop in (0, 1, 5, 8):
        rest, resumed = tuned(2, rows[:stop], task=task)
        assert rest == rows[stop:]
        assert resumed.weights.values.tobytes() == whole.weights.values.tobytes()
        assert resumed.evaluations == whole.evaluations


def test_tuned_is_no_worse_than_the_shared_start() -> None:
    some = network()
    episodes = TASK.draw_episodes(400, np.random.default_rng(5))
    config = TuneConfig(generations=30, population=10, races=2, episodes=8, seed=1)
    _, result = tuned(2, [], config)
    with ThreadEvaluator(2) as evaluator:
        rows = np.stack([np.full(some.connections, 0.7), result.weights.values[0]])
        weights = Weightings.individual(rows)
        shared, own = evaluator.evaluate(TASK, [some], weights, episodes).returns[0].mean(axis=1)
    assert own > shared


def test_a_network_of_one_connection_gets_its_shared_weight() -> None:
    lonely = Network(5, 1, np.array([1]), np.array([0, 1]), np.array([2]))
    with ThreadEvaluator(1) as evaluator:
        result = finish(tune_individual(Measuring(TASK, lonely, evaluator), CONFIG))
    assert result.weights.values.shape == (1, 1)
    assert not result.weights.is_shared


DAMAGES = {
    "another seed": lambda row: {**row, "candidates": row["candidates"] + 1.0},
    "too few values": lambda row: {**row, "fitness": row["fitness"][1:]},
    "not finite": lambda row: {**row, "fitness": [float("nan"), *row["fitness"][1:]]},
    "another generation": lambda row: {**row, "generation": 7},
    "another number of races": lambda row: {**row, "upper": row["upper"][1:]},
    "no fitness": lambda row: {key: value for key, value in row.items() if key != "fitness"},
    "words": lambda row: {**row, "fitness": "high"},
    "no steps": lambda row: {**row, "env_steps": None},
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_rows_of_another_tuning_are_refused(damage: Any) -> None:
    rows, _ = tuned(1, [])
    with pytest.raises(UserError, match="does not belong to its settings"):
        tuned(1, [rows[0], damage(rows[1])])


SETTINGS = [
    ({"generations": 0}, "generations must be between"),
    ({"population": 3}, "population must be between 4"),
    ({"population": 8.0}, "population must be a whole number"),
    ({"races": 0}, "races must be between"),
    ({"sigma": 0.0}, "sigma must be between"),
    ({"sigma": float("nan")}, "sigma must be between"),
    ({"sigma": "x"}, "sigma must be a number"),
    ({"episodes": True}, "episodes must be a whole number"),
    ({"seed": -1}, "seed must be between"),
    ({"weights": "own"}, "unknown kind of weights 'own'"),
    ({"method": "gradients"}, "did you mean 'gradient'"),
    ({"task": 3}, "task must be a name"),
    ({"popsize": 3}, "unknown setting 'popsize'"),
    ([], "expected an object of settings"),
]


@pytest.mark.parametrize(("settings", "message"), SETTINGS)
def test_settings_out_of_range_are_refused(settings: Any, message: str) -> None:
    with pytest.raises(UserError, match=message):
        make_config(settings, TuneConfig())


def test_gradients_are_refused_where_there_are_none() -> None:
    with ThreadEvaluator(1) as evaluator:
        measuring = Measuring(TASK, network(), evaluator)
        with pytest.raises(UserError, match="no gradients"):
            finish(tune_individual(measuring, TuneConfig(method="gradient")))
