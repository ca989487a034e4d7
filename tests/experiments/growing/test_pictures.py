"""Pictures and pages say what the numbers of a run are of."""

from pathlib import Path

import pytest
from matplotlib.figure import Figure

import wann
from wann.api.search import search
from wann.evaluators.make import make_evaluator
from wann.experiments.growing.album import Album
from wann.experiments.growing.page import page_of_run
from wann.experiments.growing.pictures import draw_run


class Kept(Album):
    """An album that keeps its figures."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, print)
        self.figures: dict[str, Figure] = {}

    def save(self, figure: Figure, name: str) -> None:
        self.figures[name] = figure


SEARCHES = {
    "return": ("swingup-quick", {"generations": 2, "population": 16}),
    "loss": ("digits", {"generations": 2, "population": 16, "method": "evolution"}),
    "accuracy": ("digits", {"steps": 4, "method": "gradient"}),
}
SAID = {
    "return": ("mean return", "held-out episodes", "episode", "mean "),
    "loss": ("minus the loss", "validation examples", "block", "loss "),
    "accuracy": ("accuracy", "validation examples", "block", "accuracy "),
}


@pytest.fixture(scope="module", params=SEARCHES)
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> wann.Run:
    if request.param == "accuracy":
        pytest.importorskip("torch")
    name, settings = SEARCHES[request.param]
    out = tmp_path_factory.mktemp(request.param) / request.param
    return search(name, out=out, figures=False, threads=1, **settings)


def labels(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.axes[0].get_legend().get_texts()]


def test_pictures_say_what_the_numbers_are(made: wann.Run) -> None:
    mean, confirmed_on, drawn, _ = SAID[made.folder.name]
    album = Kept(made.folder)
    draw_run(made.folder, album, make_evaluator)
    curve, front = album.figures["learning_curve"], album.figures["front"]
    assert curve.axes[0].get_ylabel() == mean
    assert labels(curve)[-1] == f"champion, {confirmed_on}"
    assert front.axes[0].get_ylabel() == f"{mean} on {confirmed_on}"
    assert f"±1 sd over trials (one weight, one {drawn} each)" in labels(front)
    for figure in (curve, front):
        figure.canvas.draw()
        for text in figure.axes[0].get_legend().get_texts():
            assert text.get_window_extent().x1 <= figure.bbox.x1  # none is cut off


def test_the_figure_of_a_run_says_what_its_numbers_are(made: wann.Run) -> None:
    mean, confirmed_on, _, _ = SAID[made.folder.name]
    of_data = mean != "mean return"
    figure = made.plot()
    returns, _, profile = (axes for part in figure.subfigs for axes in part.axes)
    assert returns.get_ylabel() == mean
    assert returns.get_legend().get_texts()[-1].get_text() == f"champion, {confirmed_on}"
    earned = "accuracy on the test examples" if of_data else "return"
    assert profile.get_ylabel() == earned
    assert ("blocks of test examples" in profile.get_legend().get_texts()[0].get_text()) == of_data


def test_objects_cards_and_exports_say_what_the_numbers_are(made: wann.Run) -> None:
    mean, _, _, earned = SAID[made.folder.name]
    of_data = mean != "mean return"
    over = f"one weight and one {'block of examples' if of_data else 'episode'} each"
    assert f"connections, {earned}" in repr(made)
    assert f"connections, {earned}" in repr(made.front)
    assert set(made.front.table["sd_over"]) == {f"trials: {over}"}
    card = "Mean" if not of_data else mean.capitalize()
    assert f"- {card} in the search's confirmation: " in made.champion.card()
    text = " ".join(str(made.champion.export(to="js")).replace(" * ", " ").split())
    assert over in text
    assert (f'"measure": "{mean}"' in text) == of_data


def test_the_page_says_what_the_numbers_are(made: wann.Run) -> None:
    mean, *_ = SAID[made.folder.name]
    page = page_of_run(made.folder, make_evaluator)
    assert f'"measure":"{mean}"' in page
