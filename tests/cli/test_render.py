"""`wann render` draws what it can, and says in one line each what it leaves out and why."""

import shutil
from pathlib import Path

import numpy as np
import odd_environments_toys as odd
import pytest
from paths import REFERENCE_RUN

from wann.cli.main import main
from wann.config import SearchConfig
from wann.evaluators.threads import ThreadEvaluator
from wann.experiments.growing.growth import Growth, grow
from wann.runs.rundir import RunDir
from wann.tasks import datasets
from wann.tasks.registry import make_task

BOTH = {"champion.png", "champion.svg", "profile.png", "profile.svg"}
PDF = {"champion.pdf", "profile.pdf", "learning_curve.pdf", "front.pdf"}
OF_RUN = {"learning_curve.png", "learning_curve.svg", "front.png", "front.svg"}


def grown(path: Path, task: str) -> Path:
    make_task(task)  # whose module is named here, and so may be imported
    config = SearchConfig(
        task=task, population=8, generations=2, episodes=1, confirm_episodes=2, max_connections=9
    )
    with RunDir.create(path, config) as run, ThreadEvaluator(1) as evaluator:
        growth = Growth(config, evaluator, run)
        assert len(list(grow(growth))) == 2
        growth.finish()
    return path


def rendered(path: Path, capsys: pytest.CaptureFixture[str], *flags: str) -> tuple[set[str], str]:
    """Return the names of the pictures, and what was said of those left out."""
    assert main(["render", str(path), *flags]) == 0
    said = capsys.readouterr()
    assert "Traceback" not in said.err
    return {Path(line).name for line in said.out.splitlines()}, said.err


NO_FILM = {
    "NoRenderMode": "takes no render_mode, so it shows no pictures",
    "RendersNothing": "ValueError: expected its render() to return a picture",
    "HasNoRender": "the environment draws no pictures: it has no render()",
    "RendersText": "got a value of type str",
    "CannotRender": "RuntimeError: cannot close",
}


@pytest.mark.parametrize("name", NO_FILM)
def test_what_cannot_be_filmed_has_its_other_pictures(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = grown(tmp_path / "run", f"gym:odd_environments_toys:{name}-v0")
    drawn, said = rendered(run, capsys, "--trust")
    assert drawn == BOTH | OF_RUN
    assert said.startswith("wann: no film: ")
    assert NO_FILM[name] in said
    assert said.count("\n") == 1


def test_of_lists_of_pictures_the_last_is_filmed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = grown(tmp_path / "run", "gym:odd_environments_toys:RendersLists-v0")
    drawn, said = rendered(run, capsys, "--trust")
    assert (drawn, said) == (BOTH | OF_RUN | {"episode.gif"}, "")


def test_without_the_data_set_the_rest_is_drawn(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rng = np.random.default_rng(0)
    x, y = rng.random((60, 4)), rng.integers(0, 3, 60)
    np.savez(tmp_path / "mine.npz", x_train=x, y_train=y, x_test=x[:20], y_test=y[:20])
    run = grown(tmp_path / "run", f"data:{tmp_path / 'mine.npz'}")
    classes = {"classes.png", "classes.svg", "confusion.png", "confusion.svg"}
    assert rendered(run, capsys) == (BOTH | OF_RUN | classes, "")
    shutil.move(tmp_path / "mine.npz", tmp_path / "moved.npz")
    datasets._load_own.cache_clear()  # what this process has read it would not read again
    drawn, said = rendered(run, capsys, "--out", str(tmp_path / "out"))
    assert drawn == {"champion.png", "champion.svg"} | OF_RUN
    assert said.startswith("wann: no profile and no film: ")
    assert "mine.npz" in said
    assert said.count("\n") == 1


def test_a_run_without_a_champion_and_with_damage_has_what_is_left(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = tmp_path / "run"
    shutil.copytree(REFERENCE_RUN, run, ignore=shutil.ignore_patterns("figures"))
    (run / "champion.json").unlink()
    (run / "front.json").write_text("[1]")
    drawn, said = rendered(run, capsys)
    assert drawn == {"learning_curve.png", "learning_curve.svg"}
    first, second = said.splitlines()
    assert "no pictures of a champion: " in first
    assert second.startswith("wann: no front: ")
    (run / "generations.jsonl").write_text("{")
    assert main(["render", str(run)]) == 2
    assert "nothing of it can be drawn" in capsys.readouterr().err.splitlines()[-1]


def test_films_are_written_where_they_are_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run, film = grown(tmp_path / "run", "gym:CartPole-v1"), tmp_path / "film.gif"
    assert rendered(run, capsys, "--film", str(film)) == ({"film.gif"}, "")
    assert film.read_bytes().startswith(b"GIF89a")
    assert not (run / "figures").exists()  # pictures are drawn where --out says so
    before = film.read_bytes()
    for flags, words in (
        (["--film", str(film)], "exists already"),
        (["--film", str(tmp_path / "film.avi")], "ending of a film"),
        (["--style", "drak"], "unknown style 'drak'"),
        (["--style", "drak", "--film", str(tmp_path / "new.gif")], "unknown style 'drak'"),
    ):
        assert main(["render", str(run), *flags]) == 2
        said = capsys.readouterr().err
        assert words in said
        assert said.count("\n") == 1
    assert film.read_bytes() == before
    assert set(tmp_path.iterdir()) == {run, film}
    drawn, said = rendered(run, capsys, "--out", str(tmp_path / "out"), "--pdf", "--style", "dark")
    assert drawn == BOTH | OF_RUN | PDF | {"episode.gif"}
    assert said == ""


@pytest.mark.parametrize(
    ("task", "words"),
    [
        ("digits", "digits, which has no episodes to film"),
        ("gym:odd_environments_toys:RendersText-v0", "no film: ValueError: expected its render()"),
        ("gym:odd_environments_toys:NoRenderMode-v0", "takes no render_mode"),
    ],
)
def test_what_cannot_be_filmed_is_said_in_one_line(
    task: str, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = grown(tmp_path / "run", task)
    flags = ["--trust", "--film", str(tmp_path / "film.gif")]
    assert main(["render", str(run), *flags]) == 2
    said = capsys.readouterr().err
    assert words in said
    assert said.count("\n") == 1
    assert list(tmp_path.iterdir()) == [run]


def test_every_environment_that_cannot_be_filmed_is_tried() -> None:
    assert {kind.__name__ for kind in odd.RENDERS} == {*NO_FILM, "RendersLists"}
