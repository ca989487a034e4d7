"""The formats that a network can be exported to, in one table; one's own stand beside them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from wann.activations.expression import numbers_in
from wann.errors import UserError
from wann.formats.export.formulas import formulas_of
from wann.formats.export.subject import Subject
from wann.own import Registry
from wann.tasks.gym.actions import Scaled

Written = str | bytes


@dataclass(frozen=True)
class Target:
    """A format of the project: who writes it, and what it can express."""

    writer: str  # `module:function` of this room, imported on use; a function of a `Subject`
    ending: str  # of file names
    about: str
    single: bool = False  # whether it can compute in float32
    weighted: bool = True  # whether it holds the shared weight that is begun with
    acts: bool = True  # whether scaling and actions of the task have a place in it
    cards: bool = True  # whether text has a place in it
    recurrent: bool = False  # whether it can remember the step before
    numbers: str = "computes with doubles alone"  # said where float32 is asked of it in vain

    def __call__(self, subject: Subject) -> Written:
        """Return the content of a file; UserError where the format cannot express something."""
        module, _, name = self.writer.partition(":")
        written: Written = getattr(import_module(f"wann.formats.export.{module}"), name)(subject)
        return written


_COMPUTES_NOTHING = "holds a network and computes nothing"

_TARGETS = {
    "json": Target(
        "as_files:dumps_json",
        "json",
        "the project's own format: JSON, read by every command",
        weighted=False,
        acts=False,
        cards=False,
        recurrent=True,
        numbers=_COMPUTES_NOTHING,
    ),
    "out": Target(
        "as_files:dumps_out",
        "out",
        "a table of the 2019 release",
        weighted=False,
        acts=False,
        cards=False,
        numbers=_COMPUTES_NOTHING,
    ),
    "python": Target(
        "as_files:dumps_python",
        "py",
        "Python that needs its standard library alone",
        recurrent=True,
    ),
    "c": Target(
        "c_format:dumps_c",
        "c",
        "C99 in one file, for microcontrollers, too",
        single=True,
        recurrent=True,
    ),
    "js": Target(
        "js_format:dumps_js",
        "js",
        "a module of JavaScript, for browsers and Node",
        recurrent=True,
    ),
    "onnx": Target(
        "onnx_format:dumps_onnx",
        "onnx",
        "ONNX, for its many runtimes (needs wann[onnx])",
        single=True,
        recurrent=True,
    ),
    "torch": Target(
        "torch_format:dumps_torch",
        "py",
        "a PyTorch module that needs PyTorch alone",
        recurrent=True,
        numbers="computes in float32 anyway, unless the module is converted",
    ),
}

TARGETS: Registry[Callable[[Subject], Written]] = Registry(
    "export",
    _TARGETS,
    expected="a function of (subject) that returns the text or the bytes of a file",
    arguments=1,
    about=lambda name: _TARGETS[name].about,
)


def ending_of(to: str | Callable[[Subject], Written]) -> str:
    """Return what the name of a file of a format ends with; of one's own its `ending`, or "txt"."""
    found = TARGETS.find(to)
    return found.ending if isinstance(found, Target) else str(getattr(found, "ending", "txt"))


def write(subject: Subject, to: str | Callable[[Subject], Written]) -> Written:
    """Return the content of the file of a network in a format, text or bytes.

    `to` is a name in `TARGETS`, `module:function`, or a function. UserError where the format cannot
    express something of the network, or one's own function fails.
    """
    target = TARGETS.find(to)
    if isinstance(target, Target):
        _check(subject, target, TARGETS.name_of(to))
        written = target(subject)
    else:
        written = TARGETS.call(target, f"the network {subject.name!r}", subject)
    if not isinstance(written, str | bytes):
        raise UserError(
            f"the export {TARGETS.name_of(to)} returned {type(written).__name__}: expected "
            f"{TARGETS.expected}"
        )
    return written


def as_bytes(written: Written) -> bytes:
    """Return the bytes of a file."""
    return written if isinstance(written, bytes) else written.encode(errors="backslashreplace")


def _largest_numbers(subject: Subject) -> Iterator[tuple[str, float]]:
    """Yield each kind of numbers that a file holds, and the magnitude of the largest of them."""
    own, scaling, head = subject.weights, subject.interface.scaling, subject.interface.head
    numbers: list[Any] = [[subject.weight] if own is None else own]
    numbers += [] if scaling is None else [scaling.shift, scaling.scale]
    yield "a weight or a scale", max(map(_largest, numbers))
    yield (
        "a number of a formula",
        max(_largest(numbers_in(formula.tree)) for formula in formulas_of(subject.network)),
    )
    if isinstance(head, Scaled):
        within = np.concatenate([head.middle, head.half])[np.tile(head.bounded, (2, 1))]
        yield "the middle or the width of the bounds of an action", _largest(within)


def _largest(values: ArrayLike) -> float:
    return float(np.abs(values).max(initial=0.0))


def _check(subject: Subject, target: Target, name: str) -> None:
    if subject.network.recurrent and not target.recurrent:
        able = [key for key, other in _TARGETS.items() if other.recurrent]
        raise UserError(
            f"{name} has no place for recurrent connections; expected one of {', '.join(able)}"
        )
    if subject.single and not target.single:
        able = [key for key, other in _TARGETS.items() if other.single]
        raise UserError(
            f"single=True or --float: {name} {target.numbers}; leave it out, or choose one of "
            f"{', '.join(able)}"
        )
    if subject.single:
        _check_single(subject)
    if subject.weight_given and not target.weighted:
        raise UserError(
            f"weight=... or --weight: {name} holds no shared weight; leave it out, or choose "
            "another format"
        )
    if subject.card and not target.cards:
        raise UserError(
            f"card=True or --card: {name} has no place for text; leave it out, or choose another "
            "format"
        )


def _check_single(subject: Subject) -> None:
    """Raise UserError where a number is beyond what float32 holds."""
    for what, largest in _largest_numbers(subject):
        if largest > float(np.finfo(np.float32).max):
            raise UserError(
                f"single=True or --float: {what} is {largest:g}, beyond what float32 holds; leave "
                "it out"
            )
