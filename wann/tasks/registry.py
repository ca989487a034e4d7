"""The tasks by name.

`make_task` makes one from its spec, the one line that stands for it in files; `task_of` does so for
a spec that was read from a file.
"""

from collections.abc import Callable
from typing import Any

from wann import trust
from wann.errors import unknown
from wann.tasks.spec import Settings, code_in, parse_spec
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
    """Return the task that `spec` describes; UserError if there is no such task.

    Whoever calls this names the module of an environment of one's own, which is imported. For specs
    that were read from a file there is `task_of`.
    """
    trust.allow(*code_in(spec))
    return _make(spec)


def task_of(spec: str, wanted_by: object) -> Task:
    """Return the task that `spec` describes, where the file `wanted_by` says so.

    UserError if there is no such task, or it needs a module that the user neither named nor trusts.
    """
    for name in code_in(spec):
        trust.check(name, wanted_by)
    return _make(spec)


def _make(spec: str) -> Task:
    name, settings = parse_spec(spec)
    family, colon, what = name.partition(":")
    if colon and family in FAMILIES:
        return FAMILIES[family](what, settings)
    if name not in TASKS:
        raise unknown("task", name, [*TASKS, *(f"{family}:..." for family in FAMILIES)])
    return TASKS[name](settings)
