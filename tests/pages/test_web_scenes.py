from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pages_toys import run_pages

from wann.envs import cartpole_physics, classic_physics
from wann.formats.load import load_network
from wann.kernels.forward import forward
from wann.kernels.vectors import LANES
from wann.network.network import Network, pack
from wann.pages import Contestant, player_data
from wann.pages.scene import PACES
from wann.pages.web_files import WEB
from wann.tasks.gym.classic import KINDS, ClassicTask
from wann.tasks.registry import make_task
from wann.tasks.task import Task

STEPS = 1000

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


def kernel_rollout(
    task: Task, network: Network, weight: Any, start: list[float]
) -> NDArray[np.float64]:
    """Return the state (steps, 6), as pages have it, of up to 1000 steps of the kernels."""
    values = np.zeros((1 + network.inputs + len(network.activation), LANES))
    values[0] = 1.0
    weights = np.repeat(np.asarray(weight, dtype=np.float64)[..., None], LANES, axis=-1)
    packed, first, rows = pack([network]), len(values) - network.outputs, []
    swingup = not isinstance(task, ClassicTask)
    if swingup:
        state = cartpole_physics.make_lanes(1)
        cartpole_physics.set_lane(state, 0, np.array(start))
    else:
        state = np.zeros((classic_physics.STATE_ROWS, LANES))
        state[:4] = np.array(start)[:, None]
    done = False
    while len(rows) < STEPS and not done:
        if swingup:
            cartpole_physics.observe_lanes(state, values, 1, LANES)
            forward(packed, 0, weights, values, LANES)
            cartpole_physics.step_lanes(state, values, first, LANES)
            done = cartpole_physics.off_track(state[0, 0])
            rows.append([*state[:4, 0], state[cartpole_physics.REWARD, 0], done])
        else:
            kind = KINDS[task.settings.id]
            classic_physics.observe_lanes(kind, state, values, 1, LANES)
            found = task.statistics
            if found is not None:
                rows_seen = slice(1, 1 + network.inputs)
                mean, sd = (np.array(one)[:, None] for one in found)
                values[rows_seen] = (values[rows_seen] - mean) / sd
            forward(packed, 0, weights, values, LANES)
            classic_physics.step_lanes(kind, state, values, first, LANES)
            done = state[classic_physics.DONE, 0] > 0.0
            rows.append(list(state[:, 0]))
    return np.array(rows)


# Networks, their tasks where these are other ones, and shared weights; None: weights of their own
CASES: dict[str, tuple[str, str | None, float | None]] = {
    "swing-up": ("zoo:swingup", None, 1.5),
    "swing-up at a weight of another sign": ("zoo:swingup", None, -1.0),
    "swing-up with own weights": ("zoo:swingup", None, None),
    "swing-up in 200 steps": ("zoo:swingup-hard", None, 1.0),
    "cart-pole": ("zoo:cartpole", None, 1.0),
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
            np.array([5, 3, 8]),
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
    assert {"swingup", *KINDS} == set(PACES)
    assert all(name in text for name in PACES)
