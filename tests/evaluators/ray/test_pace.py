"""What is learnt of costs."""

import numpy as np
from ray_toys import WEIGHTS, networks, serial

from wann.evaluators.ray.pace import Pace
from wann.tasks.registry import make_task

SIMULATOR = 'gym:CartPole-v1 {"backend": "gymnasium", "max_steps": 20}'


def test_networks_known_for_long_episodes_come_first() -> None:
    task = make_task(SIMULATOR)
    pace, some, drawn = Pace(), networks(task, 5), np.arange(2)
    first = pace.prepare(0, task, "", some, WEIGHTS, drawn)
    evaluation = serial(task, first.networks, WEIGHTS, drawn)
    first.fill(first.whole, evaluation.returns, evaluation.steps)
    pace.remember(first)
    again = pace.prepare(1, task, "", some, WEIGHTS, drawn)
    steps = serial(task, again.networks, WEIGHTS, drawn).steps
    assert steps[0] > steps[-1], "the toys differ"
    assert (np.diff(steps) <= 0).all()
