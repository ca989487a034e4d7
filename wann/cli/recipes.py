"""`wann recipes` lists the recipes that come with the package."""

import argparse
import json

from wann.cli.flags import JSON
from wann.cli.results import show, tell
from wann.experiments.growing.recipes import recipe_names


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add --json, the one flag of the command."""
    JSON.add_to(parser)


def run(options: argparse.Namespace) -> None:
    """Print each recipe with its description."""
    recipes = recipe_names()
    if options.json:
        show(json.dumps(recipes))
        return
    for name, text in recipes.items():
        tell(f"{name:20} {text}")
