"""`wann.render`: the pictures of a run, a network or an experiment, its page, and its film."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from wann.api.calls import public
from wann.api.experiments import experiment_at
from wann.api.paths import Place, address_of, is_place, new_path_of, path_of
from wann.api.watching.watch import Watch
from wann.errors import UserError
from wann.files.new_files import check_free
from wann.terminal import warn

if TYPE_CHECKING:
    from wann.experiments.growing.album import Album
    from wann.formats.loaded_network import LoadedNetwork


@public
def render(
    network: Any,
    out: Place | None = None,
    *,
    html: Place | bool | None = None,
    film: Place | None = None,
    pdf: bool = False,
    style: str = "light",
    without_weights: bool = False,
    progress: bool | None = None,
) -> list[Path]:
    """Draw all that can be drawn of a run, a network or an experiment; return the pictures' paths.

    Those of a network are the network itself and, where its task can be had, its profile over
    shared weights and an episode; of a run the learning curve and the front, too. Of a sweep, a
    pruning study, a comparison or a tuning they are the figures of what is done so far, out of its
    folder. What cannot be drawn is left out, which is said on stderr. With `html` it is a page
    instead: one HTML file that loads nothing, in which the champion acts live at a weight that one
    drags; with `film` it is a film, the scene beside the network at work, in 1280 x 720 pixels.
    This is what `wann render` does on the command line.

    Args:
        network: a run, the file of a network, the folder of a step of a pruning study, or a network
            itself; or the folder of a sweep, a study, a comparison or a tuning.
        out: the folder of the pictures; by default figures/ in the run, beside the file, or the
            folder of a sweep, study, comparison or tuning. With `html` or `film`, pictures are
            drawn only where it is given.
        html: the file of the page, or True: page.html in the run, or beside the file. Of a sweep it
            is the page of its best run. Of a comparison it is the report: True makes the whole of
            it anew in its folder, with tables and figures, a file is the page alone.
        film: the file of the film, which must not be there yet: .mp4, which needs the extra `film`,
            or .gif.
        pdf: whether figures are written as PDF, too.
        style: "light" or "dark", of figures and film.
        without_weights: whether the network's own weights are left out.
        progress: whether it is shown on stderr that kernels are compiled; None: where that is a
            terminal.

    Raises:
        UserError: there is no such run or network, nothing of it can be drawn, it is in no file
            and `out` is not given, in place of the page lies another file, or the film cannot be
            made.

    Example:
        >>> paths = wann.render("runs/reference/swingup-seed0", out="pictures")
        >>> [path.name for path in paths if path.suffix == ".svg"]
        >>> [page] = wann.render("zoo:swingup", html="champion.html")
        >>> [film] = wann.render("zoo:cartpole", film="cartpole.gif")
        >>> figure = wann.load("runs/reference/swingup-seed0").draw()  # a figure alone
    """
    from wann.drawing.style import check_style
    from wann.formats.zoo import located

    check_style(style)
    experiment = experiment_at(address_of(network, "network")) if is_place(network) else None
    folder, film_file = new_path_of(out), _checked_film(film)
    place = located(path_of(network, "network")) if is_place(network) else None
    report = experiment is not None and experiment.has_report and bool(html)
    page = None if report else _page_path(network, place, html)
    report_file = _report_path(html) if report else None
    if folder is None and page is None and film_file is None and not report:
        folder = experiment.folder if experiment else _usual_folder(network, place)
    if experiment and page is None and film_file is None:
        if without_weights:
            raise UserError(f"--without-weights is for networks, and this is a {experiment.noun}")
        written = experiment.draw(_album(folder, pdf, style)) if folder else []
        return written + ([experiment.write_report(report_file)] if report else [])
    subject = _subject_of(network, place, without_weights)
    with Watch.of(progress).compiling():
        written = _draw(subject, _album(folder, pdf, style)) if folder else []
        written += [_write_page(subject, page)] if page else []
        return written + ([_write_film(subject, film_file, style)] if film_file else [])


def _album(folder: Path, pdf: bool, style: str) -> "Album":
    from wann.drawing.figures import SUFFIXES
    from wann.experiments.growing.album import Album

    return Album(folder, warn, suffixes=(*SUFFIXES, ".pdf") if pdf else SUFFIXES, style=style)


def _subject_of(network: Any, place: Path | None, without_weights: bool) -> "Path | LoadedNetwork":
    """Return what is drawn: the folder of a run, or a network."""
    from wann.api.subjects import as_network
    from wann.runs.filenames import CONFIG

    if place is not None and (place / CONFIG).is_file():
        return place
    loaded = as_network(network)
    return loaded.with_weights(None) if without_weights else loaded


def _draw(subject: "Path | LoadedNetwork", album: "Album") -> list[Path]:
    """Draw a run, or a network, into an album; UserError where nothing of it can be drawn."""
    from wann.evaluators.make import make_evaluator
    from wann.experiments.growing.pictures import draw_network_file, draw_run

    if isinstance(subject, Path):
        draw_run(subject, album, make_evaluator)
    else:
        draw_network_file(subject, album, make_evaluator)
    if not album.written:
        name = subject if isinstance(subject, Path) else subject.name
        raise UserError(f"{name}: nothing of it can be drawn")
    return album.written


def _write_film(subject: "Path | LoadedNetwork", path: Path, style: str) -> Path:
    """Write the film of a run's champion, or of a network."""
    from wann.config import TRAINING_WEIGHTS
    from wann.evaluators.make import make_evaluator
    from wann.experiments.growing.films import write_film
    from wann.formats.load import load_network
    from wann.runs.rundir import RunDir

    if isinstance(subject, Path):
        weights = RunDir.open(subject).config.weights
        return write_film(path, load_network(subject), weights, make_evaluator, style)
    return write_film(path, subject, TRAINING_WEIGHTS, make_evaluator, style)


