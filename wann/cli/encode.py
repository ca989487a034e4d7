"""`wann encode` trains an encoder of pictures: it has that done in view, and reports it."""

import argparse
import dataclasses
import json
from collections.abc import Callable
from typing import TYPE_CHECKING

from wann.cli.flags import JSON, OUT, THREADS
from wann.cli.results import show, tell
from wann.cli.settings_flags import add_settings, given_settings
from wann.cli.task_flags import add_played
from wann.config import EncodeConfig, EnvironmentSettings
from wann.errors import UserError

if TYPE_CHECKING:
    from wann.api.encode_result import EncodeResult

# How an environment is made and played: what a search says besides makes no pictures.
_PLAYED = ("kwargs", "wrap", "reset_options", "max_steps")


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add the environment, the settings of the encoder, and how it is made."""
    JSON.add_to(parser)
    add_played(parser, _PLAYED)
    names = [entry.name for entry in dataclasses.fields(EncodeConfig) if entry.name != "task"]
    add_settings(parser.add_argument_group("settings"), EncodeConfig, names)
    dataclasses.replace(
        OUT, help="folder", shown="runs/encoder-ENVIRONMENT, numbered if taken"
    ).add_to(parser)
    dataclasses.replace(THREADS, help="how many processes play, and threads train").add_to(parser)


def run(options: argparse.Namespace) -> None:
    """Train an encoder as the command line asks."""
    from wann.api.arguments import argument_of
    from wann.api.encode import encode

    if options.env is None:
        raise UserError("expected --env ID, an environment with pictures")
    played = given_settings(options, EnvironmentSettings)
    settings = {argument_of(name): value for name, value in played.items()}
    report(
        lambda: encode(
            options.env,
            **given_settings(options, EncodeConfig),
            **settings,
            out=options.out,
            threads=options.threads,
            progress=True,
        ),
        options.json,
    )


def report(call: "Callable[[], EncodeResult]", as_json: bool) -> None:
    """Tell what came out of the making of an encoder that `call` begins or goes on with."""
    from wann.api.watching.compiling import stopped_at_once_while_compiling
    from wann.api.watching.watch import Interrupted

    try:
        with stopped_at_once_while_compiling():
            found = call()
    except Interrupted as stopped:
        if as_json:
            show(json.dumps({"folder": str(stopped.result), "finished": False}))
        else:
            tell(str(stopped))
        return
    if as_json:
        show(json.dumps(found.to_json()))
    else:
        tell(found.text())
