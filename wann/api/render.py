"""`wann.render`: the pictures of a run, or of a network."""

from pathlib import Path
from typing import Any

from wann.api.calls import public
from wann.api.paths import Place, is_place, new_path_of, path_of
from wann.api.watching.watch import Watch
from wann.errors import UserError
from wann.terminal import warn


@public
def render(
    network: Any,
    out: Place | None = None,
    *,
    without_weights: bool = False,
    progress: bool | None = None,
) -> list[Path]:
    """Draw all that can be drawn of a run or a network, and return the paths of the pictures.

    These are the network and, where its task can be had, its profile over shared weights and an
    episode; of a run the learning curve and the front, too. What cannot be drawn is left out, which
    is said on stderr. This is what `wann render` does on the command line.

    Args:
        network: a run, the file of a network, or a network itself.
        out: the folder of the pictures; by default figures/ in the run, or beside the file.
        without_weights: whether the network's own weights are left out.
        progress: whether it is shown on stderr that kernels are compiled; None: where that is a
            terminal.

    Raises:
        UserError: there is no such run or network, nothing of it can be drawn, or it is in no file
            and `out` is not given.

    Example:
        >>> paths = wann.render("runs/reference/swingup-seed0", out="pictures")
        >>> [path.name for path in paths if path.suffix == ".svg"]
        >>> figure = wann.load("runs/reference/swingup-seed0").draw()  # a figure alone
    """
    from wann.api.subjects import as_network
    from wann.evaluators.make import make_evaluator
    from wann.experiments.growing.album import Album
    from wann.experiments.growing.pictures import draw_network_file, draw_run
    from wann.formats.zoo import located

    folder = new_path_of(out)
    place = located(path_of(network, "network")) if is_place(network) else None
    album = Album(folder or _usual_folder(network, place), warn)
    with Watch.of(progress).compiling():
        if place is not None and place.is_dir():
            draw_run(place, album, make_evaluator, film=True)
        else:
            loaded = as_network(network)
            loaded = loaded.with_weights(None) if without_weights else loaded
            draw_network_file(loaded, album, make_evaluator)
    if not album.written:
        raise UserError(f"{place or 'the network'}: nothing of it can be drawn")
    return album.written


def _usual_folder(network: Any, place: Path | None) -> Path:
    from wann.formats.zoo import is_zoo_name
    from wann.runs.filenames import FIGURES

    if place is None:
        raise UserError("the network is in no file: expected --out, the folder of the pictures")
    if is_zoo_name(network):
        return Path(f"{place.name}-figures")
    return place / FIGURES if place.is_dir() else place.with_name(place.stem + "-figures")
