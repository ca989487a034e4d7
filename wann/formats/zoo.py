"""The zoo: networks that come with the project, each by its name.

They lie in `runs/reference` of a checkout, each as the folder of a run: `champion.json` at the
least. Wheels hold them, too, in the folder that `folder` returns.
"""

from pathlib import Path

from wann.errors import UserError, unknown
from wann.runs import filenames

PREFIX = "zoo:"
_PACKAGE = Path(__file__).parents[1]
_SEED = "-seed0"


def folder() -> Path:
    """Return the folder of the zoo; UserError where this installation has none."""
    for place in (_PACKAGE / "zoo_networks", _PACKAGE.parent / "runs" / "reference"):
        if place.is_dir():
            return place
    raise UserError(
        "the networks of the zoo are not there: expected them beside the package; install it from "
        "its repository"
    )


def names() -> list[str]:
    """Return the names of all networks of the zoo."""
    runs = (path.parent.name for path in folder().glob(f"*/{filenames.CHAMPION}"))
    return sorted(name.removesuffix(_SEED) for name in runs)


def is_zoo_name(what: Path | str) -> bool:
    """Return whether `what` is a name of the zoo rather than a path: `zoo:swingup`."""
    return str(what).startswith(PREFIX)


def run_of(what: Path | str) -> Path:
    """Return the folder of a network of the zoo; UserError, with the nearest, if there is none."""
    name = str(what).removeprefix(PREFIX)
    if name not in names():
        raise unknown("network of the zoo", name, names())
    runs = (folder() / f"{name}{_SEED}", folder() / name)
    return next(run for run in runs if run.is_dir())


def located(what: Path | str) -> Path:
    """Return `what` as a path: that of the folder, where it is a name of the zoo."""
    return run_of(what) if is_zoo_name(what) else Path(what)
