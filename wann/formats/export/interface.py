"""What stands between a network and the world: how its inputs are scaled, what its outputs do.

That is a matter of the task. The exported files hold it, so that they take what an environment
shows or a data set holds, and return actions or classes.
"""

import json
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from gymnasium import spaces

from wann.datasets.coding import Coding
from wann.datasets.images import Preparation
from wann.datasets.registry import CLASS_NAMES
from wann.errors import UserError, in_short
from wann.tasks.classify import Classification
from wann.tasks.datasets import preparation_of
from wann.tasks.gym.actions import AboveZero, Largest, Scaled, make_head
from wann.tasks.gym.gym_task import GymTask
from wann.tasks.registry import ON_DATA_SETS, task_of
from wann.tasks.spec import parse_spec
from wann.tasks.swingup import CartPoleSwingUp
from wann.tasks.task import Task

Head = Largest | AboveZero | Scaled

_MNIST_SIZE = 28  # pixels, both ways

_SWINGUP_UNITS = {"x": "m", "x'": "m/s", "angle'": "rad/s"}


class Scaling(NamedTuple):
    """How each input is scaled: a network reads (observation - shift) / scale."""

    shift: tuple[float, ...]
    scale: tuple[float, ...]
    clipped: bool = False  # whether what is then below 0 or above 1 is taken as 0 or 1


class Interface(NamedTuple):
    """How a network sees and acts."""

    input_names: Sequence[str]
    output_names: Sequence[str]
    input_units: Sequence[str] = ()  # one for each input, "" where it has none; (): not known
    scaling: Scaling | None = None  # None: inputs are taken as they are
    head: Head | None = None  # None: outputs are passed on as they are
    classes: tuple[str, ...] | None = None  # what the values of the head stand for
    notes: tuple[str, ...] = ()  # what the user of the file should know, one line each


def bare(inputs: int, outputs: int) -> Interface:
    """Return the interface of a network alone: so many inputs and outputs, as they are."""
    return Interface([f"x{i}" for i in range(inputs)], [f"y{i}" for i in range(outputs)])


def interface_of(spec: str, inputs: int, outputs: int, wanted_by: object) -> Interface:
    """Return the interface that the task of `spec` gives to a network of so many ends.

    `wanted_by` is the file that names the task. UserError where the task cannot be made here, or
    does not fit the network.
    """
    try:
        found = _of_coding(spec) or _of_mnist(spec) or _of_task(task_of(spec, wanted_by))
    except UserError as error:
        raise UserError(
            f"scaling and actions are those of the task, which cannot be made here: {error}; or "
            "export the network alone (bare=True or --bare)"
        ) from None
    needed = len(found.input_names), len(found.output_names)
    if (inputs, outputs) != needed:
        raise UserError(
            f"the network does not fit the task {in_short(spec)}: it has {inputs} inputs and "
            f"{outputs} outputs, the task {needed[0]} and {needed[1]}; export it alone (bare=True "
            "or --bare)"
        )
    return found


def classes_told(spec: str) -> tuple[str, ...] | None:
    """Return the classes that the spec of a task tells without its data, None where it does not."""
    found = _of_coding(spec) or _of_mnist(spec)
    return None if found is None else found.classes


def _of_coding(spec: str) -> Interface | None:
    """Return the interface of a table that the spec describes in full, None for other tasks."""
    name, settings = parse_spec(spec)
    if not name.startswith("data:") or "coding" not in settings:
        return None
    return _of_table(Coding.from_json(json.dumps(settings["coding"])))


def _of_mnist(spec: str) -> Interface | None:
    """Return the interface of MNIST or its like, whose data need not be there; else None."""
    name, settings = parse_spec(spec)
    dataset, fixed = ON_DATA_SETS.get(name, ("", {}))
    if dataset not in CLASS_NAMES:
        return None
    preparation = preparation_of(name, fixed, settings)
    size = preparation.size or _MNIST_SIZE
    classes = CLASS_NAMES[dataset]
    names = [f"{row},{column}" for row in range(size) for column in range(size)]
    scaling, note = _of_images(preparation, (0.0, 255.0), len(names))
    return Interface(names, classes, (), scaling, _one_of(len(classes)), classes, (note,))


def _of_table(coding: Coding) -> Interface:
    shift: list[float] = []
    scale: list[float] = []
    names: list[str] = []
    notes: list[str] = []
    for column in coding.columns:
        number = not column.texts
        names += column.inputs
        shift += [column.low if number else 0.0] * len(column.inputs)
        scale += [column.high - column.low if number else 1.0] * len(column.inputs)
        if not number:
            notes.append(f"of the inputs {column.name}=... the one that holds is 1, the others 0")
    return Interface(
        names,
        coding.classes,
        (),
        Scaling(tuple(shift), tuple(scale), coding.clipped),
        _one_of(len(coding.classes)),
        coding.classes,
        tuple(notes),
    )


def _of_task(task: Task) -> Interface:
    names = task.input_names, task.output_names
    if isinstance(task, Classification):
        return _of_dataset(task)
    if isinstance(task, CartPoleSwingUp):
        head = make_head(spaces.Box(-1.0, 1.0, (task.outputs,), np.float64), task.name).act
        units = [_SWINGUP_UNITS.get(name, "") for name in task.input_names]
        return Interface(*names, units, None, head, notes=("a force of 1 is 10 N",))
    if isinstance(task, GymTask):
        return _of_environment(task)
    return Interface(*names, notes=("the task says nothing of actions: outputs are passed on",))


def _of_environment(task: GymTask) -> Interface:
    found, encoder = task.statistics, task.settings.encoder
    return Interface(
        task.input_names,
        task.output_names,
        (),
        None if found is None else Scaling(found.mean, found.sd),
        task.head.act,
        notes=(
            "the numbers of an observation stand in the order of gymnasium.spaces.flatten"
            if encoder is None
            else f"inputs are the latents of an encoder that is not in this file: {encoder!r}",
            *(f"not among the inputs: {part}" for part in task.view.left_out),
        ),
    )


def _of_dataset(task: Classification) -> Interface:
    dataset = task.dataset
    if dataset.coding is not None:
        return _of_table(Coding.from_json(dataset.coding))
    classes = tuple(task.output_names)
    head = _one_of(task.outputs)
    scaling, note = _of_images(dataset.preparation, dataset.scaled_from, task.inputs)
    return Interface(task.input_names, task.output_names, (), scaling, head, classes, (note,))


def _of_images(
    preparation: Preparation, scaled_from: tuple[float, float] | None, inputs: int
) -> tuple[Scaling | None, str]:
    """Return how the numbers of a data set are scaled, and what to say of that."""
    deskew, size = preparation
    if deskew or size or scaled_from is None:
        done = ["straightened"] * deskew + [f"resized to {size} x {size}"] * bool(size)
        made = f"{' and '.join(done)} as the data set's are, " if done else ""
        return None, f"inputs are images, {made}with numbers from 0 to 1, row by row"
    low, high = scaled_from
    scale = high - low if high > low else 1.0
    note = f"inputs are numbers as the data set has them, from {low:g} to {high:g}"
    return Scaling((low,) * inputs, (scale,) * inputs, clipped=True), note


def _one_of(classes: int) -> Largest:
    return Largest((classes,), (0,), None, np.dtype(np.int64))
