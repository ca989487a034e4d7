"""Which task a worker makes from a spec."""

import numpy as np
import pytest
from ray_toys import WEIGHTS, networks

from wann.evaluators.ray.messages import Assignment, wrap
from wann.evaluators.ray.worker import Worker, variant_of
from wann.tasks.registry import make_task

DIGITS = "digits"


def test_a_task_is_known_among_its_relatives() -> None:
    digits, swingup = make_task(DIGITS), make_task("swingup")
    assert [variant_of(t) for t in (digits, digits.held_out, digits.tuning)] == [
        "",
        "held_out",
        "tuning",
    ]
    assert [variant_of(t) for t in (swingup, swingup.held_out)] == ["", ""]
    assert [variant_of(t) for t in swingup.excerpts()] == ["excerpt 0", "excerpt 1", "excerpt 2"]


@pytest.mark.parametrize("limit", ["", ', "episode_seconds": 60'])
def test_lines_on_lost_episodes_stand_behind_what_was_cut(
    limit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So they do whether another process plays or not."""
    monkeypatch.setattr("wann.evaluators.ray.worker.MOST_PRINTED", 0)
    spec = (
        'gym:gym_toys:toys/Toy-v0 {"kwargs": {"fault": "raise"}, "on_error": "worst", '
        f'"max_steps": 11{limit}}}'
    )
    some = networks(make_task(spec), 1)[:-1]
    worker = Worker()
    try:
        answer = worker.score(Assignment(spec, "", wrap(some), WEIGHTS[:1], np.array([1, 2])))
    finally:
        worker._guard.close()
    assert np.isnan(answer.returns).tolist() == [[[False, True]]]
    assert answer.told.startswith("wann: gym_toys:toys/Toy-v0 failed (seed 2, step 4): ")
    assert answer.told.endswith("\n")
