"""What the inputs and outputs of a network are called, as drawings of it have it."""

from collections.abc import Callable, Sequence
from typing import TypedDict

from wann.errors import UserError
from wann.formats.export.interface import classes_told, interface_of
from wann.network.network import Network
from wann.tasks.optional_abilities import Classifying
from wann.tasks.task import Task

# Tasks whose names cost little to look up: no data are read for them, or few.
_WITHOUT_DATA = ("swingup", "gym:", "mnist", "fashion", "digits")


class EndNames(TypedDict, total=False):
    """Names of inputs and outputs, one for each, where they are known."""

    input_names: Sequence[str]
    output_names: Sequence[str]


def end_names(
    network: Network, task: str | None, wanted_by: object, *, at_once: bool = False
) -> EndNames:
    """Return the names that `task`, its spec, gives to the ends of a network.

    There are none where the task cannot be made or does not fit. The data of MNIST need not be
    there. With `at_once`, no names are sought of tasks that would read data. `wanted_by` is the
    file that names the task.
    """
    if task is None or (at_once and not task.startswith(_WITHOUT_DATA)):
        return {}
    try:
        found = interface_of(task, network.inputs, network.outputs, wanted_by)
    except UserError:
        return {}
    return {"input_names": found.input_names, "output_names": found.output_names}


def class_names(spec: str | None, make: Callable[[], Task], wanted_by: str) -> Sequence[str]:
    """Return the names of the classes that a network tells apart, in the order of its outputs.

    `spec` is that of its task, which `make` makes only where the spec does not tell them, since
    data may be read for it. UserError where the task has no classes, or cannot be made.
    `wanted_by` is what messages call the network.
    """
    told = None if spec is None else classes_told(spec)
    if told is not None:
        return told
    task = make()
    if not isinstance(task, Classifying):
        raise UserError(
            f"{wanted_by} is for {task.name}, which has no classes: network(x) returns its outputs"
        )
    return task.output_names
