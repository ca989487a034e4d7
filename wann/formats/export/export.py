"""One call that exports a network: its task is asked for scaling and actions, its target writes."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from wann.errors import UserError, in_short
from wann.formats.export.interface import bare, interface_of
from wann.formats.export.subject import Subject, subject_of
from wann.formats.export.targets import TARGETS, Target, Written, write
from wann.formats.network_file import NetworkFile

# A Python file is one of the standard library, unless PyTorch is asked for.
_ENDINGS = {".c": "c", ".js": "js", ".mjs": "js", ".onnx": "onnx", ".py": "python"} | {
    ".json": "json",
    ".out": "out",
}

To = str | Callable[[Subject], Written]


class ExportOptions(NamedTuple):
    """How a network is exported, whatever the format."""

    weight: float | None = None  # that all connections share; None: the file's, or 1
    single: bool = False  # whether float32 is computed with instead of float64
    bare: bool = False  # whether scaling and actions of the task are left out
    card: str = ""  # text about the network, which stands in the file


def format_of(path: Path | str | None) -> str:
    """Return the name of the format that the ending of a path stands for; UserError for others."""
    ending = Path(path or "").suffix.lower()
    if ending not in _ENDINGS:
        raise UserError(
            f"expected a format (to='c'), or a path that ends with one of {', '.join(_ENDINGS)}, "
            f"got {in_short(str(path or ''))}; formats are {', '.join(TARGETS)}"
        )
    return _ENDINGS[ending]


def export(
    file: NetworkFile,
    to: To,
    *,
    name: str = "network",
    options: ExportOptions | None = None,
    wanted_by: object = "the network",
) -> Written:
    """Return the content of a file of a network in another format, text or bytes.

    Args:
        file: The network.
        to: A name in `TARGETS`, `module:function`, or a function of a `Subject` that returns text
            or bytes.
        name: What the file calls the network.
        options: How it is exported.
        wanted_by: What names the task, for messages.

    UserError where there is no such format, it cannot express something of the network, or the task
    cannot be made, whose scaling and actions would be in the file.
    """
    chosen, target = options or ExportOptions(), TARGETS.find(to)
    acts = target.acts if isinstance(target, Target) else True
    inputs, outputs = file.genome.inputs, file.genome.outputs
    if acts and file.task and not chosen.bare:
        interface = interface_of(file.task, inputs, outputs, wanted_by)
    else:
        interface = bare(inputs, outputs)
    subject = subject_of(
        file, name, interface, weight=chosen.weight, card=chosen.card, single=chosen.single
    )
    return write(subject, to)
