"""`wann export` writes a network in another format."""

import argparse
import dataclasses
import os
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from wann.cli.flags import OUT, TO, WITHOUT_WEIGHTS
from wann.cli.results import show
from wann.cli.task_flags import add_network
from wann.errors import UserError

if TYPE_CHECKING:
    from wann.formats import NetworkFile

_FORMATS = ("json", "out", "python")


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add the network, the format and the file that is written."""
    add_network(parser)
    WITHOUT_WEIGHTS.add_to(parser)
    dataclasses.replace(TO, more={**TO.more, "choices": _FORMATS}).add_to(parser)
    dataclasses.replace(OUT, help="file", shown="print to stdout").add_to(parser)


def run(options: argparse.Namespace) -> None:
    """Write the network to --out, which must not exist yet, or print it."""
    from wann import formats
    from wann.files import write_atomically
    from wann.formats.load import network_path

    file = formats.read_network(network_path(options.network))
    if options.without_weights:
        file = file._replace(weights=None)
    writers: tuple[Callable[[NetworkFile], str], ...] = (
        formats.dumps_json,
        formats.dumps_out,
        partial(formats.dumps_python, name=options.network.stem),
    )
    text = dict(zip(_FORMATS, writers, strict=True))[options.to](file)
    if options.out is None:
        show(text, end="")
        return
    if os.path.lexists(options.out):
        raise UserError(f"{options.out} exists already: give another --out, or remove it first")
    write_atomically(options.out, text.encode(errors="backslashreplace"))
    show(options.out)
