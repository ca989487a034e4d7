"""Which task an environment becomes: a compiled one, a pool of envpool's, or Gymnasium's own."""

from wann.tasks.gym.classic import ClassicTask, fits
from wann.tasks.gym.envpool import EnvpoolTask
from wann.tasks.gym.gym_task import GymTask
from wann.tasks.gym.settings import GymSettings, parse_settings
from wann.tasks.gym.simulators import check_registered
from wann.tasks.spec import Settings
from wann.tasks.task import Task


def make_gym(identity: str, given: Settings) -> Task:
    """Return the task of the environment `identity` with the settings `given`.

    UserError if it cannot be made.
    """
    return _of_settings(parse_settings(identity, given))


def _of_settings(settings: GymSettings) -> Task:
    check_registered(settings.id)
    if settings.backend == "envpool":
        pooled = EnvpoolTask(settings)
        pooled.check()
        return pooled
    if settings.backend == "jit" or (settings.backend == "auto" and fits(settings)):
        return ClassicTask.make(settings)
    task = GymTask(settings)
    task.inputs, task.outputs  # noqa: B018  refused here rather than in the middle of a search
    return task


# So the whole episodes of a search that cuts some are those of the task that their own spec makes,
# which any worker can make
GymTask.of_settings = _of_settings
