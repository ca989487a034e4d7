"""The tasks by name.

`make_task` makes one from its spec, the one line that stands for it in files.
"""

from collections.abc import Callable
from typing import Any

from wann.errors import unknown
from wann.tasks.spec import Settings, parse_spec
from wann.tasks.task import Task


def _swingup(settings: Settings) -> Task:
    from wann.tasks.swingup import CartPoleSwingUp

    return CartPoleSwingUp()


def _swingup_hard(settings: Settings) -> Task:
    from wann.tasks.swingup import CartPoleSwingUp

    return CartPoleSwingUp(name="swingup-hard", steps=200)


def _classification(name: str, dataset: str, **fixed: Any) -> Callable[[Settings], Task]:
    def make(settings: Settings) -> Task:
        from wann.tasks.datasets import classification

        return classification(name, dataset, fixed, settings)

    return make


def _own_data(path: str, settings: Settings) -> Task:
    from wann.tasks.datasets import own_classification

    return own_classification(path, settings)


TASKS: dict[str, Callable[[Settings], Task]] = {
    "swingup": _swingup,
    "swingup-hard": _swingup_hard,
    "digits": _classification("digits", "digits"),
    "mnist": _classification("mnist", "mnist"),
    "mnist256": _classification("mnist256", "mnist", deskew=True, size=16),
}


def _gym(identity: str, settings: Settings) -> Task:
    from wann.tasks.gym.make import make_gym

    return make_gym(identity, settings)


# Families of tasks: `FAMILY:WHAT`.
FAMILIES: dict[str, Callable[[str, Settings], Task]] = {"data": _own_data, "gym": _gym}


def make_task(spec: str) -> Task:
    """Return the task that `spec` describes; UserError if there is no such task."""
    name, settings = parse_spec(spec)
    family, colon, what = name.partition(":")
    if colon and family in FAMILIES:
        return FAMILIES[family](what, settings)
    if name not in TASKS:
        raise unknown("task", name, [*TASKS, *(f"{family}:..." for family in FAMILIES)])
    return TASKS[name](settings)
