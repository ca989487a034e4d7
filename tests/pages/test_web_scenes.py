from pathlib import Path
from typing import Any

import numpy as np
from pages_toys import STEPS, kernel_rollout, run_pages

from wann.formats.load import load_network
from wann.network.network import Network
from wann.pages import Contestant, player_data
from wann.pages.scene import PACES
from wann.pages.web_files import WEB
from wann.tasks.gym.classic import KINDS
from wann.tasks.registry import make_task
from wann.tasks.task import Task

_ROLLOUT = """
import { Actor } from "./web/actor.js";
import { SCENES } from "./web/scenes.js";
const found = {};
for (const [name, { data, weight, start }] of Object.entries(given)) {
  const actor = new Actor(data.task, SCENES[data.task.scene.kind], data.contestants[0].network);
  actor.begin(data.task.scene.starts[start]);
  const rows = [];
  while (rows.length < 1000 && !actor.failed) {
    actor.step(actor.weightOf(weight, weight === null));
    rows.push([...actor.state, actor.total]);
  }
  found[name] = rows;
}
console.log(JSON.stringify(found));
"""


# Networks, their tasks where these are other ones, and shared weights; None: weights of their own
CASES: dict[str, tuple[str, str | None, float | None]] = {
    "swing-up": ("zoo:swingup", None, 1.5),
    "swing-up at a weight of another sign": ("zoo:swingup", None, -1.0),
    "swing-up with own weights": ("zoo:swingup", None, None),
    "swing-up in 200 steps": ("zoo:swingup-hard", None, 1.0),
    "swing-up without velocities": ("zoo:swingup", "swingup-memory", 1.0),
    "cart-pole": ("zoo:cartpole", None, 1.0),
    "cart-pole without velocities": ("zoo:cartpole", "gym:wann/CartPoleMemory-v1", 1.0),
    "cart-pole, scaled": (
        "zoo:cartpole",
        'gym:CartPole-v1 {"normalise": {"mean": [0.1, 0.2, -0.01, 0.3], "sd": [0.5, 1, 0.1, 2]}}',
        1.0,
    ),
    "acrobot": ("zoo:acrobot", None, 1.0),
    "acrobot that never gets there": ("zoo:acrobot", None, 0.0),
    "pendulum": ("zoo:pendulum", None, 1.0),
    "mountain car": ("zoo:acrobot", "gym:MountainCar-v0", 1.0),
    "continuous mountain car": ("zoo:mountaincar-continuous", None, 1.0),
    "continuous mountain car that stays": ("zoo:mountaincar-continuous", None, 0.05),
}


def subject_of(name: str, spec: str | None, own: bool) -> tuple[Task, Network, Any]:
    network = load_network(name)
    task = make_task(spec or network.task_or_default)
    plain = Network(*network)
    if plain.inputs != task.inputs:  # of its inputs, the last ones are left out
        keep = plain.source[plain.source <= task.inputs]
        counts = [len(keep)] * task.outputs
        plain = Network(
            task.inputs,
            task.outputs,
            np.array([5, 3, 8])[: task.outputs],
            np.append(0, np.cumsum(counts)),
            np.tile(keep, task.outputs),
        )
    rng = np.random.default_rng(3)
    return task, plain, rng.normal(size=plain.connections) if own else None


def test_rollouts_are_those_of_the_kernels(tmp_path: Path) -> None:
    given, expected = {}, {}
    for start, (label, (name, spec, weight)) in enumerate(CASES.items()):
        task, network, weights = subject_of(name, spec, weight is None)
        data = player_data(task, [Contestant("a", network, weights)], [], [[]])
        given[label] = {"data": data, "weight": weight, "start": start}
        begins = data["task"]["scene"]["starts"][start]
        used = weights if weight is None else weight
        expected[label] = kernel_rollout(task, network, used, begins)
    found = run_pages(tmp_path, _ROLLOUT, given)
    for label, rows in expected.items():
        reached = np.array(found[label])
        assert reached.shape == (len(rows), 7), label
        np.testing.assert_allclose(reached[:, :6], rows, rtol=0, atol=1e-9, err_msg=label)
        np.testing.assert_allclose(reached[:, 6], np.cumsum(rows[:, 4]), atol=1e-9, err_msg=label)
    lengths = {label: len(rows) for label, rows in expected.items()}
    assert lengths["swing-up"] == lengths["pendulum"] == STEPS, lengths
    assert lengths["acrobot"] < STEPS


def test_every_scene_of_python_is_there() -> None:
    text = (WEB / "scenes.js").read_text("utf-8")
    assert {"swingup", "swingup-memory", *KINDS} == set(PACES)
    assert all(name in text for name in PACES)
