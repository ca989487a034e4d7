"""Which task an environment becomes: a compiled one, a pool of envpool's, or Gymnasium's own."""

from wann.tasks.gym.classic import ClassicTask, fits
from wann.tasks.gym.envpool import EnvpoolTask
from wann.tasks.gym.gym_task import GymTask
from wann.tasks.gym.settings import parse_settings
from wann.tasks.gym.simulators import check_registered
from wann.tasks.spec import Settings
from wann.tasks.task import Task


def make_gym(identity: str, given: Settings) -> Task:
    """Return the task of the environment `identity` with the settings `given`.

    UserError if it cannot be made.
    """
    settings = parse_settings(identity, given)
    check_registered(identity)
    if settings.backend == "envpool":
        pooled = EnvpoolTask(settings)
        pooled.check()
        return pooled
    if settings.backend == "jit" or (settings.backend == "auto" and fits(settings)):
        return ClassicTask.make(settings)
    task = GymTask(settings)
    task.inputs, task.outputs  # noqa: B018  refused here rather than in the middle of a search
    return task
