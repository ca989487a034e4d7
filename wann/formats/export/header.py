"""What the first lines of an exported file say: what it takes, what it returns, how it came about.

They are lines of plain text, which each writer puts into a comment of its own language.
"""

import json
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

from wann.formats.export.interface import Interface
from wann.formats.export.subject import Subject
from wann.runs.digest import CODING
from wann.tasks.fitness import LOSS, fitness_of
from wann.tasks.gym.actions import AboveZero, Largest, Scaled
from wann.tasks.spec import shown_spec

WIDTH = 96
# What a file that scales its inputs says where it may compute in float32; a full stop follows
IN_FLOAT32 = (
    "In float32, inputs that are large beside how much they differ, such as times in seconds since "
    "1970, lose the digits that tell them apart before they are scaled"
)
_MOST_LISTED = 40  # inputs or outputs, with a line for each


def header(subject: Subject, use: Iterable[str], kind: str) -> list[str]:
    """Return the lines of text at the head of a file.

    `use` are lines that say how the file is used, `kind` what numbers it computes with.
    """
    network = subject.network
    sizes = [
        count(network.inputs, "input"),
        count(network.hidden, "hidden node"),
        count(network.outputs, "output"),
        count(network.connections, "connection"),
    ]
    task = f", for the task {task_name(subject)}" if subject.task else ""
    title = f"{subject.name}{task}: a network of {', '.join(sizes[:3])} and {sizes[3]}."
    return [
        *wrap(title),
        "",
        *use,
        "",
        *_ends("Inputs", subject.interface.input_names, subject.interface.input_units),
        *wrap(_scaling(subject)),
        *_ends("Outputs", subject.interface.output_names, ()),
        *wrap(_action(subject.interface)),
        *(line for note in subject.interface.notes for line in wrap(f"Note: {note}.")),
        "",
        *wrap(_weights(subject)),
        *wrap(f"Numbers: {kind}."),
        "",
        *_origin(subject),
        *(["", *subject.card.splitlines()] if subject.card else []),
    ]


def count(number: int, noun: str) -> str:
    """Return a number of things in words."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def in_docstring(line: str) -> str:
    """Return a line so that it can stand in a docstring of Python, whatever it is."""
    plain = "".join(character if character.isprintable() else "?" for character in line)
    return plain.replace("\\", "\\\\").replace('"', '\\"')


def task_name(subject: Subject) -> str:
    """Return what the task is called, without its settings and without folders of its data."""
    name = (subject.task or "").partition(" {")[0]
    family, _, path = name.partition(":")
    return f"data:{Path(path).name}" if family == "data" else name


def wrap(text: str) -> list[str]:
    """Return a paragraph as lines."""
    return textwrap.wrap(text, WIDTH, break_long_words=False, break_on_hyphens=False)


def _ends(what: str, names: Sequence[str], units: Sequence[str]) -> list[str]:
    """Return the list of inputs or outputs, shortened where there are many."""
    if len(names) > _MOST_LISTED:
        return [f"{what}: {len(names)}, numbered from 0: {names[0]} to {names[-1]}."]
    units = units or [""] * len(names)
    labels = [f"{name} [{unit}]" if unit else name for name, unit in zip(names, units, strict=True)]
    return [f"{what}, in this order:", *(f"  {i:3d}  {label}" for i, label in enumerate(labels))]


def _scaling(subject: Subject) -> str:
    scaling = subject.interface.scaling
    if scaling is None:
        return "Inputs are read as they are."
    clipped = " and then held from 0 to 1" if scaling.clipped else ""
    return (
        "Each input is scaled within this file: (input - shift) / scale, with the shifts and "
        f"scales below{clipped}. Give the inputs as they come from the task."
        f"{f' {IN_FLOAT32}.' if subject.single else ''}"
    )


def _action(interface: Interface) -> str:
    head, classes = interface.head, interface.classes
    if head is None:
        return "The outputs are what there is: no action is made of them."
    if isinstance(head, AboveZero):
        return "Action: for each output 1 where it is above 0, else 0."
    if isinstance(head, Scaled):
        return "Action: a number for each output. " + _bounds(head)
    if classes is not None:
        names = ", ".join(classes[:_MOST_LISTED])
        return (
            "Class: the number, from 0, of the largest output, the first of equal ones. The "
            f"classes are {names}{', ...' if len(classes) > _MOST_LISTED else ''}."
        )
    if len(head.sizes) == 1:
        return (
            "Action: the number of the largest output, the first of equal ones, counted from "
            f"{head.starts[0]}."
        )
    return _groups(head)


def _groups(head: Largest) -> str:
    sizes, starts = ", ".join(map(str, head.sizes)), ", ".join(map(str, head.starts))
    return (
        f"Action: the outputs are groups of {sizes}; of each group the number of the largest, the "
        f"first of equal ones, counted from {starts}."
    )


def _bounds(head: Scaled) -> str:
    rounded = " It is rounded to a whole number." if head.whole else ""
    pairs = {(low, high) for low, high in zip(head.low.flat, head.high.flat, strict=True)}
    if head.bounded.all() and len(pairs) == 1:
        low, high = pairs.pop()
        return (
            f"An output from -1 to 1 is the way from {low:g} to {high:g}; beyond, it is held "
            f"there. NaN counts as 0.{rounded}"
        )
    free = "" if head.bounded.all() else " One without two bounds is passed on within its bound."
    return (
        "An output from -1 to 1 is the way from the lower to the upper bound of the action; "
        f"beyond, it is held there.{free} NaN counts as 0.{rounded}"
    )


def _weights(subject: Subject) -> str:
    if subject.weights is not None:
        return "Weights: one for each connection, in the table below."
    return f"Weights: one that all connections share, {subject.weight!r} unless another is given."


def _origin(subject: Subject) -> list[str]:
    lines = [f"Made by wann {metadata.version('wann')}. Digest of the network: {subject.digest}."]
    if subject.task and " {" in subject.task and not subject.task.startswith("data:"):
        lines += wrap(f"Task in full: {shown_spec(subject.task)}")
    if subject.info and not subject.card:  # which says more
        info = json.dumps(_known(subject), sort_keys=True)
        lines += wrap(f"Known of it: {info if len(info) < 1000 else info[:1000] + '...'}")
    return [
        *lines,
        "No rights are reserved in this file. It comes without any warranty.",
    ]


def _known(subject: Subject) -> dict[str, Any]:
    """Return what a file says of a network; what its mean is of is said where the file does not."""
    known = {key: value for key, value in subject.info.items() if key != CODING}
    confirmed = known.get("confirmed")
    if isinstance(confirmed, Mapping):
        means = fitness_of(confirmed.get("measure"), subject.task)
        if means.name == LOSS:
            said = {"measure": means.mean, "sd_over": means.trials}
            known["confirmed"] = {**confirmed, **said}
    return known


def numbers_of(values: "np.ndarray[tuple[int, ...], np.dtype[np.float64]]") -> list[float]:
    """Return an array (outputs, 1) as a flat list."""
    found: list[float] = np.asarray(values, dtype=np.float64).ravel().tolist()
    return found
