"""The tasks by name.

`make_task` makes one from its spec, the one line that stands for it in files; `task_of` does so for
a spec that was read from a file.
"""

from collections.abc import Callable
from copy import copy
from typing import Any

from wann import own, trust
from wann.errors import UserError, in_short, unknown
from wann.own import Registry
from wann.tasks.spec import Settings, code_in, parse_spec
from wann.tasks.task import Task

# The tasks on data sets of the package: of each the data set, and how its images are prepared where
# the settings do not say otherwise.
ON_DATA_SETS: dict[str, tuple[str, Settings]] = {
    "digits": ("digits", {}),
    "mnist": ("mnist", {}),
    "mnist256": ("mnist", {"deskew": True, "size": 16}),
    "fashion-mnist": ("fashion-mnist", {}),
    "fashion256": ("fashion-mnist", {"size": 16}),
}


def is_of_data(spec: str) -> bool:
    """Return whether a task classifies examples, as far as its name tells without making it."""
    name = spec.partition(" {")[0]
    return name in ON_DATA_SETS or name.startswith("data:")


def _swingup(name: str, **what: Any) -> Callable[[Settings], Task]:
    def make(settings: Settings) -> Task:
        from wann.tasks.swingup import CartPoleSwingUp

        for setting in settings:
            if setting != "precision":
                raise unknown(f"setting of {name}", setting, ["precision"])
        return CartPoleSwingUp(name, **what, **settings)

    return make


def _classification(name: str) -> Callable[[Settings], Task]:
    def make(settings: Settings) -> Task:
        from wann.tasks.datasets import classification

        return classification(name, *ON_DATA_SETS[name], settings)

    return make


def _own_data(path: str, settings: Settings) -> Task:
    from wann.tasks.datasets import own_classification

    return own_classification(path, settings)


_BUILT_IN: dict[str, Callable[[Settings], Task]] = {
    "swingup": _swingup("swingup"),
    "swingup-hard": _swingup("swingup-hard", steps=200),
    "swingup-memory": _swingup("swingup-memory", velocities=False),
    **{name: _classification(name) for name in ON_DATA_SETS},
}


_ABOUT = {
    "swingup": "swing up the pole of a cart and balance it, 1000 steps",
    "swingup-hard": "the same in 200 steps",
    "swingup-memory": "the same in 1000 steps, without seeing velocities: for recurrent networks",
    "digits": "handwritten digits of 8 x 8 pixels",
    "mnist": "MNIST, 28 x 28 pixels",
    "mnist256": "MNIST straightened, 16 x 16 pixels",
    "fashion-mnist": "Fashion-MNIST, 28 x 28 pixels",
    "fashion256": "Fashion-MNIST, 16 x 16 pixels",
}
# One of the user's own is called with the settings behind its name, by name.
TASKS: Registry[Callable[..., Task]] = Registry(
    "task",
    _BUILT_IN,
    expected="a subclass of wann.tasks.task.Task, or a function that returns one",
    about=_ABOUT.__getitem__,
)


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
    own.check_trusted(code_in(spec), wanted_by)
    return _make(spec)


def _make(spec: str) -> Task:
    name, settings = parse_spec(spec)
    family, colon, what = name.partition(":")
    if colon and family in FAMILIES:
        return FAMILIES[family](what, settings)
    if own.is_name(name):
        return _own(name, settings, spec)
    if name not in TASKS:
        families = (f"{family}:..." for family in FAMILIES)
        raise unknown("task", name, [*TASKS, *families, "module:name"])
    return TASKS[name](settings)


def _own(name: str, settings: Settings, spec: str) -> Task:
    """Return the task that a class or function of the user's own makes."""
    function = TASKS.find(name)
    given = f"the settings {in_short(settings)}" if settings else "no settings"
    task = TASKS.call(function, given, **settings)
    if not isinstance(task, Task):
        raise UserError(f"the task {name} is {in_short(task)}: expected {TASKS.expected}")
    made = copy(task)  # the function may return one task for several specs
    object.__setattr__(made, "_made_from", spec)
    return made
