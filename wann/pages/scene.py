"""What a page knows of a task: names and scaling of its inputs, and the scene that it can show."""

from typing import Any, NamedTuple

from wann.envs import cartpole_physics, classic_physics
from wann.errors import UserError
from wann.formats.export.interface import Interface, interface_of
from wann.streams import stream
from wann.tasks.gym.classic import KINDS, draw_start, fits
from wann.tasks.gym.gym_task import GymTask
from wann.tasks.optional_abilities import Classifying
from wann.tasks.swingup import CartPoleSwingUp
from wann.tasks.task import Task

_STARTS = 24  # episodes that a page can begin
# Seconds of an episode that a step stands for, as the environments say.
PACES = {
    "swingup": cartpole_physics.TIME_STEP,
    "swingup-memory": cartpole_physics.TIME_STEP,
    "CartPole-v1": 0.02,
    "wann/CartPoleMemory-v1": 0.02,
    "Acrobot-v1": 0.2,
    "Pendulum-v1": 0.05,
    "MountainCar-v0": 1 / 30,
    "MountainCarContinuous-v0": 1 / 30,
}


class Scene(NamedTuple):
    """What a page can show of a task."""

    kind: str  # a name in SCENES of web/scenes.js
    steps: int  # after which an episode is cut
    starts: list[list[float]]  # (episodes, 4) the states in which episodes begin


def scene_of(task: Task) -> Scene:
    """Return the scene of a task; UserError, which says why, where a page has none."""
    if isinstance(task, CartPoleSwingUp):
        drawn = task.draw_episodes(_STARTS, stream(0, "page"))
        kind = "swingup" if task.velocities else "swingup-memory"
        return Scene(kind, task.steps, drawn.tolist())
    if isinstance(task, GymTask) and fits(task.settings):
        seeds = task.draw_episodes(_STARTS, stream(0, "page")).tolist()
        number = KINDS[task.settings.id]
        starts = [draw_start(number, seed).tolist() for seed in seeds]
        steps = min(task.whole_limit, classic_physics.STEPS[number])
        return Scene(task.settings.id, steps, starts)
    if isinstance(task, GymTask):
        why = "its simulator runs in Python, and not in a browser"
        if task.settings.id in KINDS:
            why = "the environment is changed by settings, which the page's simulator does not know"
        raise UserError(f"there is no living scene for {task.name}: {why}")
    if isinstance(task, Classifying):
        raise UserError(f"{task.name} is a data set: there is no scene to act in")
    raise UserError(f"there is no living scene for {task.name}: it is a task of your own")


def task_data(task: Task) -> dict[str, Any]:
    """Return JSON values that describe a task, as web/player.js reads them.

    `scene` is null where there is none to be shown, and `why` says then why.
    """
    try:
        interface = interface_of(task.spec, task.inputs, task.outputs, task.name)
    except UserError:  # a task of this session, which no spec describes
        interface = Interface(task.input_names, task.output_names)
    try:
        scene, why = scene_of(task), ""
    except UserError as problem:
        scene, why = None, str(problem)
    return {
        "name": task.name,
        "measure": task.held_out.measure,
        "inputs": list(interface.input_names),
        "outputs": list(interface.output_names),
        "units": list(interface.input_units),
        "scaling": None if interface.scaling is None else interface.scaling._asdict(),
        "classes": None if interface.classes is None else list(interface.classes),
        "scene": None if scene is None else {**scene._asdict(), "pace": PACES[scene.kind]},
        "why": why,
    }