def _checked_film(film: "Place | None") -> Path | None:
    """Return where the film goes, None where none is wanted; UserError where it cannot."""
    from wann.drawing.film_files import check_film

    path = new_path_of(film, "film")
    if path is not None:
        check_film(path)
        check_free(path)
    return path


def _write_page(subject: "Path | LoadedNetwork", path: Path) -> Path:
    """Write the page of a run, or of a network."""
    from wann.evaluators.make import make_evaluator
    from wann.experiments.growing.page import page_of_network, page_of_run
    from wann.pages.page_file import write_page

    if isinstance(subject, Path):
        return write_page(path, page_of_run(subject, make_evaluator))
    return write_page(path, page_of_network(subject, make_evaluator))


def _report_path(html: "Place | bool | None") -> Path | None:
    """Return where a report alone goes, None where the whole of it is made in its folder."""
    from wann.pages.page_file import check_page_file

    path = None if html is True or html is None or html is False else new_path_of(html, "html")
    if path is not None:
        check_page_file(path)
    return path


def _page_path(network: Any, place: Path | None, html: "Place | bool | None") -> Path | None:
    """Return where the page goes, None where none is wanted; UserError where it cannot."""
    from wann.formats.zoo import is_zoo_name
    from wann.pages.page_file import check_page_file
    from wann.runs.filenames import PAGE

    if html is None or html is False:
        return None
    if html is not True:
        path = new_path_of(html, "html")
    elif place is None:
        raise UserError("the network is in no file: expected --html FILE, the file of the page")
    elif is_zoo_name(network):
        path = Path(f"{place.name}.html")
    else:
        path = place / PAGE if place.is_dir() else place.with_suffix(".html")
    if path is not None:
        check_page_file(path)
    return path


def _usual_folder(network: Any, place: Path | None) -> Path:
    from wann.formats.zoo import is_zoo_name
    from wann.runs.filenames import FIGURES

    if place is None:
        raise UserError("the network is in no file: expected --out, the folder of the pictures")
    if is_zoo_name(network):
        return Path(f"{place.name}-figures")
    return place / FIGURES if place.is_dir() else place.with_name(place.stem + "-figures")
