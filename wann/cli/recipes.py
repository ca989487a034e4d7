"""`wann recipes` lists the recipes that come with the package."""

import argparse
import json

from wann.api.recipes import recipes
from wann.cli.flags import JSON
from wann.cli.results import show, tell


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add --json, the one flag of the command."""
    JSON.add_to(parser)


def run(options: argparse.Namespace) -> None:
    """Print each recipe with its description."""
    found = recipes()
    if options.json:
        show(json.dumps(found))
        return
    for name, text in found.items():
        tell(f"{name:20} {text}")
