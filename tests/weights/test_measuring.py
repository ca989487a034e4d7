"""Episodes with weightings of their own are the same, handed in at once or one after the other."""

from typing import Any

import numpy as np
import pytest
from genome_toys import grow

from wann.errors import UserError
from wann.evaluators.evaluator import Evaluation
from wann.evaluators.processes import ProcessEvaluator
from wann.evaluators.threads import ThreadEvaluator
from wann.network.compile import compile_genome
from wann.network.weightings import Weightings
from wann.streams import stream
from wann.tasks.registry import make_task
from wann.weights.measuring import Measuring

SIMULATED = 'gym:CartPole-v1 {"backend": "gymnasium", "max_steps": 40}'


class OneByOne:
    """Whoever wrote an evaluator of their own may have left `submit` out."""

    def __init__(self) -> None:
        self.inner = ThreadEvaluator(1)

    def evaluate(self, *arguments: Any) -> Evaluation:
        return self.inner.evaluate(*arguments)

    def close(self) -> None:
        self.inner.close()


@pytest.mark.parametrize(
    ("spec", "make"), [("swingup-hard", ThreadEvaluator), (SIMULATED, ProcessEvaluator)]
)
def test_all_at_once_or_one_by_one(spec: str, make: Any) -> None:
    task = make_task(spec)
    network = compile_genome(grow(1, 30, task.inputs, task.outputs))
    episodes = task.draw_episodes(5, stream(0, "episodes"))
    rng = np.random.default_rng(2)
    each = [Weightings.shared(rng.uniform(-2, 2, 3)) for _ in episodes]
    own = [Weightings.individual(rng.uniform(-2, 2, (2, network.connections))) for _ in episodes]
    alone = Measuring(task, network, OneByOne())
    with make(2) as evaluator:
        measuring = Measuring(task, network, evaluator)
        for weightings, width in ((each, 3), (own, 2)):
            found = measuring.returns_of_each(weightings, episodes)
            assert found.shape == (5, width)
            assert found.tobytes() == alone.returns_of_each(weightings, episodes).tobytes()


def test_what_fails_leaves_nothing_to_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    task = make_task("swingup-hard")
    network = compile_genome(grow(1, 30, task.inputs, task.outputs))
    episodes = task.draw_episodes(6, stream(0, "episodes"))
    each = [Weightings.shared([weight]) for weight in (-2.0, -1.0, 0.5, 1.0, 1.5, 2.0)]
    with ThreadEvaluator(2) as evaluator:
        measuring = Measuring(task, network, evaluator)
        expected = measuring.returns_of_each(each, episodes)
        completed = evaluator.completed
        for problem in (UserError("failed"), KeyboardInterrupt()):

            def fails(problem: BaseException = problem) -> Any:
                monkeypatch.setattr(evaluator, "completed", completed)
                completed()
                raise problem

            monkeypatch.setattr(evaluator, "completed", fails)
            with pytest.raises(type(problem)):
                measuring.returns_of_each(each[::-1], episodes)
            assert measuring.returns_of_each(each, episodes).tobytes() == expected.tobytes()
