"""Recipes: named bundles of settings, one TOML file each in this folder.

A recipe's first comment line is its description; its keys are settings of `config.SearchConfig`,
and in place of a task an environment or a data set, with settings of these.
"""

import tomllib
from importlib import resources
from pathlib import Path

from wann.config import SearchConfig, make_config
from wann.errors import UserError, unknown
from wann.tasks.named_settings import with_task

# Those that an environment and a data set of the user's own begin from.
ENVIRONMENT_RECIPE, DATASET_RECIPE = "environment", "dataset"
# Flags of `wann search` that change no result, and so are in no recipe
_HOW = (
    *("out", "json", "completions", "seed_from", "trust", "threads", "device", "logger", "page"),
    *("no_figures", "checkpoint_seconds", "ray", "cpus_per_worker", "memory_per_worker"),
)


def recipe_names() -> dict[str, str]:
    """Return the recipes that come with the package: name to description."""
    files = sorted(resources.files(__package__).iterdir(), key=lambda file: file.name)
    found = {file.name.removesuffix(".toml"): file for file in files if file.name.endswith(".toml")}
    return {
        name: file.read_text(encoding="utf-8").split("\n", 1)[0].lstrip("# ")
        for name, file in found.items()
    }


def load_recipe(name: str) -> SearchConfig:
    """Return the settings of a recipe, given by name or as the path of a TOML file of one's own."""
    if name.endswith(".toml"):
        return _parse(Path(name), name)
    if name not in recipe_names():
        raise unknown("recipe", name, recipe_names())
    with resources.as_file(resources.files(__package__) / f"{name}.toml") as path:
        return _parse(path, f"recipe {name}")


def _parse(path: Path, origin: str) -> SearchConfig:
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        if how := next((name for name in given if name in _HOW), None):
            flag = how.replace("_", "-")
            raise UserError(
                f"{how} is no setting of a search, but says how it is run: give --{flag} beside "
                "the recipe"
            )
        return make_config(with_task(given))
    except UserError as error:
        raise UserError(f"{origin}: {error}") from None
    except OSError as error:
        raise UserError(
            f"{origin}: cannot be read ({error.strerror}); expected the path of a TOML file"
        ) from None
    except (ValueError, RecursionError) as error:
        raise UserError(f"{origin}: expected TOML, {error}") from None
