"""`wann export` writes a network in another format."""

import argparse
import dataclasses
import os
from pathlib import Path

from wann.cli.flags import BARE, CARD, FLOAT, FORCE, OUT, TO, WEIGHT, WITHOUT_WEIGHTS
from wann.cli.results import show
from wann.cli.task_flags import add_network
from wann.errors import UserError

# Formats that are printed where no file is named; the others go into a file of the network's name.
_PRINTED = ("json", "out", "python")


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add the network, the format, the file that is written, and what stands in it."""
    add_network(parser)
    TO.add_to(parser)
    for flag in (WEIGHT, WITHOUT_WEIGHTS, FLOAT, BARE, CARD):
        flag.add_to(parser)
    shown = f"NETWORK.c and so on in the current folder; {', '.join(_PRINTED)} go to stdout"
    dataclasses.replace(OUT, help="file", shown=shown).add_to(parser)
    FORCE.add_to(parser)


def run(options: argparse.Namespace) -> None:
    """Write the network to a file that must not exist yet, and say which; or print it."""
    from wann.api.load import load
    from wann.files import write_atomically
    from wann.formats.export import ExportOptions, as_bytes, ending_of, export
    from wann.formats.zoo import located

    ending = ending_of(options.to)  # refuses formats that there are not
    out, origin = options.out, located(options.network).resolve().stem
    if out is None and options.to not in _PRINTED:
        out = Path(f"{origin}.{ending}")
    name = origin if out is None else out.stem
    if out is not None and os.path.lexists(out) and not options.force:
        raise UserError(
            f"{out} exists already: give another --out, remove it first, or replace it with --force"
        )
    network = load(options.network)
    file = network.file._replace(weights=None) if options.without_weights else network.file
    card = network.card() if options.card else ""
    chosen = ExportOptions(options.weight, bool(options.float), bool(options.bare), card)
    content = export(file, options.to, name=name, options=chosen, wanted_by=network.name)
    if out is None:
        show(content, end="")
        return
    write_atomically(out, as_bytes(content))
    show(f"{out} ({_size(len(as_bytes(content)))})")


def _size(size: int) -> str:
    return f"{size:,} bytes" if size < 10_000 else f"{size / 1000:,.0f} kB"
